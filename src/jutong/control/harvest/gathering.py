"""What a running job takes in: pages kept with the place of the next, records mapped; all under its lease."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from jutong.control.directory.api import Actor, Permission, require
from jutong.control.harvest.errors import CatalogueLoops
from jutong.control.harvest.jobs import held_by, task_of
from jutong.control.harvest.models import HarvestedEntry, HarvestJob, StagedRecord
from jutong.control.harvest.rows import findings_from, findings_text
from jutong.control.harvest.terms import JobStage
from jutong.control.harvest.values import HarvestTask, MappedRecord, StagedView
from jutong.kernel.clock import Clock
from jutong.vocabulary.harvest import RawRecord, RecordFinding, Side

JOB_FINDINGS: Final = 200
PAGES: Final = 2000
BATCH: Final = 500


def keep_page(
    actor: Actor,
    job_id: str,
    *,
    worker: str,
    records: Sequence[RawRecord],
    following: str | None,
    total: int | None,
    validators: Mapping[str, str],
    findings: Sequence[RecordFinding],
    not_modified: bool,
    clock: Clock,
    pages: int = PAGES,
) -> HarvestTask:
    """Store one page and where the next one is, in one transaction; the lease begins anew.

    Raises:
        JobConflict: the lease is lost.
        CatalogueLoops: the next page is one that was taken already, or there are too many.
    """
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = held_by(job_id, worker, clock)
        if following is not None and (_mark(following) in job.visited or job.page + 1 >= pages):
            raise CatalogueLoops(source=job.source.name, pages=pages)
        repeated = _stage(job, records)
        job.visited = [*job.visited, _mark(following)] if following is not None else job.visited
        job.cursor, job.page = following or "", job.page + 1
        job.announced = total if total is not None else job.announced
        # What is marked is one answer: a catalogue of several pages has no mark as a whole.
        job.validators = dict(validators) if following is None and job.page == 1 else {}
        job.unchanged_as_a_whole = not_modified
        job.findings = findings_text((*findings_from(job.findings), *findings, *repeated)[:JOB_FINDINGS])
        if following is None:
            job.stage = JobStage.MAP.value
        job.seen = job.staged.count()
        job.save()
    return task_of(job)


def _mark(cursor: str) -> str:
    return hashlib.sha256(cursor.encode("utf-8", "replace")).hexdigest()[:16]


def _stage(job: HarvestJob, records: Sequence[RawRecord]) -> list[RecordFinding]:
    """Stage what is not staged yet; what is as it was is staged without its content. Gives back repetitions."""
    known, taken = _known(job, [record.identifier for record in records])
    rows, repeated = [], []
    for record_ in records:
        if record_.identifier in taken:
            repeated.append(_repetition(record_.identifier))
            continue
        taken.add(record_.identifier)
        digest = hashlib.sha256(record_.raw.encode()).hexdigest()
        same = known.get(record_.identifier) == digest
        rows.append(
            StagedRecord(
                job=job,
                identifier=record_.identifier,
                digest=digest,
                raw="" if same else record_.raw,
                findings=findings_text(record_.findings),
            )
        )
    StagedRecord.objects.bulk_create(rows, batch_size=BATCH)
    return repeated


def _known(job: HarvestJob, names: list[str]) -> tuple[dict[str, str], set[str]]:
    """Digests of the last visit by identifier, and which of the identifiers this one has staged already."""
    known: dict[str, str] = {}
    taken: set[str] = set()
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        rows = HarvestedEntry.objects.filter(source=job.source, identifier__in=some)
        known.update(rows.values_list("identifier", "digest"))
        taken.update(job.staged.filter(identifier__in=some).values_list("identifier", flat=True))
    return known, taken


def _repetition(identifier: str) -> RecordFinding:
    return RecordFinding(
        side=Side.THEIRS,
        code="identifier_repeated",
        place=identifier[:80],
        zh="标识重复，只取第一条",
        en="the identifier occurs twice; the first one is taken",
    )


def unmapped(actor: Actor, job_id: str, *, limit: int) -> tuple[StagedView, ...]:
    """New and changed records of the job that still wait to be mapped."""
    require(actor, Permission.HARVEST_EXECUTE)
    rows = StagedRecord.objects.filter(job__job_id=job_id, record="").exclude(raw="").order_by("id")[:limit]
    return tuple(
        StagedView(key=row.pk, identifier=row.identifier, raw=row.raw, findings=findings_from(row.findings))
        for row in rows
    )


def keep_mapped(
    actor: Actor, job_id: str, mapped: Sequence[MappedRecord], *, worker: str, clock: Clock
) -> None:
    """Store what records say in our words.

    Raises:
        JobConflict: the lease is lost.
    """
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = held_by(job_id, worker, clock)
        rows = [
            StagedRecord(
                pk=one.key, job=job, record=one.record.to_json(), findings=findings_text(one.findings)
            )
            for one in mapped
        ]
        StagedRecord.objects.bulk_update(rows, ["record", "findings"], batch_size=200)
        job.mapped += len(rows)
        job.save(update_fields=["mapped", "lease_until"])


def begin_reconciling(actor: Actor, job_id: str, *, worker: str, clock: Clock) -> HarvestTask:
    """All is mapped: what follows is one transaction (`reconciling.reconcile`)."""
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = held_by(job_id, worker, clock)
        job.stage = JobStage.RECONCILE.value
        job.save(update_fields=["stage", "lease_until"])
    return task_of(job)
