"""Destruction (销毁): proposed, reviewed and approved by three persons, carried out by the platform, proved."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction

from jutong.control.collection.api import is_being_collected
from jutong.control.directory.api import Actor, AuditAction, Permission, can, record, require, scope
from jutong.control.retention.errors import (
    CollectionBusy,
    DestructionConflict,
    DestructionNotFound,
    DestructionOpen,
    Held,
    NothingDue,
    SamePerson,
)
from jutong.control.retention.holds import hold_on, numbered
from jutong.control.retention.models import Destruction
from jutong.control.retention.rules import standing_of
from jutong.control.retention.terms import DestructionAction, DestructionStage, RetentionBasis
from jutong.control.retention.transitions import OPEN, after, permission_for
from jutong.control.retention.values import DestructionView
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.crypto import provider
from jutong.kernel.crypto.keys import platform_keypair
from jutong.kernel.home import DataHome
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.contracts import canonical_json

FIRST: Final = "0" * 64
SIGNING_KEY: Final = "destruction"


def propose(
    actor: Actor, service: str, *, counted: Mapping[str, int], note: str = "", clock: Clock
) -> DestructionView:
    """Propose that the rows past their time go. `counted`: rows, due, undated, quarantined, as the lake has them.

    Raises:
        NothingDue: no rule, kept for good, or no row is past its time.
        Held: a legal hold stands.
        DestructionOpen: one is open already.
    """
    now = clock.now()
    today = business_date(now)
    standing = standing_of(service, today)
    if standing is None:
        raise NothingDue(service=service)
    require(actor, Permission.DESTRUCTION_PROPOSE, standing.department)
    rule = standing.rule
    due = counted.get("due", 0) + counted.get("quarantined", 0)
    cutoff = rule.cutoff(today) if rule else None
    if rule is None or rule.months is None or cutoff is None or not due:
        raise NothingDue(service=service)
    if standing.hold:
        raise Held(service=service, number=standing.hold)
    try:
        with transaction.atomic():
            row = Destruction.objects.create(
                number=numbered("XH", today.year),
                entry_id=standing.entry_id,
                open_key=standing.entry_id,
                stage=DestructionStage.PROPOSED.value,
                months=rule.months,
                basis=rule.basis.value,
                field=rule.item,
                legal_basis=rule.legal_basis,
                cutoff=cutoff,
                note=note.strip()[:300],
                counted=dict(counted),
                proposed_by_id=actor.person_id,
                proposed_by_name=actor.display_name,
                proposed_at=now,
            )
            _record(actor, AuditAction.DESTRUCTION_PROPOSE, row, clock, {"due": counted.get("due", 0)})
    except IntegrityError as error:
        raise DestructionOpen(service=service) from error
    return view_of(_find(row.number), actor)


def decide(
    actor: Actor, number: str, action: DestructionAction, *, reason: str = "", clock: Clock
) -> DestructionView:
    """Review, approve, decline or cancel.

    Raises:
        DestructionConflict: the step is not possible now.
        SamePerson: who proposed may not review, and who reviewed may not approve (四眼).
        Held: a legal hold stands.
    """
    with transaction.atomic():
        row = _locked(number)
        stage = DestructionStage(row.stage)
        target = after(stage, action)
        if target is None or action in {DestructionAction.START, DestructionAction.FINISH}:
            raise _conflict(row)
        require(actor, permission_for(stage, action), row.entry.provider.code)
        now = clock.now()
        if action in {DestructionAction.REVIEW, DestructionAction.APPROVE}:
            if actor.person_id in {row.proposed_by_id, row.reviewed_by_id}:
                raise SamePerson
            _refuse_held(row, clock)
        if action is DestructionAction.REVIEW:
            row.reviewed_by_id, row.reviewed_by_name, row.reviewed_at = (
                actor.person_id,
                actor.display_name,
                now,
            )
        elif action is DestructionAction.APPROVE:
            row.approved_by_id, row.approved_by_name, row.approved_at = (
                actor.person_id,
                actor.display_name,
                now,
            )
        else:
            row.declined_by_name, row.decline_reason = actor.display_name, reason.strip()[:300]
        row.stage = target.value
        row.open_key = row.entry_id if target in OPEN else None
        row.save()
        _record(actor, AuditAction.DESTRUCTION_DECIDE, row, clock, {"stage": target.value})
    return view_of(row, actor)


def start(actor: Actor, number: str, *, clock: Clock) -> DestructionView:
    """Approved → being carried out; again after an interruption. From here on it cannot be held or cancelled.

    Raises:
        DestructionConflict: it is not approved.
        Held: a legal hold stands; it stays approved and waits.
        CollectionBusy: the entry is being collected; try again later.
    """
    require(actor, Permission.DESTRUCTION_EXECUTE)
    with transaction.atomic():
        row = _locked(number)
        stage = DestructionStage(row.stage)
        if after(stage, DestructionAction.START) is None:
            raise _conflict(row)
        if stage is DestructionStage.APPROVED:
            _refuse_held(row, clock)
        if is_being_collected(row.entry.service):
            raise CollectionBusy(service=row.entry.service)
        if stage is DestructionStage.APPROVED:
            row.stage, row.started_at, row.error_code = (
                DestructionStage.EXECUTING.value,
                clock.now(),
                "",
            )
            row.save()
            _record(actor, AuditAction.DESTRUCTION_START, row, clock, {})
    return view_of(row, actor)


def note_progress(actor: Actor, number: str, **known: Any) -> None:
    """Keep what must not be lost if the worker is killed now: counts and hashes before, files that go."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    with transaction.atomic():
        row = _locked(number)
        row.progress = {**row.progress, **known}
        row.save(update_fields=["progress"])


