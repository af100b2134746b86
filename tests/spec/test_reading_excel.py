"""Workbooks as offices make them: titles, merged headers, group rows, numbers that were identifiers."""

import pytest

from jutong.dataflow.connectors.errors import HeaderMissing, OptionInvalid, SheetMissing
from tests.support.files import opened, rows_of, write_xlsx

HEADER = ["序号", "学校名称", "所在地"]


def test_title_rows_group_rows_and_notes_are_no_data(tmp_path):
    rows = [
        ["附件1：", None, None],
        ["全国合成学校名单\n（按编号排序）", None, None],
        HEADER,
        ["甲市（2所）", None, None],
        [1.0, "甲一学校", "甲市"],
        [2.0, "甲二\n学校", "甲市"],
        ["乙市（1所）", None, None],
        [3.0, "乙一学校", "乙市"],
        ["注：数据为合成", None, None],
    ]
    merges = [(row, 0, row, 2) for row in (0, 1, 3, 6, 8)]
    path = write_xlsx(tmp_path / "a.xlsx", rows, merges=merges)
    connector = opened(path)
    assert connector.columns() == tuple(HEADER)
    assert rows_of(connector) == [
        ("1", "甲一学校", "甲市"),
        ("2", "甲二\n学校", "甲市"),
        ("3", "乙一学校", "乙市"),
    ]
    described = connector.describe()
    assert (described["title_rows"], described["header_rows"], described["group_rows"]) == (2, [3], 3)
    groups = next(finding for finding in connector.findings() if finding.code == "group_rows")
    assert groups.detail == {"rows": 3, "stated": 2, "agreed": 2}
    assert rows_of(path, sections="column")[2] == ("3", "乙一学校", "乙市", "乙市（1所）")


def test_a_header_of_two_rows_becomes_joined_names(tmp_path):
    rows = [
        ["地区", "可售", None, "备注"],
        [None, "套数", "面积", None],
        ["甲区", 1, 2.5, None],
        ["乙区", 3, 4.5, "合成"],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)]
    connector = opened(write_xlsx(tmp_path / "a.xlsx", rows, merges=merges))
    assert connector.columns() == ("地区", "可售_套数", "可售_面积", "备注")
    assert rows_of(connector) == [("甲区", "1", "2.5", None), ("乙区", "3", "4.5", "合成")]
    assert connector.describe()["header_rows"] == [1, 2]


def test_a_header_of_many_merged_rows_is_one_header(tmp_path):
    rows = [
        ["地区", "贡献", "影响", None],
        [None, None, "较上季", "较基期"],
        [None, "(%)", None, None],
        ["甲区", "B", "C", "D"],
    ]
    merges = [(0, 0, 2, 0), (0, 1, 1, 1), (0, 2, 0, 3), (1, 2, 2, 2), (1, 3, 2, 3)]
    connector = opened(write_xlsx(tmp_path / "a.xlsx", rows, merges=merges))
    assert connector.columns() == ("地区", "贡献_(%)", "影响_较上季", "影响_较基期")
    assert rows_of(connector) == [("甲区", "B", "C", "D")]


def test_vertically_merged_cells_hold_for_every_row(tmp_path):
    rows = [["区县", "学校名称"], ["甲区", "一小"], [None, "二小"], [None, "三小"], ["乙区", "四小"]]
    connector = opened(write_xlsx(tmp_path / "a.xlsx", rows, merges=[(1, 0, 3, 0)]))
    assert rows_of(connector) == [("甲区", "一小"), ("甲区", "二小"), ("甲区", "三小"), ("乙区", "四小")]
    assert "merged_cells" in [finding.code for finding in connector.findings()]


