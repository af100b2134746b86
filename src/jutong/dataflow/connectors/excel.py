"""Sheets of XLSX and legacy XLS workbooks, read by calamine, every value as text."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from jutong.dataflow.connectors.cells import PrecisionLost, cell_text
from jutong.dataflow.connectors.errors import (
    ExcelDamaged,
    FileEmpty,
    HeaderMissing,
    OptionInvalid,
    SheetMissing,
    SheetTooLarge,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import HEADER, PATH, KindSpec, Place
from jutong.dataflow.connectors.options import header_option, text_option
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import (
    RAW_TEXT_LIMIT,
    Capability,
    Finding,
    OptionSpec,
    RejectedLine,
    RejectedLines,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sheets import SheetShape, is_note, section_text, shape_of
from jutong.dataflow.connectors.workbooks import column_letters, open_workbook
from jutong.vocabulary.catalogue import FormatClass

_SECTION_COLUMN: Final = "分组"


class ExcelConnector:
    """One sheet of a workbook. Title rows, blank rows and group rows are no data; the shape is found by looking."""

    kind = "excel"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="Excel 文件",
        en="Excel file",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="sheet",
                zh="工作表",
                en="Sheet",
                hint_zh="有多个工作表时填写名称或序号；不填取第一个有数据的。",
                hint_en="Its name or number; without it the first visible one that holds a table.",
            ),
            HEADER,
            OptionSpec(
                name="sections",
                zh="分组标题行",
                en="Rows that head a group",
                default="leave_out",
                choices=("leave_out", "column"),
                hint_zh="leave_out 略去；column 作为“分组”列。",
                hint_en="leave_out passes them over; column makes them the column 分组.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="xlsx",
        tested_zh="各城市开放数据的真实 XLS、XLSX 文件",
        tested_en="Real XLS and XLSX files of cities' open data.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_excel_mb, variable="JUTONG_READ_MAX_EXCEL_MB")
        self._sections_as_column = _sections_option(options)
        workbook = open_workbook(self._path, limits)
        self._sheets = tuple(workbook.sheet_names)
        self._sheet = self._choose(workbook, options.get("sheet"))
        self._rows: list[list[Any]] = list(self._sheet.iter_rows())
        # calamine's rows start at row 1, but at the first column in use.
        self._first_letter = self._sheet.start[1] if self._sheet.start else 0
        header = header_option(options)
        self._shape = self._find_shape(header)
        if not self._shape.header_rows and header is None:
            raise HeaderMissing(name=self._path.name, sheet=self._sheet.name)
        if len(self._shape.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._path.name, columns=len(self._shape.names), limit=limits.max_columns
            )
        self._rejected = self._no_rejected()

    def columns(self) -> tuple[str, ...]:
        extra = (_SECTION_COLUMN,) if self._sections_as_column else ()
        return (*self._shape.names, *extra)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        others = [name for name in self._sheets if name != self._sheet.name]
        findings = list(self._shape.findings)
        if others:
            findings.append(
                Finding(
                    code="other_sheets",
                    zh=f"工作簿还有 {len(others)} 张工作表没有读取",
                    en=f"{len(others)} more sheets of the workbook were not read",
                    detail={"sheets": others},
                )
            )
        return tuple(findings)

    def describe(self) -> dict[str, Any]:
        return {
            "sheets": list(self._sheets),
            "sheet": self._sheet.name,
            "title_rows": self._shape.title_rows,
            "header_rows": [row + 1 for row in self._shape.header_rows],
            "group_rows": len(self._shape.sections),
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = self._no_rejected()
        names = self.columns()
        schema = pa.schema([(name, pa.string()) for name in names])
        rows: list[tuple[str | None, ...]] = []
        section: str | None = None
        for number in range(self._shape.first_data_row, len(self._rows)):
            values = self._rows[number]
            if number in self._shape.sections:
                text = section_text(values)
                section = section if is_note(text) else text
                continue
            cells = self._texts(number, values)
            if cells is None:
                continue
            rows.append((*cells, section) if self._sections_as_column else cells)
            if len(rows) == self._limits.batch_rows:
                yield _batch(rows, schema)
                rows = []
        if rows:
            yield _batch(rows, schema)

    def _texts(self, number: int, values: Sequence[Any]) -> tuple[str | None, ...] | None:
        """The row's texts; None for a blank row and for one that is set aside."""
        start, width = self._shape.first_column, len(self._shape.names)
        texts: list[str | None] = []
        for column in range(start, start + width):
            value = values[column] if column < len(values) else ""
            if value == "" and self._shape.fill:
                top = self._shape.fill.get((number, column))
                value = self._rows[top[0]][top[1]] if top else value
            try:
                texts.append(cell_text(value) or None)
            except PrecisionLost:
                self._rejected.add(
                    RejectedLine(
                        line=number + 1,
                        reason="precision_lost",
                        place=f"{column_letters(column + self._first_letter)}{number + 1}",
                        text="\t".join(map(str, values))[:RAW_TEXT_LIMIT],
                    )
                )
                return None
        return tuple(texts) if any(text is not None for text in texts) else None

    def _choose(self, workbook: CalamineWorkbook, wanted: Any) -> CalamineSheet:
        try:
            if wanted in {None, ""}:
                return self._first_with_data(workbook)
            if isinstance(wanted, int) or (str(wanted).isdigit() and str(wanted) not in self._sheets):
                index = int(wanted) - 1
                if not 0 <= index < len(self._sheets):
                    raise SheetMissing(name=self._path.name, sheet=wanted, sheets="、".join(self._sheets))
                return self._checked(workbook.get_sheet_by_index(index))
            if wanted not in self._sheets:
                raise SheetMissing(name=self._path.name, sheet=wanted, sheets="、".join(self._sheets))
            return self._checked(workbook.get_sheet_by_name(wanted))
        except CalamineError as error:
            raise ExcelDamaged(name=self._path.name) from error

    def _first_with_data(self, workbook: CalamineWorkbook) -> CalamineSheet:
        hidden = {sheet.name for sheet in workbook.sheets_metadata if "Visible" not in str(sheet.visible)}
        names = [name for name in self._sheets if name not in hidden] or list(self._sheets)
        first: CalamineSheet | None = None
        for name in names:
            sheet = self._checked(workbook.get_sheet_by_name(name))
            first = first or sheet
            if sheet.height > 1:
                return sheet
        if first is None or first.height == 0:
            raise FileEmpty(name=self._path.name)
        return first

    def _checked(self, sheet: CalamineSheet) -> CalamineSheet:
        if sheet.height * sheet.width > self._limits.max_cells:
            raise SheetTooLarge(name=self._path.name, rows=sheet.height, columns=sheet.width)
        return sheet

    def _find_shape(self, header: int | None) -> SheetShape:
        if not any(value not in {"", None} for row in self._rows for value in row):
            raise FileEmpty(name=self._path.name)
        if header and header > len(self._rows):
            raise OptionInvalid(
                option="header",
                reason_zh="表头行超出了工作表",
                reason_en="the header's row is beyond the sheet",
            )
        shift = self._first_letter
        merged = [
            ((top, left - shift), (bottom, right - shift))
            for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or ()
        ]
        return shape_of(self._rows, merged, header)

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._path.name, limit=self._limits.max_rejected)


def _batch(rows: Sequence[tuple[str | None, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.record_batch(columns, schema=schema)


def _sections_option(options: Mapping[str, Any]) -> bool:
    value = text_option(options, "sections", "leave_out")
    if value not in {"leave_out", "column", ""}:
        raise OptionInvalid(
            option="sections",
            reason_zh="应为 leave_out 或 column",
            reason_en="it must be leave_out or column",
        )
    return value == "column"
