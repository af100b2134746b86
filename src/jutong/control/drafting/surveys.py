"""Surveys of sources: asked for by a department, carried out by a job table by table, resumed where it was broken off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count

from jutong.control.collection import api as collection
from jutong.control.directory.api import (
    SYSTEM_ACTOR,
    Actor,
    AuditAction,
    Permission,
    record,
    require,
    scope,
)
from jutong.control.drafting import store
from jutong.control.drafting.errors import SurveyActive, SurveyEnded, SurveyNotFound
from jutong.control.drafting.from_tables import suggested_from
from jutong.control.drafting.models import Proposal, SourceSurvey, SurveyedTable
from jutong.control.drafting.terms import ProposalStatus, SurveyAction, SurveyStatus, TableOutcome
from jutong.control.drafting.transitions import survey_after
from jutong.control.drafting.values import SurveyView, TableView
from jutong.control.duties.api import DutyFilter, DutyView, all_duties
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.vocabulary.surveys import TableSurvey


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyJob:
    """What the job needs; `options` hold opened secrets: never store or log them."""

    survey_id: str
    source: str
    kind: str
    options: Mapping[str, Any] = field(repr=False)
    listed: bool
    """Whether the tables were listed before; then only `waiting` ones are left."""
    waiting: tuple[str, ...]
    duties: tuple[DutyView, ...] = field(default=(), repr=False)
    """The department's, loaded once: each table is compared with them."""


def request_survey(actor: Actor, source: str, *, clock: Clock) -> SurveyView:
    """Queue a survey of the whole source.

    Raises:
        SourceNotFound
        SurveyActive: one is queued or running.
    """
    view = collection.source(actor, source)
    require(actor, Permission.SOURCE_MANAGE, view.department)
    now = clock.now()
    try:
        with transaction.atomic():
            row = SourceSurvey(
                survey_id=new_id("srv"),
                status=SurveyStatus.QUEUED.value,
                requested_by_name=actor.display_name,
                requested_at=now,
            )
            row.source_id = row.active_key = collection.source_key(source)
            row.save(force_insert=True)
            record(
                actor,
                AuditAction.SURVEY_REQUEST,
                at=now,
                object_type="survey",
                object_id=row.survey_id,
                department=view.department,
                detail={"source": source},
            )
    except IntegrityError as error:
        raise SurveyActive(source=source) from error
    return survey(actor, row.survey_id)


def start_survey(actor: Actor, survey_id: str, *, home: DataHome, clock: Clock) -> SurveyJob:
    """Queued, or broken off → running.

    Raises:
        SurveyEnded
    """
    del clock
    require(actor, Permission.RUN_EXECUTE)
    row = _find(survey_id)
    _move(row, SurveyAction.START)
    kind, options = collection.job_options(actor, row.source.code, home=home)
    waiting = row.tables.filter(outcome=TableOutcome.WAITING.value)
    return SurveyJob(
        survey_id=survey_id,
        source=row.source.code,
        kind=kind,
        options=options,
        listed=row.tables.exists(),
        waiting=tuple(waiting.values_list("name", flat=True)),
        duties=all_duties(SYSTEM_ACTOR, DutyFilter(department=row.source.department.code)),
    )


def list_tables(actor: Actor, survey_id: str, names: Sequence[str]) -> None:
    """Note which tables there are to look at."""
    require(actor, Permission.RUN_EXECUTE)
    row = _find(survey_id)
    rows = [SurveyedTable(survey=row, name=name[:255]) for name in names]
    SurveyedTable.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def record_table(
    actor: Actor,
    survey_id: str,
    found: TableSurvey,
    *,
    clock: Clock,
    duties: tuple[DutyView, ...] = (),
) -> TableOutcome:
    """Keep what was found of one table, and the proposal that it makes, in one transaction."""
    require(actor, Permission.RUN_EXECUTE)
    row = _find(survey_id)
    values: dict[str, Any] = {"rows": found.rows, "column_count": len(found.columns)}
    with transaction.atomic():
        if found.skipped is not None:
            outcome = TableOutcome.SKIPPED
            values |= {
                "reason_zh": found.skipped_zh or found.skipped.zh,
                "reason_en": found.skipped_en or found.skipped.en,
            }
        else:
            outcome, more = _propose(row, found, duties, clock)
            values |= more
        row.tables.filter(name=found.table[:255]).update(outcome=outcome.value, **values)
    return outcome


