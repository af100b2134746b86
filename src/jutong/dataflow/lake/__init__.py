"""Tables, versions, engines: where rows stay."""

from jutong.dataflow.lake.engine import DuckDBEngine, Engine
from jutong.dataflow.lake.lake import Lake, TableWrite
from jutong.dataflow.lake.names import (
    PROVENANCE_COLUMNS,
    Provenance,
    TableName,
    TableVersion,
    WriteCounts,
)
from jutong.dataflow.lake.settings import LakeSettings

__all__ = [
    "PROVENANCE_COLUMNS",
    "DuckDBEngine",
    "Engine",
    "Lake",
    "LakeSettings",
    "Provenance",
    "TableName",
    "TableVersion",
    "TableWrite",
    "WriteCounts",
]
