"""The catalogue out of the platform as the Excel template, ready to be changed and imported again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from jutong.control.catalogue.api import EVERY_ENTRY, EntryFilter, WholeEntry, entries, whole_entries
from jutong.control.directory.api import Actor, AuditAction, record
from jutong.control.interchange.writing import ExportRow, write_workbook
from jutong.kernel.clock import Clock
from jutong.kernel.paging import MAX_LIMIT


def write_template(target: Path | BinaryIO) -> None:
    """The empty template, to be filled in."""
    write_workbook(target)


def export_workbook(
    actor: Actor,
    target: Path | BinaryIO,
    *,
    clock: Clock,
    where: EntryFilter = EVERY_ENTRY,
    services: Sequence[str] | None = None,
) -> int:
    """Write the entries of `services`, or all that `where` lists, as they are being edited; how many they are.

    Importing what was exported, unchanged, changes nothing.
    """
    chosen = list(services) if services is not None else list(_listed(actor, where))
    count = write_workbook(target, map(_export_row, whole_entries(actor, chosen)))
    record(
        actor,
        AuditAction.CATALOGUE_EXPORT,
        at=clock.now(),
        object_type="catalogue",
        object_id=where.provider or "*",
        department=actor.home_department,
        detail={"entries": count},
    )
    return count


def _listed(actor: Actor, where: EntryFilter) -> Iterator[str]:
    cursor: str | None = None
    while True:
        page = entries(actor, where, limit=MAX_LIMIT, cursor=cursor)
        yield from (row.service for row in page.rows)
        cursor = page.next_cursor
        if cursor is None:
            return


def _export_row(entry: WholeEntry) -> ExportRow:
    return ExportRow(
        draft=entry.draft,
        provider=entry.provider_name,
        provider_uscc=entry.provider_uscc,
        code=entry.code,
        service=entry.service,
        published_on=entry.published_on,
        status=entry.status,
    )
