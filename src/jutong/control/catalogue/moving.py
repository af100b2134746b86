"""What a restructuring changes in the catalogue: whose the entries are, under which name."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from jutong.control.catalogue.models import Entry, EntryStep, EntryVersion
from jutong.control.catalogue.rows import contract_from, draft_from
from jutong.control.catalogue.store import find, write
from jutong.control.catalogue.terms import EntryAction
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Moved,
    MovedNoun,
    Permission,
    department_id,
    record,
    require,
)
from jutong.kernel.clock import Clock, business_date


def held_services(provider: str) -> tuple[str, ...]:
    """Service names of every entry of the department `provider`, drafts and withdrawn ones too."""
    rows = Entry.objects.filter(provider__code=provider).order_by("pk")
    return tuple(rows.values_list("service", flat=True))


def move_entries(
    actor: Actor, services: tuple[str, ...], after: str, *, reason: str, clock: Clock
) -> tuple[Moved, ...]:
    """The department `after` answers for these entries, under its present name (机构改革).

    A live entry gets a new version with the same content whose contract names its provider; code, service name and
    table stay, and what is being edited or reviewed goes on where it was.
    """
    require(actor, Permission.RESTRUCTURE)
    owner, now = department_id(after), clock.now()
    moved = []
    with transaction.atomic():
        for service in services:
            Entry.objects.filter(service=service).update(
                provider_id=owner, revision=F("revision") + 1, updated_at=now
            )
            entry = find(service)
            draft = draft_from(entry)
            if entry.live:
                _freeze_again(actor, entry, reason=reason, at=now)
            write(entry, draft)
            _write_down(actor, entry, reason=reason, at=now)
            moved.append(Moved(noun=MovedNoun.ENTRY, key=service, name=entry.title))
    return tuple(moved)


def _freeze_again(actor: Actor, entry: Entry, *, reason: str, at: datetime) -> None:
    """A new version of what is published; a change in the making becomes the one after it."""
    draft = draft_from(entry)
    number = (entry.published_version or 0) + 1
    in_the_making = entry.version != entry.published_version
    contract = contract_from(
        draft,
        code=entry.code or "",
        version=number,
        service=entry.service,
        provider=entry.provider.code,
        provider_name=entry.provider.name,
    )
    EntryVersion.objects.create(
        entry=entry,
        number=number,
        draft=draft.to_json(),
        contract=contract.to_json(),
        reason=reason,
        published_at=at,
        published_by_id=actor.person_id,
    )
    entry.published_version = number
    entry.published_on = business_date(at)
    entry.version = number + 1 if in_the_making else number


def _write_down(actor: Actor, entry: Entry, *, reason: str, at: datetime) -> None:
    EntryStep.objects.create(
        entry=entry,
        action=EntryAction.MOVE.value,
        before=entry.status,
        after=entry.status,
        by_id=actor.person_id,
        by_name=actor.display_name,
        at=at,
        reason=reason,
        version=entry.version,
    )
    record(
        actor,
        AuditAction.ENTRY_STEP,
        at=at,
        object_type="entry",
        object_id=entry.service,
        department=entry.provider.code,
        detail={"action": EntryAction.MOVE.value, "version": entry.version},
    )
