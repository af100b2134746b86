"""What profiling finds, and the items that it proposes in catalogue terms."""

import json
import re

import pytest

from jutong.dataflow.connectors import field_names, profile_file, profile_source, propose_items
from jutong.vocabulary.catalogue import DataType, Level, MaskMethod, Meaning, OpenType, SharingType
from jutong.vocabulary.contracts import FIELD_PATTERN
from tests.support.files import csv_text, opened, write_json, write_sqlite, write_text, write_xlsx

HEADER = ("编号", "姓名", "性别", "手机号码", "成绩", "入学日期", "地区", "备注")
ROWS = [
    ("007", "张合成", "男", "13800000001", "1.5", "2022-09-01", "甲区", ""),
    ("008", "李合成", "女", "13800000002", "2", "2022-09-02", "甲区", ""),
    ("009", "王合成", "女", "13800000003", "-3.25", "2022-09-03", "甲区", ""),
]


def _codes(profile):
    return [(finding.code, finding.column) for finding in profile.findings]


def test_columns_are_counted_typed_and_recognised(tmp_path):
    profile = profile_file(write_text(tmp_path / "a.csv", csv_text(HEADER, ROWS)))
    assert (profile.rows, profile.rejected, profile.kind) == (3, 0, "csv")
    found = {
        column.name: (
            column.data_type,
            column.nulls,
            column.distinct,
            column.max_length,
            column.recognition.meaning,
        )
        for column in profile.columns
    }
    assert found == {
        "编号": (DataType.TEXT, 0, 3, 3, None),
        "姓名": (DataType.TEXT, 0, 3, 3, Meaning.PERSON_NAME),
        "性别": (DataType.TEXT, 0, 2, 1, Meaning.SEX),
        "手机号码": (DataType.TEXT, 0, 3, 11, Meaning.MOBILE),
        "成绩": (DataType.NUMBER, 0, 3, 5, None),
        "入学日期": (DataType.DATE, 0, 3, 10, Meaning.DATE),
        "地区": (DataType.TEXT, 0, 1, 2, None),
        "备注": (DataType.TEXT, 3, 0, 0, None),
    }
    assert ("constant_column", "地区") in _codes(profile)
    assert ("empty_column", "备注") in _codes(profile)


def test_items_are_proposed_with_level_mask_and_names(tmp_path):
    profile = profile_file(write_text(tmp_path / "a.csv", csv_text(HEADER, ROWS)))
    items = {item.name: item for item in propose_items(profile)}
    assert [item.field for item in items.values()] == ["bh", "xm", "xb", "sjhm", "cj", "rxrq", "dq", "bz"]
    assert (items["编号"].key, items["编号"].required) == (True, True)
    mobile = items["手机号码"]
    assert (mobile.level, mobile.mask, mobile.length) == (Level.L3, MaskMethod.MOBILE, 11)
    assert (mobile.sharing_type, mobile.open_type) == (SharingType.CONDITIONAL, OpenType.NOT_OPEN)
    assert (items["地区"].level, items["地区"].mask) == (Level.L1, None)
    assert (items["成绩"].data_type, items["成绩"].length) == (DataType.NUMBER, None)


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["姓名", "项目", "姓名2"], ("xm", "xm_2", "xm2")),
        (["schoolName", "ID", "lng"], ("school_name", "id", "lng")),
        (["2022年产量（万吨）", "产量（万吨）"], ("c_2022ncl", "cl")),
        (["a.b", "可售_套数", "列1"], ("a_b", "ks_ts", "l1")),
        (["%", "（备注）", " "], ("c", "bz", "c_2")),
        (["银行", "重庆市", "长度"], ("yh", "cqs", "cd")),
        (["PM2.5", "x" * 90], ("pm2_5", "x" * 60)),
    ],
)
def test_english_names_are_unique_and_fit(names, fields):
    assert field_names(names) == fields
    assert all(re.fullmatch(FIELD_PATTERN, field) for field in fields)


