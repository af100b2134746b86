"""Many entries read whole at once: for exports, and for comparing a file with what is there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q

from jutong.control.catalogue.models import AllocatedService, Entry, Item
from jutong.control.catalogue.rows import draft_from
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import Actor, Permission, can, require
from jutong.vocabulary.catalogue import EntryStatus

CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeEntry:
    """An entry with everything that is written in it, as it is being edited."""

    service: str
    code: str
    provider: str
    provider_name: str
    provider_uscc: str
    status: EntryStatus
    revision: int
    published_on: date | None
    draft: EntryDraft


def whole_entries(actor: Actor, services: Sequence[str]) -> Iterator[WholeEntry]:
    """The entries of these services that the actor may see, in this order; a pending change only to insiders."""
    require(actor, Permission.ENTRY_READ)
    insider: dict[str, bool] = {}
    for start in range(0, len(services), CHUNK):
        wanted = services[start : start + CHUNK]
        rows = [row for row in _rows(Q(service__in=wanted)) if _is_shown(actor, row, insider)]
        wholes = {whole.service: whole for whole in _wholes(rows)}
        yield from (wholes[service] for service in wanted if service in wholes)


def _is_shown(actor: Actor, row: Entry, insider: dict[str, bool]) -> bool:
    """Whether the actor may see the entry; what only insiders may see of it is taken off."""
    owner = row.provider.code
    if owner not in insider:
        insider[owner] = bool(can(actor, Permission.ENTRY_READ, owner))
    if not insider[owner]:
        row.pending = ""
    return insider[owner] or row.live


def entries_held(services: Iterable[str], codes: Iterable[str]) -> Mapping[str, WholeEntry]:
    """The entries with one of these service names or codes, by service; for comparing a file with them."""
    found: dict[str, WholeEntry] = {}
    for field, names in (("service__in", sorted(set(services))), ("code__in", sorted(set(codes)))):
        for start in range(0, len(names), CHUNK):
            wholes = _wholes(_rows(Q(**{field: names[start : start + CHUNK]})))
            found |= {whole.service: whole for whole in wholes}
    return found


def titles_in_use(providers: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """(department, title) of every entry of these departments that is not withdrawn → its service."""
    rows = Entry.objects.filter(provider__code__in=set(providers)).exclude(status=EntryStatus.WITHDRAWN.value)
    return {
        (code, title): service
        for code, title, service in rows.values_list("provider__code", "title", "service")
    }


def services_given(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that were ever given."""
    wanted = sorted(set(names))
    given: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        given.update(AllocatedService.objects.filter(service__in=chunk).values_list("service", flat=True))
    return frozenset(given)


def _rows(where: Q) -> Iterable[Entry]:
    # Departments and systems are few: read once each rather than beside every entry.
    return Entry.objects.filter(where).prefetch_related("provider", "system").order_by("pk")


def _wholes(rows: Iterable[Entry]) -> Iterator[WholeEntry]:
    items: dict[int, list[Any]] = defaultdict(list)
    found = list(rows)
    columns = [field.attname for field in Item._meta.concrete_fields]  # noqa: SLF001  # Django's documented API
    of_these = Item.objects.filter(entry_id__in=[row.pk for row in found if not row.pending])
    for item in of_these.order_by("entry_id", "position").values_list(*columns, named=True):
        items[item.entry_id].append(item)
    return (_whole(row, items[row.pk]) for row in found)


def _whole(row: Entry, items: Sequence[Any]) -> WholeEntry:
    return WholeEntry(
        service=row.service,
        code=row.code or "",
        provider=row.provider.code,
        provider_name=row.provider.name,
        provider_uscc=row.provider.uscc,
        status=EntryStatus(row.status),
        revision=row.revision,
        published_on=row.published_on,
        draft=EntryDraft.from_json(row.pending) if row.pending else draft_from(row, items),
    )
