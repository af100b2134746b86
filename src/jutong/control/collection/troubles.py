"""What is wrong with collection at an instant: one value a trouble, from a fixed number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.terms import RunStatus
from jutong.vocabulary.terms import Term


class TroubleKind(Term):
    """What people may want to be told of."""

    RUN_FAILED = "run_failed", "1", "归集失败", "Collection failed"
    LATE = "late", "2", "逾期未更新", "Late against its promise"
    PROOF_INCOMPLETE = "proof_incomplete", "3", "完整性核对不一致", "Not proved complete"
    HELD = "held", "4", "归集待确认", "Delivery held for confirmation"
    DRIFT = "drift", "5", "来源结构或内容有变化", "The source has changed"
    LAG = "lag", "6", "实时同步滞后", "Behind its source"
    QUARANTINED = "quarantined", "7", "问题数据过多", "Many refused rows"
    WORKER_SILENT = "worker_silent", "8", "作业进程没有响应", "The worker is silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble of one entry, or of the platform; `number` is seconds of lag or refused rows."""

    kind: TroubleKind
    service: str = ""
    title: str = ""
    department: str = ""
    source: str = ""
    since: datetime | None = None
    error_code: str = ""
    error_detail: Mapping[str, Any] = field(default_factory=dict)
    number: float = 0.0

    @property
    def key(self) -> str:
        """The same while the trouble lasts."""
        return f"{self.kind.value}:{self.service}"


def troubles(now: datetime) -> tuple[Trouble, ...]:
    """Every trouble of the hooked live entries at the instant `now`; three queries, however many entries there are."""
    ended = CollectionRun.objects.filter(
        binding=OuterRef("pk"), dry_run=False, status__in=(RunStatus.SUCCEEDED.value, RunStatus.FAILED.value)
    )
    held = CollectionRun.objects.filter(binding=OuterRef("pk"), status=RunStatus.HELD.value)
    rows = Binding.objects.filter(active=True, paused=False, entry__live=True).annotate(
        newest=Subquery(ended.order_by("-pk").values("pk")[:1]), held=Subquery(held.values("pk")[:1])
    )
    bindings = list(rows.select_related("entry__provider", "source"))
    keys = {key for row in bindings for key in (row.newest, row.held) if key is not None}
    wanted = CollectionRun.objects.filter(pk__in=keys).defer("report")
    runs = {run.pk: run for run in wanted}
    drifted = set(wanted.filter(report__contains='"drift":[{').values_list("pk", flat=True))
    return tuple(
        trouble
        for row in bindings
        for trouble in _of(row, runs.get(row.newest), runs.get(row.held), now, drifted=row.newest in drifted)
    )


def _of(
    row: Binding, newest: CollectionRun | None, held: CollectionRun | None, now: datetime, *, drifted: bool
) -> Iterator[Trouble]:
    about = Trouble(
        kind=TroubleKind.LATE,
        service=row.entry.service,
        title=row.entry.title,
        department=row.entry.provider.code,
        source=row.source.code,
    )
    if newest is not None and newest.status == RunStatus.FAILED.value:
        yield replace(
            about,
            kind=TroubleKind.RUN_FAILED,
            since=newest.ended_at,
            error_code=newest.error_code,
            error_detail=newest.error_detail,
        )
    if row.due_at is not None and now > row.due_at:
        yield replace(about, kind=TroubleKind.LATE, since=row.due_at)
    if row.proof_complete is False:
        yield replace(about, kind=TroubleKind.PROOF_INCOMPLETE, since=row.proved_at)
    if held is not None:
        yield replace(about, kind=TroubleKind.HELD, since=held.started_at)
    if newest is not None and drifted:
        yield replace(about, kind=TroubleKind.DRIFT, since=newest.ended_at)
    if row.lag_s:
        yield replace(about, kind=TroubleKind.LAG, number=row.lag_s)
    if newest is not None and newest.rows_quarantined:
        number = float(newest.rows_quarantined)
        yield replace(about, kind=TroubleKind.QUARANTINED, since=newest.ended_at, number=number)
