"""Frozen values of alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jutong.control.alerts.terms import DeliveryStatus
from jutong.control.collection.api import TroubleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDraft:
    """A channel as it is entered. `kind` is `webhook`, `wecom`, `dingtalk` or `email`; `address` an http(s) address,
    or `host:port` of a mail server; `options` as `Outlet` and `PostalTerms` name them; the secret is sealed.
    """

    code: str
    name: str
    department: str
    kind: str
    address: str
    options: Mapping[str, Any] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    code: str
    name: str
    department: str
    department_name: str
    kind: str
    place: str
    """Where it goes, without what in a robot's address is secret."""
    active: bool
    has_secret: bool
    tested_at: datetime | None
    test_code: str
    test_detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedChannel:
    """A channel with its opened secret, for sending alone: never store or show it."""

    code: str
    kind: str
    address: str
    options: Mapping[str, Any]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """Empty `departments` and `sources`: all that the channel's department may see. `quiet_…` is Shanghai time."""

    name: str
    kinds: tuple[TroubleKind, ...]
    departments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lag_s: int = 300
    quarantined: int = 100
    group_minutes: int = 10
    quiet_from: str = ""
    quiet_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    key: int
    channel: str
    channel_name: str
    active: bool
    draft: RuleDraft
    open_troubles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    delivery_id: str
    channel: str
    channel_name: str
    rule: str
    subject: str
    text: str
    payload: Mapping[str, Any]
    troubles: int
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    error_code: str
    error_detail: Mapping[str, Any]
