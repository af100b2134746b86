"""The data plane alone: some registers of a small city are collected, and the score counts what was found."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.lake import Lake
from jutong.dataflow.pipelines import collect
from jutong.demo import city
from jutong.demo.errors import CityMissing
from jutong.demo.kinds import FaultKind
from jutong.demo.registers import registers
from jutong.demo.score import read_score, score_city
from jutong.kernel.clock import FixedClock
from jutong.kernel.home import DataHome
from jutong.vocabulary.contracts import EntryContract
from tests.support.demo_city import small_city

CHOSEN = (
    "police_population",
    "hrss_insured",
    "medical_insured",
    "health_death",
    "market_enterprise",
    "tax_taxpayer",
)
EVENING = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


def contract_of(register, chosen):
    draft = city.entry_draft(register, chosen)
    return EntryContract(
        code="307/000001",
        version=1,
        title=draft.title,
        service=register.service,
        provider=register.department,
        provider_name=register.department,
        items=draft.items,
        sharing_type=draft.sharing_type,
        open_type=draft.open_type,
        update_frequency=draft.update_frequency,
        level=draft.level,
        query_keys=draft.query_keys,
        rules=draft.rules,
    )


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """(home, score, reports) after the chosen registers have landed."""
    generated, _ = small_city()
    home = DataHome(tmp_path_factory.mktemp("scored") / "home")
    shutil.copytree(generated.root, home.root)
    home.create()
    chosen, clock, contracts, reports = registers(), FixedClock(EVENING), {}, {}
    with Lake.open(home.lake) as lake:
        for register in (each for each in chosen if each.service in CHOSEN):
            contracts[register.service] = contract_of(register, chosen)
            source = city.source_draft(register, chosen)
            connector = open_connector(source.kind, source.options, root=home.sources, limits=ReadLimits())
            reports[register.service] = collect(
                contracts[register.service],
                connector,
                lake=lake,
                mapping=register.mapping,
                department=register.department,
                system=source.system,
                run_id=f"run_{register.service}",
                clock=clock,
            )
        score = score_city(home, contracts, lake=lake, clock=clock)
    return home, score, reports


def kind(score, wanted):
    return next(each for each in score.kinds if each.kind == wanted.value)


def test_every_row_that_was_generated_is_read_and_accounted_for(collected):
    _, _, reports = collected
    rows = small_city()[1].rows
    changed = {one.service: one.delivery.changed_column for one in registers()}
    for service, report in reports.items():
        assert report.read == rows[service] == report.landed + report.quarantined
        assert report.missing_columns == ()
        assert report.extra_columns == tuple(filter(None, [changed[service]]))


def test_faults_that_rules_can_see_are_found_in_what_was_collected(collected):
    _, score, _ = collected
    departments = {each.department: each for each in score.departments}
    for department in ("police", "hrss", "medical", "tax", "market"):
        assert departments[department].found == departments[department].planted


def test_departments_are_compared_where_rules_see_nothing(collected):
    _, score, _ = collected
    for wanted in (FaultKind.SWAPPED_NAME, FaultKind.DEAD_BUT_INSURED, FaultKind.CONFLICT_ENTERPRISE_NAME):
        assert kind(score, wanted).planted > 0
        assert kind(score, wanted).recall == 1.0


def test_nothing_is_flagged_that_was_not_planted(collected):
    _, score, _ = collected
    assert score.false_alarms == 0


def test_what_was_never_collected_counts_as_missed(collected):
    _, score, _ = collected
    assert "education_pupil" in score.not_collected
    departments = {each.department: each for each in score.departments}
    assert departments["education"].found == 0 < departments["education"].planted
    assert kind(score, FaultKind.LATE_FILE).found == 2
    assert kind(score, FaultKind.LATE_FILE).planted == 3


def test_the_score_is_kept_for_the_page_and_reads_back(collected):
    home, score, _ = collected
    assert read_score(home) == score
    kept = json.loads((home.root / "demo/score.json").read_text(encoding="utf-8"))
    assert kept["planted"] == score.planted
    assert kept["kinds"][0]["recall"] == score.kinds[0].recall


def test_a_home_without_a_city_has_no_score(tmp_path):
    home = DataHome(tmp_path)
    assert read_score(home) is None
    with Lake.open(home.lake) as lake, pytest.raises(CityMissing):
        score_city(home, {}, lake=lake, clock=FixedClock(EVENING))