def test_a_row_with_one_value_that_is_not_merged_stays_data(tmp_path):
    rows = [HEADER, [1, "甲校", "甲市"], [2, None, None], [3, "丙校", "丙市"]]
    assert rows_of(write_xlsx(tmp_path / "a.xlsx", rows))[1] == ("2", None, None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (-3.0, "-3"),
        (33010219900101.0, "33010219900101"),
        (999999999999999.0, "999999999999999"),
        (0.1 + 0.2, "0.3"),
        (266775.84, "266775.84"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        ("001", "001"),
        (" x ", " x "),
        ("330102199001011234", "330102199001011234"),
    ],
)
def test_cells_become_the_text_that_excel_shows(cell, text, tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["编号", "值"], ["a", cell]])
    assert rows_of(path) == [("a", text)]


def test_numbers_that_lost_their_last_digits_are_refused_with_their_address(tmp_path):
    rows = [
        ["姓名", "身份证号"],
        ["合成甲", "110101199003070000"],
        ["合成乙", 110101199003070011],
        ["合成丙", 1e15],
    ]
    connector = opened(write_xlsx(tmp_path / "a.xlsx", rows))
    assert rows_of(connector) == [("合成甲", "110101199003070000")]
    told = [(line.line, line.reason, line.place) for line in connector.rejected()]
    assert told == [(3, "precision_lost", "B3"), (4, "precision_lost", "B4")]


def test_a_table_that_starts_further_in_keeps_excels_addresses(tmp_path):
    rows = [
        [],
        [],
        [None, None, "姓名", "证件号码"],
        [None, None, "合成甲", "1"],
        [None, None, "合成乙", 1e17],
    ]
    connector = opened(write_xlsx(tmp_path / "a.xlsx", rows))
    assert connector.columns() == ("姓名", "证件号码")
    assert rows_of(connector) == [("合成甲", "1")]
    assert [line.place for line in connector.rejected()] == ["D5"]
    assert connector.describe()["header_rows"] == [3]


def test_blank_rows_are_no_rows(tmp_path):
    rows = [HEADER, [1, "甲校", "甲市"], [], [None, "", None], [2, "乙校", "乙市"]]
    assert len(rows_of(write_xlsx(tmp_path / "a.xlsx", rows))) == 2


def test_a_sheet_is_chosen_by_name_or_number(tmp_path):
    sheets = {"说明": [["只有一行"]], "二": [["编号", "名称"], ["a", "乙"]]}
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, [1, "甲校", "甲市"]], sheets=sheets)
    assert opened(path).describe()["sheet"] == "数据"
    assert "other_sheets" in [finding.code for finding in opened(path).findings()]
    assert rows_of(path, sheet="二") == rows_of(path, sheet=3) == [("a", "乙")]
    with pytest.raises(SheetMissing) as raised:
        opened(path, sheet="三")
    assert "数据、说明、二" in raised.value.message()


def test_an_empty_first_sheet_is_passed_over(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [], sheets={"二": [["编号", "名称"], ["a", "乙"]]})
    assert rows_of(path) == [("a", "乙")]


def test_a_sheet_without_header_says_so_and_can_be_read_all_the_same(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["甲校", 1, "2020-01-01"], ["乙校", 2, "2020-01-02"]])
    with pytest.raises(HeaderMissing):
        opened(path)
    assert rows_of(path, header="none") == [("甲校", "1", "2020-01-01"), ("乙校", "2", "2020-01-02")]


@pytest.mark.parametrize(("option", "value"), [("header", 99), ("sections", "x"), ("delimiter", ",")])
def test_options_are_checked(option, value, tmp_path):
    with pytest.raises(OptionInvalid):
        opened(write_xlsx(tmp_path / "a.xlsx", [HEADER, [1, "甲校", "甲市"]]), **{option: value})


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.dat"])
def test_a_workbook_is_known_by_what_it_holds(name, tmp_path):
    rows = [HEADER, [1, "甲校", "甲市"]]
    assert opened(write_xlsx(tmp_path / name, rows)).kind == "excel"


def test_text_under_the_name_of_a_workbook_is_read_as_text(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes("名称\t金额\n甲局\t1\n".encode("gb18030"))
    assert rows_of(path) == [("甲局", "1")]
