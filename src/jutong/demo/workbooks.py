"""Writes a workbook as clerks make them: a title over all columns, merged groups of headings, then the rows.

The fast writer that the platform uses for its own releases knows neither titles nor merged cells.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

_NAMESPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_workbook(
    path: Path,
    *,
    sheet: str,
    title: str,
    groups: Sequence[tuple[str, int]],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Write one sheet: title, where given a row of merged `groups` (text, columns), `names`, `rows`."""
    merged = [f"A1:{_letters(len(names) - 1)}1"]
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _HEAD + text)
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            out.write(f'{_HEAD}<worksheet xmlns="{_NAMESPACE}"><sheetData>'.encode())
            out.write(_row(1, [title]))
            header = 2
            if groups:
                out.write(_row(header, _spread(groups)))
                merged += _spans(groups, header)
                header += 1
            out.write(_row(header, names))
            for number, row in enumerate(rows, start=header + 1):
                out.write(_row(number, row))
            cells = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
            out.write(
                f'</sheetData><mergeCells count="{len(merged)}">{cells}</mergeCells></worksheet>'.encode()
            )


def _spread(groups: Sequence[tuple[str, int]]) -> list[str | None]:
    return [text if i == 0 else None for text, width in groups for i in range(width)]


def _spans(groups: Sequence[tuple[str, int]], number: int) -> list[str]:
    spans, start = [], 0
    for _, width in groups:
        if width > 1:
            spans.append(f"{_letters(start)}{number}:{_letters(start + width - 1)}{number}")
        start += width
    return spans


def _row(number: int, values: Sequence[Any]) -> bytes:
    cells = "".join(
        _cell(f"{_letters(i)}{number}", value) for i, value in enumerate(values) if value is not None
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def _cell(reference: str, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
