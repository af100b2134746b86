"""Write an entry: a new one, a draft or a change; every page works without JavaScript."""

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse
from jutong.pages.desk.entries import findings_table
from jutong.pages.desk.entry_inputs import SPARE_ROWS, EntryForm, ItemRows, rows_again
from jutong.vocabulary.catalogue import (
    FormatClass,
    Level,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.terms import Term

MORE_ROWS = 10
FORMATS = ("sqlite", "postgresql", "csv", "xlsx", "xls", "json", "geojson")
PLAIN = (
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
    "assessment",
    "without_key",
)
TERMS: dict[str, type[Term]] = {
    "resource_class": ResourceClass,
    "format_class": FormatClass,
    "sharing_type": SharingType,
    "open_type": OpenType,
    "update_frequency": UpdateFrequency,
    "declared_level": Level,
}


def _draft(before: EntryDraft, form: EntryForm, rows: Any) -> EntryDraft:
    """`before` with everything that the form says; what the form does not show stays."""
    values = form.cleaned_data
    items = tuple(item for row in rows if row.cleaned_data and (item := row.item()))
    return replace(
        before,
        **{name: values[name] for name in PLAIN},
        **cast("dict[str, Any]", {name: kind(values[name]) for name, kind in TERMS.items()}),
        sharing_methods=tuple(SharingMethod(value) for value in values["sharing_methods"]),
        query_keys=_query_keys(values["query_keys"]),
        items=items,
    )


def _query_keys(text: str) -> tuple[tuple[str, ...], ...]:
    groups = text.replace("；", ";").split(";")
    return tuple(
        tuple(name.strip() for name in group.split("+") if name.strip()) for group in groups if group.strip()
    )


def _initial(draft: EntryDraft) -> dict[str, Any]:
    return {
        **{name: getattr(draft, name) for name in PLAIN},
        **{name: getattr(draft, name).value for name in TERMS},
        "sharing_methods": [method.value for method in draft.sharing_methods],
        "query_keys": "; ".join("+".join(keys) for keys in draft.query_keys),
    }


def _item_initial(item: InformationItem) -> dict[str, Any]:
    names = ("name", "field", "length", "key", "required", "code_list", "description")
    return {
        **{name: getattr(item, name) for name in names},
        "data_type": item.data_type.value,
        "level": item.level.value,
        "sharing_type": item.sharing_type.value,
        "open_type": item.open_type.value,
        "meaning": item.meaning.value if item.meaning else "",
        "mask": item.mask.value if item.mask else "",
    }


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new entry of one of the actor's departments."""
    departments = [
        (one.department, one.department_name)
        for one in actor.memberships
        if directory.can(actor, Permission.ENTRY_DRAFT, one.department)
    ]
    if not departments:
        directory.require(actor, Permission.ENTRY_DRAFT, actor.home_department)
    provider = request.POST.get("provider") or departments[0][0]
    form, rows = _forms(request, EntryDraft(title=""))
    if "more" not in request.POST and form.is_valid() and rows.is_valid():
        draft = _draft(EntryDraft(title=""), form, rows)
        try:
            view = catalogue.create_entry(actor, provider=provider, draft=draft, clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:entry", service=view.service)
    context = {"form": form, "rows": rows, "departments": departments, "provider": provider}
    return _page(request, actor, context)


@desk_page
def edit(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """Change a draft or a returned entry; a save over someone else's newer one is refused, and nothing is lost."""
    view = catalogue.entry(actor, service)
    directory.require(actor, Permission.ENTRY_DRAFT, view.summary.provider)
    form, rows = _forms(request, view.working)
    if "more" not in request.POST and form.is_valid() and rows.is_valid():
        sent = request.POST.get("revision", "")
        revision = int(sent) if sent.isascii() and sent.isdigit() else view.revision
        draft = _draft(view.working, form, rows)
        try:
            catalogue.save_entry(actor, service, draft, revision=revision, clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:entry", service=service)
    found = catalogue.lint(actor, service, clock=clock())
    context = {
        "form": form,
        "rows": rows,
        "view": view,
        "provider": view.summary.provider,
        "findings": findings_table(found) if found else None,
        "revision": request.POST.get("revision", view.revision),
    }
    return _page(request, actor, context)


def _forms(request: HttpRequest, draft: EntryDraft) -> tuple[EntryForm, Any]:
    items = [_item_initial(item) for item in draft.items]
    form = EntryForm(request.POST or None, initial=_initial(draft))
    rows = ItemRows(request.POST or None, initial=items, prefix="items")
    if "more" in request.POST:
        return form.again(), rows_again(rows, SPARE_ROWS + MORE_ROWS)
    return form, rows


def _page(request: HttpRequest, actor: Actor, context: dict[str, Any]) -> HttpResponse:
    view = context.get("view")
    crumbs = [Link(text=_("目录"), href=reverse("desk:catalogue"))]
    if view:
        crumbs.append(Link(text=view.summary.title, href=reverse("desk:entry", args=[view.service])))
    known = {"known": _known(context["provider"]), "more": MORE_ROWS}
    return desk_render(request, actor, "desk/catalogue/form.html", {**context, **known}, crumbs=tuple(crumbs))


def _known(provider: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(id, (value, words) pairs) of what the inputs offer while one writes."""
    chinese = error_language() == "zh"
    return [
        ("known-classification", [(one.code, one.name) for one in catalogue.classifications()]),
        ("known-system", [(one.code, one.name) for one in directory.systems(department=provider)]),
        ("known-format", [(one, "") for one in FORMATS]),
        ("known-code-lists", [(one.name, one.zh if chinese else one.en) for one in code_lists().values()]),
    ]
