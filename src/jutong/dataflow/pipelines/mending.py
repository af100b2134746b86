"""Rows that source and pool have differently: read again, judged by the entry's rules, and put right in one commit."""
# ruff: noqa: S608  # every name in the SQL is ours or quoted

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from sqlglot import exp, parse_one

from jutong.dataflow.connectors.protocol import ProvableConnector
from jutong.dataflow.lake import Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.names import QUARANTINE
from jutong.dataflow.lake.rows import row_hash
from jutong.dataflow.pipelines import staging
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.fingerprints import PoolSide
from jutong.dataflow.pipelines.quarantining import COLUMNS, key_digest, key_fields
from jutong.dataflow.pipelines.sealing import row_secret
from jutong.dataflow.quality import cast_of, check, rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import EntryContract

if TYPE_CHECKING:
    from jutong.dataflow.pipelines.proof import ProofTerms

_FINDINGS: Final = "mending_findings"
_KEYS: Final = "mending_keys"
_RIGHT: Final = "mending_right"
_NOW: Final = "mending_now"
_WRONG: Final = "mending_wrong"
_KEYS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What became of keys that looked different."""

    wrong: int = 0
    """Rows that the pool has not, has too many, or has with other values."""
    repaired: int = 0
    refused: int = 0
    """Rows of the source that are rightly not in the pool."""
    added: int = 0
    """Rows of the pool more than before; negative for fewer."""
    keys: tuple[str, ...] = ()
    """The wrong rows' keys, in order."""
    version: int | None = None

    def __add__(self, other: "Mended") -> "Mended":
        return Mended(
            wrong=self.wrong + other.wrong,
            repaired=self.repaired + other.repaired,
            refused=self.refused + other.refused,
            added=self.added + other.added,
            keys=self.keys + other.keys,
            version=other.version or self.version,
        )


def mend(
    contract: EntryContract,
    connector: ProvableConnector,
    plan: ColumnPlan,
    *,
    lake: Lake,
    pool: PoolSide,
    key: str,
    keys: Sequence[str],
    terms: "ProofTerms",
    clock: Clock,
) -> Mended:
    """Compare the rows of `keys` by value with what the source has now, and put the pool's right."""
    engine = lake.engine
    try:
        staging.stage(engine, _Rows(connector, key, keys), plan, lambda _rows: None)  # type: ignore[arg-type]
        staging.name_by_item(engine, plan, contract)
        keyed = exp.cast(exp.column(pool.key, quoted=True), "text").sql("duckdb")
        refused = _judge(lake, contract, keyed, terms, clock)
        engine.register("mending_listed", pa.table({"key": pa.array(keys, pa.string())}))
        engine.write(_KEYS, "SELECT key FROM mending_listed")
        engine.unregister("mending_listed")
        fields = ", ".join(exp.column(item.field, quoted=True).sql("duckdb") for item in contract.items)
        hashed = row_hash([item.field for item in contract.items]).sql("duckdb")
        present = engine.render(lake.at(pool.table, None))
        # The hash is told anew: what was changed in the pool's files may have left the old one beside it.
        engine.write(
            _NOW,
            f"SELECT {fields}, {hashed} AS h, {keyed} AS k FROM {present} "
            f"WHERE {keyed} IN (SELECT key FROM {_KEYS}){_only(pool)}",
        )
        engine.write(
            _WRONG,
            f"SELECT k, count(*) AS n FROM ((SELECT k, h FROM {_NOW} EXCEPT ALL SELECT k, h FROM {_RIGHT}) UNION ALL "
            f"(SELECT k, h FROM {_RIGHT} EXCEPT ALL SELECT k, h FROM {_NOW})) GROUP BY 1",
        )
        wrong = [row[0] for row in engine.run(f"SELECT k FROM {_WRONG} ORDER BY 1").fetchall()]
        done = Mended(wrong=len(wrong), refused=refused, keys=tuple(wrong))
        if not wrong or not terms.repair or terms.mode is CollectionMode.APPEND:
            return done
        return _written(lake, contract, pool, terms, clock, done)
    finally:
        engine.run(f"DROP VIEW IF EXISTS {staging.DELIVERY}")
        for name in (staging.STAGED, _FINDINGS, _KEYS, _RIGHT, _NOW, _WRONG):
            engine.drop(name)


