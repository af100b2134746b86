"""Many entries at once: created or changed in one transaction, with the checks of single ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Model

from jutong.control.catalogue.codes import SERVICE, service_name
from jutong.control.catalogue.errors import (
    ActionNotAllowed,
    ClassificationInvalid,
    EditConflict,
    ServiceNameInvalid,
    ServiceNameTaken,
)
from jutong.control.catalogue.models import (
    AllocatedService,
    Classification,
    Entry,
    EntryStep,
    Item,
)
from jutong.control.catalogue.relations import circles_of
from jutong.control.catalogue.rows import (
    columns_of,
    item_columns,
)
from jutong.control.catalogue.search.upkeep import index_many
from jutong.control.catalogue.store import check_content
from jutong.control.catalogue.terms import EntryAction
from jutong.control.catalogue.transitions import EDITABLE, after
from jutong.control.catalogue.values import EntryDraft
from jutong.control.catalogue.wholes import CHUNK, services_given
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    AuditedAct,
    Permission,
    department_id,
    departments,
    insert_rows,
    record_many,
    require,
    system_id,
)
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import EntryStatus

CHANGEABLE: Final = EDITABLE | {EntryStatus.PUBLISHED, EntryStatus.WITHDRAWN}
"""States from which an import may draft: the others are under review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """What an entry is to be. `revision` is the one it was compared with; None makes a new entry, called
    `service`, or after its title where that is "".
    """

    provider: str
    draft: EntryDraft
    service: str = ""
    revision: int | None = None


class DepartmentKey(NamedTuple):
    pk: int
    name: str


def check_many(drafts: Iterable[EntryDraft]) -> Iterator[JutongError | None]:
    """What `create_entry` would refuse of each draft, None where it takes it; without a query a draft."""
    classes = dict(Classification.objects.values_list("code", "resource_class"))
    for draft in drafts:
        wanted = draft.classification
        try:
            check_content(draft)
        except JutongError as error:
            yield error
            continue
        if wanted and classes.get(wanted) != draft.resource_class.value:
            yield ClassificationInvalid(
                key=wanted,
                reason_zh="不存在，或与资源属性分类不一致",
                reason_en="it does not exist or is of another class",
                widths="1+2+3+…",
            )
        else:
            yield None


def create_or_change_many(actor: Actor, rows: Sequence[BulkRow], *, clock: Clock) -> tuple[str, ...]:
    """Make every row so, or none: new entries are drafts, a published one gets a pending change, a draft is
    replaced. The services, in the order of the rows.

    Raises:
        DraftInvalid, ItemSharingLooser, ClassificationInvalid: a draft cannot be stored.
        ServiceNameInvalid, ServiceNameTaken
        ActionNotAllowed: an entry is under review.
        RelationCircular: related codes would lead in a circle.
        EditConflict: an entry was changed since it was compared.
    """
    for provider in sorted({row.provider for row in rows}):
        require(actor, Permission.ENTRY_IMPORT, provider)
    for error in check_many(row.draft for row in rows):
        if error is not None:
            raise error
    now = clock.now()
    with transaction.atomic():
        new = [row for row in rows if row.revision is None]
        names = iter(_allocate(new, at=now))
        services = tuple(next(names) if row.revision is None else row.service for row in rows)
        _create(
            actor,
            [
                replace(row, service=name)
                for name, row in zip(services, rows, strict=True)
                if row.revision is None
            ],
            at=now,
        )
        _change(actor, [row for row in rows if row.revision is not None], at=now)
    return services


def _allocate(rows: Sequence[BulkRow], *, at: datetime) -> list[str]:
    """A service name for each row, taken for ever: the given one, or one derived from the title."""
    wished = [row.service for row in rows if row.service]
    for name in wished:
        if not SERVICE.fullmatch(name):
            raise ServiceNameInvalid(service=name)
    if taken := services_given(wished):
        raise ServiceNameTaken(service=min(taken))
    names: list[str] = []
    used = {*wished, *_given_to({row.provider for row in rows if not row.service})}
    for row in rows:
        name, attempt = row.service, 1
        while not name:
            derived = service_name(row.provider, row.draft.title, attempt)
            name = derived if derived not in used else ""
            attempt += 1
        used.add(name)
        names.append(name)
    try:
        with transaction.atomic():
            insert_rows(AllocatedService, ("service", "at"), ((name, at) for name in names))
    except IntegrityError as error:
        raise ServiceNameTaken(service=names[0] if len(names) == 1 else "…") from error
    return names


def _given_to(providers: Iterable[str]) -> Iterator[str]:
    """Names that were given and begin as derived ones of these departments do."""
    for provider in providers:
        rows = AllocatedService.objects.filter(service__startswith=f"{provider}_"[:56])
        yield from rows.values_list("service", flat=True)


def _create(actor: Actor, rows: Sequence[BulkRow], *, at: datetime) -> None:
    owners, system_of = _Owners(), _Systems()
    _insert(
        Entry,
        (
            {
                "service": row.service,
                "provider_id": owners[row.provider].pk,
                "system_id": system_of[row.draft.system],
                "status": EntryStatus.DRAFT.value,
                "created_at": at,
                "updated_at": at,
                **columns_of(row.draft),
            }
            for row in rows
        ),
    )
    keys = _keys_of([row.service for row in rows])
    _write_parts([(keys[row.service], row.draft) for row in rows])
    acts = [AuditedAct(row.service, row.provider) for row in rows]
    record_many(actor, AuditAction.ENTRY_CREATE, acts, at=at, object_type="entry")


