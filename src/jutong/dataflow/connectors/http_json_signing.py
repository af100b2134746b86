"""Saying who we are to an interface: a fixed header, a parameter of the address, or headers signed anew each time."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.dataflow.connectors.http_json_options import Signing, one_of, with_preset
from jutong.dataflow.connectors.kinds import KindSpec
from jutong.dataflow.connectors.options import text_option
from jutong.kernel.crypto import provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """`name` is that of the header or the parameter."""

    signing: Signing
    name: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)

    def headers(self) -> dict[str, str]:
        if self.signing is Signing.HEADER:
            return {self.name: self.secret}
        if self.signing not in {Signing.HMAC_SHA256, Signing.HMAC_SM3}:
            return {}
        timestamp, nonce = str(int(time.time() * 1000)), uuid4().hex
        return {
            "X-Client-Id": self.client_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": self._signature(timestamp, nonce),
        }

    def query(self) -> str:
        if self.signing is not Signing.QUERY:
            return ""
        return f"{quote_plus(self.name)}={quote_plus(self.secret)}"

    def _signature(self, timestamp: str, nonce: str) -> str:
        """Base64(HMAC(ClientId + Timestamp + Nonce, ClientSecret)), as 山东省's gateway describes it."""
        key, signed = self.secret.encode(), f"{self.client_id}{timestamp}{nonce}".encode()
        if self.signing is Signing.HMAC_SM3:
            return base64.b64encode(provider("gm").hmac(key, signed)).decode()
        return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signer_of(options: Mapping[str, Any], spec: KindSpec) -> Signer:
    """Raises `OptionInvalid` where what this way of signing needs was not given."""
    given = with_preset(options, spec)
    signing = Signing(one_of(given, "signing", Signing.NONE, spec))
    needed = {
        Signing.NONE: (),
        Signing.HEADER: ("key_name", "secret"),
        Signing.QUERY: ("key_name", "secret"),
    }
    for name in needed.get(signing, ("client_id", "secret")):
        value = text_option(given, name)
        if not value or not (value.isascii() and value.isprintable()):
            raise OptionInvalid(
                option=name,
                reason_zh=f"签名方式为 {signing} 时须填写，且只能是英文字母、数字和符号",
                reason_en=f"signing by {signing} needs it, in ASCII",
            )
    return Signer(
        signing=signing,
        name=text_option(given, "key_name"),
        client_id=text_option(given, "client_id"),
        secret=text_option(given, "secret"),
    )
