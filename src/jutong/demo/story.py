"""The story of the demo city: files, catalogue, collection, opening, sharing, and what was found."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.grants import api as grants
from jutong.control.opening import api as opening
from jutong.control.standards import api as standards
from jutong.demo import build as building
from jutong.demo import city, collecting, demands, duties, settling, sharing, truth, unfinished
from jutong.demo.bindings import bound
from jutong.demo.catalogue_work import CatalogueWork, count_work, work_on_catalogue
from jutong.demo.errors import HomeShared
from jutong.demo.jobs import DirectJobs, Jobs
from jutong.demo.nouns import Register
from jutong.demo.refused import publish_refused
from jutong.demo.registers import registers
from jutong.demo.score import CityScore, read_score, score_city
from jutong.demo.telling import Progress, Tell, Teller
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.lakes import lake_of

STORY_FILE: Final = "story.json"
REAL_FILE: Final = "real.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """How one collection ended."""

    service: str
    title: str
    status: str
    read: int
    landed: int
    quarantined: int
    score: float | None
    error_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the demo built, for the command that told it to and for a page."""

    already_built: bool
    persons: int
    rows: int
    entries: int
    runs: tuple[RunLine, ...]
    datasets: tuple[str, ...]
    held_back: tuple[tuple[str, str], ...]
    """(service, error code) of what the release gate did not let through."""
    client: sharing.DemoClient | None
    waiting: str
    work: CatalogueWork
    score: CityScore | None
    seconds: float
    chapters: tuple[tuple[str, float], ...] = ()
    """(chapter, seconds)"""

    def to_json(self) -> str:
        """Everything but the client's secret."""
        values = msgspec.to_builtins(self)
        if values["client"]:
            values["client"].pop("secret")
        if self.score is not None:
            values["score"] = msgspec.json.decode(self.score.to_json())
        return msgspec.json.format(msgspec.json.encode(values)).decode()


def is_built(home: DataHome) -> bool:
    """Whether a whole demo city stands in this data home."""
    try:
        return truth.read_record(home.root).finished
    except JutongError:
        return False


def erase(home: DataHome) -> bool:
    """Remove a demo with everything that was built on it; False, and nothing is touched, where there is none.

    Call it before the control database is opened.

    Raises:
        HomeShared: the data home was in use before the demo was built in it.
    """
    kept = truth.demo_folder(home.root)
    if not any((kept / name).is_file() for name in (truth.CITY_FILE, REAL_FILE)):
        return False
    if not (kept / settling.OWN_HOME_FILE).is_file():
        raise HomeShared
    folders = (
        home.lake, home.serving, home.releases, home.policies, home.evidence, home.sources,
        truth.demo_folder(home.root),
    )  # fmt: skip
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    for database in (home.control_database, home.jobs_database):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
    home.create()
    return True


def build(
    home: DataHome,
    *,
    clock: Clock,
    scale: float = 1.0,
    seed: int = 1,
    progress: Progress | None = None,
    jobs: Jobs | None = None,
    postgresql: str = "",
) -> Story:
    """Build the demo city and walk it through the whole chain; go on where an earlier build was broken off.

    The control database must be migrated. `postgresql`: a DSN; the enterprise register then stands on that server.

    Raises:
        ScaleInvalid: `scale` is not from 0.02 to 500.
    """
    if is_built(home):
        return _as_built(home, clock)
    teller = Teller(progress or (lambda _step: None))
    runner = jobs or DirectJobs(home, clock)
    chosen = registers(postgresql=bool(postgresql))
    with teller.chapter("生成数据", "Generate the data") as tell:
        record = _generate(home, scale, seed, clock, postgresql, tell)
    settling.mark_own_home(home)
    with teller.chapter("部门与账号", "Departments and accounts") as tell:
        settling.settle_directory(settling.city_directory(chosen), clock=clock, tell=tell)
        duties.import_duties(clock=clock)
    with teller.chapter("编目与挂接", "Catalogue and sources") as tell:
        index = standards.standards_index(business_date(clock.now()))
        for number, register in enumerate(chosen, start=1):
            draft = bound(register.service, city.entry_draft(register, chosen), index)
            draft = replace(draft, duties=duties.duties_of(register.service))
            source = city.source_draft(register, chosen, postgresql=postgresql)
            settling.publish_entry(register.department, register.service, draft, clock=clock)
            settling.hook_source(register.service, source, mapping=register.mapping, home=home, clock=clock)
            collecting.read_increments(register, clock=clock)
            tell(register.title, number, len(chosen))
        publish_refused(clock=clock)
        duties.propose_missing(clock=clock)
        unfinished.leave_unfinished(clock=clock)
    with teller.chapter("归集与检查", "Collect and check") as tell:
        collection.end_lost_runs(SYSTEM_ACTOR, clock=clock)
        wanted = [
            settling.request_run(register.department, register.service, clock=clock) for register in chosen
        ]
        runner.collect([run_id for run_id in wanted if run_id], tell)
    with teller.chapter("开放", "Open") as tell:
        held_back = _open(chosen, runner, clock, tell)
    with teller.chapter("申请与授权", "Apply and grant") as tell:
        demands.file_demands(clock=clock)
        client = sharing.grant_example(home, clock=clock)
        waiting = sharing.leave_one_waiting(home, clock=clock)
        grants.publish_snapshot(home, clock=clock)
        tell(client.service, 1, 1)
    with teller.chapter("目录运行", "The catalogue at work") as tell:
        work = work_on_catalogue(home, clock=clock, tell=tell)
    with teller.chapter("评分", "Score") as tell:
        score = rescore(home, clock=clock)
        tell("植入问题与发现对照", 1, 1)
    told = _run_lines(chosen)
    with teller.chapter("归集运行", "Collection goes on") as tell:
        collecting.go_on_collecting(home, runner, clock=clock, tell=tell)
    story = Story(
        already_built=False,
        persons=record.persons,
        rows=sum(record.rows.values()),
        entries=len(chosen),
        runs=told,
        datasets=_open_datasets(chosen),
        held_back=held_back,
        client=client,
        waiting=waiting,
        work=work,
        score=score,
        seconds=teller.seconds,
        chapters=tuple(teller.chapters),
    )
    truth.write_record(home.root, replace(record, finished=True))
    (truth.demo_folder(home.root) / STORY_FILE).write_text(story.to_json(), encoding="utf-8")
    return story


