"""Drafting entries: create, save, lint."""

from typing import Any

from django.db import transaction
from django.db.models import F

from jutong.control.catalogue.errors import ActionNotAllowed, EditConflict
from jutong.control.catalogue.lint import lint_entry
from jutong.control.catalogue.models import Entry
from jutong.control.catalogue.reading import entry as entry_view
from jutong.control.catalogue.reading import require_visible, seen_draft
from jutong.control.catalogue.relations import check_relations
from jutong.control.catalogue.rows import columns_of
from jutong.control.catalogue.store import allocate_service, check, find, write
from jutong.control.catalogue.surroundings import context_for
from jutong.control.catalogue.transitions import EDITABLE
from jutong.control.catalogue.values import EntryDraft, EntryView, Finding
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    record,
    require,
    system_id,
)
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import EntryStatus


def create_entry(
    actor: Actor, *, provider: str, draft: EntryDraft, clock: Clock, service: str = ""
) -> EntryView:
    """A new draft entry of the department `provider`.

    `service` is the name of its table and gateway address: unique for ever; "" derives one from the title.

    Raises:
        DraftInvalid, ItemSharingLooser, ClassificationInvalid: the draft cannot be stored.
        ServiceNameInvalid, ServiceNameTaken
    """
    require(actor, Permission.ENTRY_DRAFT, provider)
    check(draft)
    owner = department_id(provider)
    now = clock.now()
    with transaction.atomic():
        name = allocate_service(service, department=provider, title=draft.title, at=now)
        values: dict[str, Any] = columns_of(draft)
        entry = Entry(
            service=name,
            provider_id=owner,
            system_id=system_id(draft.system),
            status=EntryStatus.DRAFT.value,
            created_at=now,
            updated_at=now,
            **values,
        )
        write(entry, draft)
        record(
            actor,
            AuditAction.ENTRY_CREATE,
            at=now,
            object_type="entry",
            object_id=name,
            department=provider,
        )
    return entry_view(actor, name)


def save_entry(actor: Actor, service: str, draft: EntryDraft, *, revision: int, clock: Clock) -> EntryView:
    """Replace what is being edited; `revision` is the one that was shown.

    Raises:
        ActionNotAllowed: the entry is neither a draft nor returned.
        EditConflict: someone saved or moved it since.
        DraftInvalid, ItemSharingLooser, ClassificationInvalid, RelationCircular: the draft cannot be stored.
    """
    entry = find(service)
    require(actor, Permission.ENTRY_DRAFT, entry.provider.code)
    status = EntryStatus(entry.status)
    if status not in EDITABLE:
        raise ActionNotAllowed(
            service=service,
            status_zh=status.zh,
            status_en=status.en,
            action_zh="编辑",
            action_en="editing",
        )
    check(draft)
    check_relations(entry, draft)
    system_id(draft.system)
    now = clock.now()
    with transaction.atomic():
        moved = Entry.objects.filter(pk=entry.pk, status=entry.status, revision=revision).update(
            revision=F("revision") + 1, updated_at=now
        )
        if not moved:
            raise EditConflict(service=service)
        fresh = find(service)
        if fresh.published_version is None:
            write(fresh, draft)
        else:
            Entry.objects.filter(pk=entry.pk).update(pending=draft.to_json())
        record(
            actor,
            AuditAction.ENTRY_SAVE,
            at=now,
            object_type="entry",
            object_id=service,
            department=entry.provider.code,
            detail={"version": entry.version, "revision": revision + 1},
        )
    return entry_view(actor, service)


def lint(actor: Actor, service: str, *, clock: Clock) -> tuple[Finding, ...]:
    """What the rules say of the entry as it is being edited; for other departments, of what is published."""
    entry = find(service)
    require_visible(actor, entry)
    draft = seen_draft(actor, entry)
    return lint_entry(
        draft, context_for(draft, provider=entry.provider.code, at=clock.now(), service=service)
    )


def lint_draft(
    actor: Actor, draft: EntryDraft, *, provider: str, clock: Clock, service: str = ""
) -> tuple[Finding, ...]:
    """What the rules say of a draft that is not stored; `service` is its own entry's, if it has one."""
    require(actor, Permission.ENTRY_DRAFT, provider)
    return lint_entry(draft, context_for(draft, provider=provider, at=clock.now(), service=service))
