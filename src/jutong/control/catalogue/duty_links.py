"""Which duties the entries come from: one query for the whole catalogue or a department."""

from dataclasses import dataclass

from django.db.models import Q

from jutong.control.catalogue.models import Entry
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.vocabulary.catalogue import EntryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDuties:
    """An entry that is not withdrawn, with the duties that it names as it is being edited."""

    service: str
    title: str
    provider: str
    provider_name: str
    status: EntryStatus
    live: bool
    duties: tuple[str, ...]


def entries_with_duties(actor: Actor, provider: str = "") -> tuple[EntryDuties, ...]:
    """Entries of one department or of all, by title; of other departments only what is live."""
    require(actor, Permission.ENTRY_READ)
    rows = Entry.objects.exclude(status=EntryStatus.WITHDRAWN.value)
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        rows = rows.filter(Q(live=True) | Q(provider__code__in=reach))
    if provider:
        rows = rows.filter(provider__code=provider)
    columns = ("service", "title", "provider__code", "provider__name", "status", "live", "duties", "pending")
    found = []
    for service, title, owner, name, status, live, duties, pending in rows.order_by("title").values_list(
        *columns
    ):
        insider = reach is None or owner in reach
        named = EntryDraft.from_json(pending).duties if pending and insider else tuple(duties)
        found.append(
            EntryDuties(
                service=service,
                title=title,
                provider=owner,
                provider_name=name,
                status=EntryStatus(status),
                live=live,
                duties=named,
            )
        )
    return tuple(found)
