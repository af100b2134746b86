"""Incremental collection (按游标增量): rows whose cursor has grown, from a little before where the last run ended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from math import ceil
from typing import Final

from jutong.dataflow.connectors.protocol import Connector, Part, SelectiveConnector, SinceConnector
from jutong.dataflow.pipelines.collect import collect, earlier_run
from jutong.dataflow.pipelines.errors import (
    CursorEmpty,
    CursorUnset,
    CursorWentBack,
    KeyRequired,
    PartsUnsupported,
)
from jutong.dataflow.pipelines.quarantining import key_fields
from jutong.dataflow.pipelines.upserting import Landing, Rows, upsert
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport

_DAY_S: Final = 86_400


def collect_increment(landing: Landing, connector: Connector, *, anew: bool = False) -> RunReport:
    """Land the rows that are new or changed since the last run; the first run, and one that begins `anew`, is a full one.

    Reading starts `policy.overlap` before the last position, the position's own value included: rows that share it,
    or were committed late, are not lost, and landing a row again changes nothing. Deleted rows are not seen by a
    cursor; the completeness proof finds and mends them.

    Raises:
        CursorUnset, PartsUnsupported, KeyRequired: the source or the entry is not fit for it.
        CursorEmpty: rows without a cursor value would never be seen again.
        CursorWentBack: the source is older than what was read from it.
    """
    cursor, overlap = landing.terms.policy.cursor, landing.terms.policy.overlap
    if (before := earlier_run(landing.lake, landing.pool, landing.run_id)) is not None:
        return before
    if not isinstance(connector, SelectiveConnector):
        raise PartsUnsupported(kind=connector.kind)
    if cursor not in connector.columns():
        raise CursorUnset(column=cursor)
    if not key_fields(landing.contract):
        raise KeyRequired(service=landing.contract.service)
    reached = landing.lake.position(landing.pool) if not anew and landing.lake.exists(landing.pool) else ""
    # Taken before reading: what is committed meanwhile lies above it and comes with the next run.
    newest = _newest(connector, cursor, reached, overlap)
    if not reached:
        return _whole(landing, connector, cursor, newest or "")
    if newest is None or is_below(newest, reached):
        raise CursorWentBack(column=cursor)
    part = Part(column=cursor, lower=earlier(reached, overlap))
    rows = Rows(
        kind=connector.kind,
        names=connector.columns(),
        batches=partial(connector.read_part, part),
        lines=connector.rejected,
        capabilities=connector.capabilities,
    )
    return upsert(landing, rows, mode=CollectionMode.INCREMENTAL, position=newest)


def _newest(connector: SelectiveConnector, cursor: str, reached: str, overlap: int) -> str | None:
    if not reached or not isinstance(connector, SinceConnector):
        return connector.greatest(cursor)
    # An interface may take "since" as "after": where nothing comes, nothing is new.
    return connector.greatest_since(cursor, earlier(reached, overlap)) or reached


def _whole(landing: Landing, connector: SelectiveConnector, cursor: str, newest: str) -> RunReport:
    empty = sum(batch.column(0).null_count for batch in connector.read_part(Part(columns=(cursor,))))
    if empty:
        raise CursorEmpty(column=cursor, rows=empty)
    report = collect(
        landing.contract,
        connector,
        lake=landing.lake,
        mapping=landing.mapping,
        department=landing.department,
        system=landing.system,
        run_id=landing.run_id,
        clock=landing.clock,
        progress=landing.progress,
        terms=replace(landing.terms, position=newest),
    )
    return replace(report, mode=CollectionMode.INCREMENTAL.value, inserted=report.landed)


def earlier(position: str, overlap: int) -> str:
    """`position` less the overlap: seconds of an instant, days (rounded up) of a date, units of a number."""
    if not overlap:
        return position
    value = _value(position)
    if isinstance(value, Decimal):
        return format(value - overlap, "f")
    if isinstance(value, datetime):
        return (value - timedelta(seconds=overlap)).isoformat(sep=" ")
    if isinstance(value, date):
        return (value - timedelta(days=ceil(overlap / _DAY_S))).isoformat()
    return position


def is_below(one: str, other: str) -> bool:
    """Whether one cursor value comes before another; as texts, where they are not of one kind."""
    first, second = _value(one), _value(other)
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        return first < second
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first.replace(tzinfo=first.tzinfo or UTC) < second.replace(tzinfo=second.tzinfo or UTC)
    return one < other


def _value(text: str) -> "Decimal | datetime | date | str":
    """What a cursor's text stands for, so that 9 is below 10 and noon is not later for being written shorter."""
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    try:
        return date.fromisoformat(text) if len(text) == len("2000-01-01") else datetime.fromisoformat(text)
    except ValueError:
        return text
