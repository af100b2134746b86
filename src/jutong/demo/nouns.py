"""The nouns of the demo city: a register, its columns, the file it is delivered in, and the faults planted in it."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from jutong.vocabulary.catalogue import (
    DEFAULT_LEVELS,
    DEFAULT_MASKS,
    DataType,
    Level,
    Meaning,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem, RuleSpec

SYNTHETIC: Final = "合成"
REAL: Final = "真实"

FileKind = Literal["csv", "excel", "json", "geojson", "sqlite", "postgresql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a register: the item it becomes, and its name at the source."""

    item: InformationItem
    source: str

    @property
    def field(self) -> str:
        return self.item.field


def column(
    field_name: str,
    name: str,
    source: str = "",
    *,
    meaning: Meaning | None = None,
    data_type: DataType | None = None,
    length: int | None = None,
    required: bool = False,
    key: bool = False,
    code_list: str = "",
    level: Level | None = None,
    open_type: OpenType | None = None,
    description: str = "",
) -> Column:
    """A column with the level and mask that its meaning asks for; `source` is its name at the source (default: `name`)."""
    kind = data_type or _TYPES.get(meaning, DataType.TEXT)
    graded = level or DEFAULT_LEVELS.get(meaning, Level.L1) if meaning else level or Level.L1
    opened = open_type or (OpenType.NOT_OPEN if graded.rank >= Level.L3.rank else OpenType.UNCONDITIONAL)
    sharing = SharingType.CONDITIONAL if graded.rank >= Level.L2.rank else SharingType.UNCONDITIONAL
    return Column(
        item=InformationItem(
            name=name,
            field=field_name,
            data_type=kind,
            length=length,
            required=required,
            key=key,
            level=graded,
            sharing_type=sharing,
            open_type=opened,
            meaning=meaning,
            code_list=code_list,
            mask=DEFAULT_MASKS.get(meaning) if meaning else None,
            description=description,
        ),
        source=source or name,
    )


_TYPES: Final[dict[Meaning | None, DataType]] = {
    Meaning.BIRTH_DATE: DataType.DATE,
    Meaning.DATE: DataType.DATE,
    Meaning.TIMESTAMP: DataType.TIMESTAMP,
    Meaning.LONGITUDE: DataType.DOUBLE,
    Meaning.LATITUDE: DataType.DOUBLE,
    Meaning.GEOMETRY: DataType.MEMO,
}


def nature() -> Column:
    """The column that marks every row as synthetic (数据性质)."""
    return column(
        "data_nature", "数据性质", length=4, description="合成：由程序生成，不对应任何真实的人或单位"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The file or table in which a department hands a register over.

    `path` is relative to the sources folder; `options` are those of the connector besides the path.
    """

    kind: FileKind
    path: PurePosixPath
    encoding: str = "utf-8"
    delimiter: str = ","
    table: str = ""
    title: str = ""
    header_groups: tuple[tuple[str, int], ...] = ()
    """Merged cells above the column names of a workbook: (text, how many columns), from the left."""
    changed_column: str = ""
    """A technical column of a database that grows with every change of a row: increments are read by it."""
    days_old: int = 0
    """Days before the build on which the file was handed over: beyond the promised cycle it is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault planted in one column of a register.

    `value` is an SQL expression over the row's columns that gives the wrong value; `where` narrows the rows.
    `rate` is a share of all rows; at least `minimum` rows are spoilt where the condition finds them.
    """

    kind: str
    field: str
    value: str
    rate: float
    where: str = "TRUE"
    minimum: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Rows handed over twice: `exact` copies, or copies with the same key whose `changed` column differs."""

    rate: float
    minimum: int = 3
    changed: str = ""
    value: str = ""

    @property
    def kind(self) -> str:
        return "key_duplicate" if self.changed else "exact_duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register of one department, from the table that holds it to the entry that describes it."""

    service: str
    department: str
    system: str
    title: str
    abstract: str
    columns: tuple[Column, ...]
    delivery: Delivery
    frequency: UpdateFrequency
    sharing: SharingType = SharingType.CONDITIONAL
    sharing_condition: str = ""
    open_type: OpenType = OpenType.NOT_OPEN
    resource_class: ResourceClass = ResourceClass.DEPARTMENT
    theme: str = ""
    query_keys: tuple[tuple[str, ...], ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    faults: tuple[Fault, ...] = ()
    duplicates: tuple[Duplicates, ...] = ()
    real: bool = False
    tags: tuple[str, ...] = ()
    connector_options: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(each.field for each in self.columns)

    @property
    def mapping(self) -> dict[str, str]:
        """Column as the connector names it → item; headings over a column stand before its name."""
        groups = [text for text, width in self.delivery.header_groups for _ in range(width)]
        prefixes = [f"{text}_" for text in groups] or [""] * len(self.columns)
        return {prefix + each.source: each.field for prefix, each in zip(prefixes, self.columns, strict=True)}

    @property
    def table(self) -> str:
        """Name of its clean table in the build database."""
        return f"clean_{self.service}"

    @property
    def level(self) -> Level:
        return max((each.item.level for each in self.columns), key=lambda level: level.rank)

    @property
    def is_open(self) -> bool:
        return self.open_type is not OpenType.NOT_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """What decides every byte of a generated city."""

    persons: int
    seed: int
    today: Any

    @property
    def scale(self) -> float:
        return self.persons / PERSONS_A_SCALE


PERSONS_A_SCALE: Final = 20_000
