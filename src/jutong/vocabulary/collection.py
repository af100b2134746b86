"""What collection (归集) is decided by and what it finds: modes, drift, policies, fingerprints, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jutong.vocabulary.contracts import Frozen
from jutong.vocabulary.terms import Term


class CollectionMode(Term):
    """归集方式 of a hooked entry."""

    REPLACE = "replace", "1", "全量替换", "Full, replacing"
    APPEND = "append", "2", "全量追加", "Each delivery added"
    INCREMENTAL = "incremental", "3", "按游标增量", "Incremental by cursor"
    CHANGE_LOG = "change_log", "4", "变更日志", "Change log"
    PUSH = "push", "5", "来源推送", "Pushed by the source"
    LOGICAL = "logical", "6", "逻辑集中", "Left at the source (logical concentration)"


class DriftKind(Term):
    """How a delivery differs from what the source gave before (来源漂移)."""

    NEW_COLUMN = "new_column", "1", "新增列", "New column"
    MISSING_COLUMN = "missing_column", "2", "缺少列", "Missing column"
    RENAMED_COLUMN = "renamed_column", "3", "列改名", "Renamed column"
    RETYPED_COLUMN = "retyped_column", "4", "列类型变化", "Column of another type"
    VALUES_CHANGED = "values_changed", "5", "取值范围变化", "Other values in a listed column"
    TOTALS_ROW = "totals_row", "6", "合计行", "Row of totals"
    SHRUNK = "shrunk", "7", "数据量骤减", "Far fewer rows than before"
    EMPTY = "empty", "8", "空数据", "No rows"
    CORRECTED_FILE = "corrected_file", "9", "更正的文件", "Corrected file"
    REPEATED_FILE = "repeated_file", "10", "重复送达的文件", "File delivered again"


class DriftAction(Term):
    """漂移处置: what becomes of a delivery that differs."""

    STOP = "stop", "1", "停止，等待人工确认", "Stop and wait for a person"
    ACCEPT = "accept", "2", "接受为新版本", "Accept as a new version"
    QUARANTINE = "quarantine", "3", "隔离有关行", "Set the rows aside"


DEFAULT_DRIFT: Final[Mapping[DriftKind, DriftAction]] = {
    DriftKind.NEW_COLUMN: DriftAction.ACCEPT,
    DriftKind.MISSING_COLUMN: DriftAction.STOP,
    DriftKind.RENAMED_COLUMN: DriftAction.STOP,
    DriftKind.RETYPED_COLUMN: DriftAction.STOP,
    DriftKind.VALUES_CHANGED: DriftAction.ACCEPT,
    DriftKind.TOTALS_ROW: DriftAction.QUARANTINE,
    DriftKind.SHRUNK: DriftAction.STOP,
    DriftKind.EMPTY: DriftAction.STOP,
    DriftKind.CORRECTED_FILE: DriftAction.ACCEPT,
    DriftKind.REPEATED_FILE: DriftAction.ACCEPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPolicy(Frozen):
    """What a hooked entry's officer has decided about its deliveries; every value has a default that protects."""

    cursor: str = ""
    """Source column that grows with every change (incremental mode)."""
    overlap: int = 0
    """How far before the last cursor value reading starts again: seconds for times, units for numbers."""
    drift: dict[DriftKind, DriftAction] = field(default_factory=dict)
    """Only where it differs from `DEFAULT_DRIFT`."""
    shrink_percent: int = 50
    """A whole delivery with fewer rows than this share of the pool's counts as shrunk; 0: never."""
    max_quarantined_percent: float | None = None
    """A run fails when a greater share of its rows is refused; None: never."""
    max_quarantined_rows: int | None = None
    prove: bool = True
    """Compare source and pool after each run, where the source can (completeness proof)."""
    retries: int = 3
    """How often a run that failed for a passing reason is tried again by itself."""

    def action(self, kind: DriftKind) -> DriftAction:
        return self.drift.get(kind, DEFAULT_DRIFT[kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFinding(Frozen):
    """One difference that a delivery showed, and what the policy did about it; no value of a row but listed codes."""

    kind: DriftKind
    action: DriftAction
    column: str = ""
    before: str = ""
    """What it was: a type, a column's name, a number of rows, a list of codes."""
    now: str = ""
    rows: int = 0
    """How many rows it concerns, where it concerns rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCost(Frozen):
    """What a run took of the machine."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedRange(Frozen):
    """A key range in which source and pool differ; bounds are texts, None at the ends."""

    lower: str | None
    upper: str | None
    rows_source: int
    rows_pool: int
    repaired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport(Frozen):
    """What comparing source and pool showed (完整性证明): counts and order-free hashes per key range."""

    service: str
    method: str
    """The recipe of the row hash that both sides computed, e.g. `postgresql_xor_v1`, `sha1_text_v1`."""
    started_at: datetime
    ended_at: datetime
    complete: bool
    """Source and pool were equal at the end, repairs included."""
    rows_source: int = 0
    rows_pool: int = 0
    rows_quarantined: int = 0
    """Rows of the source that are rightly not in the pool."""
    ranges: int = 0
    mismatches: tuple[ProvedRange, ...] = ()
    repaired: int = 0
    unhashed: tuple[str, ...] = ()
    """Items that took no part in the comparison, since the source cannot hash them as the pool has them."""
    version: int | None = None
    """The version of the pool that was proved."""
    error_code: str = ""
    error_detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReason(Frozen):
    """How many rows of an entry lie in quarantine for one reason; `samples` are row numbers of their deliveries."""

    reason: str
    rows: int
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmitReport(Frozen):
    """What became of corrected rows: `read == readmitted + wrong + closed`."""

    correction: str
    service: str
    read: int = 0
    readmitted: int = 0
    wrong: int = 0
    """Still against a blocking rule: they stay in quarantine."""
    closed: int = 0
    """Not open any more: admitted before, corrected by a later delivery, or of a delivery that was replaced."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Of those that are still wrong."""
    version: int | None = None
    error_code: str = ""
    error_detail: dict[str, Any] = field(default_factory=dict)
