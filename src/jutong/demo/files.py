"""Writes registers in the formats in which departments really hand them over."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

import json
import os
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from jutong.demo.nouns import Column, Delivery, Register
from jutong.demo.workbooks import write_workbook
from jutong.kernel.clock import SHANGHAI
from jutong.vocabulary.catalogue import DataType

_CHUNK: Final = 1 << 20
_ROWS: Final = 20_000
_INTEGERS: Final = frozenset({DataType.INTEGER})
_DECIMALS: Final = frozenset({DataType.DOUBLE, DataType.NUMBER, DataType.MONEY, DataType.FLOAT})


def deliver(
    connection: duckdb.DuckDBPyConnection,
    register: Register,
    sources: Path,
    *,
    today: date,
    postgresql: str = "",
) -> Path | None:
    """Write the table `delivered_<service>` below `sources`; the file's path, or None for a server's table."""
    delivery = register.delivery
    if delivery.kind == "postgresql":
        _write_postgresql(connection, register, postgresql)
        return None
    path = sources / delivery.path
    path.parent.mkdir(parents=True, exist_ok=True)
    _WRITERS[delivery.kind](connection, register, path)
    _date_file(path, delivery, today)
    return path


def _date_file(path: Path, delivery: Delivery, today: date) -> None:
    """Set the time of handing over: two in the morning, `days_old` days ago."""
    at = datetime.combine(today - timedelta(days=delivery.days_old), time(2), SHANGHAI).timestamp()
    os.utime(path, (at, at))


def _selection(register: Register, *, typed: bool) -> str:
    columns = ", ".join(f'{_value(each, typed=typed)} AS "{each.source}"' for each in register.columns)
    return f"SELECT {columns} FROM delivered_{register.service} ORDER BY row_no"


def _value(column: Column, *, typed: bool) -> str:
    if typed and column.item.data_type in _INTEGERS:
        return f"TRY_CAST({column.field} AS BIGINT)"
    if typed and column.item.data_type in _DECIMALS:
        return f"TRY_CAST({column.field} AS DOUBLE)"
    return column.field


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query` as they come, so that a register of any size passes through."""
    for batch in connection.cursor().execute(query).to_arrow_reader(_ROWS):
        yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _write_csv(connection: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    delivery = register.delivery
    plain = path if delivery.encoding == "utf-8" else path.with_name(path.name + ".part")
    connection.execute(
        f"COPY ({_selection(register, typed=False)}) TO '{_quoted(plain)}'"
        f" (FORMAT csv, HEADER true, DELIMITER '{delivery.delimiter}')"
    )
    if plain == path:
        return
    with (
        plain.open(encoding="utf-8", newline="") as text,
        path.open("w", encoding=delivery.encoding, newline="") as out,
    ):
        while chunk := text.read(_CHUNK):
            out.write(chunk)
    plain.unlink()


def _write_json(connection: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    connection.execute(
        f"COPY ({_selection(register, typed=True)}) TO '{_quoted(path)}' (FORMAT json, ARRAY true)"
    )


def _write_geojson(connection: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    names = [each.source for each in register.columns]
    place = [each.field for each in register.columns].index("geometry")
    with path.open("w", encoding="utf-8") as out:
        head = {"type": "FeatureCollection", "name": register.title}
        out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        separator = "\n"
        for rows in _rows(connection, _selection(register, typed=True)):
            for row in rows:
                properties = {
                    name: value for i, (name, value) in enumerate(zip(names, row, strict=True)) if i != place
                }
                text = json.dumps(properties, ensure_ascii=False)
                out.write(f'{separator}{{"type": "Feature", "properties": {text}, "geometry": {row[place]}}}')
                separator = ",\n"
        out.write("\n]}\n")


# When the rows of a database with a column for the last change were loaded into it.
_LOADED: Final = "2026-01-01 00:00:00"


def _write_sqlite(connection: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    delivery = register.delivery
    columns = ", ".join(f'"{each.source}" {_affinity(each)}' for each in register.columns)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f'DROP TABLE IF EXISTS "{delivery.table}"')
        database.execute(f'CREATE TABLE "{delivery.table}" ({columns})')
        blanks = ", ".join("?" * len(register.columns))
        for rows in _rows(connection, _selection(register, typed=True)):
            database.executemany(f'INSERT INTO "{delivery.table}" VALUES ({blanks})', rows)
        if delivery.changed_column:
            column = f"\"{delivery.changed_column}\" TEXT NOT NULL DEFAULT '{_LOADED}'"
            database.execute(f'ALTER TABLE "{delivery.table}" ADD COLUMN {column}')
        database.commit()
    database.close()


def _affinity(column: Column) -> str:
    if column.item.data_type in _INTEGERS:
        return "INTEGER"
    return "REAL" if column.item.data_type in _DECIMALS else "TEXT"


def _write_postgresql(connection: duckdb.DuckDBPyConnection, register: Register, dsn: str) -> None:
    import psycopg
    from psycopg import sql

    name = sql.Identifier(register.delivery.table)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(
            sql.Identifier(each.source), sql.SQL(_POSTGRESQL_TYPES.get(_affinity(each), "text"))
        )
        for each in register.columns
    )
    with psycopg.connect(dsn) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(name, columns))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            for rows in _rows(connection, _selection(register, typed=True)):
                for row in rows:
                    copy.write_row(row)


_POSTGRESQL_TYPES: Final = {"INTEGER": "bigint", "REAL": "double precision", "TEXT": "text"}


def _write_excel(connection: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    rows = (row for chunk in _rows(connection, _selection(register, typed=True)) for row in chunk)
    write_workbook(
        path,
        sheet=register.delivery.table or "Sheet1",
        title=register.delivery.title or register.title,
        groups=register.delivery.header_groups,
        names=[each.source for each in register.columns],
        rows=rows,
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


_WRITERS: Final = {
    "csv": _write_csv,
    "excel": _write_excel,
    "json": _write_json,
    "geojson": _write_geojson,
    "sqlite": _write_sqlite,
}
