"""Text: one normal form, how alike two are, index terms for Chinese search, and what a spreadsheet may not run."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_MARKS: Final = re.compile(r"[\W_]+")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_RUN: Final = re.compile(r"[0-9a-z_]+|[㐀-鿿\U00020000-\U0003ffff豈-﫿]+")


def normalise(text: str) -> str:
    """Full-width to half-width (NFKC), lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def bare(text: str) -> str:
    """The normal form without spaces, punctuation and marks: what names are compared by."""
    return _MARKS.sub("", normalise(text))


def character_pairs(text: str) -> frozenset[str]:
    """Overlapping pairs of characters; of one character itself, of nothing none."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text} - {""})


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient, from 0 to 1; 0 where either is empty."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def guard_formula(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula by an apostrophe; plain numbers stay as they are."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").removeprefix("+")
    return digits.replace(".", "", 1).isdecimal() and digits.isascii()


def _runs(text: str) -> Iterator[str]:
    yield from _RUN.findall(normalise(text))


def _is_ascii_run(run: str) -> bool:
    return run[0].isascii()


def bigram_tokens(text: str) -> list[str]:
    """Index terms of `text`, in order: ASCII runs whole, Chinese runs as overlapping pairs.

    A run of one Chinese character is a term by itself; the last character of a longer run is one too,
    so that a prefix search for any single character finds it.
    """
    tokens: list[str] = []
    for run in _runs(text):
        if _is_ascii_run(run) or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
            tokens.append(run[-1])
    return tokens


def index_text(text: str) -> str:
    """`text` as a space-separated string of index terms, for FTS5 or tsvector 'simple'."""
    return " ".join(bigram_tokens(text))


def query_phrases(query: str) -> list[str]:
    """Phrases that must all match; each is terms in a row, a lone Chinese character ends in `*` (prefix)."""
    phrases = []
    for run in _runs(query):
        if _is_ascii_run(run):
            phrases.append(run)
        elif len(run) == 1:
            phrases.append(f"{run}*")
        else:
            phrases.append(" ".join(run[i : i + 2] for i in range(len(run) - 1)))
    return phrases
