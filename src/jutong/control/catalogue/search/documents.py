"""What of an entry is searched: short stretches of folded text, each of a kind, kept as one text a document."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.search.folding import fold
from jutong.control.catalogue.search.pinyin import initials, is_chinese, sound
from jutong.control.catalogue.search.terms import Place

SOUNDS: Final = {"1": Place.TITLE, "2": Place.ITEM, "3": Place.DEPARTMENT}
"""Kind of a stretch that holds the full pinyin of another → where that one stands."""
INITIALS: Final = {"4": Place.TITLE, "5": Place.ITEM, "6": Place.DEPARTMENT}
PLACES: Final = {place.official: place for place in Place}
ABSTRACT_LENGTH: Final = 2000
"""Longer abstracts are searched up to here."""

Stretch = tuple[str, str]
"""(kind, folded text)."""


def document_text(stretches: Iterable[tuple[Place, str]]) -> str:
    """The document of an entry: a line a stretch, its kind first; what can be said gets its sounds too."""
    lines: dict[str, None] = {}
    for place, text in stretches:
        lines.update(dict.fromkeys(_lines(place, text[:ABSTRACT_LENGTH])))
    return "\n".join(lines)


@lru_cache(maxsize=20_000)
def _lines(place: Place, text: str) -> tuple[str, ...]:
    """The stretches that one text makes: names of items and departments stand in many entries."""
    folded = fold(text)
    return (place.official + folded, *_heard(place, folded)) if folded else ()


def _heard(place: Place, folded: str) -> list[str]:
    if not is_chinese(folded):
        return []
    full = [kind + sound(folded) for kind, whose in SOUNDS.items() if whose is place]
    return full + [kind + initials(folded) for kind, whose in INITIALS.items() if whose is place]


def stretches_of(document: str) -> list[Stretch]:
    return [(line[0], line[1:]) for line in document.split("\n") if line]
