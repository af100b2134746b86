"""Upserts and deletes by key: what a small change costs follows the change, not the table."""
# ruff: noqa: S608  # every name in the SQL is ours or quoted

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake.engine import DuckDBEngine
from jutong.dataflow.lake.errors import KeysInvalid
from jutong.dataflow.lake.names import WriteCounts

_ROWS: Final = "merge_rows"
_GONE: Final = "merge_gone"
_FOUND: Final = "merge_found"
_SAME: Final = "merge_same"


def merge(
    engine: DuckDBEngine,
    target: exp.Table,
    *,
    rows: exp.Query,
    keys: Sequence[str],
    deletes: exp.Query | None,
    before: int,
) -> WriteCounts:
    """Put `rows` (stamped) in the place of the target's rows of their key, and take out those of `deletes`.

    A row whose `_hash` the target has already changes nothing. A key in both is deleted and put in again.

    Raises:
        KeysInvalid: a key is empty or comes twice among `rows`.
    """
    name, listed = engine.render(target), ", ".join(map(_quoted, keys))
    try:
        staged = engine.write(_ROWS, rows)
        _require_keys(engine, listed, keys, staged)
        none = f"SELECT {listed} FROM {_ROWS} LIMIT 0"
        engine.write(
            _GONE, none if deletes is None else f"SELECT DISTINCT {listed} FROM ({engine.render(deletes)}) d"
        )
        # One reading of the table's keys and hashes; the bounds of its files and row groups leave much of it out.
        engine.write(
            _FOUND,
            f"SELECT t.rowid AS r, {listed}, t._hash AS h FROM {name} t "
            f"SEMI JOIN (SELECT {listed} FROM {_ROWS} UNION ALL SELECT {listed} FROM {_GONE}) k USING ({listed})",
        )
        known = _count(engine, f"SELECT count(*) FROM {_ROWS} s SEMI JOIN {_FOUND} f USING ({listed})")
        same = engine.write(
            _SAME,
            f"SELECT {listed}, min(f.r) AS r FROM {_FOUND} f JOIN {_ROWS} s USING ({listed}) "
            f"ANTI JOIN {_GONE} g USING ({listed}) GROUP BY ALL HAVING count(*) = 1 AND min(f.h) = min(s._hash)",
        )
        taken = _count(
            engine, f"DELETE FROM {name} WHERE rowid IN (SELECT r FROM {_FOUND} EXCEPT SELECT r FROM {_SAME})"
        )
        gone = _count(
            engine,
            f"SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {_FOUND}) f ANTI JOIN {_ROWS} s USING ({listed})",
        )
        put = _count(
            engine,
            f"INSERT INTO {name} BY NAME SELECT s.* REPLACE (CASE WHEN f.r IS NULL THEN s._op ELSE 'U' END AS _op) "
            f"FROM {_ROWS} s ANTI JOIN {_SAME} USING ({listed}) "
            f"LEFT JOIN (SELECT {listed}, min(r) AS r FROM {_FOUND} GROUP BY ALL) f USING ({listed})",
        )
    finally:
        for table in (_ROWS, _GONE, _FOUND, _SAME):
            engine.drop(table)
    return WriteCounts(
        rows=before - taken + put,
        inserted=staged - known,
        updated=known - same,
        deleted=gone,
        unchanged=same,
    )


def _require_keys(engine: DuckDBEngine, listed: str, keys: Sequence[str], staged: int) -> None:
    empty = " OR ".join(f"{_quoted(key)} IS NULL" for key in keys)
    query = f"SELECT count(*) FILTER ({empty}), count(DISTINCT ({listed})) FROM {_ROWS}"
    row = engine.run(query).fetchone() or (0, 0)
    if row[0] or row[1] != staged:
        raise KeysInvalid(empty=row[0], again=staged - row[1])


def _count(engine: DuckDBEngine, statement: str) -> int:
    row = engine.run(statement).fetchone()
    return int(row[0]) if row else 0


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