def _judge(lake: Lake, contract: EntryContract, keyed: str, terms: "ProofTerms", clock: Clock) -> int:
    """Make the table of rows that ought to be in the pool; how many of those read are rightly not."""
    engine = lake.engine
    rules = rules_of(contract, business_date(clock.now()))
    check(engine, staging.DELIVERY, rules, findings=_FINDINGS)
    blocking = ", ".join(exp.Literal.string(rule.code).sql("duckdb") for rule in rules if rule.blocking)
    typed = ", ".join(
        exp.alias_(cast_of(item.field, item.data_type), item.field, quoted=True).sql("duckdb")
        for item in contract.items
    )
    number = staging.ROW_NUMBER
    keys = key_fields(contract)
    hashed = row_hash([item.field for item in contract.items]).sql("duckdb")
    rows = engine.write(
        _RIGHT,
        f"SELECT *, {hashed} AS h, {keyed} AS k FROM (SELECT {typed}, {number} FROM {staging.DELIVERY} WHERE {number} NOT IN "
        f"(SELECT {number} FROM {_FINDINGS} WHERE len(list_intersect(broken, [{blocking}]::text[])) > 0)) t "
        f"{_set_aside(lake, contract, keys, terms)}",
    )
    row = engine.run(f"SELECT count(*) FROM {staging.STAGED}").fetchone()
    return (int(row[0]) if row else 0) - rows


def _set_aside(lake: Lake, contract: EntryContract, keys: Sequence[str], terms: "ProofTerms") -> str:
    """Rows that drift or a person has set aside are known by the digest of their key alone."""
    table = TableName(QUARANTINE, contract.service)
    if not keys or terms.sealing_key is None or not lake.exists(table):
        return ""
    if not set(COLUMNS) <= set(lake.columns(table)):
        return ""
    digest = key_digest(keys, row_secret(terms.sealing_key), table="t").sql("duckdb")
    name = lake.engine.render(lake.at(table, None))
    return (
        f"WHERE coalesce({digest} NOT IN (SELECT key FROM {name} WHERE state = 'open' AND key IS NOT NULL "
        "AND len(list_intersect(reasons, ['totals_row', 'values_changed'])) > 0), TRUE)"
    )


def _written(
    lake: Lake, contract: EntryContract, pool: PoolSide, terms: "ProofTerms", clock: Clock, done: Mended
) -> Mended:
    """The wrong keys' rows as the source has them, in the place of the pool's."""
    keys = key_fields(contract)
    fields = ", ".join(exp.column(item.field, quoted=True).sql("duckdb") for item in contract.items)
    listed = ", ".join(exp.column(field, quoted=True).sql("duckdb") for field in keys)
    before = lake.count(pool.table)
    write = TableWrite(
        table=pool.table,
        source=_query(
            f"SELECT {fields}, {staging.ROW_NUMBER}, h AS _hash FROM {_RIGHT} WHERE k IN (SELECT k FROM {_WRONG})"
        ),
        mode="merge",
        keys=keys,
        deletes=_query(f"SELECT {listed} FROM {_NOW} WHERE k IN (SELECT k FROM {_WRONG})"),
    )
    provenance = Provenance(
        department=terms.department, system=terms.system, run_id=terms.proof_id, collected_at=clock.now()
    )
    version = lake.write([write], provenance)
    return Mended(
        wrong=done.wrong,
        repaired=done.wrong,
        refused=done.refused,
        added=lake.count(pool.table) - before,
        keys=done.keys,
        version=version,
    )


def _only(pool: PoolSide) -> str:
    return "".join(
        f" AND {exp.column(name, quoted=True).sql('duckdb')} = {exp.Literal.string(str(value)).sql('duckdb')}"
        for name, value in pool.where.items()
    )


def _query(text: str) -> exp.Query:
    parsed = parse_one(text, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


class _Rows:
    """The rows of some keys as a source of their own."""

    def __init__(self, connector: ProvableConnector, key: str, keys: Sequence[str]) -> None:
        self._connector, self._key, self._keys = connector, key, keys

    def read(self) -> Iterator[Any]:
        for start in range(0, len(self._keys), _KEYS_AT_ONCE):
            yield from self._connector.read_keys(self._key, self._keys[start : start + _KEYS_AT_ONCE])