def test_oddities_are_told_with_counts_and_never_with_values(tmp_path):
    text = '名称,xqbsm,说明\n甲,1,"两\n行"\n甲,1,"两\n行"\n 乙,2,ＡＢ\n丙,3,锟斤拷\n丁,4,暂无\n戊\n己,5,x,y\n'
    profile = profile_file(write_text(tmp_path / "a.csv", text))
    findings = {finding.code: finding for finding in profile.findings}
    assert set(findings) == {
        "fewer_columns",
        "more_columns",
        "repeated_rows",
        "pinyin_names",
        "surrounding_blanks",
        "embedded_newlines",
        "full_width_characters",
        "text_destroyed",
        "placeholders",
    }
    assert findings["fewer_columns"].zh == "1 行的列数少于表头，已搁置（位置：9）"
    assert findings["embedded_newlines"].detail == {"count": 2}
    assert findings["repeated_rows"].detail == {"count": 1}
    told = "".join(finding.zh + finding.en for finding in profile.findings)
    assert "ＡＢ" not in told
    assert "戊" not in told


def test_identifiers_that_excel_cut_are_told_with_their_cells(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["姓名", "证件号码"], ["合成甲", 1.1e17], ["合成乙", "1"]])
    finding = next(found for found in profile_file(path).findings if found.code == "precision_lost")
    assert finding.detail["places"] == ["B2"]


def test_a_wide_table_is_told(tmp_path):
    record = {"date": "2022-06-18"} | {f"可售套数_{place}": 1 for place in "甲乙丙丁戊己庚"}
    profile = profile_file(write_json(tmp_path / "a.json", [record, record | {"date": "2022-06-19"}]))
    finding = next(found for found in profile.findings if found.code == "wide_table")
    assert finding.detail == {"measures": {"可售套数": 7}}


def test_a_table_of_a_database_is_profiled_in_its_own_types(tmp_path):
    columns = {"id": "INTEGER", "姓名": "TEXT", "size": "REAL"}
    path = write_sqlite(tmp_path / "a.db", columns, [(1, "张合成", 0.5), (2, None, 1.5)])
    profile = profile_source(opened(path), name="t")
    assert [(column.data_type, column.nulls, column.source_type) for column in profile.columns] == [
        (DataType.INTEGER, 0, "int64"),
        (DataType.TEXT, 1, ""),
        (DataType.DOUBLE, 0, "double"),
    ]


def test_a_profile_is_plain_json(tmp_path):
    path = write_xlsx(
        tmp_path / "a.xlsx", [["名单", None], ["编号", "姓名"], ["1", "张合成"], ["2", "李合成"]]
    )
    described = profile_file(path).to_dict()
    assert json.loads(json.dumps(described)) == described
    assert {
        "name",
        "kind",
        "sheets",
        "sheet",
        "title_rows",
        "header_rows",
        "rows",
        "columns",
        "findings",
    } <= set(described)
    assert {"name", "type", "nulls", "distinct", "max_length", "meaning"} <= set(described["columns"][0])


def test_a_table_without_rows_has_a_profile(tmp_path):
    profile = profile_file(write_text(tmp_path / "a.csv", "编号,姓名\n"))
    assert (profile.rows, [column.name for column in profile.columns]) == (0, ["编号", "姓名"])
    assert [item.meaning for item in propose_items(profile)] == [None, Meaning.PERSON_NAME]


def test_a_large_table_is_profiled_as_it_streams(tmp_path, monkeypatch):
    monkeypatch.setattr("jutong.dataflow.connectors.profile._EXACT_BYTES", 1_000)
    rows = [(f"{n:06}", "张合成", "1") for n in range(200_000)]
    profile = profile_file(write_text(tmp_path / "a.csv", csv_text(("编号", "姓名", "n"), rows)))
    assert (profile.rows, profile.distinct_exact) == (200_000, False)
    assert profile.column("编号").distinct == pytest.approx(200_000, rel=0.1)
    assert profile.column("姓名").distinct == 1
    assert profile.column("n").data_type is DataType.INTEGER
