"""The form in which texts are compared: half width, lower case, simplified characters, letters and digits only."""

import re
import unicodedata
from functools import cache
from typing import Final

from jutong.vocabulary.wording import simplified

WORDS_LIMIT: Final = 8
WORD_LENGTH: Final = 40
_WORD: Final = re.compile(r"\w+")


class _Folded(dict[int, str]):
    """Code point → what it counts as; worked out once each."""

    def __missing__(self, point: int) -> str:
        known = simplified()
        plain = unicodedata.normalize("NFKC", chr(point)).lower()
        folded = "".join(known.get(character, character) for character in plain)
        self[point] = folded if folded == "_" or folded.isalnum() else ""
        return self[point]


@cache
def _table() -> _Folded:
    return _Folded()


def fold(text: str) -> str:
    """`text` as it is compared: １２号（證） → 12号证."""
    return text.translate(_table())


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in `text` that it came from."""
    table, folded, places = _table(), [], []
    for place, character in enumerate(text):
        for part in table[ord(character)]:
            folded.append(part)
            places.append(place)
    return "".join(folded), places


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded, each once; the first eight."""
    found = (fold(word)[:WORD_LENGTH] for word in _WORD.findall(query))
    return tuple(dict.fromkeys(word for word in found if word))[:WORDS_LIMIT]
