"""Two edited one entry: what the other saved beside what one wrote, element by element, to choose from."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import ItemChangeKind
from jutong.control.catalogue.values import EntryDraft
from jutong.pages.desk.changes import said
from jutong.pages.desk.entry_fields import ELEMENTS, ITEM_ELEMENTS
from jutong.vocabulary.contracts import InformationItem

ITEM = "item:"
LARGEST_BYTES = 8_000_000


def differences(base: EntryDraft | None, mine: EntryDraft, theirs: EntryDraft) -> list[dict[str, Any]]:
    """One row an element or item in which the two differ; what I did not touch is taken from them."""
    diff = catalogue.diff_drafts(mine, theirs)
    touched = _touched(base, mine)
    rows: list[dict[str, Any]] = [
        {
            "key": change.name,
            "place": str(ELEMENTS[change.name]),
            "mine": said(change.before),
            "theirs": said(change.after),
            "take": change.name not in touched,
        }
        for change in diff.elements
    ]
    for item in diff.items:
        if item.kind is ItemChangeKind.MOVED:
            continue
        rows.append(
            {
                "key": f"{ITEM}{item.field}",
                "place": item.name,
                "mine": _item_text(item.before),
                "theirs": _item_text(item.after),
                "take": f"{ITEM}{item.field}" not in touched,
            }
        )
    return rows


def _touched(base: EntryDraft | None, mine: EntryDraft) -> Collection[str]:
    """What I changed since my page was drawn; without knowing that, everything counts as mine."""
    if base is None:
        return {*ELEMENTS, *(f"{ITEM}{item.field}" for item in mine.items)}
    changed = catalogue.diff_drafts(base, mine)
    return {change.name for change in changed.elements} | {f"{ITEM}{one.field}" for one in changed.items}


def _item_text(item: InformationItem | None) -> str | None:
    if item is None:
        return None
    parts = [
        f"{ITEM_ELEMENTS[name]} {said(value)}"
        for name in ITEM_ELEMENTS
        if name != "name" and (value := getattr(item, name))
    ]
    return "；".join(parts)


def merged(mine: EntryDraft, theirs: EntryDraft, take: Collection[str]) -> EntryDraft:
    """`mine` with what is named in `take` as they have it; their new items stand at the end."""
    values: Mapping[str, Any] = {name: getattr(theirs, name) for name in ELEMENTS if name in take}
    their_items = {item.field: item for item in theirs.items}
    items: list[InformationItem] = []
    for item in mine.items:
        if f"{ITEM}{item.field}" not in take:
            items.append(item)
        elif item.field in their_items:
            items.append(their_items[item.field])
    have = {item.field for item in mine.items}
    items += [item for field, item in their_items.items() if field not in have and f"{ITEM}{field}" in take]
    return replace(mine, **values, items=tuple(items))


def packed(draft: EntryDraft) -> str:
    """The draft that a form is drawn from, small enough to travel with the form."""
    return urlsafe_b64encode(zlib.compress(draft.to_json().encode())).decode()


def unpacked(text: str) -> EntryDraft | None:
    """The draft that `packed` put into the form; None when the form did not bring it back whole."""
    try:
        content = zlib.decompressobj().decompress(urlsafe_b64decode(text), LARGEST_BYTES)
        return EntryDraft.from_json(content)
    except (msgspec.MsgspecError, ValueError, zlib.error):
        return None
