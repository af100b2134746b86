"""The statutory clocks of entries as values: what runs, how far, and who is to be warned at 50, 80 and 100 %."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from jutong.control.catalogue.models import Entry, UpdateDuty
from jutong.control.catalogue.reading import require_visible
from jutong.control.catalogue.store import find
from jutong.control.catalogue.terms import ClockKind, ClockStage, ExtensionState
from jutong.control.directory.api import Actor, Permission, can, city_calendar, city_limit, require, scope
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.time_limits import Progress, progress

_STAGES: Final[Mapping[int, ClockStage]] = {
    0: ClockStage.RUNNING,
    50: ClockStage.HALF,
    80: ClockStage.MOST,
    100: ClockStage.DUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWarning:
    """One running clock of an entry and how far it is; `elapsed`, `allowed` and `remaining` in working days."""

    kind: ClockKind
    limit: str
    """Code of the time limit: T1 (update) or T3 (bureau review)."""
    service: str
    title: str
    provider: str
    provider_name: str
    started_on: date
    due_on: date
    elapsed: int
    allowed: int
    remaining: int
    """Negative when overdue."""
    stage: ClockStage
    provisional: bool
    """The due date may move: a year on the way has no announced holidays yet."""
    reason: str = ""
    """What the update is for."""
    duty: int | None = None
    """Number of the update duty, for its extension."""
    extension: ExtensionState = ExtensionState.NONE
    extension_reason: str = ""

    @property
    def overdue(self) -> bool:
        return self.stage is ClockStage.OVERDUE

    @property
    def warns(self) -> bool:
        """Whether those concerned are to be warned: half of the time is over."""
        return self.stage is not ClockStage.RUNNING


def stage_of(how_far: Progress) -> ClockStage:
    """The stage that a progress is at; overdue comes after the whole."""
    return ClockStage.OVERDUE if how_far.overdue else _STAGES[how_far.warning]


def clocks_of(actor: Actor, service: str, *, clock: Clock) -> tuple[ClockWarning, ...]:
    """The running clocks of one entry, the most urgent first; empty for those who only read the catalogue."""
    row = find(service)
    require_visible(actor, row)
    if not can(actor, Permission.ENTRY_READ, row.provider.code):
        return ()
    return _sorted(_running(Entry.objects.filter(pk=row.pk), business_date(clock.now())))


def running_clocks(actor: Actor, *, clock: Clock, warned: bool = False) -> tuple[ClockWarning, ...]:
    """All running clocks that concern the actor: of own departments, for the bureau of all; the most urgent first.

    `warned` leaves out those of which less than half is over.
    """
    require(actor, Permission.ENTRY_READ)
    rows: QuerySet[Entry] = Entry.objects.all()
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        rows = rows.filter(provider__code__in=reach)
    found = _sorted(_running(rows, business_date(clock.now())))
    return tuple(one for one in found if one.warns) if warned else found


def overdue(actor: Actor, *, clock: Clock) -> tuple[ClockWarning, ...]:
    """The running clocks that are over their limit, for inspection and supervision."""
    return tuple(one for one in running_clocks(actor, clock=clock) if one.overdue)


def _sorted(found: Iterator[ClockWarning]) -> tuple[ClockWarning, ...]:
    return tuple(sorted(found, key=lambda one: (one.due_on, one.service, one.kind)))


def _running(rows: QuerySet[Entry], today: date) -> Iterator[ClockWarning]:
    waiting = Q(status=EntryStatus.BUREAU_REVIEW.value, review_due_on__isnull=False)
    for entry in rows.filter(waiting).select_related("provider"):
        yield _review_clock(entry, today)
    duties = UpdateDuty.objects.filter(closed_at=None, entry__in=rows)
    for duty in duties.select_related("entry__provider"):
        yield _update_clock(duty, today)


def _review_clock(entry: Entry, today: date) -> ClockWarning:
    limit, calendar = city_limit(ClockKind.REVIEW.official), city_calendar()
    due = entry.review_due_on or today
    started = entry.review_started_on or calendar.add(due, -limit.allowed()).day
    how_far = progress(limit, started, today, calendar=calendar)
    return _warning(ClockKind.REVIEW, entry, started, how_far)


def _update_clock(duty: UpdateDuty, today: date) -> ClockWarning:
    extension = ExtensionState(duty.extension)
    how_far = progress(
        city_limit(ClockKind.UPDATE.official),
        duty.started_on,
        today,
        extended=extension is ExtensionState.GRANTED,
        calendar=city_calendar(),
    )
    return _warning(ClockKind.UPDATE, duty.entry, duty.started_on, how_far, duty)


def _warning(
    kind: ClockKind, entry: Entry, started: date, how_far: Progress, duty: UpdateDuty | None = None
) -> ClockWarning:
    return ClockWarning(
        kind=kind,
        limit=kind.official,
        service=entry.service,
        title=entry.title,
        provider=entry.provider.code,
        provider_name=entry.provider.name,
        started_on=started,
        due_on=how_far.due,
        elapsed=how_far.elapsed,
        allowed=how_far.allowed,
        remaining=how_far.remaining,
        stage=stage_of(how_far),
        provisional=how_far.provisional,
        reason=duty.reason if duty else "",
        duty=duty.pk if duty else None,
        extension=ExtensionState(duty.extension) if duty else ExtensionState.NONE,
        extension_reason=duty.extension_reason if duty else "",
    )
