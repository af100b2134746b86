"""Text tables as departments deliver them: encodings, dialects, title rows, headers, ragged lines."""

import json
from dataclasses import replace

import pytest

from jutong.dataflow.connectors.errors import OptionInvalid, TooManyRejected
from jutong.kernel.errors import JutongError
from tests.support.files import LIMITS, opened, rows_of, write_text

TABLE = "名称,金额\n甲局,1\n乙局,2\n"


@pytest.mark.parametrize(
    ("written", "found", "bom"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8", True),
        ("gb18030", "gb18030", False),
        ("gbk", "gb18030", False),
        ("utf-16", "utf-16-le", True),
        ("utf-32", "utf-32-le", True),
    ],
)
def test_the_encoding_is_found(written, found, bom, tmp_path):
    connector = opened(write_text(tmp_path / "a.csv", TABLE, written))
    assert connector.columns() == ("名称", "金额")
    assert rows_of(connector) == [("甲局", "1"), ("乙局", "2")]
    assert (connector.describe()["encoding"], connector.describe()["bom"]) == (found, bom)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_read_when_the_source_says_so_and_never_guessed(encoding, tmp_path):
    path = write_text(tmp_path / "a.csv", TABLE, encoding)
    with pytest.raises(JutongError) as raised:
        opened(path)
    assert raised.value.code in {"connectors.nul_bytes", "connectors.encoding_unknown"}
    assert rows_of(path, encoding=encoding) == [("甲局", "1"), ("乙局", "2")]


@pytest.mark.parametrize(
    "text",
    [
        "名称,金额\r\n甲局,1\n乙局,2\r\n",
        "名称,金额\n甲局,1\r\n乙局,2",
        "名称,金额\r\n甲局,1\r乙局,2\r\n",
        "名称,金额\n甲局,1\r乙局,2\n",
    ],
)
def test_mixed_line_ends_lose_no_row(text, tmp_path):
    assert rows_of(write_text(tmp_path / "a.csv", text)) == [("甲局", "1"), ("乙局", "2")]


def test_an_encoding_is_told_by_the_whole_file_not_by_its_start(tmp_path):
    plain = "".join(f"{n},plain\n" for n in range(400_000))
    path = tmp_path / "late.csv"
    path.write_bytes(b"id,name\n" + plain.encode() + "1,㐀邕\n".encode("gb18030"))
    connector = opened(path)
    assert connector.describe()["encoding"] == "gb18030"
    assert rows_of(connector)[-1] == ("1", "㐀邕")


def test_characters_beyond_gbk_survive(tmp_path):
    text = "姓名,地址\n𠮷合成,龘䶮街1号\n"  # four bytes each in GB18030
    assert rows_of(write_text(tmp_path / "a.csv", text, "gb18030")) == [("𠮷合成", "龘䶮街1号")]


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        ("a,b\n1,2\n", ",", [("1", "2")]),
        ("a\tb\n1,5\t2\n", "\t", [("1,5", "2")]),
        ("a;b\n1,5;2,5\n3,5;4\n", ";", [("1,5", "2,5"), ("3,5", "4")]),
        ("a|b\n编|码\n", "|", [("编", "码")]),
        ("a\x01b\n1\x012\n", "\x01", [("1", "2")]),
        ("a\r\n1\r\n2\r\n", ",", [("1",), ("2",)]),
        ("a,b\r1,2\r3,4\r", ",", [("1", "2"), ("3", "4")]),
    ],
)
def test_the_delimiter_is_found(text, delimiter, rows, tmp_path):
    connector = opened(write_text(tmp_path / "a.csv", text))
    assert connector.describe()["dialect"]["delimiter"] == delimiter
    assert rows_of(connector) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n"x,y","他说""好"""\n', [("x,y", '他说"好"')]),
        ('a,b\n"两行\n文字",1\n', [("两行\n文字", "1")]),
        ('a,b\n"x\\"y",2\n"z",3\n', [('x"y', "2"), ("z", "3")]),
        ("a,b\n'x,y',2\n'z','w'\n", [("x,y", "2"), ("z", "w")]),
        ('size,n\n5" pipe,1\n6" pipe,2\n', [('5" pipe', "1"), ('6" pipe', "2")]),
        ('a,b\n1,""\n2,\n', [("1", None), ("2", None)]),
        ("a,b\nNA, 07\n", [("NA", " 07")]),
    ],
)
def test_quotes_and_values_are_read_as_meant(text, rows, tmp_path):
    assert rows_of(write_text(tmp_path / "a.csv", text)) == rows