def _change(actor: Actor, rows: Sequence[BulkRow], *, at: datetime) -> None:
    _check_relations(rows)
    for start in range(0, len(rows), CHUNK):
        _change_some(actor, rows[start : start + CHUNK], at=at)


def _check_relations(rows: Sequence[BulkRow]) -> None:
    """Refuse related codes that lead in a circle once all rows are written. New entries have no code to be named by."""
    if not any(row.draft.related_codes for row in rows):
        return
    drafts = {row.service: row.draft for row in rows}
    codes: dict[str, str] = {}
    for start in range(0, len(rows), CHUNK):
        found = Entry.objects.filter(service__in=[row.service for row in rows[start : start + CHUNK]])
        codes |= {service: code for service, code in found.values_list("service", "code") if code}
    circles = circles_of({code: drafts[service] for service, code in codes.items()})
    if circles:
        raise circles[min(circles)]


def _change_some(actor: Actor, rows: Sequence[BulkRow], *, at: datetime) -> None:
    wanted = {row.service: row for row in rows}
    held = Entry.objects.select_for_update(of=("self",)).select_related("provider").filter(service__in=wanted)
    entries = {entry.service: entry for entry in held}
    system_of = _Systems()
    steps: list[EntryStep] = []
    drafted: list[tuple[int, EntryDraft]] = []
    for service, row in wanted.items():
        entry = entries.get(service)
        if entry is None or entry.revision != row.revision or entry.provider.code != row.provider:
            raise EditConflict(service=service)
        step = _begin(actor, entry, at=at)
        if step is not None:
            steps.append(step)
        entry.revision += 1
        entry.updated_at = at
        if entry.published_version is None:
            for name, value in columns_of(row.draft).items():
                setattr(entry, name, value)
            entry.system_id = system_of[row.draft.system]
            drafted.append((entry.pk, row.draft))
        else:
            entry.pending = row.draft.to_json()
    _update(list(entries.values()))
    EntryStep.objects.bulk_create(steps)
    Item.objects.filter(entry_id__in=[key for key, _ in drafted]).delete()
    _write_parts(drafted)
    acts = [
        AuditedAct(one.service, one.provider.code, {"version": one.version, "revision": one.revision})
        for one in entries.values()
    ]
    record_many(actor, AuditAction.ENTRY_SAVE, acts, at=at, object_type="entry")


def _begin(actor: Actor, entry: Entry, *, at: datetime) -> EntryStep | None:
    """The step that makes the entry a draft, with what it does to the entry; None when it is one."""
    before = EntryStatus(entry.status)
    if before in EDITABLE:
        return None
    target = after(before, EntryAction.CHANGE, live=entry.live)
    if target is None:
        raise ActionNotAllowed(
            service=entry.service,
            status_zh=before.zh,
            status_en=before.en,
            action_zh=EntryAction.CHANGE.zh,
            action_en=EntryAction.CHANGE.en,
        )
    entry.status = target.value
    entry.version = (entry.published_version or 0) + 1
    return EntryStep(
        entry=entry,
        action=EntryAction.CHANGE.value,
        before=before.value,
        after=target.value,
        by_id=actor.person_id,
        by_name=actor.display_name,
        at=at,
        version=entry.version,
    )


def _update(entries: Sequence[Entry]) -> None:
    """Write every column of these rows: an insert that meets its own row, so that one statement takes many."""
    columns = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]  # noqa: SLF001  # Django's documented API
    Entry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["id"], update_fields=columns)


def _write_parts(drafted: Sequence[tuple[int, EntryDraft]]) -> None:
    """Items and searched words of these entries (their keys), which have none."""
    _insert(
        Item,
        (
            {"entry_id": key, "position": position, **item_columns(item)}
            for key, draft in drafted
            for position, item in enumerate(draft.items, start=1)
        ),
    )
    index_many(key for key, _ in drafted)


def _insert(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows that all name the same columns."""
    waiting = iter(rows)
    for first in waiting:
        values = (row.values() for row in chain([first], waiting))
        insert_rows(model, tuple(first), map(tuple, values))


def _keys_of(services: Sequence[str]) -> Mapping[str, int]:
    keys: dict[str, int] = {}
    for start in range(0, len(services), CHUNK):
        found = Entry.objects.filter(service__in=services[start : start + CHUNK])
        keys.update(found.values_list("service", "pk"))
    return keys


class _Owners(dict[str, DepartmentKey]):
    """Code of a department → its key and name, each looked up once."""

    def __init__(self) -> None:
        super().__init__()
        self._names = {one.code: one.name for one in departments(active_only=False)}

    def __missing__(self, code: str) -> DepartmentKey:
        self[code] = found = DepartmentKey(department_id(code), self._names[code])
        return found


class _Systems(dict[str, int | None]):
    """Code of a system → its key, each looked up once."""

    def __missing__(self, code: str) -> int | None:
        key = self[code] = system_id(code)
        return key