def rescore(home: DataHome, *, clock: Clock) -> CityScore:
    """Count again what was found of what was planted; kept as `demo/score.json`.

    Raises:
        CityMissing: there is no demo city in this data home.
    """
    contracts = {contract.service: contract for contract in catalogue.live_contracts()}
    with lake_of(home) as lake:
        return score_city(home, contracts, lake=lake, clock=clock)


def _generate(
    home: DataHome, scale: float, seed: int, clock: Clock, postgresql: str, tell: Tell
) -> truth.CityRecord:
    """The files that an unfinished build made already stay when they are of the same city."""
    today = business_date(clock.now())
    plan = building.plan_city(scale, seed, today)
    try:
        record = truth.read_record(home.root)
    except JutongError:
        record = None
    if record is not None and (record.persons, record.seed, record.today) == (plan.persons, seed, today):
        return record
    return building.make_city(home, plan, progress=tell, postgresql=postgresql)


def _open(chosen: Sequence[Register], runner: Jobs, clock: Clock, tell: Tell) -> tuple[tuple[str, str], ...]:
    """Open what may be opened; what the release gate holds back is reported and stays closed."""
    held: list[tuple[str, str]] = []
    opened: list[str] = []
    for register in filter(city.is_opened, chosen):
        try:
            dataset = settling.open_entry(
                register.department, register.service, theme=city.theme_of(register), clock=clock
            )
            opened.append(dataset.service)
        except JutongError as error:
            held.append((register.service, error.code))
    waiting = {dataset.service for dataset in opening.awaiting_release(SYSTEM_ACTOR)}
    runner.release([service for service in opened if service in waiting], tell)
    return tuple(held)


def _run_lines(chosen: Sequence[Register]) -> tuple[RunLine, ...]:
    lines = []
    for register in chosen:
        found = collection.runs(SYSTEM_ACTOR, collection.RunFilter(service=register.service), limit=1).rows
        lines += [
            RunLine(
                service=run.service,
                title=run.title,
                status=run.status.value,
                read=run.read,
                landed=run.landed,
                quarantined=run.quarantined,
                score=run.score,
                error_code=run.error_code,
            )
            for run in found
        ]
    return tuple(lines)


def _open_datasets(chosen: Sequence[Register]) -> tuple[str, ...]:
    known = {dataset.service for dataset in opening.datasets(limit=200).rows}
    return tuple(register.service for register in chosen if register.service in known)


def _as_built(home: DataHome, clock: Clock) -> Story:
    """The story as it was told when the city was built, with the newest score."""
    record = truth.read_record(home.root)
    kept = msgspec.json.decode((truth.demo_folder(home.root) / STORY_FILE).read_bytes())
    client = sharing.read_client(home)
    return Story(
        already_built=True,
        persons=record.persons,
        rows=sum(record.rows.values()),
        entries=kept["entries"],
        runs=tuple(RunLine(**run) for run in kept["runs"]),
        datasets=tuple(kept["datasets"]),
        held_back=tuple((service, code) for service, code in kept["held_back"]),
        client=client,
        waiting=kept["waiting"],
        work=count_work(clock=clock),
        score=read_score(home),
        seconds=0.0,
    )
