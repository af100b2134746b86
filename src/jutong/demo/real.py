"""The same story on a folder of real files: profile, propose an entry, publish, collect, open where the gate allows."""

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from jutong.control.collection import api as collection
from jutong.control.collection.values import SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR, Role
from jutong.control.grants import api as grants
from jutong.control.opening.terms import Theme
from jutong.dataflow.connectors import FileProfile, field_names, profile_file
from jutong.demo import city, settling
from jutong.demo.drafting import draft_of, title_of
from jutong.demo.errors import FolderMissing
from jutong.demo.jobs import DirectJobs, Jobs
from jutong.demo.telling import Progress, Tell, Teller
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError, error_codes
from jutong.kernel.home import DataHome

REPORT_FILE: Final = "real.json"
_DROP: Final = "real"
# Files whose names differ in their digits alone are deliveries of one register; three make a series.
_SERIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RealFile:
    """What became of one file. `status`: `collected`, `profiled` (a delivery of a series), or `failed`."""

    path: str
    status: str
    kind: str = ""
    rows: int = 0
    rejected: int = 0
    columns: int = 0
    findings: tuple[str, ...] = ()
    """What the profile found: codes, each with its column where it concerns one."""
    service: str = ""
    title: str = ""
    read: int = 0
    landed: int = 0
    quarantined: int = 0
    score: float | None = None
    broken_rules: tuple[tuple[str, int], ...] = ()
    """(rule, rows that break it)"""
    opened: bool = False
    held_because: str = ""
    error_code: str = ""
    error_zh: str = ""
    error_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealReport:
    """What became of a folder of real files."""

    folder: str
    files: tuple[RealFile, ...]
    accounts: tuple[city.DemoAccount, ...]
    """Who can sign in to look at it; the password is that of the demo."""
    seconds: float

    def to_json(self) -> str:
        return msgspec.json.format(msgspec.json.encode(self)).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A file that was profiled and is to become an entry."""

    path: Path
    relative: str
    profile: FileProfile
    department: city.DemoDepartment
    service: str


def build_real(
    home: DataHome, folder: Path, *, clock: Clock, progress: Progress | None = None, jobs: Jobs | None = None
) -> RealReport:
    """Take every readable file below `folder` through the chain; one that fails leaves its reason and stops no other.

    Each folder on the first level stands for a department. The files are brought below `home.sources`, the only
    place that connectors read from.

    Raises:
        FolderMissing: `folder` is no folder.
    """
    if not folder.is_dir():
        raise FolderMissing(folder=folder.name)
    teller = Teller(progress or (lambda _step: None))
    runner = jobs or DirectJobs(home, clock)
    lines: dict[str, RealFile] = {}
    departments = _departments(folder)
    with teller.chapter("识别文件", "Profile the files") as tell:
        candidates = _profile(home, folder, departments, lines, tell)
    people = _directory(departments)
    settling.mark_own_home(home)
    with teller.chapter("部门与账号", "Departments and accounts") as tell:
        settling.settle_directory(people, clock=clock, tell=tell)
    with teller.chapter("编目与挂接", "Catalogue and sources") as tell:
        published = _publish(candidates, lines, home=home, clock=clock, tell=tell)
    with teller.chapter("归集与检查", "Collect and check") as tell:
        runs = {
            each.relative: settling.request_run(each.department.code, each.service, clock=clock)
            for each in published
        }
        runner.collect([run_id for run_id in runs.values() if run_id], tell)
        for each in published:
            lines[each.relative] = _collected(lines[each.relative])
    with teller.chapter("开放", "Open") as tell:
        _open(published, lines, runner, clock, tell)
        grants.publish_snapshot(home, clock=clock)
    report = RealReport(
        folder=folder.name,
        files=tuple(lines[name] for name in sorted(lines)),
        accounts=people.accounts,
        seconds=teller.seconds,
    )
    path = home.root / "demo" / REPORT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.to_json(), encoding="utf-8")
    return report


def _departments(folder: Path) -> dict[str, city.DemoDepartment]:
    """A department for each folder on the first level ("" for files beside them)."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    return {
        name: city.DemoDepartment(
            code=f"real_{number}", name=f"{name or folder.name}（真实数据导入）", short_name=name or folder.name,
            number=900 + number,
        )
        for number, name in enumerate(["", *names])
    }  # fmt: skip


def _directory(departments: Mapping[str, city.DemoDepartment]) -> settling.Directory:
    """The bureau with its people, and an officer and an approver of each department that delivers."""
    bureau = tuple(each for each in city.DEPARTMENTS if each.code == city.BUREAU)
    people = [each for each in city.accounts() if each.department == city.BUREAU]
    for department in departments.values():
        people += [
            city.DemoAccount(
                username=name(department.code),
                display_name=f"{department.short_name}{title}",
                department=department.code,
                role=role,
            )
            for name, title, role in (
                (city.officer_of, "数据专员", Role.DEPARTMENT_OFFICER),
                (city.approver_of, "审核人", Role.DEPARTMENT_APPROVER),
            )
        ]
    systems = {
        f"{each.code}_files": (each.code, f"{each.short_name}文件交换") for each in departments.values()
    }
    return settling.Directory(
        departments=bureau + tuple(departments.values()), systems=systems, accounts=tuple(people)
    )


