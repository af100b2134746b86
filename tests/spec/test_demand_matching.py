"""Which entry a demand finds: wants as departments write them, and the entry that a clerk would point to."""

import pytest

from jutong.control.lists.matching import Want, matches
from tests.support.lists import entry_facts

ENTRIES = (
    entry_facts("婚姻登记基本信息", "登记证号", "公民身份号码", "当事人姓名", "登记日期", "登记机关", abstract="结婚登记"),
    entry_facts("社会保险参保缴费信息", "公民身份号码", "姓名", "参保单位", "险种", "缴费基数", "缴费年月"),
    entry_facts("住房公积金缴存信息", "公民身份号码", "姓名", "缴存单位", "月缴存额", "缴存状态"),
    entry_facts("企业登记基本信息", "统一社会信用代码", "企业名称", "法定代表人", "注册资本", "经营范围", "住所"),
    entry_facts("不动产登记权属信息", "不动产单元号", "权利人", "坐落", "面积", "登记时间"),
    entry_facts("最低生活保障对象信息", "公民身份号码", "姓名", "保障类别", "保障金额", "起始日期"),
    entry_facts("残疾人证信息", "残疾证号", "公民身份号码", "姓名", "残疾类别", "残疾等级"),
    entry_facts("机动车登记信息", "号牌号码", "车辆识别代号", "所有人", "车辆品牌", "初次登记日期"),
    entry_facts("行政处罚决定信息", "处罚决定书文号", "被处罚人", "处罚种类", "处罚依据", "处罚日期"),
    entry_facts("医疗保险参保信息", "公民身份号码", "姓名", "参保状态", "医保类型"),
    entry_facts("户籍人口登记信息", "公民身份号码", "姓名", "户籍地址", "与户主关系"),
    entry_facts("空气质量监测数据", "站点名称", "监测时间", "PM2.5", "PM10", "AQI"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "items", "expected"),
    [
        ("婚姻登记数据", (), "婚姻登记基本信息"),
        ("结婚登记信息", ("身份证号", "登记日期"), "婚姻登记基本信息"),
        ("社保缴费记录", ("身份证号码", "缴费基数"), "社会保险参保缴费信息"),
        ("公积金", ("缴存单位", "月缴存额"), "住房公积金缴存信息"),
        ("法人单位登记", ("社会信用代码", "法定代表人"), "企业登记基本信息"),
        ("公司注册信息", ("企业名称", "注册资本", "经营范围"), "企业登记基本信息"),
        ("房产登记", ("权利人", "坐落"), "不动产登记权属信息"),
        ("低保人员名单", ("姓名", "身份证号", "保障金额"), "最低生活保障对象信息"),
        ("残疾证", ("残疾等级",), "残疾人证信息"),
        ("车辆登记情况", ("车牌号", "车架号"), "机动车登记信息"),
        ("行政处罚", ("处罚种类", "处罚日期"), "行政处罚决定信息"),
        ("医保参保状态", ("姓名", "参保状态"), "医疗保险参保信息"),
        ("户口登记", ("户籍地址",), "户籍人口登记信息"),
        ("大气监测", ("站点名称", "监测时间", "ＰＭ２．５"), "空气质量监测数据"),
    ],
)
def test_a_want_finds_first_what_a_clerk_would_point_to(name, items, expected):
    found = matches(Want(name=name, items=items), ENTRIES)
    assert [match.title for match in found][:1] == [expected]
    assert found[0].reasons


@pytest.mark.parametrize(
    ("name", "items"),
    [("水库水位监测", ("水库名称", "水位")), ("幼儿园名录", ()), ("文物保护单位", ("文物级别",))],
)
def test_what_nobody_holds_finds_nothing(name, items):
    assert matches(Want(name=name, items=items), ENTRIES) == ()


def test_the_explanation_counts_the_items_and_names_what_is_missing():
    want = Want(name="婚姻登记", items=("登记证号", "身份证号", "姓名", "登记日期", "登记机关", "民族"))
    best = matches(want, ENTRIES)[0]
    assert ("身份证号", "公民身份号码") in best.found
    assert best.missing == ("民族",)
    zh, en = ([reason.text(language) for reason in best.reasons] for language in ("zh", "en"))
    assert "所需 6 个信息项中，有 5 个在“婚姻登记基本信息”中" in zh
    assert "5 of 6 wanted items are in 婚姻登记基本信息" in en


def test_a_named_department_and_a_shared_duty_speak_for_an_entry():
    want = Want(name="登记信息", proposed="minzheng")
    assert any("拟提供部门" in reason.zh for reason in matches(want, ENTRIES)[0].reasons)


def test_the_departments_own_entries_are_no_answer_to_its_demand():
    assert matches(Want(name="婚姻登记", department="minzheng"), ENTRIES) == ()
