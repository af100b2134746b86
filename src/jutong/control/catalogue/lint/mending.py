"""Safe repairs of drafts: pure functions that rules carry as their `fix`."""

from collections.abc import Callable
from dataclasses import replace

from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.contracts import InformationItem

ItemFix = Callable[[InformationItem, EntryDraft], InformationItem]


def each_item(fix: ItemFix) -> Callable[[EntryDraft], EntryDraft]:
    """Repairs every item by itself."""
    return lambda draft: replace(draft, items=tuple(fix(item, draft) for item in draft.items))


def set_where(
    wrong: Callable[[InformationItem, EntryDraft], bool],
    change: Callable[[InformationItem, EntryDraft], dict[str, object]],
) -> Callable[[EntryDraft], EntryDraft]:
    """Changes the items that are wrong, and no other."""

    def fix(item: InformationItem, draft: EntryDraft) -> InformationItem:
        return replace(item, **change(item, draft)) if wrong(item, draft) else item  # type: ignore[arg-type]

    return each_item(fix)


def known_keys(draft: EntryDraft) -> EntryDraft:
    """Look-up keys without those that are no item; an emptied set is dropped."""
    fields = {item.field for item in draft.items}
    kept = (tuple(key for key in keys if key in fields) for keys in draft.query_keys)
    return replace(draft, query_keys=tuple(keys for keys in kept if keys))


def keys_first(draft: EntryDraft) -> EntryDraft:
    """Key items before the others, each group in its order."""
    return replace(draft, items=tuple(sorted(draft.items, key=lambda item: not item.key)))


def each_code_once(draft: EntryDraft) -> EntryDraft:
    return replace(draft, related_codes=tuple(dict.fromkeys(draft.related_codes)))
