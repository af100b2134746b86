"""The catalogue is inspected day by day: what is found is kept, waived with a reason, mended, and counted by department."""

from datetime import date, timedelta

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import PhysicalColumn
from jutong.control.catalogue.models import Entry
from jutong.control.collection.models import Binding, CollectionRun, Source
from jutong.control.collection.terms import RunStatus
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.control.inspection import api as inspection
from jutong.control.inspection.api import FindingFilter, FindingState, FixOutcome, Observations
from jutong.control.inspection.errors import FindingNotFound, NothingSelected, RuleUnknown, WaiverInvalid
from jutong.vocabulary.catalogue import EntryStatus, Severity
from tests.support.control import CIVIL, TAX, City, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db
UNTIDY = {"title": " 收养登记基本信息２０２５"}


@pytest.fixture
def city(tmp_path) -> City:
    return a_city(tmp_path)


def look(city: City, **options: object) -> inspection.InspectionView:
    city.clock.advance(timedelta(seconds=1))
    return inspection.inspect(city.reviewer, clock=city.clock, **options)


def rules(city: City, actor=None, **where: object) -> list[str]:
    page = inspection.findings(actor or city.reviewer, FindingFilter(**where), clock=city.clock)
    return [finding.rule for finding in page.rows]


def draft_of(city: City, service: str, **changes: object) -> None:
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(**changes), service=service, clock=city.clock
    )


def change(city: City, service: str, draft) -> None:
    revision = catalogue.entry(city.civil_officer, service).revision
    catalogue.save_entry(city.civil_officer, service, draft, revision=revision, clock=city.clock)


def test_findings_are_new_then_still_there_then_gone_and_may_come_back(city):
    draft_of(city, "adoptions", abstract="太短", contact_phone="12")
    first = look(city)
    assert (first.entries, first.errors, first.warnings, first.appeared, first.gone) == (1, 1, 1, 2, 0)
    assert first.by_department[CIVIL] == (1, 1)
    assert rules(city, state=FindingState.NEW) == ["C09", "C38"]
    city.clock.advance(timedelta(days=1))
    assert look(city).appeared == 0
    assert rules(city, state=FindingState.STANDING) == ["C09", "C38"]
    change(city, "adoptions", a_draft(contact_phone="12"))
    city.clock.advance(timedelta(days=1))
    assert look(city).gone == 1
    assert rules(city) == ["C38"]
    assert rules(city, state=FindingState.GONE) == ["C09"]
    change(city, "adoptions", a_draft(contact_phone="12", abstract="太短"))
    city.clock.advance(timedelta(days=1))
    assert look(city).appeared == 1
    assert rules(city, state=FindingState.NEW) == ["C09"]
    assert [view.errors for view in inspection.inspections(city.reviewer)] == [1, 0, 1, 1]


def test_an_error_is_due_in_working_days_and_then_overdue(city):
    draft_of(city, "adoptions", abstract="太短")
    look(city)
    (finding,) = inspection.findings(city.civil_officer, clock=city.clock).rows
    assert (finding.severity, finding.due_on, finding.overdue) == (Severity.ERROR, date(2025, 3, 17), False)
    city.clock.advance(timedelta(days=15))
    assert rules(city, overdue=True) == ["C09"]
    (count,) = inspection.by_department(city.reviewer, clock=city.clock)
    assert (count.department, count.errors, count.overdue, count.entries) == (CIVIL, 1, 1, 1)
    assert inspection.standing(city.reviewer, clock=city.clock).overdue == 1


def test_a_department_sees_its_own_findings_and_the_bureau_all(city):
    draft_of(city, "adoptions", abstract="太短")
    look(city)
    assert rules(city, city.civil_officer) == ["C09"]
    assert rules(city, city.tax_officer) == []
    assert inspection.by_rule(city.tax_officer, clock=city.clock) == ()
    with pytest.raises(PermissionDenied):
        inspection.inspect(city.civil_officer, clock=city.clock)


