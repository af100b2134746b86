"""Meanings told from names and values, with what speaks for them; numbers here are made up or textbook examples."""

import pytest

from jutong.dataflow.connectors import recognise
from jutong.dataflow.connectors.meanings import is_date, is_timestamp
from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.identifiers import KINDS

ID = KINDS["citizen_id"].example
USCC = KINDS["uscc"].example


@pytest.mark.parametrize(
    ("name", "values", "meaning"),
    [
        ("公民身份号码", [ID], Meaning.CITIZEN_ID),
        ("GMSFHM", [], Meaning.CITIZEN_ID),
        ("法定代表人身份证号", ["************1234"], Meaning.CITIZEN_ID),
        ("统一社会信用代码", [USCC], Meaning.USCC),
        ("不动产单元号", [], Meaning.REAL_ESTATE_UNIT),
        ("车辆识别代号", [KINDS["vin"].example], Meaning.VIN),
        ("号牌号码", [KINDS["plate"].example], Meaning.PLATE),
        ("手机号码", ["13800000000"], Meaning.MOBILE),
        ("联系电话", ["13800000000", "13900000000"], Meaning.MOBILE),
        ("联系电话", ["0571-80000000", "13900000000"], Meaning.TELEPHONE),
        ("电子邮箱", ["a@example.com"], Meaning.EMAIL),
        ("区划编码", ["330102", "330106"], Meaning.REGION_CODE),
        ("邮编", ["310000"], Meaning.POSTCODE),
        ("经度", ["120.15"], Meaning.LONGITUDE),
        ("lat", ["30.2"], Meaning.LATITUDE),
        ("性别", ["1", "2"], Meaning.SEX),
        ("民族", ["汉族", "回族"], Meaning.NATION),
        ("出生日期", ["1990-01-01"], Meaning.BIRTH_DATE),
        ("成立日期", ["2022年6月18日"], Meaning.DATE),
        ("createTime", ["2022-06-18 10:11:42"], Meaning.TIMESTAMP),
        ("姓名", ["合成甲"], Meaning.PERSON_NAME),
        ("企业名称", ["合成科技有限公司"], Meaning.ORGANISATION_NAME),
        ("住址", ["甲市乙区丙路1号"], Meaning.ADDRESS),
        ("geometry", ['{"type":"Point","coordinates":[1,2]}'], Meaning.GEOMETRY),
        ("手机号码（必填）", ["13800000000"], Meaning.MOBILE),
        ("备注", ["甲", "乙"], None),
        ("序号", ["1", "2", "3"], None),
        ("经度", ["0571", "999"], None),
        ("邮编", ["甲"], None),
    ],
)
def test_a_column_is_recognised_by_name_and_values(name, values, meaning):
    assert recognise(name, values).meaning is meaning


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        ([f"1380000{n:04}" for n in range(20)], Meaning.MOBILE),
        (["男", "女", "未知", "女性"], Meaning.SEX),
        (["汉族", "回族", "畲族", "满族"], Meaning.NATION),
        (["330102", "330106", "110101", "371302"], Meaning.REGION_CODE),
        (["2022-06-18", "2022-06-19", "2022-06-20"], Meaning.DATE),
        ([f"合成大学第{n}小学" for n in range(20)], Meaning.ORGANISATION_NAME),
        ([f"甲市乙区丙路{n}号" for n in range(20)], Meaning.ADDRESS),
        ([f"{n}" for n in range(100)], None),
        (["120.1", "120.2", "120.3"], None),
        (["330102"], None),
    ],
)
def test_values_speak_for_themselves_where_enough_of_them_pass(values, meaning):
    assert recognise("c7", values).meaning is meaning


def test_confidence_grows_with_the_share_of_values_that_pass():
    good, bad = "13800000000", "12"
    shares = [[good] + [f"{bad}{n}" for n in range(k)] for k in (0, 1, 2, 10)]
    found = [recognise("手机号码", values).confidence for values in shares]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0


def test_the_evidence_counts_distinct_values_and_leaves_placeholders_out():
    found = recognise("手机号码", ["13800000000", "13800000000", None, "", "无", "12"])
    assert (found.evidence.name_matched, found.evidence.checked, found.evidence.passed) == (True, 2, 1)
    assert found.evidence.label("zh") == "列名符合；抽查 2 个不同的值，1 个通过校验"
    assert "13800000000" not in str(found.to_dict())


@pytest.mark.parametrize(
    ("text", "day", "instant"),
    [
        ("2022-06-18", True, False),
        ("2022/6/8", True, False),
        ("2022.06.18", True, False),
        ("2022年6月18日", True, False),
        ("20220618", True, False),
        ("2022-02-30", False, False),
        ("20221318", False, False),
        ("202206", False, False),
        ("2022-06-18 10:11:42", False, True),
        ("2022-06-18T10:11:42.123Z", False, True),
        ("20220618101142", False, True),
        ("2022-06-18 25:00:00", False, False),
        ("0618", False, False),
    ],
)
def test_days_and_instants_are_told_apart(text, day, instant):
    assert (is_date(text), is_timestamp(text)) == (day, instant)
