"""What a visit found against what was known: in one transaction, so that a list never shows half a visit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction

from jutong.control.catalogue.api import EntryDraft, classifications
from jutong.control.directory.api import Actor, Permission, require
from jutong.control.harvest.jobs import conflict, find_job, finish
from jutong.control.harvest.models import HarvestedEntry, HarvestJob, StagedRecord
from jutong.control.harvest.proposal import propose
from jutong.control.harvest.rows import findings_from, job_view
from jutong.control.harvest.terms import JobAction, JobStage, JobStatus, RecordState
from jutong.control.harvest.transitions import after
from jutong.control.harvest.values import JobView
from jutong.kernel.clock import Clock
from jutong.kernel.text import normalise
from jutong.vocabulary.harvest import CatalogueRecord, Side

BATCH: Final = 500
# Fewer than so many may always vanish: one of three is a third and means nothing.
FEW: Final = 5
CHANGED_FIELDS: Final = (
    "digest",
    "raw",
    "record",
    "findings",
    "ours",
    "theirs",
    "title",
    "publisher",
    "search_text",
    "state",
    "changed_at",
    "gone_at",
    "proposes",
)


def reconcile(actor: Actor, job_id: str, *, worker: str, clock: Clock) -> JobView:
    """Take over what is new and changed, mark what is gone, end the job.

    When more vanished than the source's limit allows and nobody said yes, nothing is taken over and the job is held.

    Raises:
        JobConflict: the lease is lost.
    """
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = find_job(job_id)
        if (job.status, job.lease_owner, job.stage) != (
            JobStatus.RUNNING.value,
            worker,
            JobStage.RECONCILE.value,
        ):
            raise conflict(job)
        if job.unchanged_as_a_whole:
            job.unchanged = _present(job)
            return finish(actor, job, clock)
        gone = _vanished(job)
        job.gone = len(gone)
        if _shrinks_too_much(job) and not job.shrink_allowed:
            return _hold(job)
        job.added, job.changed = _take_over(job, clock.now())
        job.unchanged = job.seen - job.added - job.changed
        _mark_gone(gone, clock.now())
        return finish(actor, job, clock)


def _present(job: HarvestJob) -> int:
    return HarvestedEntry.objects.filter(source=job.source, state=RecordState.PRESENT.value).count()


def _vanished(job: HarvestJob) -> list[int]:
    """Keys of what was there at the last visit and is not now."""
    seen = job.staged.values("identifier")
    rows = HarvestedEntry.objects.filter(source=job.source, state=RecordState.PRESENT.value)
    return list(rows.exclude(identifier__in=seen).values_list("pk", flat=True))


def _shrinks_too_much(job: HarvestJob) -> bool:
    """More vanished than is allowed, or fewer came than were announced while some vanished."""
    known = _present(job)
    incomplete = job.announced is not None and job.seen < job.announced and job.gone > 0
    limit = known * job.source.shrink_limit / 100
    return (job.gone > FEW or job.seen == 0) and (job.gone > limit or incomplete)


def _hold(job: HarvestJob) -> JobView:
    target = after(JobStatus(job.status), JobAction.HOLD)
    if target is None:
        raise conflict(job)
    job.status = target.value
    job.lease_owner, job.lease_until = "", None
    job.save()
    return job_view(job)


def _take_over(job: HarvestJob, at: datetime) -> tuple[int, int]:
    """How many are new, and how many changed (those that came back are counted as changed)."""
    classes = {one.code for one in classifications()}
    added = changed = 0
    for batch in _batches(job):
        names = [row.identifier for row in batch]
        rows = HarvestedEntry.objects.filter(source=job.source, identifier__in=names)
        known = {row.identifier: row for row in rows}
        fresh, touched = [], []
        for staged in batch:
            entry = known.get(staged.identifier)
            if entry is None:
                fresh.append(
                    _fill(
                        HarvestedEntry(source=job.source, identifier=staged.identifier, first_seen_at=at),
                        staged,
                        at,
                    )
                )
            elif staged.raw:
                _fill(entry, staged, at)
                entry.proposes = bool(entry.adopted_draft) and _proposes(entry, job.source.name, classes)
                touched.append(entry)
            elif entry.state == RecordState.GONE.value:
                entry.state, entry.gone_at, entry.changed_at = RecordState.PRESENT.value, None, at
                touched.append(entry)
        HarvestedEntry.objects.bulk_create(fresh, batch_size=BATCH)
        HarvestedEntry.objects.bulk_update(touched, CHANGED_FIELDS, batch_size=100)
        added, changed = added + len(fresh), changed + len(touched)
    return added, changed


def _batches(job: HarvestJob) -> Iterator[list[StagedRecord]]:
    last = 0
    while batch := list(job.staged.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _fill(entry: HarvestedEntry, staged: StagedRecord, at: datetime) -> HarvestedEntry:
    record = CatalogueRecord.from_json(staged.record)
    findings = findings_from(staged.findings)
    entry.digest, entry.raw, entry.record, entry.findings = (
        staged.digest,
        staged.raw,
        staged.record,
        staged.findings,
    )
    entry.ours = sum(found.side is Side.OURS for found in findings)
    entry.theirs = sum(found.side is Side.THEIRS for found in findings)
    entry.title = record.title
    entry.publisher = record.publisher
    entry.search_text = normalise(
        " ".join((record.title, record.description, record.publisher, *record.keywords))
    )
    entry.state, entry.gone_at, entry.changed_at = RecordState.PRESENT.value, None, at
    return entry


def _proposes(entry: HarvestedEntry, source_name: str, classes: set[str]) -> bool:
    """Whether the adopted entry would be another one if it were made from the record as it is now."""
    proposed = propose(CatalogueRecord.from_json(entry.record), source_name=source_name, classes=classes)
    return proposed != EntryDraft.from_json(entry.adopted_draft)


def _mark_gone(keys: list[int], at: datetime) -> None:
    for start in range(0, len(keys), BATCH):
        HarvestedEntry.objects.filter(pk__in=keys[start : start + BATCH]).update(
            state=RecordState.GONE.value, gone_at=at
        )
