"""The same item in several departments: found, argued about, decided, remembered, and warned about (一数一源)."""

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import SYSTEM_ACTOR, AuditAction
from jutong.control.directory.errors import PermissionDenied
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseAction, CaseFilter, CaseStatus, ClaimKind, ItemRole
from jutong.control.one_source.errors import CaseConflict, CaseNotFound, DecisionInvalid
from jutong.vocabulary.catalogue import Level, Meaning, SharingType
from jutong.vocabulary.sketches import ColumnSketch
from tests.support.control import CIVIL, DISTRICT, TAX, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def items_with(*more):
    return (
        an_item("cert_no", name="登记证号", key=True, required=True),
        an_item("id_no", name="公民身份号码", length=18, meaning=Meaning.CITIZEN_ID, level=Level.L3),
        an_item("person", name="当事人姓名", meaning=Meaning.PERSON_NAME, level=Level.L3),
        *more,
    )


MARITAL = an_item("marital", name="婚姻状况", length=2, code_list="marital_status", level=Level.L3)
MARITAL_TOO = an_item("hyzt", name="婚姻状态", length=2, level=Level.L3)


def a_tax_entry(city, service="swdj_jbxx", title="自然人纳税人基本信息", items=None, *, publish=True):
    draft = a_draft(title=title, items=items or items_with(MARITAL_TOO), system="", query_keys=(("id_no",),))
    catalogue.create_entry(city.tax_officer, provider=TAX, draft=draft, service=service, clock=city.clock)
    if publish:
        catalogue.submit(city.tax_officer, service, clock=city.clock)
        catalogue.accept(city.tax_approver, service, clock=city.clock)
        catalogue.publish(city.reviewer, service, clock=city.clock)


@pytest.fixture
def found(city):
    """Civil affairs and the tax office both hold the marital status; the code of the case."""
    a_published_entry(city, items=items_with(MARITAL))
    a_tax_entry(city)
    one_source.detect(city.reviewer, clock=city.clock)
    (only,) = one_source.cases(city.reviewer).rows
    return only.code


def decided(city, code):
    view = one_source.case(city.reviewer, code)
    one_source.decide(
        city.reviewer,
        code,
        source=("hydj_jbxx", "marital"),
        reason="婚姻登记机关产生",
        basis="婚姻登记条例",
        revision=view.revision,
        clock=city.clock,
    )


def test_the_item_that_two_departments_hold_is_found_with_its_evidence(city, found):
    view = one_source.case(city.reviewer, found)
    assert view.summary.status is CaseStatus.FOUND
    assert {(item.department, item.name) for item in view.items} == {(CIVIL, "婚姻状况"), (TAX, "婚姻状态")}
    assert {part.part.value: part.score for part in view.parts if part.weight}["name"] == 1.0
    # ID numbers and names are apart: they say whom a row is about.
    reference = one_source.cases(city.reviewer, CaseFilter(role=ItemRole.REFERENCE)).rows
    assert {case.name for case in reference} == {"公民身份号码", "姓名", "登记证号"}
    assert view.actions == (CaseAction.OPEN, CaseAction.DECIDE, CaseAction.REJECT)


def test_detecting_again_changes_nothing(city, found):
    before = one_source.case(city.reviewer, found)
    report = one_source.detect(city.reviewer, clock=city.clock)
    assert (report.made, report.changed, report.closed) == (0, 0, 0)
    assert one_source.case(city.reviewer, found) == before


def test_departments_speak_and_the_bureau_decides(city, found):
    one_source.claim(
        city.civil_officer,
        found,
        department=CIVIL,
        kind=ClaimKind.CLAIM,
        text="由婚姻登记产生",
        clock=city.clock,
    )
    one_source.claim(
        city.tax_officer, found, department=TAX, kind=ClaimKind.CONCUR, text="", clock=city.clock
    )
    decided(city, found)
    view = one_source.case(city.reviewer, found)
    assert [step.action for step in view.steps] == [CaseAction.CLAIM, CaseAction.CLAIM, CaseAction.DECIDE]
    assert (view.summary.source_department, view.basis) == (CIVIL, "婚姻登记条例")
    (taken,) = one_source.taken_from("swdj_jbxx")
    assert (taken.field, taken.source.department_name, taken.source.title) == (
        "hyzt",
        "市民政局",
        "婚姻登记基本信息",
    )
    assert one_source.taken_from("hydj_jbxx") == ()
    assert one_source.must_take(city.tax_officer) == (taken,)
    assert one_source.must_take(city.civil_officer) == ()
    assert one_source.source_of("swdj_jbxx", "hyzt") == taken.source
    assert one_source.source_of("swdj_jbxx", "id_no") is None
    acts = [event.action for event in directory.audit_trail(city.auditor).rows]
    assert acts[:3] == [
        AuditAction.ONE_SOURCE_STEP,
        AuditAction.ONE_SOURCE_CLAIM,
        AuditAction.ONE_SOURCE_CLAIM,
    ]


