"""The path of one consumer call: identify → check grant and quota → look up → mask → record → answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from jutong.dataflow.masking import mask
from jutong.dataflow.serving import (
    ItemUnknown,
    KeySetUnknown,
    LiveService,
    LiveTooMany,
    Snapshot,
    SnapshotStore,
)
from jutong.dataflow.serving.cells import Cell, Row, text
from jutong.evidence import EvidenceRecord, EvidenceWriter, key_digest
from jutong.gateway.errors import (
    GatewayFault,
    ItemGone,
    KeyMissing,
    PolicyMissing,
    QuotaExceeded,
    RateExceeded,
    ServiceUnknown,
    SnapshotMissing,
)
from jutong.gateway.identity import accept_once, identify
from jutong.gateway.metrics import Metrics
from jutong.gateway.policy import ClientPlan, GrantPlan, PolicyFile
from jutong.gateway.query import (
    Lookup,
    Verification,
    next_cursor,
    parse_lookup,
    parse_verification,
    read_parameters,
)
from jutong.gateway.settings import GatewaySettings
from jutong.gateway.shared import NonceTable, Take, UsageTable
from jutong.kernel.clock import SHANGHAI, Clock
from jutong.kernel.crypto import CryptoProvider
from jutong.kernel.errors import JutongError
from jutong.kernel.paging import CursorInvalid
from jutong.kernel.text import normalise
from jutong.vocabulary.contracts import ServicePolicy

LOOKUP: Final = "lookup"
VERIFICATION: Final = "verification"
OK: Final = "ok"
_RECORDS_COMPARED: Final = 20


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it came in."""

    request_id: str
    service: str
    operation: str
    headers: Mapping[bytes, bytes]
    query_string: bytes
    body: bytes


