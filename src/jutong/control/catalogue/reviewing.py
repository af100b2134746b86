"""What waits for a person: reviews, levels, extensions, what came back; and deciding many of them at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Max, Q, QuerySet

from jutong.control.catalogue.clocks import ClockWarning, running_clocks
from jutong.control.catalogue.diffs import DraftDiff, diff_drafts
from jutong.control.catalogue.levels import grading_of
from jutong.control.catalogue.life import accept, publish, return_entry
from jutong.control.catalogue.lint import lint_entry
from jutong.control.catalogue.models import Entry
from jutong.control.catalogue.rows import draft_from, working_draft
from jutong.control.catalogue.store import find
from jutong.control.catalogue.surroundings import FileDraft, file_contexts
from jutong.control.catalogue.terms import ClockKind, ExtensionState, ReviewKind
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import Actor, Permission, scope
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import EntryStatus, Level, Severity

SHOWN: Final = 20
MOST_AT_ONCE: Final = 200

# Which permission makes a status something that waits for its holder.
WAITING: Final[Mapping[ReviewKind, tuple[Permission, EntryStatus]]] = {
    ReviewKind.DEPARTMENT: (Permission.ENTRY_REVIEW_DEPARTMENT, EntryStatus.SUBMITTED),
    ReviewKind.BUREAU: (Permission.ENTRY_REVIEW_BUREAU, EntryStatus.BUREAU_REVIEW),
    ReviewKind.RETURNED: (Permission.ENTRY_DRAFT, EntryStatus.RETURNED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """One thing that waits for the actor. The last fields are filled for reviews alone."""

    kind: ReviewKind
    service: str
    title: str
    provider: str
    provider_name: str
    waiting_since: datetime | None
    clock: ClockWarning | None
    revision: int
    level: Level
    first: bool
    """Whether the entry was never published."""
    diff: DraftDiff = field(default_factory=DraftDiff)
    """Against what is published, or against nothing."""
    errors: int = 0
    warnings: int = 0
    unsettled: int = 0
    """Items whose level nobody has confirmed yet."""
    blocking: int = 0
    """Of these, items that must be decided on one by one before publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """What waits, the most urgent first; `total` counts what is not shown as well."""

    tasks: tuple[ReviewTask, ...]
    total: int
    counts: Mapping[ReviewKind, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOutcome:
    """What became of each entry of a decision on many: done, or the error that holds it back."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, JutongError], ...]


def count_waiting(actor: Actor) -> int:
    """How many reviews and returned entries wait for the actor."""
    return sum(_rows(actor, kind).count() for kind in WAITING)


def reviews_waiting(
    actor: Actor, *, clock: Clock, kind: ReviewKind | None = None, limit: int = SHOWN, skip: int = 0
) -> ReviewQueue:
    """What waits for the actor: reviews (by due date, then the longest waiting), extensions asked, updates owed."""
    clocks = running_clocks(actor, clock=clock)
    waiting = [*_reviews(actor, clocks), *_updates(actor, clocks)]
    counts = {one: sum(task.kind is one for task in waiting) for one in ReviewKind}
    wanted = [task for task in waiting if kind is None or task.kind is kind]
    wanted.sort(key=_urgency)
    shown = wanted[skip : skip + limit]
    return ReviewQueue(tasks=tuple(_judged(actor, shown, clock)), total=len(wanted), counts=counts)


def _urgency(task: ReviewTask) -> tuple[date, str, str]:
    due = task.clock.due_on if task.clock else date.max
    since = task.waiting_since.isoformat() if task.waiting_since else ""
    return due, since, task.service


def _rows(actor: Actor, kind: ReviewKind) -> QuerySet[Entry]:
    permission, status = WAITING[kind]
    if permission not in actor.permissions:
        return Entry.objects.none()
    rows = Entry.objects.filter(status=status.value)
    reach = scope(actor, permission)
    return rows if reach is None else rows.filter(provider__code__in=reach)


def _reviews(actor: Actor, clocks: Sequence[ClockWarning]) -> Iterator[ReviewTask]:
    running = {one.service: one for one in clocks if one.kind is ClockKind.REVIEW}
    for kind, (_, status) in WAITING.items():
        since = Max("steps__at", filter=Q(steps__after=status.value))
        for row in _rows(actor, kind).select_related("provider").annotate(since=since):
            yield ReviewTask(
                kind=kind,
                service=row.service,
                title=row.title,
                provider=row.provider.code,
                provider_name=row.provider.name,
                waiting_since=row.since,
                clock=running.get(row.service) if kind is ReviewKind.BUREAU else None,
                revision=row.revision,
                level=Level(row.level),
                first=row.published_version is None,
            )


def _updates(actor: Actor, clocks: Sequence[ClockWarning]) -> Iterator[ReviewTask]:
    """Extensions that the bureau has to answer, updates that the department owes."""
    decides = Permission.ENTRY_REVIEW_BUREAU in actor.permissions
    drafts = scope(actor, Permission.ENTRY_DRAFT) if Permission.ENTRY_DRAFT in actor.permissions else ()
    for one in clocks:
        if one.kind is not ClockKind.UPDATE:
            continue
        owes = drafts is None or one.provider in drafts
        if decides and one.extension is ExtensionState.ASKED:
            yield _update_task(ReviewKind.EXTENSION, one)
        elif owes:
            yield _update_task(ReviewKind.UPDATE, one)


def _update_task(kind: ReviewKind, one: ClockWarning) -> ReviewTask:
    return ReviewTask(
        kind=kind,
        service=one.service,
        title=one.title,
        provider=one.provider,
        provider_name=one.provider_name,
        waiting_since=None,
        clock=one,
        revision=0,
        level=Level.L1,
        first=False,
    )


def _judged(actor: Actor, tasks: Sequence[ReviewTask], clock: Clock) -> Iterator[ReviewTask]:
    """The reviews among `tasks` with what a reviewer wants to know before opening them."""
    drafts = {task.service: _states(task.service) for task in tasks if task.kind in WAITING}
    files = [
        FileDraft(service=task.service, provider=task.provider, draft=drafts[task.service][1])
        for task in tasks
        if task.kind in WAITING
    ]
    contexts = dict(zip((one.service for one in files), file_contexts(files, clock.now()), strict=True))
    for task in tasks:
        if task.kind not in WAITING:
            yield task
            continue
        before, after = drafts[task.service]
        findings = lint_entry(after, contexts[task.service])
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        grading = grading_of(actor, task.service)
        yield replace(
            task,
            title=after.title,
            level=after.level,
            diff=diff_drafts(before, after),
            errors=errors,
            warnings=len(findings) - errors,
            unsettled=grading.unsettled,
            blocking=len(grading.blocking),
        )


def _states(service: str) -> tuple[EntryDraft, EntryDraft]:
    """(what is published or nothing, what is being reviewed)."""
    row = find(service)
    after = working_draft(row)
    nothing = EntryDraft(title="", resource_class=after.resource_class)
    return (nothing if row.published_version is None else draft_from(row)), after


def accept_many(actor: Actor, revisions: Mapping[str, int], *, clock: Clock, reason: str = "") -> BulkOutcome:
    """Take each entry one review further: the department's accepts, the bureau's publishes. One that cannot go on
    holds up no other; each is its own transaction. `revisions`: service → the revision that was shown.
    """

    def decide(service: str, revision: int) -> None:
        if find(service).status == EntryStatus.BUREAU_REVIEW.value:
            publish(actor, service, clock=clock, reason=reason, revision=revision)
        else:
            accept(actor, service, clock=clock, revision=revision)

    return _each(revisions, decide)


def return_many(actor: Actor, revisions: Mapping[str, int], *, reason: str, clock: Clock) -> BulkOutcome:
    """Return each entry to its department with the same reason; one that cannot be returned holds up no other."""

    def decide(service: str, revision: int) -> None:
        return_entry(actor, service, reason=reason, clock=clock, revision=revision)

    return _each(revisions, decide)


def _each(revisions: Mapping[str, int], decide: Callable[[str, int], None]) -> BulkOutcome:
    done: list[str] = []
    refused: list[tuple[str, JutongError]] = []
    for service, revision in list(revisions.items())[:MOST_AT_ONCE]:
        try:
            decide(service, revision)
        except JutongError as error:
            refused.append((service, error))
        else:
            done.append(service)
    return BulkOutcome(done=tuple(done), refused=tuple(refused))