def _profile(
    home: DataHome,
    folder: Path,
    departments: Mapping[str, city.DemoDepartment],
    lines: dict[str, RealFile],
    tell: Tell,
) -> list[_Candidate]:
    """Read every file once; the newest of a series stands for all of it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    newest = _newest_of_series(files)
    profiled: list[tuple[Path, str, FileProfile]] = []
    for number, path in enumerate(files, start=1):
        relative = path.relative_to(folder).as_posix()
        tell(relative, number, len(files))
        try:
            profile = profile_file(path)
        except JutongError as error:
            lines[relative] = _failed(RealFile(path=relative, status="failed"), error)
            continue
        lines[relative] = RealFile(
            path=relative,
            status="profiled",
            kind=profile.kind,
            rows=profile.rows,
            rejected=profile.rejected,
            columns=len(profile.columns),
            findings=tuple(
                f"{found.code}（{found.column}）" if found.column else found.code
                for found in profile.findings
            ),
        )
        if newest.get(path, path) == path:
            profiled.append((path, relative, profile))
    return list(_named(profiled, home, departments))


def _newest_of_series(files: Sequence[Path]) -> dict[Path, Path]:
    """File → the last file of its series, for those that are in one."""
    groups: dict[tuple[Path, str, str], list[Path]] = defaultdict(list)
    for path in files:
        groups[path.parent, re.sub(r"\d+", "#", path.stem), path.suffix].append(path)
    return {
        path: members[-1]
        for (_, stem, _), members in groups.items()
        if len(members) >= _SERIES and "#" in stem
        for path in members
    }


def _named(
    profiled: Sequence[tuple[Path, str, FileProfile]],
    home: DataHome,
    departments: Mapping[str, city.DemoDepartment],
) -> Iterator[_Candidate]:
    """Give each file a department, a name for its service, and a place below the sources."""
    initials = field_names([path.stem[:20] for path, _, _ in profiled])
    for (path, relative, profile), name in zip(profiled, initials, strict=True):
        first, separator, _ = relative.partition("/")
        department = departments[first if separator else ""]
        _bring(path, home.sources / _DROP / relative)
        yield _Candidate(
            path=path,
            relative=relative,
            profile=profile,
            department=department,
            service=f"{department.code}_{name}",
        )


def _bring(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or links are not allowed there
        shutil.copyfile(source, target)
        shutil.copystat(source, target)


def _publish(
    candidates: Sequence[_Candidate], lines: dict[str, RealFile], *, home: DataHome, clock: Clock, tell: Tell
) -> list[_Candidate]:
    published: list[_Candidate] = []
    for number, each in enumerate(candidates, start=1):
        draft = draft_of(each.profile, title=title_of(each.relative), system=f"{each.department.code}_files")
        lines[each.relative] = replace(lines[each.relative], service=each.service, title=draft.title)
        try:
            settling.publish_entry(each.department.code, each.service, draft, clock=clock)
            source = SourceDraft(
                code=f"src_{each.service}",
                name=f"{draft.title}来源"[:120],
                department=each.department.code,
                kind=each.profile.kind,
                options={"path": f"{_DROP}/{each.relative}"},
                system=draft.system,
            )
            mapping = {
                column.name: item.field
                for column, item in zip(each.profile.columns, draft.items, strict=True)
            }
            settling.hook_source(each.service, source, mapping=mapping, home=home, clock=clock)
            published.append(each)
        except JutongError as error:
            lines[each.relative] = _failed(lines[each.relative], error)
        tell(each.relative, number, len(candidates))
    return published


def _collected(line: RealFile) -> RealFile:
    """`line` with the result of its entry's newest run."""
    found = collection.runs(SYSTEM_ACTOR, collection.RunFilter(service=line.service), limit=1).rows
    if not found:
        return line
    run = found[0]
    rules = run.report.rules if run.report else ()
    done = replace(
        line,
        status="failed" if run.error_code else "collected",
        read=run.read,
        landed=run.landed,
        quarantined=run.quarantined,
        score=run.score,
        broken_rules=tuple((rule.code, rule.failed) for rule in rules if rule.failed),
        error_code=run.error_code,
    )
    return done if not run.error_code else _explained(done, run.error_detail)


def _explained(line: RealFile, detail: Mapping[str, Any]) -> RealFile:
    known = error_codes().get(line.error_code)
    if known is None:
        return line
    error = known(**detail)
    return replace(line, error_zh=error.message("zh"), error_en=error.message("en"))


def _open(
    published: Sequence[_Candidate], lines: dict[str, RealFile], runner: Jobs, clock: Clock, tell: Tell
) -> None:
    opened: list[str] = []
    for each in published:
        if lines[each.relative].status != "collected":
            continue
        try:
            settling.open_entry(each.department.code, each.service, theme=Theme.OTHER, clock=clock)
        except JutongError as error:
            lines[each.relative] = replace(lines[each.relative], held_because=error.message("zh"))
            continue
        opened.append(each.service)
        lines[each.relative] = replace(lines[each.relative], opened=True)
    runner.release(opened, tell)


def _failed(line: RealFile, error: JutongError) -> RealFile:
    return replace(
        line,
        status="failed",
        error_code=error.code,
        error_zh=error.message("zh"),
        error_en=error.message("en"),
    )
