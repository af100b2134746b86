"""How the columns of a foreign list are read as elements of an entry: proposed with a confidence, settled by a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import mean
from typing import Any, Final

from jutong.control.catalogue.api import EntryDraft, initials
from jutong.control.interchange.cells import CellFault, parse
from jutong.control.interchange.columns import ENTRY_COLUMNS, Column, Kind, bare_header
from jutong.control.interchange.errors import ListUnreadable, MappingIncomplete
from jutong.control.interchange.foreign_lists import ForeignList
from jutong.control.interchange.problems import problem
from jutong.control.interchange.values import (
    CellProblem,
    ColumnGuess,
    ListMapping,
    SheetEntry,
    WorkbookReading,
    column_letters,
)
from jutong.vocabulary.catalogue import FORMATS, FormatClass
from jutong.vocabulary.contracts import FIELD_PATTERN, InformationItem

LIST_SHEET: Final = "清单"
TITLE, PROVIDER, ITEMS, IGNORED = "title", "provider", "items", ""

# Element → headers by which lists of portals and departments call it, in simplified and traditional characters.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    TITLE: (
        "名称", "名稱", "目录名称", "资源名称", "数据集名称", "資料集名稱", "数据名称", "标题", "主题名称", "文件名",
        "文件名称", "title", "name", "file",
    ),
    "abstract": (
        "摘要", "描述", "简介", "说明", "数据集描述", "資料集描述", "資料集說明", "主要欄位說明", "资源摘要",
        "description", "abstract", "note", "notes",
    ),
    PROVIDER: (
        "提供部门", "提供方", "发布机构", "发布部门", "来源部门", "数源单位", "責任部門", "责任部门", "提供機關",
        "資料提供機關", "publisher", "organization", "department",
    ),
    "provider_unit": ("内部部门", "内设机构", "处室", "科室", "unit"),
    "domain_area": (
        "类别", "類別", "分类", "分類", "主题", "领域", "所属领域", "服務分類", "数据领域", "category", "theme", "subject",
    ),
    "update_frequency": ("更新周期", "更新频率", "更新頻率", "frequency", "updatefrequency", "accrualperiodicity"),
    "sharing_type": ("共享类型", "共享属性", "sharingtype"),
    "open_type": ("开放类型", "开放属性", "opentype", "sharetype"),
    "format": ("格式", "资源格式", "檔案格式", "format"),
    "row_count": ("记录数", "数据量", "行数", "資料量", "rows", "records"),
    "contact_name": ("联系人", "聯絡人", "提供機關聯絡人", "contact", "contactname"),
    "contact_phone": ("联系电话", "电话", "聯絡電話", "提供機關聯絡人電話", "phone", "telephone"),
    "contact_email": ("邮箱", "联系邮箱", "email"),
    "scene": ("应用场景", "用途", "scene"),
    ITEMS: ("信息项", "数据项", "字段", "欄位", "主要欄位", "fields", "columns"),
}  # fmt: skip
ELEMENTS: Final[tuple[str, ...]] = tuple(ALIASES)
_ELEMENT_OF: Final = {bare_header(name): element for element, names in ALIASES.items() for name in names}
_COLUMNS: Final[Mapping[str, Column]] = {column.key: column for column in ENTRY_COLUMNS}
_ADDRESS: Final = re.compile(r"(https?:/)?/\S+|[\w.-]+/[\w./-]+")
_FILE: Final = re.compile(
    r"(?P<stem>.+?)[_\-]?(?:\d{6,14})?\.(?P<suffix>xlsx?|csv|json|xml|zip|shp|docx?|pdf)", re.IGNORECASE
)
_SAMPLE: Final = 400
_CERTAIN, _LIKELY, _GUESSED = 95, 70, 55


def propose_mapping(table: Sequence[Sequence[str]], *, department: str) -> ListMapping:
    """What the columns are by their headers; without a header row by what stands in them.

    Raises:
        ListUnreadable: no column looks like a title.
    """
    known = [_ELEMENT_OF.get(bare_header(cell)) for cell in table[0]]
    has_header = any(known)
    body = table[1:] if has_header else table
    if has_header:
        columns = [
            _by_header(index, header, known[index], _sample(body, index))
            for index, header in enumerate(table[0])
        ]
    else:
        columns = _by_content(body)
    mapping = ListMapping(columns=tuple(columns), has_header=has_header, department=department)
    if not any(one.element == TITLE for one in mapping.columns) or not body:
        raise ListUnreadable(reason_zh="没有一列像是目录名称", reason_en="no column looks like a title")
    return mapping


def _sample(body: Sequence[Sequence[str]], index: int) -> str:
    return next((row[index][:60] for row in body[:_SAMPLE] if index < len(row) and row[index].strip()), "")


def _by_header(index: int, header: str, element: str | None, sample: str) -> ColumnGuess:
    if element is None:
        return ColumnGuess(index=index, header=header, element=IGNORED, confidence=_LIKELY, sample=sample,
                           zh="没有对应的元数据", en="no element is called so")  # fmt: skip
    return ColumnGuess(index=index, header=header, element=element, confidence=_CERTAIN, sample=sample,
                       zh="列名相符", en="by its header")  # fmt: skip


def _by_content(body: Sequence[Sequence[str]]) -> list[ColumnGuess]:
    """Addresses are left out; of the rest the shortest mostly distinct texts are titles, the longest abstracts."""
    width = max(map(len, body[:_SAMPLE]))
    columns = [[row[i].strip() for row in body[:_SAMPLE] if i < len(row)] for i in range(width)]
    texts = [i for i, cells in enumerate(columns) if cells and not _are_addresses(cells)]
    titles = [i for i in texts if _are_titles(columns[i])]
    title = min(titles, key=lambda i: _length(columns[i]), default=None)
    rest = [i for i in texts if i != title and _length(columns[i]) > 8]
    abstract = max(rest, key=lambda i: _length(columns[i]), default=None)
    guesses = []
    for i, cells in enumerate(columns):
        element, sure, zh, en = IGNORED, _GUESSED, "看不出含义", "its meaning is unclear"
        if i == title:
            element, sure, zh, en = TITLE, _LIKELY, "短而不重复的文字", "short texts, mostly distinct"
        elif i == abstract:
            element, sure, zh, en = "abstract", _GUESSED, "最长的文字", "the longest texts"
        elif i not in texts:
            sure, zh, en = _LIKELY, "网址或路径", "addresses"
        sample = next((cell[:60] for cell in cells if cell), "")
        guesses.append(
            ColumnGuess(index=i, header="", element=element, confidence=sure, zh=zh, en=en, sample=sample)
        )
    return guesses


def _are_addresses(cells: Sequence[str]) -> bool:
    return sum(bool(_ADDRESS.fullmatch(cell)) for cell in cells) > 0.8 * len(cells)


def _are_titles(cells: Sequence[str]) -> bool:
    """Short, mostly distinct, and mostly words."""
    words = sum(any(character.isalpha() for character in cell) for cell in cells)
    distinct = len(set(cells)) > 0.9 * len(cells)
    return distinct and 4 <= _length(cells) <= 40 and words > 0.8 * len(cells)


def _length(cells: Sequence[str]) -> float:
    return mean(map(len, cells))


def element_name(element: str, language: str = "zh") -> str:
    """What a person calls an element of a list."""
    if element == ITEMS:
        return "信息项（只有名称）" if language == "zh" else "Items (names only)"
    column = _COLUMNS[element]
    return column.zh if language == "zh" else column.en


def settled(mapping: ListMapping, elements: Mapping[int, str], department: str) -> ListMapping:
    """The mapping with the columns as a person says.

    Raises:
        MappingIncomplete: an element is none of `ELEMENTS`.
    """
    if unknown := {one for one in elements.values() if one and one not in ALIASES}:
        raise MappingIncomplete(
            reason_zh=f"没有元数据 {min(unknown)[:40]}", reason_en=f"there is no element {min(unknown)[:40]}"
        )
    columns = tuple(
        one
        if elements.get(one.index, one.element) == one.element
        else replace(one, element=elements[one.index], confidence=100, zh="由人指定", en="as a person said")
        for one in mapping.columns
    )
    return replace(mapping, columns=columns, department=department)


def list_of(table: Sequence[Sequence[str]], mapping: ListMapping) -> ForeignList:
    skip = int(mapping.has_header)
    headers = tuple(table[0]) if mapping.has_header else tuple("" for _ in mapping.columns)
    return ForeignList(
        sheet=LIST_SHEET, headers=headers, rows=tuple(tuple(row) for row in table[skip:]), first_row=skip + 1
    )


def read_list(
    table: Sequence[Sequence[str]], mapping: ListMapping, departments: Mapping[str, str]
) -> WorkbookReading:
    """Draft entries with what the list says of them; a title that occurs again is left out with a warning.

    `departments`: names and codes of registered departments → their codes.

    Raises:
        MappingIncomplete: no column is the title.
    """
    by_element: dict[str, list[int]] = {}
    for guess in mapping.columns:
        if guess.element:
            by_element.setdefault(guess.element, []).append(guess.index)
    if TITLE not in by_element:
        raise MappingIncomplete(reason_zh="请指定哪一列是目录名称", reason_en="say which column is the title")
    reader = _ListReader(by_element, mapping.department, departments)
    found = list_of(table, mapping)
    for number, row in enumerate(found.rows, start=found.first_row):
        if any(cell.strip() for cell in row):
            reader.read(number, row)
    places = {element: indexes[0] for element, indexes in by_element.items()}
    return WorkbookReading(
        entries=tuple(reader.entries),
        problems=tuple(reader.problems),
        template_version="",
        places={LIST_SHEET: places},
    )


class _ListReader:
    """Reads row after row; remembers titles, to tell repetitions."""

    def __init__(
        self, by_element: Mapping[str, Sequence[int]], department: str, departments: Mapping[str, str]
    ) -> None:
        self._by_element = by_element
        self._department = department
        self._departments = departments
        self._titles: dict[tuple[str, str], int] = {}
        self.entries: list[SheetEntry] = []
        self.problems: list[CellProblem] = []

    def read(self, number: int, row: Sequence[str]) -> None:
        values: dict[str, Any] = {}
        for element in self._by_element:
            text = self._said(row, element)
            if text and element not in {TITLE, PROVIDER, ITEMS}:
                values |= self._value(number, element, text)
        title, suffix = _title_of(self._said(row, TITLE))
        if not title:
            self._complain("required", number, TITLE)
            return
        named = self._said(row, PROVIDER)
        provider = self._departments.get(named, self._department)
        if named and named not in self._departments:
            values.setdefault("provider_unit", named[:120])
        first = self._titles.setdefault((provider, title), number)
        if first != number:
            where = f"{column_letters(self._by_element[TITLE][0])}{first}"
            self._complain("list_repeated", number, TITLE, warning=True, other=where)
            return
        if suffix:
            values |= _format_of(suffix)
        draft = EntryDraft(title=title, **{"format": "", **values})
        draft = replace(draft, items=tuple(_items(self._said(row, ITEMS), draft)))
        self.entries.append(
            SheetEntry(provider=provider, code="", service="", draft=draft, sheet=LIST_SHEET, row=number)
        )

    def _said(self, row: Sequence[str], element: str) -> str:
        """What the first column of the element that is filled says."""
        cells = (row[i].strip() for i in self._by_element.get(element, ()) if i < len(row))
        return next((cell for cell in cells if cell), "")

    def _value(self, number: int, element: str, text: str) -> dict[str, Any]:
        column = _COLUMNS[element]
        try:
            value = parse(column, text)
        except CellFault as fault:
            # What is none of the terms is not known; a broken text is a fault of the list.
            unknown = column.kind in {Kind.TERM, Kind.WHOLE}
            code = "list_value_unknown" if unknown else fault.code
            self._complain(code, number, element, warning=unknown, **fault.blanks)
            return {}
        return {element: value} if element != "format" else _format_of(str(value))

    def _complain(
        self, code: str, number: int, element: str, *, warning: bool = False, **blanks: Any
    ) -> None:
        where = f"{column_letters(self._by_element[element][0])}{number}"
        self.problems.append(problem(code, LIST_SHEET, where, warning=warning, **blanks))


def _title_of(text: str) -> tuple[str, str]:
    """A title and, where it was the name of a file, the file's format: 区划编码202508010115.xlsx → 区划编码, xlsx."""
    found = _FILE.fullmatch(text)
    return (found["stem"], found["suffix"].lower()) if found else (text, "")


def _format_of(text: str) -> dict[str, Any]:
    wanted = text.strip().lower()
    for kind, formats in FORMATS.items():
        for one in formats:
            if one.lower() == wanted:
                return {"format_class": kind, "format": one}
    return {"format": text[:20], "format_class": FormatClass.SELF_DESCRIBED}


def _items(text: str, draft: EntryDraft) -> list[InformationItem]:
    """Items of which only the names are known; shared and open as their entry."""
    items: dict[str, InformationItem] = {}
    for name in re.split(r"[;；、,，\n]+", text):
        bare = name.strip(" 「」\"'")[:120]
        if not bare:
            continue
        stem = bare if re.fullmatch(FIELD_PATTERN, bare) else f"f_{initials(bare)}"[:60]
        field, number = stem, 2
        while field.lower() in items:
            field, number = f"{stem}_{number}", number + 1
        items[field.lower()] = InformationItem(
            name=bare, field=field, sharing_type=draft.sharing_type, open_type=draft.open_type
        )
    return list(items.values())
