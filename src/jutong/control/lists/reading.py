"""Finding demands and turning rows into values: what the use cases of demands share."""

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from jutong.control.directory.api import Actor, Permission, can, city_calendar, city_limit, require, scope
from jutong.control.lists.errors import DemandNotFound, DemandStepNotAllowed
from jutong.control.lists.models import Demand
from jutong.control.lists.terms import DemandAction, DemandStage, Party, Urgency
from jutong.control.lists.transitions import DISPUTED, ENDED, PARTIES, PERMISSIONS, WAITS_FOR, after
from jutong.control.lists.values import (
    NO_CLOCK,
    DemandFilter,
    DemandStepView,
    DemandSummary,
    DemandView,
    ListClock,
)
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.text import normalise
from jutong.vocabulary.catalogue import SharingMethod, UpdateFrequency
from jutong.vocabulary.time_limits import progress

READ = Permission.ENTRY_READ
"""The lists are notified to all departments (统一通告): who sees the catalogue sees them."""


def rows() -> QuerySet[Demand]:
    return Demand.objects.select_related("department", "proposed", "assigned", "entry__provider", "lead")


def find(number: str) -> Demand:
    """Raises `DemandNotFound` when there is none."""
    row = rows().filter(number=number).first()
    if row is None:
        raise DemandNotFound(demand=number)
    return row


def is_party(actor: Actor, row: Demand, party: Party) -> bool:
    """Whether the actor may act as `party` of this demand."""
    if party is Party.PLATFORM:
        return False
    if party in {Party.BUREAU, Party.LEADER}:
        return bool(can(actor, PERMISSIONS[party]))
    department = row.department if party is Party.FILER else row.assigned
    return department is not None and bool(can(actor, PERMISSIONS[party], department.code))


def require_party(actor: Actor, row: Demand, action: DemandAction) -> None:
    """Stop unless the actor is one of the parties that may take `action`; the refusal is kept.

    Raises:
        PermissionDenied
        DemandStepNotAllowed: it is the platform's own step.
    """
    parties = PARTIES[action]
    if any(is_party(actor, row, party) for party in parties):
        return
    party, stage = parties[0], DemandStage(row.stage)
    if party is Party.PLATFORM:
        raise DemandStepNotAllowed(
            demand=row.number, stage_zh=stage.zh, stage_en=stage.en, action_zh=action.zh, action_en=action.en
        )
    owner = row.department if party is Party.FILER else row.assigned
    named = owner.code if owner and party in {Party.FILER, Party.SOURCE} else None
    require(actor, PERMISSIONS[party], named)


def actions_of(actor: Actor, row: Demand) -> tuple[DemandAction, ...]:
    """What the actor may do with the demand as it stands."""
    stage = DemandStage(row.stage)
    return tuple(
        action
        for action in DemandAction
        if after(stage, action) is not None and any(is_party(actor, row, party) for party in PARTIES[action])
    )


def clock_of(row: Demand, clock: Clock) -> ListClock:
    if not row.limit_code or row.due_on is None:
        return NO_CLOCK
    today = business_date(clock.now())
    state = progress(
        city_limit(row.limit_code), business_date(row.stage_since), today, calendar=city_calendar()
    )
    return ListClock(
        limit=row.limit_code, due_on=row.due_on, warning=state.warning, overdue=today > row.due_on
    )


def summary_of(row: Demand, clock: Clock) -> DemandSummary:
    entry, proposed, assigned = row.entry, row.proposed, row.assigned
    return DemandSummary(
        number=row.number,
        name=row.name,
        items=tuple(row.items),
        department=row.department.code,
        department_name=row.department.name,
        filer_name=row.filer_name,
        proposed=proposed.code if proposed else "",
        proposed_name=proposed.name if proposed else "",
        duties=tuple(row.duties),
        basis=row.basis,
        scene=row.scene,
        sharing_method=SharingMethod(row.sharing_method),
        update_frequency=UpdateFrequency(row.update_frequency),
        use_until=row.use_until,
        urgency=Urgency(row.urgency),
        stage=DemandStage(row.stage),
        clock=clock_of(row, clock),
        assigned=assigned.code if assigned else "",
        assigned_name=assigned.name if assigned else "",
        service=entry.service if entry else "",
        entry_title=entry.title if entry else "",
        entry_live=bool(entry and entry.live),
        application=row.application,
        lead=row.lead.number if row.lead else "",
        created_at=row.created_at,
    )


def view_of(actor: Actor, row: Demand, clock: Clock) -> DemandView:
    merged = rows().filter(lead=row)
    return DemandView(
        summary=summary_of(row, clock),
        steps=tuple(
            DemandStepView(
                action=DemandAction(step.action),
                before=DemandStage(step.before),
                after=DemandStage(step.after),
                by_name=step.by_name,
                department=step.department,
                at=step.at,
                reason=step.reason,
                note=step.note,
                due_on=step.due_on,
                in_time=step.in_time,
            )
            for step in row.steps.all()
        ),
        merged=tuple(summary_of(one, clock) for one in merged),
        responsibilities=tuple(row.responsibilities.values_list("number", flat=True)),
        binding=row.binding_decision,
        revision=row.revision,
        actions=actions_of(actor, row),
        editable=row.stage == DemandStage.FILED.value and is_party(actor, row, Party.FILER),
    )


def matching(actor: Actor, where: DemandFilter) -> QuerySet[Demand]:
    """Demands that a list shows, the newest first."""
    require(actor, READ)
    found = rows().order_by("-pk")
    exact = {
        "stage": where.stage,
        "department__code": where.department,
        "assigned__code": where.assigned,
        "urgency": where.urgency,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    for word in normalise(where.text).split()[:6]:
        found = found.filter(Q(name__icontains=word) | Q(number__icontains=word) | Q(scene__icontains=word))
    if where.disputed:
        found = found.filter(stage__in=[stage.value for stage in DISPUTED])
    if where.open_only:
        found = found.exclude(stage__in=[stage.value for stage in ENDED])
    return found.filter(_waiting(actor)) if where.mine else found


def _waiting(actor: Actor) -> Q:
    """Demands at a stage that waits for one of the actor's parties."""
    alternatives = [Q(pk__in=[])]
    for stage, parties in WAITS_FOR.items():
        for party in parties:
            reach = scope(actor, PERMISSIONS[party])
            if reach is not None and not reach:
                continue
            at_stage = Q(stage=stage.value)
            if party is Party.FILER and reach is not None:
                at_stage &= Q(department__code__in=reach)
            if party is Party.SOURCE and reach is not None:
                at_stage &= Q(assigned__code__in=reach)
            alternatives.append(at_stage)
    return reduce(or_, alternatives)


def overdue(found: QuerySet[Demand], today: date) -> int:
    return found.filter(due_on__lt=today).count()