def test_a_waiver_needs_a_reason_and_ends_by_itself(city):
    draft_of(city, "adoptions", contact_phone="12")
    look(city)
    (finding,) = inspection.findings(city.reviewer, clock=city.clock).rows
    until = date(2025, 3, 31)
    for reason, day in (("", until), ("说明", date(2025, 3, 3)), ("说明", date(2027, 1, 1))):
        with pytest.raises(WaiverInvalid):
            inspection.waive(city.reviewer, [finding.key], reason=reason, until=day, clock=city.clock)
    with pytest.raises(NothingSelected):
        inspection.waive(city.reviewer, [], reason="说明", until=until, clock=city.clock)
    with pytest.raises(FindingNotFound):
        inspection.waive(city.reviewer, [finding.key, 999_999], reason="说明", until=until, clock=city.clock)
    with pytest.raises(PermissionDenied):
        inspection.waive(city.civil_officer, [finding.key], reason="说明", until=until, clock=city.clock)
    inspection.waive(city.reviewer, [finding.key], reason="总机正在改号", until=until, clock=city.clock)
    assert rules(city) == []
    (waived,) = inspection.findings(
        city.reviewer, FindingFilter(state=FindingState.WAIVED), clock=city.clock
    ).rows
    assert (waived.waive_reason, waived.waived_until) == ("总机正在改号", until)
    assert look(city).waived == 1
    city.clock.advance(timedelta(days=40))
    assert rules(city) == ["C38"]
    inspection.waive(city.reviewer, [finding.key], reason="再等等", until=date(2025, 5, 1), clock=city.clock)
    inspection.end_waiver(city.reviewer, finding.key, clock=city.clock)
    assert rules(city) == ["C38"]


def test_safe_repairs_mend_drafts_and_begin_changes_of_what_is_published(city):
    draft_of(city, "adoptions", **UNTIDY)
    a_published_entry(city)
    Entry.objects.filter(service="hydj_jbxx").update(
        title="婚姻登记基本信息２０２５", abstract="本市婚姻登记信息，用于核验。 "
    )
    look(city)
    assert rules(city, fixable=True) == ["P03", "P03", "P07", "P07"]
    reports = inspection.fix_rule(city.civil_officer, "P03", clock=city.clock)
    assert [(one.service, one.outcome) for one in reports] == [
        ("adoptions", FixOutcome.SAVED),
        ("hydj_jbxx", FixOutcome.CHANGED),
    ]
    assert catalogue.entry(city.civil_officer, "adoptions").working.title == " 收养登记基本信息2025"
    published = catalogue.entry(city.civil_officer, "hydj_jbxx")
    assert (published.present.title, published.working.title) == (
        "婚姻登记基本信息２０２５",
        "婚姻登记基本信息2025",
    )
    assert rules(city, fixable=True) == ["P07", "P07"]  # without waiting for the next inspection
    report = inspection.fix_entry(city.civil_officer, "adoptions", clock=city.clock)
    assert (report.outcome, report.rules) == (FixOutcome.SAVED, ("P07",))
    again = inspection.fix_entry(city.civil_officer, "adoptions", clock=city.clock)
    assert again.outcome is FixOutcome.NOTHING


def test_repairs_are_for_the_department_and_leave_reviews_alone(city):
    draft_of(city, "adoptions", **UNTIDY)
    look(city)
    with pytest.raises(RuleUnknown):
        inspection.fix_rule(city.civil_officer, "C14", clock=city.clock)
    with pytest.raises(PermissionDenied):
        inspection.fix_rule(city.reviewer, "P03", clock=city.clock)
    assert inspection.fix_rule(city.tax_officer, "P03", clock=city.clock) == ()
    catalogue.submit(city.civil_officer, "adoptions", clock=city.clock)
    (report,) = inspection.fix_rule(city.civil_officer, "P03", clock=city.clock)
    assert (report.outcome, "正在审核" in report.reason_zh) == (FixOutcome.SKIPPED, True)
    assert catalogue.entry(city.civil_officer, "adoptions").summary.status is EntryStatus.SUBMITTED


