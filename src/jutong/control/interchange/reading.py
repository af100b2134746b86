"""Reading a workbook of the template into drafts, without a database: what it says and, cell by cell, what is wrong."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jutong.control.catalogue.api import Assignment, EntryDraft, is_service_name
from jutong.control.catalogue.terms import Provision
from jutong.control.interchange.columns import (
    ENTRY_COLUMNS,
    ENTRY_SHEET,
    GUIDE_SHEET,
    ITEM_COLUMNS,
    ITEM_SHEET,
    LONG_SHEET,
    VERSION,
    template_checksum,
)
from jutong.control.interchange.files import Grid, open_grids
from jutong.control.interchange.problems import in_order, problem
from jutong.control.interchange.tables import SheetTable, TableRow, duplicates, read_table
from jutong.control.interchange.values import CellProblem, SheetEntry, WorkbookReading
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    DataGrade,
    Level,
    OpenType,
    ResourceClass,
    SharingType,
)
from jutong.vocabulary.contracts import FIELD_PATTERN, InformationItem

VERSION_LABEL, CHECKSUM_LABEL = "模板版本", "模板校验"
TEMPLATE_SHEETS: Final = frozenset({GUIDE_SHEET, ENTRY_SHEET, ITEM_SHEET, LONG_SHEET})
_CLASS_OF_DIGIT: Final = {member.official: member for member in ResourceClass}
_ENTRY_DEFAULTS: Final[Mapping[str, Any]] = {
    "classification": "",
    "provider_unit": "",
    "abstract": "",
    "format": "",
    "sharing_methods": (),
    "declared_level": Level.L1,
    "assignment": Assignment.PROVIDER,
    "provision": Provision.PERIODIC,
    "data_grade": DataGrade.GENERAL,
}
_NOT_OF_DRAFT: Final = frozenset({"number", "code", "service", "provider", "provider_uscc"})


def read_workbook(source: Path | bytes) -> WorkbookReading:
    """Every entry of the template's sheets; what is wrong stands in `problems`, with its cell.

    Raises:
        NotExcel, WorkbookEncrypted, WorkbookDamaged, WorkbookTooLarge: nothing can be said of its cells.
    """
    return read_grids(
        open_grids(source if isinstance(source, bytes) else source.read_bytes(), TEMPLATE_SHEETS)
    )


def read_grids(grids: Mapping[str, Grid]) -> WorkbookReading:
    """Every entry of the template's sheets, which are open already."""
    problems = _template_problems(grids)
    version = _guide_value(grids.get(GUIDE_SHEET), VERSION_LABEL)
    if problems:
        return WorkbookReading(entries=(), problems=tuple(problems), template_version=version)
    long_texts = _long_texts(grids.get(LONG_SHEET))
    entries = read_table(grids[ENTRY_SHEET], ENTRY_COLUMNS, long_texts)
    items = read_table(grids[ITEM_SHEET], ITEM_COLUMNS, long_texts)
    found: tuple[SheetEntry, ...] = ()
    if _has_table(entries) and _has_table(items):
        _check_entries(entries)
        found = tuple(_put_together(entries, items))
    # An entry may be drafted before its items are known.
    of_items = [one for one in items.problems if one.code != "rows_missing"]
    return WorkbookReading(
        entries=found,
        problems=tuple(sorted([*entries.problems, *of_items], key=in_order)),
        template_version=version,
        places={ENTRY_SHEET: entries.places, ITEM_SHEET: items.places},
    )


def is_template(grids: Mapping[str, Grid]) -> bool:
    """Whether the workbook means to follow the template, rightly or not."""
    return not grids.keys().isdisjoint({ENTRY_SHEET, ITEM_SHEET, GUIDE_SHEET})


def _has_table(table: SheetTable) -> bool:
    """Whether the header could be read: without it no row says anything."""
    return not any(one.code.startswith(("header_", "sheet_")) for one in table.problems)


def _template_problems(grids: Mapping[str, Grid]) -> list[CellProblem]:
    missing = [
        problem("sheet_missing", sheet, name=sheet)
        for sheet in (ENTRY_SHEET, ITEM_SHEET)
        if sheet not in grids
    ]
    if missing:
        return missing
    guide = grids.get(GUIDE_SHEET)
    version = _guide_value(guide, VERSION_LABEL)
    if not version:
        return [problem("version_missing", GUIDE_SHEET)]
    if version != VERSION or _guide_value(guide, CHECKSUM_LABEL) != template_checksum():
        return [problem("version_wrong", GUIDE_SHEET, found=version[:20], expected=VERSION)]
    return []


def _guide_value(guide: Grid | None, label: str) -> str:
    for row in guide.rows if guide else ():
        if row and row[0] == label and len(row) > 1:
            value = row[1]
            return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return ""


