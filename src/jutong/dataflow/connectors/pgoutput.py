"""The messages of PostgreSQL's logical decoding (pgoutput, protocol version 1) as changes of one table.

https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

KEPT: Final = "\0kept"
"""Stands for a value that the log left out because it did not change (TOAST); no text can hold NUL."""
Values: TypeAlias = "list[str | None]"

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NULL, _UNCHANGED, _TEXT = ord("n"), ord("u"), ord("t")


@dataclass(slots=True)
class Transaction:
    """The changes of one transaction to the table."""

    committed_at: datetime
    end: int = 0
    keys: tuple[str, ...] = ()
    changes: list[tuple[str, tuple[str, ...], Values]] = field(default_factory=list)
    """(`I`, `U` or `D`, the table's columns then, values); a delete has the key's values alone."""
    truncated: bool = False
    reshaped: bool = False
    """The table had other columns before or within it."""


@dataclass(slots=True)
class Decoder:
    """Follows one table through the stream; remembers its columns from message to message."""

    schema: str
    table: str
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    _relation: int = -1
    _others: set[int] = field(default_factory=set)

    def transactions(self, messages: Iterable[bytes]) -> Iterable[Transaction]:
        """Whole transactions in commit order, those without a change of the table among them."""
        current: Transaction | None = None
        for message in messages:
            kind = message[:1]
            if kind == b"B":
                current = Transaction(
                    _EPOCH + timedelta(microseconds=int.from_bytes(message[9:17], signed=True))
                )
            elif current is None:
                continue
            elif kind == b"C":
                current.end = int.from_bytes(message[10:18])
                current.keys = self.keys
                yield current
                current = None
            elif kind == b"R":
                self._learn(message, current)
            elif kind in b"IUD":
                if int.from_bytes(message[1:5]) == self._relation:
                    self._change(kind, message, current)
            elif kind == b"T":
                self._empty(message, current)

    def _learn(self, message: bytes, current: Transaction) -> None:
        relation = int.from_bytes(message[1:5])
        schema, at = _string(message, 5)
        table, at = _string(message, at)
        if (schema, table) != (self.schema, self.table):
            return
        count = int.from_bytes(message[at + 1 : at + 3])
        at += 3
        names, keys = [], []
        for _ in range(count):
            flags = message[at]
            name, at = _string(message, at + 1)
            at += 8
            names.append(name)
            if flags & 1:
                keys.append(name)
        if self.columns and self.columns != tuple(names):
            current.reshaped = True
        self._relation, self.columns, self.keys = relation, tuple(names), tuple(keys)

    def _change(self, kind: bytes, message: bytes, current: Transaction) -> None:
        at = 5
        old: Values | None = None
        if message[at : at + 1] in b"KO":
            old, at = _tuple(message, at + 1)
        if kind == b"D":
            current.changes.append(("D", self.columns, self._key_of(old or [])))
            return
        new, _ = _tuple(message, at + 1)
        if kind == b"I":
            current.changes.append(("I", self.columns, new))
            return
        if old is not None:
            before, after = self._key_of(old), self._key_of(new)
            if before != after:  # the row has moved to another key
                current.changes.append(("D", self.columns, before))
                pairs = zip(new, old, strict=True)
                new = [was if value == KEPT and was is not None else value for value, was in pairs]
                current.changes.append(("I", self.columns, new))
                return
        current.changes.append(("U", self.columns, new))

    def _empty(self, message: bytes, current: Transaction) -> None:
        count = int.from_bytes(message[1:5])
        relations = {int.from_bytes(message[6 + 4 * n : 10 + 4 * n]) for n in range(count)}
        if self._relation in relations:
            current.changes.clear()
            current.truncated = True

    def _key_of(self, values: Values) -> Values:
        return [
            value if name in self.keys else None for name, value in zip(self.columns, values, strict=True)
        ]


def _string(message: bytes, at: int) -> tuple[str, int]:
    end = message.index(0, at)
    return message[at:end].decode(), end + 1


def _tuple(message: bytes, at: int) -> tuple[Values, int]:
    count = int.from_bytes(message[at : at + 2])
    at += 2
    values: Values = []
    for _ in range(count):
        kind = message[at]
        if kind == _TEXT:
            end = at + 5 + int.from_bytes(message[at + 1 : at + 5])
            values.append(message[at + 5 : end].decode())
            at = end
        else:
            values.append(KEPT if kind == _UNCHANGED else None)
            at += 1
    return values, at
