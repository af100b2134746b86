"""Levels confirmed by a reviewer: what was proposed, declared and confirmed for each item, and since when."""

import hashlib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max

from jutong.control.catalogue.controls import control_set
from jutong.control.catalogue.errors import EditConflict, LevelsNotAllowed, LevelsUnconfirmed, ReasonMissing
from jutong.control.catalogue.grading import LevelProposal, propose_levels
from jutong.control.catalogue.models import Entry, LevelConfirmation
from jutong.control.catalogue.reading import require_visible, seen_draft
from jutong.control.catalogue.rows import working_draft
from jutong.control.catalogue.store import check_text, find, write
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import EntryStatus, Level
from jutong.vocabulary.contracts import InformationItem, canonical_json
from jutong.vocabulary.grading import LevelControls


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A reviewer's decision on one item; `holds` while the item is still what it was made from."""

    level: Level
    by_name: str
    at: datetime
    reason: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGrading:
    """One item: what is proposed and why, what is declared, what was confirmed."""

    proposal: LevelProposal
    confirmed: Confirmed | None

    @property
    def settled(self) -> bool:
        """Whether a reviewer's decision on the item as it is holds."""
        return self.confirmed is not None and self.confirmed.holds

    @property
    def blocks(self) -> bool:
        """Whether publication waits for an explicit decision: graded below a proposal of level 3 or 4."""
        return not self.settled and self.proposal.below and self.proposal.level.rank >= Level.L3.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryGrading:
    """The grading of one entry as it is being edited."""

    service: str
    title: str
    provider: str
    status: EntryStatus
    revision: int
    level: Level
    """The entry's own: that of its strictest item, or the declared one when it is higher."""
    items: tuple[ItemGrading, ...]
    controls: LevelControls
    """What the entry's level demands."""
    review_due_on: date | None
    """When the grading is to be looked at again; None while nothing is confirmed."""

    @property
    def unsettled(self) -> int:
        return sum(not item.settled for item in self.items)

    @property
    def blocking(self) -> tuple[ItemGrading, ...]:
        return tuple(item for item in self.items if item.blocks)


def grading_of(actor: Actor, service: str) -> EntryGrading:
    """What is proposed, declared and confirmed for each item of the entry as it is being edited; for other
    departments, of what is published.

    Raises:
        EntryNotFound, PermissionDenied
    """
    row = find(service)
    require_visible(actor, row)
    return _grading(row, seen_draft(actor, row))


def confirm_levels(
    actor: Actor,
    service: str,
    levels: Mapping[str, Level],
    *,
    clock: Clock,
    reason: str = "",
    revision: int | None = None,
) -> EntryGrading:
    """Confirm the levels of these items (by field). While the entry is before the bureau, a level other than the
    declared one takes its place in the draft; a level below the proposed one needs a reason.

    Raises:
        LevelsNotAllowed: an item is not there, or its level would change outside the bureau's review.
        ReasonMissing, EditConflict
    """
    row = find(service)
    require(actor, Permission.LEVEL_CONFIRM, row.provider.code)
    check_text("理由 / reason", reason)
    draft = working_draft(row)
    changed = _with_levels(row, draft, levels)
    proposals = {one.field: one for one in propose_levels(changed) if one.field in levels}
    if any(one.below for one in proposals.values()) and not reason.strip():
        raise ReasonMissing(action_zh="确认低于建议的级别", action_en="confirming a level below the proposal")
    now = clock.now()
    with transaction.atomic():
        _take(row, draft, changed, revision=row.revision if revision is None else revision, at=now)
        _keep(actor, row, changed, list(proposals.values()), reason=reason, at=now)
        record(
            actor,
            AuditAction.LEVEL_CONFIRM,
            at=now,
            object_type="entry",
            object_id=service,
            department=row.provider.code,
            detail={"levels": {field: level.value for field, level in sorted(levels.items())}},
        )
    return grading_of(actor, service)


def _with_levels(row: Entry, draft: EntryDraft, levels: Mapping[str, Level]) -> EntryDraft:
    items = {item.field: item for item in draft.items}
    for field, level in levels.items():
        if field not in items:
            raise LevelsNotAllowed(
                service=row.service, item=field, reason_zh="没有这个信息项", reason_en="there is no such item"
            )
        if items[field].level is not level and row.status != EntryStatus.BUREAU_REVIEW.value:
            raise LevelsNotAllowed(
                service=row.service,
                item=items[field].name,
                reason_zh="只有主管部门审核时才能改定级别，其他时候请由部门变更目录",
                reason_en="levels change in the bureau's review only; otherwise the department changes the entry",
            )
    return replace(
        draft, items=tuple(replace(item, level=levels.get(item.field, item.level)) for item in draft.items)
    )


