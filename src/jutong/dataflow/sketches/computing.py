"""Sketches of the columns of one version of a table, by SQL in the lake's engine; memory does not grow with the rows."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.vocabulary.sketches import SPACE, ColumnSketch

# Twice as many candidates as are kept: the engine's own count of distinct values is a few per cent off.
_SPARE: Final = 2
_REPEATED: Final = 4

# One form for one value: no spaces around it, capitals, half-width digits and letters (looked for only where there is
# more than ASCII), whole numbers without decimals; so departments that write alike meet.
_TEXT: Final = (
    "upper(trim(CASE WHEN strlen(c) = length(c) THEN c ELSE "
    "translate(c, '０１２３４５６７８９ＡＢＣＤＥＦＧＨＸ（）－　', '0123456789ABCDEFGHX()- ') END))"
)
_NUMBER: Final = (
    "CASE WHEN c = floor(c) AND abs(c) < 1e15 THEN CAST(c AS BIGINT)::VARCHAR ELSE c::VARCHAR END"
)
_OTHER: Final = "c::VARCHAR"
_FRACTIONS: Final = ("DOUBLE", "FLOAT", "DECIMAL")


def sketch_table(
    lake: Lake, table: TableName, version: int, fields: Sequence[str], *, key: bytes, k: int
) -> Iterator[ColumnSketch]:
    """A sketch of each of `fields` as they are at `version`, hashed under `key`.

    Raises:
        TableUnknown, VersionUnknown, ColumnUnknown: there is no such table, version or column.
    """
    lake.read(table, version, list(fields), limit=0)  # says plainly what is not there
    source = lake.engine.render(_at(table, version))
    columns = [exp.column(name, quoted=True).sql(dialect="duckdb") for name in fields]
    shape = f"DESCRIBE SELECT {', '.join(columns)} FROM {source}"  # noqa: S608
    kinds = [row[1] for row in lake.engine.run(shape).fetchall()]
    counts = _counts(lake, source, columns)
    # 128 bits before the value: key and value of an ordinary length then fit one block of SHA-256.
    secret = hashlib.sha256(key).hexdigest()[:32]
    for name, column, kind, (filled, distinct) in zip(fields, columns, kinds, counts[1:], strict=True):
        # Where each value stands several times, they are told apart before they are hashed.
        chosen = "SELECT DISTINCT" if distinct * _REPEATED < filled else "SELECT"
        values = f"SELECT {_form(kind)} AS v FROM ({chosen} {column} AS c FROM {source}) WHERE c IS NOT NULL"  # noqa: S608
        hashes = _smallest(lake, values, secret, k, distinct) if filled else ()
        yield ColumnSketch(field=name, k=k, hashes=hashes, rows=counts[0][0], empty=counts[0][0] - filled)


def _form(kind: str) -> str:
    if kind == "VARCHAR":
        return _TEXT
    return _NUMBER if kind.startswith(_FRACTIONS) else _OTHER


def _at(table: TableName, version: int) -> exp.Expr:
    source = table.table(CATALOGUE)
    moment = exp.HistoricalData(this="AT", kind="VERSION", expression=exp.Literal.number(version))
    source.set("when", moment)
    return source


def _counts(lake: Lake, source: str, columns: Sequence[str]) -> list[tuple[int, int]]:
    """(rows, rows), then for each column (rows with a value, roughly how many distinct ones)."""
    parts = ["count(*)"]
    for column in columns:
        filled = f"nullif(trim(CAST({column} AS VARCHAR)), '')"
        parts += [f"count({filled})", f"approx_count_distinct({filled})"]
    query = f"SELECT {', '.join(parts)} FROM {source}"  # noqa: S608  # quoted columns of a checked table
    row = lake.engine.run(query).fetchone() or (0,)
    pairs = list(zip(row[1::2], row[2::2], strict=True))
    return [(int(row[0]), int(row[0])), *((int(filled), int(distinct)) for filled, distinct in pairs)]


def _smallest(lake: Lake, values: str, secret: str, k: int, distinct: int) -> tuple[int, ...]:
    """The `k` smallest distinct hashes: at first only those small enough are looked at, all when they were too few."""
    bound = SPACE - 1
    if distinct > k * _SPARE:
        bound = min(bound, SPACE * k * _SPARE // distinct)
    found = _hashes(lake, values, secret, k, bound)
    if len(found) < k and bound < SPACE - 1:
        found = _hashes(lake, values, secret, k, SPACE - 1)
    return found


def _hashes(lake: Lake, values: str, secret: str, k: int, bound: int) -> tuple[int, ...]:
    # The secret is a parameter: no statement, log or plan of the engine shows it.
    hashed = f"SELECT ('0x' || substr(sha256($1 || v), 1, 16))::UBIGINT AS h FROM ({values}) WHERE v <> ''"  # noqa: S608
    query = f"SELECT DISTINCT h FROM ({hashed}) WHERE h <= {bound}::UBIGINT ORDER BY h LIMIT {k}"  # noqa: S608
    return tuple(int(row[0]) for row in lake.engine.run(query, [secret]).fetchall())
