"""Makes the city: tables, planted faults, the files of the departments, and the truth."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import duckdb

from jutong.demo import faults, files, truth
from jutong.demo.errors import ScaleInvalid
from jutong.demo.generation import businesses, land, lives, people, places, public
from jutong.demo.generation.database import build_database
from jutong.demo.nouns import PERSONS_A_SCALE, CityPlan, Register
from jutong.demo.registers import registers
from jutong.kernel.home import DataHome
from jutong.vocabulary.calendar import WorkCalendar
from jutong.vocabulary.catalogue import UPDATE_TOLERANCE_HOURS
from jutong.vocabulary.code_lists import code_list

MINIMUM_SCALE: Final = 0.02
MAXIMUM_SCALE: Final = 500.0
INDUSTRY_LIST: Final = "industry"

Progress = Callable[[str, int, int], None]
"""(what is being done, step, steps)"""


def plan_city(scale: float, seed: int, today: date) -> CityPlan:
    """A plan for `scale` × 20,000 persons.

    Raises:
        ScaleInvalid: outside 0.02 to 500.
    """
    if not MINIMUM_SCALE <= scale <= MAXIMUM_SCALE:
        raise ScaleInvalid(minimum=MINIMUM_SCALE, maximum=int(MAXIMUM_SCALE))
    return CityPlan(persons=round(scale * PERSONS_A_SCALE), seed=seed, today=today)


def make_city(
    home: DataHome, plan: CityPlan, *, progress: Progress | None = None, postgresql: str = ""
) -> truth.CityRecord:
    """Generate the city of `plan` into `home.sources`, and the truth of its faults beside it.

    The same plan gives the same rows and the same faults. Memory stays bounded at any scale: tables spill to disk.
    """
    chosen = registers(postgresql=bool(postgresql))
    steps = len(chosen) + 3
    tell = progress or (lambda _what, _step, _steps: None)
    rows: dict[str, int] = {}
    with build_database(truth.demo_folder(home.root) / "build", plan) as connection:
        tell("生成区划、人口与户籍", 1, steps)
        _make_tables(connection, plan)
        tell("登记各部门台账", 2, steps)
        faults.make_truth(connection)
        for number, register in enumerate(chosen, start=3):
            tell(f"写出 {register.title}", number, steps)
            faults.plant(connection, register)
            rows[register.service] = _count(connection, f"delivered_{register.service}")
            files.deliver(connection, register, home.sources, today=plan.today, postgresql=postgresql)
            connection.execute(f"DROP TABLE delivered_{register.service}")
        _keep_late_files(connection, chosen)
        truth.write_truth(connection, home.root)
        record = truth.CityRecord(
            persons=plan.persons,
            seed=plan.seed,
            today=plan.today,
            rows=rows,
            planted=truth.count_kinds(connection),
            postgresql=bool(postgresql),
        )
    tell("保存植入问题的真值", steps, steps)
    truth.write_record(home.root, record)
    return record


def _make_tables(connection: duckdb.DuckDBPyConnection, plan: CityPlan) -> None:
    points = min(4000, 400 + plan.persons // 200)
    where = places.real_places(plan.today)
    places.load_places(connection, where, seed=plan.seed, points=points)
    industries = code_list(INDUSTRY_LIST).entries
    people.make_people(connection, plan)
    businesses.make_enterprises(connection, plan, by_section(industries))
    businesses.make_market_registers(connection)
    businesses.make_insured(connection)
    lives.make_population(connection)
    lives.make_births(connection)
    lives.make_deaths(connection)
    lives.make_marriages(connection)
    lives.make_schools(connection, schools=min(1500, 120 + plan.persons // 700), points=points)
    land.make_land(connection, plan, points=points)
    land.make_medical_institutions(
        connection, institutions=min(4000, 90 + plan.persons // 500), points=points
    )
    public.make_divisions(connection, where)
    public.make_industries(connection, industries)
    public.make_calendar(connection, WorkCalendar(), first=2020, last=max(2026, plan.today.year))


def by_section(industries: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Two-digit code (大类) → (section letter, name). In the list a section stands before its divisions."""
    found: dict[str, tuple[str, str]] = {}
    section = ""
    for code, name in industries.items():
        if len(code) == 1:
            section = code
        elif len(code) == 2 and section:
            found[code] = (section, name)
    return found


def _keep_late_files(connection: duckdb.DuckDBPyConnection, chosen: tuple[Register, ...]) -> None:
    late = [
        (register.department, register.service)
        for register in chosen
        if is_late(register, hours=register.delivery.days_old * 24)
    ]
    connection.executemany("INSERT INTO truth VALUES ('late_file', ?, ?, '', NULL, NULL, NULL)", late)


def is_late(register: Register, *, hours: float) -> bool:
    """Whether a file of this age breaks the promised cycle. A night between two deliveries is not held against it."""
    tolerance = UPDATE_TOLERANCE_HOURS.get(register.frequency)
    return tolerance is not None and hours > tolerance + 24


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