def _take(row: Entry, draft: EntryDraft, changed: EntryDraft, *, revision: int, at: datetime) -> None:
    """Put changed levels into what is being reviewed; in any case only on the revision that was shown."""
    rows = Entry.objects.filter(pk=row.pk, status=row.status, revision=revision)
    if draft == changed:
        if not rows.exists():
            raise EditConflict(service=row.service)
        return
    if not rows.update(revision=F("revision") + 1, updated_at=at):
        raise EditConflict(service=row.service)
    if row.published_version is None:
        write(find(row.service), changed)
    else:
        Entry.objects.filter(pk=row.pk).update(pending=changed.to_json())


def confirm_with_publication(
    actor: Actor, row: Entry, draft: EntryDraft, *, reason: str, at: datetime
) -> None:
    """Publishing confirms what nobody has confirmed yet, except levels below a proposal of level 3 or 4: the
    reviewer decides on those one by one first; within the caller's transaction.

    Raises:
        LevelsUnconfirmed
    """
    grading = _grading(row, draft)
    if grading.blocking:
        names = [item.proposal.name for item in grading.blocking]
        raise LevelsUnconfirmed(
            service=row.service, count=len(names), items="、".join(names[:5]) + ("…" if names[5:] else "")
        )
    open_items = [item.proposal for item in grading.items if not item.settled]
    _keep(actor, row, draft, open_items, reason=reason, at=at)


def _keep(
    actor: Actor, row: Entry, draft: EntryDraft, proposals: list[LevelProposal], *, reason: str, at: datetime
) -> None:
    items = {item.field: item for item in draft.items}
    LevelConfirmation.objects.bulk_create(
        LevelConfirmation(
            entry=row,
            field=one.field,
            level=items[one.field].level.value,
            proposed=one.level.value,
            fingerprint=fingerprint(items[one.field]),
            reason=reason,
            by_id=actor.person_id,
            by_name=actor.display_name,
            at=at,
        )
        for one in proposals
    )


def fingerprint(item: InformationItem) -> str:
    """A digest of what a level was decided from: another one asks for the decision again (动态更新)."""
    known = [item.name, item.data_type.value, item.meaning, item.code_list, item.level.value]
    return hashlib.sha256(canonical_json(known).encode()).hexdigest()


def _grading(row: Entry, draft: EntryDraft) -> EntryGrading:
    newest = {one.field: one for one in row.level_confirmations.all()}
    items = {item.field: item for item in draft.items}
    controls = control_set().controls[draft.level]
    latest = max((one.at for one in newest.values()), default=None)
    return EntryGrading(
        service=row.service,
        title=draft.title,
        provider=row.provider.code,
        status=EntryStatus(row.status),
        revision=row.revision,
        level=draft.level,
        items=tuple(
            ItemGrading(proposal=one, confirmed=_confirmed(newest.get(one.field), items[one.field]))
            for one in propose_levels(draft)
        ),
        controls=controls,
        review_due_on=months_after(business_date(latest), controls.review_months) if latest else None,
    )


def _confirmed(row: LevelConfirmation | None, item: InformationItem) -> Confirmed | None:
    if row is None:
        return None
    return Confirmed(
        level=Level(row.level),
        by_name=row.by_name,
        at=row.at,
        reason=row.reason,
        holds=row.fingerprint == fingerprint(item),
    )


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingDue:
    """A published entry whose grading is to be looked at again."""

    service: str
    title: str
    provider_name: str
    level: Level
    confirmed_on: date
    due_on: date


def gradings_due(actor: Actor, *, by: date) -> tuple[GradingDue, ...]:
    """Published entries whose review cycle ends by that day, the earliest first."""
    require(actor, Permission.LEVEL_CONFIRM)
    controls = control_set().controls
    rows = Entry.objects.filter(live=True).select_related("provider")
    found = []
    for row in rows.annotate(confirmed_at=Max("level_confirmations__at")).exclude(confirmed_at=None):
        confirmed_on, level = business_date(row.confirmed_at), Level(row.level)
        due = months_after(confirmed_on, controls[level].review_months)
        if due <= by:
            found.append(
                GradingDue(
                    service=row.service,
                    title=row.title,
                    provider_name=row.provider.name,
                    level=level,
                    confirmed_on=confirmed_on,
                    due_on=due,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.due_on, one.service)))
