"""Seeing applications: one, a list, and the policy that a decision would make."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from jutong.control.approval.errors import ApplicationNotFound
from jutong.control.approval.models import Application
from jutong.control.approval.store import (
    find,
    grant_request,
    request_of,
    rows,
    summary_of,
    terms_of,
    view_of,
)
from jutong.control.approval.terms import Stage
from jutong.control.approval.terms_of import check_terms
from jutong.control.approval.transitions import REVIEWS, permission_for
from jutong.control.approval.values import (
    EVERY_APPLICATION,
    ApplicationFilter,
    ApplicationSummary,
    ApplicationView,
    Terms,
)
from jutong.control.catalogue.api import contract_of
from jutong.control.directory.api import Actor, Permission, can, require, scope
from jutong.control.grants.api import compile_policy
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.contracts import GrantPolicy

PREVIEW_ID = "preview"


def application(actor: Actor, code: str, *, clock: Clock) -> ApplicationView:
    """One application, for its two parties and the bureau; a draft for the applicant's side only.

    Raises:
        ApplicationNotFound: there is none, or it is not for the actor's eyes.
    """
    return view_of(actor, _visible(actor, code), clock)


def _visible(actor: Actor, code: str) -> Application:
    require(actor, Permission.APPLICATION_READ)
    row = find(code)
    parties = [row.consumer.code]
    if Stage(row.stage) is not Stage.DRAFT:
        parties.append(row.provider.code)
    if not any(can(actor, Permission.APPLICATION_READ, party) for party in parties):
        raise ApplicationNotFound(application=code)
    return row


def applications(
    actor: Actor,
    where: ApplicationFilter = EVERY_APPLICATION,
    *,
    clock: Clock,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[ApplicationSummary]:
    """Applications that concern the actor's departments, the newest first; the bureau sees all."""
    found = list(_matching(actor, where, clock, cursor)[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(summary_of(row, clock) for row in found[:limit]), next_cursor=following)


def count_applications(actor: Actor, where: ApplicationFilter = EVERY_APPLICATION, *, clock: Clock) -> int:
    """How many applications `applications` would list in all."""
    return _matching(actor, where, clock, None).count()


def _matching(
    actor: Actor, where: ApplicationFilter, clock: Clock, cursor: str | None
) -> QuerySet[Application]:
    require(actor, Permission.APPLICATION_READ)
    matching = rows().order_by("-pk")
    reach = scope(actor, Permission.APPLICATION_READ)
    if reach is not None:
        theirs = Q(provider__code__in=reach) & ~Q(stage=Stage.DRAFT.value)
        matching = matching.filter(Q(consumer__code__in=reach) | theirs)
    exact = {
        "stage": where.stage,
        "entry__service": where.service,
        "consumer__code": where.consumer,
        "provider__code": where.provider,
    }
    matching = matching.filter(**{name: value for name, value in exact.items() if value})
    if where.mine_to_decide:
        matching = matching.filter(_decidable(actor))
        matching = matching.exclude(applicant_id=actor.person_id)
    if where.overdue:
        matching = matching.filter(due_on__lt=business_date(clock.now()))
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        matching = matching.filter(pk__lt=before)
    return matching


def _decidable(actor: Actor) -> Q:
    """Applications at a review that the actor's roles decide."""
    alternatives = [Q(pk__in=[])]
    for stage in REVIEWS:
        permission, party = permission_for(stage)
        reach = scope(actor, permission)
        at_stage = Q(stage=stage.value)
        alternatives.append(at_stage if reach is None else at_stage & Q(**{f"{party}__code__in": reach}))
    return reduce(or_, alternatives)


def policy_preview(actor: Actor, code: str, *, terms: Terms | None = None) -> GrantPolicy:
    """The exact policy that accepting would compile under `terms` (None: those shown); its id is `preview`.

    Raises:
        PolicyInvalid, TermsInvalid: what accepting would raise.
    """
    row = _visible(actor, code)
    contract = contract_of(row.entry.service)
    chosen = terms or terms_of(row, contract)
    check_terms(contract, request_of(row), chosen)
    return compile_policy(grant_request(row, chosen, contract), contract, grant_id=PREVIEW_ID)
