"""From rows of tables to values."""

from typing import Final

import msgspec

from jutong.control.harvest.models import HarvestedEntry, HarvestJob
from jutong.control.harvest.terms import JobStage, JobStatus, RecordState
from jutong.control.harvest.values import HarvestedView, JobView
from jutong.vocabulary.harvest import CatalogueRecord, RecordFinding

_FINDINGS: Final = msgspec.json.Decoder(tuple[RecordFinding, ...])


def findings_from(text: str) -> tuple[RecordFinding, ...]:
    return _FINDINGS.decode(text)


def findings_text(findings: tuple[RecordFinding, ...]) -> str:
    return msgspec.json.encode(findings).decode()


def job_view(row: HarvestJob) -> JobView:
    return JobView(
        job_id=row.job_id,
        source=row.source.code,
        source_name=row.source.name,
        status=JobStatus(row.status),
        stage=JobStage(row.stage),
        pages=row.page,
        announced=row.announced,
        seen=row.seen,
        added=row.added,
        changed=row.changed,
        unchanged=row.unchanged,
        gone=row.gone,
        findings=findings_from(row.findings),
        requested_by_name=row.requested_by_name,
        requested_at=row.requested_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        turn=row.turn,
        failures=row.failures,
        error_code=row.error_code,
        error_detail=row.error_detail,
    )


def harvested_view(row: HarvestedEntry) -> HarvestedView:
    return HarvestedView(
        key=row.pk,
        source=row.source.code,
        source_name=row.source.name,
        record=CatalogueRecord.from_json(row.record),
        findings=findings_from(row.findings),
        state=RecordState(row.state),
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        gone_at=row.gone_at,
        adopted_service=row.adopted.service if row.adopted else "",
        proposes=row.proposes,
    )
