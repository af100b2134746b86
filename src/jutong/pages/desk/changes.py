"""What differs between two states of an entry: one line an element or item, before and after."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import DraftDiff, ItemChange, ItemChangeKind
from jutong.control.catalogue.values import EntryDraft
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.entry_fields import ELEMENTS, ITEM_ELEMENTS
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from jutong.vocabulary.terms import Term

TONES = {
    ItemChangeKind.ADDED: Tone.GOOD,
    ItemChangeKind.REMOVED: Tone.BAD,
    ItemChangeKind.CHANGED: Tone.INFO,
    ItemChangeKind.MOVED: Tone.NEUTRAL,
}


def changes_table(before: EntryDraft, after: EntryDraft) -> Table:
    """What a pending change would change in what holds."""
    return diff_table(
        catalogue.diff_drafts(before, after),
        caption=_("待发布的变更"),
        before=_("现行"),
        after=_("变更后"),
        empty=Empty(title=_("还没有改动"), text=_("变更已经开始，编辑后这里列出与现行内容的不同之处。")),
    )


def diff_table(
    diff: DraftDiff, *, caption: str, before: str, after: str, empty: Empty | None = None
) -> Table:
    """Elements that differ, then items that came, changed, moved or went."""
    rows: list[dict[str, Any]] = [
        {
            "place": str(ELEMENTS[change.name]),
            "kind": Badge(text=ItemChangeKind.CHANGED.label(error_language()), tone=Tone.INFO),
            "before": said(change.before),
            "after": said(change.after),
        }
        for change in diff.elements
    ]
    return Table(
        caption=caption,
        columns=[
            Column(key="place", title=_("内容")),
            Column(key="kind", title=_("变化"), nowrap=True),
            Column(key="before", title=before),
            Column(key="after", title=after),
        ],
        rows=[*rows, *_item_rows(diff.items)],
        first_is_header=True,
        empty=empty or Empty(title=_("没有不同"), text=_("两者的内容完全一致。")),
    )


def _item_rows(changes: Iterable[ItemChange]) -> Iterable[dict[str, Any]]:
    title = _("信息项：%(name)s")
    for change in changes:
        names = [element.name for element in change.elements]
        text = change.kind.label(error_language())
        if change.moved and change.kind is not ItemChangeKind.MOVED:
            text += _("、移动")
        yield {
            "place": title % {"name": change.name},
            "kind": Badge(text=text, tone=TONES[change.kind]),
            "before": _described(change.before, names),
            "after": _described(change.after, names),
        }


def _described(item: InformationItem | None, names: list[str]) -> str | None:
    """The item's values of these elements; of an item that came or went, what it is."""
    if item is None:
        return None
    shown = names or ["field", "data_type", "length", "level", "sharing_type"]
    return "；".join(f"{ITEM_ELEMENTS[name]} {said(getattr(item, name))}" for name in shown)


def said(value: Any) -> str:  # one answer a type
    """A value of an element as a person reads it."""
    language = error_language()
    match value:
        case Term():
            return value.label(language)
        case bool():
            return _("是") if value else _("否")
        case None | "":
            return "—"
        case RuleSpec():
            return f"{value.code} {value.kind} {','.join(value.fields)}"
        case tuple():
            return "、".join(_part(one) for one in value) or "—"
        case _:
            return str(value)


def _part(value: Any) -> str:
    return "+".join(value) if isinstance(value, tuple) else said(value)


def count_text(diff: DraftDiff) -> str:
    """In a few words how much differs."""
    if not diff:
        return _("没有改动")
    parts = [_("元数据 %(count)d 处") % {"count": len(diff.elements)}] if diff.elements else []
    language = error_language()
    parts += [
        _("信息项%(kind)s %(count)d 个") % {"kind": kind.label(language), "count": diff.count(kind)}
        for kind in ItemChangeKind
        if diff.count(kind)
    ]
    return "，".join(parts)
