"""What a rule may know beyond the draft: frozen values, empty where nobody said anything, and then the rule is silent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, Self

from jutong.control.catalogue.values import EntryDraft
from jutong.control.standards.api import StandardsIndex
from jutong.kernel.text import bare
from jutong.vocabulary.catalogue import DataType, EntryStatus

_RUNNING: Final = re.compile(r"\d+$")


@lru_cache(maxsize=65_536)
def bare_title(title: str) -> str:
    """A title without punctuation, spaces and width: what C03 compares."""
    return bare(title)


@lru_cache(maxsize=65_536)
def stem_of(title: str) -> str:
    """The bare title without the number at its end."""
    return _RUNNING.sub("", bare_title(title))


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles of the catalogue by their bare form and by their stem, each with the services that carry it."""

    bare: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stems: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, titles: Iterable[tuple[str, str]]) -> Self:
        """From (service, title) pairs."""
        bare: dict[str, set[str]] = {}
        stems: dict[str, set[str]] = {}
        for service, title in titles:
            bare.setdefault(bare_title(title), set()).add(service)
            stems.setdefault(stem_of(title), set()).add(service)
        return cls(
            {title: frozenset(services) for title, services in bare.items()},
            {stem: frozenset(services) for stem, services in stems.items()},
        )

    def same_as(self, title: str, *, but: str) -> frozenset[str]:
        """Services other than `but` whose title is the same but for punctuation."""
        return self.bare.get(bare_title(title), frozenset()) - {but}

    def running_with(self, title: str, *, but: str) -> frozenset[str]:
        """Services other than `but` whose title differs only by the number at its end."""
        return self.stems.get(stem_of(title), frozenset()) - {but}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSystem:
    """A registered IT system (信息系统)."""

    name: str
    department: str
    running: bool = True


def system_names(systems: Mapping[str, KnownSystem]) -> frozenset[str]:
    """The bare names of these systems: no entry is called like one."""
    return frozenset(bare_title(system.name) for system in systems.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What the catalogue itself keeps of the entry: its code, its life, what is published."""

    code: str = ""
    codes_given: tuple[str, ...] = ()
    """Every code that was ever given to the entry."""
    code_fits: bool = True
    """Whether the code has the city's form and begins with the entry's class."""
    status: EntryStatus = EntryStatus.DRAFT
    live: bool = False
    version: int = 1
    published_on: date | None = None
    reason: str = ""
    """Why the newest version was published."""
    published: EntryDraft | None = None
    """What holds while a change is being drafted."""
    updated_on: date | None = None
    review_due_on: date | None = None
    unconfirmed: tuple[str, ...] = ()
    """Names of published items whose level no reviewer has confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalColumn:
    """A column of the hooked table as its database describes it."""

    name: str
    data_type: DataType | None = None
    length: int | None = None
    comment: str | None = None
    """None: the kind of source knows no comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookFacts:
    """How the entry stands with its source (挂接)."""

    bound: bool
    due_on: date | None = None
    """By when it is to be hooked (limit C1)."""
    columns: tuple[PhysicalColumn, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Item (English name) → column, where they differ."""
    missing: tuple[str, ...] = ()
    """Items for which the last delivery had no column."""
    extra: tuple[str, ...] = ()
    """Columns of the last delivery that no item asks for."""
    last_success_on: date | None = None
    last_rows: int | None = None
    late: bool = False
    unreachable: bool = False
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFacts:
    """Who uses the entry, and since when nobody did."""

    last_call_on: date | None = None
    grants: int = 0
    """Live grants on the entry."""
    keyless: int = 0
    """Live grants whose consumer has no client system to call with."""
    on_portal: bool | None = None
    """Whether an open dataset of it stands on the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintContext:
    """What a rule may know; a field that is None or empty was not asked about, and rules that need it are silent."""

    today: date = date.min
    service: str = ""
    """The entry's own service name: it is not compared with itself."""
    provider: str = ""
    provider_uscc: str | None = None
    provider_active: bool = True
    region_in_force: bool = True
    """Whether the provider's administrative division still stands."""
    titles: Titles = field(default_factory=Titles)
    contents: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    """`content_of` an entry → the services that hold just these items."""
    codes: Mapping[str, str] | None = None
    """Every resource code that was ever given → the service that it was given to."""
    classes: Mapping[str, str] | None = None
    """Code → name of the classification tree."""
    systems: Mapping[str, KnownSystem] | None = None
    system_names: frozenset[str] | None = None
    """The bare names of `systems`, where they were gathered once for many drafts."""
    duties: frozenset[str] | None = None
    """Codes of duties and service items that exist."""
    standards: StandardsIndex | None = None
    """Data elements and code lists that hold today."""
    record: RecordFacts | None = None
    hook: HookFacts | None = None
    use: UseFacts | None = None
    undecided: tuple[str, ...] = ()
    """Items that several departments publish and whose source department is not decided (一数一源)."""
    sources: tuple[tuple[str, str], ...] = ()
    """(item name, source department) where the source department was decided to be another one."""
    responsible: bool | None = None
    """Whether the entry stands on a responsibility list."""


def content_of(draft: EntryDraft) -> tuple[str, ...]:
    """The bare names of the items, sorted: two entries with the same are probably one."""
    return tuple(sorted(bare_title(item.name) for item in draft.items))
