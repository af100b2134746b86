"""What the linter says of a draft: for each rule one draft that breaks it, beside one that no rule objects to."""

from dataclasses import replace
from datetime import date

import pytest

from jutong.control.catalogue.lint import RULES, LintContext, bare_title, lint_entry
from jutong.vocabulary.catalogue import (
    FormatClass,
    Level,
    Meaning,
    OpenType,
    ResourceClass,
    Severity,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from tests.support.control import a_draft, an_item, with_check

USCC = with_check("11330100002492381M")
CONTEXT = LintContext(
    today=date(2025, 3, 3),
    provider_uscc=USCC,
    titles={bare_title("残疾人补贴信息"): "cjrbt", bare_title("低保救助信息1"): "dbjz"},
    codes=frozenset({"307000000000/000001"}),
    systems={"hydj": "婚姻登记管理系统"},
)
FREE = SharingType.UNCONDITIONAL
PUBLIC_ITEM = an_item("org", sharing_type=FREE, level=Level.L1, key=True)


def public_draft(**changes):
    return a_draft(items=(PUBLIC_ITEM,), sharing_type=FREE, query_keys=(), **changes)


BREAKS = [
    ("C01", "title", a_draft(title="婚姻登记管理系统")),
    ("C02", "title", a_draft(title="低保救助信息2")),
    ("C03", "title", a_draft(title="残疾人、补贴 信息")),
    ("C04", "title", a_draft(title="婚姻")),
    ("C04", "title", a_draft(title="婚姻登记信息备份")),
    ("C06", "classification", a_draft(classification="", resource_class=ResourceClass.DEPARTMENT)),
    ("C09", "abstract", a_draft(abstract="婚姻登记")),
    ("C09", "abstract", a_draft(abstract="长" * 257)),
    ("C09", "abstract", a_draft(title="婚姻登记机关办理登记的基本信息", abstract="婚姻登记机关办理登记的基本信息。")),
    ("C10", "format", a_draft(format_class=FormatClass.SPREADSHEET, format="oracle")),
    ("C11", "sharing_methods", a_draft(sharing_methods=(SharingMethod.FILE,))),
    ("C14", "items", a_draft(items=(), query_keys=())),
    ("C15", "登记机关名称", a_draft(items=(an_item("a", key=True), an_item("b")), query_keys=())),
    ("C16", "备用1", a_draft(items=(an_item("a", key=True), an_item("b", name="备用1")), query_keys=())),
    ("C17", "登记机关名称", a_draft(items=(an_item("a", key=True, length=None),), query_keys=())),
    ("C18", "items", a_draft(items=(an_item("a"),), query_keys=())),
    ("C20", "sharing_condition", a_draft(sharing_reason="")),
    ("C21", "basis_document", a_draft(sharing_type=SharingType.NOT_SHARED, items=(
        an_item("a", key=True, sharing_type=SharingType.NOT_SHARED),), query_keys=())),
    ("C22", "sharing_methods", public_draft(sharing_methods=())),
    ("C23", "登记机关名称", a_draft(items=(replace(PUBLIC_ITEM, level=Level.L2),), query_keys=())),
    ("C24", "open_type", a_draft(sharing_type=SharingType.NOT_SHARED, basis_document="某法", basis_number="一号",
        basis_article="九条", open_type=OpenType.UNCONDITIONAL, query_keys=(),
        items=(an_item("a", key=True, sharing_type=SharingType.NOT_SHARED),))),
    ("C25", "open_condition", a_draft(open_type=OpenType.CONDITIONAL)),
    ("C26", "联系电话", a_draft(items=(an_item("a", key=True), an_item("b", name="联系电话")), query_keys=())),
    ("C26", "证件号", a_draft(items=(an_item("a", key=True), an_item("b", name="证件号", level=Level.L2,
        meaning=Meaning.CITIZEN_ID)), query_keys=())),
    ("C27", "update_frequency", a_draft(
        update_frequency=UpdateFrequency.REAL_TIME, sharing_methods=(SharingMethod.TABLE,))),
    ("C30", "999/1", a_draft(related_codes=("999/1",))),
    ("C37", "system", a_draft(system="gone")),
    ("C38", "contact_phone", a_draft(contact_phone="12")),
    ("C43", "assessment", a_draft(assessment="")),
    ("C46", "abstract", a_draft(abstract="本市婚姻登记数据，存放于 10.1.2.3 的数据库。")),
    ("C46", "abstract", a_draft(abstract="本市婚姻登记数据<script>alert(1)</script>")),
    ("C46", "scene", a_draft(scene="登录 password: abc123")),
    ("P01", "nowhere", a_draft(query_keys=(("nowhere",),))),
    ("P02", "title", a_draft(title="2023年度婚姻登记信息")),
]  # fmt: skip


def test_no_rule_objects_to_a_careful_draft():
    assert lint_entry(a_draft(), CONTEXT) == ()
    assert lint_entry(public_draft(), CONTEXT) == ()


@pytest.mark.parametrize(("rule", "place", "draft"), BREAKS)
def test_a_broken_rule_is_named_with_its_place_and_nothing_else_is(rule, place, draft):
    findings = lint_entry(draft, CONTEXT)
    assert [(finding.rule, finding.place) for finding in findings] == [(rule, place)]


def test_a_department_without_a_valid_credit_code_cannot_submit():
    findings = lint_entry(a_draft(), replace(CONTEXT, provider_uscc="11330100000000000X"))
    assert [finding.rule for finding in findings] == ["C08"]


def test_every_rule_has_a_draft_that_breaks_it():
    assert {rule.code for rule in RULES} == {rule for rule, _, _ in BREAKS} | {"C08"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_to_do_in_both_languages(rule):
    assert rule.zh.endswith("。")
    assert rule.zh.count("。") >= 2
    assert rule.en.endswith(".")
    assert rule.en.count(".") >= 2


def test_errors_come_before_warnings():
    findings = lint_entry(a_draft(contact_phone="", abstract=""), CONTEXT)
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]


def test_codes_are_unique_and_sorted():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
