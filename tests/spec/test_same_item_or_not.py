"""Which pairs of items are the same item of two departments, and which only look so (一数一源)."""

import pytest

from jutong.control.one_source.grouping import groups_of
from jutong.control.one_source.judging import judge
from jutong.control.one_source.naming import Naming, subject_of, title_core
from jutong.control.one_source.terms import ItemRole, Part
from jutong.control.one_source.values import ItemFact
from jutong.control.standards.api import index_of
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.data_elements import data_elements
from jutong.vocabulary.sketches import ColumnSketch

INDEX = index_of(data_elements().values(), lists={name: one.zh for name, one in code_lists().items()})
NAMING = Naming(INDEX)

PERSON, ORGANISATION = "person", "organisation"


def fact(department, title, name, **more):
    more = {"subject": PERSON, "line": department} | more
    return ItemFact(
        service=f"{department}_{title}",
        field=more.pop("field", name),
        name=name,
        department=department,
        department_name=department,
        title=title,
        **more,
    )


def civil(name, **more):
    return fact("minzheng", "婚姻登记信息", name, **more)


def police(name, **more):
    return fact("gongan", "户籍人口信息", name, **more)


SAME = [
    (police("婚姻状况"), civil("婚姻状况")),
    (police("婚姻状况"), civil("婚姻状态", code_list="marital_status")),
    (police("出生日期"), civil("出生年月日")),
    (police("文化程度"), civil("最高学历")),
    (police("户籍所在地"), civil("户口地址")),
    (police("现住址"), civil("家庭住址", meaning=Meaning.ADDRESS)),
    (
        police("注册资金", subject=ORGANISATION),
        civil("注册资本（万元）", subject=ORGANISATION, data_type=DataType.MONEY),
    ),
    (police("低保人员类别"), civil("低保人员类别")),
    (police("服务处所名称情况"), civil("服务处所名称情况描述")),
]
DIFFERENT = [
    (police("出生日期"), civil("死亡日期")),
    (police("户籍地址"), civil("居住地址")),
    (police("营业期限起"), civil("营业期限止")),
    (police("法定代表人电话"), civil("联系电话")),
    (police("状态"), civil("状态")),
    (police("登记日期"), civil("登记日期")),
    (police("出生日期", data_element="DE01006"), civil("出生日期", data_element="DE01014")),
    (police("人员类别编码值", meaning=Meaning.DATE), civil("人员类别编码值", meaning=Meaning.EMAIL)),
    (police("应缴金额明细"), civil("实缴金额明细")),
    (police("入学情况登记"), civil("入伍情况登记")),
]


@pytest.mark.parametrize(("left", "right"), SAME, ids=lambda one: one.name)
def test_the_same_item_is_recognised_under_its_other_names(left, right):
    verdict = judge(left, right, NAMING)
    assert verdict.same, verdict
    assert judge(right, left, NAMING).score == verdict.score


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=lambda one: one.name)
def test_what_only_looks_alike_is_told_apart(left, right):
    verdict = judge(left, right, NAMING)
    assert not verdict.same, verdict
    assert judge(right, left, NAMING).score == verdict.score


def test_every_part_of_a_judgement_gives_its_reason_in_both_languages():
    for part in judge(police("婚姻状况"), civil("婚姻状态"), NAMING).parts:
        assert part.zh
        assert part.en
        assert not any("㐀" <= letter <= "鿿" for letter in part.en.replace("婚姻状况代码", "")), part.en


@pytest.mark.parametrize(
    ("item", "role"),
    [
        (civil("公民身份号码"), ItemRole.REFERENCE),
        (civil("男方身份证号"), ItemRole.REFERENCE),
        (civil("当事人姓名"), ItemRole.REFERENCE),
        (civil("证件号", meaning=Meaning.CITIZEN_ID), ItemRole.REFERENCE),
        (civil("企业名称"), ItemRole.REFERENCE),
        (civil("更新时间"), ItemRole.TECHNICAL),
        (civil("备注"), ItemRole.TECHNICAL),
        (civil("主键ID"), ItemRole.TECHNICAL),
        (civil("扩展指标12"), ItemRole.TECHNICAL),
        (civil("婚姻状况"), ItemRole.SUBSTANTIVE),
        (civil("账户号"), ItemRole.SUBSTANTIVE),
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_identifying_and_technical_items_do_not_drown_the_list(item, role):
    assert NAMING.identity(item).role is role


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("婚姻登记基本信息", "婚姻"),
        ("样例区婚姻登记数据", "婚姻"),
        ("全市中小学校名录", "中小学校"),
        ("2024年低保对象名单", "低保对象"),
        ("登记信息", "登记信息"),
    ],
)
def test_a_title_is_compared_by_what_it_is_about(title, core):
    assert title_core(title) == core


