"""Data elements and code lists from rows of a file, all or nothing, and back into rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from django.db import transaction

from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.control.standards import versions
from jutong.control.standards.binding import bare_name
from jutong.control.standards.checking import Wrong, code_faults, element_faults, list_faults
from jutong.control.standards.code_lists import code_items, issue_code_list, save_code_list
from jutong.control.standards.elements import (
    KIND,
    data_elements,
    definition_in_force,
    issue_element,
    lists_in_force,
    names_in_use,
    save_element,
)
from jutong.control.standards.errors import ImportInvalid
from jutong.control.standards.terms import StandardStatus
from jutong.control.standards.values import (
    CodeItem,
    CodeListDraft,
    CodeListVersionView,
    ImportFault,
    ImportOutcome,
)
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.data_elements import ElementDefinition
from jutong.vocabulary.terms import Term

Row = Mapping[str, str]
T = TypeVar("T", bound=Term)

ELEMENT_COLUMNS: Final[Mapping[str, str]] = {
    "code": "内部标识符",
    "zh": "中文名称",
    "en": "英文名称",
    "definition": "定义",
    "data_type": "数据类型",
    "format": "表示格式",
    "code_list": "值域代码集",
    "unit": "计量单位",
    "synonyms": "同义名称",
    "meaning": "识别语义",
    "identifies": "是否标识项",
    "source": "来源标准",
    "confirmed": "是否已核对标准",
}
CODE_COLUMNS: Final[Mapping[str, str]] = {
    "code": "代码",
    "name": "名称",
    "parent": "上级代码",
    "note": "说明",
}
_NEEDED: Final = ("code", "zh", "data_type")
_YES: Final = frozenset({"是", "y", "yes", "true", "1", "√"})
_PARTS: Final = {**ELEMENT_COLUMNS, **CODE_COLUMNS, "name": "名称"}


def element_rows() -> Iterator[dict[str, str]]:
    """Every element in force as a row of the import's own columns: what is exported can be imported."""
    for view in data_elements(status=StandardStatus.IN_FORCE):
        one = view.definition
        values = {
            "code": one.code,
            "zh": one.zh,
            "en": one.en,
            "definition": one.definition,
            "data_type": one.data_type.zh,
            "format": one.format,
            "code_list": one.code_list,
            "unit": one.unit,
            "synonyms": "、".join(one.synonyms),
            "meaning": one.meaning.zh if one.meaning else "",
            "identifies": "是" if one.identifies else "",
            "source": one.source,
            "confirmed": "是" if one.confirmed else "",
        }
        yield {ELEMENT_COLUMNS[name]: value for name, value in values.items()}


def code_rows(name: str, *, number: int | None = None) -> Iterator[dict[str, str]]:
    """The codes of a list as rows of the import's own columns."""
    for item in code_items(name, number=number):
        yield {title: getattr(item, part) for part, title in CODE_COLUMNS.items()}


def import_elements(
    actor: Actor, rows: Sequence[Row], *, valid_from: date, clock: Clock, reason: str = ""
) -> ImportOutcome:
    """Issue every row that is new or says something else as a version from `valid_from` on, or none of them.

    Raises:
        ImportInvalid: its detail `faults` says what is wrong, row by row; nothing was taken over.
        StandardConflict: an element has a draft that someone is working on.
    """
    require(actor, Permission.STANDARD_MANAGE)
    definitions = _definitions(rows)
    added = changed = 0
    with transaction.atomic():
        for definition in definitions:
            known = definition_in_force(definition.code)
            if known == definition:
                continue
            draft = save_element(actor, definition, clock=clock, reason=reason)
            issue_element(actor, definition.code, valid_from=valid_from, revision=draft.revision, clock=clock)
            added, changed = (added + 1, changed) if draft.number == 1 else (added, changed + 1)
        versions.note(
            actor, AuditAction.STANDARD_IMPORT, KIND, "*", at=clock.now(), added=added, changed=changed
        )
    return ImportOutcome(added=added, changed=changed, unchanged=len(definitions) - added - changed)


