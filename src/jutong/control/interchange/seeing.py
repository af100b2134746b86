"""Seeing imports: the batches of an actor, one batch, what each of its rows would do, what is wrong with its file."""

import zlib

import msgspec
from django.db.models import QuerySet

from jutong.control.directory.api import Actor, Permission, actor_named, require, scope
from jutong.control.interchange.errors import BatchNotFound
from jutong.control.interchange.models import BatchRow, ImportBatch
from jutong.control.interchange.terms import BatchAction, BatchState, Outcome
from jutong.control.interchange.transitions import BY_PERSON, after
from jutong.control.interchange.values import (
    BatchCounts,
    BatchRowView,
    BatchView,
    CellProblem,
    ListMapping,
    WorkbookReading,
)
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor


def require_import(actor: Actor) -> None:
    """The permission for any department; for which ones, each row is asked."""
    reach = scope(actor, Permission.ENTRY_IMPORT)
    require(actor, Permission.ENTRY_IMPORT, min(reach) if reach else actor.home_department)


def find(actor: Actor, code: str) -> ImportBatch:
    """The batch, for who uploaded it and for who imports for the whole city.

    Raises:
        BatchNotFound
    """
    batch = _visible(actor).filter(code=code).first()
    if batch is None:
        raise BatchNotFound(batch=code)
    return batch


def _visible(actor: Actor) -> QuerySet[ImportBatch]:
    require_import(actor)
    if scope(actor, Permission.ENTRY_IMPORT) is None:
        return ImportBatch.objects.all()
    return ImportBatch.objects.filter(by_id=actor.person_id)


def imports(actor: Actor, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[BatchView]:
    """The actor's batches, the newest first."""
    rows = _visible(actor).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=decode_numbers(cursor, width=1)[0])
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(view_of(actor, row) for row in found[:limit]), next_cursor=following)


def import_batch(actor: Actor, code: str) -> BatchView:
    """One batch.

    Raises:
        BatchNotFound
    """
    return view_of(actor, find(actor, code))


def import_rows(
    actor: Actor,
    code: str,
    *,
    outcome: Outcome | None = None,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[BatchRowView]:
    """What each entry of the file would do, in the order of the file."""
    rows = find(actor, code).rows.all()
    if outcome is not None:
        rows = rows.filter(outcome=outcome.value)
    if cursor:
        rows = rows.filter(position__gt=decode_numbers(cursor, width=1)[0])
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].position]) if len(found) > limit else None
    return Page(rows=tuple(map(_row_view, found[:limit])), next_cursor=following)


def import_problems(actor: Actor, code: str) -> tuple[CellProblem, ...]:
    """Everything that is wrong with the file, in the order of its cells."""
    return problems_of(find(actor, code))


def problems_of(batch: ImportBatch) -> tuple[CellProblem, ...]:
    packed = bytes(batch.file.problems)
    if not packed:
        return ()
    return msgspec.json.decode(zlib.decompress(packed), type=tuple[CellProblem, ...])


def reading_of(batch: ImportBatch) -> WorkbookReading:
    """What was read from the batch's file."""
    return msgspec.json.decode(zlib.decompress(batch.file.reading), type=WorkbookReading)


def actor_of(batch: ImportBatch) -> Actor:
    """Whoever uploaded the file, with their roles as they are now."""
    return actor_named(batch.by_account)


def _row_view(row: BatchRow) -> BatchRowView:
    return BatchRowView(
        sheet_row=row.sheet_row,
        title=row.title,
        provider_name=row.provider_name,
        service=row.service,
        outcome=Outcome(row.outcome),
        items=row.items,
        errors=row.errors,
        warnings=row.warnings,
        differences=row.differences,
    )


def view_of(actor: Actor, batch: ImportBatch) -> BatchView:
    state = BatchState(batch.state)
    may = Permission.ENTRY_IMPORT in actor.permissions
    return BatchView(
        code=batch.code,
        filename=batch.filename,
        size_bytes=batch.size_bytes,
        state=state,
        by_account=batch.by_account,
        by_name=batch.by_name,
        confirmed_name=batch.confirmed_name,
        created_at=batch.created_at,
        updated_at=batch.updated_at,
        mapping=ListMapping.from_json(batch.mapping) if batch.mapping else None,
        department=batch.department,
        counts=msgspec.convert(batch.counts, BatchCounts),
        failure_code=batch.failure.get("code", ""),
        failure_zh=batch.failure.get("zh", ""),
        failure_en=batch.failure.get("en", ""),
        actions=tuple(one for one in BatchAction if may and one in BY_PERSON and after(state, one)),
    )
