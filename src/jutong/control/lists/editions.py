"""Sheets of the lists as they stand, and editions: sheets that were published and are frozen (通告)."""

from typing import Final

from django.db import transaction

from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.lists import numbers
from jutong.control.lists.errors import EditionEmpty, EditionNotFound
from jutong.control.lists.keeping import refresh
from jutong.control.lists.models import Edition
from jutong.control.lists.negatives import ON_THE_LIST, negative_list
from jutong.control.lists.reading import matching, summary_of
from jutong.control.lists.responsibilities import responsibilities
from jutong.control.lists.sheets import Sheet, demand_sheet, negative_sheet, responsibility_sheet, sheet_title
from jutong.control.lists.terms import ListKind
from jutong.control.lists.values import (
    EVERY_DEMAND,
    DemandFilter,
    EditionView,
    NegativeFilter,
    ResponsibilityFilter,
)
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.crypto import provider

PUBLISHES: Final = {
    ListKind.RESPONSIBILITY: Permission.RESPONSIBILITY_MANAGE,
    ListKind.NEGATIVE: Permission.NEGATIVE_REVIEW,
    ListKind.DEMAND: Permission.DEMAND_ASSIGN,
}
"""Who publishes which list."""
READ: Final = Permission.ENTRY_READ


def sheet_of(
    actor: Actor,
    kind: ListKind,
    *,
    clock: Clock,
    department: str = "",
    responsibility: ResponsibilityFilter | None = None,
    negative: NegativeFilter | None = None,
    demand: DemandFilter | None = None,
    effective_only: bool = False,
) -> Sheet:
    """The list as it stands now, of one department or narrowed by the filter of its page.

    `effective_only`: of the negative list only what was reviewed and accepted, as an edition has it.
    """
    require(actor, READ)
    refresh(clock)
    today = business_date(clock.now())
    if kind is ListKind.RESPONSIBILITY:
        wanted = responsibility or ResponsibilityFilter(department=department)
        return responsibility_sheet(responsibilities(actor, wanted, clock=clock), today)
    if kind is ListKind.NEGATIVE:
        refused = negative_list(
            actor, negative or NegativeFilter(department=department, scope=None), clock=clock
        )
        return negative_sheet(
            (view for view in refused if not effective_only or view.state in ON_THE_LIST), today
        )
    found = matching(actor, demand or EVERY_DEMAND)
    if department:
        found = found.filter(department__code=department)
    return demand_sheet((summary_of(row, clock) for row in found), today)


def publish_edition(actor: Actor, kind: ListKind, *, notice: str = "", clock: Clock) -> EditionView:
    """Freeze the list as it stands as the next issue of the year.

    Raises:
        EditionEmpty: there is nothing on it.
    """
    require(actor, PUBLISHES[kind])
    sheet = sheet_of(actor, kind, clock=clock, effective_only=True)
    if not sheet.rows:
        raise EditionEmpty(list_zh=kind.zh, list_en=kind.en)
    now = clock.now()
    text = sheet.to_json()
    with transaction.atomic():
        issue = numbers.take_counts(f"{kind.value[:4].upper()}{sheet.on.year}")
        row = Edition.objects.create(
            kind=kind.value,
            year=sheet.on.year,
            issue=issue,
            title=f"{sheet_title(kind, sheet.on.year)}第{issue}期",
            notice=notice.strip()[:4000],
            sheet=text,
            rows=len(sheet.rows),
            digest=provider("gm").digest(text.encode()).hex(),
            published_at=now,
            published_by=actor.display_name,
        )
        record(
            actor,
            AuditAction.EDITION_PUBLISH,
            at=now,
            object_type="edition",
            object_id=f"{kind.value}-{row.year}-{row.issue}",
            detail={"rows": row.rows, "digest": row.digest},
        )
    return _view(row)


def editions(actor: Actor, kind: ListKind | None = None) -> tuple[EditionView, ...]:
    """Published editions, the newest first."""
    require(actor, READ)
    rows = Edition.objects.defer("sheet")
    return tuple(_view(row) for row in (rows.filter(kind=kind.value) if kind else rows))


def edition_sheet(actor: Actor, key: int) -> tuple[EditionView, Sheet]:
    """An edition with its frozen sheet.

    Raises:
        EditionNotFound
    """
    require(actor, READ)
    row = Edition.objects.filter(pk=key).first()
    if row is None:
        raise EditionNotFound(edition=key)
    return _view(row), Sheet.from_json(row.sheet)


def _view(row: Edition) -> EditionView:
    return EditionView(
        id=row.pk,
        kind=ListKind(row.kind),
        year=row.year,
        issue=row.issue,
        title=row.title,
        notice=row.notice,
        rows=row.rows,
        digest=row.digest,
        published_at=row.published_at,
        published_by=row.published_by,
    )
