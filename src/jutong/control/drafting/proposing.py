"""Proposals from duties, and the clocks that a changed duty starts."""

from django.db import transaction

from jutong.control.catalogue.api import entries_with_duties, open_update_duty
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require, scope
from jutong.control.drafting import store
from jutong.control.drafting.from_duties import groups_of, is_without_data, suggested_by
from jutong.control.drafting.values import Drafted, Suggested
from jutong.control.duties import api as duties
from jutong.control.duties.api import ChangeKind, ChangeView, DutyFilter, DutyStatus
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.errors import JutongError


def propose_from_duties(actor: Actor, *, department: str = "", clock: Clock) -> Drafted:
    """Propose an entry for each group of duties in force that no entry names yet; safe to run again."""
    require(actor, Permission.DUTY_MANAGE, department or None)
    known = duties.all_duties(actor, DutyFilter(department=department))
    reach = scope(actor, Permission.DUTY_MANAGE)
    mine = [one for one in known if reach is None or one.department in reach]
    held = _held(actor, department)
    living = [one for one in mine if one.status is not DutyStatus.ABOLISHED]
    covered = 0
    suggestions: list[Suggested] = []
    now = clock.now()
    with transaction.atomic():
        for group in groups_of(mine):
            if any(duty.code in held for duty in group.duties):
                covered += len(group.duties)
                continue
            suggestions.append(suggested_by(group))
        made = store.keep_many(suggestions, source=None, at=now)
        same = len(suggestions) - made
        record(
            actor,
            AuditAction.PROPOSAL_MAKE,
            at=now,
            object_type="proposals",
            object_id=department or "*",
            department=department,
            detail={"made": made, "same": same},
        )
    return Drafted(
        made=made,
        same=same,
        covered=covered,
        without_data=sum(map(is_without_data, living)),
        unmapped=sum(not one.department for one in known if one.status is not DutyStatus.ABOLISHED),
    )


def _held(actor: Actor, department: str) -> frozenset[str]:
    return frozenset(code for entry in entries_with_duties(actor, department) for code in entry.duties)


def apply_duty_changes(actor: Actor, *, clock: Clock) -> tuple[tuple[ChangeView, tuple[str, ...]], ...]:
    """Start the update clock (T1) of published entries whose duty was changed or abolished; (change, services).

    A change is settled with the first call that reaches all of its entries; called again it does nothing.
    """
    require(actor, Permission.DUTY_MANAGE)
    reach = scope(actor, Permission.DUTY_MANAGE)
    by_duty: dict[str, list[str]] = {}
    for entry in entries_with_duties(actor):
        for code in entry.duties if entry.live else ():
            by_duty.setdefault(code, []).append(entry.service)
    told = []
    for change in duties.changes(actor, unsettled=True, limit=100_000):
        if reach is not None and change.department not in reach:
            continue
        services = tuple(by_duty.get(change.duty, ()))
        try:
            with transaction.atomic():
                if services and change.kind is not ChangeKind.RESTORED:
                    open_update_duty(
                        actor,
                        services,
                        reason=_reason(change),
                        started_on=business_date(change.at),
                        clock=clock,
                    )
                duties.settle_change(actor, change.id, clock=clock)
        except JutongError:
            continue  # an entry of another department: its own people, or the bureau, are to settle it
        told.append((change, services))
    return tuple(told)


def _reason(change: ChangeView) -> str:
    what = "已取消" if change.kind is ChangeKind.ABOLISHED else "内容有变更"
    return f"事项“{change.name[:80]}”（{change.duty}）在《{change.series}》第 {change.edition} 版中{what}"
