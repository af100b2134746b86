"""Administrative divisions with their history (GB/T 2260 since 1980), townships and villages (GB/T 10114, statistics)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple
from zipfile import ZipFile

from jutong.vocabulary.errors import RegionUnknown
from jutong.vocabulary.terms import Term

DATA: Final = files("jutong.vocabulary") / "data"


class RegionLevel(Term):
    """行政区划层级. A grouping (市辖区, 县) heads a run of codes and names no division."""

    PROVINCE = "province", "1", "省级", "Province"
    PREFECTURE = "prefecture", "2", "地级", "Prefecture"
    COUNTY = "county", "3", "县级", "County"
    TOWNSHIP = "township", "4", "乡级", "Township"
    VILLAGE = "village", "5", "村级", "Village"
    GROUPING = "grouping", "0", "汇总码", "Grouping"


class TownshipRegister(Enum):
    """Two lists number townships, and 6,590 numbers mean different townships in them."""

    STATISTICS = "statistics"
    """The statistics bureau's list of 2023: villages hang on it."""
    CIVIL_AFFAIRS = "civil_affairs"
    """The national database of geographical names, September 2026."""


class RegionName(NamedTuple):
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One division as it was on a day.

    `valid_from` and `valid_to` (both inclusive) are None where the division stood before 1981, or stands.
    Most changes are known by their year alone; then the old and the new code both hold throughout that year.
    """

    code: str
    name: str
    level: RegionLevel
    parents: tuple[RegionName, ...]
    """From the province down."""
    valid_from: date | None
    valid_to: date | None
    in_force: bool
    """Whether it stood on the day that was asked for, or stands now when none was."""
    direct_successors: tuple[RegionName, ...] = ()
    successors: tuple[RegionName, ...] = ()
    """What it is now: followed through every later change. Empty for a division that stands."""
    other_name: str = ""
    """The name that the other list of townships gives this number, where it differs."""

    @property
    def full_name(self) -> str:
        return "".join(parent.name for parent in self.parents) + self.name


@dataclass(frozen=True, slots=True)
class _Span:
    code: str
    name: str
    start: date | None
    end: date | None
    """The last day."""
    end_is_year: bool
    successors: tuple[str, ...]

    def holds(self, at: date) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at <= self.end)

    def stands(self, at: date | None) -> bool:
        """Like `holds`, yet gone from the first day of the year in which it ended, so that no two overlap."""
        if at is None:
            return self.end is None
        return self.holds(at) and not (self.end_is_year and self.end is not None and at.year == self.end.year)


# Names that group codes below them (GB/T 2260-2007 lists 市辖区 and 县 as codes ending in 01 and 00).
_GROUPINGS: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@cache
def _spans() -> Mapping[str, tuple[_Span, ...]]:
    found: dict[str, list[_Span]] = defaultdict(list)
    for line in (DATA / "divisions.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name, start, end, successors = line.split("\t")
        found[code].append(
            _Span(
                code,
                name,
                _first_day(start),
                _last_day(end),
                len(end) == 4,
                tuple(successors.split(";")) if successors else (),
            )
        )
    return {code: tuple(spans) for code, spans in found.items()}


def _first_day(text: str) -> date | None:
    if not text:
        return None
    return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)


def _last_day(text: str) -> date | None:
    if not text:
        return None
    return date(int(text), 12, 31) if len(text) == 4 else date.fromisoformat(text) - timedelta(days=1)


def region(code: str, at: date | None = None) -> Region:
    """The division that `code` (6, 9 or 12 digits, zeros at the end left out or not) names on `at`, or now.

    A code that did not hold on that day is answered with the name it had nearest to it and `in_force` false.

    Raises:
        RegionUnknown: no edition since 1980 has the code.
    """
    code = _unpadded(code)
    if len(code) == 6:
        return _division(code, at)
    if len(code) == 9:
        return _township(code, at)
    if len(code) == 12:
        return _village(code, at)
    raise RegionUnknown(region=code)


def _unpadded(code: str) -> str:
    """`code` without the zeros that fill a county's or a township's number up to 12 digits."""
    while len(code) in {9, 12} and code.endswith("000"):
        code = code[:-3]
    return code


def _division(code: str, at: date | None) -> Region:
    spans = _spans().get(code)
    if spans is None:
        raise RegionUnknown(region=code)
    span, in_force = _pick(spans, at)
    day = at if in_force else span.end
    return Region(
        code=code,
        name=span.name,
        level=level_of(code),
        parents=tuple(_parents(code, day)),
        valid_from=span.start,
        valid_to=span.end,
        in_force=in_force,
        direct_successors=_named(span.successors, span.end),
        successors=_named(_now(span), None),
    )


def _pick(spans: tuple[_Span, ...], at: date | None) -> tuple[_Span, bool]:
    """The newest span that holds on `at`; failing that the last one before it, failing that the first."""
    if at is None:
        return spans[-1], spans[-1].end is None
    holding = [span for span in spans if span.holds(at)]
    if holding:
        return holding[-1], True
    before = [span for span in spans if span.end is not None and span.end < at]
    return (before[-1] if before else spans[0]), False


def _parents(code: str, at: date | None) -> Iterator[RegionName]:
    above = [code[:2] + "0000", code[:4] + "00"]
    for parent in above:
        spans = _spans().get(parent)
        if parent == code or spans is None:
            continue
        span, in_force = _pick(spans, at)
        if span.name not in _GROUPINGS and (in_force or at is None):
            yield RegionName(parent, span.name)


def _now(span: _Span) -> tuple[str, ...]:
    """Codes in force today to which everything of `span` went; a code that was used again later is not confused."""
    if span.end is None or not span.successors:
        return ()
    found: dict[str, None] = {}
    waiting = [(code, span.end) for code in span.successors]
    seen = set(waiting)
    while waiting:
        code, day = waiting.pop(0)
        after = day + timedelta(days=1)
        spans = [s for s in _spans()[code] if s.end is None or s.end > day]
        if not spans:
            continue
        # Sources date a change a year apart at times; the holder of the code that began about then is meant.
        last = next((s for s in spans if s.start and abs(s.start.year - day.year) <= 1), spans[0])
        while last.end is not None and not last.successors and (later := _renamed(last)) is not None:
            last = later
        if last.end is None:
            found[code] = None
        else:
            steps = [(successor, max(last.end, after)) for successor in last.successors]
            waiting += [step for step in steps if step not in seen]
            seen.update(steps)
    return tuple(sorted(found))


def _renamed(span: _Span) -> _Span | None:
    """The span of the same code that begins in the year in which `span` ended: a change of name alone."""
    for later in _spans()[span.code]:
        if later.start is not None and span.end is not None and later.start.year == span.end.year:
            return later
    return None


def _named(codes: tuple[str, ...], at: date | None) -> tuple[RegionName, ...]:
    return tuple(RegionName(code, _pick(_spans()[code], at)[0].name) for code in codes)


def level_of(code: str) -> RegionLevel:
    """The level that the code's shape and name tell; any length."""
    if len(code) == 9:
        return RegionLevel.TOWNSHIP
    if len(code) == 12:
        return RegionLevel.VILLAGE
    spans = _spans().get(code)
    if spans and spans[-1].name in _GROUPINGS:
        return RegionLevel.GROUPING
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.PREFECTURE if code.endswith("00") else RegionLevel.COUNTY


