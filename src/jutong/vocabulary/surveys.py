"""What a survey of a source says of its tables: counts, and proposals with their confidence and evidence.

The data plane makes it, the control plane drafts entries from it. No value of a row is in it.
"""

from dataclasses import dataclass, field
from typing import Final

from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.contracts import Frozen, InformationItem
from jutong.vocabulary.terms import Term

UNSURE: Final = 0.5
"""Below this confidence a proposal needs a person's look before it is confirmed."""


class Skipped(Term):
    """Why a table of a source is not proposed as an entry."""

    EMPTY = "empty", "1", "没有数据", "It holds no rows"
    LOG = "log", "2", "日志或操作痕迹表", "A log or trace of operations"
    TEMPORARY = "temporary", "3", "临时、备份或测试表", "A temporary, backup or test table"
    MIGRATION = "migration", "4", "数据库版本表", "A table of schema versions"
    PLATFORM = "platform", "5", "系统自身的账号、菜单、任务表", "Accounts, menus or jobs of the system itself"
    LINK = "link", "6", "仅含关联键的关系表", "A table of nothing but links"
    VIEW = "view", "7", "视图，内容在其他表中", "A view of other tables"
    UNREADABLE = "unreadable", "8", "无法读取", "It cannot be read"
    CODES = "codes", "9", "字典表，应登记为代码集", "A dictionary, to be kept as a code list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Frozen):
    """How sure a proposed value is (0 to 1), and a sentence that says why, in both languages."""

    confidence: float
    zh: str
    en: str

    def sentence(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSurvey(Frozen):
    """A column and the item that it proposes; `evidence` by the element of the item: `name`, `meaning`, `level` …"""

    column: str
    comment: str = ""
    source_type: str = ""
    item: InformationItem
    nulls: int = 0
    distinct: int = 0
    references: str = ""
    """`table.column` that a foreign key leads to."""
    evidence: dict[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSurvey(Frozen):
    """One table of a source."""

    table: str
    """`schema.table` where the source has schemas, a sheet's name, a file's name."""
    comment: str = ""
    kind: str = ""
    """The kind of source, as connectors name it."""
    rows: int = 0
    rows_exact: bool = True
    sampled: int = 0
    size_mb: int | None = None
    columns: tuple[ColumnSurvey, ...] = ()
    frequency: UpdateFrequency | None = None
    frequency_evidence: Evidence | None = None
    skipped: Skipped | None = None
    skipped_zh: str = ""
    skipped_en: str = ""
    error: str = ""
    """Code of the error that kept the table from being read."""
