"""What each commit did to each table, found by table and run however many commits there are.

DuckLake keeps a commit's own words in one column of its catalogue. A trigger there copies them into an index
within the same SQLite transaction, so that the index is never behind nor ahead of the commits.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlglot import exp

from jutong.dataflow.lake.engine import DuckDBEngine
from jutong.dataflow.lake.names import TableName, TableVersion

_CATALOGUE: Final = "__ducklake_metadata_lake"
_DDL: Final = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS jutong_version (
    table_name TEXT NOT NULL, version INTEGER NOT NULL, run_id TEXT NOT NULL, did TEXT NOT NULL,
    PRIMARY KEY (table_name, version)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS jutong_version_run ON jutong_version (table_name, run_id);
CREATE INDEX IF NOT EXISTS jutong_version_number ON jutong_version (version);
CREATE TRIGGER IF NOT EXISTS jutong_version_made AFTER INSERT ON ducklake_snapshot_changes
WHEN NEW.commit_extra_info IS NOT NULL BEGIN
    INSERT OR REPLACE INTO jutong_version
    SELECT key, NEW.snapshot_id, json_extract(NEW.commit_extra_info, '$.run_id'), value
    FROM json_each(NEW.commit_extra_info, '$.tables');
END;
CREATE TRIGGER IF NOT EXISTS jutong_version_expired AFTER DELETE ON ducklake_snapshot_changes BEGIN
    DELETE FROM jutong_version WHERE version = OLD.snapshot_id;
END;
INSERT OR IGNORE INTO jutong_version
SELECT key, c.snapshot_id, json_extract(c.commit_extra_info, '$.run_id'), value
FROM ducklake_snapshot_changes c, json_each(c.commit_extra_info, '$.tables')
WHERE c.commit_extra_info IS NOT NULL;
COMMIT;
"""


def has_index(engine: DuckDBEngine) -> bool:
    """Whether the attached catalogue keeps the index already."""
    found = _query(engine, "SELECT count(*) AS n FROM sqlite_master WHERE name = 'jutong_version_expired'")
    return bool(int(found[0][0]))


def make_index(catalogue: Path) -> None:
    """Make the index of a catalogue that no connection of this process has open.

    Two SQLite libraries of one process must not share a file: closing one's handle frees the other's locks.
    """
    with closing(sqlite3.connect(catalogue, timeout=30, isolation_level=None)) as connection:
        connection.executescript(_DDL)


def versions_of(
    engine: DuckDBEngine, table: TableName, *, run_id: str | None = None, limit: int | None = None
) -> list[TableVersion]:
    """Versions of `table` since it was last made, the newest first; those of one run, or the newest few."""
    name = _text(str(table))
    chosen = "" if run_id is None else f" AND v.run_id = {_text(run_id)}"
    rows = _query(
        engine,
        "SELECT v.version, s.snapshot_time, v.run_id, v.did, json_extract(c.commit_extra_info, '$.note') AS note"  # noqa: S608  # texts are quoted
        " FROM jutong_version v JOIN ducklake_snapshot s ON s.snapshot_id = v.version"
        " JOIN ducklake_snapshot_changes c ON c.snapshot_id = v.version"
        f" WHERE v.table_name = {name}{chosen} AND v.version > coalesce((SELECT max(d.version)"
        f" FROM jutong_version d WHERE d.table_name = {name} AND json_extract(d.did, '$.mode') = 'drop'), -1)"
        f" ORDER BY v.version DESC{'' if limit is None else f' LIMIT {limit}'}",
    )
    return [_version(row) for row in rows]


def last_did(engine: DuckDBEngine, table: TableName) -> Mapping[str, Any]:
    """What the newest commit of `table` said it did to it; empty when there is none."""
    rows = _query(
        engine,
        f"SELECT did FROM jutong_version WHERE table_name = {_text(str(table))} ORDER BY version DESC LIMIT 1",  # noqa: S608  # the text is quoted
    )
    did: Mapping[str, Any] = json.loads(rows[0][0]) if rows else {}
    return {} if did.get("mode") == "drop" else did


def every_did(engine: DuckDBEngine) -> list[tuple[int, datetime, str, str]]:
    """(version, made at, table, mode) of every commit still there, the oldest first; '' for upkeep's own."""
    rows = _query(
        engine,
        "SELECT s.snapshot_id, s.snapshot_time, coalesce(v.table_name, '') AS t,"
        " coalesce(json_extract(v.did, '$.mode'), '') AS m FROM ducklake_snapshot s"
        " LEFT JOIN jutong_version v ON v.version = s.snapshot_id ORDER BY 1",
    )
    return [(int(version), _instant(made_at), table, mode) for version, made_at, table, mode in rows]


def _version(row: tuple[Any, ...]) -> TableVersion:
    version, made_at, run_id, text, note = row
    did = json.loads(text)
    return TableVersion(
        version=int(version),
        made_at=_instant(made_at),
        rows=did["rows"],
        mode=did["mode"],
        run_id=run_id,
        note=note or "",
        position=did.get("position", ""),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _query(engine: DuckDBEngine, query: str) -> list[tuple[Any, ...]]:
    """Run on the catalogue by its own engine, which has indexes where a scan from outside has none."""
    return engine.run(f"SELECT * FROM sqlite_query('{_CATALOGUE}', {_text(query)})").fetchall()  # noqa: S608  # the text is quoted


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="sqlite")
