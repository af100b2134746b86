"""The append-only, chained, sealed record of what left the platform; its writer, its seals, its verifier."""

from jutong.evidence.errors import EvidenceUnavailable, WriterSlotTaken
from jutong.evidence.index import CallCount, EvidenceIndex
from jutong.evidence.records import EvidenceRecord, StoredRecord, key_digest, read_records
from jutong.evidence.settings import EvidenceSettings
from jutong.evidence.verifier import Problem, Verdict, verify_folder
from jutong.evidence.writer import EvidenceWriter, open_writer

__all__ = [
    "CallCount",
    "EvidenceIndex",
    "EvidenceRecord",
    "EvidenceSettings",
    "EvidenceUnavailable",
    "EvidenceWriter",
    "Problem",
    "StoredRecord",
    "Verdict",
    "WriterSlotTaken",
    "key_digest",
    "open_writer",
    "read_records",
    "verify_folder",
]
