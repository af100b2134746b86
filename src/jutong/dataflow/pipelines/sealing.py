"""Refused rows at rest: their content is encrypted within the engine, row by row, before it reaches a file."""

import base64
import binascii
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa
from duckdb.func import ARROW

from jutong.dataflow.lake import DuckDBEngine
from jutong.kernel.crypto import SealBroken, provider

_SUITE: Final = provider("gm")
_PREFIX: Final = f"{_SUITE.cipher_name}:"


def seal_row(key: bytes, raw: str, place: str) -> str:
    """`raw` encrypted; it opens only with the same key and `place` (the entry's service name)."""
    sealed = _SUITE.seal(key, raw.encode(), place.encode())
    return _PREFIX + base64.b64encode(sealed).decode()


def open_row(key: bytes, sealed: str, place: str) -> str:
    """The content within what `seal_row` made.

    Raises:
        SealBroken: it was changed, or sealed with another key or for another entry.
    """
    if not sealed.startswith(_PREFIX):
        raise SealBroken
    try:
        raw = base64.b64decode(sealed[len(_PREFIX) :], validate=True)
    except binascii.Error as error:
        raise SealBroken from error
    return _SUITE.open(key, raw, place.encode()).decode()


def row_secret(key: bytes) -> str:
    """What keys of refused rows are digested with: without it a digest cannot be guessed back."""
    return _SUITE.hmac(key, b"quarantine:row-keys").hex()


@contextmanager
def sealing_function(engine: DuckDBEngine, key: bytes, place: str) -> Iterator[str]:
    """A function of this engine that seals a text, by its name; it is forgotten behind the block."""
    name = f"seal_{secrets.token_hex(8)}"

    def seal(texts: pa.ChunkedArray) -> pa.Array:
        sealed = [None if text is None else seal_row(key, text, place) for text in texts.to_pylist()]
        return pa.array(sealed, type=pa.string())

    varchar = duckdb.sqltypes.VARCHAR
    engine.connection.create_function(name, seal, [varchar], varchar, type=ARROW, side_effects=True)
    try:
        yield name
    finally:
        engine.connection.remove_function(name)
