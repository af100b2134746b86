"""Sources and their binding to entries (挂接)."""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.collection.errors import (
    MappingInvalid,
    NotHooked,
    RunActive,
    SourceExists,
    SourceInvalid,
    SourceNotFound,
    WrongProvider,
)
from jutong.control.collection.models import Binding, Source
from jutong.control.collection.schedule import next_run, promised_by, punctuality
from jutong.control.collection.values import BindingView, SourceDraft, SourceView
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    record,
    require,
    scope,
    system_id,
)
from jutong.kernel.clock import Clock
from jutong.kernel.crypto.keys import open_text, seal_text
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy
from jutong.vocabulary.contracts import EntryContract

# In one query: SQLite refuses the long condition that a second one would have for a city's many sources.
_HOOKED: Final = Prefetch("bindings", Binding.objects.select_related("entry"))
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,38}")
_SECRET_NAME: Final = re.compile(r"pass|secret|token|dsn|credential|pwd", re.IGNORECASE)
_ADDRESS: Final = ("host", "port", "url", "endpoint", "user", "tls")
_SECRET_IN_URL: Final = re.compile(r"://[^/\s:@]+:[^/\s@]+@")


def add_source(actor: Actor, draft: SourceDraft, *, home: DataHome, clock: Clock) -> SourceView:
    """Register a source; its secrets are sealed and never shown again.

    Raises:
        SourceInvalid: the code is malformed, or a secret stands among the open options.
        SourceExists: the code is taken.
    """
    require(actor, Permission.SOURCE_MANAGE, draft.department)
    _check(draft)
    now = clock.now()
    try:
        with transaction.atomic():
            row = Source.objects.create(
                code=draft.code,
                name=draft.name,
                department_id=department_id(draft.department),
                system_id=system_id(draft.system),
                kind=draft.kind,
                options=dict(draft.options),
                sealed_options=_sealed(home, draft.secret_options),
                created_at=now,
                updated_at=now,
            )
            _record(actor, AuditAction.SOURCE_ADD, row, clock)
    except IntegrityError as error:
        raise SourceExists(source=draft.code) from error
    return _view(row)


def change_source(actor: Actor, code: str, draft: SourceDraft, *, home: DataHome, clock: Clock) -> SourceView:
    """Change a source's name, options, secrets; secrets left empty keep the sealed ones. Code and department stay.

    Raises:
        SourceNotFound: there is none.
        SourceInvalid: a secret stands among the open options, or the address changes and a secret does not.
    """
    row = _find(code)
    require(actor, Permission.SOURCE_MANAGE, row.department.code)
    _check(draft)
    secrets = _kept_secrets(row, draft, home)
    moved = (row.kind, row.options) != (draft.kind, dict(draft.options))
    with transaction.atomic():
        if moved:  # the position in one log says nothing of another's: the next run begins with a snapshot
            logs = row.bindings.filter(mode=CollectionMode.CHANGE_LOG.value, active=True)
            logs.update(position="", lag_s=None, next_run_at=clock.now())
        row.name, row.kind, row.options = draft.name, draft.kind, dict(draft.options)
        row.system_id = system_id(draft.system)
        row.sealed_options = _sealed(home, secrets)
        row.tested_at, row.test_code, row.test_detail = None, "", {}
        row.updated_at = clock.now()
        row.save()
        _record(actor, AuditAction.SOURCE_CHANGE, row, clock)
    return _view(_find(code))


def _kept_secrets(row: Source, draft: SourceDraft, home: DataHome) -> dict[str, str]:
    """The sealed secrets with the new ones over them; another kind of source takes over none."""
    kept = json.loads(open_text(home, row.sealed_options)) if row.sealed_options else {}
    if draft.kind != row.kind:
        kept = {}
    given = {name: value for name, value in draft.secret_options.items() if value}
    moved = any(str(row.options.get(name, "")) != str(draft.options.get(name, "")) for name in _ADDRESS)
    if moved and kept.keys() - given.keys():
        # Else whoever may change a source could have its password sent to a server of their own.
        raise SourceInvalid(
            place="地址 / address",
            reason_zh="改了地址或账号，须重新填写口令等加密信息",
            reason_en="it or the account changed, so the secrets have to be given again",
        )
    return kept | given


def sources(actor: Actor, *, department: str = "") -> tuple[SourceView, ...]:
    """Sources within the actor's scope, of one department or of all, by code."""
    require(actor, Permission.SOURCE_READ, department or None)
    rows = Source.objects.all()
    reach = scope(actor, Permission.SOURCE_READ)
    if reach is not None:
        rows = rows.filter(department__code__in=reach)
    if department:
        rows = rows.filter(department__code=department)
    return with_hooked(rows)