def test_the_platform_inspects_once_a_day_and_an_interrupted_inspection_is_done_later(city):
    draft_of(city, "adoptions")
    asked = inspection.request_inspection(SYSTEM_ACTOR, clock=city.clock, key="2025-03-03")
    assert inspection.request_inspection(SYSTEM_ACTOR, clock=city.clock, key="2025-03-03") == asked
    assert inspection.waiting_inspections(SYSTEM_ACTOR) == ("2025-03-03",)
    done = inspection.inspect(SYSTEM_ACTOR, clock=city.clock, key="2025-03-03")
    city.clock.advance(timedelta(hours=1))
    assert inspection.inspect(SYSTEM_ACTOR, clock=city.clock, key="2025-03-03") == done
    assert inspection.waiting_inspections(SYSTEM_ACTOR) == ()


def hook(city: City, **facts: object) -> Binding:
    entry = Entry.objects.get(service="hydj_jbxx")
    source = Source.objects.create(
        code="s1",
        name="库",
        department=entry.provider,
        kind="sqlite",
        created_at=city.clock.now(),
        updated_at=city.clock.now(),
    )
    return Binding.objects.create(entry=entry, source=source, created_at=city.clock.now(), **facts)


def test_what_stands_behind_an_entry_is_judged_too(city):
    a_published_entry(city)
    unused = Observations(calls={})
    inspection.inspect(city.reviewer, clock=city.clock, observed=unused)
    assert rules(city) == []
    city.clock.advance(timedelta(days=400))
    inspection.inspect(city.reviewer, clock=city.clock, observed=unused)
    assert rules(city) == ["C31", "C45"]
    binding = hook(city, last_success_at=city.clock.now(), last_rows=0, last_version=1, last_score=41.5)
    CollectionRun.objects.create(
        run_id="r1", binding=binding, status=RunStatus.FAILED.value, requested_by_name="",
        requested_at=city.clock.now(), error_code="connectors.source_unreachable",
    )  # fmt: skip
    columns = tuple(
        PhysicalColumn(name=item.field, comment="" if item.key else item.name) for item in a_draft().items
    )
    observed = Observations(calls={"hydj_jbxx": date(2026, 4, 1)}, columns={"hydj_jbxx": columns})
    found = inspection.lint(city.reviewer, "hydj_jbxx", clock=city.clock, observed=observed)
    assert [(finding.rule, finding.place) for finding in found] == [
        ("C35", "binding"),
        ("C33", "cert_no"),
        ("P82", "binding"),
    ]


def test_a_merged_department_and_an_entry_known_twice_are_found(city):
    three = tuple(an_item(f"i{n}", name=f"第{n}项内容", key=n == 1, required=n == 1) for n in range(3))
    three = tuple(sorted(three, key=lambda item: not item.key))
    draft_of(city, "one", items=three, query_keys=())
    draft_of(city, "two", items=three, query_keys=(), title="另一份婚姻登记信息")
    look(city)
    assert rules(city) == ["P09", "P09"]
    Entry.objects.get(service="one").provider.__class__.objects.filter(code=CIVIL).update(active=False)
    look(city)
    assert rules(city) == ["C47", "C47", "P09", "P09"]
    assert rules(city, service="two") == ["C47", "P09"]
    assert rules(city, text="另一份") == ["C47", "P09"]
    assert rules(city, provider=TAX) == []


def test_findings_come_page_by_page(city):
    for number in range(5):
        draft_of(city, f"entry_{number}", title=f"婚姻登记信息{'甲乙丙丁戊'[number]}", contact_phone="12")
    look(city)
    where = FindingFilter(rule="C38")
    first = inspection.findings(city.reviewer, where, clock=city.clock, limit=3)
    rest = inspection.findings(city.reviewer, where, clock=city.clock, limit=3, cursor=first.next_cursor)
    assert (len(first.rows), len(rest.rows), rest.next_cursor) == (3, 2, None)
    assert len({finding.service for finding in (*first.rows, *rest.rows)}) == 5
    assert inspection.count_findings(city.reviewer, where, clock=city.clock) == 5