def _definitions(rows: Sequence[Row]) -> list[ElementDefinition]:
    missing = [ELEMENT_COLUMNS[name] for name in _NEEDED if rows and ELEMENT_COLUMNS[name] not in rows[0]]
    if missing or not rows:
        raise _refusal([_header_fault(missing)])
    faults: list[ImportFault] = []
    read = [(number, _definition(number, row, faults)) for number, row in enumerate(rows, start=2)]
    definitions = [(number, one) for number, one in read if one is not None]
    counts = Counter(one.code for _, one in definitions)
    own = {one.code for _, one in definitions}
    names = {name: code for name, code in names_in_use().items() if code not in own}
    names |= {bare_name(one.zh): one.code for _, one in definitions}
    lists = lists_in_force()
    for number, one in definitions:
        if counts[one.code] > 1:
            faults.append(
                _fault(number, Wrong("code", f"“{one.code}”在文件中重复", "it stands twice in the file"))
            )
        faults.extend(_fault(number, wrong) for wrong in element_faults(one, names=names, lists=lists))
    if faults:
        raise _refusal(faults)
    return [one for _, one in definitions]


def _definition(number: int, row: Row, faults: list[ImportFault]) -> ElementDefinition | None:
    given = {part: (row.get(title) or "").strip() for part, title in ELEMENT_COLUMNS.items()}
    data_type = _term(DataType, given["data_type"])
    meaning = _term(Meaning, given["meaning"])
    for part, term, kind in (("data_type", data_type, DataType), ("meaning", meaning, Meaning)):
        if term is None and (given[part] or part == "data_type"):
            known = "、".join(one.zh for one in kind)
            faults.append(_fault(number, Wrong(part, f"须为：{known}", f"one of: {', '.join(kind)}")))
    if data_type is None:
        return None
    synonyms = [name.strip() for name in given["synonyms"].replace("，", "、").replace(";", "、").split("、")]
    plain = ("code", "zh", "en", "definition", "format", "code_list", "unit", "source")
    return ElementDefinition(
        **{part: given[part] for part in plain},
        data_type=data_type,
        meaning=meaning,
        synonyms=tuple(name for name in synonyms if name),
        identifies=given["identifies"].lower() in _YES,
        confirmed=given["confirmed"].lower() in _YES,
    )


def _term(kind: type[T], text: str) -> T | None:
    """The member with this value, official code or name in either language."""
    wanted = text.casefold()
    return next(
        (one for one in kind if wanted in {one.value, one.official.casefold(), one.zh, one.en.casefold()}),
        None,
    )


def import_code_list(
    actor: Actor,
    draft: CodeListDraft,
    rows: Sequence[Row],
    *,
    valid_from: date,
    clock: Clock,
    reason: str = "",
) -> CodeListVersionView:
    """Issue the codes of `rows` as the next version of the list that `draft` describes.

    Raises:
        ImportInvalid: its detail `faults` says what is wrong, row by row; nothing was taken over.
        StandardConflict: the list has a draft that someone is working on.
    """
    require(actor, Permission.STANDARD_MANAGE)
    missing = [CODE_COLUMNS[name] for name in ("code", "name") if rows and CODE_COLUMNS[name] not in rows[0]]
    if missing or not rows:
        raise _refusal([_header_fault(missing)])
    items = tuple(
        CodeItem(**{part: (row.get(title) or "").strip() for part, title in CODE_COLUMNS.items()})
        for row in rows
    )
    faults = [_fault(place + 1, wrong) for place, wrong in code_faults(items)]
    if not faults:
        whole = CodeListDraft(
            **{name: getattr(draft, name) for name in draft.__dataclass_fields__ if name != "items"},
            items=items,
        )
        faults = [_fault(1, wrong) for wrong in list_faults(whole)]
    if faults:
        raise _refusal(faults)
    with transaction.atomic():
        kept = save_code_list(actor, whole, clock=clock, reason=reason)
        return issue_code_list(actor, draft.name, valid_from=valid_from, revision=kept.revision, clock=clock)


def _header_fault(missing: Sequence[str]) -> ImportFault:
    if missing:
        names = "、".join(missing)
        return ImportFault(row=1, column=names, zh=f"缺少列：{names}", en=f"columns are missing: {names}")
    return ImportFault(row=1, column="", zh="文件没有数据行", en="the file has no rows")


def _fault(number: int, wrong: Wrong) -> ImportFault:
    return ImportFault(row=number, column=_PARTS.get(wrong.part, wrong.part), zh=wrong.zh, en=wrong.en)


def _refusal(faults: Sequence[ImportFault]) -> ImportInvalid:
    return ImportInvalid(count=len(faults), faults=tuple(faults))
