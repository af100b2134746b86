"""Finding applications and turning rows into values."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from jutong.control.approval.errors import ApplicationNotFound
from jutong.control.approval.models import Application
from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.terms_of import default_terms, granted_items
from jutong.control.approval.transitions import ENDED, Route, after, permission_for
from jutong.control.approval.values import (
    ApplicationRequest,
    ApplicationSummary,
    ApplicationView,
    DecisionView,
    LimitClock,
    Terms,
)
from jutong.control.catalogue.api import contract_of
from jutong.control.directory.api import Actor, Permission, can, city_calendar, city_limit
from jutong.control.grants.api import GrantRequest
from jutong.kernel.clock import SHANGHAI, Clock, business_date
from jutong.vocabulary.catalogue import Level, SharingType
from jutong.vocabulary.contracts import EntryContract
from jutong.vocabulary.time_limits import progress


def rows() -> QuerySet[Application]:
    return Application.objects.select_related("entry", "provider", "consumer")


def find(code: str) -> Application:
    """The application's row with its parties.

    Raises:
        ApplicationNotFound: there is none.
    """
    row = rows().filter(code=code).first()
    if row is None:
        raise ApplicationNotFound(application=code)
    return row


def route_of(row: Application) -> Route:
    return Route(
        own=row.needs_own_review, provider=row.needs_provider_review, authority=row.needs_authority_review
    )


def request_of(row: Application) -> ApplicationRequest:
    return ApplicationRequest.from_json(row.request)


def terms_of(row: Application, contract: EntryContract | None = None) -> Terms:
    """The terms decided so far, else those that the levels propose."""
    if row.terms:
        return Terms.from_json(row.terms)
    if contract is None and not row.entry.live:
        return Terms(items=())  # the entry was withdrawn: nothing can be proposed any more
    return default_terms(contract or contract_of(row.entry.service), request_of(row))


def grant_request(row: Application, terms: Terms, contract: EntryContract) -> GrantRequest:
    """What the compiler of policies needs to know of an application under `terms`."""
    request = request_of(row)
    return GrantRequest(
        application=row.code,
        service=contract.service,
        consumer=row.consumer.code,
        consumer_name=row.consumer.name,
        clients=request.clients,
        items=granted_items(contract, terms),
        purpose=request.purpose,
        basis=request.basis,
        valid_from=_midnight(request.valid_from),
        valid_until=_midnight(request.valid_until + timedelta(days=1)),
        lookup=request.lookup,
        verification=request.verification,
        row_filter=terms.row_filter,
        daily_quota=terms.daily_quota,
        rate_per_second=terms.rate_per_second,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def limit_clock(row: Application, clock: Clock) -> LimitClock:
    if not row.limit_code or Stage(row.stage) in ENDED:
        return LimitClock(limit="", since=row.stage_since, due_on=None, warning=0)
    since, today = business_date(row.stage_since), business_date(clock.now())
    state = progress(city_limit(row.limit_code), since, today, calendar=city_calendar())
    return LimitClock(
        limit=row.limit_code,
        since=row.stage_since,
        due_on=row.due_on,
        warning=state.warning,
        overdue=row.due_on is not None and today > row.due_on,
    )


def summary_of(row: Application, clock: Clock) -> ApplicationSummary:
    return ApplicationSummary(
        code=row.code,
        service=row.entry.service,
        entry_title=row.entry.title,
        provider=row.provider.code,
        provider_name=row.provider.name,
        consumer=row.consumer.code,
        consumer_name=row.consumer.name,
        applicant_name=row.applicant_name,
        sharing_type=SharingType(row.entry.sharing_type),
        level=Level(row.entry.level),
        stage=Stage(row.stage),
        clock=limit_clock(row, clock),
        submitted_at=row.submitted_at,
        created_at=row.created_at,
        grant_id=row.grant_id,
    )


def view_of(actor: Actor, row: Application, clock: Clock) -> ApplicationView:
    route = route_of(row)
    return ApplicationView(
        summary=summary_of(row, clock),
        request=request_of(row),
        terms=terms_of(row),
        decisions=tuple(
            DecisionView(
                action=Action(step.action),
                before=Stage(step.before),
                after=Stage(step.after),
                by_name=step.by_name,
                department=step.department,
                at=step.at,
                reason=step.reason,
                limit=step.limit_code,
                due_on=step.due_on,
                in_time=step.in_time,
            )
            for step in row.decisions.all()
        ),
        route=route.reviews,
        revision=row.revision,
        actions=tuple(action for action in Action if _may(actor, row, route, action)),
    )


def _may(actor: Actor, row: Application, route: Route, action: Action) -> bool:
    stage = Stage(row.stage)
    if after(stage, action, route) is None:
        return False
    if action is Action.RETURN and stage is Stage.PROVIDER_REVIEW and row.supplement_asked:
        return False
    return may_act(actor, row, action) and not (action in DECISIONS and is_same_person(actor, row))


DECISIONS = frozenset({Action.ACCEPT, Action.DECLINE, Action.RETURN})


def may_act(actor: Actor, row: Application, action: Action) -> bool:
    """Whether the actor's roles allow `action` at the application's stage."""
    permission, department = needed(row, action)
    return bool(can(actor, permission, department))


def needed(row: Application, action: Action) -> tuple[Permission, str]:
    """(permission, department code) that `action` needs at the application's stage."""
    stage = Stage.DRAFT if action is Action.WITHDRAW else Stage(row.stage)
    permission, party = permission_for(stage)
    return permission, (row.provider if party == "provider" else row.consumer).code


def is_same_person(actor: Actor, row: Application) -> bool:
    """Whether the actor made the application or already accepted it: then another person must decide."""
    if actor.person_id == row.applicant_id:
        return True
    return row.decisions.filter(by_id=actor.person_id, action=Action.ACCEPT.value).exists()
