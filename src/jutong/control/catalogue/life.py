"""The steps in the life of an entry: one function obeys the table, the use cases name the steps."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from jutong.control.catalogue.codes import CodeWidths
from jutong.control.catalogue.editing import lint_context
from jutong.control.catalogue.errors import ActionNotAllowed, EditConflict, LintErrors, ReasonMissing
from jutong.control.catalogue.lint import lint_entry
from jutong.control.catalogue.models import Entry, EntryStep, EntryVersion
from jutong.control.catalogue.reading import entry as entry_view
from jutong.control.catalogue.rows import contract_from, draft_from, working_draft
from jutong.control.catalogue.settings import CatalogueSettings
from jutong.control.catalogue.store import allocate_code, check, find, write
from jutong.control.catalogue.terms import EntryAction
from jutong.control.catalogue.transitions import NEEDS_REASON, after, permission_for
from jutong.control.catalogue.values import EntryView
from jutong.control.directory.api import Actor, AuditAction, city_calendar, city_limit, record, require
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import EntryStatus, Severity
from jutong.vocabulary.time_limits import due_date

REVIEW_LIMIT: Final = "T3"
DEFAULTS: Final = CatalogueSettings()


def submit(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """Draft or returned → department review.

    Raises:
        LintErrors: rules of severity error are broken; `detail["findings"]` lists them.
    """
    entry = find(service)
    _permit(actor, entry, EntryAction.SUBMIT)
    findings = lint_entry(working_draft(entry), lint_context(entry.provider.code, clock, service=service))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise LintErrors(
            service=service,
            count=len(errors),
            first_zh=errors[0].zh,
            first_en=errors[0].en,
            findings=[{"rule": e.rule, "place": e.place, "zh": e.zh, "en": e.en} for e in errors],
        )
    return _step(actor, entry, EntryAction.SUBMIT, clock=clock)


def recall(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """Department review → draft again."""
    return _step(actor, find(service), EntryAction.RECALL, clock=clock)


def accept(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """Department review → bureau review; the bureau's limit (T3) starts."""
    return _step(actor, find(service), EntryAction.ACCEPT, clock=clock)


def return_entry(actor: Actor, service: str, *, reason: str, clock: Clock) -> EntryView:
    """Either review → returned, with the reason."""
    return _step(actor, find(service), EntryAction.RETURN, clock=clock, reason=reason)


def publish(
    actor: Actor, service: str, *, clock: Clock, reason: str = "", settings: CatalogueSettings = DEFAULTS
) -> EntryView:
    """Bureau review → published: code given, version and contract frozen.

    Then call `grants.api.publish_snapshot`, so that the gateway knows the service.
    """
    entry = find(service)
    widths = CodeWidths.parse(settings.code_widths)
    return _step(actor, entry, EntryAction.PUBLISH, clock=clock, reason=reason, widths=widths)


def begin_change(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """Published or withdrawn → draft of the next version; what is published keeps holding meanwhile."""
    return _step(actor, find(service), EntryAction.CHANGE, clock=clock)


def discard_change(actor: Actor, service: str, *, clock: Clock) -> EntryView:
    """The draft of a change is given up; what is published holds."""
    return _step(actor, find(service), EntryAction.DISCARD, clock=clock)


def withdraw(actor: Actor, service: str, *, reason: str, clock: Clock) -> EntryView:
    """Published → withdrawn (下架). Its code and service name are never given again."""
    return _step(actor, find(service), EntryAction.WITHDRAW, clock=clock, reason=reason)


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
) -> EntryView:
    before = EntryStatus(entry.status)
    target = _permit(actor, entry, action)
    if action in NEEDS_REASON and not reason.strip():
        raise ReasonMissing(action_zh=action.zh, action_en=action.en)
    now = clock.now()
    with transaction.atomic():
        moved = Entry.objects.filter(pk=entry.pk, status=before.value, revision=entry.revision).update(
            status=target.value,
            revision=F("revision") + 1,
            updated_at=now,
            review_due_on=due_date(city_limit(REVIEW_LIMIT), business_date(now), calendar=city_calendar())
            if target is EntryStatus.BUREAU_REVIEW
            else None,
        )
        if not moved:
            raise EditConflict(service=entry.service)
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
    elif action is EntryAction.PUBLISH and widths is not None:
        _freeze(actor, entry, widths, reason=reason, at=at)


def _freeze(actor: Actor, entry: Entry, widths: CodeWidths, *, reason: str, at: datetime) -> None:
    draft = working_draft(entry)
    check(draft)
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
        contract=contract.to_json(),
        reason=reason,
        published_at=at,
        published_by_id=actor.person_id,
    )
