"""Harvested entries become drafts of a department; what their source changes later is proposed, never written."""

from collections.abc import Sequence

from django.db import transaction

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryDraft
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.harvest.errors import AdoptedAlready, NotAdopted
from jutong.control.harvest.models import HarvestedEntry
from jutong.control.harvest.proposal import merged, propose
from jutong.control.harvest.reading import find_record
from jutong.control.harvest.rows import harvested_view
from jutong.control.harvest.values import Adoption, HarvestedView
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.harvest import CatalogueRecord


def adopt(actor: Actor, keys: Sequence[int], *, department: str, clock: Clock) -> tuple[Adoption, ...]:
    """Make each of `keys` a draft entry of `department`; one that cannot be made does not stop the others.

    What was adopted before gives its present entry back.
    """
    require(actor, Permission.ENTRY_DRAFT, department)
    classes = {one.code for one in catalogue.classifications()}
    return tuple(_adopt(actor, key, department=department, classes=classes, clock=clock) for key in keys)


def _adopt(actor: Actor, key: int, *, department: str, classes: set[str], clock: Clock) -> Adoption:
    row = find_record(key)
    if row.adopted is not None:
        return Adoption(key=key, title=row.title, service=row.adopted.service)
    draft = proposal_of(row, classes)
    try:
        with transaction.atomic():
            made = catalogue.create_entry(actor, provider=department, draft=draft, clock=clock)
            taken = HarvestedEntry.objects.filter(pk=row.pk, adopted=None).update(
                adopted_id=catalogue.entry_id(made.service), adopted_draft=draft.to_json(), proposes=False
            )
            if not taken:
                raise AdoptedAlready(title=row.title)
            _record(actor, row, made.service, department, "adopt", clock)
    except JutongError as error:
        return Adoption(key=key, title=row.title, error_zh=error.message("zh"), error_en=error.message("en"))
    return Adoption(key=key, title=row.title, service=made.service)


def proposal_of(row: HarvestedEntry, classes: set[str]) -> EntryDraft:
    return propose(CatalogueRecord.from_json(row.record), source_name=row.source.name, classes=classes)


def proposed_change(actor: Actor, key: int) -> tuple[EntryDraft, EntryDraft]:
    """The adopted entry as it is being edited, and with the source's changes in it.

    Raises:
        NotAdopted: nothing is proposed.
        EntryNotFound: it is not for the actor's eyes.
    """
    row = _proposing(key)
    present = catalogue.entry(actor, _service(row)).working
    return present, _merged(row, present)


def _merged(row: HarvestedEntry, present: EntryDraft) -> EntryDraft:
    classes = {one.code for one in catalogue.classifications()}
    return merged(present, EntryDraft.from_json(row.adopted_draft), proposal_of(row, classes))


def accept_change(actor: Actor, key: int, *, clock: Clock) -> HarvestedView:
    """Write the source's changes into the entry's draft; a published entry begins a change for it.

    Raises:
        NotAdopted: nothing is proposed.
        ActionNotAllowed: the entry is being reviewed or is withdrawn.
    """
    row = _proposing(key)
    service = _service(row)
    with transaction.atomic():
        view = catalogue.entry(actor, service)
        require(actor, Permission.ENTRY_DRAFT, view.summary.provider)
        if view.summary.status is EntryStatus.PUBLISHED:
            view = catalogue.begin_change(actor, service, clock=clock)
        draft = _merged(row, view.working)
        catalogue.save_entry(actor, service, draft, revision=view.revision, clock=clock)
        _settle(actor, row, service, view.summary.provider, "accept", clock)
    return harvested_view(row)


def dismiss_change(actor: Actor, key: int, *, clock: Clock) -> HarvestedView:
    """Leave the entry as it is; the next change at the source is proposed again.

    Raises:
        NotAdopted: nothing is proposed.
    """
    row = _proposing(key)
    service = _service(row)
    provider = catalogue.entry(actor, service).summary.provider
    require(actor, Permission.ENTRY_DRAFT, provider)
    with transaction.atomic():
        _settle(actor, row, service, provider, "dismiss", clock)
    return harvested_view(row)


def _proposing(key: int) -> HarvestedEntry:
    row = find_record(key)
    if row.adopted is None or not row.proposes:
        raise NotAdopted
    return row


def _service(row: HarvestedEntry) -> str:
    if row.adopted is None:
        raise NotAdopted
    return row.adopted.service


def _settle(
    actor: Actor, row: HarvestedEntry, service: str, department: str, what: str, clock: Clock
) -> None:
    classes = {one.code for one in catalogue.classifications()}
    row.adopted_draft, row.proposes = proposal_of(row, classes).to_json(), False
    row.save(update_fields=["adopted_draft", "proposes"])
    _record(actor, row, service, department, what, clock)


def _record(
    actor: Actor, row: HarvestedEntry, service: str, department: str, what: str, clock: Clock
) -> None:
    record(
        actor,
        AuditAction.HARVEST_ADOPT,
        at=clock.now(),
        object_type="entry",
        object_id=service,
        department=department,
        detail={"source": row.source.code, "step": what},
    )
