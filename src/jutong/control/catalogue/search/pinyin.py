"""Chinese as it sounds: what is typed with an input method, or as initials only (hydj → 婚姻登记)."""

from functools import lru_cache
from typing import Final

from pypinyin import Style, lazy_pinyin
from pypinyin.core import Pinyin

_PINYIN: Final = Pinyin()


@lru_cache(maxsize=50_000)
def syllables(text: str) -> tuple[str, ...]:
    """One syllable without tone for each character of folded `text`; other characters stand for themselves."""
    return tuple(syllable for word in _PINYIN.seg(text) for syllable in _of_word(word))


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[str, ...]:
    """The syllables of a word as the dictionary cuts it: the same few words stand in most titles."""
    # A list stands for one each; the hints of pypinyin know of a text only.
    return tuple(lazy_pinyin([word], style=Style.NORMAL, errors=list))  # type: ignore[arg-type]


def sound(text: str) -> str:
    """婚姻登记 → hunyindengji."""
    return "".join(syllables(text))


def initials(text: str) -> str:
    """婚姻登记 → hydj."""
    return "".join(syllable[0] for syllable in syllables(text) if syllable)


def is_chinese(text: str) -> bool:
    return any(character > "\u2e7f" for character in text)
