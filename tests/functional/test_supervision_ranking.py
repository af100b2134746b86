"""Supervision: the figures of a small city, counted from what happened there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jutong.control.approval import api as approval
from jutong.control.approval.api import Action, ApplicationRequest
from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.api import INSTALLER_ACTOR, SYSTEM_ACTOR, DepartmentKind, Role
from jutong.control.directory.errors import PermissionDenied
from jutong.control.supervision import api as supervision
from jutong.control.supervision.api import Indicator
from jutong.vocabulary.catalogue import QualityDimension, UpdateFrequency
from jutong.vocabulary.contracts import RuleOutcome, RunReport
from tests.support.control import BUREAU, CIVIL, DISTRICT, TAX, a_city, a_draft, with_check

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(tmp_path):
    made = a_city(tmp_path)
    directory.add_system(INSTALLER_ACTOR, code="nsfw", name="纳税服务系统", department=TAX, clock=made.clock)
    return made


def an_entry(city, service, *, of=CIVIL, published=True, frequency=UpdateFrequency.MONTHLY):
    who = {CIVIL: "civil", TAX: "tax"}[of]
    officer, approver = city.actors[f"{who}_officer"], city.actors[f"{who}_approver"]
    draft = a_draft(
        title=f"{service}登记信息",
        update_frequency=frequency,
        system={CIVIL: "hydj", TAX: "nsfw"}[of],
    )
    catalogue.create_entry(officer, provider=of, draft=draft, service=service, clock=city.clock)
    if published:
        catalogue.submit(officer, service, clock=city.clock)
        catalogue.accept(approver, service, clock=city.clock)
        catalogue.publish(city.reviewer, service, clock=city.clock)


def hook(city, service, *, of=CIVIL):
    officer = city.civil_engineer if of == CIVIL else city.tax_officer
    draft = collection.SourceDraft(
        code=f"{service}_csv",
        name=service,
        department=of,
        kind="csv",
        options={"path": f"{of}/{service}.csv"},
    )
    collection.add_source(officer, draft, home=city.home, clock=city.clock)
    collection.bind(officer, service=service, source=f"{service}_csv", clock=city.clock)


def deliver(city, service, *, failed_checks=0, rows=10, outcome="succeeded"):
    """A run as the data plane reports it: of 100 checks, so many failed."""
    run = collection.request_run(SYSTEM_ACTOR, service, clock=city.clock)
    collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w", home=city.home, clock=city.clock)
    rule = RuleOutcome(
        code="r",
        kind="required",
        dimension=QualityDimension.COMPLETENESS,
        fields=("cert_no",),
        checked=100,
        failed=failed_checks,
        blocking=False,
    )
    good = outcome == "succeeded"
    report = RunReport(
        run_id=run.run_id,
        service=service,
        source="csv",
        started_at=city.clock.now(),
        ended_at=city.clock.now(),
        outcome=outcome,
        read=rows if good else 0,
        landed=rows if good else 0,
        version=1 if good else None,
        rules=(rule,) if good else (),
        error_code="" if good else "connectors.file_missing",
    )
    collection.record_report(SYSTEM_ACTOR, run.run_id, report, clock=city.clock)


def apply_for(city, service, *, client):
    request = ApplicationRequest(
        service=service,
        items=("cert_no",),
        basis="个人所得税法第六条",
        purpose="核验专项附加扣除",
        scene="汇算清缴",
        valid_from=date(2025, 3, 3),
        valid_until=date(2026, 3, 2),
        clients=(client,),
    )
    drafted = approval.draft_application(city.tax_officer, request, consumer=TAX, clock=city.clock)
    approval.submit(city.tax_officer, drafted.code, home=city.home, clock=city.clock)
    approval.decide(city.tax_approver, drafted.code, Action.ACCEPT, home=city.home, clock=city.clock)
    return drafted.code


def ranked(city, **calls):
    return supervision.ranking(city.reviewer, at=city.clock.now(), calls=calls)


def fractions(score):
    return {one.indicator: (one.numerator, one.denominator) for one in score.indicators}


def test_each_figure_is_a_count_over_a_count(city):
    """Civil affairs: 4 entries drawn up, 3 published, 2 with data, one of them late; two applications."""
    for service in ("births", "deaths", "weddings"):
        an_entry(city, service)
    an_entry(city, "funerals", published=False)
    for service in ("births", "deaths"):
        hook(city, service)
        deliver(city, service, failed_checks=10 if service == "births" else 30)
    client = directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    ).client
    answered = apply_for(city, "births", client=client.client_id)
    approval.decide(city.civil_approver, answered, Action.ACCEPT, home=city.home, clock=city.clock)
    apply_for(city, "deaths", client=client.client_id)
    city.clock.advance(timedelta(days=40))
    deliver(city, "births", failed_checks=10)

    (score,) = [one for one in ranked(city, births=7, weddings=3) if one.department == CIVIL]

    assert fractions(score) == {
        Indicator.CATALOGUE: (3, 4),
        Indicator.HOOKED: (2, 3),
        Indicator.ON_TIME: (1, 2),
        Indicator.QUALITY: (1.6, 2),
        Indicator.ANSWERED: (1, 2),
        Indicator.USED: (1, 2),
    }
    weighted = 15 * 3 / 4 + 20 * 2 / 3 + 20 / 2 + 20 * 0.8 + 15 / 2 + 10 / 2
    assert score.score == round(weighted, 1)
    assert (score.published, score.with_data, score.calls) == (3, 2, 7)
    assert score.of(Indicator.QUALITY).rate == 0.8


def test_an_application_that_waits_for_others_is_not_the_providers_delay(city):
    an_entry(city, "births")
    client = directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    ).client
    request = ApplicationRequest(
        service="births",
        items=("cert_no",),
        basis="个人所得税法第六条",
        purpose="核验专项附加扣除",
        scene="汇算清缴",
        valid_from=date(2025, 3, 3),
        valid_until=date(2026, 3, 2),
        clients=(client.client_id,),
    )
    drafted = approval.draft_application(city.tax_officer, request, consumer=TAX, clock=city.clock)
    approval.submit(city.tax_officer, drafted.code, home=city.home, clock=city.clock)
    city.clock.advance(timedelta(days=90))
    (score,) = ranked(city)
    assert fractions(score)[Indicator.ANSWERED] == (0, 0)
    assert score.of(Indicator.ANSWERED).rate is None


def test_what_cannot_be_judged_is_left_out_of_the_mean(city):
    an_entry(city, "births", frequency=UpdateFrequency.IRREGULAR)
    (score,) = ranked(city)
    assert fractions(score) == {
        Indicator.CATALOGUE: (1, 1),
        Indicator.HOOKED: (0, 1),
        Indicator.ON_TIME: (0, 0),
        Indicator.QUALITY: (0, 0),
        Indicator.ANSWERED: (0, 0),
        Indicator.USED: (0, 0),
    }
    assert score.score == round(100 * 15 / 35, 1)


def test_a_department_without_anything_to_judge_has_no_rank(city):
    assert ranked(city) == ()
    an_entry(city, "births")
    catalogue.withdraw(city.reviewer, "births", reason="机构改革", clock=city.clock)
    assert ranked(city) == ()


def test_a_withdrawn_entry_counts_nowhere(city):
    an_entry(city, "births")
    an_entry(city, "deaths")
    hook(city, "births")
    deliver(city, "births")
    deliver(city, "births", outcome="failed")
    at = city.clock.now()
    assert supervision.city_figures(city.reviewer, at=at).runs_failed == 1
    catalogue.withdraw(city.reviewer, "births", reason="机构改革", clock=city.clock)
    (score,) = ranked(city, births=5)
    assert fractions(score)[Indicator.HOOKED] == (0, 1)
    assert fractions(score)[Indicator.ON_TIME] == (0, 0)
    figures = supervision.city_figures(city.reviewer, at=at)
    assert (figures.entries_with_data, figures.rows, figures.runs_failed) == (0, 0, 0)


def test_equal_scores_share_a_rank_and_stand_by_code_and_the_next_rank_is_left_out(city):
    for code, uscc in (("minzheng_a", "11330100MB0000002F"), ("zzz", "11330100MB0000003A")):
        directory.add_department(
            INSTALLER_ACTOR,
            code=code,
            name=f"样例{code}局",
            uscc=with_check(uscc),
            kind=DepartmentKind.DEPARTMENT,
            region="330100",
            parent=None,
            clock=city.clock,
        )
        directory.give_role(
            INSTALLER_ACTOR,
            username="civil_officer",
            department=code,
            role=Role.DEPARTMENT_OFFICER,
            clock=city.clock,
        )
    officer = directory.actor_named("civil_officer")
    an_entry(city, "births")
    an_entry(city, "taxes", of=TAX)
    for code in ("minzheng_a", "zzz"):
        draft = replace(a_draft(title=f"{code}登记信息"), system="")
        catalogue.create_entry(officer, provider=code, draft=draft, service=f"{code}_reg", clock=city.clock)
    first = [(one.rank, one.department) for one in ranked(city)]
    assert first == [(1, CIVIL), (1, TAX), (3, "minzheng_a"), (3, "zzz")]
    assert [(one.rank, one.department) for one in ranked(city)] == first


def test_the_citys_figures(city):
    an_entry(city, "births")
    an_entry(city, "deaths")
    an_entry(city, "funerals", published=False)
    hook(city, "births")
    deliver(city, "births", rows=12)
    client = directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    ).client
    apply_for(city, "births", client=client.client_id)
    now = supervision.city_figures(city.leader, at=city.clock.now(), calls=9)
    assert now.departments == len({BUREAU, CIVIL, TAX, DISTRICT})
    assert (now.entries_published, now.entries_with_data, now.rows) == (2, 1, 12)
    assert (now.applications, now.applications_granted, now.applications_overdue) == (1, 0, 0)
    assert (now.grants_live, now.datasets_open, now.runs_failed, now.entries_late) == (0, 0, 0, 0)
    assert (now.calls, now.on) == (9, date(2025, 3, 3))
    city.clock.advance(timedelta(days=60))
    later = supervision.city_figures(city.leader, at=city.clock.now())
    assert (later.entries_late, later.applications_overdue) == (1, 1)


def test_an_empty_city_has_figures_of_nought(city):
    figures = supervision.city_figures(SYSTEM_ACTOR, at=city.clock.now())
    assert (figures.entries_published, figures.rows, figures.datasets_open) == (0, 0, 0)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor", "tax_developer"])
def test_the_figures_are_for_those_who_may_see_them(city, who):
    for ask in (supervision.ranking, supervision.city_figures):
        with pytest.raises(PermissionDenied):
            ask(city.actors[who], at=city.clock.now())


def test_the_weights_make_a_hundred():
    assert sum(indicator.weight for indicator in Indicator) == 100
