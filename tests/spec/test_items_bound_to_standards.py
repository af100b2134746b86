"""When an item agrees with the data element or code list that it names, and what is proposed where it does not."""

from dataclasses import replace

import pytest

from jutong.control.standards.api import (
    BindingFaultKind,
    CodeItem,
    bare_name,
    binding_faults,
    index_of,
    suggest_elements,
)
from jutong.control.standards.checking import code_faults, element_faults
from jutong.control.standards.terms import StandardAction, StandardStatus
from jutong.control.standards.transitions import after
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.data_elements import ElementDefinition, Representation, data_elements
from jutong.vocabulary.errors import RepresentationInvalid

K = BindingFaultKind
LISTS = {name: one.zh for name, one in code_lists().items()}
INDEX = index_of(
    [
        *data_elements().values(),
        ElementDefinition(code="AREA", zh="面积测试项", data_type=DataType.NUMBER, format="n..10,2"),
    ],
    lists=LISTS,
    ended={"OLD": "DE01004", "GONE": ""},
    ended_lists=frozenset({"old_list"}),
)


def item(name="性别", element="", **more):
    return InformationItem(name=name, field="x", data_element=element, **more)


TABLE = [
    (item(element="DE01004", length=1, code_list="sex"), []),
    (item(element="DE01004", code_list="sex"), []),
    (item(element="DE01004", length=2, code_list="sex"), [K.LENGTH]),
    (item(element="DE01004", length=1), [K.CODE_LIST]),
    (item(element="DE01004", length=1, code_list="nation"), [K.CODE_LIST]),
    (item(element="DE01006", data_type=DataType.TEXT), [K.TYPE]),
    (item(element="DE01006", data_type=DataType.DATE, meaning=Meaning.DATE), [K.MEANING]),
    (item(element="DE01001", length=15), [K.LENGTH]),
    (item(element="DE01002", length=20), []),
    (item(element="DE01002", length=200), [K.LENGTH]),
    (item(element="AREA", data_type=DataType.DOUBLE, length=10, scale=4), [K.SCALE]),
    (item(element="AREA", data_type=DataType.MONEY, length=10, scale=2), []),
    (item(element="NOWHERE"), [K.UNKNOWN_ELEMENT]),
    (item(element="OLD"), [K.ABOLISHED_ELEMENT]),
    (item(element="GONE"), [K.ABOLISHED_ELEMENT]),
    (item("某项", code_list="nowhere"), [K.UNKNOWN_LIST]),
    (item("某项", code_list="old_list"), [K.ABOLISHED_LIST]),
    (item("手机号码"), [K.UNBOUND]),
    (item("手机号码", meaning=Meaning.EMAIL), []),
    (item("某项"), []),
]


@pytest.mark.parametrize(("given", "kinds"), TABLE)
def test_what_binding_finds(given, kinds):
    faults = binding_faults([given], INDEX)
    assert [fault.kind for fault in faults] == kinds
    for fault in faults:
        assert fault.zh.endswith("。")
        assert fault.en


def test_a_proposed_item_no_longer_has_the_fault():
    for given, _ in TABLE:
        for fault in binding_faults([given], INDEX):
            if fault.proposed is not None:
                assert fault.kind not in [left.kind for left in binding_faults([fault.proposed], INDEX)]


def test_items_are_judged_by_the_thousand_without_a_database():
    many = [replace(given, field=f"f{number}") for number, (given, _) in enumerate(TABLE * 100)]
    assert len(binding_faults(many, INDEX)) == 100 * sum(len(kinds) for _, kinds in TABLE)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (item("手机"), "DE06001"),
        (item("经营者手机号码"), "DE06001"),
        (item("注册资金（万元）"), "DE02006"),
        (item("类别", code_list="marital_status"), "DE01008"),
        (item("持证人", meaning=Meaning.PLATE), "DE08001"),
    ],
)
def test_the_best_element_is_suggested_first(given, code):
    first = suggest_elements(given, INDEX)[0]
    assert first.element.code == code
    assert first.zh
    assert first.en


@pytest.mark.parametrize(
    ("text", "longest", "fixed", "scale"),
    [
        ("an18", 18, True, None),
        ("c..50", 50, False, None),
        ("c2..18", 18, False, None),
        ("c..ul", None, False, None),
        ("n..10,2", 10, False, 2),
        ("d8", 8, True, None),
        ("bl", None, False, None),
        (" N6 ", 6, True, None),
    ],
)
def test_a_representation_is_read(text, longest, fixed, scale):
    form = Representation.parse(text)
    assert (form.longest, form.fixed, form.scale) == (longest, fixed, scale)


@pytest.mark.parametrize(
    "text", ["", "x9", "c..", "n2,5", "c18..2", "c0", "bl5", "an18;", "n..10,2,2", "ｃ五十"]
)
def test_a_wrong_representation_is_refused(text):
    with pytest.raises(RepresentationInvalid):
        Representation.parse(text)


def test_the_starting_set_is_sound():
    names = {bare_name(one.zh): one.code for one in data_elements().values()}
    claimed: dict[str, str] = {}
    assert len(data_elements()) >= 60
    for one in data_elements().values():
        assert not list(element_faults(one, names=names, lists=LISTS)), one.code
        assert one.source
        assert one.en
        for name in (one.zh, *one.synonyms):
            assert claimed.setdefault(bare_name(name), one.code) == one.code, name
        form = one.representation
        if one.code_list and form is not None:
            lengths = {len(code) for code in code_lists()[one.code_list].entries}
            assert max(lengths) <= form.longest
            assert not form.fixed or lengths == {form.longest}


def codes(*rows):
    return [CodeItem(code=code, name=name, parent=parent) for code, name, parent in rows]


@pytest.mark.parametrize(
    ("items", "faults"),
    [
        (codes(("1", "甲", ""), ("11", "乙", "1")), []),
        (codes(("1", "甲", "1")), [(1, "parent")]),
        (codes(("1", "甲", "2"), ("2", "乙", "1"), ("3", "丙", "2")), [(1, "parent"), (2, "parent")]),
        (codes(("1", "甲", "9")), [(1, "parent")]),
        (codes(("1", "甲", ""), ("1", "乙", "")), [(1, "code"), (2, "code")]),
        (codes(("", "甲", ""), ("2", "", "")), [(1, "code"), (2, "name")]),
        (codes(("1", "甲\ud800", "")), [(1, "name")]),
    ],
)
def test_wrong_codes_are_named_row_by_row(items, faults):
    assert [(row, wrong.part) for row, wrong in code_faults(items)] == faults


def test_only_what_is_in_force_is_superseded_or_abolished():
    S, A = StandardStatus, StandardAction  # noqa: N806
    assert after(S.DRAFT, A.ISSUE) is S.IN_FORCE
    assert {after(S.IN_FORCE, action) for action in A} == {S.SUPERSEDED, S.ABOLISHED, None}
    for ended in (S.SUPERSEDED, S.ABOLISHED):
        assert {after(ended, action) for action in A} == {None}
