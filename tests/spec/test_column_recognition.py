"""What columns of vendors' systems are, told from names, comments and values; the names are of real schemas."""

import pytest

from jutong.dataflow.connectors.coded import recognise_code_list
from jutong.dataflow.connectors.column_names import chinese_name
from jutong.dataflow.connectors.recognise import recognise
from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.identifiers import KINDS

ID = KINDS["citizen_id"].example
USCC = KINDS["uscc"].example


@pytest.mark.parametrize(
    ("column", "comment", "values", "meaning"),
    [
        ("c01", "身份证号", [ID], Meaning.CITIZEN_ID),
        ("c02", "手机号（必填）", ["13800000000"], Meaning.MOBILE),
        ("c03", "性别：1男 2女", ["1", "2"], Meaning.SEX),
        ("zjhm", "", [ID], None),  # one value and no name: not enough
        ("zjhm", "", [ID, "110101199003070134", "11010119900307109X"], Meaning.CITIZEN_ID),
        ("frsfzh", "", [ID], Meaning.CITIZEN_ID),
        ("id_card", "", [ID], Meaning.CITIZEN_ID),
        ("tyshxydm", "", [USCC], Meaning.USCC),
        ("lxdh", "", ["13800000000"], Meaning.MOBILE),
        ("lxdh", "", ["0571-88000000"], Meaning.TELEPHONE),
        ("csrq", "", ["19900101"], Meaning.BIRTH_DATE),
        ("xzqhdm", "", ["330106"], Meaning.REGION_CODE),
        ("jzdz", "", ["甲市乙区丙路1号"], Meaning.ADDRESS),
        ("remark", "", ["甲", "乙", "丙"], None),
        ("amount", "", ["12.5", "13"], None),
        ("wd", "", ["NNW", "N", "SE"], None),  # a wind, not a latitude
        ("phone_model", "", ["甲型", "乙型", "丙型"], None),
    ],
)
def test_a_column_is_what_its_name_comment_and_values_say(column, comment, values, meaning):
    assert recognise(column, values, comment).meaning is meaning


@pytest.mark.parametrize(
    ("column", "comment", "name", "sure"),
    [
        ("c01", "身份证号（18位）", "身份证号", True),
        ("户主姓名", "", "户主姓名", True),
        ("sfzh", "", "身份证号", True),
        ("lxdh", "", "联系电话", True),
        ("create_time", "", "创建时间", True),
        ("createTime", "", "创建时间", True),
        ("xingbie", "", "性别", True),
        ("apply_date", "", "申请日期", True),
        ("ent_status", "", "企业状态", True),
        ("xm", "", "姓名", True),
        ("qzx3", "", "qzx3", False),
        ("", "", "?", False),
    ],
)
def test_a_column_gets_a_chinese_name_with_how_sure_it_is(column, comment, name, sure):
    found = chinese_name(column, comment)
    assert (found.name, found.confidence >= 0.5) == (name, sure)
    assert found.zh
    assert found.en


def test_a_name_holds_only_where_the_values_bear_it_out():
    assert chinese_name("name", meaning=Meaning.PERSON_NAME, checked=True).name == "姓名"
    assert chinese_name("name", meaning=Meaning.ORGANISATION_NAME, checked=True).name == "名称"
    assert chinese_name("wd", checked=True).name == "wd"
    assert chinese_name("szqdm", meaning=Meaning.REGION_CODE, checked=True).name == "行政区划代码"


@pytest.mark.parametrize(
    ("column", "values", "code_list"),
    [
        ("xb", ["1", "2"], "sex"),
        ("hyzk", ["10", "20", "30"], "marital_status"),
        ("status", ["1", "2", "3"], None),  # short codes fit many lists
        ("c7", ["汉族", "回族", "满族", "藏族"], "nation"),
        ("c8", ["01", "02", "03", "05"], None),
        ("mzdm", ["01", "02", "03", "99"], None),  # one of four is no nation
        ("nation", [], None),
    ],
)
def test_a_code_list_is_told_by_its_values_and_short_codes_by_the_name_too(column, values, code_list):
    found = recognise_code_list(column, values)
    assert (found.code_list if found else None) == code_list
