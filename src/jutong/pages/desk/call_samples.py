"""Calls under a grant, ready to copy: signed as the gateway wants them, with nothing but openssl and curl, or Python."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jutong.vocabulary.contracts import GrantPolicy

_SHELL_HEAD = """\
CLIENT_ID='{client}'
CLIENT_SECRET='<{secret}>'
TIMESTAMP=$(date +%s)000
NONCE=$(openssl rand -hex 16)
SIGNATURE=$(printf '%s' "$CLIENT_ID$TIMESTAMP$NONCE" \\
  | openssl dgst -sha256 -hmac "$CLIENT_SECRET" -binary | openssl base64 -A)
"""
_SHELL_HEADERS = """\
  -H "X-Client-Id: $CLIENT_ID" -H "X-Timestamp: $TIMESTAMP" \\
  -H "X-Nonce: $NONCE" -H "X-Signature: $SIGNATURE" \\
  -H "X-Grant-Id: {grant}"\
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One ready-to-copy call; `id` is that of its element on the page."""

    id: str
    title: str
    text: str


def samples(policy: GrantPolicy, url: str) -> list[Sample]:
    """The calls that this policy allows, with blanks in angle brackets."""
    if not policy.query_keys or not policy.clients:
        return []
    made = []
    if policy.lookup:
        made.append(Sample(id="curl-lookup", title=_("查询（curl）"), text=curl_lookup(policy, url)))
    if policy.verification:
        made.append(
            Sample(id="curl-verification", title=_("核验（curl）"), text=curl_verification(policy, url))
        )
    if policy.lookup:
        made.append(Sample(id="python-lookup", title=_("查询（Python）"), text=python_lookup(policy, url)))
    return made


def _blank(policy: GrantPolicy, field: str) -> str:
    """The name of an item in angle brackets: a blank for the reader to fill."""
    names = {item.field: item.name for item in policy.items}
    return f"<{names.get(field, field)}>"


def curl_lookup(policy: GrantPolicy, url: str) -> str:
    """A look-up by the first key set of the grant."""
    pairs = "".join(f" \\\n  --data-urlencode '{key}={_blank(policy, key)}'" for key in policy.query_keys[0])
    head = _SHELL_HEAD.format(client=policy.clients[0], secret=_("应用密钥"))
    headers = _SHELL_HEADERS.format(grant=policy.grant_id)
    return head + f"curl -sS --get '{url}/gateway/api/1/{policy.service}'{pairs} \\\n{headers}\n"


def curl_verification(policy: GrantPolicy, url: str) -> str:
    """A verification of the first granted item that is not part of the key."""
    key = {name: _blank(policy, name) for name in policy.query_keys[0]}
    claimed = next((item.field for item in policy.items if item.field not in key), policy.items[0].field)
    body = json.dumps({"key": key, "claims": {claimed: _blank(policy, claimed)}}, ensure_ascii=False)
    head = _SHELL_HEAD.format(client=policy.clients[0], secret=_("应用密钥"))
    headers = _SHELL_HEADERS.format(grant=policy.grant_id)
    return (
        head
        + f"curl -sS '{url}/gateway/api/1/{policy.service}/verification' \\\n{headers} \\\n"
        + f"  -H 'Content-Type: application/json' \\\n  -d '{body}'\n"
    )


def python_lookup(policy: GrantPolicy, url: str) -> str:
    """The same look-up with the standard library of Python."""
    keys = json.dumps({key: _blank(policy, key) for key in policy.query_keys[0]}, ensure_ascii=False)
    return f"""\
import base64, hmac, json, secrets, time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

client_id, secret = "{policy.clients[0]}", "<{_("应用密钥")}>"
timestamp, nonce = str(time.time_ns() // 1_000_000), secrets.token_hex(16)
text = (client_id + timestamp + nonce).encode()
signature = base64.b64encode(hmac.digest(secret.encode(), text, "sha256")).decode()
call = Request(
    "{url}/gateway/api/1/{policy.service}",
    data=json.dumps({keys}).encode(),
    headers={{
        "X-Client-Id": client_id,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature,
        "X-Grant-Id": "{policy.grant_id}",
        "Content-Type": "application/json",
    }},
)
try:
    print(urlopen(call).read().decode())
except HTTPError as refused:
    print(refused.read().decode())
"""
