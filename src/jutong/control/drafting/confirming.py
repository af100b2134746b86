"""The four confirmations (沈阳): name, sharing type, opening type and update cycle, for many proposals at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from jutong.control.catalogue.api import BulkRow, EntryDraft, check_many, create_or_change_many
from jutong.control.directory.api import Actor, AuditAction, AuditedAct, Permission, record_many, require
from jutong.control.drafting import store
from jutong.control.drafting.models import Proposal
from jutong.control.drafting.terms import ProposalAction, ProposalStatus
from jutong.control.drafting.transitions import after
from jutong.control.drafting.values import Choice, ChoiceResult, ProposalView
from jutong.control.one_source.api import decisions_index, warnings_for
from jutong.control.standards.api import standards_index
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import SHARING_STRICTNESS, OpenType, SharingType


@dataclass(frozen=True, slots=True)
class _Ready:
    row: Proposal
    draft: EntryDraft


def confirm(actor: Actor, choices: Sequence[Choice], *, clock: Clock) -> tuple[ChoiceResult, ...]:
    """Each choice becomes a draft entry, linked with its proposal; what is wrong with one never stops the others.

    The results stand in the order of the choices.
    """
    require(actor, Permission.ENTRY_DRAFT)
    results: dict[int, ChoiceResult] = {}
    ready: list[_Ready] = []
    rows = {
        row.pk: row
        for row in Proposal.objects.select_related("provider").filter(pk__in=[one.number for one in choices])
    }
    for choice in choices:
        try:
            ready.append(_checked(actor, choice, rows))
        except JutongError as error:
            results[choice.number] = _refused(choice.number, choice.title or "", error)
    for one, problem in zip(ready, check_many(one.draft for one in ready), strict=True):
        if problem is not None:
            results[one.row.pk] = _refused(one.row.pk, one.draft.title, problem)
    good = [one for one in ready if one.row.pk not in results]
    results |= _warned(_create(actor, good, clock), good, clock)
    return tuple(results[choice.number] for choice in choices)


def _checked(actor: Actor, choice: Choice, rows: dict[int, Proposal]) -> _Ready:
    row = rows.get(choice.number) or store.find(choice.number)
    require(actor, Permission.ENTRY_DRAFT, row.provider.code)
    if after(ProposalStatus(row.status), ProposalAction.CONFIRM) is None:
        raise store.conflict(row, ProposalAction.CONFIRM)
    return _Ready(row, chosen_draft(EntryDraft.from_json(row.draft), choice))


def chosen_draft(draft: EntryDraft, choice: Choice) -> EntryDraft:
    """The proposed draft with what the officer chose; items follow where they would be looser than their entry."""
    sharing = choice.sharing_type or draft.sharing_type
    opening = choice.open_type or draft.open_type
    order = list(OpenType)
    items = tuple(
        replace(
            item,
            sharing_type=max(item.sharing_type, sharing, key=SHARING_STRICTNESS.__getitem__),
            open_type=max(item.open_type, opening, key=order.index),
        )
        for item in draft.items
    )
    if sharing is not draft.sharing_type and sharing is SharingType.UNCONDITIONAL:
        items = tuple(replace(item, sharing_type=sharing) if item.level.rank < 3 else item for item in items)
    return replace(
        draft,
        title=(choice.title if choice.title is not None else draft.title).strip(),
        sharing_type=sharing,
        open_type=opening,
        open_condition=draft.open_condition if opening is OpenType.CONDITIONAL else "",
        update_frequency=choice.update_frequency or draft.update_frequency,
        items=items,
    )


def _create(actor: Actor, ready: Sequence[_Ready], clock: Clock) -> dict[int, ChoiceResult]:
    """All at once; where that fails, because someone took a name or confirmed meanwhile, one after another."""
    if not ready:
        return {}
    try:
        return _create_together(actor, ready, clock)
    except JutongError as error:
        if len(ready) == 1:
            return {ready[0].row.pk: _refused(ready[0].row.pk, ready[0].draft.title, error)}
    found: dict[int, ChoiceResult] = {}
    for one in ready:
        found |= _create(actor, [one], clock)
    return found


def _create_together(actor: Actor, ready: Sequence[_Ready], clock: Clock) -> dict[int, ChoiceResult]:
    with transaction.atomic():
        rows = [BulkRow(provider=one.row.provider.code, draft=one.draft) for one in ready]
        services = create_or_change_many(actor, rows, clock=clock)
        for one, service in zip(ready, services, strict=True):
            store.move(one.row, ProposalAction.CONFIRM, actor, clock, service=service)
        acts = [AuditedAct(str(one.row.pk), one.row.provider.code) for one in ready]
        record_many(actor, AuditAction.PROPOSAL_CONFIRM, acts, at=clock.now(), object_type="proposal")
    return {
        one.row.pk: ChoiceResult(number=one.row.pk, title=one.draft.title, service=service)
        for one, service in zip(ready, services, strict=True)
    }


def _warned(
    results: dict[int, ChoiceResult], ready: Sequence[_Ready], clock: Clock
) -> dict[int, ChoiceResult]:
    """The results with what other departments provide already (不得重复收集, 国令第809号)."""
    if not ready:
        return results
    index, decisions = standards_index(business_date(clock.now())), decisions_index()
    for one in ready:
        result = results[one.row.pk]
        if result.done:
            found = warnings_for(
                one.draft,
                provider=one.row.provider.code,
                service=result.service,
                index=index,
                decisions=decisions,
            )
            warnings = tuple((warning.zh, warning.en) for warning in found)
            results[one.row.pk] = replace(result, warnings=warnings)
    return results


def recollection_warnings(view: ProposalView) -> tuple[tuple[str, str], ...]:
    """(zh, en): items of a proposal that another department provides already."""
    found = warnings_for(view.draft, provider=view.provider, service=view.service)
    return tuple((warning.zh, warning.en) for warning in found)


def _refused(number: int, title: str, error: JutongError) -> ChoiceResult:
    return ChoiceResult(
        number=number, title=title, code=error.code, zh=error.message("zh"), en=error.message("en")
    )