def test_two_who_decide_at_once_get_one_decision_and_one_conflict(city, found):
    seen = one_source.case(city.reviewer, found).revision
    decided(city, found)
    with pytest.raises(CaseConflict) as conflict:
        one_source.decide(
            city.reviewer,
            found,
            source=("swdj_jbxx", "hyzt"),
            reason="另有依据",
            basis="",
            revision=seen,
            clock=city.clock,
        )
    assert "已定数源" in conflict.value.message("zh")
    assert one_source.case(city.reviewer, found).source == ("hydj_jbxx", "marital")


WRONG_DECISIONS = (
    (("hydj_jbxx", "marital"), " "),
    (("nowhere", "x"), "有理由"),
    (("hydj_jbxx", "marital"), "长" * 2001),
)


def test_a_decision_needs_a_published_item_and_a_reason(city, found):
    for source, reason in WRONG_DECISIONS:
        with pytest.raises(DecisionInvalid):
            one_source.decide(
                city.reviewer, found, source=source, reason=reason, basis="", revision=1, clock=city.clock
            )
    assert one_source.case(city.reviewer, found).summary.status is CaseStatus.FOUND


def test_only_the_bureau_decides_and_only_holders_speak(city, found):
    decision = {"source": ("hydj_jbxx", "marital"), "reason": "x", "basis": "", "revision": 1}
    with pytest.raises(PermissionDenied):
        one_source.decide(city.civil_officer, found, **decision, clock=city.clock)
    with pytest.raises(PermissionDenied):
        one_source.detect(city.tax_officer, clock=city.clock)
    with pytest.raises(PermissionDenied):
        one_source.claim(
            city.tax_officer, found, department=CIVIL, kind=ClaimKind.CLAIM, text="x", clock=city.clock
        )
    with pytest.raises(DecisionInvalid):
        one_source.claim(
            city.district_officer,
            found,
            department=DISTRICT,
            kind=ClaimKind.CLAIM,
            text="x",
            clock=city.clock,
        )
    with pytest.raises(CaseNotFound):
        one_source.case(city.reviewer, "YS1'; --")


def test_what_is_not_the_same_is_not_brought_up_again(city, found):
    one_source.reject_many(city.reviewer, [found], reason="口径不同", clock=city.clock)
    one_source.detect(city.reviewer, clock=city.clock)
    view = one_source.case(city.reviewer, found)
    assert (view.summary.status, view.summary.changed) == (CaseStatus.NOT_SAME, False)
    draft = a_draft(title="人口信息", items=items_with(MARITAL))
    assert one_source.warnings_for(draft, provider=TAX) == ()


def test_a_case_follows_what_departments_hold(city, found):
    catalogue.withdraw(city.tax_approver, "swdj_jbxx", reason="不再收集", clock=city.clock)
    assert one_source.detect(city.reviewer, clock=city.clock).closed == 4
    assert one_source.case(city.reviewer, found).summary.status is CaseStatus.CLOSED
    a_tax_entry(city, "swdj_new", title="自然人纳税人新信息")
    one_source.follow_catalogue(SYSTEM_ACTOR, clock=city.clock)
    assert one_source.case(city.reviewer, found).summary.status is CaseStatus.FOUND


def test_a_new_holder_is_bound_by_the_decision_and_the_bureau_sees_it(city, found):
    decided(city, found)
    a_tax_entry(city, "swdj_jt", title="家庭纳税信息")
    one_source.detect(city.reviewer, clock=city.clock)
    assert [take.field for take in one_source.taken_from("swdj_jt")] == ["hyzt"]
    (changed,) = one_source.cases(city.reviewer, CaseFilter(changed=True)).rows
    assert changed.code == found