def _propose(
    row: SourceSurvey, found: TableSurvey, duties: tuple[DutyView, ...], clock: Clock
) -> tuple[TableOutcome, dict[str, Any]]:
    key = f"{row.source.code}:{found.table}"[:255]
    held = Proposal.objects.filter(origin_key=key, status=ProposalStatus.CONFIRMED.value).last()
    if held is not None:
        return TableOutcome.HELD, {
            "proposal": held,
            "reason_zh": f"已确认为目录草稿 {held.service}",
            "reason_en": f"confirmed as the entry {held.service}",
        }
    suggested = suggested_from(
        found,
        origin_key=key,
        provider=row.source.department.code,
        provider_name=row.source.department.name,
        system=row.source.system.code if row.source.system else "",
        duties=duties,
    )
    made, new = store.keep(suggested, source=row.source_id, at=clock.now())
    return (TableOutcome.PROPOSED if new else TableOutcome.UNCHANGED), {"proposal": made}


def end_survey(actor: Actor, survey_id: str, *, clock: Clock) -> SurveyView:
    """Running → done; tables that were not met, because they are gone, are said so."""
    require(actor, Permission.RUN_EXECUTE)
    row = _find(survey_id)
    row.tables.filter(outcome=TableOutcome.WAITING.value).update(
        outcome=TableOutcome.SKIPPED.value, reason_zh="探查时该表已不存在", reason_en="the table was gone"
    )
    return _end(actor, row, SurveyAction.FINISH, clock)


def fail_survey(actor: Actor, survey_id: str, error: JutongError, *, clock: Clock) -> SurveyView:
    """Queued or running → failed, with the error's message; what was proposed so far stays."""
    require(actor, Permission.RUN_EXECUTE)
    row = _find(survey_id)
    return _end(
        actor,
        row,
        SurveyAction.FAIL,
        clock,
        error_code=error.code,
        error_zh=error.message("zh"),
        error_en=error.message("en"),
    )


def _end(actor: Actor, row: SourceSurvey, action: SurveyAction, clock: Clock, **values: Any) -> SurveyView:
    with transaction.atomic():
        _move(row, action, active_key=None, ended_at=clock.now(), **values)
        record(
            actor,
            AuditAction.SURVEY_END,
            at=clock.now(),
            object_type="survey",
            object_id=row.survey_id,
            department=row.source.department.code,
            detail={"source": row.source.code, "error": values.get("error_code", "")},
        )
    return _view(_find(row.survey_id))


def _move(row: SourceSurvey, action: SurveyAction, **values: Any) -> None:
    target = survey_after(SurveyStatus(row.status), action)
    moved = target and SourceSurvey.objects.filter(pk=row.pk, status=row.status).update(
        status=target.value, **values
    )
    if not moved:
        raise SurveyEnded(survey=row.survey_id)


def waiting_surveys(actor: Actor) -> tuple[str, ...]:
    """Ids of the queued surveys, the oldest first."""
    require(actor, Permission.RUN_READ)
    rows = SourceSurvey.objects.filter(status=SurveyStatus.QUEUED.value).order_by("pk")
    return tuple(rows.values_list("survey_id", flat=True))


def survey(actor: Actor, survey_id: str) -> SurveyView:
    """One survey.

    Raises:
        SurveyNotFound
    """
    row = _find(survey_id)
    require(actor, Permission.SOURCE_READ, row.source.department.code)
    return _view(row)


def surveys(actor: Actor, *, source: str = "", limit: int = 50) -> tuple[SurveyView, ...]:
    """Surveys within the actor's scope, the newest first."""
    require(actor, Permission.SOURCE_READ)
    rows = SourceSurvey.objects.select_related("source__department", "source__system")
    reach = scope(actor, Permission.SOURCE_READ)
    if reach is not None:
        rows = rows.filter(source__department__code__in=reach)
    if source:
        rows = rows.filter(source__code=source)
    return tuple(map(_view, rows[:limit]))


def surveyed_tables(actor: Actor, survey_id: str) -> tuple[TableView, ...]:
    """What became of each table of a survey."""
    survey(actor, survey_id)
    return tuple(
        TableView(
            name=row.name,
            outcome=TableOutcome(row.outcome),
            reason_zh=row.reason_zh,
            reason_en=row.reason_en,
            rows=row.rows,
            column_count=row.column_count,
            proposal=row.proposal_id,
        )
        for row in SurveyedTable.objects.filter(survey__survey_id=survey_id)
    )


def _find(survey_id: str) -> SourceSurvey:
    rows = SourceSurvey.objects.select_related("source__department", "source__system")
    row = rows.filter(survey_id=survey_id).first()
    if row is None:
        raise SurveyNotFound(survey=survey_id)
    return row


def _view(row: SourceSurvey) -> SurveyView:
    counts = row.tables.order_by().values_list("outcome").annotate(count=Count("pk"))
    return SurveyView(
        survey_id=row.survey_id,
        source=row.source.code,
        source_name=row.source.name,
        department=row.source.department.code,
        status=SurveyStatus(row.status),
        requested_by=row.requested_by_name,
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        error_zh=row.error_zh,
        error_en=row.error_en,
        counts=dict(counts),
    )
