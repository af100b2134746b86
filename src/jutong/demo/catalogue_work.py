"""The catalogue of the demo city at work, after its entries are published: lists, sources of items, upkeep."""

from collections.abc import Callable
from dataclasses import dataclass

from jutong.control.directory.api import actor_named
from jutong.control.harvest import api as harvest
from jutong.control.inspection import api as inspection
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandFilter, ResponsibilityFilter
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseStatus
from jutong.demo import bureau, neighbours, one_source_cases, upkeep
from jutong.demo.lists import keep_lists
from jutong.demo.settling import REVIEWER
from jutong.demo.telling import Tell
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueWork:
    """What a visitor finds, in numbers."""

    responsibilities: int
    unconfirmed: int
    refused: int
    demands: int
    disputes: int
    cases: int
    decided: int
    warnings: int
    waived: int
    harvested: int
    adopted: int


def work_on_catalogue(home: DataHome, *, clock: Clock, tell: Tell) -> CatalogueWork:
    """Let the people of the city do what a catalogue asks for between two publications; safe to repeat."""
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("一数一源", lambda: one_source_cases.settle_sources(home, clock=clock)),
        ("责任清单、负面清单", lambda: keep_lists(clock=clock)),
        ("更新时限、变更、分级", lambda: upkeep.keep_alive(clock=clock)),
        ("外部目录", lambda: neighbours.harvest_neighbour(home, clock=clock)),
        ("同义词、机构改革", lambda: _bureau(clock)),
        ("目录体检", lambda: upkeep.inspect_city(home, clock=clock)),
    )
    for number, (what, step) in enumerate(steps, start=1):
        step()
        tell(what, number, len(steps))
    return count_work(clock=clock)


def _bureau(clock: Clock) -> None:
    bureau.keep_words(clock=clock)
    bureau.plan_reform(clock=clock)


def count_work(*, clock: Clock) -> CatalogueWork:
    """What stands now."""
    reviewer = actor_named(REVIEWER)
    cases, standing = one_source.counts_by_status(reviewer), inspection.standing(reviewer, clock=clock)
    neighbour = harvest.source(reviewer, neighbours.SOURCE)
    return CatalogueWork(
        responsibilities=lists.count_responsibilities(reviewer, clock=clock),
        unconfirmed=lists.count_responsibilities(
            reviewer, ResponsibilityFilter(unconfirmed=True), clock=clock
        ),
        refused=len(lists.negative_list(reviewer, clock=clock)),
        demands=lists.count_demands(reviewer),
        disputes=lists.count_demands(reviewer, DemandFilter(disputed=True)),
        cases=sum(cases.values()),
        decided=cases.get(CaseStatus.DECIDED, 0),
        warnings=standing.errors + standing.warnings,
        waived=standing.waived,
        harvested=neighbour.present,
        adopted=neighbour.adopted,
    )
