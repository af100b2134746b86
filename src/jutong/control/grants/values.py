"""Frozen values of grants."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jutong.control.grants.terms import GrantAction, GrantStatus
from jutong.vocabulary.contracts import Frozen, GrantedItem, GrantPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRequest(Frozen):
    """What an approved application says, as the compiler of policies needs it."""

    application: str
    service: str
    consumer: str
    consumer_name: str
    clients: tuple[str, ...]
    items: tuple[GrantedItem, ...]
    purpose: str
    basis: str
    valid_from: datetime
    valid_until: datetime
    lookup: bool = True
    verification: bool = False
    row_filter: tuple[tuple[str, tuple[str, ...]], ...] = ()
    daily_quota: int = 10_000
    rate_per_second: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantStepView:
    action: GrantAction
    before: GrantStatus
    after: GrantStatus
    side: str
    by_name: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    grant_id: str
    application: str
    service: str
    entry_title: str
    provider: str
    provider_name: str
    consumer: str
    consumer_name: str
    status: GrantStatus
    policy: GrantPolicy
    digest: str
    created_at: datetime
    steps: tuple[GrantStepView, ...]
    actions: tuple[GrantAction, ...]
    """What the asking actor may do now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFilter:
    service: str = ""
    provider: str = ""
    consumer: str = ""
    status: GrantStatus | None = None


EVERY_GRANT: Final = GrantFilter()
