"""The policy snapshot: everything that the gateway obeys, as one file replaced atomically."""

import os
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from django.db import transaction

from jutong.control.catalogue.api import live_contracts
from jutong.control.collection.api import live_services
from jutong.control.directory.api import client_keys, next_number
from jutong.control.grants.models import Grant, SnapshotCounter
from jutong.control.grants.terms import GrantStatus
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.vocabulary.contracts import GrantPolicy, PolicySnapshot, ServicePolicy

# So long the gateway still says "expired" rather than "not granted".
REMEMBERED: Final = timedelta(days=90)


def compile_snapshot(*, version: int, at: datetime) -> PolicySnapshot:
    """All client systems, live services, and grants that may answer now or that a consumer may still ask about.

    Revoked grants and those of withdrawn entries are left out: to the gateway they do not exist.
    """
    contracts = live_contracts()
    services = {contract.service for contract in contracts}
    live = live_services()
    rows = Grant.objects.filter(valid_until__gt=at - REMEMBERED).exclude(status=GrantStatus.REVOKED.value)
    grants = []
    for row in rows.order_by("grant_id"):
        policy = GrantPolicy.from_json(row.policy)
        if policy.service in services:
            grants.append(replace(policy, suspended=row.status == GrantStatus.SUSPENDED.value))
    return PolicySnapshot(
        version=version,
        made_at=at,
        clients=tuple(client_keys()),
        services=tuple(
            ServicePolicy(
                service=contract.service,
                entry=contract.code,
                title=contract.title,
                provider_name=contract.provider_name,
                live=contract.service in live,
            )
            for contract in contracts
        ),
        grants=tuple(grants),
    )


def publish_snapshot(home: DataHome, *, clock: Clock) -> PolicySnapshot:
    """Write `policies/current.json` (mode 0600) when anything changed since the last one; safe at any time."""
    target = home.policies / "current.json"
    with transaction.atomic():
        # Taking the number first puts two publishers one after the other.
        number = next_number(SnapshotCounter, "version", id=1)
        known = _read(target)
        version = max(number, known.version + 1 if known else 1)
        snapshot = compile_snapshot(version=version, at=clock.now())
        if known is not None and replace(snapshot, version=known.version, made_at=known.made_at) == known:
            return known
        SnapshotCounter.objects.filter(id=1).update(version=version)
        _write(target, snapshot.to_json())
    return snapshot


def publish_on_commit(home: DataHome, clock: Clock) -> None:
    """Publish once the present transaction holds."""
    transaction.on_commit(partial(publish_snapshot, home, clock=clock))


def _read(path: Path) -> PolicySnapshot | None:
    try:
        return PolicySnapshot.from_json(path.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None  # none yet, or unreadable: a fresh one replaces it


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
