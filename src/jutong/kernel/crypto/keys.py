"""The platform's own keys: made on first use, kept in the data home, readable by its user alone."""

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from jutong.kernel.crypto import KeyPair, KeyUnusable, SealBroken, provider
from jutong.kernel.home import PRIVATE, DataHome

_SEALING_KEY: Final = "sealing"


def platform_key(home: DataHome, name: str, *, size: int = 16) -> bytes:
    """The key `name` of `size` bytes; two processes that ask at once get the same one."""
    return _kept(home, f"{name}.key", lambda: secrets.token_bytes(size))


def platform_keypair(home: DataHome, name: str, *, suite: str = "gm") -> KeyPair:
    """The signing key `name` of the platform (private and public part in one file).

    Raises:
        KeyUnusable: the file does not hold a key pair.
    """

    def fresh() -> bytes:
        pair = provider(suite).generate_keypair()
        return pair.private + pair.public

    raw = _kept(home, f"{name}.{suite}.pair", fresh)
    if len(raw) != 32 + 65:
        raise KeyUnusable(algorithm=provider(suite).signature_name)
    return KeyPair(private=raw[:32], public=raw[32:])


def seal_text(home: DataHome, text: str) -> str:
    """`text` encrypted under the platform's key, as `algorithm:base64`."""
    suite = provider("gm")
    sealed = suite.seal(platform_key(home, _SEALING_KEY), text.encode())
    return f"{suite.cipher_name}:{base64.b64encode(sealed).decode()}"


def open_text(home: DataHome, sealed: str) -> str:
    """The text within what `seal_text` made.

    Raises:
        SealBroken: it was changed, or sealed under another key or algorithm.
    """
    suite = provider("gm")
    algorithm, _, encoded = sealed.partition(":")
    if algorithm != suite.cipher_name:
        raise SealBroken
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise SealBroken from error
    return suite.open(platform_key(home, _SEALING_KEY), raw).decode()


def _kept(home: DataHome, file_name: str, fresh: Callable[[], bytes]) -> bytes:
    """What the secrets folder holds under `file_name`; `fresh` makes it the first time."""
    path = home.secrets / file_name
    if not path.exists():
        home.create_root()
        home.secrets.mkdir(exist_ok=True, mode=PRIVATE)
        _keep_first(path, fresh())
    return path.read_bytes()


def _keep_first(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: then its key holds
    except FileExistsError:
        pass
    finally:
        draft.unlink()
