"""How a receiver knows that a message is ours."""

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import quote_plus

from jutong.kernel.crypto import provider

SIGNATURE: Final = "X-Jutong-Signature"
TIMESTAMP: Final = "X-Jutong-Timestamp"
DELIVERY: Final = "X-Jutong-Delivery"


def signature(secret: str, digest: str, *, timestamp: int, body: bytes) -> str:
    """`hmac-sha256=<hex>` or `hmac-sm3=<hex>` (GB/T 32905) over `<timestamp>.<body>`; the timestamp is in seconds."""
    signed = str(timestamp).encode() + b"." + body
    key = secret.encode()
    if digest == "sm3":
        return f"hmac-sm3={provider('gm').hmac(key, signed).hex()}"
    return f"hmac-sha256={hmac.new(key, signed, hashlib.sha256).hexdigest()}"


def dingtalk_query(secret: str, *, milliseconds: int) -> str:
    """What 钉钉 robots with the security setting “加签” want in their address."""
    signed = f"{milliseconds}\n{secret}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}"