def note_failure(actor: Actor, number: str, error_code: str) -> None:
    """Why the newest attempt stopped; it is tried again."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    Destruction.objects.filter(number=number).update(error_code=error_code)


def finish(
    actor: Actor, number: str, proof: Mapping[str, Any], *, home: DataHome, clock: Clock
) -> DestructionView:
    """Being carried out → destroyed, with the proof chained to the one before and signed; once."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    suite, keys = provider("gm"), platform_keypair(home, SIGNING_KEY)
    with transaction.atomic():
        row = _locked(number)
        if row.stage == DestructionStage.DONE.value:
            return view_of(row, actor)
        if after(DestructionStage(row.stage), DestructionAction.FINISH) is None:
            raise _conflict(row)
        last = Destruction.objects.filter(sequence__isnull=False).order_by("-sequence").first()
        now = clock.now()
        row.sequence = 1 if last is None or last.sequence is None else last.sequence + 1
        row.previous = last.digest if last else FIRST
        row.proof = canonical_json({**_who(row), **proof, "ended_at": now.isoformat()})
        row.digest = _digest(row)
        row.signature = suite.sign(keys.private, row.digest.encode()).hex()
        row.stage, row.ended_at, row.open_key = DestructionStage.DONE.value, now, None
        row.error_code, row.progress = "", {}
        row.save()
        detail = {"digest": row.digest, "rows": proof.get("rows_destroyed", 0)}
        _record(actor, AuditAction.DESTRUCTION_END, row, clock, detail)
    return view_of(row, actor)


def _who(row: Destruction) -> dict[str, Any]:
    """What the record says of the decision itself."""
    return {
        "number": row.number,
        "service": row.entry.service,
        "title": row.entry.title,
        "department": row.entry.provider.code,
        "department_name": row.entry.provider.name,
        "cutoff": row.cutoff.isoformat(),
        "months": row.months,
        "basis": row.basis,
        "item": row.field,
        "legal_basis": row.legal_basis,
        "proposed_by": row.proposed_by_name,
        "proposed_at": row.proposed_at.isoformat(),
        "reviewed_by": row.reviewed_by_name,
        "reviewed_at": row.reviewed_at.isoformat() if row.reviewed_at else "",
        "approved_by": row.approved_by_name,
        "approved_at": row.approved_at.isoformat() if row.approved_at else "",
    }


def _digest(row: Destruction) -> str:
    """SM3 (GB/T 32905) over the proof, its place and the digest before it."""
    return provider("gm").digest(canonical_json([row.sequence, row.proof, row.previous]).encode()).hex()


