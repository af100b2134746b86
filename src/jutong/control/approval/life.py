"""Making applications and the steps on their way to a grant."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from jutong.control.approval.errors import (
    ApplicationActionNotAllowed,
    ApplicationConflict,
    ApplicationInvalid,
    DecisionReasonMissing,
    EntryNotShared,
    OwnEntry,
    SamePerson,
    SupplementAskedBefore,
)
from jutong.control.approval.models import Application, ApplicationDecision, ApplicationSequence
from jutong.control.approval.store import (
    DECISIONS,
    find,
    grant_request,
    is_same_person,
    needed,
    request_of,
    route_of,
    terms_of,
    view_of,
)
from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.terms_of import check_request, check_terms, default_terms, route_for
from jutong.control.approval.transitions import EDITABLE, ENDED, NEEDS_REASON, REVIEWS, Route, after
from jutong.control.approval.values import ApplicationRequest, ApplicationView, Terms
from jutong.control.catalogue.api import contract_of, entry, entry_id
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    can,
    city_calendar,
    city_limit,
    department_id,
    next_number,
    owner_of_client,
    record,
    require,
)
from jutong.control.grants.api import compile_grant
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.contracts import EntryContract
from jutong.vocabulary.time_limits import due_date

# Which statutory clock (domain §1.3) runs at a stage.
UNCONDITIONAL_ANSWER, CONDITIONAL_ANSWER, SUPPLEMENT, AUTHORITY = "T4", "T5", "T7", "T3"
TEXT_LIMIT: Final = 2000


def draft_application(
    actor: Actor, request: ApplicationRequest, *, consumer: str, clock: Clock
) -> ApplicationView:
    """A draft application of the department `consumer` for a published entry.

    Raises:
        EntryNotShared: the entry is not shared at all; the message cites the basis.
        OwnEntry: the department is the provider itself.
        ApplicationInvalid: items are unknown or not shared, or the term is empty.
    """
    require(actor, Permission.APPLICATION_APPLY, consumer)
    contract = contract_of(request.service)
    _check_may_apply(actor, contract, consumer)
    check_request(contract, request, complete=False)
    _check_texts(request)
    _check_clients(request, consumer)
    now = clock.now()
    if actor.person_id is None:
        raise ApplicationInvalid(
            place_zh="申请人", place_en="applicant", reason_zh="须为自然人", reason_en="a person applies"
        )
    with transaction.atomic():
        row = Application.objects.create(
            code=_next_code(now),
            entry_id=entry_id(request.service),
            provider_id=department_id(contract.provider),
            consumer_id=department_id(consumer),
            applicant_id=actor.person_id,
            applicant_name=actor.display_name,
            request=request.to_json(),
            stage=Stage.DRAFT.value,
            stage_since=now,
            created_at=now,
        )
        _record(actor, AuditAction.APPLICATION_DRAFT, row, now, detail={"items": list(request.items)})
    return view_of(actor, find(row.code), clock)


def change_application(
    actor: Actor, code: str, request: ApplicationRequest, *, revision: int, clock: Clock
) -> ApplicationView:
    """Replace what a draft, or an application awaiting supplement, says; the entry stays.

    Raises:
        ApplicationActionNotAllowed: it is under review or over.
        ApplicationConflict: someone changed it since `revision`.
    """
    row = find(code)
    require(actor, Permission.APPLICATION_APPLY, row.consumer.code)
    stage = Stage(row.stage)
    if stage not in EDITABLE:
        raise ApplicationActionNotAllowed(
            application=code,
            stage_zh=stage.zh,
            stage_en=stage.en,
            action_zh="修改",
            action_en="editing",
        )
    contract = contract_of(row.entry.service)
    if request.service != contract.service:
        raise ApplicationInvalid(
            place_zh="目录", place_en="entry", reason_zh="不能更换", reason_en="it cannot be changed"
        )
    check_request(contract, request, complete=False)
    _check_texts(request)
    _check_clients(request, row.consumer.code)
    now = clock.now()
    with transaction.atomic():
        moved = Application.objects.filter(pk=row.pk, stage=row.stage, revision=revision).update(
            request=request.to_json(), terms="", revision=F("revision") + 1
        )
        if not moved:
            raise ApplicationConflict(application=code)
        _record(actor, AuditAction.APPLICATION_DRAFT, row, now, detail={"items": list(request.items)})
    return view_of(actor, find(code), clock)


def submit(actor: Actor, code: str, *, home: DataHome, clock: Clock) -> ApplicationView:
    """Send a complete draft or supplement on its way; the route follows from sharing type and level.

    The own department's review falls away when the applicant is its approver; what is shared without condition
    and of low level is granted at once.

    Raises:
        ApplicationInvalid: basis, purpose, scene, client systems or a complete look-up key are missing.
    """
    row = find(code)
    require(actor, Permission.APPLICATION_APPLY, row.consumer.code)
    contract = contract_of(row.entry.service)
    request = request_of(row)
    check_request(contract, request, complete=True)
    if request.valid_until < business_date(clock.now()):
        raise ApplicationInvalid(
            place_zh="使用期限", place_en="term", reason_zh="已经过去", reason_en="it is over"
        )
    approves = bool(can(actor, Permission.APPLICATION_REVIEW_OWN, row.consumer.code))
    route = route_for(contract, request, applicant_approves=approves)
    return _step(actor, row, Action.SUBMIT, home=home, clock=clock, route=route)


def decide(
    actor: Actor,
    code: str,
    action: Action,
    *,
    home: DataHome,
    clock: Clock,
    reason: str = "",
    terms: Terms | None = None,
    revision: int | None = None,
) -> ApplicationView:
    """ACCEPT, DECLINE or RETURN at the stage where the application stands; the stage says whose decision it is.

    `terms` None keeps those shown; the provider and the data authority may change them. When the last review
    accepts, the grant is compiled in the same transaction and the snapshot published after it. `revision` is
    the one that was shown: what was changed since is not decided unseen.

    Raises:
        SamePerson: the actor applied or already reviewed (nobody reviews their own act).
        SupplementAskedBefore: what is missing is told once (一次性告知).
        DecisionReasonMissing, TermsInvalid, ApplicationActionNotAllowed, ApplicationConflict
    """
    row = find(code)
    if action not in DECISIONS:
        raise _not_allowed(row, action)
    _permit(actor, row, action)
    if revision is not None and revision != row.revision:
        raise ApplicationConflict(application=code)
    if is_same_person(actor, row):
        raise SamePerson(application=code)
    if action is Action.RETURN and row.supplement_asked and Stage(row.stage) is Stage.PROVIDER_REVIEW:
        raise SupplementAskedBefore(application=code)
    if terms is not None:
        if Stage(row.stage) is Stage.DEPARTMENT_REVIEW:
            terms = None  # the terms are the provider's to set
        else:
            check_terms(contract_of(row.entry.service), request_of(row), terms)
    return _step(
        actor, row, action, home=home, clock=clock, reason=reason, terms=terms, route=_route_now(row)
    )


def withdraw(actor: Actor, code: str, *, reason: str, clock: Clock) -> ApplicationView:
    """The applicant's department takes the application back before it is decided."""
    row = find(code)
    return _step(actor, row, Action.WITHDRAW, clock=clock, reason=reason, route=route_of(row))


