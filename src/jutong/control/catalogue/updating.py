"""The duty to update an entry after law or duties changed (T1), and its extension (T2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from jutong.control.catalogue.clocks import ClockWarning, clocks_of
from jutong.control.catalogue.errors import (
    EditConflict,
    ExtensionNotAllowed,
    ReasonMissing,
    UpdateDutyInvalid,
    UpdateDutyNotFound,
)
from jutong.control.catalogue.models import Entry, UpdateDuty
from jutong.control.catalogue.store import check_text, find
from jutong.control.catalogue.terms import ClockKind, ExtensionState
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    city_calendar,
    city_limit,
    record,
    require,
    scope,
)
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.time_limits import due_date


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDutyView:
    """A duty to update an entry, open or closed, with its extension."""

    number: int
    service: str
    title: str
    provider: str
    provider_name: str
    reason: str
    started_on: date
    due_on: date
    opened_by: str
    extension: ExtensionState
    extension_reason: str
    extension_asked_by: str
    decision_reason: str
    decided_by: str
    closed_at: datetime | None
    closed_version: int | None

    @property
    def kept(self) -> bool | None:
        """Whether the update came in time; None while the duty is open."""
        return None if self.closed_at is None else business_date(self.closed_at) <= self.due_on


def open_update_duty(
    actor: Actor, services: Sequence[str], *, reason: str, started_on: date, clock: Clock
) -> tuple[UpdateDutyView, ...]:
    """Start the update clock (T1) of these entries because of `reason`, all or none; asked for twice it starts once.

    `started_on` is the day on which law or duties changed. Publishing a new version, or withdrawal, closes it.

    Raises:
        PermissionDenied: the actor keeps no duties for one of the departments.
        EntryNotFound, UpdateDutyInvalid: the day lies ahead, or an entry is not published.
        ReasonMissing
    """
    entries = [find(service) for service in dict.fromkeys(services)]
    for entry in entries:
        require(actor, Permission.DUTY_MANAGE, entry.provider.code)
    now = clock.now()
    _check_opening(entries, reason, started_on, today=business_date(now))
    due = due_date(city_limit(ClockKind.UPDATE.official), started_on, calendar=city_calendar())
    with transaction.atomic():
        opened = [
            _open(actor, entry, reason=reason, started_on=started_on, due=due, at=now) for entry in entries
        ]
    return tuple(_view(duty) for duty in opened)


def _check_opening(entries: Sequence[Entry], reason: str, started_on: date, *, today: date) -> None:
    if not reason.strip():
        raise ReasonMissing(action_zh="要求更新目录", action_en="asking for an update")
    check_text("理由 / reason", reason)
    if started_on > today:
        raise UpdateDutyInvalid(reason_zh="调整日期晚于今天", reason_en="the day of the change lies ahead")
    for entry in entries:
        if entry.published_version is None:
            raise UpdateDutyInvalid(
                reason_zh=f"目录「{entry.service}」从未发布", reason_en=f"{entry.service} was never published"
            )


def _open(
    actor: Actor, entry: Entry, *, reason: str, started_on: date, due: date, at: datetime
) -> UpdateDuty:
    known = UpdateDuty.objects.filter(
        entry=entry, reason=reason, started_on=started_on, closed_at=None
    ).first()
    if known is not None:
        return known
    duty = UpdateDuty.objects.create(
        entry=entry,
        reason=reason,
        started_on=started_on,
        due_on=due,
        opened_at=at,
        opened_by_name=actor.display_name,
    )
    _keep_nearest(entry.pk)
    _record(actor, AuditAction.UPDATE_OPEN, duty, at, due_on=due.isoformat())
    return duty


def ask_extension(actor: Actor, duty: int, *, reason: str, clock: Clock) -> ClockWarning | None:
    """The department asks for more time (T2), once a duty and before it is over.

    Raises:
        UpdateDutyNotFound, ReasonMissing
        ExtensionNotAllowed: it was asked before, the duty is closed or overdue.
    """
    row = _find(duty)
    require(actor, Permission.ENTRY_DRAFT, row.entry.provider.code)
    if not reason.strip():
        raise ReasonMissing(action_zh="申请延期", action_en="asking for an extension")
    check_text("理由 / reason", reason)
    now = clock.now()
    if business_date(now) > row.due_on or row.extension != ExtensionState.NONE.value or row.closed_at:
        raise ExtensionNotAllowed(service=row.entry.service)
    with transaction.atomic():
        _change(
            row,
            ExtensionState.NONE,
            extension=ExtensionState.ASKED.value,
            extension_reason=reason,
            extension_asked_by_name=actor.display_name,
            extension_asked_at=now,
        )
        _record(actor, AuditAction.UPDATE_EXTEND, row, now)
    return _clock_of(actor, row, clock)


def decide_extension(
    actor: Actor, duty: int, *, granted: bool, clock: Clock, reason: str = ""
) -> ClockWarning | None:
    """The bureau consents to the extension or refuses it, with its reason; consent moves the due date.

    Raises:
        UpdateDutyNotFound, ReasonMissing
        ExtensionNotAllowed: nothing was asked, or it is decided already.
        EditConflict: someone else decided at the same time.
    """
    row = _find(duty)
    require(actor, Permission.ENTRY_REVIEW_BUREAU, row.entry.provider.code)
    if not granted and not reason.strip():
        raise ReasonMissing(action_zh="不同意延期", action_en="refusing an extension")
    check_text("理由 / reason", reason)
    if row.extension != ExtensionState.ASKED.value or row.closed_at:
        raise ExtensionNotAllowed(service=row.entry.service)
    now, state = clock.now(), ExtensionState.GRANTED if granted else ExtensionState.REFUSED
    limit = city_limit(ClockKind.UPDATE.official)
    with transaction.atomic():
        _change(
            row,
            ExtensionState.ASKED,
            extension=state.value,
            decision_reason=reason,
            decided_by_name=actor.display_name,
            decided_at=now,
            due_on=due_date(limit, row.started_on, extended=granted, calendar=city_calendar()),
        )
        _keep_nearest(row.entry_id)
        _record(actor, AuditAction.UPDATE_DECIDE, row, now, granted=granted)
    return _clock_of(actor, row, clock)


def update_duties(actor: Actor, service: str = "", *, open_only: bool = False) -> tuple[UpdateDutyView, ...]:
    """Duties to update, of one entry or of all that concern the actor, the earliest due first."""
    require(actor, Permission.ENTRY_READ)
    rows = UpdateDuty.objects.select_related("entry__provider")
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    if service:
        rows = rows.filter(entry__service=service)
    if open_only:
        rows = rows.filter(closed_at=None)
    return tuple(_view(row) for row in rows)


def close_update_duties(entry: Entry, *, version: int, at: datetime) -> None:
    """A version was published, or the entry withdrawn: what was owed is done; within the caller's transaction."""
    UpdateDuty.objects.filter(entry=entry, closed_at=None).update(closed_at=at, closed_version=version)
    Entry.objects.filter(pk=entry.pk).update(update_due_on=None)


