"""What is wrong with a workbook of the catalogue is said cell by cell, and nothing of it is guessed."""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.styles import Font

from jutong.control.interchange.api import read_workbook, write_template
from jutong.control.interchange.columns import SHEETS
from jutong.control.interchange.errors import (
    NotExcel,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookTooLarge,
)
from jutong.control.interchange.problems import PROBLEMS
from jutong.control.interchange.values import column_letters
from tests.support.control import a_draft, an_item
from tests.support.workbooks import a_workbook, an_export_row, column_of, put, spoilt


@pytest.fixture(scope="module")
def sound() -> bytes:
    """Two entries with four items each: rows 2 and 3, items on rows 2 to 9."""
    return a_workbook(an_export_row(), an_export_row(title="收养登记基本信息"))


def found(content: bytes) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in read_workbook(content).problems]


def address(sheet: str, header: str, row: int) -> str:
    headers = [column.header for column in SHEETS[sheet]]
    place = next(number for number, text in enumerate(headers) if text.startswith(header))
    return f"{sheet}!{column_letters(place)}{row}"


WRONG_CELLS = (
    ("目录", "信息资源名称", None, "required"),
    ("目录", "共享类型", "随便", "value_unknown"),
    ("目录", "共享方式", "服务接口、心灵感应", "value_unknown"),
    ("目录", "涉密", "也许", "value_unknown"),
    ("目录", "记录数", "许多", "not_whole"),
    ("目录", "记录数", -3, "not_whole"),
    ("目录", "存储量（MB）", 1.5, "not_whole"),
    ("目录", "信息资源名称", "名" * 121, "too_long"),
    ("目录", "信息资源摘要", "长" * 5001, "too_long"),
    ("目录", "联系电话", 110105194912310021, "number_rounded"),
    ("目录", "应用场景", "#REF!", "formula_error"),
    ("目录", "质量规则", "{不是规则", "not_rules"),
    ("目录", "权责和服务事项编码", '["a"', "not_json_list"),
    ("目录", "服务名", "大写", "service_invalid"),
    ("目录", "序号", "1", "number_duplicate"),
    ("目录", "信息资源名称", "名录第1号", "title_duplicate"),
    ("目录", "应用场景", "〔长文本:9〕", "long_text_missing"),
    ("信息项", "目录序号", "77", "item_orphan"),
    ("信息项", "字段名", "1abc", "field_invalid"),
    ("信息项", "字段名", "NAME", "field_duplicate"),
    ("信息项", "共享类型", "无条件共享", "sharing_looser"),
    ("信息项", "数据类型", "文字", "value_unknown"),
    ("信息项", "数据长度", "十八", "not_whole"),
)
WRITTEN_AS_OFFICIALS_DO = (
    ("共享类型", "2", "sharing_type", "conditional"),
    ("共享类型", 2, "sharing_type", "conditional"),
    ("共享类型", " 有条件 共享 ", "sharing_type", "conditional"),
    ("共享类型", "Conditional", "sharing_type", "conditional"),
    ("数据级别", "一级", "declared_level", "l1"),
    ("共享方式", "服务接口，文件下载", "sharing_methods", ("api", "file")),
    ("共享方式", "1；3", "sharing_methods", ("api", "file")),
    ("涉密", "非涉密", "secret", False),
    ("无主键", "Y", "without_key", True),
    ("记录数", "1,200", "row_count", 1200),
    ("记录数", 1200.0, "row_count", 1200),
    ("信息资源分类", "307 省级及以下部门", "classification", "307"),
    ("信息资源分类", 307, "classification", "307"),
    ("应用场景", datetime(2026, 3, 2), "scene", "2026-03-02"),
    ("权责和服务事项编码", "0123；0456", "duties", ("0123", "0456")),
    ("查询键", "cert_no；id_no＋person", "query_keys", (("cert_no",), ("id_no", "person"))),
)


def many(count: int) -> bytes:
    """So many entries and one sound one before them, each with the items `key` and `name`."""
    items = (an_item("key"), an_item("name"))
    return a_workbook(*(an_export_row(title=f"名录第{n}号", items=items) for n in range(1, count + 2)))


