"""The responsibility list: what each department must provide, how far it is, confirmed by the department."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission, can
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    Check,
    DutyDraft,
    Fulfilment,
    ListKind,
    Origin,
    Period,
    ResponsibilityFilter,
    ResponsibilityView,
)
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, refuse
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

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def split_lines(text: str) -> tuple[str, ...]:
    """Entries of a text field, parted by lines or by Chinese or ASCII commas."""
    for comma in "，、,;；":
        text = text.replace(comma, "\n")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class DutyForm(forms.Form):
    """A duty that the authority adds before there is an entry."""

    department = forms.ChoiceField(label=gettext_lazy("责任部门"))
    name = forms.CharField(label=gettext_lazy("数据名称"), max_length=120)
    items = forms.CharField(
        label=gettext_lazy("信息项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个，也可以用顿号分隔。"),
    )
    due_on = forms.DateField(label=gettext_lazy("完成时限"), widget=DAY)
    person = forms.CharField(label=gettext_lazy("责任人"), max_length=60, required=False)
    period = forms.ChoiceField(label=gettext_lazy("考核周期"), initial=Period.QUARTERLY.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [  # type: ignore[attr-defined]
            (one.code, one.name) for one in directory.departments()
        ]
        self.fields["period"].choices = _periods()  # type: ignore[attr-defined]

    def draft(self) -> DutyDraft:
        values = self.cleaned_data
        return DutyDraft(
            department=values["department"],
            name=values["name"],
            items=split_lines(values["items"]),
            due_on=values["due_on"],
            person=values["person"],
            period=Period(values["period"]),
        )


class ChangeForm(forms.Form):
    """Day, person and evaluation period of a responsibility."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.CharField(label=gettext_lazy("责任人"), max_length=60, required=False)
    due_on = forms.DateField(label=gettext_lazy("完成时限"), widget=DAY, required=False)
    period = forms.ChoiceField(label=gettext_lazy("考核周期"))

    def __init__(self, *args: Any, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = _periods()  # type: ignore[attr-defined]
        if not whole:  # day and period are the authority's to set
            del self.fields["due_on"], self.fields["period"]


def _periods() -> list[tuple[str, str]]:
    return [(one.value, one.label(error_language())) for one in Period]


def responsibility_filter(request: HttpRequest) -> ResponsibilityFilter:
    return ResponsibilityFilter(
        text=request.GET.get("q", "")[:100],
        department=request.GET.get("department", ""),
        status=chosen(Fulfilment, request.GET.get("status")),
        origin=chosen(Origin, request.GET.get("origin")),
        unconfirmed="unconfirmed" in request.GET,
    )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    lists.refresh(clock())
    wanted, start = responsibility_filter(request), start_of(request)
    rows, total = lists.responsibility_page(actor, wanted, clock=clock(), start=start, limit=PAGE)
    confirms = Permission.RESPONSIBILITY_CONFIRM in actor.permissions
    context = {
        "tabs": tabs(ListKind.RESPONSIBILITY),
        "filters": _filters(request, wanted),
        "table": _table(actor, rows, confirms=confirms),
        "pages": pages(request, shown=len(rows), start=start, total=total),
        "export_href": export_href(request, ListKind.RESPONSIBILITY),
        "may_add": bool(can(actor, Permission.RESPONSIBILITY_MANAGE)),
        "may_confirm": any(_may_confirm(actor, row) for row in rows),
    }
    return desk_render(request, actor, "desk/lists/responsibility.html", context, crumbs=crumbs())


def _filters(request: HttpRequest, wanted: ResponsibilityFilter) -> Filters:
    status, origin = request.GET.get("status", ""), request.GET.get("origin", "")
    narrowed = wanted != ResponsibilityFilter()
    return Filters(
        search_label=_("编号、数据名称或目录代码"),
        search=wanted.text,
        selects=[
            department_select(wanted.department, label=_("责任部门")),
            term_select("status", _("落实状态"), Fulfilment, status, everything=_("全部状态")),
            term_select("origin", _("来源"), Origin, origin, everything=_("全部来源")),
        ],
        reset_href=reverse("desk:lists-responsibility") if narrowed else "",
        hidden=[("unconfirmed", "1")] if wanted.unconfirmed else [],
    )


def _may_confirm(actor: Actor, row: ResponsibilityView) -> bool:
    return (
        not row.confirmed
        and row.active
        and bool(can(actor, Permission.RESPONSIBILITY_CONFIRM, row.department))
    )


def _table(actor: Actor, rows: tuple[ResponsibilityView, ...], *, confirms: bool) -> Table:
    columns = [
        Column(key="name", title=_("数据和责任编号")),
        Column(key="department", title=_("责任部门")),
        Column(key="items", title=_("信息项")),
        Column(key="sharing", title=_("共享要求")),
        Column(key="due", title=_("完成时限"), nowrap=True),
        Column(key="person", title=_("责任人"), nowrap=True),
        Column(key="status", title=_("落实状态")),
        Column(key="confirmed", title=_("部门确认"), nowrap=True),
    ]
    if confirms:
        columns.insert(0, Column(key="pick", title=_("选择"), nowrap=True))
    return Table(
        caption=_("责任清单"),
        columns=columns,
        rows=[
            {
                "pick": _picker(row) if _may_confirm(actor, row) else None,
                "name": stacked(
                    Link(text=row.name, href=reverse("desk:lists-duty", args=[row.number])),
                    row.number,
                    code=True,
                ),
                "department": row.department_name,
                "items": _items(row.items),
                "sharing": _sharing(row),
                "due": row.due_on,
                "person": row.person,
                "status": stacked(coloured(row.status), failing(row)),
                "confirmed": Badge(text=_("已确认"), tone=Tone.GOOD)
                if row.confirmed
                else Badge(text=_("待确认")),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("没有符合条件的责任事项"),
            text=_("目录一经发布，就按部门拆分成责任事项。"),
            action=Link(text=_("查看目录"), href=reverse("desk:catalogue")),
        ),
    )


def _picker(row: ResponsibilityView) -> SafeString:
    label = _("选择 %(name)s") % {"name": row.name}
    return format_html(
        '<input class="form-check-input" type="checkbox" name="number" value="{}" aria-label="{}">',
        row.number,
        label,
    )


def _items(items: tuple[str, ...]) -> SafeString | str:
    """The first few, and how many there are."""
    if len(items) <= 4:
        return "、".join(items)
    return stacked("、".join(items[:4]) + "…", _("共 %(count)d 项") % {"count": len(items)})


def _sharing(row: ResponsibilityView) -> SafeString | None:
    if row.sharing_type is None:
        return None
    language = error_language()
    how = " · ".join(method.label(language) for method in row.methods)
    cycle = row.update_frequency.label(language) if row.update_frequency else ""
    return stacked(row.sharing_type.label(language), " · ".join(filter(None, (how, cycle))))


def failing(row: ResponsibilityView) -> str:
    """What is still missing, in words."""
    language = error_language()
    missing = {
        Check.CATALOGUED: _("未编目"),
        Check.HOOKED: _("未挂接"),
        Check.COLLECTED: _("未归集"),
        Check.ON_TIME: _("更新不及时"),
        Check.QUALITY: _("质量未达标"),
        Check.ANSWERED: _("申请答复超期"),
    }
    comma = "、" if language == "zh" else ", "
    return comma.join(missing[each.check] for each in row.checks if each.passed is False)


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    count = lists.confirm_responsibilities(actor, request.POST.getlist("number")[:PAGE], clock=clock())
    if count:
        said = ngettext("已确认 %(count)d 项责任。", "已确认 %(count)d 项责任。", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("没有选择待确认的责任事项，请先勾选。"))
    return redirect(reverse("desk:lists-responsibility"))


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.RESPONSIBILITY_MANAGE)
    form = DutyForm(request.POST or None)
    if form.is_valid():
        try:
            made = lists.add_duty(actor, form.draft(), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:lists-duty", number=made.number)
    context = {
        "form": form,
        "heading": _("增补责任事项"),
        "lead": _("还没有目录、但部门应当提供的数据；目录发布后自动对应。"),
        "submit": _("加入责任清单"),
    }
    return desk_render(
        request, actor, "desk/lists/form.html", context, crumbs=crumbs(list_crumb(ListKind.RESPONSIBILITY))
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    lists.refresh(clock())
    view = lists.responsibility(actor, number, clock=clock())
    manages = bool(can(actor, Permission.RESPONSIBILITY_MANAGE))
    owns = bool(can(actor, Permission.RESPONSIBILITY_CONFIRM, view.department))
    form = _change_form(request, view, whole=manages) if view.active and (manages or owns) else None
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        day: date | None = given.get("due_on", view.due_on)
        try:
            lists.change_responsibility(
                actor,
                number,
                due_on=day,
                person=given["person"],
                period=Period(given.get("period", view.period.value)),
                revision=given["revision"],
                clock=clock(),
            )
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("desk:lists-duty", number=number)
    context = {
        "view": view,
        "badge": coloured(view.status),
        "checks": _checks(view),
        "form": form,
        "may_confirm": _may_confirm(actor, view),
    }
    return desk_render(
        request, actor, "desk/lists/duty.html", context, crumbs=crumbs(list_crumb(ListKind.RESPONSIBILITY))
    )


def _change_form(request: HttpRequest, view: ResponsibilityView, *, whole: bool) -> ChangeForm:
    first = {
        "revision": view.revision,
        "person": view.person,
        "due_on": view.due_on,
        "period": view.period.value,
    }
    return ChangeForm(request.POST or None, initial=first, whole=whole)


def _checks(view: ResponsibilityView) -> Table:
    shown = {
        True: Badge(text=_("达到"), tone=Tone.GOOD),
        False: Badge(text=_("未达到"), tone=Tone.BAD),
        None: Badge(text=_("不评")),
    }
    return Table(
        caption=_("落实情况（按实际发生的记录）"),
        columns=[Column(key="check", title=_("要求")), Column(key="passed", title=_("结果"), nowrap=True)],
        rows=[
            {"check": each.check.label(error_language()), "passed": shown[each.passed]}
            for each in view.checks
        ],
    )