def settle_update_duty(actor: Actor, service: str, *, reason: str, clock: Clock) -> None:
    """The department confirms that the entry holds as it is: the duty opened for this `reason` is done."""
    entry = find(service)
    require(actor, Permission.ENTRY_DRAFT, entry.provider.code)
    with transaction.atomic():
        for duty in UpdateDuty.objects.select_related("entry__provider").filter(
            entry=entry, reason=reason, closed_at=None
        ):
            UpdateDuty.objects.filter(pk=duty.pk).update(
                closed_at=clock.now(), closed_version=entry.published_version
            )
            _record(actor, AuditAction.UPDATE_CLOSE, duty, clock.now())
        _keep_nearest(entry.pk)


def _find(duty: int) -> UpdateDuty:
    row = UpdateDuty.objects.select_related("entry__provider").filter(pk=duty).first()
    if row is None:
        raise UpdateDutyNotFound(duty=duty)
    return row


def _change(row: UpdateDuty, before: ExtensionState, **values: Any) -> None:
    """Move the extension on; only one of two who act at once gets through."""
    rows = UpdateDuty.objects.filter(pk=row.pk, extension=before.value, closed_at=None)
    if not rows.update(**values):
        raise EditConflict(service=row.entry.service)


def _keep_nearest(entry: int) -> None:
    nearest = UpdateDuty.objects.filter(entry=entry).aggregate(
        day=Min("due_on", filter=Q(closed_at__isnull=True))
    )
    Entry.objects.filter(pk=entry).update(update_due_on=nearest["day"])


def _clock_of(actor: Actor, row: UpdateDuty, clock: Clock) -> ClockWarning | None:
    found = clocks_of(actor, row.entry.service, clock=clock)
    return next((one for one in found if one.duty == row.pk), None)


def _record(actor: Actor, action: AuditAction, duty: UpdateDuty, at: datetime, **detail: object) -> None:
    record(
        actor,
        action,
        at=at,
        object_type="entry",
        object_id=duty.entry.service,
        department=duty.entry.provider.code,
        detail={"duty": duty.pk, **detail},
    )


def _view(row: UpdateDuty) -> UpdateDutyView:
    return UpdateDutyView(
        number=row.pk,
        service=row.entry.service,
        title=row.entry.title,
        provider=row.entry.provider.code,
        provider_name=row.entry.provider.name,
        reason=row.reason,
        started_on=row.started_on,
        due_on=row.due_on,
        opened_by=row.opened_by_name,
        extension=ExtensionState(row.extension),
        extension_reason=row.extension_reason,
        extension_asked_by=row.extension_asked_by_name,
        decision_reason=row.decision_reason,
        decided_by=row.decided_by_name,
        closed_at=row.closed_at,
        closed_version=row.closed_version,
    )
