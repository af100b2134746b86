"""Frozen values of opening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jutong.control.opening.terms import DatasetStatus, Licence, Theme
from jutong.vocabulary.catalogue import MaskMethod, OpenType, UpdateFrequency
from jutong.vocabulary.contracts import EntryContract, Frozen, GrantedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem(Frozen):
    """An item chosen for release, and its mask."""

    field: str
    mask: MaskMethod | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFinding:
    """Why the release gate holds an item back; `field` is "" when it concerns the whole dataset."""

    code: str
    field: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """A dataset as the portal shows it."""

    service: str
    code: str
    title: str
    abstract: str
    provider: str
    provider_name: str
    theme: Theme
    licence: Licence
    open_type: OpenType
    update_frequency: UpdateFrequency
    status: DatasetStatus
    items: tuple[GrantedItem, ...]
    contract: EntryContract
    opened_at: datetime
    released_at: datetime | None
    release_version: int | None
    rows: int | None
    release: Mapping[str, Any]
    views: int
    downloads: int
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFilter:
    text: str = ""
    theme: Theme | None = None
    provider: str = ""
    open_type: OpenType | None = None
    update_frequency: UpdateFrequency | None = None
    status: DatasetStatus | None = DatasetStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts of open datasets by value, the most frequent first: (value, label, count)."""

    themes: tuple[tuple[str, str, int], ...]
    providers: tuple[tuple[str, str, int], ...]
    frequencies: tuple[tuple[str, str, int], ...]
    open_types: tuple[tuple[str, str, int], ...]
    total: int
    downloads: int
    rows: int
