"""One entry: what it says, what the linter says of it, what was done with it, and the steps that the actor may take."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.terms import EntryAction
from jutong.control.catalogue.values import EntryView, Finding, StepView
from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.grants import api as grants
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Link, Step, StepState, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, commanded, desk_page, desk_render, home, say_error
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.changes import changes_table
from jutong.vocabulary.catalogue import EntryStatus, Severity, SharingType
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.contracts import InformationItem

Doer = Callable[[Actor, str, str], object]

DOERS: Mapping[EntryAction, Doer] = {
    EntryAction.SUBMIT: lambda actor, service, _reason: catalogue.submit(actor, service, clock=clock()),
    EntryAction.RECALL: lambda actor, service, _reason: catalogue.recall(actor, service, clock=clock()),
    EntryAction.ACCEPT: lambda actor, service, _reason: catalogue.accept(actor, service, clock=clock()),
    EntryAction.RETURN: lambda actor, service, reason: catalogue.return_entry(
        actor, service, reason=reason, clock=clock()
    ),
    EntryAction.PUBLISH: lambda actor, service, reason: catalogue.publish(
        actor, service, reason=reason, clock=clock()
    ),
    EntryAction.CHANGE: lambda actor, service, _reason: catalogue.begin_change(actor, service, clock=clock()),
    EntryAction.DISCARD: lambda actor, service, _reason: catalogue.discard_change(
        actor, service, clock=clock()
    ),
    EntryAction.WITHDRAW: lambda actor, service, reason: catalogue.withdraw(
        actor, service, reason=reason, clock=clock()
    ),
}
NEEDS_REASON = frozenset({EntryAction.RETURN, EntryAction.WITHDRAW})
FORWARD = (EntryAction.SUBMIT, EntryAction.ACCEPT, EntryAction.PUBLISH)
EDITABLE = frozenset({EntryStatus.DRAFT, EntryStatus.RETURNED})
BEFORE = EDITABLE | {EntryStatus.SUBMITTED, EntryStatus.BUREAU_REVIEW}
"""States in which what the linter says can still be mended."""


@desk_page
def detail(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    return _page(request, actor, service)


def _page(request: HttpRequest, actor: Actor, service: str, *, reason: str = "") -> HttpResponse:
    """The page of an entry; `reason` is what was already written into its form when that was refused."""
    view = catalogue.entry(actor, service)
    provider, status = view.summary.provider, view.summary.status
    drafts = bool(directory.can(actor, Permission.ENTRY_DRAFT, provider))
    insider = drafts or bool(directory.can(actor, Permission.ENTRY_REVIEW_BUREAU, provider))
    language = error_language()
    # What is not published yet is shown as it is being written; of a pending change, the differences.
    shown = view.present if view.summary.live else view.working
    changing = view.summary.live and status is not EntryStatus.PUBLISHED
    found = catalogue.lint(actor, service, clock=clock()) if insider and status in BEFORE else None
    context = {
        "view": view,
        "draft": shown,
        "badge": badge(status),
        "level": badge(view.summary.level),
        "items": items_table(shown.items),
        "changes": changes_table(view.present, view.working) if changing and insider else None,
        "withdrawn": _last(view, EntryAction.WITHDRAW) if status is EntryStatus.WITHDRAWN else None,
        "returned": _last(view, EntryAction.RETURN) if status is EntryStatus.RETURNED else None,
        "findings": found,
        "finding_table": findings_table(found) if found else None,
        "steps": [_step(step) for step in view.steps],
        "versions": _versions(actor, service) if view.summary.published_version else None,
        "may_edit": drafts and status in EDITABLE,
        "plain_acts": [(a.value, a.label(language)) for a in view.actions if a not in NEEDS_REASON],
        "reason_acts": [(a.value, a.label(language)) for a in view.actions if a in NEEDS_REASON],
        "main_act": next((a.value for a in FORWARD if a in view.actions), ""),
        "may_apply": _may_apply(actor, view),
        "binding": _binding(actor, view),
        "reason": reason,
    }
    crumbs = (Link(text=_("目录"), href=reverse("desk:catalogue")),)
    return desk_render(request, actor, "desk/catalogue/entry.html", context, crumbs=crumbs)


def _step(step: StepView) -> Step:
    language = error_language()
    return Step(
        title=_("%(action)s：%(after)s")
        % {"action": step.action.label(language), "after": step.after.label(language)},
        state=StepState.FAILED if step.action in NEEDS_REASON else StepState.DONE,
        by=step.by_name,
        at=step.at,
        note=step.reason,
    )


def _last(view: EntryView, action: EntryAction) -> StepView | None:
    return next((step for step in reversed(view.steps) if step.action is action), None)


def _may_apply(actor: Actor, view: EntryView) -> bool:
    """Whether one of the actor's departments may apply; nobody applies to their own."""
    if not view.summary.live or view.summary.sharing_type is SharingType.NOT_SHARED:
        return False
    return any(
        one.department != view.summary.provider
        and directory.can(actor, Permission.APPLICATION_APPLY, one.department)
        for one in actor.memberships
    )