def verify_proofs(actor: Actor, *, home: DataHome) -> tuple[int, str]:
    """(how many proofs hold, number of the first that does not): the whole chain with its signatures."""
    require(actor, Permission.RETENTION_READ)
    suite, public = provider("gm"), platform_keypair(home, SIGNING_KEY).public
    previous, held = FIRST, 0
    for row in Destruction.objects.filter(sequence__isnull=False).order_by("sequence"):
        sound = row.sequence == held + 1 and row.previous == previous and _digest(row) == row.digest
        if not sound or not suite.verify(public, row.digest.encode(), bytes.fromhex(row.signature)):
            return held, row.number
        previous, held = row.digest, held + 1
    return held, ""


def destructions(
    actor: Actor,
    *,
    stage: DestructionStage | None = None,
    service: str = "",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[DestructionView]:
    """Destructions within the actor's scope, the newest first."""
    require(actor, Permission.RETENTION_READ)
    rows = _rows().order_by("-pk")
    reach = scope(actor, Permission.RETENTION_READ)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    if stage is not None:
        rows = rows.filter(stage=stage.value)
    if service:
        rows = rows.filter(entry__service=service)
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(view_of(row, actor) for row in found[:limit]), next_cursor=following)


def destruction(actor: Actor, number: str) -> DestructionView:
    """One destruction.

    Raises:
        DestructionNotFound: there is none.
    """
    row = _find(number)
    require(actor, Permission.RETENTION_READ, row.entry.provider.code)
    return view_of(row, actor)


def waiting_destructions(actor: Actor) -> tuple[str, ...]:
    """Numbers of those that are approved, or were begun and not ended, the oldest first."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    stages = (DestructionStage.APPROVED.value, DestructionStage.EXECUTING.value)
    return tuple(Destruction.objects.filter(stage__in=stages).order_by("pk").values_list("number", flat=True))


def _refuse_held(row: Destruction, clock: Clock) -> None:
    if number := hold_on(row.entry.service, business_date(clock.now())):
        raise Held(service=row.entry.service, number=number)


def _rows() -> Any:
    return Destruction.objects.select_related("entry__provider")


def _find(number: str) -> Destruction:
    row: Destruction | None = _rows().filter(number=number).first()
    if row is None:
        raise DestructionNotFound(number=number)
    return row


def _locked(number: str) -> Destruction:
    """The row, ours until the transaction ends."""
    row: Destruction | None = _rows().select_for_update(of=("self",)).filter(number=number).first()
    if row is None:
        raise DestructionNotFound(number=number)
    return row


def _conflict(row: Destruction) -> DestructionConflict:
    stage = DestructionStage(row.stage)
    return DestructionConflict(number=row.number, stage_zh=stage.zh, stage_en=stage.en)


def _record(
    actor: Actor, action: AuditAction, row: Destruction, clock: Clock, detail: Mapping[str, Any]
) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="destruction",
        object_id=row.number,
        department=row.entry.provider.code,
        detail={"service": row.entry.service, **detail},
    )


def view_of(row: Destruction, actor: Actor) -> DestructionView:
    stage = DestructionStage(row.stage)
    people = (
        DestructionAction.REVIEW,
        DestructionAction.APPROVE,
        DestructionAction.DECLINE,
        DestructionAction.CANCEL,
    )
    second = {DestructionAction.REVIEW, DestructionAction.APPROVE}
    known = {row.proposed_by_id, row.reviewed_by_id}
    return DestructionView(
        number=row.number,
        service=row.entry.service,
        title=row.entry.title,
        department=row.entry.provider.code,
        department_name=row.entry.provider.name,
        stage=stage,
        months=row.months,
        basis=RetentionBasis(row.basis),
        item=row.field,
        legal_basis=row.legal_basis,
        cutoff=row.cutoff,
        note=row.note,
        counted=row.counted,
        proposed_by=row.proposed_by_name,
        proposed_at=row.proposed_at,
        reviewed_by=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
        approved_by=row.approved_by_name,
        approved_at=row.approved_at,
        declined_by=row.declined_by_name,
        decline_reason=row.decline_reason,
        started_at=row.started_at,
        ended_at=row.ended_at,
        error_code=row.error_code,
        progress=row.progress,
        sequence=row.sequence,
        proof=row.proof,
        previous=row.previous,
        digest=row.digest,
        signature=row.signature,
        actions=tuple(
            action
            for action in people
            if after(stage, action) is not None
            and can(actor, permission_for(stage, action), row.entry.provider.code)
            and not (action in second and actor.person_id in known)
        ),
    )
