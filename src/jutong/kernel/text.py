"""Text as Chinese search needs it: one normal form, and overlapping character pairs as index terms."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(r"[0-9a-z_]+|[㐀-鿿\U00020000-\U0003ffff豈-﫿]+")


def normalise(text: str) -> str:
    """Full-width to half-width (NFKC), lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


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
