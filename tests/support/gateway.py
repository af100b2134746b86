"""A data home with a population service, a grant and a client that can sign."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jutong.dataflow.serving import publish_snapshot
from jutong.evidence import EvidenceRecord, read_records
from jutong.gateway.application import Gateway
from jutong.gateway.identity import sign
from jutong.kernel.clock import FixedClock
from jutong.kernel.crypto.keys import seal_text
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import MaskMethod
from jutong.vocabulary.contracts import ClientKey, GrantedItem, GrantPolicy, PolicySnapshot, ServicePolicy
from tests.support.asgi import AsgiClient, Response
from tests.support.contracts import a_contract, batches_of, person_rows

CLIENT, SECRET = "cli-hrss-1", "made-up-secret"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SERVICE = ServicePolicy(
    service="population", entry="330100-01/000001", title="常住人口登记（合成）", provider_name="市公安局"
)


def a_grant(**fields: Any) -> GrantPolicy:
    values: dict[str, Any] = {
        "grant_id": "grt-1",
        "application_id": "app-1",
        "consumer": "D-HRSS",
        "consumer_name": "市人社局",
        "clients": (CLIENT,),
        "entry": SERVICE.entry,
        "entry_title": SERVICE.title,
        "service": SERVICE.service,
        "provider_name": SERVICE.provider_name,
        "provider": "D-POLICE",
        "items": (
            GrantedItem(field="name", name="姓名", mask=MaskMethod.NAME),
            GrantedItem(field="region", name="行政区划代码"),
            GrantedItem(field="address", name="住址", verification_only=True),
        ),
        "query_keys": (("id_no",), ("name", "birth")),
        "purpose": "社保待遇资格核对",
        "basis": "社会保险法",
        "valid_from": NOON - timedelta(days=30),
        "valid_until": NOON + timedelta(days=30),
        "lookup": True,
        "verification": True,
        "daily_quota": 1000,
        "rate_per_second": 1000,
    }
    return GrantPolicy(**values | fields)


class GatewayWorld:
    """Everything a gateway test wants to look at or turn."""

    def __init__(self, folder: Path) -> None:
        self.home = DataHome(folder)
        self.home.create()
        self.clock = FixedClock(NOON)
        self.client_key = ClientKey(
            client_id=CLIENT, consumer="D-HRSS", name="社保系统", sealed_secret=seal_text(self.home, SECRET)
        )
        self._version = itertools.count(1)
        self._nonce = itertools.count(1)
        self.http: AsgiClient | None = None

    def publish_rows(self, count: int = 50, version: int = 1, **contract: Any) -> None:
        publish_snapshot(self.home.serving, a_contract(**contract), batches_of(person_rows(count)), version)

    def obey(
        self,
        *grants: GrantPolicy,
        clients: Iterable[ClientKey] | None = None,
        services: Iterable[ServicePolicy] = (SERVICE,),
    ) -> None:
        """Publish a policy as the control plane does."""
        snapshot = PolicySnapshot(
            version=next(self._version),
            made_at=NOON,
            clients=tuple(clients) if clients is not None else (self.client_key,),
            services=tuple(services),
            grants=grants,
        )
        draft = self.home.policies / "draft"
        draft.write_text(snapshot.to_json())
        draft.replace(self.home.policies / "current.json")

    def gateway(self, **options: Any) -> Gateway:
        return Gateway(self.home, clock=self.clock, **options)

    def headers(self, **changes: str | None) -> dict[str, str]:
        """Signed headers; a change replaces one afterwards, None leaves it out."""
        values = {
            "client_id": CLIENT,
            "timestamp": str(int(self.clock.now().timestamp() * 1000)),
            "nonce": f"nonce-{next(self._nonce):06d}",
            "secret": SECRET,
            "algorithm": "HMAC-SHA256",
        }
        values |= {name: value for name, value in changes.items() if name in values and value is not None}
        signature = sign(
            values["client_id"],
            values["timestamp"],
            values["nonce"],
            values["secret"].encode(),
            algorithm=values["algorithm"],
        )
        signed = {
            "X-Client-Id": values["client_id"],
            "X-Timestamp": values["timestamp"],
            "X-Nonce": values["nonce"],
            "X-Signature": changes.get("signature") or signature,
        }
        if "algorithm" in changes:
            signed["X-Signature-Algorithm"] = values["algorithm"]
        left_out = {name.replace("_", "-").lower() for name, value in changes.items() if value is None}
        return {
            name: value for name, value in signed.items() if name.lower().removeprefix("x-") not in left_out
        }

    def look_up(self, headers: dict[str, str] | None = None, **parameters: str) -> Response:
        assert self.http is not None
        return self.http.request(
            "GET", "/gateway/api/1/population", query=urlencode(parameters), headers=headers or self.headers()
        )

    def verify(self, key: dict[str, str], **claims: Any) -> Response:
        assert self.http is not None
        return self.http.request(
            "POST",
            "/gateway/api/1/population/verification",
            headers=self.headers(),
            body=json.dumps({"key": key, "claims": claims}).encode(),
        )

    def evidence(self) -> list[EvidenceRecord]:
        return [stored.record for stored in read_records(self.home.evidence)]


def person_id(number: int) -> str:
    return str(person_rows(number + 1)[number]["id_no"])
