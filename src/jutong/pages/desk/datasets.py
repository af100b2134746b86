"""Opening: which entries are open, and opening one through the release gate."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryFilter
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.opening import api as opening
from jutong.control.opening.errors import DatasetNotFound
from jutong.control.opening.terms import DatasetStatus, Licence, Theme
from jutong.control.opening.values import DatasetFilter, DatasetView, OpenItem
from jutong.kernel.errors import JutongError
from jutong.kernel.paging import MAX_LIMIT
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, desk_page, desk_render, paging, refuse
from jutong.pages.desk.badges import badge
from jutong.vocabulary.catalogue import EntryStatus, OpenType
from jutong.vocabulary.contracts import EntryContract


class OpeningForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("数据集名称"), max_length=120)
    theme = forms.ChoiceField(label=gettext_lazy("主题"))
    licence = forms.ChoiceField(label=gettext_lazy("授权协议"))
    items = forms.MultipleChoiceField(
        label=gettext_lazy("开放的信息项"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("已按发布关口预选；三级信息项按默认方法脱敏后开放。"),
    )

    def __init__(self, *args: object, contract: EntryContract, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = error_language()
        self.fields["theme"].choices = [(one.value, one.label(language)) for one in Theme]  # type: ignore[attr-defined]
        self.fields["licence"].choices = [(one.value, one.label(language)) for one in Licence]  # type: ignore[attr-defined]
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (item.field, f"{item.name} · {item.level.label(language)}") for item in contract.items
        ]


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.ENTRY_READ)
    page = opening.datasets(DatasetFilter(status=None), cursor=request.GET.get("cursor"))
    table = Table(
        caption=_("开放数据集"),
        columns=[
            Column(key="title", title=_("数据集")),
            Column(key="provider", title=_("提供部门")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="released", title=_("文件更新"), nowrap=True),
            Column(key="downloads", title=_("下载"), numeric=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=row.title, href=reverse("desk:dataset", args=[row.service])),
                "provider": row.provider_name,
                "rows": row.rows,
                "released": row.released_at,
                "downloads": row.downloads,
                "status": badge(row.status),
            }
            for row in page.rows
        ],
        empty=Empty(title=_("还没有开放数据集"), text=_("从下面的可开放条目中选一个开放。")),
    )
    context = {
        "table": table,
        "pages": paging(request, page),
        "candidates": _candidates(actor),
    }
    return desk_render(request, actor, "desk/datasets/list.html", context)


def _candidates(actor: Actor) -> Table | None:
    """Published entries that may be opened and are not yet."""
    if Permission.DATASET_MANAGE not in actor.permissions:
        return None
    entries = catalogue.entries(actor, EntryFilter(status=EntryStatus.PUBLISHED), limit=MAX_LIMIT).rows
    rows = [
        {
            "title": Link(text=row.title, href=reverse("desk:dataset", args=[row.service])),
            "provider": row.provider_name,
            "open": row.open_type.label(error_language()),
        }
        for row in entries
        if row.open_type is not OpenType.NOT_OPEN
        and directory.can(actor, Permission.DATASET_MANAGE, row.provider)
        and _opened(row.service) is None
    ]
    return Table(
        caption=_("可开放的目录条目"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="provider", title=_("提供部门")),
            Column(key="open", title=_("开放类型"), nowrap=True),
        ],
        rows=rows,
        empty=Empty(title=_("没有可开放的条目"), text=_("开放类型不是“不予开放”的已发布条目会出现在这里。")),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    contract, view = _contract(actor, service), _opened(service)
    masks = {item.field: item.mask for item in opening.propose_items(contract)}
    proposed = view.items if view else opening.propose_items(contract)
    fields = [item.field for item in proposed]
    form = OpeningForm(request.POST or None, initial=_initial(contract, view, fields), contract=contract)
    if form.is_bound and form.is_valid():
        fields = form.cleaned_data["items"]
    chosen = tuple(OpenItem(field=field, mask=masks.get(field)) for field in fields)
    if form.is_bound and form.is_valid() and _open(request, actor, service, form, chosen):
        return redirect("desk:dataset", service=service)
    may = bool(directory.can(actor, Permission.DATASET_MANAGE, contract.provider))
    context = {
        "contract": contract,
        "view": view,
        "opened": view is not None and view.status is not DatasetStatus.WITHDRAWN,
        "badge": badge(view.status) if view else Badge(text=_("未开放"), tone=Tone.NEUTRAL),
        "form": form if may else None,
        "gate": gate_table(contract, chosen) if opening.release_gate(contract, chosen) else None,
        "held": held_table(contract),
        "items": _items_table(view) if view else None,
    }
    crumbs = (Link(text=_("开放数据集"), href=reverse("desk:datasets")),)
    return desk_render(request, actor, "desk/datasets/detail.html", context, crumbs=crumbs)


def _contract(actor: Actor, service: str) -> EntryContract:
    directory.require(actor, Permission.ENTRY_READ)
    return catalogue.contract_of(service)


def _initial(contract: EntryContract, view: DatasetView | None, fields: list[str]) -> dict[str, Any]:
    return {
        "title": view.title if view else contract.title,
        "theme": view.theme.value if view else "",
        "licence": view.licence.value if view else Licence.CC_BY.value,
        "items": fields,
    }


def _open(
    request: HttpRequest, actor: Actor, service: str, form: OpeningForm, chosen: tuple[OpenItem, ...]
) -> bool:
    """Open as the form says; False when the gate or a use case refuses, which the form then says."""
    values = form.cleaned_data
    try:
        opening.open_dataset(
            actor,
            service,
            items=chosen,
            theme=Theme(values["theme"]),
            licence=Licence(values["licence"]),
            title=values["title"],
            clock=clock(),
        )
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        refuse(form, error)
        return False
    messages.success(request, _("已开放。文件正在生成，完成后出现在门户。"))
    return True


def _opened(service: str) -> DatasetView | None:
    try:
        return opening.dataset(service)
    except DatasetNotFound:
        return None


def gate_table(contract: EntryContract, items: tuple[OpenItem, ...]) -> Table:
    """What the release gate says against these items; without rows they may go out."""
    language = error_language()
    names = {item.field: item.name for item in contract.items}
    return Table(
        caption=_("发布关口不放行"),
        columns=[Column(key="item", title=_("信息项")), Column(key="why", title=_("原因"))],
        rows=[
            {
                "item": names.get(found.field, _("整个数据集")),
                "why": found.zh if language == "zh" else found.en,
            }
            for found in opening.release_gate(contract, items)
        ],
        first_is_header=True,
    )


def held_table(contract: EntryContract) -> Table | None:
    """The items that may never go out, and why; None when all may."""
    passing = {item.field for item in opening.propose_items(contract)}
    rest = tuple(OpenItem(field=item.field) for item in contract.items if item.field not in passing)
    return replace(gate_table(contract, rest), caption=_("不能开放的信息项")) if rest else None


def _items_table(view: DatasetView) -> Table:
    language = error_language()
    return Table(
        caption=_("开放的信息项"),
        columns=[
            Column(key="name", title=_("信息项")),
            Column(key="field", title=_("字段"), code=True),
            Column(key="way", title=_("提供方式")),
        ],
        rows=[
            {
                "name": item.name,
                "field": item.field,
                "way": _("脱敏：%(method)s") % {"method": item.mask.label(language)}
                if item.mask
                else _("原文"),
            }
            for item in view.items
        ],
        first_is_header=True,
    )


@require_POST
@desk_page
def withdraw(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    opening.withdraw_dataset(actor, service, reason=request.POST.get("reason", "").strip(), clock=clock())
    messages.success(request, _("数据集已下架。"))
    return redirect("desk:dataset", service=service)
