"""Sources that send by themselves: who may push to them, which of them are listened to, what they fill."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.collection.errors import AlreadyHooked, SourceNotFound
from jutong.control.collection.models import Binding, Source
from jutong.control.collection.schedule import promised_by
from jutong.control.directory.api import Actor, AuditAction, Permission, department_id, record, require
from jutong.kernel.clock import Clock
from jutong.vocabulary.collection import CollectionMode

PUSH_KIND: Final = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTarget:
    """A source that someone pushes to."""

    code: str
    kind: str
    department: str
    options: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedSource:
    """A source that the worker listens to; a later `updated_at` means other options."""

    code: str
    kind: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedEntry:
    """An entry that is filled from a spool, and how far it was collected when last recorded."""

    service: str
    source: str
    position: int
    busy: bool
    """A run of it is queued, running or held."""


def push_target(actor: Actor, code: str) -> PushTarget:
    """The active source `code`, for one who may push to it.

    Raises:
        SourceNotFound: there is none, or it is out of use.
    """
    row = Source.objects.select_related("department").filter(code=code, active=True).first()
    if row is None:
        raise SourceNotFound(source=code[:40])
    require(actor, Permission.SOURCE_PUSH, row.department.code)
    return PushTarget(code=row.code, kind=row.kind, department=row.department.code, options=row.options)


def record_push(
    actor: Actor, target: PushTarget, *, receipt: str, rows: int, refused: int, clock: Clock
) -> None:
    """Keep in the trail that `actor` pushed."""
    record(
        actor,
        AuditAction.SOURCE_PUSH,
        at=clock.now(),
        object_type="source",
        object_id=target.code,
        department=target.department,
        detail={"receipt": receipt, "rows": rows, "refused": refused},
    )


def streamed_sources(actor: Actor, kinds: Collection[str]) -> tuple[StreamedSource, ...]:
    """Active sources of these kinds that fill at least one entry."""
    require(actor, Permission.RUN_EXECUTE)
    rows = Source.objects.filter(
        kind__in=list(kinds), active=True, bindings__active=True, bindings__paused=False
    )
    found = rows.distinct().order_by("code").values_list("code", "kind", "updated_at")
    return tuple(StreamedSource(code=code, kind=kind, updated_at=at) for code, kind, at in found)


def pushed_entries(actor: Actor, *, source: str = "") -> tuple[PushedEntry, ...]:
    """Every entry that a spool fills, of one source or of all."""
    require(actor, Permission.RUN_READ)
    rows = Binding.objects.filter(active=True, entry__live=True, mode=CollectionMode.PUSH.value)
    if source:
        rows = rows.filter(source__code=source)
    busy = set(rows.filter(runs__active_key__isnull=False).values_list("pk", flat=True))
    found = rows.order_by("entry__service").values_list("pk", "entry__service", "source__code", "position")
    return tuple(
        PushedEntry(
            service=service, source=code, position=int(text) if text.isdigit() else 0, busy=pk in busy
        )
        for pk, service, code, text in found
    )


def note_lag(actor: Actor, service: str, lag_s: float | None) -> None:
    """How many seconds what was pushed waits to be collected; None: nothing waits."""
    require(actor, Permission.RUN_EXECUTE)
    Binding.objects.filter(entry__service=service).exclude(lag_s=lag_s).update(lag_s=lag_s)


def source_to_fill(actor: Actor, service: str, *, clock: Clock) -> str:
    """The code of the source into which an entry without a system is filled in; made and hooked the first time.

    Raises:
        EntryNotFound: the entry is not published.
        AlreadyHooked: another kind of source fills it.
    """
    contract = contract_of(service)
    require(actor, Permission.FILLING_MANAGE, contract.provider)
    binding = Binding.objects.select_related("source").filter(entry__service=service, active=True).first()
    if binding is not None and binding.source.kind != PUSH_KIND:
        raise AlreadyHooked(service=service, source=binding.source.code)
    if binding is not None:
        return binding.source.code
    now = clock.now()
    with transaction.atomic():
        source, made = Source.objects.get_or_create(
            code=f"fill_{entry_id(service)}",
            defaults={
                "name": f"{contract.title}（填报）"[:120],
                "department_id": department_id(contract.provider),
                "kind": PUSH_KIND,
                "created_at": now,
                "updated_at": now,
            },
        )
        Binding.objects.update_or_create(
            entry_id=entry_id(service),
            defaults={
                "source": source,
                "mapping": None,
                "mode": CollectionMode.PUSH.value,
                "active": True,
                "next_run_at": None,
                "due_at": promised_by(contract.update_frequency, now),
            },
            create_defaults={
                "source": source,
                "mode": CollectionMode.PUSH.value,
                "created_at": now,
                "due_at": promised_by(contract.update_frequency, now),
            },
        )
        for action in (AuditAction.SOURCE_ADD,) * made + (AuditAction.BINDING_ADD,):
            record(
                actor,
                action,
                at=now,
                object_type="source",
                object_id=source.code,
                department=contract.provider,
                detail={"service": service},
            )
    return source.code