def _route_now(row: Application) -> Route:
    """The route chosen at submission; an entry that was graded higher meanwhile adds the authority's review."""
    contract = contract_of(row.entry.service)
    now = route_for(contract, request_of(row), applicant_approves=True)
    route = route_of(row)
    return replace(route, authority=route.authority or now.authority)


def _permit(actor: Actor, row: Application, action: Action) -> None:
    permission, department = needed(row, action)
    require(actor, permission, department)


def _not_allowed(row: Application, action: Action) -> ApplicationActionNotAllowed:
    stage = Stage(row.stage)
    return ApplicationActionNotAllowed(
        application=row.code,
        stage_zh=stage.zh,
        stage_en=stage.en,
        action_zh=action.zh,
        action_en=action.en,
    )


def _step(
    actor: Actor,
    row: Application,
    action: Action,
    *,
    clock: Clock,
    route: Route,
    home: DataHome | None = None,
    reason: str = "",
    terms: Terms | None = None,
) -> ApplicationView:
    _permit(actor, row, action)
    before, now = Stage(row.stage), clock.now()
    target = after(before, action, route)
    if target is None:
        raise _not_allowed(row, action)
    if action in NEEDS_REASON and not reason.strip():
        raise DecisionReasonMissing(action_zh=action.zh, action_en=action.en)
    today = business_date(now)
    in_time = today <= row.due_on if row.due_on and before in REVIEWS else None
    with transaction.atomic():
        values = _values(row, action, before, target, route=route, terms=terms, at=now, in_time=in_time)
        moved = Application.objects.filter(pk=row.pk, stage=before.value, revision=row.revision).update(
            **values, revision=F("revision") + 1
        )
        if not moved:
            raise ApplicationConflict(application=row.code)
        ApplicationDecision.objects.create(
            application=row,
            action=action.value,
            before=before.value,
            after=target.value,
            by_id=actor.person_id,
            by_name=actor.display_name,
            department=actor.home_department,
            at=now,
            reason=reason,
            limit_code=row.limit_code,
            due_on=row.due_on,
            in_time=in_time,
            terms=terms.to_json() if terms else "",
        )
        _record(actor, _audit_action(action), row, now, detail=_detail(action, before, target))
        if target is Stage.GRANTED and home is not None:
            _grant(actor, find(row.code), home, clock)
    return view_of(actor, find(row.code), clock)


