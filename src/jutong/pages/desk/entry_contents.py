"""What the forms of an entry say as a draft, and a draft as what the forms show."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest

from jutong.control.catalogue.terms import Assignment, Provision
from jutong.control.catalogue.values import EntryDraft
from jutong.pages.desk.entry_inputs import SPARE_ROWS, EntryForm, ItemRows, rows_again
from jutong.vocabulary.catalogue import (
    DataGrade,
    FormatClass,
    Level,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.terms import Term

MORE_ROWS: Final = 10
PLAIN: Final = (
    "title",
    "abstract",
    "classification",
    "provider_unit",
    "format",
    "sharing_condition",
    "sharing_reason",
    "basis_document",
    "basis_number",
    "basis_article",
    "open_condition",
    "system",
    "contact_name",
    "contact_phone",
    "contact_email",
    "domain_area",
    "scene",
    "assessment",
    "without_key",
    "is_result",
    "is_certificate",
    "secret",
    "storage_mb",
    "row_count",
)
TERMS: Final[Mapping[str, type[Term]]] = {
    "resource_class": ResourceClass,
    "format_class": FormatClass,
    "sharing_type": SharingType,
    "open_type": OpenType,
    "update_frequency": UpdateFrequency,
    "declared_level": Level,
    "provision": Provision,
    "assignment": Assignment,
    "data_grade": DataGrade,
}
LISTS: Final = ("related_codes", "duties")
_BETWEEN: Final = re.compile(r"[\s、，,;；]+")


def written(before: EntryDraft, form: EntryForm, rows: Any) -> EntryDraft:
    """`before` with everything that the form says and that is acceptable; what the form does not show stays.

    Form and rows are judged already; of those that are not valid, the fields and rows that are count.
    """
    sent = form.cleaned_data
    values: dict[str, Any] = {name: sent[name] for name in PLAIN if name in sent}
    values |= {name: kind(sent[name]) for name, kind in TERMS.items() if sent.get(name)}
    values |= {name: tuple(_BETWEEN.sub(" ", sent[name]).split()) for name in LISTS if name in sent}
    if "business_frequency" in sent:
        frequency = sent["business_frequency"]
        values["business_frequency"] = UpdateFrequency(frequency) if frequency else None
    if "sharing_methods" in sent:
        values["sharing_methods"] = tuple(SharingMethod(value) for value in sent["sharing_methods"])
    if "query_keys" in sent:
        values["query_keys"] = query_keys(sent["query_keys"])
    items = tuple(item for row in rows if row.is_valid() and row.cleaned_data and (item := row.item()))
    return replace(before, **values, items=items)


def query_keys(text: str) -> tuple[tuple[str, ...], ...]:
    """Sets of fields as they are written: `sfzh; xm+csrq`."""
    groups = text.replace("；", ";").split(";")
    return tuple(
        tuple(name.strip() for name in group.split("+") if name.strip()) for group in groups if group.strip()
    )


def initial_of(draft: EntryDraft) -> dict[str, Any]:
    return {
        **{name: getattr(draft, name) for name in PLAIN},
        **{name: getattr(draft, name).value for name in TERMS},
        **{name: "、".join(getattr(draft, name)) for name in LISTS},
        "business_frequency": draft.business_frequency.value if draft.business_frequency else "",
        "sharing_methods": [method.value for method in draft.sharing_methods],
        "query_keys": "; ".join("+".join(keys) for keys in draft.query_keys),
    }


def _item_initial(item: InformationItem) -> dict[str, Any]:
    names = (
        "name",
        "field",
        "length",
        "scale",
        "key",
        "required",
        "sharing_condition",
        "code_list",
        "data_element",
        "description",
    )
    return {
        **{name: getattr(item, name) for name in names},
        "data_type": item.data_type.value,
        "level": item.level.value,
        "sharing_type": item.sharing_type.value,
        "open_type": item.open_type.value,
        "meaning": item.meaning.value if item.meaning else "",
        "mask": item.mask.value if item.mask else "",
    }


def unjudged(draft: EntryDraft) -> tuple[EntryForm, Any]:
    """Forms that show `draft`."""
    items = [_item_initial(item) for item in draft.items]
    return EntryForm(initial=initial_of(draft)), ItemRows(initial=items, prefix="items")


def forms_for(request: HttpRequest, draft: EntryDraft) -> tuple[EntryForm, Any]:
    """What was sent, or else what `draft` says; after a button that only rearranges, what was sent, not judged."""
    if request.method != "POST":
        return unjudged(draft)
    items = [_item_initial(item) for item in draft.items]
    form = EntryForm(request.POST, initial=initial_of(draft))
    rows = ItemRows(request.POST, initial=items, prefix="items")
    if "more" in request.POST:
        return form.again(), rows_again(rows, SPARE_ROWS + MORE_ROWS)
    if "move" in request.POST:
        return form.again(), rows_again(rows, SPARE_ROWS, move=_move(request.POST["move"]))
    return form, rows


def rearranges(request: HttpRequest) -> bool:
    """Whether the button that was pressed saves nothing."""
    return "more" in request.POST or "move" in request.POST


def _move(text: str) -> tuple[int, int] | None:
    """From `3:up`: row 3, one place up."""
    number, _, way = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 5 and way in {"up", "down"}):
        return None
    return int(number), -1 if way == "up" else 1
