"""The release gate (发布关口): what may go out to the public, and why the rest may not."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jutong.control.opening.gate import NEVER_OPEN, REASONS, found_in_values, propose_items, release_gate
from jutong.control.opening.values import OpenItem
from jutong.processes.disclosure import without_identifiers
from jutong.processes.errors import IdentifiersInRelease
from jutong.vocabulary.catalogue import Level, MaskMethod, Meaning, OpenType
from jutong.vocabulary.contracts import InformationItem
from tests.support.control import a_contract

OPEN = OpenType.UNCONDITIONAL


def an_item(**changes: object) -> InformationItem:
    return replace(InformationItem(name="学校名称", field="it"), **changes)


def an_open_contract(*items: InformationItem, open_type: OpenType = OPEN):
    return a_contract(items=items or (an_item(),), open_type=open_type)


CASES = {
    "an open item of level 1 goes out": (an_item(), None, ""),
    "an open item of level 2 goes out": (an_item(level=Level.L2), None, ""),
    "a mask may be asked for anywhere": (an_item(), MaskMethod.HIDE, ""),
    "an item marked as not open": (an_item(open_type=OpenType.NOT_OPEN), None, "item_not_open"),
    "a conditional item in a free dataset": (
        an_item(open_type=OpenType.CONDITIONAL),
        None,
        "item_conditional",
    ),
    "a citizen ID number, even masked": (
        an_item(meaning=Meaning.CITIZEN_ID, level=Level.L1),
        MaskMethod.CITIZEN_ID,
        "identifies_person",
    ),
    "a name, even hidden": (an_item(meaning=Meaning.PERSON_NAME), MaskMethod.HIDE, "identifies_person"),
    "a mobile number": (an_item(meaning=Meaning.MOBILE), MaskMethod.MOBILE, "identifies_person"),
    "a bank card": (an_item(meaning=Meaning.BANK_CARD), MaskMethod.BANK_CARD, "identifies_person"),
    "an item called 身份证号 without a meaning": (
        an_item(name="法人身份证号"),
        None,
        "name_identifies_person",
    ),
    "an item called 姓名 without a meaning": (an_item(name="负责人姓名"), None, "name_identifies_person"),
    "an item called 手机号 without a meaning": (
        an_item(name="联系手机"),
        MaskMethod.MOBILE,
        "name_identifies_person",
    ),
    "an organisation's name that sounds like a person's": (
        an_item(name="机构姓名", meaning=Meaning.ORGANISATION_NAME),
        None,
        "",
    ),
    "a switchboard's telephone": (an_item(meaning=Meaning.TELEPHONE, level=Level.L2), None, ""),
    "level 3 without a mask": (an_item(level=Level.L3), None, "mask_needed"),
    "level 3 with a mask": (an_item(level=Level.L3), MaskMethod.HIDE, ""),
    "an address down to the county": (
        an_item(level=Level.L3, meaning=Meaning.ADDRESS),
        MaskMethod.ADDRESS,
        "",
    ),
    "an address with a mask for e-mail": (
        an_item(level=Level.L3, meaning=Meaning.ADDRESS),
        MaskMethod.EMAIL,
        "mask_unfit",
    ),
    "the entry's own mask": (
        an_item(level=Level.L3, meaning=Meaning.ADDRESS, mask=MaskMethod.NAME),
        MaskMethod.NAME,
        "",
    ),
    "a vehicle number has no mask of its own": (
        an_item(level=Level.L3, meaning=Meaning.VIN),
        None,
        "mask_needed",
    ),
    "level 4, whatever the mask": (an_item(level=Level.L4), MaskMethod.HIDE, "level_too_high"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_verdict_on_an_item(case):
    item, mask, reason = CASES[case]
    findings = release_gate(an_open_contract(item), [OpenItem(field="it", mask=mask)])
    assert [(found.code, found.field) for found in findings] == ([(reason, "it")] if reason else [])


def test_the_verdict_on_a_dataset():
    closed = an_open_contract(open_type=OpenType.NOT_OPEN)
    chosen = [OpenItem(field="it")]
    assert [found.code for found in release_gate(closed, chosen)] == ["entry_not_open"]
    assert [found.code for found in release_gate(closed, [])] == ["entry_not_open", "no_items"]
    assert [found.code for found in release_gate(an_open_contract(), [OpenItem(field="other")])] == [
        "item_unknown"
    ]
    conditional = an_open_contract(an_item(open_type=OpenType.CONDITIONAL), open_type=OpenType.CONDITIONAL)
    assert release_gate(conditional, chosen) == ()


def test_every_reason_is_tried_and_says_what_it_is_in_both_languages():
    tried = {reason for _, _, reason in CASES.values()} | {"entry_not_open", "no_items", "item_unknown"}
    tried |= {found.code for found in found_in_values(["it"])}
    assert tried - {""} == set(REASONS)
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in REASONS.values())


items = st.builds(
    InformationItem,
    name=st.sampled_from(["学校名称", "身份证号码", "姓名", "联系手机号", "数量"]),
    field=st.text("abcdefgh", min_size=1, max_size=6),
    level=st.sampled_from(Level),
    open_type=st.sampled_from(OpenType),
    meaning=st.none() | st.sampled_from(Meaning),
    mask=st.none() | st.sampled_from(MaskMethod),
)


@given(st.lists(items, max_size=8, unique_by=lambda item: item.field), st.sampled_from(OpenType))
def test_what_is_proposed_passes_and_never_names_a_person(drawn, open_type):
    contract = an_open_contract(*drawn, open_type=open_type) if drawn else a_contract(items=(an_item(),))
    proposed = propose_items(contract)
    findings = {found.code for found in release_gate(contract, proposed)}
    assert findings <= {"entry_not_open", "no_items"}
    for chosen in proposed:
        item = contract.item(chosen.field)
        assert item.meaning not in NEVER_OPEN
        assert item.level is not Level.L4
        assert item.level is not Level.L3 or chosen.mask is not None
        assert item.open_type is not OpenType.NOT_OPEN


@given(items, st.none() | st.sampled_from(MaskMethod))
def test_no_mask_lets_an_identifying_item_out(item, mask):
    named = replace(item, meaning=Meaning.CITIZEN_ID)
    for meaning in NEVER_OPEN:
        findings = release_gate(
            an_open_contract(replace(named, meaning=meaning)), [OpenItem(field=item.field, mask=mask)]
        )
        assert findings


# 330106 is a real county, the persons are not: check characters computed, dates chosen.
CITIZEN = "11010519491231002X"
MOBILE = "13800138000"

VALUES = {
    "a citizen ID number": (CITIZEN, True),
    "in small letters": (CITIZEN.lower(), True),
    "within a sentence": (f"证件{CITIZEN}，待核", True),
    "a mobile number": (MOBILE, True),
    "a mobile number within a sentence": (f"请拨打{MOBILE}（张老师）", True),
    "a mobile number that lies as a number": (int(MOBILE), True),
    "a masked citizen ID": ("110105********002X", False),
    "a masked mobile number": ("138****8000", False),
    "a wrong check character": ("110105194912310021", False),
    "a landline": ("0571-88888888", False),
    "a credit code": ("91350100M000100Y43", False),
    "digits within a longer number": (f"77{MOBILE}77", False),
    "a decimal fraction": ("118.13800138000", False),
    "nothing": (None, False),
}


@pytest.mark.parametrize("case", VALUES)
def test_the_last_look_at_the_values(case):
    value, held = VALUES[case]
    batch = pa.RecordBatch.from_pydict({"name": ["甲", None], "remark": [value, None]})
    if not held:
        assert list(without_identifiers([batch])) == [batch]
        return
    with pytest.raises(IdentifiersInRelease) as caught:
        list(without_identifiers([batch]))
    assert caught.value.detail["items"] == ["remark"]
    assert str(value) not in caught.value.message("zh") + caught.value.message("en")