def _values(
    row: Application,
    action: Action,
    before: Stage,
    target: Stage,
    *,
    route: Route,
    terms: Terms | None,
    at: datetime,
    in_time: bool | None,
) -> dict[str, Any]:
    """The columns that a step changes."""
    limit = _limit(row, target)
    values: dict[str, Any] = {
        "stage": target.value,
        "stage_since": at,
        "limit_code": limit,
        "due_on": due_date(city_limit(limit), business_date(at), calendar=city_calendar()) if limit else None,
        "needs_own_review": route.own,
        "needs_provider_review": route.provider,
        "needs_authority_review": route.authority,
    }
    if action is Action.SUBMIT and row.submitted_at is None:
        values["submitted_at"] = at
    if action is Action.SUBMIT and before is Stage.DRAFT:
        values["terms"] = default_terms(contract_of(row.entry.service), request_of(row)).to_json()
    if terms is not None:
        values["terms"] = terms.to_json()
    if action is Action.RETURN and before is Stage.PROVIDER_REVIEW:
        values["supplement_asked"] = True
    # The provider's answer is what the statutory limit asks for.
    if before is Stage.PROVIDER_REVIEW and action in DECISIONS and row.answered_at is None:
        values |= {"answered_at": at, "answered_in_time": in_time}
    elif target is Stage.GRANTED and row.answered_at is None:
        values |= {"answered_at": at, "answered_in_time": True}
    if target in ENDED:
        values["due_on"] = None
    return values


def _limit(row: Application, target: Stage) -> str:
    if target is Stage.PROVIDER_REVIEW:
        free = row.entry.sharing_type == SharingType.UNCONDITIONAL.value
        return UNCONDITIONAL_ANSWER if free else CONDITIONAL_ANSWER
    return {Stage.SUPPLEMENT: SUPPLEMENT, Stage.AUTHORITY_REVIEW: AUTHORITY}.get(target, "")


def _grant(actor: Actor, row: Application, home: DataHome, clock: Clock) -> None:
    contract = contract_of(row.entry.service)
    terms = terms_of(row, contract)
    check_terms(contract, request_of(row), terms)
    grant = compile_grant(actor, grant_request(row, terms, contract), home=home, clock=clock)
    Application.objects.filter(pk=row.pk).update(grant_id=grant.grant_id)


def _check_may_apply(actor: Actor, contract: EntryContract, consumer: str) -> None:
    if contract.sharing_type is SharingType.NOT_SHARED:
        draft = entry(actor, contract.service).present
        basis = " ".join(filter(None, (draft.basis_document, draft.basis_number, draft.basis_article)))
        raise EntryNotShared(title=contract.title, basis=basis, provider=contract.provider_name)
    if contract.provider == consumer:
        raise OwnEntry(title=contract.title)


def _check_texts(request: ApplicationRequest) -> None:
    for text, zh, en in (
        (request.basis, "使用依据", "basis"),
        (request.purpose, "用途", "purpose"),
        (request.scene, "应用场景", "scene"),
    ):
        if len(text) > TEXT_LIMIT or any(ord(c) < 9 or 0xD800 <= ord(c) <= 0xDFFF for c in text):
            raise ApplicationInvalid(
                place_zh=zh,
                place_en=en,
                reason_zh=f"超过 {TEXT_LIMIT} 字或含有控制字符",
                reason_en=f"it is longer than {TEXT_LIMIT} characters or has control characters",
            )


def _check_clients(request: ApplicationRequest, consumer: str) -> None:
    for client in request.clients:
        if owner_of_client(client) != consumer:
            raise ApplicationInvalid(
                place_zh="调用应用",
                place_en="client systems",
                reason_zh=f"{client} 不属于本部门",
                reason_en=f"{client} is not your department's",
            )


def _next_code(at: datetime) -> str:
    """Such as `SQ202503030001`; within the caller's transaction."""
    day = f"{business_date(at):%Y%m%d}"
    return f"SQ{day}{next_number(ApplicationSequence, 'last', day=day):04d}"


def _audit_action(action: Action) -> AuditAction:
    if action is Action.SUBMIT:
        return AuditAction.APPLICATION_SUBMIT
    return AuditAction.APPLICATION_WITHDRAW if action is Action.WITHDRAW else AuditAction.APPLICATION_DECIDE


def _detail(action: Action, before: Stage, target: Stage) -> dict[str, str]:
    return {"action": action.value, "before": before.value, "after": target.value}


def _record(
    actor: Actor, action: AuditAction, row: Application, at: datetime, *, detail: dict[str, Any]
) -> None:
    record(
        actor,
        action,
        at=at,
        object_type="application",
        object_id=row.code,
        department=row.consumer.code,
        detail=detail,
    )
