"""Between a value of a draft and the text of a cell, both ways and without loss."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from jutong.control.interchange.columns import Column, Kind
from jutong.vocabulary.contracts import RuleSpec
from jutong.vocabulary.terms import Term

YES, NO = "是", "否"
_YES: Final = frozenset({"是", "y", "yes", "true", "1", "√", "涉密", "有", "无主键"})
_NO: Final = frozenset({"否", "n", "no", "false", "0", "×", "非涉密", "不涉密", "无", ""})
_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_BETWEEN: Final = re.compile(r"[;；\r\n]+")
_LISTED: Final = re.compile(r"[、,，;；|/\r\n]+")
# Excel keeps 15 digits of a number: a longer one was cut off when it was typed.
_EXACT: Final = 10**15


class CellFault(Exception):  # becomes a problem of the table
    """The text of a cell is no value of its column; `code` is of `PROBLEMS`."""

    def __init__(self, code: str, **blanks: Any) -> None:
        super().__init__(code)
        self.code = code
        self.blanks = blanks


def text_of(raw: object) -> str:  # noqa: PLR0911  # one answer a type
    """What a person sees in the cell.

    Raises:
        CellFault: the number lost its last digits when it was typed.
    """
    match raw:
        case None:
            return ""
        case str():
            return raw
        case bool():
            return YES if raw else NO
        case float() | int():
            if abs(raw) >= _EXACT:
                raise CellFault("number_rounded")
            return str(int(raw)) if raw == int(raw) else repr(raw)
        case datetime():
            return raw.strftime("%Y-%m-%d" if raw.time() == datetime.min.time() else "%Y-%m-%d %H:%M:%S")
        case date():
            return raw.isoformat()
    return str(raw)


def parse(column: Column, raw: object) -> Any:
    """The value that the cell gives to its column; None where it says nothing.

    Raises:
        CellFault: it cannot be that column's.
    """
    text = text_of(raw)
    if _BROKEN.search(text):
        raise CellFault("characters_broken")
    if not text.strip():
        if column.required:
            raise CellFault("required")
        return text if text and column.kind is Kind.TEXT else None
    return _PARSERS[column.kind](column, text)


def _parse_text(column: Column, text: str) -> str:
    if len(text) > column.limit:
        raise CellFault("too_long", length=len(text), limit=column.limit)
    return text


def _parse_whole(_: Column, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not re.fullmatch(r"[0-9]{1,18}", plain):
        raise CellFault("not_whole")
    return int(plain)


def _parse_yes_no(_: Column, text: str) -> bool:
    plain = _plain(text)
    if plain not in _YES | _NO:
        raise CellFault("value_unknown", values=f"{YES}、{NO}")
    return plain in _YES


def _parse_term(column: Column, text: str) -> Term:
    assert column.term is not None
    found = _find_term(column.term, text)
    if found is None:
        raise CellFault("value_unknown", values="、".join(member.zh for member in column.term))
    return found


@lru_cache(4096)
def _find_term(term: type[Term], text: str) -> Term | None:
    return _terms(term).get(_plain(text))


def _parse_terms(column: Column, text: str) -> tuple[Term, ...]:
    return tuple(_parse_term(column, part) for part in _LISTED.split(text) if part.strip())


def _parse_texts(_: Column, text: str) -> tuple[str, ...]:
    if text.lstrip().startswith("["):
        return tuple(_json_list(text, tuple[str, ...]))
    return tuple(part.strip() for part in _BETWEEN.split(text) if part.strip())


def _parse_keys(_: Column, text: str) -> tuple[tuple[str, ...], ...]:
    if text.lstrip().startswith("["):
        return tuple(_json_list(text, tuple[tuple[str, ...], ...]))
    groups = (re.split(r"[+＋]", group) for group in _BETWEEN.split(text) if group.strip())
    return tuple(tuple(key.strip() for key in group if key.strip()) for group in groups)


def _json_list(text: str, wanted: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=wanted)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise CellFault("not_json_list") from error


def _parse_rules(_: Column, text: str) -> tuple[RuleSpec, ...]:
    try:
        return msgspec.json.decode(text, type=tuple[RuleSpec, ...])
    except (msgspec.DecodeError, UnicodeError) as error:
        raise CellFault("not_rules") from error


_PARSERS: Final[Mapping[Kind, Callable[[Column, str], Any]]] = {
    Kind.TEXT: _parse_text,
    Kind.WHOLE: _parse_whole,
    Kind.YES_NO: _parse_yes_no,
    Kind.TERM: _parse_term,
    Kind.TERMS: _parse_terms,
    Kind.TEXTS: _parse_texts,
    Kind.KEYS: _parse_keys,
    Kind.RULES: _parse_rules,
    Kind.SHOWN: lambda _, __: None,
}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


@lru_cache
def _terms(term: type[Term]) -> Mapping[str, Term]:
    """Every way to write a member: its Chinese name with or without the remark in it, English, code, value."""
    written: dict[str, Term] = {}
    for member in term:
        bare = re.sub(r"[（(].*?[）)]", "", member.zh)
        for text in (member.value, member.official, bare, bare + member.official, member.en, member.zh):
            written.setdefault(_plain(text), member)
    return written


def shown(column: Column, value: Any) -> str | int | None:  # noqa: PLR0911  # one answer a kind
    """What stands in the cell for `value`; `parse` gives it back."""
    match column.kind:
        case Kind.YES_NO:
            return YES if value else NO
        case Kind.TERM:
            return value.zh if value is not None else None
        case Kind.TERMS:
            return "、".join(member.zh for member in value)
        case Kind.WHOLE:
            return value if value is None or value < _EXACT else str(value)
        case Kind.TEXTS:
            return _shown_texts(value)
        case Kind.KEYS:
            return _shown_keys(value)
        case Kind.RULES:
            return msgspec.json.encode(value).decode() if value else None
    return str(value) if value is not None else None


def _shown_texts(values: Sequence[str]) -> str:
    if all(value.strip() == value and value and not _BETWEEN.search(value) for value in values) and not (
        values and values[0].startswith("[")
    ):
        return "\n".join(values)
    return json.dumps(list(values), ensure_ascii=False)


def _shown_keys(groups: Sequence[Sequence[str]]) -> str:
    if all(groups) and all(re.fullmatch(r"\w+", key) for group in groups for key in group):
        return "；".join("+".join(group) for group in groups)
    return json.dumps([list(group) for group in groups], ensure_ascii=False)
