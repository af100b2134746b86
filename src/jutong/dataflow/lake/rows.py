"""Provenance as SQL: what each landed row says of where it came from."""

from collections.abc import Sequence
from datetime import UTC

from sqlglot import exp

from jutong.dataflow.lake.names import PROVENANCE_COLUMNS, Provenance


def stamped(source: exp.Query, columns: Sequence[str], provenance: Provenance) -> exp.Select:
    """`source` with the provenance columns behind its own; its own `_row_no` and `_hash` are kept."""
    own = [name for name in columns if name not in PROVENANCE_COLUMNS]
    values = {
        **provenance_values(provenance),
        "_row_no": _row_number("_row_no" in columns),
        "_hash": exp.column("_hash", quoted=True) if "_hash" in columns else row_hash(own),
    }
    selected: list[exp.Expr] = [exp.column(name, quoted=True) for name in own]
    selected += [exp.alias_(values[name], name, quoted=True) for name in PROVENANCE_COLUMNS]
    return exp.select(*selected).from_(source.subquery("source"))


def provenance_values(provenance: Provenance) -> dict[str, exp.Expr]:
    """What is the same for every row of a delivery."""
    return {
        "_src_dept": exp.Literal.string(provenance.department),
        "_src_sys": exp.Literal.string(provenance.system),
        "_batch_no": exp.Literal.string(provenance.run_id),
        "_op": exp.Literal.string(provenance.operation),
        "_load_time": exp.cast(
            exp.Literal.string(provenance.collected_at.astimezone(UTC).isoformat()), "timestamptz"
        ),
    }


def row_hash(columns: Sequence[str]) -> exp.Expr:
    """The engine's own 64-bit hash over the values in column order: equal rows have equal hashes.

    It tells whether a row changed, an eighth of the work and a quarter of the room of an MD5. Another version of
    the engine may hash otherwise: then every row counts as changed once, and none is missed.
    """
    return exp.Anonymous(this="hash", expressions=[exp.column(name, quoted=True) for name in columns])


def _row_number(kept: bool) -> exp.Expr:
    if kept:
        return exp.cast(exp.column("_row_no", quoted=True), "bigint")
    return exp.Window(this=exp.RowNumber())
