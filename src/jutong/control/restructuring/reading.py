"""Seeing restructurings: one, all, and the entries that wait to be confirmed anew."""

from collections.abc import Iterable

from jutong.control.directory.api import Actor, MovedNoun, Permission, require
from jutong.control.restructuring.errors import ReformNotFound
from jutong.control.restructuring.models import Confirmation, Reform
from jutong.control.restructuring.terms import ReformKind, ReformStatus
from jutong.control.restructuring.values import ConfirmationView, MovedView, ReformDraft, ReformView


def reforms(actor: Actor) -> tuple[ReformView, ...]:
    """Every restructuring, the newest first, without what each moved."""
    require(actor, Permission.ENTRY_READ)
    return tuple(view_of(row, whole=False) for row in Reform.objects.prefetch_related("confirmations"))


def reform(actor: Actor, code: str) -> ReformView:
    """One restructuring with everything that it moved.

    Raises:
        ReformNotFound: there is none.
    """
    require(actor, Permission.ENTRY_READ)
    return view_of(find(code), whole=True)


def unconfirmed(actor: Actor) -> tuple[ConfirmationView, ...]:
    """Entries of the actor's departments that wait to be confirmed anew."""
    require(actor, Permission.ENTRY_READ)
    rows = Confirmation.objects.filter(confirmed_at=None).select_related("reform")
    if not actor.is_city_wide:
        rows = rows.filter(department__in=actor.departments)
    return _confirmations(rows)


def find(code: str) -> Reform:
    row = Reform.objects.filter(code=code).first()
    if row is None:
        raise ReformNotFound(reform=code)
    return row


def draft_of(row: Reform) -> ReformDraft:
    return ReformDraft(
        kind=ReformKind(row.kind),
        title=row.title,
        document=row.document,
        document_number=row.document_number,
        effective_on=row.effective_on,
        before=tuple(row.before),
        after=row.after,
        new_name=row.new_name,
        new_short_name=row.new_short_name,
        new_uscc=row.new_uscc,
        services=tuple(row.services),
        systems=tuple(row.systems),
    )


def view_of(row: Reform, *, whole: bool) -> ReformView:
    moved = row.moved.all() if whole else ()
    return ReformView(
        code=row.code,
        draft=draft_of(row),
        status=ReformStatus(row.status),
        planned_by=row.planned_by,
        planned_at=row.planned_at,
        carried_out_by=row.carried_out_by,
        carried_out_at=row.carried_out_at,
        moved=tuple(
            MovedView(noun=MovedNoun(one.noun), key=one.key, name=one.name, before=one.before)
            for one in moved
        ),
        confirmations=_confirmations(row.confirmations.select_related("reform")) if whole else (),
        waiting=sum(one.confirmed_at is None for one in row.confirmations.all()),
    )


def _confirmations(rows: Iterable[Confirmation]) -> tuple[ConfirmationView, ...]:
    return tuple(
        ConfirmationView(
            reform=row.reform.code,
            service=row.service,
            title=row.title,
            department=row.department,
            confirmed_at=row.confirmed_at,
            confirmed_by=row.confirmed_by,
        )
        for row in rows
    )
