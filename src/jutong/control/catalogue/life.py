"""The steps in the life of an entry: one function obeys the table, the use cases name the steps."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from jutong.control.catalogue.codes import CodeWidths
from jutong.control.catalogue.controls import control_set, under_controls
from jutong.control.catalogue.errors import (
    ActionNotAllowed,
    EditConflict,
    LintErrors,
    NotForThisPlatform,
    ReasonMissing,
)
from jutong.control.catalogue.levels import confirm_with_publication
from jutong.control.catalogue.lint import lint_entry
from jutong.control.catalogue.models import Entry, EntryStep, EntryVersion
from jutong.control.catalogue.reading import entry as entry_view
from jutong.control.catalogue.relations import check_relations
from jutong.control.catalogue.rows import contract_from, draft_from, working_draft
from jutong.control.catalogue.search.upkeep import touch
from jutong.control.catalogue.settings import CatalogueSettings
from jutong.control.catalogue.store import allocate_code, check, check_text, find, write
from jutong.control.catalogue.surroundings import context_for
from jutong.control.catalogue.terms import ClockKind, EntryAction
from jutong.control.catalogue.transitions import NEEDS_REASON, after, permission_for
from jutong.control.catalogue.updating import close_update_duties
from jutong.control.catalogue.values import EntryDraft, EntryView
from jutong.control.directory.api import Actor, AuditAction, city_calendar, city_limit, record, require
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import DataGrade, EntryStatus, Severity
from jutong.vocabulary.time_limits import due_date

DEFAULTS: Final = CatalogueSettings()


def submit(actor: Actor, service: str, *, clock: Clock, revision: int | None = None) -> EntryView:
    """Draft or returned → department review.

    Every step takes the `revision` that was shown, so that nothing is decided unseen; None does not compare.

    Raises:
        LintErrors: rules of severity error are broken; `detail["findings"]` lists them.
        NotForThisPlatform: marked as a state secret or core data.
    """
    entry = find(service)
    _permit(actor, entry, EntryAction.SUBMIT)
    _refuse_secrets(entry, working_draft(entry))
    draft = working_draft(entry)
    known = context_for(draft, provider=entry.provider.code, at=clock.now(), service=service)
    findings = lint_entry(draft, known)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise LintErrors(
            service=service,
            count=len(errors),
            first_zh=errors[0].zh,
            first_en=errors[0].en,
            findings=[{"rule": e.rule, "place": e.place, "zh": e.zh, "en": e.en} for e in errors],
        )
    return _step(actor, entry, EntryAction.SUBMIT, clock=clock, revision=revision)


def recall(actor: Actor, service: str, *, clock: Clock, revision: int | None = None) -> EntryView:
    """Department review → draft again."""
    return _step(actor, find(service), EntryAction.RECALL, clock=clock, revision=revision)


def accept(actor: Actor, service: str, *, clock: Clock, revision: int | None = None) -> EntryView:
    """Department review → bureau review; the bureau's limit (T3) starts."""
    return _step(actor, find(service), EntryAction.ACCEPT, clock=clock, revision=revision)


def return_entry(
    actor: Actor, service: str, *, reason: str, clock: Clock, revision: int | None = None
) -> EntryView:
    """Either review → returned, with the reason."""
    return _step(actor, find(service), EntryAction.RETURN, clock=clock, reason=reason, revision=revision)


def publish(
    actor: Actor,
    service: str,
    *,
    clock: Clock,
    reason: str = "",
    revision: int | None = None,
    settings: CatalogueSettings = DEFAULTS,
) -> EntryView:
    """Bureau review → published: code given, version and contract frozen, levels confirmed, what was owed closed.

    Then call `grants.api.publish_snapshot`, so that the gateway knows the service.

    Raises:
        LevelsUnconfirmed: items are graded below a proposal of level 3 or 4, and nobody decided that they may be.
        NotForThisPlatform, RelationCircular
    """
    entry = find(service)
    widths = CodeWidths.parse(settings.code_widths)
    return _step(
        actor, entry, EntryAction.PUBLISH, clock=clock, reason=reason, widths=widths, revision=revision
    )


