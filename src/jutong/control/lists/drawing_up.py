"""From a demand to the entry that will satisfy it: a new draft, or an entry that gets the wanted items."""

from dataclasses import replace
from typing import Final

from jutong.control.catalogue.api import (
    EntryDraft,
    begin_change,
    create_entry,
    entry,
    initials,
    save_entry,
)
from jutong.control.directory.api import Actor
from jutong.control.lists.errors import OwnData
from jutong.control.lists.matching import canonical
from jutong.control.lists.models import Demand
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import Level, SharingMethod, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import InformationItem

ABSTRACT: Final = 256


def draw_up(actor: Actor, row: Demand, source: str, *, service: str, clock: Clock) -> tuple[str, int]:
    """(service name, version to be published) of the entry that is drawn up for `row`.

    Raises:
        OwnData: `service` belongs to another department than `source`.
        ActionNotAllowed: the entry is under review and cannot be changed now.
    """
    if not service:
        made = create_entry(actor, provider=source, draft=draft_for(row), clock=clock)
        return made.service, 1
    view = entry(actor, service)
    if view.summary.provider != source:
        raise OwnData(what=view.summary.title)
    if view.summary.live and not view.has_pending_change and "change" in view.actions:
        view = begin_change(actor, service, clock=clock)
    draft = with_items(view.working, tuple(row.items))
    saved = save_entry(actor, service, draft, revision=view.revision, clock=clock)
    return service, saved.summary.version


def draft_for(row: Demand) -> EntryDraft:
    """What the demand already says about the entry; its department completes the rest."""
    draft = EntryDraft(
        title=row.name,
        abstract=f"按数据需求 {row.number} 编制，用于{row.scene}"[:ABSTRACT],
        sharing_type=SharingType.CONDITIONAL,
        sharing_condition=f"用于{row.scene}"[:400],
        sharing_reason=f"按数据需求 {row.number} 共享",
        sharing_methods=(SharingMethod(row.sharing_method),),
        update_frequency=UpdateFrequency(row.update_frequency),
        scene=row.scene,
        duties=tuple(row.duties),
    )
    return with_items(draft, tuple(row.items))


def with_items(draft: EntryDraft, names: tuple[str, ...]) -> EntryDraft:
    """`draft` with an item for each of `names` that it lacks, under this name or another of the same meaning."""
    known = {canonical(item.name) for item in draft.items}
    items = list(draft.items)
    for name in names:
        if canonical(name) in known:
            continue
        known.add(canonical(name))
        items.append(
            InformationItem(
                name=name,
                field=_free_field(name, {item.field.lower() for item in items}),
                sharing_type=max(draft.sharing_type, SharingType.CONDITIONAL, key=_strictness),
                level=Level.L2,
            )
        )
    return replace(draft, items=tuple(items))


def _strictness(sharing: SharingType) -> int:
    return int(sharing.official)


def _free_field(name: str, taken: set[str]) -> str:
    """A field name from the pinyin initials of `name` that is still free."""
    stem = initials(name)[:50]
    stem = stem if stem[:1].isalpha() else f"f{stem}"
    field, number = stem, 2
    while field.lower() in taken:
        field, number = f"{stem}_{number}", number + 1
    return field