def test_each_wrong_cell_is_named():
    content = many(len(WRONG_CELLS))

    def spoil(book):
        for place, (sheet, header, value, _) in enumerate(WRONG_CELLS):
            put(sheet, header, 3 + place if sheet == "目录" else 4 + 2 * place, value)(book)

    expected = [
        (code, address(sheet, header, 3 + place if sheet == "目录" else 4 + 2 * place))
        for place, (sheet, header, _, code) in enumerate(WRONG_CELLS)
    ]
    # The second of two equal fields is the wrong one.
    doubled = [code for code, _ in expected].index("field_duplicate")
    sheet, cell = expected[doubled][1].split("!")
    expected[doubled] = ("field_duplicate", f"{sheet}!{cell[0]}{int(cell[1:]) + 1}")
    # The items of the entry that took another's number belong to none now.
    renumbered = 4 + 2 * [code for code, _ in expected].index("number_duplicate")
    expected += [("item_orphan", f"信息项!A{row}") for row in (renumbered, renumbered + 1)]
    reading = read_workbook(spoilt(content, spoil))
    assert sorted((one.code, one.place) for one in reading.problems) == sorted(expected)
    orphan = 3 + [code for code, _ in expected].index("item_orphan")
    assert [entry.row for entry in reading.entries] == [2, orphan]  # the sound one, and one without its item


def test_a_value_may_be_written_as_officials_do():
    def write(book):
        for place, (header, value, _, _) in enumerate(WRITTEN_AS_OFFICIALS_DO):
            put("目录", header, 3 + place, value)(book)

    reading = read_workbook(spoilt(many(len(WRITTEN_AS_OFFICIALS_DO)), write))
    assert reading.problems == ()
    read = [
        getattr(entry.draft, element)
        for entry, (_, _, element, _) in zip(reading.entries[1:], WRITTEN_AS_OFFICIALS_DO, strict=True)
    ]
    assert read == [expected for *_, expected in WRITTEN_AS_OFFICIALS_DO]


def test_headers_are_known_by_width_spaces_and_english_names(sound):
    def rename(book):
        for sheet, columns in SHEETS.items():
            for column in columns:
                place = book[sheet].cell(row=1, column=column_of(book[sheet], column.header))
                place.value = f" {column.en.upper()} (必填) " if column.required else f"{column.zh} "

    assert read_workbook(spoilt(sound, rename)).problems == ()


def test_titles_above_the_header_and_empty_rows_below_do_no_harm(sound):
    def add(book):
        book["目录"].insert_rows(1, 2)
        book["目录"]["A1"] = "某市政务数据目录"
        book["信息项"].insert_rows(4)

    reading = read_workbook(spoilt(sound, add))
    assert reading.problems == ()
    assert [entry.row for entry in reading.entries] == [4, 5]
    assert reading.entries[0].draft == a_draft()


def test_a_missing_a_doubled_and_an_unknown_column_are_named(sound):
    def spoil(book):
        sheet = book["目录"]
        sheet.cell(row=1, column=column_of(sheet, "所属领域")).value = "备用列"
        sheet.cell(row=2, column=column_of(sheet, "备用列")).value = "内容"
        sheet.cell(row=1, column=column_of(sheet, "应用场景")).value = "联系人"

    codes = {
        (one.code, one.zh.split("“")[1].split("”")[0]) for one in read_workbook(spoilt(sound, spoil)).problems
    }
    assert codes == {
        ("header_unknown", "备用列"),
        ("header_missing", "所属领域"),
        ("header_missing", "应用场景"),
        ("header_duplicate", "联系人"),
    }


def test_cells_merged_downwards_count_for_each_row_and_others_are_refused(sound):
    def downwards(book):
        sheet = book["信息项"]
        sheet.merge_cells("A2:A5")

    assert read_workbook(spoilt(sound, downwards)).entries == read_workbook(sound).entries

    assert found(spoilt(sound, lambda book: book["信息项"].merge_cells("C2:D2")))[0] == (
        "cells_merged",
        "信息项!C2",
    )


def test_a_hidden_sheet_is_refused_and_others_are_not_read(sound):
    def hide(book):
        book["信息项"].sheet_state = "hidden"

    assert ("sheet_hidden", "信息项") in found(spoilt(sound, hide))

    def add(book):
        book.create_sheet("草稿").sheet_state = "hidden"

    assert found(spoilt(sound, add)) == []


def test_a_formula_counts_by_its_result_and_without_one_it_is_refused(sound):
    # A program other than Excel writes formulas without their results.
    content = spoilt(sound, put("目录", "应用场景", 2, '=CONCATENATE("一","件事")'))
    assert found(content) == [("formula_empty", address("目录", "应用场景", 2))]
    assert read_workbook(_with_results(content, "一件事")).entries[0].draft.scene == "一件事"


