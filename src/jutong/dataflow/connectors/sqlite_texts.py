"""Names and values of a SQLite file as texts."""

from typing import Any


def quoted(name: str) -> str:
    """A name of the source as an SQL identifier, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def as_text(value: Any) -> Any:
    """A value of a column of texts as it is delivered: numbers without needless decimals, bytes in hexadecimal."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