def with_hooked(rows: QuerySet[Source]) -> tuple[SourceView, ...]:
    """The sources with the service names of the entries that they fill; two queries."""
    return tuple(_view(row) for row in rows.select_related("department", "system").prefetch_related(_HOOKED))


def source(actor: Actor, code: str) -> SourceView:
    """One source.

    Raises:
        SourceNotFound: there is none.
    """
    row = _find(code)
    require(actor, Permission.SOURCE_READ, row.department.code)
    return _view(row)


def source_options(actor: Actor, code: str, *, home: DataHome) -> tuple[str, Mapping[str, Any]]:
    """(kind, options with opened secrets), for a connection test or a profile alone: never store or show them."""
    row = _find(code)
    require(actor, Permission.SOURCE_MANAGE, row.department.code)
    return row.kind, opened_options(row, home)


def source_key(code: str) -> int:
    """The key of a source's row, for the foreign keys of other apps."""
    return _find(code).pk


def job_options(actor: Actor, code: str, *, home: DataHome) -> tuple[str, Mapping[str, Any]]:
    """As `source_options`, for a job of the platform that reads a source on a person's behalf."""
    require(actor, Permission.RUN_EXECUTE)
    row = _find(code)
    return row.kind, opened_options(row, home)


def opened_options(row: Source, home: DataHome) -> dict[str, Any]:
    secrets = json.loads(open_text(home, row.sealed_options)) if row.sealed_options else {}
    return {**row.options, **secrets}


def bind(
    actor: Actor,
    *,
    service: str,
    source: str,
    clock: Clock,
    mapping: Mapping[str, str] | None = None,
    mode: str = "replace",
) -> BindingView:
    """Hook a published entry to a source of its provider; binding it again replaces source and mapping.

    `mapping` is source column → field of an item; None: columns have the fields' names. `mode` is a
    `CollectionMode`.

    Raises:
        EntryNotFound: the entry is not published.
        WrongProvider: the source is another department's.
        MappingInvalid: a field is no item of the entry, or is filled twice.
        RunActive: a run is queued or running.
    """
    contract = contract_of(service)
    require(actor, Permission.SOURCE_MANAGE, contract.provider)
    row = _find(source)
    if row.department.code != contract.provider:
        raise WrongProvider(source=source, service=service)
    _check_mapping(contract, mapping)
    if mode not in set(CollectionMode):
        listed = ", ".join(CollectionMode)
        raise SourceInvalid(place="mode", reason_zh=f"须为 {listed} 之一", reason_en=f"one of {listed}")
    now = clock.now()
    with transaction.atomic():
        binding, made = Binding.objects.get_or_create(
            entry_id=entry_id(service),
            defaults={
                "source": row,
                "created_at": now,
                "next_run_at": now,
                "due_at": promised_by(contract.update_frequency, now),
            },
        )
        if not made and binding.runs.filter(active_key__isnull=False).exists():
            raise RunActive(service=service)
        if binding.mode != mode or binding.source_id != row.pk:  # what was reached is another log's
            binding.position, binding.lag_s = "", None
        binding.source = row
        binding.mapping = dict(mapping) if mapping is not None else None
        binding.mode = mode
        binding.active = True
        if mode == CollectionMode.LOGICAL.value:  # nothing is fetched, nothing can be late
            binding.next_run_at = binding.due_at = None
        elif binding.next_run_at is None:
            binding.next_run_at = next_run(contract.update_frequency, now)
        binding.save()
        _record(actor, AuditAction.BINDING_ADD, row, clock, service=service)
    return binding_view(_bindings().get(pk=binding.pk), clock)


def unbind(actor: Actor, *, service: str, clock: Clock) -> None:
    """Stop fetching for the entry; what was collected stays.

    Raises:
        NotHooked: no source fills it.
    """
    row = _bindings().filter(entry__service=service).first()
    if row is None:
        raise NotHooked(service=service)
    require(actor, Permission.SOURCE_MANAGE, row.entry.provider.code)
    with transaction.atomic():
        Binding.objects.filter(pk=row.pk).update(active=False, next_run_at=None)
        _record(actor, AuditAction.BINDING_REMOVE, row.source, clock, service=service)