def test_a_decision_is_reopened_when_its_source_is_gone(city, found):
    decided(city, found)
    catalogue.withdraw(city.civil_approver, "hydj_jbxx", reason="系统停用", clock=city.clock)
    a_tax_entry(city, "swdj_jt", title="家庭纳税信息")
    one_source.detect(city.reviewer, clock=city.clock)
    view = one_source.case(city.reviewer, found)
    assert view.summary.status is not CaseStatus.DECIDED
    assert one_source.taken_from("swdj_jbxx") == ()


def test_a_single_item_is_taken_out_for_good(city, found):
    a_tax_entry(city, "swdj_jt", title="家庭纳税信息")
    one_source.detect(city.reviewer, clock=city.clock)
    revision = one_source.case(city.reviewer, found).revision
    one_source.exclude_items(
        city.reviewer, found, [("swdj_jt", "hyzt")], reason="家庭口径", revision=revision, clock=city.clock
    )
    decided(city, found)
    one_source.detect(city.reviewer, clock=city.clock)
    assert one_source.taken_from("swdj_jt") == ()
    assert [take.field for take in one_source.taken_from("swdj_jbxx")] == ["hyzt"]


def test_a_draft_is_warned_before_it_collects_again(city, found):
    draft = a_draft(title="个人所得税专项附加扣除", items=items_with(MARITAL_TOO))
    (warning,) = one_source.warnings_for(draft, provider=TAX)
    assert (warning.field, warning.decided, warning.department, warning.case) == ("hyzt", False, CIVIL, found)
    decided(city, found)
    (warning,) = one_source.warnings_for(draft, provider=TAX)
    assert (warning.decided, warning.service) == (True, "hydj_jbxx")
    assert "市民政局" in warning.zh
    assert one_source.warnings_for(draft, provider=CIVIL) == ()
    assert one_source.warnings_for(draft, provider=DISTRICT) == ()
    index = one_source.decisions_index()
    assert set(index.decided) == {("hydj_jbxx", "marital"), ("swdj_jbxx", "hyzt")}
    assert index.undecided == {}


def test_the_draft_of_another_department_is_not_shown_to_officers(city):
    a_published_entry(city, items=items_with(MARITAL))
    a_tax_entry(city, publish=False)
    one_source.detect(city.reviewer, clock=city.clock)
    (only,) = one_source.cases(city.civil_officer).rows
    assert {item.department for item in one_source.case(city.civil_officer, only.code).items} == {CIVIL}
    assert {item.department for item in one_source.case(city.reviewer, only.code).items} == {CIVIL, TAX}


def test_values_are_compared_by_sketches_and_the_newest_stays(city, found):
    # Places on the register are shared by three quarters.
    for service, field, values in (
        ("hydj_jbxx", "marital", range(1, 401)),
        ("swdj_jbxx", "hyzt", range(101, 501)),
    ):
        sketch = ColumnSketch(field=field, hashes=tuple(values), rows=400)
        for version in (1, 2):
            one_source.record_sketches(SYSTEM_ACTOR, service, version, [sketch], clock=city.clock)
    assert one_source.sketched_versions() == {"hydj_jbxx": 2, "swdj_jbxx": 2}
    one_source.detect(city.reviewer, clock=city.clock)
    view = one_source.case(city.reviewer, found)
    (pair,) = view.overlaps
    assert (round(pair.jaccard, 2), round(pair.left_in_right, 2)) == (0.6, 0.75)
    assert view.summary.overlap == 0.75
    with pytest.raises(PermissionDenied):
        one_source.record_sketches(city.civil_officer, "x", 1, [], clock=city.clock)


def test_a_reopened_case_binds_nobody(city, found):
    decided(city, found)
    revision = one_source.case(city.reviewer, found).revision
    one_source.reopen(city.reviewer, found, reason="部门有异议", revision=revision, clock=city.clock)
    assert one_source.taken_from("swdj_jbxx") == ()
    assert one_source.case(city.reviewer, found).summary.status is CaseStatus.OPEN


def test_an_entry_that_shares_nothing_is_no_case(city):
    a_published_entry(city, items=items_with(MARITAL), sharing_type=SharingType.CONDITIONAL)
    assert one_source.detect(city.reviewer, clock=city.clock).groups == 0
