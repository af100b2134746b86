"""Each cell of a sheet against the items of the entry contract: made plain, then judged."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from jutong.control.filling.terms import CellFault
from jutong.control.filling.values import CellProblem, Row
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.contracts import EntryContract, InformationItem
from jutong.vocabulary.identifiers import KINDS, validate
from jutong.vocabulary.identifiers.base import Verdict

_INTEGER: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", re.ASCII)
_DECIMALS: Final = frozenset({DataType.NUMBER, DataType.MONEY, DataType.DOUBLE, DataType.FLOAT})
_TEXTS: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})
_YES, _NO = ("1", "true", "是"), ("0", "false", "否")


def codes_of(item: InformationItem) -> Mapping[str, str]:
    """Code → name of the item's list; empty without a list, and for a list that the vocabulary does not have."""
    if item.data_type is DataType.BOOLEAN:
        return {"是": "是", "否": "否"}
    found = code_lists().get(item.code_list) if item.code_list else None
    return found.entries if found else {}


def plain(item: InformationItem, text: str) -> str:
    """The cell as it is kept: without blanks around it, days in ISO form, a code instead of its name."""
    text = text.strip()
    codes = codes_of(item)
    if item.data_type is DataType.BOOLEAN:
        low = text.lower()
        return "是" if low in _YES else "否" if low in _NO else text
    if codes and text not in codes:
        first = text.split(" ", 1)[0]
        return first if first in codes else next((code for code, name in codes.items() if name == text), text)
    if item.data_type is DataType.DATE and (found := _DAY.fullmatch(text)):
        return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"
    return text


def judge(contract: EntryContract, rows: Sequence[Row], *, on: date) -> tuple[CellProblem, ...]:
    """Every wrong cell of `rows`, at most one problem a cell; `on` is the day after which no date can lie."""
    problems = [
        CellProblem(row=place, field=item.field, name=item.name, fault=fault)
        for place, row in enumerate(rows)
        for item in contract.items
        if (fault := _fault(item, row.get(item.field, ""), on)) is not None
    ]
    keys = [item for item in contract.items if item.key]
    seen: set[tuple[str, ...]] = set()
    for place, row in enumerate(rows):
        key = tuple(row.get(item.field, "") for item in keys)
        if keys and all(key) and key in seen:
            item = keys[0]
            problems.append(
                CellProblem(row=place, field=item.field, name=item.name, fault=CellFault.REPEATED)
            )
        seen.add(key)
    return tuple(sorted(problems, key=lambda one: one.row))


def _fault(item: InformationItem, text: str, on: date) -> CellFault | None:  # noqa: PLR0911  # one a kind of fault
    if not text:
        return CellFault.EMPTY if item.required or item.key else None
    if not _has_type(item, text):
        return CellFault.TYPE
    codes = codes_of(item)
    if codes and text not in codes:
        return CellFault.CODE
    if item.data_type in _DECIMALS and item.scale is not None and _places(text) > item.scale:
        return CellFault.SCALE
    if item.data_type in _TEXTS and item.length is not None and len(text) > item.length:
        return CellFault.LENGTH
    kind = item.meaning.value if item.meaning else ""
    if kind in KINDS and validate(kind, text, on=on).verdict is Verdict.INVALID:
        return CellFault.IDENTIFIER
    return None


def _has_type(item: InformationItem, text: str) -> bool:
    try:
        if item.data_type is DataType.DATE:
            date.fromisoformat(text)
        elif item.data_type is DataType.TIMESTAMP:
            datetime.fromisoformat(text)
        elif item.data_type in _DECIMALS:
            return Decimal(text).is_finite()
    except (ValueError, InvalidOperation):
        return False
    if item.data_type is DataType.INTEGER:
        return _INTEGER.fullmatch(text) is not None
    return True


def _places(text: str) -> int:
    exponent = Decimal(text).as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