def was_ever_valid(code: str) -> bool:
    """Whether any edition of GB/T 2260 since 1980 has this 6-digit code, groupings included."""
    return code in _spans()


@cache
def valid_codes(at: date) -> frozenset[str]:
    """All 6-digit codes of divisions in force on `at`; in the year of a change both the old and the new one."""
    return frozenset(
        code
        for code, spans in _spans().items()
        if spans[0].name not in _GROUPINGS and any(span.holds(at) for span in spans)
    )


def regions_at(at: date | None = None) -> tuple[RegionName, ...]:
    """Every division of county level and above that stands on `at` (or now), by code."""
    return tuple(
        RegionName(code, span.name)
        for code, spans in _spans().items()
        for span in spans
        if span.stands(at) and span.name not in _GROUPINGS
    )


def children(code: str, at: date | None = None) -> tuple[RegionName, ...]:
    """The divisions directly below: of a province its prefectures and the counties it administers itself.

    Raises:
        RegionUnknown: no edition since 1980 has the code.
    """
    if len(code) == 9:
        return villages_of(code)
    level = level_of(code)
    if not was_ever_valid(code):
        raise RegionUnknown(region=code)
    if level is RegionLevel.COUNTY:
        return townships_of(code)
    if level is RegionLevel.PREFECTURE:
        return counties_of(code, at) or townships_of(code)
    below = [item for item in regions_at(at) if item.code[:2] == code[:2] and item.code != code]
    prefectures = {item.code[:4] for item in below if item.code.endswith("00")}
    return tuple(item for item in below if item.code.endswith("00") or item.code[:4] not in prefectures)


