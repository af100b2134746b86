"""Texts as rules read them: what is Chinese, what leaks, what is garbled, and their safe repair."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
LEAK: Final = re.compile(
    r"<[a-z/!][^>]*>|\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+"
    r"|(password|passwd|密码|口令)\s*[:：=]\s*\S+",
    re.IGNORECASE,
)
# Zero-width characters, soft hyphens, byte-order marks, no-break spaces: copied along from documents.
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_ODD_SPACE: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
UNTIDY: Final = re.compile(rf"^[ \t\r]|[ \t\r]$|{_UNSEEN.pattern}|{_ODD_SPACE.pattern}", re.MULTILINE)
GARBLED: Final = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|Ã.|â€|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_WIDE: Final = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_PAIRS: Final = {"）": "（", ")": "(", "】": "【", "]": "[", "》": "《", "〉": "〈", "”": "“", "}": "{"}


def chinese_in(text: str) -> int:
    """How many Chinese characters `text` has."""
    return len(_CHINESE.findall(text))


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
    for character in text:
        if character in _PAIRS.values():
            waiting.append(character)
        elif character in _PAIRS and (not waiting or waiting.pop() != _PAIRS[character]):
            return True
    return bool(waiting)


def places_with(draft: EntryDraft, wrong: re.Pattern[str]) -> Iterator[str]:
    """Elements whose text is wrong, then the English names of items whose name or description is."""
    texts = [getattr(draft, name) for name in TEXT_FIELDS]
    # One search over everything: nearly every draft has nothing to find.
    if not wrong.search("\n".join((*texts, *(f"{item.name}\n{item.description}" for item in draft.items)))):
        return
    for name, text in zip(TEXT_FIELDS, texts, strict=True):
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
