"""Classification and grading: what is proposed for an item and why, and what each level demands."""

from dataclasses import replace

import pytest

from jutong.control.catalogue.api import GRADING_RULES, propose_levels
from jutong.control.catalogue.grading import MANY_PERSONS
from jutong.vocabulary.catalogue import DataType, Level, Meaning
from jutong.vocabulary.contracts import EntryContract
from jutong.vocabulary.grading import (
    DEFAULT_CONTROLS,
    ApprovalNode,
    OutputForm,
    ReleaseForm,
    controls_for,
    weaker_places,
)
from tests.support.control import a_contract, a_draft, an_item

L1, L2, L3, L4 = Level.L1, Level.L2, Level.L3, Level.L4

# What an item is → (level, the rules that say so).
CASES = {
    "a recognised ID number": (an_item(meaning=Meaning.CITIZEN_ID), L3, ["G01"]),
    "a recognised bank card": (an_item(meaning=Meaning.BANK_CARD), L4, ["G01"]),
    "a recognised organisation is public": (
        an_item(name="姓名", meaning=Meaning.ORGANISATION_NAME),
        L1,
        [],
    ),
    "an ID number by its name": (an_item(name="经办人身份证号"), L3, ["G06"]),
    "a certificate number is none": (an_item(name="登记证号"), L1, []),
    "a name by its name": (an_item(name="经办人姓名"), L3, ["G07"]),
    "an address by its name": (an_item(name="家庭住址"), L3, ["G08"]),
    "a diagnosis": (an_item(name="主要诊断"), L4, ["G03"]),
    "a fingerprint": (an_item(name="指纹特征值"), L4, ["G02"]),
    "an account": (an_item(name="发放银行账号"), L4, ["G04"]),
    "a password": (an_item(name="登录口令"), L4, ["G04"]),
    "a belief": (an_item(name="宗教信仰"), L4, ["G05"]),
    "a wage": (an_item(name="月工资"), L3, ["G09"]),
    "a bid": (an_item(name="投标报价"), L3, ["G10"]),
    "an office telephone": (an_item(name="办公电话"), L2, ["G11"]),
    "a list of sexes": (an_item(name="性别", code_list="sex"), L2, ["G12"]),
    "a list of marriages": (an_item(name="婚姻状况", code_list="marital_status"), L3, ["G13"]),
    "free text": (an_item(name="备注"), L2, ["G14"]),
    "a memo": (an_item(name="处理经过", data_type=DataType.MEMO), L2, ["G14"]),
    "a county": (an_item(name="区县"), L1, []),
}


@pytest.mark.parametrize("case", CASES)
def test_the_level_of_an_item_follows_from_what_it_is(case):
    item, level, rules = CASES[case]
    (proposal,) = propose_levels(a_draft(items=(item,)))
    assert (proposal.level, [reason.rule for reason in proposal.reasons]) == (level, rules)
    assert all(reason.zh and reason.en for reason in proposal.reasons)


def a_register(**changes: object):
    items = (
        an_item("xm", name="姓名", meaning=Meaning.PERSON_NAME),
        an_item("sfzh", name="证件号码", meaning=Meaning.CITIZEN_ID),
        an_item("dz", name="住址", meaning=Meaning.ADDRESS),
        an_item("rq", name="登记日期", meaning=Meaning.DATE),
    )
    return a_draft(**{"title": "居民基本信息", "items": items} | changes)


def levels(draft) -> list[Level]:
    return [proposal.level for proposal in propose_levels(draft)]


def test_name_number_and_address_together_single_persons_out():
    proposals = propose_levels(a_register())
    assert all("G15" in [reason.rule for reason in one.reasons] for one in proposals[:3])
    assert proposals[3].reasons == ()


def test_a_million_such_records_are_a_level_higher():
    assert levels(a_register(row_count=MANY_PERSONS - 1)) == [L3, L3, L3, L1]
    assert levels(a_register(row_count=MANY_PERSONS)) == [L4, L4, L4, L1]
    without_address = a_register(row_count=MANY_PERSONS)
    assert levels(replace(without_address, items=without_address.items[:2])) == [L3, L3]


def test_being_on_a_sensitive_list_is_itself_sensitive():
    assert levels(a_register(title="社区矫正对象信息"))[:2] == [L4, L4]


def test_rules_are_numbered_once_and_speak_both_languages():
    codes = [rule.code for rule in GRADING_RULES]
    assert codes == sorted(set(codes))
    assert all(rule.zh and rule.en and rule.matches for rule in GRADING_RULES)


# Level → what the platform itself carries out.
ENFORCED = {
    L1: ((), OutputForm.WHOLE, ReleaseForm.WHOLE, 24),
    L2: ((), OutputForm.WHOLE, ReleaseForm.WHOLE, 12),
    L3: ((ApprovalNode.PROVIDER,), OutputForm.MASKED, ReleaseForm.MASKED, 12),
    L4: ((ApprovalNode.PROVIDER, ApprovalNode.AUTHORITY), OutputForm.VERIFICATION, ReleaseForm.NEVER, 6),
}


@pytest.mark.parametrize("level", Level)
def test_each_level_demands_what_the_table_says(level):
    one = DEFAULT_CONTROLS[level]
    assert (one.approval, one.output, one.release, one.review_months) == ENFORCED[level]


def test_a_higher_level_never_demands_less():
    assert weaker_places(DEFAULT_CONTROLS) == ()
    weak = {**DEFAULT_CONTROLS, L4: replace(DEFAULT_CONTROLS[L4], output=OutputForm.WHOLE, review_months=18)}
    assert weaker_places(weak) == ((L4, "output"), (L4, "review_months"))
    assert (L1, "review_months") in weaker_places(
        {**DEFAULT_CONTROLS, L1: replace(DEFAULT_CONTROLS[L1], review_months=99)}
    )


def test_a_contract_carries_the_controls_of_its_levels_through_json():
    own = {**DEFAULT_CONTROLS, L3: replace(DEFAULT_CONTROLS[L3], output=OutputForm.VERIFICATION)}
    contract = a_contract(level_controls=controls_for([L2, L3], own))
    back = EntryContract.from_json(contract.to_json())
    assert back == contract
    assert back.controls.output is OutputForm.VERIFICATION  # the entry is of level 3
    assert back.controls_of(L4) is DEFAULT_CONTROLS[L4]  # what it does not carry has the defaults