def _long_texts(grid: Grid | None) -> Mapping[str, str]:
    """Number → text, put together from its pieces (each a JSON string, so that no character is lost)."""
    pieces: dict[str, list[str]] = {}
    for row in grid.rows[1:] if grid else ():
        try:
            number = str(int(row[0])) if isinstance(row[0], float) else str(row[0])
            piece = json.loads(str(row[2]))
        except (ValueError, IndexError, RecursionError):  # no piece that the export wrote
            continue
        pieces.setdefault(number, []).append(str(piece))
    return {number: "".join(texts) for number, texts in pieces.items()}


def _check_entries(table: SheetTable) -> None:
    for key in ("number", "code", "service"):
        for row, other in duplicates(table.rows, key):
            table.complain(f"{key}_duplicate", key, row, other=table.cell(key, other.number))
    titles: dict[tuple[str, str], TableRow] = {}
    for row in table.rows:
        service = row.values.get("service")
        if service is not None and not is_service_name(service):
            table.complain("service_invalid", "service", row)
        if "title" not in row.values:
            continue
        same = titles.setdefault((row.values.get("provider", ""), row.values["title"].strip()), row)
        if same is not row:
            table.complain("title_duplicate", "title", row, other=table.cell("title", same.number))


def _put_together(entries: SheetTable, items: SheetTable) -> list[SheetEntry]:
    by_entry: dict[int, list[TableRow]] = {}
    names = _names(entries.rows)
    for row in items.rows:
        wanted = row.values.get("entry_number")
        if wanted is None:
            continue
        owners = names.get(wanted) or names.get(wanted.strip()) or []
        if len(owners) == 1:
            by_entry.setdefault(owners[0].number, []).append(row)
        elif not any("number" in owner.bad for owner in owners):  # else the number's doubling is said already
            items.complain("item_ambiguous" if owners else "item_orphan", "entry_number", row)
    return [
        entry
        for row in entries.rows
        if (entry := _entry(row, by_entry.get(row.number, []), entries, items)) is not None
    ]


def _names(rows: Sequence[TableRow]) -> Mapping[str, list[TableRow]]:
    """What an item may call its entry → the entries so called; a number goes before a name."""
    names: dict[str, list[TableRow]] = {}
    for key in ("number", "service", "code", "title"):
        fresh: dict[str, list[TableRow]] = {}
        for row in rows:
            if key in row.values:
                fresh.setdefault(row.values[key], []).append(row)
        for name, owners in fresh.items():
            names.setdefault(name, owners)
    return names


def _entry(
    row: TableRow, item_rows: Sequence[TableRow], entries: SheetTable, items: SheetTable
) -> SheetEntry | None:
    """The entry of one row with its items; None when a cell of either is wrong."""
    sharing, opening = row.values.get("sharing_type"), row.values.get("open_type")
    _check_items(item_rows, sharing, items)
    if "resource_class" not in row.values and "resource_class" not in row.bad:
        by_digit = _CLASS_OF_DIGIT.get(str(row.values.get("classification", ""))[:1])
        if by_digit is None:
            entries.complain("required", "resource_class", row)
        else:
            row.values["resource_class"] = by_digit
    if row.bad or any(item.bad for item in item_rows):
        return None
    values = {**_ENTRY_DEFAULTS, **row.values}
    draft = EntryDraft(
        **{
            key: value
            for key, value in values.items()
            if key not in _NOT_OF_DRAFT and key != "classification"
        },
        classification=_code_of(values["classification"]),
        items=tuple(_item(item, sharing, opening) for item in item_rows),
    )
    return SheetEntry(
        provider=values["provider"].strip(),
        provider_uscc=values.get("provider_uscc", "").strip(),
        code=values.get("code", "").strip(),
        service=values.get("service", ""),
        draft=draft,
        sheet=entries.name,
        row=row.number,
        item_rows=tuple(item.number for item in item_rows),
    )


def _code_of(text: str) -> str:
    """The code before a name: 307 of 307 省级及以下部门."""
    found = re.match(r"\s*(\d+)", text)
    return found[1] if found else text


def _check_items(rows: Sequence[TableRow], sharing: SharingType | None, table: SheetTable) -> None:
    first: dict[str, TableRow] = {}
    for row in rows:
        name, own = row.values.get("field"), row.values.get("sharing_type")
        if name is not None:
            same = first.setdefault(name.lower(), row)
            if same is not row:
                table.complain("field_duplicate", "field", row, other=table.cell("field", same.number))
            elif not re.fullmatch(FIELD_PATTERN, name):
                table.complain("field_invalid", "field", row)
        if own and sharing and SHARING_STRICTNESS[own] < SHARING_STRICTNESS[sharing]:
            table.complain("sharing_looser", "sharing_type", row)


def _item(row: TableRow, sharing: SharingType | None, opening: OpenType | None) -> InformationItem:
    given = {key: value for key, value in row.values.items() if key != "entry_number"}
    inherited = {"sharing_type": sharing, "open_type": opening}
    return InformationItem(**{**inherited, **given})
