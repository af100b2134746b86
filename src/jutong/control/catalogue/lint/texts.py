"""Texts as rules read them: what is Chinese, what leaks, what is garbled, and their safe repair."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from jutong.control.catalogue.values import EntryDraft

TEXT_FIELDS: Final = (
    "title",
    "provider_unit",
    "abstract",
    "sharing_condition",
    "sharing_reason",
    "basis_document",
    "basis_number",
    "basis_article",
    "open_condition",
    "contact_name",
    "contact_phone",
    "contact_email",
    "domain_area",
    "scene",
    "assessment",
)
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_TAG: Final = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|</?[a-z!][^>]*>", re.IGNORECASE | re.DOTALL)
_LEAK: Final = re.compile(
    r"<[a-z/!][^>]*>|\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+"
    r"|(password|passwd|密码|口令)\s*[:：=]\s*\S+",
    re.IGNORECASE,
)
# Zero-width characters, soft hyphens, byte-order marks, no-break spaces: copied along from documents.
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_ODD_SPACE: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_UNTIDY: Final = re.compile(rf"^[ \t\r]|[ \t\r]$|{_UNSEEN.pattern}|{_ODD_SPACE.pattern}", re.MULTILINE)
_GARBLED_SIGNS: Final = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯", "Ã", "â€")
_GARBLED: Final = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|Ã.|â€|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_WIDE: Final = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_PAIRS: Final = {"）": "（", ")": "(", "】": "【", "]": "[", "》": "《", "〉": "〈", "”": "“", "}": "{"}
_OPENING: Final = frozenset(_PAIRS.values())
_ANY_BRACKET: Final = re.compile("[" + re.escape("".join({*_PAIRS, *_OPENING})) + "]")
_texts_of: Final = attrgetter(*TEXT_FIELDS)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a text, and a quick look that tells most sound texts: where it says no, nothing is wrong."""

    pattern: re.Pattern[str]
    possible: Callable[[str], bool]

    def stands_in(self, text: str) -> bool:
        return self.possible(text) and self.pattern.search(text) is not None


def _is_plain(text: str) -> bool:
    """Nothing unseen, no control character, no space but the ordinary one; lines may end."""
    return text.isprintable() or text.replace("\n", "").isprintable()


LEAK: Final = Flaw(_LEAK, lambda text: any(sign in text for sign in "<.:：="))
UNTIDY: Final = Flaw(
    _UNTIDY,
    lambda text: not _is_plain(text) or text != text.strip(" ") or " \n" in text or "\n " in text,
)
GARBLED: Final = Flaw(
    _GARBLED, lambda text: not _is_plain(text) or any(sign in text for sign in _GARBLED_SIGNS)
)


def chinese_in(text: str) -> int:
    """How many Chinese characters `text` has."""
    return len(_CHINESE.findall(text))


def has_chinese(text: str) -> bool:
    return _CHINESE.search(text) is not None


def has_wide(text: str) -> bool:
    """Whether digits or letters are written full-width."""
    return _WIDE.search(text) is not None


def narrow(text: str) -> str:
    """Digits and letters half-width; Chinese punctuation stays as it is."""
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def tidy(text: str) -> str:
    """`text` without unseen characters, odd spaces and space around its lines."""
    seen = _ODD_SPACE.sub(" ", _UNSEEN.sub("", text)).strip()
    return "\n".join(line.strip() for line in seen.splitlines() if line.strip())


def without_tags(text: str) -> str:
    """`text` without HTML: scripts and styles with their content, other tags alone."""
    return " ".join(_TAG.sub(" ", text).split()) if _TAG.search(text) else text


def is_unbalanced(text: str) -> bool:
    """Whether a bracket or quotation mark has no partner."""
    waiting: list[str] = []
    for character in _ANY_BRACKET.findall(text):
        if character in _OPENING:
            waiting.append(character)
        elif not waiting or waiting.pop() != _PAIRS[character]:
            return True
    return bool(waiting)


class _Joined:
    """All texts of the draft that was looked at last: several rules look at the same one in turn."""

    def __init__(self) -> None:
        self._last: tuple[EntryDraft | None, str] = (None, "")

    def __call__(self, draft: EntryDraft) -> str:
        last, text = self._last
        if last is draft:
            return text
        parts = [text for text in _texts_of(draft) if text]
        for item in draft.items:
            parts += (item.name, item.description) if item.description else (item.name,)
        joined = "\n".join(parts)
        self._last = (draft, joined)
        return joined


_joined: Final = _Joined()


def places_with(draft: EntryDraft, wrong: Flaw) -> Iterable[str]:
    """Elements whose text is wrong, then the English names of items whose name or description is."""
    # One search over everything: nearly every draft has nothing to find.
    return _places_with(draft, wrong.pattern) if wrong.stands_in(_joined(draft)) else ()


def _places_with(draft: EntryDraft, wrong: re.Pattern[str]) -> Iterator[str]:
    for name, text in zip(TEXT_FIELDS, _texts_of(draft), strict=True):
        if text and wrong.search(text):
            yield name
    for item in draft.items:
        if wrong.search(item.name) or (item.description and wrong.search(item.description)):
            yield item.field


def with_texts(draft: EntryDraft, mend: Callable[[str], str]) -> EntryDraft:
    """The draft with every text mended; one that would be left empty stays as it is."""

    def kept(text: str) -> str:
        return mend(text) or text

    texts = {name: kept(getattr(draft, name)) for name in TEXT_FIELDS}
    items = tuple(
        replace(item, name=kept(item.name), description=kept(item.description)) for item in draft.items
    )
    return replace(draft, **texts, items=items)  # type: ignore[arg-type]  # all of them are texts


def repeated(names: Iterable[str]) -> list[str]:
    """Those that occur more than once, in order."""
    seen: set[str] = set()
    twice: list[str] = []
    for name in names:
        if name in seen and name not in twice:
            twice.append(name)
        seen.add(name)
    return twice
