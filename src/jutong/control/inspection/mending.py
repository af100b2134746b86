"""Safe repairs in one click: drafts are mended, published entries get a change that a person submits."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from jutong.control.catalogue.api import (
    RULE_OF,
    EntryDraft,
    EntryView,
    apply_fixes,
    begin_change,
    entry,
    fixable,
    save_entry,
)
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require, scope
from jutong.control.inspection.errors import RuleUnknown
from jutong.control.inspection.inspecting import lint, reconsider
from jutong.control.inspection.models import KnownFinding
from jutong.control.inspection.terms import FixOutcome
from jutong.control.inspection.values import FixReport
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import EntryStatus

_EDITABLE = frozenset({EntryStatus.DRAFT, EntryStatus.RETURNED})


def fix_entry(actor: Actor, service: str, *, clock: Clock, rules: Sequence[str] = ()) -> FixReport:
    """Apply the safe repairs of these rules, or of all, to one entry.

    A published entry gets a change with them, which is for a person to look at and submit.

    Raises:
        RuleUnknown: one of `rules` cannot be mended by itself.
        EntryNotFound, PermissionDenied, EditConflict
    """
    for code in rules:
        if code not in RULE_OF or RULE_OF[code].fix is None:
            raise RuleUnknown(rule=code)
    view = entry(actor, service)
    require(actor, Permission.ENTRY_DRAFT, view.summary.provider)
    return _mend(actor, view, frozenset(rules), clock)


def fix_rule(
    actor: Actor, rule: str, *, clock: Clock, provider: str = "", limit: int = 500
) -> tuple[FixReport, ...]:
    """Apply one rule's safe repair wherever the actor may draft; what stops one entry does not stop the others.

    Raises:
        RuleUnknown: the rule has no safe repair.
        PermissionDenied: the actor may draft nowhere.
    """
    if rule not in RULE_OF or RULE_OF[rule].fix is None:
        raise RuleUnknown(rule=rule)
    require(actor, Permission.ENTRY_DRAFT, provider or actor.home_department)
    reach = scope(actor, Permission.ENTRY_DRAFT)
    rows = KnownFinding.objects.filter(rule=rule, gone_at=None)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    if provider:
        rows = rows.filter(entry__provider__code=provider)
    services = rows.order_by("entry__service").values_list("entry__service", flat=True).distinct()
    return tuple(_mend_one(actor, service, rule, clock) for service in list(services[:limit]))


def _mend_one(actor: Actor, service: str, rule: str, clock: Clock) -> FixReport:
    try:
        return fix_entry(actor, service, clock=clock, rules=(rule,))
    except JutongError as error:
        return FixReport(
            service=service,
            title=service,
            outcome=FixOutcome.SKIPPED,
            reason_zh=error.message("zh"),
            reason_en=error.message("en"),
        )


def _mend(actor: Actor, view: EntryView, rules: frozenset[str], clock: Clock) -> FixReport:
    title = view.working.title
    service = view.service
    if view.summary.status in {EntryStatus.SUBMITTED, EntryStatus.BUREAU_REVIEW}:
        return FixReport(
            service=service,
            title=title,
            outcome=FixOutcome.SKIPPED,
            reason_zh="正在审核中。请先撤回或等待审核结束。",
            reason_en="It is under review. Recall it, or wait for the review to end.",
        )
    found = lint(actor, service, clock=clock)
    chosen = [code for code in fixable(view.working, found) if not rules or code in rules]
    mended = apply_fixes(view.working, chosen)
    if mended == view.working:
        return FixReport(service=service, title=title, outcome=FixOutcome.NOTHING)
    with transaction.atomic():
        outcome = _save(actor, view, mended, clock)
        _note(actor, view, chosen, clock)
        reconsider((service,), clock=clock)
    return FixReport(service=service, title=title, outcome=outcome, rules=tuple(chosen))


def _save(actor: Actor, view: EntryView, mended: EntryDraft, clock: Clock) -> FixOutcome:
    if view.summary.status in _EDITABLE:
        save_entry(actor, view.service, mended, revision=view.revision, clock=clock)
        return FixOutcome.SAVED
    begun = begin_change(actor, view.service, clock=clock)
    save_entry(actor, view.service, mended, revision=begun.revision, clock=clock)
    return FixOutcome.CHANGED


def _note(actor: Actor, view: EntryView, rules: Iterable[str], clock: Clock) -> None:
    record(
        actor,
        AuditAction.FINDING_FIX,
        at=clock.now(),
        object_type="entry",
        object_id=view.service,
        department=view.summary.provider,
        detail={"rules": ",".join(rules)},
    )
