"""Who calls: the signature headers of live portals (domain reference §12.4)."""

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Final

from jutong.gateway.errors import (
    ClientUnknown,
    NonceInvalid,
    NonceReplayed,
    SignatureAlgorithmUnknown,
    SignatureMissing,
    SignatureWrong,
    TimestampOutside,
)
from jutong.gateway.policy import ClientPlan, Policy
from jutong.gateway.shared import NonceTable
from jutong.kernel.crypto import provider

Mac = Callable[[bytes, bytes], bytes]

ALGORITHMS: Final[Mapping[str, Mac]] = {
    "HMAC-SHA256": provider("international").hmac,
    "HMAC-SM3": provider("gm").hmac,
}
_REQUIRED: Final = (
    ("X-Client-Id", b"x-client-id"),
    ("X-Timestamp", b"x-timestamp"),
    ("X-Nonce", b"x-nonce"),
    ("X-Signature", b"x-signature"),
)


def sign(client_id: str, timestamp: str, nonce: str, secret: bytes, *, algorithm: str = "HMAC-SHA256") -> str:
    """What a client puts into `X-Signature`: Base64(HMAC(ClientId + Timestamp + Nonce, secret))."""
    text = f"{client_id}{timestamp}{nonce}".encode()
    return base64.b64encode(ALGORITHMS[algorithm](secret, text)).decode()


def identify(headers: Mapping[bytes, bytes], policy: Policy) -> ClientPlan:
    """The client that signed these headers; their age and nonce are for `accept_once`.

    Raises:
        SignatureMissing, SignatureAlgorithmUnknown, ClientUnknown, SignatureWrong
    """
    values = []
    for title, name in _REQUIRED:
        value = headers.get(name, b"")
        if not value:
            raise SignatureMissing(header=title)
        values.append(value.decode("latin-1"))
    client_id, timestamp, nonce, signature = values
    algorithm = headers.get(b"x-signature-algorithm", b"").decode("latin-1").upper() or "HMAC-SHA256"
    if algorithm not in ALGORITHMS:
        raise SignatureAlgorithmUnknown
    client = policy.clients.get(client_id)
    if client is None:
        raise ClientUnknown
    expected = sign(client_id, timestamp, nonce, client.secret, algorithm=algorithm)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureWrong
    return client


def accept_once(
    headers: Mapping[bytes, bytes],
    client: ClientPlan,
    nonces: NonceTable,
    *,
    now_ms: int,
    window_minutes: int,
) -> None:
    """See that the signed call is recent and not one that was made before.

    Raises:
        TimestampOutside, NonceInvalid, NonceReplayed, CountersFull
    """
    timestamp, nonce = headers[b"x-timestamp"].decode("latin-1"), headers[b"x-nonce"].decode("latin-1")
    window_ms = window_minutes * 60_000
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        raise TimestampOutside(minutes=window_minutes)
    if abs(now_ms - int(timestamp)) > window_ms:
        raise TimestampOutside(minutes=window_minutes)
    if not (8 <= len(nonce) <= 64 and nonce.isascii() and nonce.isprintable()):
        raise NonceInvalid
    until_s = (int(timestamp) + window_ms) // 1000 + 1
    if not nonces.claim(client.key.client_id, nonce, now_s=now_ms // 1000, until_s=until_s):
        raise NonceReplayed
