"""One item, one source in the demo city: found from the registers, one item decided, one before the departments."""

from typing import Final

from jutong.control.collection import api as collection
from jutong.control.directory.api import actor_named
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseFilter, CaseStatus, CaseSummary, ClaimKind
from jutong.demo.settling import REVIEWER, officer
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.processes.sketching import sketch_version

SKETCHED: Final = ("health_death", "civil_funeral")
"""Whose values are compared at once; the worker goes on with the rest when the platform runs."""
DECIDED: Final = ("police_population", "birth_date")
OPEN: Final = ("health_death", "death_date")
MARK: Final = "data_nature"
Claim = tuple[str, ClaimKind, str]

_CLAIMS_DECIDED: Final[tuple[Claim, ...]] = (
    ("police", ClaimKind.CLAIM, "出生登记由公安机关办理，更正也由公安机关审批"),
    ("hrss", ClaimKind.CONCUR, "同意取自公安机关，参保登记时不再填报"),
)
_CLAIMS_OPEN: Final[tuple[Claim, ...]] = (
    ("health", ClaimKind.CLAIM, "死亡日期以医疗卫生机构签发的死亡医学证明为准"),
    ("civil", ClaimKind.COMMENT, "在家中正常死亡的由社区或公安机关证明，殡葬登记早于医学证明补录，建议约定补录时限"),
)  # fmt: skip


def settle_sources(home: DataHome, *, clock: Clock) -> None:
    """Compare what departments hold, hear them, decide one item, set aside what is only a mark; safe to repeat."""
    versions, done = collection.latest_versions(), one_source.sketched_versions()
    for service in SKETCHED:
        if service in versions and done.get(service) != versions[service]:
            sketch_version(service, versions[service], home=home, clock=clock)
    reviewer = actor_named(REVIEWER)
    one_source.detect(reviewer, clock=clock)
    _ask(OPEN, _CLAIMS_OPEN, clock)
    _ask(DECIDED, _CLAIMS_DECIDED, clock)
    _decide(clock)
    marks = [one.code for one in _cases(MARK) if one.status is CaseStatus.FOUND]
    reason = "只说明本表的数据为合成，不是业务数据项"
    one_source.reject_many(reviewer, marks, reason=reason, clock=clock)


def _ask(place: tuple[str, str], claims: tuple[Claim, ...], clock: Clock) -> None:
    """Open the case and let its departments speak, once."""
    for found in _cases(place[1], place[0]):
        if found.status is not CaseStatus.FOUND:
            continue
        reviewer = actor_named(REVIEWER)
        revision = one_source.case(reviewer, found.code).revision
        note = "请持有该信息项的部门在五个工作日内提出意见"
        one_source.open_case(reviewer, found.code, note=note, revision=revision, clock=clock)
        for department, kind, text in claims:
            one_source.claim(
                officer(department), found.code, department=department, kind=kind, text=text, clock=clock
            )


def _decide(clock: Clock) -> None:
    reviewer = actor_named(REVIEWER)
    for found in _cases(DECIDED[1], DECIDED[0]):
        if found.status is CaseStatus.OPEN:
            one_source.decide(
                reviewer,
                found.code,
                source=DECIDED,
                reason="公安机关办理出生登记，其他部门均由居民填报",
                basis="《中华人民共和国户口登记条例》第七条",
                revision=one_source.case(reviewer, found.code).revision,
                clock=clock,
            )


def _cases(field: str, service: str = "") -> list[CaseSummary]:
    """Cases that hold an item `field`, of the entry `service` where it is given."""
    reviewer = actor_named(REVIEWER)
    return [
        one
        for one in one_source.cases(reviewer, CaseFilter(), limit=200).rows
        if any(
            item.field == field and service in {"", item.service}
            for item in one_source.case(reviewer, one.code).items
        )
    ]
