"""The negative list: what is refused and on which law; departments state it, the authority reviews it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.directory.api import Actor, Permission, can
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    ListKind,
    NegativeFilter,
    NegativeScope,
    NegativeState,
    NegativeStatement,
    NegativeView,
    Verdict,
)
from jutong.kernel.errors import JutongError
from jutong.pages.components import Column, Empty, Filters, Link, Option, Select, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, commanded, desk_page, desk_render, refuse
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.lists_parts import (
    PAGE,
    coloured,
    crumbs,
    export_href,
    list_crumb,
    pages,
    start_of,
    tabs,
    term_select,
)
from jutong.pages.desk.selects import department_select

EVERYTHING = "all"
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class StatementForm(forms.Form):
    """Reason and law of a refusal, as its department states them."""

    prefix = "statement"
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    basis_document = forms.CharField(
        label=gettext_lazy("依据文件名"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不予共享须以法律、行政法规或国务院决定为依据，三项都要写全。"),
    )
    basis_number = forms.CharField(label=gettext_lazy("文号"), max_length=80, required=False)
    basis_article = forms.CharField(label=gettext_lazy("条款"), max_length=80, required=False)

    def statement(self) -> NegativeStatement:
        given = self.cleaned_data
        return NegativeStatement(
            reason=given["reason"],
            basis_document=given["basis_document"],
            basis_number=given["basis_number"],
            basis_article=given["basis_article"],
        )


class ReviewForm(forms.Form):
    """The authority's opinion, and until when it holds."""

    prefix = "review"
    revision = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(
        label=gettext_lazy("审核意见"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("退回补正必须写明要补什么。"),
    )
    examine_on = forms.DateField(
        label=gettext_lazy("复审日期"),
        widget=DAY,
        required=False,
        help_text=gettext_lazy("空着按默认期限计算。"),
    )
    expires_on = forms.DateField(label=gettext_lazy("有效期至"), widget=DAY, required=False)


def negative_filter(request: HttpRequest) -> NegativeFilter:
    asked = request.GET.get("scope", NegativeScope.SHARING.value)
    return NegativeFilter(
        text=request.GET.get("q", "")[:100],
        department=request.GET.get("department", ""),
        scope=chosen(NegativeScope, asked),
        state=chosen(NegativeState, request.GET.get("state")),
    )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    lists.refresh(clock())
    wanted, start = negative_filter(request), start_of(request)
    counts = lists.count_refusals(actor, wanted, clock=clock())
    shown = lists.refusals(actor, wanted, clock=clock(), start=start, limit=PAGE)
    context = {
        "tabs": tabs(ListKind.NEGATIVE),
        "filters": _filters(request, wanted),
        "table": _table(shown),
        "pages": pages(request, shown=len(shown), start=start, total=sum(counts.values())),
        "blocked": counts.get(NegativeState.BLOCKED, 0),
        "export_href": export_href(request, ListKind.NEGATIVE),
    }
    return desk_render(request, actor, "desk/lists/negative.html", context, crumbs=crumbs())


def _filters(request: HttpRequest, wanted: NegativeFilter) -> Filters:
    language = error_language()
    scopes = [Option(value=one.value, text=one.label(language)) for one in NegativeScope]
    scopes.append(Option(value=EVERYTHING, text=_("全部类别")))
    return Filters(
        search_label=_("编号、名称、代码或依据文件"),
        search=wanted.text,
        selects=[
            Select(
                name="scope",
                label=_("类别"),
                options=scopes,
                chosen=wanted.scope.value if wanted.scope else EVERYTHING,
            ),
            department_select(wanted.department),
            term_select(
                "state", _("状态"), NegativeState, request.GET.get("state", ""), everything=_("全部状态")
            ),
        ],
        reset_href=reverse("desk:lists-negative") if wanted != NegativeFilter() else "",
    )


def _table(rows: tuple[NegativeView, ...]) -> Table:
    return Table(
        caption=_("负面清单"),
        columns=[
            Column(key="name", title=_("数据和事项编号")),
            Column(key="department", title=_("部门")),
            Column(key="scope", title=_("类别"), nowrap=True),
            Column(key="reason", title=_("理由")),
            Column(key="basis", title=_("依据")),
            Column(key="examine", title=_("复审日期"), nowrap=True),
            Column(key="expires", title=_("有效期至"), nowrap=True),
            Column(key="state", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=row.name, href=reverse("desk:lists-refusal", args=[row.number])),
                    row.number,
                    code=True,
                ),
                "department": row.department_name,
                "scope": row.scope,
                "reason": row.statement.reason,
                "basis": row.basis,
                "examine": row.examine_on,
                "expires": row.expires_on,
                "state": coloured(row.state),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("没有符合条件的事项"),
            text=_("目录或信息项的共享类型定为“不予共享”并发布后，自动列入这里。"),
        ),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    lists.refresh(clock())
    view = lists.refusal(actor, number, clock=clock())
    states = bool(can(actor, Permission.ENTRY_DRAFT, view.department))
    reviews = bool(can(actor, Permission.NEGATIVE_REVIEW, view.department))
    statement = StatementForm(request.POST if "declare" in request.POST else None, initial=_said(view))
    opinion = ReviewForm(
        request.POST if "verdict" in request.POST else None,
        initial={
            "revision": view.revision,
            "examine_on": view.examine_on,
            "expires_on": view.expires_on,
        },
    )
    if _kept(request, actor, number, statement, opinion):
        messages.success(request, _("已保存。"))
        return redirect("desk:lists-refusal", number=number)
    context = {
        "view": view,
        "badge": coloured(view.state),
        "statement": statement if states else None,
        "review": opinion if reviews else None,
        "may_accept": view.state is not NegativeState.BLOCKED,
    }
    return desk_render(
        request, actor, "desk/lists/refusal.html", context, crumbs=crumbs(list_crumb(ListKind.NEGATIVE))
    )


def _said(view: NegativeView) -> dict[str, Any]:
    said = view.statement
    return {
        "revision": view.revision,
        "reason": said.reason,
        "basis_document": said.basis_document,
        "basis_number": said.basis_number,
        "basis_article": said.basis_article,
    }


def _kept(
    request: HttpRequest, actor: Actor, number: str, statement: StatementForm, opinion: ReviewForm
) -> bool:
    """Whether a form was sent and taken; what is refused stays in it as it was written."""
    form: forms.Form = statement if statement.is_bound else opinion
    if not form.is_bound or not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        if form is statement:
            lists.declare(actor, number, statement.statement(), revision=given["revision"], clock=clock())
        else:
            lists.review(
                actor,
                number,
                commanded(Verdict, request.POST.get("verdict")),
                revision=given["revision"],
                opinion=given["opinion"],
                examine_on=given["examine_on"],
                expires_on=given["expires_on"],
                clock=clock(),
            )
    except JutongError as error:
        refuse(form, error)
        return False
    return True
