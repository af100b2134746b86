"""The demand list: what departments need, found in the catalogue or given to the department that has it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    DemandDraft,
    DemandFilter,
    DemandStage,
    DemandSummary,
    ListKind,
    Urgency,
)
from jutong.kernel.errors import JutongError
from jutong.pages.components import Column, Empty, Filters, Link, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging, refuse
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.lists_parts import (
    coloured,
    crumbs,
    due,
    export_href,
    list_crumb,
    tabs,
    term_select,
)
from jutong.pages.desk.lists_responsibility import split_lines
from jutong.pages.desk.selects import department_select
from jutong.vocabulary.catalogue import SharingMethod, UpdateFrequency
from jutong.vocabulary.terms import Term


class DemandForm(forms.Form):
    """What a department writes about the data that it needs."""

    department = forms.ChoiceField(label=gettext_lazy("需求部门"))
    name = forms.CharField(
        label=gettext_lazy("所需数据名称"),
        max_length=120,
        help_text=gettext_lazy("写数据说的是什么，如“婚姻登记信息”；提交后自动在目录中查找。"),
    )
    items = forms.CharField(
        label=gettext_lazy("信息项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一个，也可以用顿号分隔；写得越全，匹配越准。"),
    )
    basis = forms.CharField(
        label=gettext_lazy("使用依据"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("法律、法规、规章、职责或文件的名称和条款。"),
    )
    scene = forms.CharField(
        label=gettext_lazy("应用场景"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    proposed = forms.ChoiceField(label=gettext_lazy("拟提供部门"), required=False)
    duties = forms.CharField(
        label=gettext_lazy("关联事项编码"),
        required=False,
        help_text=gettext_lazy("办哪些权责或政务服务事项要用，可填多个。"),
    )
    sharing_method = forms.ChoiceField(label=gettext_lazy("共享方式"), initial=SharingMethod.API.value)
    update_frequency = forms.ChoiceField(label=gettext_lazy("更新周期"), initial=UpdateFrequency.DAILY.value)
    use_until = forms.DateField(
        label=gettext_lazy("使用时限"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("用到哪一天；长期使用可空着。"),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("紧急程度"), initial=Urgency.NORMAL.value)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [
            (one.department, one.department_name)
            for one in actor.memberships
            if directory.can(actor, Permission.DEMAND_FILE, one.department)
        ]
        others = [(one.code, one.name) for one in directory.departments()]
        choices: dict[str, list[tuple[str, str]]] = {
            "department": own,
            "proposed": [("", _("不清楚")), *others],
            "sharing_method": _terms(SharingMethod),
            "update_frequency": _terms(UpdateFrequency),
            "urgency": _terms(Urgency),
        }
        for name, offered in choices.items():
            self.fields[name].choices = list(dict.fromkeys(offered))  # type: ignore[attr-defined]

    def draft(self) -> DemandDraft:
        given = self.cleaned_data
        return DemandDraft(
            name=given["name"],
            items=split_lines(given["items"]),
            basis=given["basis"],
            scene=given["scene"],
            proposed=given["proposed"],
            duties=split_lines(given["duties"]),
            sharing_method=SharingMethod(given["sharing_method"]),
            update_frequency=UpdateFrequency(given["update_frequency"]),
            use_until=given["use_until"],
            urgency=Urgency(given["urgency"]),
        )


def _terms(kind: type[Term]) -> list[tuple[str, str]]:
    return [(one.value, one.label(error_language())) for one in kind]


def demand_filter(request: HttpRequest) -> DemandFilter:
    view = request.GET.get("view", "")
    return DemandFilter(
        text=request.GET.get("q", "")[:100],
        stage=chosen(DemandStage, request.GET.get("stage")),
        department=request.GET.get("department", ""),
        urgency=chosen(Urgency, request.GET.get("urgency")),
        mine=view == "mine",
        disputed=view == "disputed",
        open_only=view == "open",
    )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    lists.refresh(clock())
    wanted = demand_filter(request)
    page = lists.demands(actor, wanted, clock=clock(), cursor=request.GET.get("cursor"))
    context = {
        "tabs": tabs(ListKind.DEMAND),
        "views": _views(request, actor),
        "filters": _filters(request, wanted),
        "table": demands_table(page.rows, caption=_("需求清单")),
        "pages": paging(request, page),
        "export_href": export_href(request, ListKind.DEMAND),
        "may_file": Permission.DEMAND_FILE in actor.permissions,
    }
    return desk_render(request, actor, "desk/lists/demand.html", context, crumbs=crumbs())


def _views(request: HttpRequest, actor: Actor) -> list[Link]:
    now, address = request.GET.get("view", ""), reverse("desk:lists-demand")
    counted = {
        "mine": DemandFilter(mine=True),
        "open": DemandFilter(open_only=True),
        "disputed": DemandFilter(disputed=True),
    }
    named = (("", _("全部")), ("mine", _("待我办理")), ("open", _("办理中")), ("disputed", _("争议")))
    return [
        Link(
            text=text,
            href=f"{address}?view={view}" if view else address,
            current=view == now or (not view and now not in counted),
            count=lists.count_demands(actor, counted[view]) if view else None,
        )
        for view, text in named
    ]


def _filters(request: HttpRequest, wanted: DemandFilter) -> Filters:
    view = request.GET.get("view", "")
    narrowed = bool(wanted.text or wanted.stage or wanted.department or wanted.urgency)
    return Filters(
        search_label=_("编号、数据名称或场景"),
        search=wanted.text,
        selects=[
            department_select(wanted.department, label=_("需求部门")),
            term_select(
                "stage", _("状态"), DemandStage, request.GET.get("stage", ""), everything=_("全部状态")
            ),
            term_select(
                "urgency", _("紧急程度"), Urgency, request.GET.get("urgency", ""), everything=_("不限")
            ),
        ],
        reset_href=reverse("desk:lists-demand") if narrowed else "",
        hidden=[("view", view)] if view else [],
    )


def demands_table(rows: Sequence[DemandSummary], *, caption: str) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column(key="name", title=_("所需数据和需求编号")),
            Column(key="department", title=_("需求部门")),
            Column(key="source", title=_("承接部门")),
            Column(key="urgency", title=_("紧急程度"), nowrap=True),
            Column(key="stage", title=_("状态"), nowrap=True),
            Column(key="due", title=_("办理期限"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=row.name, href=reverse("desk:lists-want", args=[row.number])),
                    row.number,
                    code=True,
                ),
                "department": row.department_name,
                "source": row.assigned_name,
                "urgency": coloured(row.urgency),
                "stage": coloured(row.stage),
                "due": due(row.clock),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("没有符合条件的需求"),
            text=_("需要其他部门的数据时，先提出需求：平台会自动查找已有目录，没有的再分派给部门。"),
        ),
    )


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.DEMAND_FILE)
    form = DemandForm(request.POST or None, actor=actor, initial={"name": request.GET.get("name", "")})
    if form.is_valid():
        try:
            made = lists.file_demand(
                actor, form.draft(), department=form.cleaned_data["department"], clock=clock()
            )
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:lists-want", number=made.number)
    lead = _("写明要什么数据、依据什么、用在哪里；提交后先自动匹配已有目录。")
    return _form_page(request, actor, form, heading=_("提出数据需求"), lead=lead, submit=_("提交并匹配目录"))


@desk_page
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    view = lists.demand(actor, number, clock=clock())
    directory.require(actor, Permission.DEMAND_FILE, view.summary.department)
    form = DemandForm(request.POST or None, actor=actor, initial=_initial(view.summary))
    if form.is_valid():
        try:
            lists.change_demand(
                actor,
                number,
                form.draft(),
                revision=_revision(request, view.revision),
                clock=clock(),
            )
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存，匹配结果已更新。"))
            return redirect("desk:lists-want", number=number)
    context = {"revision": view.revision}
    return _form_page(
        request, actor, form, heading=_("修改数据需求"), lead=number, submit=_("保存并重新匹配"), **context
    )


def _revision(request: HttpRequest, present: int) -> int:
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else present


def _initial(row: DemandSummary) -> dict[str, Any]:
    return {
        "department": row.department,
        "name": row.name,
        "items": "\n".join(row.items),
        "basis": row.basis,
        "scene": row.scene,
        "proposed": row.proposed,
        "duties": "、".join(row.duties),
        "sharing_method": row.sharing_method.value,
        "update_frequency": row.update_frequency.value,
        "use_until": row.use_until,
        "urgency": row.urgency.value,
    }


def _form_page(
    request: HttpRequest, actor: Actor, form: DemandForm, *, heading: str, lead: str, submit: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "heading": heading, "lead": lead, "submit": submit, **more}
    return desk_render(
        request, actor, "desk/lists/form.html", context, crumbs=crumbs(list_crumb(ListKind.DEMAND))
    )
