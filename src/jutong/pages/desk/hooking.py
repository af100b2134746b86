"""Hook a source to an entry: which column fills which item."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.values import SourceView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link
from jutong.pages.desk.acting import OWN_PAGE, clock, desk_page, desk_render, home, say_error
from jutong.vocabulary.contracts import EntryContract


@desk_page
def bind(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Look at the mapping of the source's columns to an entry's items, and hook them."""
    view = collection.source(actor, code)
    directory.require(actor, Permission.SOURCE_MANAGE, view.department)
    sent = request.POST if request.method == "POST" else request.GET
    contract = catalogue.contract_of(sent.get("service", ""))
    columns = _columns(actor, view)
    if request.method == "POST":
        mapping = _mapping_sent(request, columns)
        try:
            collection.bind(
                actor,
                service=contract.service,
                source=code,
                mapping=mapping,
                mode=request.POST.get("mode", "replace"),
                clock=clock(),
            )
        except JutongError as error:
            if error.kind in OWN_PAGE:
                raise
            say_error(request, error)
        else:
            messages.success(request, _("已挂接，平台会按更新周期归集；也可以立即归集。"))
            return redirect("desk:source", code=code)
    crumbs = (
        Link(text=_("数据源"), href=reverse("desk:sources")),
        Link(text=view.name, href=reverse("desk:source", args=[code])),
    )
    context = {
        "view": view,
        "contract": contract,
        "rows": _rows(request, columns, contract),
        "mode": sent.get("mode", "replace"),
    }
    return desk_render(request, actor, "desk/sources/bind.html", context, crumbs=crumbs)


def _columns(actor: Actor, view: SourceView) -> Sequence[str]:
    kind, options = collection.source_options(actor, view.code, home=home())
    connector = open_connector(kind, options, root=home().sources, limits=ReadLimits.from_environment())
    return connector.columns()


def _mapping_sent(request: HttpRequest, columns: Sequence[str]) -> dict[str, str]:
    chosen = {column: request.POST.get(f"column_{place}", "") for place, column in enumerate(columns)}
    return {column: field for column, field in chosen.items() if field}


def _rows(request: HttpRequest, columns: Sequence[str], contract: EntryContract) -> list[dict[str, Any]]:
    """(input's name, column, chosen field) of each column: as sent, else the item of its name."""
    known = {item.name: item.field for item in contract.items} | {i.field: i.field for i in contract.items}
    rows = []
    for place, column in enumerate(columns):
        name = f"column_{place}"
        fitting = known.get(column.strip(), "")
        rows.append({"name": name, "column": column, "chosen": request.POST.get(name, fitting)})
    return rows


@require_POST
@desk_page
def unbind(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    collection.unbind(actor, service=request.POST.get("service", ""), clock=clock())
    messages.success(request, _("已解除挂接，已归集的数据不受影响。"))
    return redirect("desk:source", code=code)
