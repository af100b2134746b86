"""One act on many entries: each in its own transaction, one that cannot go on holds up no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jutong.control.catalogue.editing import lint, save_entry
from jutong.control.catalogue.life import accept, publish, return_entry, submit, withdraw
from jutong.control.catalogue.lint import apply_fixes, fixable
from jutong.control.catalogue.models import Entry
from jutong.control.catalogue.reading import entry as entry_view
from jutong.control.catalogue.terms import TogetherAction
from jutong.control.directory.api import Actor, Permission, require
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import Severity

MOST_TOGETHER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one entry: done with a word about it, or the error that held it back."""

    service: str
    title: str
    done: bool
    zh: str
    en: str
    code: str = ""

    def said(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


Words = tuple[str, str]
Act = Callable[[str], Words]

NONE_SEEN: Final[Mapping[str, int]] = {}


def act_together(
    actor: Actor,
    services: Sequence[str],
    action: TogetherAction,
    *,
    clock: Clock,
    reason: str = "",
    revisions: Mapping[str, int] = NONE_SEEN,
) -> tuple[Outcome, ...]:
    """Do `action` to each of the entries, the first 500, in the order given; each asks for its own permission.

    `revisions` are those that were shown: a step on what someone else changed since is a conflict of that entry.

    Then call `grants.api.publish_snapshot` if anything was published or withdrawn.
    """
    require(actor, Permission.ENTRY_READ)
    act = _acts(actor, clock, reason, revisions)[action]
    chosen = list(dict.fromkeys(services))[:MOST_TOGETHER]
    titles = dict(Entry.objects.filter(service__in=chosen).values_list("service", "title"))
    return tuple(_outcome(service, titles.get(service, service), act) for service in chosen)


def _outcome(service: str, title: str, act: Act) -> Outcome:
    try:
        zh, en = act(service)
    except JutongError as error:
        return Outcome(
            service=service,
            title=title,
            done=False,
            zh=error.message("zh"),
            en=error.message("en"),
            code=error.code,
        )
    return Outcome(service=service, title=title, done=True, zh=zh, en=en)


def _acts(
    actor: Actor, clock: Clock, reason: str, revisions: Mapping[str, int]
) -> Mapping[TogetherAction, Act]:
    def step(move: Callable[[str], object], zh: str, en: str) -> Act:
        def act(service: str) -> Words:
            move(service)
            return zh, en

        return act

    return {
        TogetherAction.SUBMIT: step(
            lambda service: submit(actor, service, clock=clock, revision=revisions.get(service)),
            "已提交部门审核",
            "submitted",
        ),
        TogetherAction.ACCEPT: step(
            lambda service: accept(actor, service, clock=clock, revision=revisions.get(service)),
            "部门审核已通过",
            "accepted",
        ),
        TogetherAction.RETURN: step(
            lambda service: return_entry(
                actor, service, reason=reason, clock=clock, revision=revisions.get(service)
            ),
            "已退回修改",
            "returned",
        ),
        TogetherAction.PUBLISH: step(
            lambda service: publish(
                actor, service, reason=reason, clock=clock, revision=revisions.get(service)
            ),
            "已发布",
            "published",
        ),
        TogetherAction.WITHDRAW: step(
            lambda service: withdraw(
                actor, service, reason=reason, clock=clock, revision=revisions.get(service)
            ),
            "已下架",
            "withdrawn",
        ),
        TogetherAction.LINT: lambda service: _judged(actor, service, clock),
        TogetherAction.FIX: lambda service: _mended(actor, service, clock),
    }


def _judged(actor: Actor, service: str, clock: Clock) -> Words:
    findings = lint(actor, service, clock=clock)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if not findings:
        return "没有发现问题", "nothing found"
    rest = len(findings) - errors
    return f"{errors} 处错误、{rest} 处提示", f"{errors} errors, {rest} warnings"


def _mended(actor: Actor, service: str, clock: Clock) -> Words:
    """Every safe repair that the rules offer for what is being edited."""
    view = entry_view(actor, service)
    codes = fixable(view.working, lint(actor, service, clock=clock))
    if not codes:
        return "没有可自动修改的问题", "nothing to repair"
    save_entry(actor, service, apply_fixes(view.working, codes), revision=view.revision, clock=clock)
    return f"已自动修改：{'、'.join(codes)}", f"repaired: {', '.join(codes)}"
