"""What of the entries lies in the pools: for those who decide how long it stays there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.directory.api import Actor, Permission, require
from jutong.vocabulary.catalogue import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEntry:
    """An entry with rows in its department's pool; it may be withdrawn, and its source unhooked."""

    entry_id: int
    service: str
    title: str
    department_id: int
    department: str
    department_name: str
    level: Level
    live: bool
    version: int
    rows: int | None
    last_success_at: datetime | None


_COLUMNS = (
    "entry_id", "entry__service", "entry__title", "entry__provider_id", "entry__provider__code",
    "entry__provider__name", "entry__level", "entry__live", "last_version", "last_rows", "last_success_at",
)  # fmt: skip


def pooled_entries(
    *,
    departments: Collection[str] | None = None,
    department: str = "",
    search: str = "",
    service: str = "",
) -> tuple[PooledEntry, ...]:
    """The entries that have rows, of these departments (None: all), by department; one query."""
    rows = Binding.objects.filter(last_version__isnull=False)
    if departments is not None:
        rows = rows.filter(entry__provider__code__in=departments)
    if department:
        rows = rows.filter(entry__provider__code=department)
    if service:
        rows = rows.filter(entry__service=service)
    if wanted := search.strip():
        rows = rows.filter(Q(entry__title__icontains=wanted) | Q(entry__service__icontains=wanted))
    return tuple(
        PooledEntry(
            entry_id=row[0],
            service=row[1],
            title=row[2],
            department_id=row[3],
            department=row[4],
            department_name=row[5],
            level=Level(row[6]),
            live=row[7],
            version=row[8],
            rows=row[9],
            last_success_at=row[10],
        )
        for row in rows.order_by("entry__provider__code", "entry__service").values_list(*_COLUMNS)
    )


def pooled_entry(service: str) -> PooledEntry:
    """One of them.

    Raises:
        NotHooked: nothing was ever collected for it.
    """
    found = pooled_entries(service=service)
    if not found:
        raise NotHooked(service=service)
    return found[0]


def is_being_collected(service: str) -> bool:
    """Whether a run of the entry is queued or running."""
    return CollectionRun.objects.filter(binding__entry__service=service, active_key__isnull=False).exists()


def note_rewritten(actor: Actor, service: str, *, version: int, rows: int) -> None:
    """The entry's rows now stand in `version` of the lake, which no run of collection made."""
    require(actor, Permission.RUN_EXECUTE)
    Binding.objects.filter(entry__service=service).update(last_version=version, last_rows=rows)
