"""What a pending change would change in a published entry: one line an element or item, before and after."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from jutong.control.catalogue.values import EntryDraft
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.entry_fields import ELEMENTS, ITEM_ELEMENTS, label_of
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.terms import Term


def changes_table(before: EntryDraft, after: EntryDraft) -> Table:
    """Elements that differ, then items that came, went or differ."""
    rows = [
        {"place": label_of(name), "before": said(old), "after": said(new)}
        for name in ELEMENTS
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    return Table(
        caption=_("待发布的变更"),
        columns=[
            Column(key="place", title=_("内容")),
            Column(key="before", title=_("现行")),
            Column(key="after", title=_("变更后")),
        ],
        rows=[*rows, *_items(before.items, after.items)],
        first_is_header=True,
        empty=Empty(title=_("还没有改动"), text=_("变更已经开始，编辑后这里列出与现行内容的不同之处。")),
    )


def _items(
    before: tuple[InformationItem, ...], after: tuple[InformationItem, ...]
) -> Iterable[dict[str, Any]]:
    old, new = ({item.field: item for item in items} for items in (before, after))
    title = _("信息项：%(name)s")
    for field in [*new, *(field for field in old if field not in new)]:
        here, there = old.get(field), new.get(field)
        if here == there:
            continue
        name = (there or here).name  # type: ignore[union-attr]  # a field is in one of the two
        row: dict[str, Any] = {"place": title % {"name": name}, "before": None, "after": None}
        if here is None:
            row["after"] = Badge(text=_("新增"), tone=Tone.GOOD)
        elif there is None:
            row["after"] = Badge(text=_("删除"), tone=Tone.BAD)
        else:
            differing = [one for one in ITEM_ELEMENTS if getattr(here, one) != getattr(there, one)]
            row["before"] = _described(here, differing)
            row["after"] = _described(there, differing)
        yield row


def _described(item: InformationItem, names: list[str]) -> str:
    return "；".join(f"{label_of(name)} {said(getattr(item, name))}" for name in names)


def said(value: Any) -> str:
    """A value of an element as a person reads it."""
    language = error_language()
    match value:
        case Term():
            return value.label(language)
        case bool():
            return _("是") if value else _("否")
        case None | "":
            return "—"
        case tuple():
            return "、".join("+".join(one) if isinstance(one, tuple) else said(one) for one in value) or "—"
        case _:
            return str(value)