@pytest.mark.parametrize(
    ("title", "meanings", "subject"),
    [
        ("户籍人口", [Meaning.CITIZEN_ID], "person"),
        ("企业法定代表人", [Meaning.USCC, Meaning.CITIZEN_ID], "organisation"),
        ("参保信息", [Meaning.USCC, Meaning.CITIZEN_ID], "person"),
        ("不动产登记", [Meaning.REAL_ESTATE_UNIT, Meaning.CITIZEN_ID], "estate"),
        ("公园名录", [], "公园"),
    ],
)
def test_the_rows_of_an_entry_are_about_one_kind_of_thing(title, meanings, subject):
    assert subject_of(title, [("x", meaning, False) for meaning in meanings]) == subject


def sketch(values, field="x"):
    return ColumnSketch(field=field, hashes=tuple(sorted(values)))


def test_common_values_speak_louder_than_names():
    left, right = police("从业资格标记值"), civil("师傅登记牌照码")
    shared = sketch(range(1000, 1400))
    assert not judge(left, right, NAMING).same
    assert judge(left, right, NAMING, (shared, shared)).same
    apart = judge(left, right, NAMING, (shared, sketch(range(5000, 5400))))
    assert apart.score < judge(left, right, NAMING).score


def test_a_handful_of_values_proves_nothing():
    few = sketch(range(5))
    parts = {
        part.part: part for part in judge(police("甲类标志"), civil("乙类标志"), NAMING, (few, few)).parts
    }
    assert parts[Part.VALUES].weight == 0


ID = {"meaning": Meaning.CITIZEN_ID}


def keyed(service, department, line=None, **items):
    return [
        fact(department, service, name, field=field, line=line or department, **more)
        for field, (name, more) in items.items()
    ]


def test_offices_of_one_line_hold_an_item_together():
    ours = keyed("婚姻登记信息", "minzheng", a=("婚姻状况", {}))
    district = keyed("样例区婚姻登记信息", "minzheng_xh", line="minzheng", a=("婚姻状况", {}))
    assert groups_of([*ours, *district], INDEX) == ()
    others = keyed("人口信息", "gongan", a=("婚姻状态", {}))
    (group,) = groups_of([*ours, *district, *others], INDEX)
    assert group.lines == {"minzheng", "gongan"}
    assert len(group.members) == 3


def test_near_names_and_like_values_are_found_without_comparing_all_pairs():
    one = keyed(
        "护理补贴发放", "minzheng", a=("护理补贴发放档次", {}), b=("补助标识码", {}), i=("身份证号", ID)
    )
    two = keyed(
        "残疾人补贴", "canlian", a=("护理补贴的发放档次", {}), b=("惠民编号码", {}), i=("身份证号", ID)
    )
    shared = sketch(range(100, 400))
    places = [one[1].place, two[1].place]
    groups = groups_of(
        [*one, *two],
        INDEX,
        sketches=lambda wanted: {place: shared for place in wanted if place in places},
        samples=dict.fromkeys(places, shared.hashes[:16]),
    )
    assert [group.overlap for group in groups if group.role is ItemRole.SUBSTANTIVE] == [1.0, None]


def test_groups_do_not_depend_on_the_order_of_items():
    facts = [
        *keyed("户籍人口", "gongan", a=("婚姻状况", {}), b=("文化程度", {}), c=("公民身份号码", {})),
        *keyed("婚姻登记", "minzheng", a=("婚姻状态", {}), c=("身份证号", {})),
        *keyed("学籍", "jiaoyu", b=("最高学历", {}), c=("身份证号码", {})),
    ]
    there = groups_of(facts, INDEX)
    back = groups_of(facts[::-1], INDEX)
    assert [(group.key, {member.place for member in group.members}) for group in there] == [
        (group.key, {member.place for member in group.members}) for group in back
    ]
    assert {group.name for group in there} == {"婚姻状况代码", "学历代码", "公民身份号码"}
