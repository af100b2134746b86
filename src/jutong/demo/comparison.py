"""Comparisons between departments on the lake: what two registers say of the same person or enterprise."""
# ruff: noqa: S608  # every name in the SQL is from this package's own registers

from dataclasses import dataclass
from typing import Final

from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import POOL
from jutong.demo.kinds import FaultKind

NAME, BIRTH, ADDRESS = FaultKind.CONFLICT_NAME, FaultKind.CONFLICT_BIRTH_DATE, FaultKind.CONFLICT_ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An item that two registers hold of the same subject."""

    field: str
    base: str
    kind: FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows of `service` beside the rows of the source department with the same key (一数一源)."""

    service: str
    key: str
    pairs: tuple[Pair, ...]
    base: str = "police_population"
    base_key: str = "id_no"


def _name(field: str) -> Pair:
    return Pair(field=field, base="name", kind=NAME)


def _birth(field: str = "birth_date") -> Pair:
    return Pair(field=field, base="birth_date", kind=BIRTH)


def _address(field: str) -> Pair:
    return Pair(field=field, base="address", kind=ADDRESS)


COMPARISONS: Final = (
    Comparison(
        service="hrss_insured", key="id_no", pairs=(_name("name"), _birth(), _address("contact_address"))
    ),
    Comparison(
        service="medical_insured", key="id_no", pairs=(_name("name"), _birth(), _address("residence"))
    ),
    Comparison(
        service="education_pupil", key="id_no", pairs=(_name("name"), _birth(), _address("home_address"))
    ),
    Comparison(service="health_death", key="id_no", pairs=(_name("name"), _birth(), _address("residence"))),
    Comparison(service="health_birth", key="child_id", pairs=(_name("name"), _birth())),
    Comparison(service="health_birth", key="mother_id", pairs=(_name("mother_name"),)),
    Comparison(service="health_birth", key="father_id", pairs=(_name("father_name"),)),
    Comparison(service="civil_marriage", key="male_id", pairs=(_name("male_name"),)),
    Comparison(service="civil_marriage", key="female_id", pairs=(_name("female_name"),)),
    Comparison(service="civil_funeral", key="id_no", pairs=(_name("name"),)),
    Comparison(service="land_housing", key="owner_id", pairs=(_name("owner_name"),)),
    Comparison(service="market_enterprise", key="representative_id", pairs=(_name("legal_representative"),)),
    Comparison(
        service="tax_taxpayer",
        key="uscc",
        base="market_enterprise",
        base_key="uscc",
        pairs=(Pair(field="taxpayer_name", base="name", kind=FaultKind.CONFLICT_ENTERPRISE_NAME),),
    ),
)

# Registers of the insured whose status says "in force" though a death certificate stands against the ID number.
IN_FORCE: Final = (("hrss_insured", "1"), ("medical_insured", "1"))


def pool(service: str) -> str:
    """The department pool of `service`, as SQL."""
    return f'"{CATALOGUE}"."{POOL}"."{service}"'


def compare_departments(lake: Lake, *, into: str) -> None:
    """Add to the table `into` (means, kind, service, row_no, field) where departments differ."""
    present = {table.name for table in lake.tables(POOL)}
    for comparison in COMPARISONS:
        if {comparison.service, comparison.base} <= present:
            for pair in comparison.pairs:
                _compare(lake, comparison, pair, into)
    for service, status in IN_FORCE:
        if {service, "health_death"} <= present:
            _insured_dead(lake, service, status, into)


def _compare(lake: Lake, comparison: Comparison, pair: Pair, into: str) -> None:
    """Empty values are not compared: that they are missing is for a rule to say."""
    lake.engine.run(f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT o._row_no AS row_no, o."{comparison.key}" AS subject,
            CAST(o."{pair.field}" AS VARCHAR) AS own, CAST(b."{pair.base}" AS VARCHAR) AS other
        FROM {pool(comparison.service)} o
        JOIN {pool(comparison.base)} b ON b."{comparison.base_key}" = o."{comparison.key}"
        WHERE trim(CAST(o."{pair.field}" AS VARCHAR)) <> trim(CAST(b."{pair.base}" AS VARCHAR))
    """)
    # Two who stand under each other's name were swapped; one alone is a conflict.
    swapped = (
        "EXISTS (SELECT 1 FROM differing e WHERE e.own = d.other AND e.other = d.own AND e.subject <> d.subject)"
        if pair.kind is NAME
        else "FALSE"
    )
    lake.engine.run(f"""
        INSERT INTO {into}
        SELECT DISTINCT 'comparison', CASE WHEN {swapped} THEN '{FaultKind.SWAPPED_NAME.value}'
            ELSE '{pair.kind.value}' END, '{comparison.service}', row_no, '{pair.field}'
        FROM differing d
    """)


def _insured_dead(lake: Lake, service: str, status: str, into: str) -> None:
    lake.engine.run(f"""
        INSERT INTO {into}
        SELECT DISTINCT 'comparison', '{FaultKind.DEAD_BUT_INSURED.value}', '{service}', o._row_no, 'status'
        FROM {pool(service)} o SEMI JOIN {pool("health_death")} d ON d.id_no = o.id_no
        WHERE o.status = '{status}'
    """)


def pool_table(service: str) -> TableName:
    return TableName(POOL, service)
