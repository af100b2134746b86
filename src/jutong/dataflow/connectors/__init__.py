"""One module a kind of source; a connector knows its source and nothing of catalogues or destinations."""

import pyarrow as pa

from jutong.dataflow.connectors.column_surveys import declared_type
from jutong.dataflow.connectors.deliveries import delivered_at
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.profile import ColumnProfile, FileProfile, profile_file, profile_source
from jutong.dataflow.connectors.propose import field_names, propose_items
from jutong.dataflow.connectors.protocol import (
    Capability,
    Connector,
    Finding,
    RejectedLine,
)
from jutong.dataflow.connectors.recognise import Recognition, recognise
from jutong.dataflow.connectors.records import open_file, read_records, records_of
from jutong.dataflow.connectors.registry import kind_of, kinds, open_connector, spec_of, specs
from jutong.dataflow.connectors.schemas import open_schema
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.surveying import source_tables, survey_tables
from jutong.dataflow.connectors.testing import CheckStep, SourceCheck, StepResult, check_source

__all__ = [
    "Capability",
    "CheckStep",
    "ColumnProfile",
    "Connector",
    "FileProfile",
    "Finding",
    "KindSpec",
    "Place",
    "ReadLimits",
    "Recognition",
    "RejectedLine",
    "SourceCheck",
    "StepResult",
    "check_source",
    "declared_type",
    "delivered_at",
    "field_names",
    "kind_of",
    "kinds",
    "open_connector",
    "open_file",
    "open_schema",
    "profile_file",
    "profile_source",
    "propose_items",
    "read_records",
    "recognise",
    "records_of",
    "source_tables",
    "spec_of",
    "specs",
    "survey_tables",
]

# Arrow's own handler may swallow Ctrl-C while it reads: Python's always ends the command.
pa.enable_signal_handlers(False)
