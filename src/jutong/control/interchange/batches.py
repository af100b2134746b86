"""Importing a file: received, read, checked, confirmed by a person, written whole or not at all."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from jutong.control.catalogue.api import BulkRow, DraftDiff, ItemChangeKind, create_or_change_many
from jutong.control.catalogue.errors import EditConflict
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    actor_named,
    departments,
    insert_rows,
    record,
)
from jutong.control.interchange.columns import ENTRY_COLUMNS, ITEM_COLUMNS
from jutong.control.interchange.errors import (
    BatchActionNotAllowed,
    BatchHasProblems,
    CatalogueMoved,
    MappingIncomplete,
)
from jutong.control.interchange.files import is_workbook, open_grids
from jutong.control.interchange.foreign_lists import open_list
from jutong.control.interchange.judging import Judgement, judge
from jutong.control.interchange.mapping import propose_mapping, read_list, settled
from jutong.control.interchange.models import BatchFile, BatchRow, ImportBatch
from jutong.control.interchange.reading import TEMPLATE_SHEETS, is_template, read_grids
from jutong.control.interchange.seeing import actor_of, find, reading_of, require_import, view_of
from jutong.control.interchange.terms import BatchAction, BatchState, Outcome
from jutong.control.interchange.transitions import after
from jutong.control.interchange.values import (
    BatchCounts,
    BatchView,
    CellProblem,
    ListMapping,
    RuleCount,
    WaitingImport,
    WorkbookReading,
)
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.ids import new_id
from jutong.vocabulary.catalogue import Severity

CHECK_PATIENCE: Final = timedelta(minutes=2)
"""How long whoever uploaded a file may take to check it before the worker does."""
ELEMENT_NAMES: Final = {column.key: column.zh for column in (*ITEM_COLUMNS, *ENTRY_COLUMNS)}
ROW_COLUMNS: Final = (
    "batch_id", "position", "sheet_row", "title", "provider", "provider_name", "service", "revision", "outcome",
    "items", "errors", "warnings", "differences",
)  # fmt: skip
_LAST_CHANGES: Final = 12


def start_import(
    actor: Actor,
    filename: str,
    content: bytes,
    *,
    clock: Clock,
    in_background: bool = False,
    department: str = "",
) -> BatchView:
    """Receive a file, read and check it; what it would do then awaits a person's confirmation.

    The file is the template filled in, or any list of resources (workbook, CSV, JSON), whose columns are then
    recognised; `department` (the actor's own by default) provides what such a list names no known department for.
    In the background the worker reads and checks it (`carry_on`): for files that take longer than a page may.

    Raises:
        NotExcel, WorkbookEncrypted, WorkbookDamaged, WorkbookTooLarge, ListUnreadable: no batch is kept of it.
    """
    require_import(actor)
    wanted = department or actor.home_department
    reading, mapping = (None, "") if in_background else _read(content, wanted)
    with transaction.atomic():
        batch = _receive(actor, filename, content, clock=clock, department=wanted)
        if reading is not None:
            _keep_reading(batch, reading, mapping, clock=clock)
    if reading is not None:
        with suppress(BatchActionNotAllowed):  # the worker was quicker
            _check(batch, reading, clock=clock)
    return view_of(actor, ImportBatch.objects.get(pk=batch.pk))


def _read(content: bytes, department: str) -> tuple[WorkbookReading, str]:
    """What the file says; and, where it is no workbook of the template, how its columns were taken (JSON)."""
    if is_workbook(content):
        grids = open_grids(content, TEMPLATE_SHEETS)
        if is_template(grids):
            return read_grids(grids), ""
    table = open_list(content)
    mapping = propose_mapping(table, department=department)
    return read_list(table, mapping, _departments()), mapping.to_json()


def _departments() -> Mapping[str, str]:
    """Every name and code by which a list may call a registered department → its code."""
    return {
        name: one.code
        for one in departments()
        for name in (one.short_name, one.name, one.uscc, one.code)
        if name
    }


def _receive(actor: Actor, filename: str, content: bytes, *, clock: Clock, department: str) -> ImportBatch:
    now = clock.now()
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            code=new_id("imp"),
            filename=filename[-200:],
            size_bytes=len(content),
            digest=sha256(content).hexdigest(),
            department=department,
            state=BatchState.RECEIVED.value,
            by_id=actor.person_id,
            by_account=actor.username,
            by_name=actor.display_name,
            created_at=now,
            updated_at=now,
        )
        BatchFile.objects.create(batch=batch, content=content)
        record(
            actor,
            AuditAction.BATCH_RECEIVE,
            at=now,
            object_type="import_batch",
            object_id=batch.code,
            department=actor.home_department,
            detail={"size_bytes": len(content), "sha256": batch.digest},
        )
    return batch


def _step(actor: Actor, batch: ImportBatch, action: BatchAction, *, clock: Clock, **columns: object) -> None:
    """Move the batch by the table, within the caller's transaction; a second mover of the same step is refused.

    Raises:
        BatchActionNotAllowed
    """
    before = BatchState(batch.state)
    target = after(before, action)
    now = clock.now()
    moved = target is not None and ImportBatch.objects.filter(pk=batch.pk, state=before.value).update(
        state=target.value, updated_at=now, **columns
    )
    if target is None or not moved:
        batch.refresh_from_db(fields=["state"])
        state = BatchState(batch.state)
        raise BatchActionNotAllowed(
            batch=batch.code,
            state_zh=state.zh,
            state_en=state.en,
            action_zh=action.zh,
            action_en=action.en,
        )
    batch.state = target.value
    record(
        actor,
        AuditAction.BATCH_STEP,
        at=now,
        object_type="import_batch",
        object_id=batch.code,
        detail={"action": action.value, "before": before.value, "after": target.value},
    )


def _keep_reading(batch: ImportBatch, reading: WorkbookReading, mapping: str, *, clock: Clock) -> None:
    BatchFile.objects.filter(pk=batch.pk).update(reading=_packed(reading))
    _step(actor_of(batch), batch, BatchAction.READ, clock=clock, mapping=mapping)


def _check(batch: ImportBatch, reading: WorkbookReading, *, clock: Clock) -> None:
    """Compare with the catalogue as it is now, and keep what would be done."""
    owner = actor_of(batch)
    judgements, problems = judge(owner, reading, clock.now())
    counts = _counts(judgements, problems)
    with transaction.atomic():
        BatchRow.objects.filter(batch=batch).delete()
        insert_rows(BatchRow, ROW_COLUMNS, _rows(batch, judgements))
        BatchFile.objects.filter(pk=batch.pk).update(problems=_packed(problems))
        plain = msgspec.to_builtins(counts)
        _step(owner, batch, BatchAction.CHECK, clock=clock, counts=plain, failure={})


def _rows(batch: ImportBatch, judgements: Sequence[Judgement]) -> Iterator[Sequence[object]]:
    """Of `ROW_COLUMNS`."""
    for position, one in enumerate(judgements):
        errors = sum(found.severity is Severity.ERROR for found in one.findings)
        yield (
            batch.pk,
            position,
            one.entry.row,
            one.entry.draft.title[:120],
            one.provider[:64],
            one.provider_name[:120],
            one.service,
            one.revision,
            one.outcome.value,
            len(one.entry.draft.items),
            errors,
            len(one.findings) - errors,
            differences_of(one.diff),
        )


def differences_of(diff: DraftDiff) -> str:
    """The names of the elements that change, and of the items with what becomes of them."""
    changes = [ELEMENT_NAMES.get(one.name, one.name) for one in diff.elements]
    marks = {ItemChangeKind.ADDED: "＋", ItemChangeKind.REMOVED: "－"}
    changes += [f"{marks.get(one.kind, '～')}{one.name}" for one in diff.items]
    more = len(changes) - _LAST_CHANGES
    return "、".join(changes[:_LAST_CHANGES]) + (f" …（{more}）" if more > 0 else "")


def _counts(judgements: Sequence[Judgement], problems: Sequence[CellProblem]) -> BatchCounts:
    outcomes = Counter(one.outcome for one in judgements)
    findings = [found for one in judgements for found in one.findings]
    broken = Counter(rule for one in judgements for rule in {found.rule for found in one.findings})
    samples = {found.rule: found for found in findings}
    return BatchCounts(
        entries=len(judgements),
        items=sum(len(one.entry.draft.items) for one in judgements),
        create=outcomes[Outcome.CREATE],
        change=outcomes[Outcome.CHANGE],
        same=outcomes[Outcome.SAME],
        wrong=outcomes[Outcome.WRONG],
        problems=sum(not one.warning for one in problems),
        notes=sum(one.warning for one in problems),
        errors=sum(found.severity is Severity.ERROR for found in findings),
        warnings=sum(found.severity is Severity.WARNING for found in findings),
        rules=tuple(
            RuleCount(
                rule=rule,
                severity=samples[rule].severity,
                zh=samples[rule].zh,
                en=samples[rule].en,
                entries=count,
            )
            for rule, count in broken.most_common()
        ),
    )


def _packed(value: object) -> bytes:
    return zlib.compress(msgspec.json.encode(value), 1)


def remap_import(
    actor: Actor, code: str, elements: Mapping[int, str], *, department: str = "", clock: Clock
) -> BatchView:
    """Read a foreign list anew with the columns as a person says: index → element, "" for what is not read.

    Raises:
        MappingIncomplete: no column is the title, or an element is none of `ELEMENTS`.
        BatchActionNotAllowed, BatchNotFound
    """
    batch = find(actor, code)
    if not batch.mapping:
        raise MappingIncomplete(
            reason_zh="该文件使用模板，无须对应", reason_en="the file follows the template"
        )
    mapping = settled(ListMapping.from_json(batch.mapping), elements, department or batch.department)
    reading = read_list(open_list(bytes(batch.file.content)), mapping, _departments())
    with transaction.atomic():
        kept = {"mapping": mapping.to_json(), "department": mapping.department}
        _step(actor, batch, BatchAction.RECHECK, clock=clock, **kept)
        BatchFile.objects.filter(pk=batch.pk).update(reading=_packed(reading))
    _check(batch, reading, clock=clock)
    return view_of(actor, find(actor, code))


def unchecked_imports(*, clock: Clock) -> tuple[WaitingImport, ...]:
    """The batches that the worker reads and checks: those received for it, and those whose check was interrupted."""
    lost = clock.now() - CHECK_PATIENCE
    received = Q(state=BatchState.RECEIVED.value)
    interrupted = Q(state=BatchState.READ.value, updated_at__lt=lost)
    rows = ImportBatch.objects.filter(received | interrupted)
    return _waiting(rows)


def _waiting(rows: QuerySet[ImportBatch]) -> tuple[WaitingImport, ...]:
    found = rows.order_by("pk").values_list("code", "updated_at")
    return tuple(WaitingImport(code, f"{at.timestamp():.6f}") for code, at in found)


def carry_on(code: str, *, clock: Clock) -> str:
    """Read and check a batch; a file that cannot be read fails. The state in which it ends."""
    batch = ImportBatch.objects.select_related("file").get(code=code)
    try:
        _carry_on(batch, clock=clock)
    except BatchActionNotAllowed:  # someone else carried on, or it was abandoned
        pass
    except JutongError as error:
        _fail(batch, error, clock=clock)
    batch.refresh_from_db(fields=["state"])
    return batch.state


def _carry_on(batch: ImportBatch, *, clock: Clock) -> None:
    if batch.state == BatchState.RECEIVED.value:
        reading, mapping = _read(bytes(batch.file.content), batch.department)
        with transaction.atomic():
            _keep_reading(batch, reading, mapping, clock=clock)
    else:
        reading = reading_of(batch)
    _check(batch, reading, clock=clock)


def _fail(batch: ImportBatch, error: JutongError, *, clock: Clock) -> None:
    failure = {"code": error.code, "zh": error.message("zh"), "en": error.message("en")}
    with transaction.atomic():
        _step(actor_of(batch), batch, BatchAction.FAIL, clock=clock, failure=failure)


def confirm_import(actor: Actor, code: str, *, clock: Clock) -> BatchView:
    """A person has seen what the file would do, and wants it; the worker writes it.

    Raises:
        BatchHasProblems: cells are wrong, so nothing of the file may be written.
        BatchActionNotAllowed, BatchNotFound
    """
    batch = find(actor, code)
    problems = batch.counts.get("problems", 0)
    if batch.state == BatchState.CHECKED.value and problems:
        raise BatchHasProblems(count=problems)
    with transaction.atomic():
        confirmed = {"confirmed_account": actor.username, "confirmed_name": actor.display_name}
        _step(actor, batch, BatchAction.CONFIRM, clock=clock, **confirmed)
    return view_of(actor, find(actor, code))


def abandon_import(actor: Actor, code: str, *, clock: Clock) -> BatchView:
    """Nothing of the file is to be written; its contents are removed."""
    batch = find(actor, code)
    with transaction.atomic():
        _step(actor, batch, BatchAction.ABANDON, clock=clock)
        BatchFile.objects.filter(pk=batch.pk).update(content=b"", reading=b"", problems=b"")
        BatchRow.objects.filter(batch=batch).delete()
    return view_of(actor, find(actor, code))


def recheck_import(actor: Actor, code: str, *, clock: Clock) -> BatchView:
    """Compare the file with the catalogue as it is now."""
    batch = find(actor, code)
    with transaction.atomic():
        _step(actor, batch, BatchAction.RECHECK, clock=clock)
    _check(batch, reading_of(batch), clock=clock)
    return view_of(actor, find(actor, code))


def confirmed_imports() -> tuple[WaitingImport, ...]:
    """The batches that wait to be written, the oldest first."""
    return _waiting(ImportBatch.objects.filter(state=BatchState.CONFIRMED.value))


def write_import(code: str, *, clock: Clock) -> str:
    """Write a confirmed batch in one transaction, on behalf of whoever confirmed it; the state it ends in.

    Run twice it writes once; killed in the middle it leaves nothing, and the batch still waits.
    """
    batch = ImportBatch.objects.select_related("file").get(code=code)
    if batch.state != BatchState.CONFIRMED.value:
        return batch.state
    try:
        actor = actor_named(batch.confirmed_account)
        rows = list(_bulk_rows(batch))
        with transaction.atomic():
            _step(actor, batch, BatchAction.WRITE, clock=clock)
            create_or_change_many(actor, rows, clock=clock)
    except EditConflict as error:
        batch.refresh_from_db(fields=["state"])
        _fail(batch, CatalogueMoved(service=error.detail.get("service", "")), clock=clock)
    except BatchActionNotAllowed:  # written or abandoned by another in this very moment
        pass
    except JutongError as error:
        batch.refresh_from_db(fields=["state"])
        _fail(batch, error, clock=clock)
    batch.refresh_from_db(fields=["state"])
    return batch.state


def _bulk_rows(batch: ImportBatch) -> Iterator[BulkRow]:
    drafts = [one.draft for one in reading_of(batch).entries]
    planned = batch.rows.exclude(outcome__in=[Outcome.SAME.value, Outcome.WRONG.value])
    for row in planned:
        yield BulkRow(
            provider=row.provider, draft=drafts[row.position], service=row.service, revision=row.revision
        )