def _with_results(content: bytes, result: str) -> bytes:
    """The workbook as Excel saves it: each formula with its result."""
    return _rewritten(
        content,
        lambda text: re.sub(
            rb"(<c r=\"[A-Z]+\d+\"[^>]*?)>(<f>.*?</f>)<v ?/?>(?:</v>)?",
            rb'\1 t="str">\2<v>' + result.encode() + rb"</v>",
            text,
        ),
    )


def _rewritten(content: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in source.infolist():
            text = source.read(part)
            made.writestr(part, edit(text) if "worksheets/" in part.filename else text)
    return target.getvalue()


def test_a_template_of_another_version_is_refused(sound):
    def older(book):
        book["填写说明"]["B2"] = "0"

    def none(book):
        del book["填写说明"]

    def half(book):
        del book["信息项"]

    assert found(spoilt(sound, older)) == [("version_wrong", "填写说明")]
    assert found(spoilt(sound, none)) == [("version_missing", "填写说明")]
    assert found(spoilt(sound, half)) == [("sheet_missing", "信息项")]


def test_an_empty_template_says_that_nothing_is_in_it():
    target = BytesIO()
    write_template(target)
    assert found(target.getvalue()) == [("rows_missing", "目录")]


def test_what_is_no_workbook_is_told_apart(sound):
    for content, error in (
        (b"", NotExcel),
        (b"hello", NotExcel),
        ("<html><table><tr><td>目录</td></tr></table></html>".encode(), NotExcel),
        (sound[: len(sound) // 2], WorkbookDamaged),
        (b"PK\x03\x04" + b"\x00" * 100, WorkbookDamaged),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), WorkbookEncrypted),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, WorkbookDamaged),
        (_zip_of({"word/document.xml": b"<w/>"}), NotExcel),
    ):
        with pytest.raises(error):
            read_workbook(content)


def test_a_workbook_locked_with_a_password_is_told_apart(sound):
    locked = BytesIO()
    OOXMLFile(BytesIO(sound)).encrypt("Jutong-2026", locked)
    with pytest.raises(WorkbookEncrypted):
        read_workbook(locked.getvalue())


def _zip_of(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return target.getvalue()


def test_a_workbook_that_expands_without_bound_is_refused(monkeypatch, sound):
    monkeypatch.setattr("jutong.control.interchange.files.EXPANDED_LIMIT", 1024 * 1024)
    bomb = _zip_of({"xl/workbook.xml": b"<workbook/>", "xl/media/a.bin": b"0" * (2 * 1024 * 1024)})
    with pytest.raises(WorkbookTooLarge):
        read_workbook(bomb)
    monkeypatch.setattr("jutong.control.interchange.files.FILE_LIMIT", 1000)
    with pytest.raises(WorkbookTooLarge):
        read_workbook(sound)


def test_values_far_out_are_refused_by_address_and_formatted_rows_are_not(sound):
    for cell in ("A1048576", "XFD2", "HZ3"):
        with pytest.raises(WorkbookTooLarge) as refusal:
            read_workbook(spoilt(sound, lambda book, cell=cell: book["目录"].__setitem__(cell, "x")))
        assert cell in refusal.value.message("zh")

    def format_far(book):
        for row in range(5_000, 5_100):
            book["目录"].cell(row=row, column=3).font = Font(bold=True)
        book["目录"]["A1048576"].font = Font(bold=True)

    assert found(spoilt(sound, format_far)) == []


def test_broken_characters_are_refused_by_cell(sound):
    content = _with_inline_text(sound, "婚姻登记基本信息", "婚姻_x0000_登记_x0001_")
    reading = read_workbook(content)
    assert ("characters_broken", "目录!D2") in [(one.code, one.place) for one in reading.problems]


def test_a_description_of_ten_megabytes_is_refused_by_cell(sound):
    content = _with_inline_text(sound, "婚姻登记基本信息", "长" * (3 * 1024 * 1024))
    assert ("too_long", "目录!D2") in found(content)


def _with_inline_text(content: bytes, old: str, new: str) -> bytes:
    return _rewritten(
        content, lambda text: text.replace(f"<t>{old}</t>".encode(), f"<t>{new}</t>".encode(), 1)
    )


def test_a_message_never_holds_what_stood_in_the_cell(sound):
    content = spoilt(sound, put("目录", "共享类型", 2, "机密的内容"))
    (problem,) = read_workbook(content).problems
    assert "机密的内容" not in problem.zh + problem.en


def test_every_problem_names_the_next_step():
    for zh, en in PROBLEMS.values():
        assert "请" in zh or zh.startswith(("{", "["))
        assert zh
        assert en
