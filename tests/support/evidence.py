"""Builders of evidence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jutong.evidence import EvidenceRecord, EvidenceSettings, EvidenceWriter
from jutong.kernel.crypto import provider

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SEAL_KEYS = provider("gm").generate_keypair()


def a_record(number: int = 0, **fields: Any) -> EvidenceRecord:
    values: dict[str, Any] = {
        "kind": "call",
        "time": NOON + timedelta(seconds=number),
        "service": "population",
        "operation": "lookup",
        "outcome": "ok",
        "request_id": f"req_{number}",
        "client_id": "cli-1",
        "consumer": "D-HRSS",
        "provider": "D-POLICE",
        "entry": "330100-01",
        "grant_id": "grt-1",
        "items": ("name", "address"),
        "rows": 1,
        "latency_us": 100,
    }
    return EvidenceRecord(**values | fields)


def open_test_writer(folder: Path, writer_id: str = "gateway-1", **limits: int) -> EvidenceWriter:
    return EvidenceWriter(folder, writer_id, keys=SEAL_KEYS, settings=EvidenceSettings(**limits))


def write_segments(folder: Path, *sizes: int, writer_id: str = "gateway-1") -> None:
    """One closed segment a size, each by a new start of the same writer."""
    number = 0
    for size in sizes:
        with open_test_writer(folder, writer_id) as writer:
            for _ in range(size):
                writer.record_and_wait(a_record(number))
                number += 1
