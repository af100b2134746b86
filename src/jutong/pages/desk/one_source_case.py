"""One case of one source per item: its evidence side by side, and what the reader may do with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseAction, CaseItemView, CaseView, ClaimKind, Part
from jutong.pages.components import Badge, Column, Link, Step, StepState, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, commanded, desk_page, desk_render
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.one_source import share, status_badge


class DecisionForm(forms.Form):
    source = forms.ChoiceField(label=gettext_lazy("以哪个部门的信息项为数源"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=2000)
    basis = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("法律法规、三定规定或权责事项，例如“婚姻登记条例第三条”。"),
    )
    prefix = "decide"

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            (f"{one.service}|{one.field}", f"{one.department_name} ·《{one.title}》{one.name}")
            for one in view.items
            if one.live and one.held and not one.excluded
        ]


class ClaimForm(forms.Form):
    department = forms.ChoiceField(label=gettext_lazy("代表部门"))
    kind = forms.ChoiceField(label=gettext_lazy("意见"))
    text = forms.CharField(
        label=gettext_lazy("说明"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("申报数源请写明数据产生的业务环节；认为不是同一项请写明口径差别。"),
    )
    prefix = "claim"

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.value, one.label(error_language())) for one in ClaimKind
        ]


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _page(request, actor, code)


def _page(request: HttpRequest, actor: Actor, code: str, **bound: forms.Form) -> HttpResponse:
    view = one_source.case(actor, code)
    own = _own_departments(actor, view)
    may = set(view.actions)
    context: dict[str, Any] = {
        "view": view,
        "badge": status_badge(view.summary.status),
        "parts": _parts_table(view),
        "items": _items_table(view, ticking=Permission.ONE_SOURCE_DECIDE in actor.permissions),
        "overlaps": _overlaps_table(view) if view.overlaps else None,
        "claims": _claims_table(view) if view.claims else None,
        "steps": _steps(view),
        "decide_form": DecisionForm(view=view) if CaseAction.DECIDE in may else None,
        "claim_form": ClaimForm(departments=own) if CaseAction.CLAIM in may and own else None,
        "may_open": CaseAction.OPEN in may,
        "may_reject": CaseAction.REJECT in may,
        "may_reopen": CaseAction.REOPEN in may,
        "may_exclude": Permission.ONE_SOURCE_DECIDE in actor.permissions,
        "source": next((one for one in view.items if one.is_source), None),
    }
    crumbs = (Link(text=_("一数一源"), href=reverse("desk:one-source")),)
    return desk_render(request, actor, "desk/one_source/case.html", {**context, **bound}, crumbs=crumbs)


def _own_departments(actor: Actor, view: CaseView) -> list[tuple[str, str]]:
    holding = {one.department: one.department_name for one in view.items if one.held}
    return [
        (code, name)
        for code, name in sorted(holding.items())
        if directory.can(actor, Permission.ONE_SOURCE_CLAIM, code)
    ]


def _parts_table(view: CaseView) -> Table:
    language = error_language()
    return Table(
        caption=_("为什么认为是同一项"),
        columns=[
            Column(key="part", title=_("方面"), nowrap=True),
            Column(key="score", title=_("得分"), nowrap=True),
            Column(key="weight", title=_("权重"), numeric=True),
            Column(key="reason", title=_("说明")),
        ],
        rows=[
            {
                "part": Part(one.part).label(language),
                "score": share(one.score) if one.weight else None,
                "weight": one.weight or None,
                "reason": one.reason(language),
            }
            for one in view.parts
        ],
        first_is_header=True,
    )


def _items_table(view: CaseView, *, ticking: bool) -> Table:
    columns = [
        Column(key="department", title=_("部门和目录")),
        Column(key="name", title=_("信息项")),
        Column(key="shape", title=_("类型和语义")),
        Column(key="standard", title=_("数据元和代码集")),
        Column(key="description", title=_("描述")),
        Column(key="values", title=_("不同取值"), numeric=True),
        Column(key="state", title=_("状态"), nowrap=True),
    ]
    if ticking:
        columns.insert(0, Column(key="tick", title=_("选择"), nowrap=True))
    return Table(caption=_("各部门的信息项"), columns=columns, rows=[_item_row(one) for one in view.items])


def _item_row(one: CaseItemView) -> dict[str, Any]:
    language = error_language()
    kind = one.data_type.label(language) if one.data_type else None
    if kind and one.length:
        kind = f"{kind}（{one.length}）"
    return {
        "tick": format_html(
            '<input class="form-check-input" type="checkbox" name="item" value="{}" aria-label="{}">',
            f"{one.service}|{one.field}",
            _("选择 %(name)s") % {"name": f"{one.department_name} {one.name}"},
        )
        if one.held and not one.excluded and not one.is_source
        else "",
        "department": stacked(
            Link(text=one.title, href=reverse("desk:entry", args=[one.service])), one.department_name
        ),
        "name": stacked(one.name, one.field, code=True),
        "shape": stacked(kind, one.meaning.label(language) if one.meaning else ""),
        "standard": stacked(one.data_element or None, one.code_list, code=True),
        "description": one.description,
        "values": None if one.distinct is None else round(one.distinct),
        "state": _item_badge(one),
    }


def _item_badge(one: CaseItemView) -> Badge:
    if one.is_source:
        return Badge(text=_("数源"), tone=Tone.GOOD)
    if one.excluded:
        return Badge(text=_("已排除"))
    if not one.held:
        return Badge(text=_("已不持有"))
    return Badge(text=_("已发布"), tone=Tone.INFO) if one.live else Badge(text=_("编制中"))


def _overlaps_table(view: CaseView) -> Table:
    names = {(one.service, one.field): one for one in view.items}
    rows = []
    for pair in view.overlaps:
        left, right = names.get(pair.left), names.get(pair.right)
        if left is None or right is None:
            continue
        rows.append(
            {
                "left": stacked(left.department_name, left.title),
                "right": stacked(right.department_name, right.title),
                "common": share(pair.jaccard),
                "bounds": f"{pair.low:.0%}–{pair.high:.0%}",
                "left_in_right": share(pair.left_in_right),
                "right_in_left": share(pair.right_in_left),
            }
        )
    return Table(
        caption=_("取值重合（按加密概要估计，不比对原文）"),
        columns=[
            Column(key="left", title=_("甲")),
            Column(key="right", title=_("乙")),
            Column(key="common", title=_("共有取值"), nowrap=True),
            Column(key="bounds", title=_("误差范围"), nowrap=True),
            Column(key="left_in_right", title=_("甲在乙中"), nowrap=True),
            Column(key="right_in_left", title=_("乙在甲中"), nowrap=True),
        ],
        rows=rows,
    )


def _claims_table(view: CaseView) -> Table:
    return Table(
        caption=_("部门意见"),
        columns=[
            Column(key="department", title=_("部门")),
            Column(key="kind", title=_("意见"), nowrap=True),
            Column(key="text", title=_("说明")),
            Column(key="at", title=_("时间"), nowrap=True),
        ],
        rows=[
            {
                "department": stacked(one.department_name, one.by_name),
                "kind": one.kind,
                "text": one.text,
                "at": one.at,
            }
            for one in view.claims
        ],
    )


def _steps(view: CaseView) -> list[Step]:
    language = error_language()
    return [
        Step(
            title=one.action.label(language),
            state=StepState.DONE,
            by=one.by_name,
            at=one.at,
            note=one.note,
        )
        for one in view.steps
    ]


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    form = DecisionForm(request.POST, view=one_source.case(actor, code))
    if not form.is_valid():
        return _page(request, actor, code, decide_form=form)
    values = form.cleaned_data
    service, _bar, field = values["source"].partition("|")
    one_source.decide(
        actor,
        code,
        source=(service, field),
        reason=values["reason"],
        basis=values["basis"],
        revision=_revision(request),
        clock=clock(),
    )
    messages.success(request, _("已确定数源。其他部门的目录上会提示从该目录获取。"))
    return redirect("desk:one-source-case", code=code)


@require_POST
@desk_page
def claim(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    form = ClaimForm(request.POST, departments=_own_departments(actor, one_source.case(actor, code)))
    if not form.is_valid():
        return _page(request, actor, code, claim_form=form)
    values = form.cleaned_data
    one_source.claim(
        actor,
        code,
        department=values["department"],
        kind=ClaimKind(values["kind"]),
        text=values["text"],
        clock=clock(),
    )
    messages.success(request, _("意见已提交，由主管部门统一确定数源。"))
    return redirect("desk:one-source-case", code=code)


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The steps of one button and one line of text: ask for opinions, not the same, take up again."""
    reason, revision, now = request.POST.get("reason", ""), _revision(request), clock()
    match commanded(CaseAction, request.POST.get("action")):
        case CaseAction.OPEN:
            one_source.open_case(actor, code, note=reason, revision=revision, clock=now)
            messages.success(request, _("已请持有部门反馈意见。"))
        case CaseAction.REJECT:
            one_source.reject(actor, code, reason=reason, revision=revision, clock=now)
            messages.success(request, _("已认定不是同一项，不再提示。"))
        case CaseAction.REOPEN:
            one_source.reopen(actor, code, reason=reason, revision=revision, clock=now)
            messages.success(request, _("已重新办理，原决定停止执行。"))
    return redirect("desk:one-source-case", code=code)


@require_POST
@desk_page
def exclude(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    places = [tuple(value.split("|", 1)) for value in request.POST.getlist("item") if "|" in value]
    one_source.exclude_items(
        actor,
        code,
        [(service, field) for service, field in places],
        reason=request.POST.get("reason", ""),
        revision=_revision(request),
        clock=clock(),
    )
    messages.success(request, _("已从本事项排除所选信息项。"))
    return redirect("desk:one-source-case", code=code)


def _revision(request: HttpRequest) -> int:
    """The revision that the reader saw; 0, which no case has, where the form was tampered with."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