@pytest.mark.parametrize(
    ("text", "columns", "titles", "header"),
    [
        ("名称,金额\n甲,1\n", ("名称", "金额"), 0, [1]),
        ("企业名单\n名称,金额\n甲,1\n", ("名称", "金额"), 1, [2]),
        ("企业名单,,\n单位：万元,,\n名称,金额,日期\n甲,1,2020-01-01\n", ("名称", "金额", "日期"), 2, [3]),
        ("\n\n名称,金额\n甲,1\n", ("名称", "金额"), 0, [3]),
        ('"名\n称",金额\n甲,1\n', ("名称", "金额"), 0, [1]),
        ("地区,2019,2020,2021\n甲,1,2,3\n", ("地区", "2019", "2020", "2021"), 0, [1]),
        ("姓名,性别\n合成甲,男\n合成乙,男\n", ("姓名", "性别"), 0, [1]),
        ("code,原因\n330102,甲\n", ("code", "原因"), 0, [1]),
        ("field1, field2\n1, 2\n", ("field1", "field2"), 0, [1]),
        ("string1\nAaAaA\n", ("string1",), 0, [1]),
        ("# 请先清洗\na,b\n甲,乙\n", ("a", "b"), 1, [2]),
        ("a,b,\n1,2,3\n", ("a", "b", "列3"), 0, [1]),
        ("a,a,a\n1,2,3\n", ("a", "a_2", "a_3"), 0, [1]),
        ("甲,1,2020-01-01\n乙,2,2020-01-02\n", ("列1", "列2", "列3"), 0, []),
        ("合成甲,男\n合成乙,男\n合成丙,女\n", ("列1", "列2"), 0, []),
        ("330102,1\n330106,2\n", ("列1", "列2"), 0, []),
        ("330106B20000,甲\n330106B20001,乙\n", ("列1", "列2"), 0, []),
    ],
)
def test_title_rows_and_header_are_found(text, columns, titles, header, tmp_path):
    connector = opened(write_text(tmp_path / "a.csv", text))
    described = connector.describe()
    assert (connector.columns(), described["title_rows"], described["header_rows"]) == (
        columns,
        titles,
        header,
    )


def test_a_header_can_be_named_or_denied(tmp_path):
    path = write_text(tmp_path / "a.csv", "a,b\nc,d\n1,2\n")
    assert opened(path, header=2).columns() == ("c", "d")
    assert rows_of(path, header="none") == [("a", "b"), ("c", "d"), ("1", "2")]
    with pytest.raises(OptionInvalid):
        opened(path, header=9)


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    assert rows_of(write_text(tmp_path / "a.csv", "名称,金额\n")) == []


def test_ragged_lines_are_set_aside_with_line_and_reason(tmp_path):
    text = '名单\na,b,c\n1,"两\n行",3\n\n4,5\n6,7,8\n9,10,11,12\n'
    connector = opened(write_text(tmp_path / "a.csv", text))
    assert rows_of(connector) == [("1", "两\n行", "3"), ("6", "7", "8")]
    told = [(line.line, line.reason, line.text) for line in connector.rejected()]
    assert told == [(6, "fewer_columns", "4,5"), (8, "more_columns", "9,10,11,12")]


def test_the_text_of_a_line_set_aside_is_not_in_its_representation(tmp_path):
    connector = opened(write_text(tmp_path / "a.csv", "a,b\n1,2\n合成秘密\n"))
    rows_of(connector)
    assert "合成秘密" not in repr(connector.rejected())


def test_a_file_that_is_wrong_throughout_stops_the_reading(tmp_path):
    path = write_text(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 300 + "1\n" * 20)
    connector = opened(path, limits=replace(LIMITS, max_rejected=10))
    with pytest.raises(TooManyRejected):
        rows_of(connector)


def test_lines_set_aside_far_into_a_file_are_numbered_from_its_start(tmp_path):
    lines = [f"{n},x" if n % 50_000 else f"{n}" for n in range(1, 200_001)]
    connector = opened(write_text(tmp_path / "a.csv", "id,name\n" + "\n".join(lines) + "\n"))
    assert len(rows_of(connector)) == 199_996
    assert [line.line for line in connector.rejected()] == [50_001, 100_001, 150_001, 200_001]


@pytest.mark.parametrize(
    ("option", "value"),
    [("encoding", "latin-1"), ("delimiter", ",,"), ("quote", "“"), ("header", "first"), ("sheet", "a")],
)
def test_options_are_checked(option, value, tmp_path):
    with pytest.raises(OptionInvalid):
        opened(write_text(tmp_path / "a.csv", TABLE), **{option: value})


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "location_coordinates",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ],
)
def test_csv_spectrum_is_read_as_it_says(name, real_data):
    folder = real_data / "8_conformance" / "csv-spectrum"
    expected = json.loads((folder / f"json__{name}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    connector = opened(folder / f"csvs__{name}.csv")
    found = [dict(zip(connector.columns(), row, strict=True)) for row in rows_of(connector)]
    if name == "location_coordinates":
        # The suite's answer names another telephone number than its question.
        expected[0]["Contact Phone Number"] = "2095257564"
    assert [{key: value or "" for key, value in row.items()} for row in found] == expected
