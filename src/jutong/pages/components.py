"""The parts that pages are made of, as values; `{% load jutong %}` draws them. All are shown on `/design/`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias


class Tone(StrEnum):
    """What a colour means; the text always says it too."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to go; also a cell of a table, a crumb, a tab."""

    text: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The status of something, in a word."""

    text: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What stands where nothing is: why it is empty and what to do next."""

    title: str
    text: str = ""
    action: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `sort` is the name under which the list can be ordered by it."""

    key: str
    title: str
    numeric: bool = False
    nowrap: bool = False
    code: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a caption. A cell is a text, number, date, `Link`, `Badge` or None (drawn as a dash).

    `sort` names the present order, with a minus sign for downwards; `first_is_header` makes the first cell
    of each row its header.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    sort: str = ""
    empty: Empty | None = None
    first_is_header: bool = False
    caption_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure and what it counts."""

    title: str
    value: int | float | str | None
    unit: str = ""
    note: str = ""
    href: str = ""
    tone: Tone = Tone.NEUTRAL


class StepState(StrEnum):
    """How far a step of a workflow is."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a workflow (办理进度): who did it, when, and what they said."""

    title: str
    state: StepState
    by: str = ""
    at: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A choice in a filter form."""

    name: str
    label: str
    options: Sequence[Option]
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A form above a list that is sent by GET: works without JavaScript, and its address can be kept.

    Without a `search_name` there is nothing to type, only choices.
    """

    search_name: str = "q"
    search_label: str = ""
    search: str = ""
    selects: Sequence[Select] = ()
    reset_href: str = ""
    hidden: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Values by which a list can be narrowed, each with how many are left."""

    title: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Keyset paging: forward, or back to the beginning."""

    shown: int
    next_href: str = ""
    first_href: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    name: str
    values: Sequence[float | int | None]


ChartKind: TypeAlias = Literal["bar", "hbar", "line", "pie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and the table of its figures, which is all that a reader without JavaScript needs."""

    id: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: ChartKind = "bar"
    category_title: str = ""
    unit: str = ""
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "categories": list(self.categories),
            "series": [{"name": series.name, "values": list(series.values)} for series in self.series],
        }

    def rows(self) -> list[tuple[str, list[float | int | None]]]:
        """(category, one value a series) pairs."""
        return [
            (category, [series.values[place] for series in self.series])
            for place, category in enumerate(self.categories)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Shapes or points from a GeoJSON address of this site; no tiles, nothing from outside."""

    id: str
    title: str
    geojson_href: str
    label_property: str = ""
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Titles of the properties that a shape shows when it is chosen; empty shows all under their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is. While `href` is set the page asks it again every two seconds for the newest state."""

    title: str
    done: int
    total: int | None
    text: str = ""
    href: str = ""
    tone: Tone = Tone.INFO
