"""Writing proposals and seeing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from jutong.control.catalogue.api import EntryDraft
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    can,
    department_id,
    record,
    require,
    scope,
)
from jutong.control.drafting.errors import ProposalConflict, ProposalNotFound, RejectionReasonMissing
from jutong.control.drafting.models import Proposal
from jutong.control.drafting.terms import Origin, ProposalAction, ProposalStatus
from jutong.control.drafting.transitions import after
from jutong.control.drafting.values import EVERY_PROPOSAL, ProposalFilter, ProposalView, Suggested
from jutong.kernel.clock import Clock
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.surveys import UNSURE, ColumnSurvey, Evidence

OPEN = frozenset({ProposalStatus.PROPOSED, ProposalStatus.REJECTED})
CHUNK = 500


def keep(suggested: Suggested, *, source: int | None, at: datetime) -> tuple[Proposal, bool]:
    """The open proposal for what was suggested, and whether it is new; within the caller's transaction."""
    made = keep_many([suggested], source=source, at=at)
    row = Proposal.objects.filter(origin_key=suggested.origin_key).order_by("-pk").first()
    assert row is not None
    return row, bool(made)


def keep_many(suggested: Sequence[Suggested], *, source: int | None, at: datetime) -> int:
    """Keep the suggestions that are new and say how many were; within the caller's transaction.

    The same suggestion again changes nothing, also where it was rejected; another one takes its place.
    """
    latest: dict[str, Proposal] = {}
    keys = [one.origin_key for one in suggested]
    for start in range(0, len(keys), CHUNK):
        for row in Proposal.objects.filter(origin_key__in=keys[start : start + CHUNK]).order_by("pk"):
            latest[row.origin_key] = row
    owners: dict[str, int] = {}
    replaced: list[Proposal] = []
    new: list[Proposal] = []
    for one in suggested:
        if one.provider not in owners:
            owners[one.provider] = department_id(one.provider)
        row, before = _row(one, owners[one.provider], source, at), latest.get(one.origin_key)
        if before is not None and ProposalStatus(before.status) in OPEN:
            if before.draft == row.draft:
                continue
            before.status, before.active_key = ProposalStatus.SUPERSEDED.value, None
            before.decided_at = at
            replaced.append(before)
        new.append(row)
    Proposal.objects.bulk_update(replaced, ["status", "active_key", "decided_at"], batch_size=CHUNK)
    Proposal.objects.bulk_create(new, batch_size=CHUNK)
    return len(new)


def _row(suggested: Suggested, owner: int, source: int | None, at: datetime) -> Proposal:
    draft = suggested.draft
    return Proposal(
        origin=suggested.origin.value,
        origin_key=suggested.origin_key,
        active_key=suggested.origin_key,
        provider_id=owner,
        source_id=source,
        title=draft.title,
        sharing_type=draft.sharing_type.value,
        open_type=draft.open_type.value,
        update_frequency=draft.update_frequency.value,
        level=draft.level.value,
        item_count=len(draft.items),
        confidence=suggested.confidence,
        draft=draft.to_json(),
        evidence=msgspec.json.encode(dict(suggested.evidence)).decode(),
        columns=msgspec.json.encode(suggested.columns).decode() if suggested.columns else "",
        status=ProposalStatus.PROPOSED.value,
        made_at=at,
    )


def proposals(
    actor: Actor,
    where: ProposalFilter = EVERY_PROPOSAL,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[ProposalView]:
    """Proposals within the actor's scope, in the order in which they were made."""
    rows = _matching(actor, where).order_by("pk")
    if cursor:
        (last,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__gt=last)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(map(view_of, found[:limit])), next_cursor=following)


def count_proposals(actor: Actor, where: ProposalFilter = EVERY_PROPOSAL) -> int:
    return _matching(actor, where).count()


def numbers_of(actor: Actor, where: ProposalFilter) -> tuple[int, ...]:
    """The numbers of every proposal that matches."""
    return tuple(_matching(actor, where).order_by("pk").values_list("pk", flat=True))


