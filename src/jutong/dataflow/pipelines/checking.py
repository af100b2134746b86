"""Judge what lies in a pool now, without a new delivery."""

from datetime import date
from typing import Final

from sqlglot import exp, maybe_parse

from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.quality import check, rules_of
from jutong.vocabulary.contracts import EntryContract, RuleOutcome

_ROWS: Final = "pool_rows"
_FINDINGS: Final = "pool_findings"


def check_table(contract: EntryContract, *, lake: Lake, on: date) -> tuple[RuleOutcome, ...]:
    """What the entry's rules find among the rows that its pool holds now, judged as of the day `on`.

    Raises:
        TableUnknown: nothing has been collected yet.
    """
    table = TableName(POOL, contract.service)
    lake.count(table)  # refuses an unknown table in the platform's words
    query = exp.select("*").from_(table.table(CATALOGUE))
    numbers = exp.select("count(*) > count(DISTINCT _row_no) AS again").from_(table.table(CATALOGUE))
    if lake.engine.sql(numbers).column("again")[0].as_py():  # several deliveries, each numbered from 1
        query = maybe_parse("SELECT * REPLACE (rowid + 1 AS _row_no)", dialect="duckdb", into=exp.Select)
        query = query.from_(table.table(CATALOGUE))
    lake.engine.run(f"CREATE OR REPLACE TEMP VIEW {_ROWS} AS {query.sql(dialect=lake.engine.dialect)}")
    try:
        return check(lake.engine, _ROWS, rules_of(contract, on), findings=_FINDINGS)
    finally:
        lake.engine.run(f"DROP VIEW IF EXISTS {_ROWS}")
        lake.engine.drop(_FINDINGS)