def _binding(actor: Actor, view: EntryView) -> collection.BindingView | None:
    if not directory.can(actor, Permission.SOURCE_READ, view.summary.provider):
        return None
    return collection.binding(actor, view.service, clock=clock())


def items_table(items: tuple[InformationItem, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("信息项"),
        columns=[
            Column(key="name", title=_("名称和字段")),
            Column(key="type", title=_("类型和长度"), nowrap=True),
            Column(key="key", title=_("约束"), nowrap=True),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="sharing", title=_("共享和开放"), nowrap=True),
            Column(key="meaning", title=_("含义或代码集")),
            Column(key="mask", title=_("脱敏")),
        ],
        rows=[
            {
                "name": stacked(item.name, item.field, code=True),
                "type": f"{item.data_type.label(language)} {item.length or ''}".strip(),
                "key": _("主键") if item.key else _("必填") if item.required else None,
                "level": badge(item.level),
                "sharing": stacked(item.sharing_type, item.open_type),
                "meaning": item.meaning.label(language) if item.meaning else _code_list(item.code_list),
                "mask": item.mask,
            }
            for item in items
        ],
        first_is_header=True,
        empty=Empty(title=_("还没有信息项"), text=_("编辑条目，逐行填写信息项。")),
    )


def _code_list(name: str) -> str:
    known = code_lists().get(name)
    return name if known is None else known.zh if error_language() == "zh" else known.en


def findings_table(findings: tuple[Finding, ...]) -> Table:
    """What the linter says, errors first."""
    language = error_language()
    ordered = sorted(findings, key=lambda found: found.severity is not Severity.ERROR)
    return Table(
        caption=_("编制检查"),
        columns=[
            Column(key="severity", title=_("程度"), nowrap=True),
            Column(key="place", title=_("位置")),
            Column(key="message", title=_("问题和改法")),
            Column(key="rule", title=_("规则"), code=True),
        ],
        rows=[
            {
                "severity": Badge(
                    text=found.severity.label(language),
                    tone=Tone.BAD if found.severity is Severity.ERROR else Tone.WARNING,
                ),
                "place": found.place,
                "message": found.message(language),
                "rule": found.rule,
            }
            for found in ordered
        ],
    )


def _versions(actor: Actor, service: str) -> Table:
    return Table(
        caption=_("已发布的版本"),
        columns=[
            Column(key="number", title=_("版本"), numeric=True),
            Column(key="at", title=_("发布时间"), nowrap=True),
            Column(key="by", title=_("发布人")),
            Column(key="reason", title=_("说明")),
        ],
        rows=[
            {"number": one.number, "at": one.published_at, "by": one.published_by, "reason": one.reason}
            for one in catalogue.versions(actor, service)
        ],
    )


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    action = commanded(EntryAction, request.POST.get("action"))
    reason = request.POST.get("reason", "").strip()
    try:
        DOERS[action](actor, service, reason)
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        say_error(request, error)
        return _page(request, actor, service, reason=reason)
    grants.publish_snapshot(home(), clock=clock())  # the gateway knows services by what is published
    return redirect("desk:entry", service=service)
