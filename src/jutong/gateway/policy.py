"""The policy snapshot as the gateway executes it: read when its file changes, compiled to plans."""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from jutong.gateway.errors import (
    GrantAmbiguous,
    GrantExpired,
    GrantSuspended,
    NotGranted,
    OperationNotGranted,
)
from jutong.kernel.crypto import SealBroken
from jutong.kernel.crypto.keys import open_text
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import MaskMethod
from jutong.vocabulary.contracts import ClientKey, GrantPolicy, PolicySnapshot, ServicePolicy

POLICY_FILE: Final = "current.json"
_CHECK_SECONDS: Final = 0.2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client whose secret was opened."""

    key: ClientKey
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GrantPlan:
    """A grant with what each call would otherwise work out anew."""

    policy: GrantPolicy
    given: Mapping[str, MaskMethod | None]
    """Items that a look-up returns, each with its mask."""
    compared: frozenset[str]
    """Items that may be compared with a claim."""
    key_sets: Mapping[frozenset[str], tuple[str, ...]]
    keys: frozenset[str]
    from_s: float
    until_s: float

    @classmethod
    def of(cls, policy: GrantPolicy) -> "GrantPlan":
        return cls(
            policy=policy,
            given={item.field: item.mask for item in policy.items if not item.verification_only},
            compared=frozenset(item.field for item in policy.items),
            key_sets={frozenset(keys): keys for keys in policy.query_keys},
            keys=frozenset(name for keys in policy.query_keys for name in keys),
            from_s=policy.valid_from.timestamp(),
            until_s=policy.valid_until.timestamp(),
        )

    def allows(self, operation: str) -> bool:
        return self.policy.verification if operation == "verification" else self.policy.lookup

    def is_live(self, now_s: float) -> bool:
        return not self.policy.suspended and self.from_s <= now_s < self.until_s


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything the gateway obeys, ready to use."""

    version: int
    made_at: datetime
    clients: Mapping[str, ClientPlan]
    services: Mapping[str, ServicePolicy]
    grants: Mapping[tuple[str, str], tuple[GrantPlan, ...]]

    def require_grant(
        self, client: ClientPlan, service: ServicePolicy, operation: str, *, grant_id: str, now_s: float
    ) -> GrantPlan:
        """The grant under which `client` may call; the one named `grant_id` if that is not empty.

        Raises:
            NotGranted, GrantSuspended, GrantExpired, OperationNotGranted: why there is none.
            GrantAmbiguous: there are several, each for a purpose of its own, and the call names none of them.
        """
        held = self.grants.get((client.key.client_id, service.service), ())
        if grant_id:
            held = tuple(plan for plan in held if plan.policy.grant_id == grant_id)
        live = [plan for plan in held if plan.is_live(now_s)]
        allowing = [plan for plan in live if plan.allows(operation)]
        if len(allowing) > 1:
            raise GrantAmbiguous(grants="、".join(plan.policy.grant_id for plan in allowing))
        if allowing:
            return allowing[0]
        if live:
            raise OperationNotGranted(grant=live[0].policy.grant_id)
        for plan in held:
            if plan.policy.suspended and now_s < plan.until_s:
                raise GrantSuspended(grant=plan.policy.grant_id, provider=service.provider_name)
        for plan in held:
            if now_s >= plan.until_s:
                raise GrantExpired(
                    grant=plan.policy.grant_id, until=plan.policy.valid_until.strftime("%Y-%m-%d")
                )
        raise NotGranted(title=service.title, provider=service.provider_name)


def compile_policy(home: DataHome, snapshot: PolicySnapshot) -> Policy:
    """Open the secrets and index the grants; a client whose secret does not open is left out and named in the log."""
    clients = {}
    for key in snapshot.clients:
        if not key.active:
            continue
        try:
            clients[key.client_id] = ClientPlan(key, open_text(home, key.sealed_secret).encode())
        except SealBroken:
            _log.error("the secret of client %s cannot be opened; it cannot call", key.client_id)
    grants: dict[tuple[str, str], list[GrantPlan]] = defaultdict(list)
    for policy in snapshot.grants:
        plan = GrantPlan.of(policy)
        for client_id in policy.clients:
            grants[client_id, policy.service].append(plan)
    for plans in grants.values():
        plans.sort(key=lambda plan: plan.until_s, reverse=True)
    return Policy(
        version=snapshot.version,
        made_at=snapshot.made_at,
        clients=clients,
        services={service.service: service for service in snapshot.services},
        grants={key: tuple(plans) for key, plans in grants.items()},
    )


class PolicyFile:
    """Follows `policies/current.json`; looks for a change at most five times a second."""

    def __init__(self, home: DataHome) -> None:
        self.path: Path = home.policies / POLICY_FILE
        self.fault = ""
        """Why the newest file is not obeyed; empty when it is."""
        self._home = home
        self._policy: Policy | None = None
        self._mark: tuple[int, int, int] | None = None
        self._checked_at = float("-inf")

    def current(self) -> Policy | None:
        """What holds now; None before the first snapshot."""
        now = time.monotonic()
        if now - self._checked_at >= _CHECK_SECONDS:
            self._checked_at = now
            self._look()
        return self._policy

    def _look(self) -> None:
        try:
            status = self.path.stat()
        except OSError:
            self.fault = "no policy snapshot" if self._policy is None else "the policy snapshot has vanished"
            return
        mark = (status.st_mtime_ns, status.st_ino, status.st_size)
        if mark == self._mark:
            return
        try:
            snapshot = PolicySnapshot.from_json(self.path.read_bytes())
        except (OSError, msgspec.DecodeError, ValueError) as error:
            self._refuse(mark, f"the policy snapshot cannot be read ({type(error).__name__})")
            return
        if self._policy is not None and snapshot.version < self._policy.version:
            self._refuse(mark, "the policy snapshot is older than the one obeyed")
            return
        self._policy = compile_policy(self._home, snapshot)
        self._mark, self.fault = mark, ""
        _log.info("policy version %d: %d grants", snapshot.version, len(snapshot.grants))

    def _refuse(self, mark: tuple[int, int, int], fault: str) -> None:
        self._mark, self.fault = mark, fault
        _log.error("%s; version %s still holds", fault, self._policy.version if self._policy else "none")