def bindings(actor: Actor, *, clock: Clock, department: str = "") -> tuple[BindingView, ...]:
    """Hooked entries within the actor's scope, of one department or of all."""
    require(actor, Permission.SOURCE_READ, department or None)
    rows = _bindings().filter(active=True)
    reach = scope(actor, Permission.SOURCE_READ)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    if department:
        rows = rows.filter(entry__provider__code=department)
    return tuple(binding_view(row, clock) for row in rows)


def bindings_of(sources: Collection[str], *, clock: Clock) -> tuple[BindingView, ...]:
    """The entries that these sources fill, by their codes; for callers that have asked whether they may."""
    rows = _bindings().filter(active=True, source__code__in=sources).order_by("source__code", "pk")
    return tuple(binding_view(row, clock) for row in rows)


def binding(actor: Actor, service: str, *, clock: Clock) -> BindingView | None:
    """The binding of one entry; None when no source fills it."""
    row = _bindings().filter(entry__service=service).first()
    if row is None:
        return None
    require(actor, Permission.SOURCE_READ, row.entry.provider.code)
    return binding_view(row, clock)


def policy_of(row: Binding) -> CollectionPolicy:
    """What was decided about the entry's deliveries; the defaults where nothing was."""
    return CollectionPolicy.from_json(row.policy) if row.policy else CollectionPolicy()


def _bindings() -> Any:
    return Binding.objects.select_related("entry__provider", "source")


def binding_view(row: Binding, clock: Clock) -> BindingView:
    return BindingView(
        service=row.entry.service,
        title=row.entry.title,
        provider=row.entry.provider.code,
        provider_name=row.entry.provider.name,
        source=row.source.code,
        source_name=row.source.name,
        mapping=row.mapping,
        mode=CollectionMode(row.mode),
        policy=policy_of(row),
        priority=row.priority,
        cron=row.cron,
        paused=row.paused,
        position=row.position,
        lag_s=row.lag_s,
        proved_at=row.proved_at,
        proof_complete=row.proof_complete,
        update_frequency=UpdateFrequency(row.entry.update_frequency),
        active=row.active,
        next_run_at=row.next_run_at,
        due_at=row.due_at,
        last_success_at=row.last_success_at,
        last_version=row.last_version,
        last_rows=row.last_rows,
        last_score=row.last_score,
        punctuality=punctuality(due_at=row.due_at, last_success_at=row.last_success_at, now=clock.now()),
    )


def _check(draft: SourceDraft) -> None:
    if not _CODE.fullmatch(draft.code):
        raise SourceInvalid(
            place="编码 / code",
            reason_zh="须以小写字母开头，只含小写字母、数字和下划线，2至39位",
            reason_en="2 to 39 lower-case letters, digits and underscores, a letter first",
        )
    for name, value in draft.options.items():
        if _SECRET_NAME.search(name) or (isinstance(value, str) and _SECRET_IN_URL.search(value)):
            raise SourceInvalid(
                place=f"选项 / option {name}",
                reason_zh="像是口令或连接串，须放入加密选项",
                reason_en="it looks like a secret, which belongs among the sealed options",
            )


def _check_mapping(contract: EntryContract, mapping: Mapping[str, str] | None) -> None:
    if mapping is None:
        return
    fields = {item.field for item in contract.items}
    counts = Counter(mapping.values())
    wrong = sorted(name for name, count in counts.items() if name not in fields or count > 1)
    if wrong:
        raise MappingInvalid(service=contract.service, fields=", ".join(wrong))


def _sealed(home: DataHome, secrets: Mapping[str, str]) -> str:
    return seal_text(home, json.dumps(dict(secrets), ensure_ascii=False)) if secrets else ""


def _find(code: str) -> Source:
    row = Source.objects.select_related("department", "system").filter(code=code).first()
    if row is None:
        raise SourceNotFound(source=code)
    return row


def _record(actor: Actor, action: AuditAction, row: Source, clock: Clock, *, service: str = "") -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="source",
        object_id=row.code,
        department=row.department.code,
        detail={"service": service} if service else {"kind": row.kind},
    )


def _view(row: Source) -> SourceView:
    return SourceView(
        code=row.code,
        name=row.name,
        department=row.department.code,
        department_name=row.department.name,
        system=row.system.code if row.system else "",
        kind=row.kind,
        options=row.options,
        has_secrets=bool(row.sealed_options),
        active=row.active,
        max_concurrent=row.max_concurrent,
        windows=tuple(row.windows),
        tested_at=row.tested_at,
        test_code=row.test_code,
        test_detail=row.test_detail,
        services=tuple(binding.entry.service for binding in row.bindings.all() if binding.active),
    )
