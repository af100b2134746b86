"""Deliveries for tests: a source that holds its rows in memory, and an entry to collect them for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from jutong.dataflow.connectors.protocol import Capability, Finding, RejectedLine
from jutong.vocabulary.catalogue import DataType, Level, Meaning, OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import EntryContract, InformationItem, RuleSpec

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

# Made-up people; the numbers are specimens of textbooks and the standard.
PEOPLE: tuple[dict[str, str | None], ...] = (
    {"身份证号": "11010519491231002X", "姓名": "张合成", "出生日期": "1949-12-31", "性别": "2", "备注": "甲"},
    {"身份证号": "440524188001010014", "姓名": "李合成", "出生日期": "1980-01-01", "性别": "1", "备注": "乙"},
    {"身份证号": "34052419800101001X", "姓名": "王合成", "出生日期": "19800101", "性别": "1", "备注": None},
)


@dataclass
class MemorySource:
    """A connector over rows in memory; `fails_after` batches it gives up, as a broken source does."""

    rows: Sequence[Mapping[str, Any]]
    names: tuple[str, ...] = ()
    refused: tuple[RejectedLine, ...] = ()
    batch_rows: int = 2
    fails_after: int | None = None
    failure: Exception | None = None
    kind: str = "memory"
    capabilities: frozenset[Capability] = field(default_factory=lambda: frozenset({Capability.SNAPSHOT}))

    def columns(self) -> tuple[str, ...]:
        return self.names or tuple(self.rows[0])

    def read(self) -> Iterator[pa.RecordBatch]:
        names = self.columns()
        for number, start in enumerate(range(0, len(self.rows), self.batch_rows)):
            if self.fails_after == number and self.failure is not None:
                raise self.failure
            part = self.rows[start : start + self.batch_rows]
            yield pa.RecordBatch.from_pylist(
                [{name: row.get(name) for name in names} for row in part],
                schema=pa.schema([(name, pa.string()) for name in names]),
            )

    def rejected(self) -> Sequence[RejectedLine]:
        return self.refused

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind}


def people_contract(rules: tuple[RuleSpec, ...] = (), **changes: Any) -> EntryContract:
    """A register of persons with a key, a date and a note."""
    values: dict[str, Any] = {
        "code": "307010/000001",
        "version": 1,
        "title": "户籍人口信息",
        "service": "person",
        "provider": "police",
        "provider_name": "公安局",
        "items": (
            InformationItem(
                name="身份证号", field="id_no", length=18, key=True, required=True, meaning=Meaning.CITIZEN_ID
            ),
            InformationItem(name="姓名", field="name", length=50, required=True, meaning=Meaning.PERSON_NAME),
            InformationItem(
                name="出生日期", field="birth_date", data_type=DataType.DATE, meaning=Meaning.BIRTH_DATE
            ),
            InformationItem(name="性别", field="sex", length=1),
        ),
        "sharing_type": SharingType.CONDITIONAL,
        "open_type": OpenType.NOT_OPEN,
        "update_frequency": UpdateFrequency.DAILY,
        "level": Level.L3,
        "rules": rules,
    }
    return EntryContract(**(values | changes))
