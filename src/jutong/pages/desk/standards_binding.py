"""Binding in bulk: unbound items with the data element that fits, ticked and bound in their entries' drafts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import HeldItem, UnboundKind, unbound_items, unbound_kinds
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.standards import api as standards
from jutong.control.standards.api import Suggestion
from jutong.kernel.clock import SHANGHAI
from jutong.kernel.errors import JutongError
from jutong.pages.components import Column, Empty, Filters, Link, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, error_line
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.one_source import share
from jutong.pages.desk.selects import department_select
from jutong.pages.desk.standards import standard_tabs
from jutong.vocabulary.catalogue import DataType, EntryStatus, Meaning
from jutong.vocabulary.contracts import InformationItem

Kind = tuple[str, str, str, str]
"""Name, data type, meaning and code list of an item: what an element is suggested by."""
SHOWN: Final = 100
ENOUGH: Final = 0.8
"""How sure a suggestion has to be."""


class Proposal(NamedTuple):
    item: HeldItem
    suggestion: Suggestion


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.ENTRY_READ)
    department = request.GET.get("department", "")
    found, total = _proposals(actor, department)
    may = Permission.ENTRY_DRAFT in actor.permissions
    context = {
        "tabs": standard_tabs("desk:standards-binding"),
        "filters": _filters(actor, department),
        "table": _table(found, ticking=may),
        "may_bind": may and bool(found),
        "more": total - len(found),
    }
    return desk_render(request, actor, "desk/standards/binding.html", context)


def _proposals(actor: Actor, department: str) -> tuple[list[Proposal], int]:
    """Unbound items within the actor's reach whose name or values fit an element, the surest first, as many as are
    shown; and how many there are in all.
    """
    reach = directory.scope(actor, Permission.ENTRY_DRAFT)
    if reach == frozenset():
        reach = directory.scope(actor, Permission.ENTRY_READ)
    if department:
        reach = frozenset({department}) if reach is None else reach & {department}
    index = standards.standards_index(clock().now().astimezone(SHANGHAI).date())
    fitting: dict[Kind, Suggestion] = {}
    total = 0
    for kind in unbound_kinds(reach):
        best = standards.suggest_elements(_as_item(kind), index, limit=1)
        if best and best[0].score >= ENOUGH:
            fitting[_kind(kind)] = best[0]
            total += kind.held
    found: list[Proposal] = []
    for score in sorted({one.score for one in fitting.values()}, reverse=True):
        names = {kind[0] for kind, one in fitting.items() if one.score == score}
        for item in unbound_items(names, reach):
            suggestion = fitting.get(_kind(item))
            if suggestion is not None and suggestion.score == score:
                found.append(Proposal(item, suggestion))
                if len(found) == SHOWN:
                    return found, total
    return found, total


def _kind(item: HeldItem | UnboundKind) -> Kind:
    return item.name, item.data_type, item.meaning, item.code_list


def _as_item(item: UnboundKind) -> InformationItem:
    return InformationItem(
        name=item.name,
        field="item",
        data_type=DataType(item.data_type),
        meaning=Meaning(item.meaning) if item.meaning else None,
        code_list=item.code_list,
    )


def _filters(actor: Actor, department: str) -> Filters:
    reach = directory.scope(actor, Permission.ENTRY_READ)
    return Filters(
        search_name="",
        selects=[department_select(department, label=_("提供部门"), reach=reach)],
        reset_href=reverse("desk:standards-binding"),
    )


def _table(found: list[Proposal], *, ticking: bool) -> Table:
    language = error_language()
    columns = [
        Column(key="item", title=_("信息项")),
        Column(key="entry", title=_("目录")),
        Column(key="element", title=_("建议绑定的数据元")),
        Column(key="score", title=_("把握"), nowrap=True),
        Column(key="why", title=_("理由")),
    ]
    if ticking:
        columns.insert(0, Column(key="tick", title=_("选择"), nowrap=True))
    return Table(
        caption=_("可以绑定数据元的信息项"),
        columns=columns,
        rows=[_row(one, language) for one in found],
        empty=Empty(title=_("没有可以建议的绑定"), text=_("信息项都已绑定，或没有名称相近的数据元。")),
    )


def _row(one: Proposal, language: str) -> Mapping[str, Any]:
    item, element = one.item, one.suggestion.element
    return {
        "tick": format_html(
            '<input class="form-check-input" type="checkbox" name="bind" value="{}" aria-label="{}">',
            f"{item.service}|{item.field}|{element.code}",
            _("选择 %(name)s") % {"name": f"{item.title} {item.name}"},
        ),
        "item": stacked(item.name, item.field, code=True),
        "entry": Link(text=item.title, href=reverse("desk:entry", args=[item.service])),
        "element": stacked(
            Link(text=element.zh, href=reverse("desk:data-element", args=[element.code])),
            element.code,
            code=True,
        ),
        "score": share(one.suggestion.score),
        "why": one.suggestion.reason(language),
    }


@require_POST
@desk_page
def bind(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bind what was ticked, entry by entry: in its draft, or in a change that begins with it."""
    wanted = _wanted(request)
    bound = 0
    for service, elements in wanted.items():
        try:
            bound += _bind_entry(actor, service, elements)
        except JutongError as error:
            messages.error(request, f"{service}：{error_line(error)}")
    if bound:
        messages.success(
            request, _("已绑定 %(count)d 个信息项。已发布的目录转为变更草稿，请提交审核。") % {"count": bound}
        )
    elif not wanted:
        messages.warning(request, _("没有选择信息项。请先勾选。"))
    return redirect("desk:standards-binding")


def _wanted(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Service → field → element."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for value in request.POST.getlist("bind"):
        parts = value.split("|")
        if len(parts) == 3:
            found[parts[0]][parts[1]] = parts[2]
    return found


def _bind_entry(actor: Actor, service: str, elements: Mapping[str, str]) -> int:
    view = catalogue.entry(actor, service)
    if view.summary.status is EntryStatus.PUBLISHED:
        view = catalogue.begin_change(actor, service, clock=clock())
    items = tuple(_bound(view.working.items, elements))
    draft = replace(view.working, items=items)
    catalogue.save_entry(actor, service, draft, revision=view.revision, clock=clock())
    return sum(item.field in elements for item in items)


def _bound(items: tuple[InformationItem, ...], elements: Mapping[str, str]) -> Iterator[InformationItem]:
    for item in items:
        code = elements.get(item.field)
        yield replace(item, data_element=standards.data_element(code).code) if code else item