def begin_change(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """Published or withdrawn → draft of the next version; what is published keeps holding meanwhile."""
    return _step(actor, find(service), EntryAction.CHANGE, clock=clock)


def discard_change(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """The draft of a change is given up; what is published holds."""
    return _step(actor, find(service), EntryAction.DISCARD, clock=clock)


def withdraw(
    actor: Actor, service: str, *, reason: str, clock: Clock, revision: int | None = None
) -> EntryView:
    """Published → withdrawn (下架). Its code and service name are never given again."""
    return _step(actor, find(service), EntryAction.WITHDRAW, clock=clock, reason=reason, revision=revision)


def _refuse_secrets(entry: Entry, draft: EntryDraft) -> None:
    if draft.secret or draft.data_grade is DataGrade.CORE:
        raise NotForThisPlatform(service=entry.service)


def _permit(actor: Actor, entry: Entry, action: EntryAction) -> EntryStatus:
    """Check permission and table; the status that the step leads to."""
    status = EntryStatus(entry.status)
    require(actor, permission_for(status, action), entry.provider.code)
    target = after(status, action, live=entry.live)
    if target is None:
        raise ActionNotAllowed(
            service=entry.service,
            status_zh=status.zh,
            status_en=status.en,
            action_zh=action.zh,
            action_en=action.en,
        )
    return target


def _step(
    actor: Actor,
    entry: Entry,
    action: EntryAction,
    *,
    clock: Clock,
    reason: str = "",
    widths: CodeWidths | None = None,
    revision: int | None = None,
) -> EntryView:
    before = EntryStatus(entry.status)
    target = _permit(actor, entry, action)
    if revision is not None and revision != entry.revision:
        raise EditConflict(service=entry.service)
    if action in NEEDS_REASON and not reason.strip():
        raise ReasonMissing(action_zh=action.zh, action_en=action.en)
    check_text("理由 / reason", reason)
    now = clock.now()
    with transaction.atomic():
        moved = Entry.objects.filter(pk=entry.pk, status=before.value, revision=entry.revision).update(
            status=target.value,
            revision=F("revision") + 1,
            updated_at=now,
            **_review_clock(target, business_date(now)),
        )
        if not moved:
            raise EditConflict(service=entry.service)
        touch([entry.pk])
        _carry_out(actor, find(entry.service), action, widths=widths, reason=reason, at=now)
        version = Entry.objects.values_list("version", flat=True).get(pk=entry.pk)
        EntryStep.objects.create(
            entry_id=entry.pk,
            action=action.value,
            before=before.value,
            after=target.value,
            by_id=actor.person_id,
            by_name=actor.display_name,
            at=now,
            reason=reason,
            version=version,
        )
        record(
            actor,
            AuditAction.ENTRY_STEP,
            at=now,
            object_type="entry",
            object_id=entry.service,
            department=entry.provider.code,
            detail={
                "action": action.value,
                "before": before.value,
                "after": target.value,
                "version": version,
            },
        )
    return entry_view(actor, entry.service)


def _review_clock(target: EntryStatus, today: date) -> dict[str, date | None]:
    """The bureau's limit (T3) runs while the entry is before it."""
    if target is not EntryStatus.BUREAU_REVIEW:
        return {"review_started_on": None, "review_due_on": None}
    due = due_date(city_limit(ClockKind.REVIEW.official), today, calendar=city_calendar())
    return {"review_started_on": today, "review_due_on": due}


def _carry_out(
    actor: Actor, entry: Entry, action: EntryAction, *, widths: CodeWidths | None, reason: str, at: datetime
) -> None:
    """What a step does beyond the status."""
    if action is EntryAction.CHANGE:
        entry.version = (entry.published_version or 0) + 1
        entry.pending = draft_from(entry).to_json()
        entry.save(update_fields=["version", "pending"])
    elif action is EntryAction.DISCARD:
        entry.version = entry.published_version or 1
        entry.pending = ""
        entry.save(update_fields=["version", "pending"])
    elif action is EntryAction.WITHDRAW:
        entry.live = False
        entry.save(update_fields=["live"])
        close_update_duties(entry, version=entry.version, at=at)
    elif action is EntryAction.PUBLISH and widths is not None:
        _freeze(actor, entry, widths, reason=reason, at=at)


def _freeze(actor: Actor, entry: Entry, widths: CodeWidths, *, reason: str, at: datetime) -> None:
    draft = working_draft(entry)
    check(draft)
    check_relations(entry, draft)
    _refuse_secrets(entry, draft)
    confirm_with_publication(actor, entry, draft, reason=reason, at=at)
    if entry.code is None:
        entry.code = allocate_code(entry, draft, widths, at=at)
    entry.pending = ""
    entry.live = True
    entry.published_version = entry.version
    entry.published_on = business_date(at)
    write(entry, draft)
    contract = contract_from(
        draft,
        code=entry.code,
        version=entry.version,
        service=entry.service,
        provider=entry.provider.code,
        provider_name=entry.provider.name,
    )
    EntryVersion.objects.create(
        entry=entry,
        number=entry.version,
        draft=draft.to_json(),
        contract=under_controls(contract, control_set().controls).to_json(),
        reason=reason,
        published_at=at,
        published_by_id=actor.person_id,
    )
    close_update_duties(entry, version=entry.version, at=at)
