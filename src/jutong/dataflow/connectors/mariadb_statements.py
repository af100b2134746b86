"""What a statement in a MariaDB binlog does to one table; rows come as rows, so these are statements on tables."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

_LONGEST: Final = 1_000_000
_COMMENT: Final = re.compile(r"/\*(?!!|M!).*?\*/|(?:--\s|#)[^\n]*", re.DOTALL)
_OPENED: Final = re.compile(r"/\*M?!\d*|\*/")
_TOKEN: Final = re.compile(
    r"`((?:[^`]|``)*)`|('(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\")|([\w$]+)|([^\s\w])", re.DOTALL
)
_ROWS: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"})
_UNLOGGED: Final = frozenset({"TRUNCATE", "DROP", "EXCHANGE", "CONVERT"})


class Effect(Enum):
    """What happened to the table."""

    NONE = "none"
    EMPTIED = "emptied"
    RESHAPED = "reshaped"
    REMADE = "remade"
    """Dropped or made anew: emptied, and perhaps of another shape."""
    UNLOGGED = "unlogged"
    """Its rows changed and the log does not say how."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    quoted: bool

    @property
    def key(self) -> str:
        return "" if self.quoted else self.text.upper()


def effect_on(query: str, *, default: str, database: str, table: str) -> Effect:
    """The effect of `query`, run with the database `default`, on `database`.`table`."""
    words = _words(query[:_LONGEST])
    if not words or any(word.key == "TEMPORARY" for word in words[:4]):
        return Effect.NONE
    verb = words[0].key
    named = _Names(words, default, (database.lower(), table.lower()))
    if verb in _ROWS:
        return Effect.UNLOGGED if named.anywhere(1) else Effect.NONE
    kind = next((place for place, word in enumerate(words[:6]) if word.key == "TABLE"), None)
    if verb == "TRUNCATE":
        return Effect.EMPTIED if named.anywhere(1) else Effect.NONE
    if verb in {"DROP", "CREATE"} and words[1:] and words[1].key in {"DATABASE", "SCHEMA"}:
        gone = verb == "DROP" and words[-1].text.lower() == database.lower()
        return Effect.REMADE if gone else Effect.NONE
    if kind is None:
        return Effect.NONE
    return _of_table(verb, words, kind, named)


def _of_table(verb: str, words: list[_Word], kind: int, named: "_Names") -> Effect:
    if verb == "DROP":
        return Effect.REMADE if named.anywhere(kind) else Effect.NONE
    if verb == "RENAME":
        return Effect.UNLOGGED if named.anywhere(kind) else Effect.NONE
    first = named.first(kind)
    if verb == "CREATE" and first:
        return Effect.REMADE if any(word.key == "REPLACE" for word in words[:kind]) else Effect.RESHAPED
    if verb != "ALTER":
        return Effect.NONE
    keys = [word.key for word in words]
    moved = "RENAME" in keys and keys[keys.index("RENAME") + 1 :][:1] not in (["COLUMN"], ["INDEX"], ["KEY"])
    parts = any(
        key in _UNLOGGED and following in {"PARTITION", "TABLE"}
        for key, following in zip(keys[kind + 1 :], keys[kind + 2 :], strict=False)
    )
    if moved or parts:
        return Effect.UNLOGGED if named.anywhere(kind) else Effect.NONE
    return Effect.RESHAPED if first else Effect.NONE


class _Names:
    """Where the words of a statement name the table."""

    def __init__(self, words: list[_Word], default: str, wanted: tuple[str, str]) -> None:
        self._words = words
        self._default = default.lower()
        self._wanted = wanted

    def anywhere(self, start: int) -> bool:
        return any(self._at(place) for place in range(start, len(self._words)))

    def first(self, kind: int) -> bool:
        """Whether the name after the word TABLE is the table's."""
        for place in range(kind + 1, len(self._words)):
            if self._words[place].key not in {"IF", "NOT", "EXISTS", "WAIT", "NOWAIT"}:
                dotted = self._words[place + 1 : place + 2] == [_Word(".", quoted=False)]
                return self._at(place + 2 if dotted else place)
        return False

    def _at(self, place: int) -> bool:
        if place >= len(self._words) or self._words[place].text.lower() != self._wanted[1]:
            return False
        qualified = place >= 2 and self._words[place - 1].key == "."
        schema = self._words[place - 2].text.lower() if qualified else self._default
        return schema == self._wanted[0]


def _words(query: str) -> list[_Word]:
    """Names and keywords; comments and literals are left out, conditional comments are read."""
    plain = _OPENED.sub(" ", _COMMENT.sub(" ", query))
    found = []
    for quoted, literal, word, sign in _TOKEN.findall(plain):
        if word or sign:
            found.append(_Word(word or sign, quoted=False))
        elif not literal:
            found.append(_Word(quoted.replace("``", "`"), quoted=True))
    return found