def _matching(actor: Actor, where: ProposalFilter) -> QuerySet[Proposal]:
    require(actor, Permission.ENTRY_READ, where.department or None)
    rows = Proposal.objects.select_related("provider", "source")
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        rows = rows.filter(provider__code__in=reach)
    exact: Mapping[str, object] = {
        "provider__code": where.department,
        "status": where.status,
        "origin": where.origin,
        "source__code": where.source,
        "title__contains": where.text,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if where.sure is not None:
        rows = rows.filter(confidence__gte=UNSURE) if where.sure else rows.filter(confidence__lt=UNSURE)
    return rows


def proposal(actor: Actor, number: int) -> ProposalView:
    """One proposal.

    Raises:
        ProposalNotFound: there is none, or it is another department's.
    """
    row = find(number)
    if not can(actor, Permission.ENTRY_READ, row.provider.code):
        raise ProposalNotFound(proposal=number)
    return view_of(row)


def reject(actor: Actor, number: int, *, reason: str, clock: Clock) -> ProposalView:
    """The department does not take the proposal up, for a reason; the same suggestion does not come back.

    Raises:
        RejectionReasonMissing, ProposalConflict
    """
    row = find(number)
    require(actor, Permission.ENTRY_DRAFT, row.provider.code)
    if not reason.strip():
        raise RejectionReasonMissing
    with transaction.atomic():
        move(row, ProposalAction.REJECT, actor, clock, reason=reason.strip()[:2000])
        _record(actor, AuditAction.PROPOSAL_REJECT, row, clock)
    return view_of(find(number))


def reopen(actor: Actor, number: int, *, clock: Clock) -> ProposalView:
    """A rejected proposal is open again.

    Raises:
        ProposalConflict
    """
    row = find(number)
    require(actor, Permission.ENTRY_DRAFT, row.provider.code)
    with transaction.atomic():
        move(row, ProposalAction.REOPEN, actor, clock, reason="")
        _record(actor, AuditAction.PROPOSAL_REOPEN, row, clock)
    return view_of(find(number))


def move(row: Proposal, action: ProposalAction, actor: Actor, clock: Clock, **values: object) -> None:
    """Take a step, unless someone else took one before; within the caller's transaction.

    Raises:
        ProposalConflict
    """
    status = ProposalStatus(row.status)
    target = after(status, action)
    if target is None:
        raise conflict(row, action)
    keeps = row.origin_key if target in OPEN else None
    moved = Proposal.objects.filter(pk=row.pk, status=status.value).update(
        status=target.value,
        active_key=keeps,
        decided_at=clock.now(),
        decided_by_name=actor.display_name,
        **values,
    )
    if not moved:
        raise conflict(find(row.pk), action)


def conflict(row: Proposal, action: ProposalAction) -> ProposalConflict:
    status = ProposalStatus(row.status)
    return ProposalConflict(
        title=row.title,
        status_zh=status.zh,
        status_en=status.en,
        action_zh=action.zh,
        action_en=action.en,
    )


def find(number: int) -> Proposal:
    row = Proposal.objects.select_related("provider", "source").filter(pk=number).first()
    if row is None:
        raise ProposalNotFound(proposal=number)
    return row


def _record(actor: Actor, action: AuditAction, row: Proposal, clock: Clock) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="proposal",
        object_id=str(row.pk),
        department=row.provider.code,
        detail={"title": row.title},
    )


def view_of(row: Proposal) -> ProposalView:
    return ProposalView(
        number=row.pk,
        origin=Origin(row.origin),
        origin_key=row.origin_key,
        provider=row.provider.code,
        provider_name=row.provider.name,
        source=row.source.code if row.source else "",
        source_name=row.source.name if row.source else "",
        confidence=row.confidence,
        draft=EntryDraft.from_json(row.draft),
        evidence=msgspec.json.decode(row.evidence, type=dict[str, Evidence]),
        columns=msgspec.json.decode(row.columns, type=tuple[ColumnSurvey, ...]) if row.columns else (),
        status=ProposalStatus(row.status),
        service=row.service,
        reason=row.reason,
        made_at=row.made_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by_name,
    )