@dataclass(slots=True)
class Trace:
    """What is known of a call so far; whatever its end, the evidence is made from this."""

    client: ClientPlan | None = None
    service: ServicePolicy | None = None
    grant: GrantPlan | None = None
    items: tuple[str, ...] = ()
    key_digest: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What a gateway process works with."""

    policy: PolicyFile
    snapshots: SnapshotStore
    nonces: NonceTable
    usage: UsageTable
    evidence: EvidenceWriter
    metrics: Metrics
    suite: CryptoProvider
    digest_key: bytes
    clock: Clock
    settings: GatewaySettings


async def answer_call(request: Request, desk: Desk) -> dict[str, Any]:
    """The data for `request`. It is given only after the evidence of it is on disk, and so is a refusal of a known
    client.

    Raises:
        JutongError: why there is no data.
    """
    started = time.perf_counter_ns()
    trace = Trace()
    outcome = GatewayFault.code
    try:
        data = await _perform(request, desk, trace)
        outcome = OK
    except JutongError as error:
        outcome = error.code
        raise
    finally:
        # Where this fails, its error takes the place of the answer.
        if trace.client is not None:
            await desk.evidence.record(_evidence(request, trace, outcome, desk, started))
        known = trace.service.service if trace.service else ""
        desk.metrics.count(known, request.operation, outcome, (time.perf_counter_ns() - started) // 1000)
    return data


async def _perform(request: Request, desk: Desk, trace: Trace) -> dict[str, Any]:
    now = desk.clock.now()
    now_s = now.timestamp()
    policy = desk.policy.current()
    if policy is None:
        raise PolicyMissing
    trace.client = client = identify(request.headers, policy)
    window = desk.settings.timestamp_minutes
    accept_once(request.headers, client, desk.nonces, now_ms=int(now_s * 1000), window_minutes=window)
    trace.service = service = policy.services.get(request.service)
    if service is None:
        raise ServiceUnknown(service=request.service)
    grant_id = request.headers.get(b"x-grant-id", b"").decode("latin-1")
    trace.grant = plan = policy.require_grant(
        client, service, request.operation, grant_id=grant_id, now_s=now_s
    )
    _take_from_quota(plan, desk, now_s)
    if request.operation == VERIFICATION:
        asked = parse_verification(request.body, plan)
        trace.items = tuple(asked.claims)
        trace.key_digest = key_digest(desk.suite, desk.digest_key, asked.key)
        return await _compare(asked, plan, _rows_of(service, plan, desk))
    wanted = parse_lookup(read_parameters(request.query_string, request.body), plan)
    trace.items = wanted.columns
    trace.key_digest = key_digest(desk.suite, desk.digest_key, wanted.key) if wanted.key else ""
    data = await _look_up(wanted, plan, _rows_of(service, plan, desk))
    trace.rows = len(data["rows"])
    return data


def _take_from_quota(plan: GrantPlan, desk: Desk, now_s: float) -> None:
    policy = plan.policy
    shanghai_s = int(now_s) + 28_800  # UTC+8 without summer time: the day changes at midnight there
    taken = desk.usage.take(
        policy.grant_id,
        day=shanghai_s // 86_400,
        second=int(now_s),
        daily_quota=policy.daily_quota,
        rate_per_second=policy.rate_per_second,
    )
    if taken is Take.TOO_FAST:
        raise RateExceeded(grant=policy.grant_id, rate=policy.rate_per_second)
    if taken is Take.USED_UP:
        raise QuotaExceeded(grant=policy.grant_id, quota=policy.daily_quota)


def _rows_of(service: ServicePolicy, plan: GrantPlan, desk: Desk) -> Snapshot | LiveService:
    """Where the rows are: in the snapshot that the gateway holds, or at their source."""
    if service.live:
        return LiveService(desk.snapshots.folder, service.service, plan.policy.query_keys)
    snapshot = desk.snapshots.get(service.service)
    if snapshot is None:
        raise SnapshotMissing(title=service.title, provider=service.provider_name)
    return snapshot


async def _look_up(wanted: Lookup, plan: GrantPlan, snapshot: Snapshot | LiveService) -> dict[str, Any]:
    """A page of masked rows."""
    if wanted.version is not None and wanted.version != snapshot.version:
        raise CursorInvalid  # row numbers of another version mean other rows
    found = await _find(
        wanted.key, plan, snapshot, columns=wanted.columns, limit=wanted.limit + 1, after=wanted.after
    )
    more = len(found) > wanted.limit
    if more and isinstance(snapshot, LiveService):
        raise LiveTooMany(limit=wanted.limit)
    page = found[: wanted.limit]
    names = wanted.columns
    rows = [dict(zip(names, row[1:], strict=True)) for row in page]
    for name in names:
        method = plan.given[name]
        if method is not None:
            for row in rows:
                row[name] = mask(method, text(row[name]))
    last = page[-1][0] if page else 0
    return {
        "rows": rows,
        "next_cursor": next_cursor(int(last or 0), snapshot.version) if more else None,
        "version": snapshot.version,
        "published_at": snapshot.published_at.isoformat(timespec="seconds"),
    }


async def _compare(asked: Verification, plan: GrantPlan, snapshot: Snapshot | LiveService) -> dict[str, Any]:
    """Yes or no for each claim (核验). A key without a record answers like claims that do not match: the caller must
    not learn who is on the register. Of several records with this key, the one that fits best answers.
    """
    columns = tuple(asked.claims)
    found = await _find(asked.key, plan, snapshot, columns=columns, limit=_RECORDS_COMPARED)
    claims = [_comparable(claim) for claim in asked.claims.values()]
    best = [False] * len(columns)
    for row in found:
        matches = [
            bool(claim) and claim == _comparable(cell) for claim, cell in zip(claims, row[1:], strict=True)
        ]
        best = max(best, matches, key=sum)
    return {"matches": dict(zip(columns, best, strict=True))}


async def _find(
    key: Mapping[str, str],
    plan: GrantPlan,
    snapshot: Snapshot | LiveService,
    *,
    columns: tuple[str, ...],
    limit: int,
    after: int = 0,
) -> list[Row]:
    """Rows that the grant lets through. The entry may have changed since the grant: what it lacks now is named."""
    policy = plan.policy
    try:
        if isinstance(snapshot, LiveService):
            return await snapshot.find(key, columns=columns, limit=limit, filters=policy.row_filter)
        return snapshot.find(key, columns=columns, limit=limit, after=after, filters=policy.row_filter)
    except KeySetUnknown as error:
        raise KeyMissing(key_sets=" / ".join("+".join(keys) for keys in snapshot.key_sets)) from error
    except ItemUnknown as error:
        raise ItemGone(
            grant=policy.grant_id, item=error.detail["item"], provider=policy.provider_name
        ) from error


def _comparable(cell: Cell) -> str:
    """Full-width and half-width, upper and lower case and stray spaces are the same (both sides go through this)."""
    return normalise(text(cell) or "")


def _evidence(request: Request, trace: Trace, outcome: str, desk: Desk, started: int) -> EvidenceRecord:
    client, service, plan = trace.client, trace.service, trace.grant
    policy = plan.policy if plan else None
    return EvidenceRecord(
        kind="call",
        time=desk.clock.now(),
        service=service.service if service else request.service,
        operation=request.operation,
        outcome=outcome,
        request_id=request.request_id,
        client_id=client.key.client_id if client else "",
        consumer=client.key.consumer if client else "",
        provider=policy.provider if policy else "",
        entry=service.entry if service else "",
        grant_id=policy.grant_id if policy else "",
        application_id=policy.application_id if policy else "",
        items=trace.items,
        purpose=policy.purpose if policy else "",
        rows=trace.rows,
        key_digest=trace.key_digest,
        latency_us=(time.perf_counter_ns() - started) // 1000,
    )


def seconds_to_midnight(clock: Clock) -> int:
    """Until the day changes in Asia/Shanghai, when quotas start anew."""
    now = clock.now().astimezone(SHANGHAI)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - now).total_seconds()))
