"""Provenance as SQL: what each landed row says of where it came from."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake.names import PROVENANCE_COLUMNS, Provenance

_BETWEEN: Final = exp.func("chr", exp.Literal.number(31))
_EMPTY: Final = exp.func("chr", exp.Literal.number(30))


def stamped(source: exp.Query, columns: Sequence[str], provenance: Provenance) -> exp.Select:
    """`source` with the provenance columns behind its own; its own `_row_no` and `_hash` are kept."""
    own = [name for name in columns if name not in PROVENANCE_COLUMNS]
    values = {
        "_src_dept": exp.Literal.string(provenance.department),
        "_src_sys": exp.Literal.string(provenance.system),
        "_batch_no": exp.Literal.string(provenance.run_id),
        "_row_no": _row_number("_row_no" in columns),
        "_op": exp.Literal.string(provenance.operation),
        "_load_time": exp.cast(
            exp.Literal.string(provenance.collected_at.astimezone(UTC).isoformat()), "timestamptz"
        ),
        "_hash": exp.column("_hash", quoted=True) if "_hash" in columns else row_hash(own),
    }
    selected: list[exp.Expr] = [exp.column(name, quoted=True) for name in own]
    selected += [exp.alias_(values[name], name, quoted=True) for name in PROVENANCE_COLUMNS]
    return exp.select(*selected).from_(source.subquery("source"))


def row_hash(columns: Sequence[str]) -> exp.Expr:
    """MD5 over the values as text in column order: the same row gives the same hash in every run and engine."""
    texts = [
        exp.func("coalesce", exp.cast(exp.column(name, quoted=True), "text"), _EMPTY.copy())
        for name in columns
    ]
    return exp.func("md5", exp.func("concat_ws", _BETWEEN.copy(), *texts))


def _row_number(kept: bool) -> exp.Expr:
    if kept:
        return exp.cast(exp.column("_row_no", quoted=True), "bigint")
    return exp.Window(this=exp.RowNumber())
