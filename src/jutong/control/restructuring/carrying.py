"""Carrying a restructuring out: everything moves in one transaction, or nothing does."""

from django.db import transaction

from jutong.control.approval.api import move_applications
from jutong.control.catalogue.api import held_services, live_contracts, move_entries, open_update_duty
from jutong.control.collection.api import move_sources
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Moved,
    MovedNoun,
    Permission,
    merge_department,
    move_systems,
    record,
    rename_department,
    require,
)
from jutong.control.drafting.api import move_proposals
from jutong.control.duties.api import move_duties, named
from jutong.control.grants.api import move_grants
from jutong.control.lists.api import move_lists
from jutong.control.restructuring.errors import ReformInvalid
from jutong.control.restructuring.models import Confirmation, MovedThing, Reform
from jutong.control.restructuring.planning import step
from jutong.control.restructuring.reading import draft_of, find, reform
from jutong.control.restructuring.terms import ReformAction, ReformKind
from jutong.control.restructuring.values import MovedView, ReformDraft, ReformView
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome


def preview(actor: Actor, code: str, *, home: DataHome, clock: Clock) -> tuple[MovedView, ...]:
    """What carrying the restructuring out would move: it is done and undone, so nothing is guessed."""
    require(actor, Permission.RESTRUCTURE)
    row = find(code)
    with transaction.atomic():
        moved = _move(actor, draft_of(row), reason=row.title, home=home, clock=clock)
        transaction.set_rollback(True)
    return moved


def carry_out(actor: Actor, code: str, *, home: DataHome, clock: Clock) -> ReformView:
    """Planned → carried out: names, systems, people, duties, entries, sources, rows of lists, applications and
    grants move.

    Every entry that moved is to be confirmed anew by its department within the statutory limit (T1). An entry that
    is published gets a new version that names its new provider; its code and its table stay.

    Raises:
        ReformInvalid: it does not hold yet.
        ReformConflict: it is not planned any more.
    """
    require(actor, Permission.RESTRUCTURE)
    row, now = find(code), clock.now()
    if row.effective_on > business_date(now):
        raise ReformInvalid(
            reason_zh=f"{row.effective_on} 才生效，届时再办理",
            reason_en=f"it takes effect on {row.effective_on}",
        )
    with transaction.atomic():
        step(row, ReformAction.CARRY_OUT)
        Reform.objects.filter(pk=row.pk).update(carried_out_by=actor.display_name, carried_out_at=now)
        draft = draft_of(row)
        moved = _move(actor, draft, reason=f"{row.title}（{row.document_number}）", home=home, clock=clock)
        MovedThing.objects.bulk_create(
            [
                MovedThing(
                    reform=row, noun=one.noun.value, key=one.key, name=one.name[:200], before=one.before
                )
                for one in moved
            ]
        )
        live = {contract.service for contract in live_contracts()}
        entries = {one.key: one.name for one in moved if one.noun is MovedNoun.ENTRY and one.key in live}
        Confirmation.objects.bulk_create(
            [
                Confirmation(reform=row, service=service, title=title, department=row.after)
                for service, title in entries.items()
            ]
        )
        open_update_duty(actor, tuple(entries), reason=row.title, started_on=row.effective_on, clock=clock)
        record(
            actor,
            AuditAction.REFORM_CARRY_OUT,
            at=now,
            object_type="reform",
            object_id=code,
            department=row.after,
            detail={"kind": row.kind, "before": row.before, "after": row.after, "moved": len(moved)},
        )
    return reform(actor, code)


def _move(
    actor: Actor, draft: ReformDraft, *, reason: str, home: DataHome, clock: Clock
) -> tuple[MovedView, ...]:
    moved: list[MovedView] = []
    for before in draft.before:
        if draft.kind is ReformKind.RENAME:
            found = _rename(actor, draft, before, reason=reason, home=home, clock=clock)
        elif draft.kind is ReformKind.MERGE:
            found = _merge(actor, before, draft.after, reason=reason, home=home, clock=clock)
        else:
            found = _transfer(actor, draft, before, reason=reason, home=home, clock=clock)
        moved += [MovedView(noun=one.noun, key=one.key, name=one.name, before=before) for one in found]
    return tuple(moved)


def _rename(
    actor: Actor, draft: ReformDraft, code: str, *, reason: str, home: DataHome, clock: Clock
) -> tuple[Moved, ...]:
    department = rename_department(
        actor, code, name=draft.new_name, short_name=draft.new_short_name, uscc=draft.new_uscc, clock=clock
    )
    return (
        Moved(noun=MovedNoun.DEPARTMENT, key=code, name=department.name),
        *move_entries(actor, held_services(code), code, reason=reason, clock=clock),
        *move_grants(actor, code, code, home=home, clock=clock),
    )


def _merge(
    actor: Actor, before: str, after: str, *, reason: str, home: DataHome, clock: Clock
) -> tuple[Moved, ...]:
    move_proposals(actor, before, after)
    return (
        *merge_department(actor, before, after, clock=clock),
        *_duties(move_duties(actor, before, after, at=clock.now())),
        *move_entries(actor, held_services(before), after, reason=reason, clock=clock),
        *move_sources(actor, before, after, clock=clock),
        *move_lists(actor, before, after, clock=clock),
        *move_applications(actor, before, after, clock=clock),
        *move_grants(actor, before, after, home=home, clock=clock),
    )


def _transfer(
    actor: Actor, draft: ReformDraft, before: str, *, reason: str, home: DataHome, clock: Clock
) -> tuple[Moved, ...]:
    after, services = draft.after, draft.services
    return (
        *move_systems(actor, draft.systems, after, clock=clock),
        *move_entries(actor, services, after, reason=reason, clock=clock),
        *move_sources(actor, before, after, clock=clock, systems=draft.systems),
        *move_lists(actor, before, after, clock=clock, services=services),
        *move_applications(actor, before, after, clock=clock, services=services),
        *move_grants(actor, before, after, home=home, clock=clock, services=services),
    )


def _duties(codes: tuple[str, ...]) -> tuple[Moved, ...]:
    names = named(codes)
    return tuple(
        Moved(noun=MovedNoun.DUTY, key=code, name=names[code].name if code in names else "") for code in codes
    )
