"""What the linter says of a draft: for each rule one draft that breaks it, beside one that does not."""

from dataclasses import replace

import pytest

from jutong.control.catalogue.lint import RULE_OF, RULES, LintContext, apply_fixes, fixable, lint_entry
from jutong.vocabulary.catalogue import Level, Meaning, OpenType, Severity, SharingMethod, SharingType
from tests.support.control import a_draft, an_item
from tests.support.lint_cases import CASES, CONTEXT, KEY, PUBLIC, USCC, items

FIXES = [case for case in CASES if RULE_OF[case.code].fix]


def found(draft, context=CONTEXT):
    return [(finding.rule, finding.place) for finding in lint_entry(draft, context)]


def errors(draft, context):
    return {finding.rule for finding in lint_entry(draft, context) if finding.severity is Severity.ERROR}


def test_no_rule_objects_to_a_careful_draft():
    assert found(a_draft()) == []
    assert found(a_draft(**PUBLIC)) == []


def test_without_surroundings_only_the_draft_itself_is_judged():
    assert lint_entry(a_draft()) == ()
    knowing = {rule.code for rule in RULES if rule.needs}
    assert not knowing & {finding.rule for case in CASES for finding in lint_entry(case.bad)} - {"P60"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_broken_rule_is_named_with_its_place(case):
    assert (case.code, case.place) in found(case.bad, case.known)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_rule_is_silent_where_it_is_kept(case):
    assert case.code not in {rule for rule, _ in found(case.good, case.known_good)}


def test_every_rule_has_its_pair():
    assert [case.code for case in CASES] == [rule.code for rule in RULES]


@pytest.mark.parametrize("case", FIXES, ids=lambda case: case.code)
def test_a_safe_repair_removes_its_finding_and_adds_no_error(case):
    mended = apply_fixes(case.bad, [case.code])
    assert case.code not in {rule for rule, _ in found(mended, case.known)}
    assert errors(mended, case.known) <= errors(case.bad, case.known) - {case.code}
    assert apply_fixes(mended, [case.code]) == mended


def test_repairs_leave_a_careful_draft_as_it_is():
    every = [rule.code for rule in RULES]
    assert apply_fixes(a_draft(), every) == a_draft()


def test_only_repairs_that_change_something_are_offered():
    # The length of a text item is known only where its meaning has a standard length.
    draft = items(an_item("b", length=None), an_item("c", name="备用", key=True))
    assert fixable(draft, lint_entry(draft)) == ("P38", "P39")


@pytest.mark.parametrize(
    ("rule", "place", "draft"),
    [
        ("C04", "title", a_draft(title="婚姻")),
        ("C09", "abstract", a_draft(abstract="长" * 257)),
        ("C09", "abstract", a_draft(title="婚姻登记机关办理登记的基本信息", abstract="婚姻登记机关办理登记的基本信息。")),
        ("C12", "b", items(an_item("b", name="b", length=-1))),
        ("C26", "证件号", items(an_item("b", name="证件号", level=Level.L2, meaning=Meaning.CITIZEN_ID))),
        ("C35", "binding", a_draft()),
        ("C46", "abstract", a_draft(abstract="本市婚姻登记数据，存放于 10.1.2.3 的数据库。")),
        ("C46", "scene", a_draft(scene="登录 password: abc123")),
        ("P37", "手机", items(an_item("b", name="手机", meaning=Meaning.MOBILE, data_type="number"))),
    ],
)  # fmt: skip
def test_rules_look_from_several_sides(rule, place, draft):
    context = replace(CONTEXT, hook=replace(CONTEXT.hook, last_rows=0))
    assert (rule, place) in found(draft, context)


def test_personal_data_in_an_open_entry_is_graded_up_and_masked():
    item = an_item("id", name="身份证号", meaning=Meaning.CITIZEN_ID, length=18, level=Level.L1)
    draft = a_draft(items=(KEY, item), open_type=OpenType.UNCONDITIONAL, query_keys=())
    mended = apply_fixes(draft, ["C26"]).items[1]
    assert (mended.level, mended.mask.zh) == (Level.L3, "身份证号保留前6后4")


def test_several_repairs_follow_one_another():
    draft = a_draft(
        title=" 婚姻登记信息２０２５ ",
        sharing_methods=(SharingMethod.API, SharingMethod.TABLE),
        items=(an_item("a", sharing_type=SharingType.UNCONDITIONAL), replace(KEY, required=False)),
        query_keys=(("gone",), ("cert_no", "gone")),
    )
    context = LintContext(provider_uscc=USCC)
    codes = fixable(draft, lint_entry(draft, context))
    mended = apply_fixes(draft, codes)
    assert codes == ("C23", "P01", "P03", "P07", "P38", "P39")
    assert mended.title == "婚姻登记信息2025"
    assert mended.query_keys == (("cert_no",),)
    assert [item.field for item in mended.items] == ["cert_no", "a"]
    assert not set(codes) & {finding.rule for finding in lint_entry(mended, context)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_and_what_to_do_in_both_languages(rule):
    assert rule.zh.endswith("。")
    assert rule.en.endswith(".")
    assert rule.advice_zh.endswith(("。", "{detail}"))
    assert rule.advice_en.endswith((".", "{detail}"))
    assert rule.source


def test_errors_come_before_warnings():
    findings = lint_entry(a_draft(contact_phone="", abstract=""), CONTEXT)
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]


def test_codes_are_unique_and_all_of_the_fields_own_rules_are_there():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert [code for code in codes if code.startswith("C")] == [f"C{number:02}" for number in range(1, 49)]
