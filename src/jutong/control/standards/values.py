"""Frozen values of standards: versions of data elements and code lists, and what binding to them finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from jutong.control.standards.terms import BindingFaultKind, Origin, StandardStatus
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.data_elements import ElementDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementView:
    """One version of a data element (数据元)."""

    definition: ElementDefinition
    number: int
    status: StandardStatus
    origin: Origin
    valid_from: date | None = None
    valid_to: date | None = None
    """The first day on which it no longer holds."""
    replaced_by: str = ""
    reason: str = ""
    revision: int = 1
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def zh(self) -> str:
        return self.definition.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeItem:
    """One code of a list."""

    code: str
    name: str
    parent: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeListDraft:
    """A version of a code list (代码集) as it is written."""

    name: str
    zh: str
    en: str = ""
    source: str = ""
    edition: str = ""
    coverage: str = ""
    confirmed: bool = False
    items: tuple[CodeItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeListVersionView:
    """One version of a code list, without its items."""

    name: str
    number: int
    zh: str
    en: str
    source: str
    edition: str
    coverage: str
    confirmed: bool
    status: StandardStatus
    origin: Origin
    valid_from: date | None
    valid_to: date | None
    reason: str
    item_count: int
    revision: int
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeListDiff:
    """What changed from one version of a code list to another."""

    added: tuple[CodeItem, ...]
    removed: tuple[CodeItem, ...]
    renamed: tuple[tuple[CodeItem, CodeItem], ...]
    """(before, after) of codes whose name, parent or note changed."""

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.renamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFault:
    """What is wrong with one row of a file; `row` counts as the sheet does, the header being row 1."""

    row: int
    column: str
    zh: str
    en: str

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingFault:
    """How an item disagrees with the standard it names; `proposed` is the item as it should be, where that is safe."""

    kind: BindingFaultKind
    field: str
    item_name: str
    element: str
    zh: str
    en: str
    proposed: InformationItem | None = None

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A data element that an item could bind to, with how well it fits (0 to 1) and why."""

    element: ElementDefinition
    score: float
    zh: str
    en: str

    def reason(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardsIndex:
    """Every data element and code list as they stand on one day, ready for looking many items up."""

    elements: Mapping[str, ElementDefinition] = field(default_factory=dict)
    """In force, by code."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """Code of an abolished element → the element that replaces it, or ""."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """Name of a code list in force → its Chinese name."""
    ended_lists: frozenset[str] = frozenset()
    by_name: Mapping[str, str] = field(default_factory=dict)
    """`bare_name` of an element's name or synonym → its code; a name that several claim is left out."""
    by_pair: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Pair of characters → codes of the elements that have it in a name."""
