"""How to call a dataset's service through the gateway, as text that a reader can copy."""

from dataclasses import dataclass

from jutong.control.opening.values import DatasetView
from jutong.vocabulary.catalogue import SharingType


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExample:
    """The address, the items by which rows are looked up, and a shell script that signs and calls."""

    address: str
    keys: tuple[tuple[str, ...], ...]
    script: str


def example(dataset: DatasetView, gateway_url: str) -> CallExample | None:
    """None where the entry answers no look-ups or is not shared at all."""
    contract = dataset.contract
    if not contract.query_keys or contract.sharing_type is SharingType.NOT_SHARED:
        return None
    address = f"{gateway_url}/gateway/api/1/{dataset.service}"
    query = "&".join(f"{field}=…" for field in contract.query_keys[0])
    return CallExample(address=address, keys=contract.query_keys, script=_script(address, query))


def _script(address: str, query: str) -> str:
    """Signs as live portals do: Base64(HMAC-SHA256(client + timestamp + nonce, secret))."""
    return "\n".join(
        (
            "CLIENT=…   # 应用标识 / client id",
            "SECRET=…   # 应用密钥 / client secret",
            "STAMP=$(date +%s000)",
            "NONCE=$(openssl rand -hex 16)",
            'SIGN=$(printf %s "$CLIENT$STAMP$NONCE" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64)',
            f"curl '{address}?{query}&limit=20' \\",
            '  -H "X-Client-Id: $CLIENT" -H "X-Timestamp: $STAMP" \\',
            '  -H "X-Nonce: $NONCE" -H "X-Signature: $SIGN"',
        )
    )
