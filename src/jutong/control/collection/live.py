"""Entries whose rows stay at their source (逻辑集中): which they are, and where the worker asks for rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding
from jutong.control.collection.sources import opened_options
from jutong.control.directory.api import Actor, Permission, require
from jutong.kernel.home import DataHome
from jutong.vocabulary.collection import CollectionMode


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlace:
    """Where the rows are; `options` hold opened secrets: never store or log them."""

    kind: str
    options: Mapping[str, Any] = field(repr=False)
    mapping: Mapping[str, str] | None


def live_services() -> frozenset[str]:
    """Service names of the entries that are left at their source."""
    rows = Binding.objects.filter(
        active=True, paused=False, mode=CollectionMode.LOGICAL.value, entry__live=True
    )
    return frozenset(rows.values_list("entry__service", flat=True))


def live_place(actor: Actor, service: str, *, home: DataHome) -> LivePlace:
    """Where the rows of one entry that is left at its source are.

    Raises:
        NotHooked: it is not, or is paused.
    """
    require(actor, Permission.RUN_EXECUTE)
    row = (
        Binding.objects.select_related("source")
        .filter(active=True, paused=False, mode=CollectionMode.LOGICAL.value, entry__service=service)
        .first()
    )
    if row is None:
        raise NotHooked(service=service)
    return LivePlace(kind=row.source.kind, options=opened_options(row.source, home), mapping=row.mapping)
