"""The workbook in which a department corrects refused rows: a line a row, the reasons beside it and on its cells."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from jutong.dataflow.connectors import Connector
from jutong.dataflow.connectors.records import records_of
from jutong.dataflow.pipelines.errors import CorrectionUnreadable
from jutong.dataflow.pipelines.refused import RefusedRow
from jutong.kernel.text import normalise
from jutong.vocabulary.contracts import EntryContract

ROW_ID: Final = "问题行编号"
REASONS: Final = "问题原因"
SHEET: Final = "问题数据"
NOTES: Final = "填写说明"
_EXPLAINED: Final = (
    "一行对应一条未能入库的数据。请直接在本表中更正，保存后在工单页面上传。",
    "请勿改动“问题行编号”一列，也不要改动表头；“问题原因”一列只供查看。",
    "标黄的单元格有批注，说明该值为什么不合格。不需要更正的行可以整行删除，删除的行仍留在平台，不会丢失。",
    "上传后平台按同样的规则重新检查：合格的行补录入库，不合格的行留在原处。同一行只会入库一次。",
    "本表可能含有个人信息，请按本部门的保密要求保管，用后删除。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One corrected row; a value that was emptied is None."""

    row_id: str
    values: Mapping[str, str | None] = field(repr=False)


def correction_workbook(
    contract: EntryContract, rows: Iterable[RefusedRow], explained: Mapping[str, tuple[tuple[str, ...], str]]
) -> bytes:
    """An .xlsx of the rows as texts; `explained` says of each reason which items it concerns, and its sentence."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "num_format": "@"})
        plain = book.add_format({"num_format": "@", "valign": "top"})
        wrong = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#FFF2CC"})
        sheet.write_row(0, 0, [ROW_ID, REASONS, *(item.name for item in contract.items)], head)
        places = {item.field: place for place, item in enumerate(contract.items, start=2)}
        for line, row in enumerate(rows, start=1):
            said = {reason: explained.get(reason, ((), reason)) for reason in row.reasons}
            sheet.write_string(line, 0, row.row_id, plain)
            sheet.write_string(line, 1, "；".join(text for _, text in said.values()), plain)
            if row.text:
                sheet.write_comment(line, 1, f"来源中的原文：\n{row.text[:2000]}")
            for name, place in places.items():
                texts = [text for fields, text in said.values() if name in fields]
                sheet.write_string(line, place, row.values.get(name) or "", wrong if texts else plain)
                if texts:
                    sheet.write_comment(line, place, "\n".join(texts))
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 40)
        sheet.set_column(2, 1 + len(places), 22)
        notes = book.add_worksheet(NOTES)
        notes.set_column(0, 0, 100)
        notes.write_column(0, 0, _EXPLAINED)
    return made.getvalue()


def corrections_in(connector: Connector, contract: EntryContract) -> Iterator[Correction]:
    """The rows of an uploaded file: its header has the row's number and names items (or their fields).

    Raises:
        CorrectionUnreadable: the column with the row's number is missing, or no column is an item.
    """
    names = {normalise(name): item.field for item in contract.items for name in (item.field, item.name)}
    columns = {
        column: names[normalise(column)] for column in connector.columns() if normalise(column) in names
    }
    numbered = next((one for one in connector.columns() if normalise(one) == normalise(ROW_ID)), None)
    if numbered is None or not columns:
        raise CorrectionUnreadable(column=ROW_ID)
    for record in records_of(connector):
        row_id = (record.get(numbered) or "").strip()
        if row_id:
            yield Correction(row_id=row_id, values={columns[c]: record.get(c) for c in columns})