def counties_of(city: str, at: date | None = None) -> tuple[RegionName, ...]:
    """The county-level divisions of a prefecture, a province or a municipality, by code.

    Raises:
        RegionUnknown: no edition since 1980 has the code.
    """
    if not was_ever_valid(city):
        raise RegionUnknown(region=city)
    prefix = city[:2] if city.endswith("0000") else city[:4]
    return tuple(
        item for item in regions_at(at) if item.code.startswith(prefix) and not item.code.endswith("00")
    )


@cache
def _townships(province: str) -> Mapping[str, tuple[str, str]]:
    """Code → its name in the statistics bureau's list and in civil affairs' list; either may be empty."""
    return {
        code: (statistics, civil)
        for code, statistics, civil in (line.split("\t") for line in _member("townships.zip", province))
    }


@cache
def _villages(province: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    township, number = "", 0
    for line in _member("villages.zip", province):
        if line.startswith(">"):
            township, number = line[1:], 0
            continue
        own, tab, name = line.partition("\t")
        number = int(own) if tab else number + 1
        found[f"{township}{number:03}"] = name if tab else own
    return found


def _member(archive: str, province: str) -> list[str]:
    with (DATA / archive).open("rb") as file, ZipFile(file) as members:
        name = f"{province}.txt"
        if name not in members.namelist():
            return []
        return members.read(name).decode("gb18030").split("\n")


def townships_of(
    county: str, register: TownshipRegister = TownshipRegister.STATISTICS
) -> tuple[RegionName, ...]:
    """The townships, towns and subdistricts of a county, by code, as one list has them.

    A county younger than the statistics bureau's list is answered from the other one.
    """
    prefix = _prefix(county)
    column = 0 if register is TownshipRegister.STATISTICS else 1
    below = {code: names for code, names in _townships(county[:2]).items() if code.startswith(prefix)}
    found = tuple(RegionName(code, names[column]) for code, names in below.items() if names[column])
    if found or column == 1:
        return found
    return tuple(RegionName(code, names[1]) for code, names in below.items())


def _prefix(code: str) -> str:
    """A prefecture without counties, such as 东莞市, numbers its townships with its own code: `xxyy` covers both."""
    return code[:4] if len(code) == 6 and code.endswith("00") else code


def villages_of(code: str) -> tuple[RegionName, ...]:
    """The villages and residents' committees of a township (9 digits), a county or a prefecture (6), by code."""
    return tuple(
        RegionName(village, name)
        for village, name in _villages(code[:2]).items()
        if village.startswith(_prefix(code))
    )


def _township(code: str, at: date | None) -> Region:
    names = _townships(code[:2]).get(code)
    if names is None:
        raise RegionUnknown(region=code)
    name, other = names if names[0] else (names[1], "")
    return _below_county(code, name, at, other_name=other if other != name else "")


def _village(code: str, at: date | None) -> Region:
    name = _villages(code[:2]).get(code)
    if name is None:
        raise RegionUnknown(region=code)
    return _below_county(code, name, at)


def _below_county(code: str, name: str, at: date | None, *, other_name: str = "") -> Region:
    """A division whose list has no history: it stands as long as its county does."""
    county = _division(code[:6], at)
    parents = (*county.parents, RegionName(county.code, county.name))
    if len(code) == 12:
        names = _townships(code[:2]).get(code[:9], ("", ""))
        parents = (*parents, RegionName(code[:9], names[0] or names[1]))
    return Region(
        code=code,
        name=name,
        level=level_of(code),
        parents=parents,
        valid_from=county.valid_from,
        valid_to=county.valid_to,
        in_force=county.in_force,
        successors=(),
        other_name=other_name,
    )
