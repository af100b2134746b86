"""The ledger of completeness (完整性台账): when each table was last proved complete, and what was found and repaired."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding, Proof
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.collection import CollectionMode, ProofReport
from jutong.vocabulary.terms import Term


class Proven(Term):
    """How a table stands towards its source, by its newest proof."""

    COMPLETE = "complete", "1", "完整", "Complete"
    DIFFERENT = "different", "2", "与来源不一致", "Differs from its source"
    NEVER = "never", "3", "尚未证明", "Not proved yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One hooked entry in the ledger."""

    service: str
    title: str
    department: str
    department_name: str
    mode: CollectionMode
    standing: Proven
    proved_at: datetime | None
    complete_at: datetime | None
    """When it was last proved complete."""
    method: str
    rows_source: int | None
    rows_pool: int | None
    proofs: int
    differing: int
    """How many of the proofs found a difference."""
    repaired: int
    """Rows repaired, over all proofs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One proof of a table."""

    key: int
    proved_at: datetime
    complete: bool
    repaired: int
    run_id: str
    report: ProofReport


def ledger(
    actor: Actor, *, department: str = "", standing: Proven | None = None, search: str = ""
) -> tuple[LedgerLine, ...]:
    """The hooked live entries within the actor's scope, those that differ and were never proved first; two queries."""
    require(actor, Permission.SOURCE_READ, department or None)
    rows = Binding.objects.filter(active=True, entry__live=True).exclude(mode=CollectionMode.LOGICAL.value)
    reach = scope(actor, Permission.SOURCE_READ)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    if department:
        rows = rows.filter(entry__provider__code=department)
    if wanted := search.strip():
        rows = rows.filter(Q(entry__title__icontains=wanted) | Q(entry__service__icontains=wanted))
    lines = [_line(row) for row in _counted(rows)]
    order = [Proven.DIFFERENT, Proven.NEVER, Proven.COMPLETE]
    lines.sort(key=lambda line: (order.index(line.standing), line.department_name, line.service))
    return tuple(line for line in lines if standing in {None, line.standing})


def _counted(rows: Any) -> Any:
    mine = Proof.objects.filter(binding=OuterRef("pk")).order_by("-pk")
    return (
        rows.select_related("entry__provider")
        .annotate(
            times=Count("proofs"),
            wrong=Count("proofs", filter=Q(proofs__complete=False) | Q(proofs__repaired__gt=0)),
            mended=Sum("proofs__repaired"),
            newest=Subquery(mine.values("report")[:1]),
            whole_at=Subquery(mine.filter(complete=True).values("proved_at")[:1]),
        )
        .order_by("pk")
    )


def _line(row: Any) -> LedgerLine:
    report = ProofReport.from_json(row.newest) if row.newest else None
    complete = row.proof_complete if report is None else report.complete
    return LedgerLine(
        service=row.entry.service,
        title=row.entry.title,
        department=row.entry.provider.code,
        department_name=row.entry.provider.name,
        mode=CollectionMode(row.mode),
        standing=Proven.NEVER if complete is None else Proven.COMPLETE if complete else Proven.DIFFERENT,
        proved_at=row.proved_at if report is None else report.ended_at,
        complete_at=row.whole_at,
        method=report.method if report else "",
        rows_source=report.rows_source if report else None,
        rows_pool=report.rows_pool if report else None,
        proofs=row.times,
        differing=row.wrong,
        repaired=row.mended or 0,
    )


def proofs_of(
    actor: Actor, service: str, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[ProofLine]:
    """The proofs of one table, the newest first.

    Raises:
        NotHooked: no source fills the entry.
    """
    binding = Binding.objects.select_related("entry__provider").filter(entry__service=service).first()
    if binding is None:
        raise NotHooked(service=service)
    require(actor, Permission.SOURCE_READ, binding.entry.provider.code)
    rows = Proof.objects.select_related("run").filter(binding=binding).order_by("-pk")
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(_proof(row) for row in found[:limit]), next_cursor=following)


def proof_of_run(actor: Actor, run_id: str) -> ProofLine | None:
    """What proving after this run showed; None where nothing was proved."""
    rows = Proof.objects.select_related("run", "binding__entry__provider").filter(run__run_id=run_id)
    row = rows.order_by("-pk").first()
    if row is None:
        return None
    require(actor, Permission.RUN_READ, row.binding.entry.provider.code)
    return _proof(row)


def _proof(row: Proof) -> ProofLine:
    return ProofLine(
        key=row.pk,
        proved_at=row.proved_at,
        complete=row.complete,
        repaired=row.repaired,
        run_id=row.run.run_id if row.run else "",
        report=ProofReport.from_json(row.report),
    )
