"""Rows that are in Parquet files of the lake's folder already, before they are a version: written once, then adopted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlglot import exp

from jutong.dataflow.lake.engine import DuckDBEngine
from jutong.dataflow.lake.names import PROVENANCE_COLUMNS, Provenance, TableName
from jutong.dataflow.lake.rows import provenance_values

DATA: Final = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFiles:
    """Files with the columns of a table, those of provenance among them; further columns stay unseen."""

    paths: tuple[Path, ...]
    left_out: str = ""
    """A relation of the engine with `_row_no` of the rows that do not become part of the table."""

    def relation(self) -> str:
        """SQL of all their rows."""
        listed = ", ".join(_text(str(path)) for path in self.paths)
        return f"read_parquet([{listed}])"


@contextmanager
def files_for(engine: DuckDBEngine, catalogue: str, folder: Path, table: TableName) -> Iterator[Path]:
    """A new folder beside the table's files to write to; gone behind the block unless a version has its files.

    What a killed process leaves here is taken away by the lake's maintenance.
    """
    place = folder / DATA / table.schema / table.name / f"rows-{uuid4().hex}"
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        # Whether a version has them is for the catalogue to say: an error may come behind a commit.
        known = engine.run(
            f"SELECT 1 FROM __ducklake_metadata_{catalogue}.ducklake_data_file "  # noqa: S608  # our names
            f"WHERE contains(path, '{place.name}') LIMIT 1"
        ).fetchone()
        if known is None:
            for path in place.iterdir():
                path.unlink()
            place.rmdir()


def with_provenance(columns: Sequence[str], provenance: Provenance) -> list[exp.Expr]:
    """The provenance columns that a file's rows carry, apart from those that `columns` has."""
    values = provenance_values(provenance)
    return [
        exp.alias_(values[name], name, quoted=True)
        for name in PROVENANCE_COLUMNS
        if name in values and name not in columns
    ]


def adopt(engine: DuckDBEngine, catalogue: str, table: TableName, files: RowFiles, run_id: str) -> None:
    """Make the files part of `table` within the open transaction, without the rows that are left out."""
    listed = ", ".join(_text(str(path)) for path in files.paths)
    engine.run(
        f"CALL ducklake_add_data_files('{catalogue}', '{table.name}', [{listed}], "
        f"schema => '{table.schema}', ignore_extra_columns => true, allow_missing => true)"
    )
    if files.left_out:
        name = engine.render(table.table(catalogue))
        engine.run(
            f"DELETE FROM {name} WHERE _batch_no = ? AND _row_no IN (SELECT _row_no FROM {files.left_out})",  # noqa: S608
            [run_id],
        )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
