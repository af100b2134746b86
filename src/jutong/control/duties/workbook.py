"""The template of lists of duties as a workbook: the sheet to fill in, and one that explains it."""

from io import BytesIO

from xlsxwriter import Workbook

from jutong.control.duties.template import COLUMNS, TEMPLATE_SHEET, TEMPLATE_VERSION
from jutong.control.duties.terms import TaskType

MAIN_ROWS = 10_000


def template_workbook() -> bytes:
    """An XLSX file whose sheet is named after the template's version; codes are text, types are chosen."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#e8eef7", "border": 1})
        must = book.add_format({"bold": True, "bg_color": "#fdeaea", "border": 1})
        sheet = book.add_worksheet(TEMPLATE_SHEET)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, max(12, 2 * len(column.title) + 4), text)
            sheet.write_string(0, place, column.title, must if column.required else head)
            sheet.write_comment(0, place, f"{column.help_zh}\n{column.help_en}")
        types = next(place for place, column in enumerate(COLUMNS) if column.field == "task_type")
        sheet.data_validation(
            1, types, MAIN_ROWS, types, {"validate": "list", "source": [one.zh for one in TaskType]}
        )
        sheet.freeze_panes(1, 2)
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 22)
        notes.set_column(1, 1, 60)
        notes.write_row(0, 0, ["列", "说明", "示例"], head)
        for row, column in enumerate(COLUMNS, start=1):
            needed = "必填。" if column.required else ""
            notes.write_row(row, 0, [column.title, f"{needed}{column.help_zh}", column.example])
        notes.write_row(len(COLUMNS) + 2, 0, ["模板版本", TEMPLATE_VERSION])
    return target.getvalue()
