"""Lakes and engines for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from jutong.dataflow.lake import DuckDBEngine, Lake, LakeSettings, Provenance
from jutong.dataflow.quality import QualityRule, check

SMALL = LakeSettings(threads=1, memory="512MB", write_wait_s=20)


def open_lake(folder: Path, settings: LakeSettings = SMALL) -> Lake:
    return Lake.open(folder, settings)


def provenance(run_id: str = "run-1") -> Provenance:
    return Provenance(
        department="police", system="hukou", run_id=run_id, collected_at=datetime(2026, 3, 2, tzinfo=UTC)
    )


def broken_rows(
    engine: DuckDBEngine, rows: Sequence[Mapping[str, Any]], *rules: QualityRule
) -> dict[int, list[str]]:
    """Row number (from 1) → codes of the rules that the row breaks; rows that break none are left out."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in names}
    engine.register("judged", pa.table({"_row_no": list(range(1, len(rows) + 1)), **columns}))
    check(engine, "judged", rules)
    found = engine.sql("SELECT _row_no, broken FROM findings ORDER BY 1").to_pylist()
    return {row["_row_no"]: row["broken"] for row in found}
