"""Restructurings (机构改革): write one up, see exactly what will move, carry it out, confirm entries anew."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, MovedNoun, Permission, Role
from jutong.control.restructuring import api as restructuring
from jutong.control.restructuring.api import MovedView, ReformDraft, ReformKind, ReformStatus, ReformView
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, home, refuse
from jutong.pages.desk.cells import stacked

TONES = {
    ReformStatus.PLANNED: Tone.INFO,
    ReformStatus.CARRIED_OUT: Tone.WARNING,
    ReformStatus.COMPLETED: Tone.GOOD,
    ReformStatus.CANCELLED: Tone.NEUTRAL,
}


class ReformForm(forms.Form):
    """What the bureau writes down; which fields are needed depends on the kind."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    title = forms.CharField(
        label=gettext_lazy("事项名称"), max_length=120, help_text=gettext_lazy("例如：市民政局与市老龄办合并")
    )
    document = forms.CharField(label=gettext_lazy("依据文件"), max_length=200)
    document_number = forms.CharField(label=gettext_lazy("文号"), max_length=80)
    effective_on = forms.DateField(
        label=gettext_lazy("生效日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.MultipleChoiceField(
        label=gettext_lazy("涉及部门"),
        help_text=gettext_lazy("更名和划转选一个；合并可选多个（按住 Ctrl 多选）。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    after = forms.ChoiceField(
        label=gettext_lazy("接收部门"), required=False, help_text=gettext_lazy("合并和划转须选。")
    )
    new_name = forms.CharField(label=gettext_lazy("新名称（更名）"), max_length=120, required=False)
    new_short_name = forms.CharField(label=gettext_lazy("新简称（更名）"), max_length=40, required=False)
    new_uscc = forms.CharField(
        label=gettext_lazy("新统一社会信用代码（更名）"), max_length=18, required=False
    )
    systems = forms.CharField(
        label=gettext_lazy("划转的系统代码"),
        required=False,
        help_text=gettext_lazy("用空格或逗号分隔；这些系统的数据源一并划转。"),
    )
    services = forms.CharField(
        label=gettext_lazy("划转的目录服务名"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("用空格、逗号或换行分隔。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = error_language()
        known = [(one.code, f"{one.name}（{one.code}）") for one in directory.departments()]
        cast("Any", self.fields["kind"]).choices = [(one.value, one.label(language)) for one in ReformKind]
        cast("Any", self.fields["before"]).choices = known
        cast("Any", self.fields["after"]).choices = [("", "—"), *known]

    def draft(self) -> ReformDraft:
        values = self.cleaned_data
        names = (
            "title",
            "document",
            "document_number",
            "effective_on",
            "after",
            "new_name",
            "new_short_name",
        )
        return ReformDraft(
            kind=ReformKind(values["kind"]),
            before=tuple(values["before"]),
            new_uscc=values["new_uscc"].upper(),
            services=_names(values["services"]),
            systems=_names(values["systems"]),
            **{name: values[name] for name in names},
        )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").replace("，", " ").replace("、", " ").split()))


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every restructuring, and the form for a new one."""
    may_plan = Permission.RESTRUCTURE in actor.permissions
    form = ReformForm(request.POST or None) if may_plan else None
    if form is not None and form.is_valid():
        try:
            made = restructuring.plan(actor, form.draft(), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:reform", code=made.code)
    context = {"table": _table(restructuring.reforms(actor)), "form": form}
    return desk_render(request, actor, "desk/restructuring/list.html", context)


def _table(found: tuple[ReformView, ...]) -> Table:
    language = error_language()
    names = _department_names()
    return Table(
        caption=_("机构改革事项"),
        columns=[
            Column(key="title", title=_("事项")),
            Column(key="kind", title=_("类型"), nowrap=True),
            Column(key="departments", title=_("部门")),
            Column(key="effective", title=_("生效日期"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="waiting", title=_("待确认目录"), numeric=True),
        ],
        rows=[
            {
                "title": Link(text=one.draft.title, href=reverse("desk:reform", args=[one.code])),
                "kind": one.draft.kind.label(language),
                "departments": stacked(
                    "、".join(names.get(code, code) for code in one.draft.before),
                    one.draft.new_name or names.get(one.draft.after, ""),
                ),
                "effective": one.draft.effective_on,
                "status": Badge(text=one.status.label(language), tone=TONES[one.status]),
                "waiting": one.waiting,
            }
            for one in found
        ],
        empty=Empty(
            title=_("还没有机构改革事项"), text=_("部门更名、合并或职能划转时，由数据主管部门在此登记办理。")
        ),
    )


def _department_names() -> dict[str, str]:
    return {one.code: one.name for one in directory.departments(active_only=False)}


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One restructuring: what it will move or moved, and the entries that wait to be confirmed."""
    view = restructuring.reform(actor, code)
    planned = view.status is ReformStatus.PLANNED
    may_act = planned and Permission.RESTRUCTURE in actor.permissions
    moved = restructuring.preview(actor, code, home=home(), clock=clock()) if may_act else view.moved
    mine = [
        one
        for one in view.confirmations
        if one.confirmed_at is None and directory.can(actor, Permission.ENTRY_DRAFT, one.department)
    ]
    names = _department_names()
    context = {
        "view": view,
        "before": [names.get(one, one) for one in view.draft.before],
        "after": view.draft.new_name or names.get(view.draft.after, view.draft.after),
        "badge": Badge(text=view.status.label(error_language()), tone=TONES[view.status]),
        "tiles": _tiles(moved),
        "moved": _moved_table(moved, planned=planned) if moved or not planned else None,
        "may_act": may_act,
        "mine": mine,
        "confirmations": _confirmation_table(view) if view.confirmations else None,
    }
    crumbs = (Link(text=_("机构改革"), href=reverse("desk:restructuring")),)
    return desk_render(request, actor, "desk/restructuring/detail.html", context, crumbs=crumbs)


def _tiles(moved: tuple[MovedView, ...]) -> list[Tile]:
    language = error_language()
    counts = {noun: sum(one.noun is noun for one in moved) for noun in MovedNoun}
    return [Tile(title=noun.label(language), value=count) for noun, count in counts.items() if count]


def _moved_table(moved: tuple[MovedView, ...], *, planned: bool) -> Table:
    language, names = error_language(), _department_names()
    return Table(
        caption=_("将要变动的内容") if planned else _("已变动的内容"),
        columns=[
            Column(key="noun", title=_("类别"), nowrap=True),
            Column(key="name", title=_("名称和编号")),
            Column(key="before", title=_("原属部门")),
        ],
        rows=[
            {
                "noun": one.noun.label(language),
                "name": stacked(_name_of(one), one.key if one.name else "", code=True),
                "before": names.get(one.before, one.before),
            }
            for one in moved
        ],
        empty=Empty(title=_("没有变动的内容")),
    )


def _name_of(moved: MovedView) -> str:
    """A person's role is kept as its code."""
    if moved.noun is MovedNoun.MEMBERSHIP:
        role = chosen(Role, moved.name)
        return role.label(error_language()) if role else moved.name
    return moved.name or moved.key


def _confirmation_table(view: ReformView) -> Table:
    return Table(
        caption=_("目录重新确认"),
        columns=[
            Column(key="entry", title=_("目录")),
            Column(key="at", title=_("确认时间"), nowrap=True),
            Column(key="by", title=_("确认人"), nowrap=True),
        ],
        rows=[
            {
                "entry": Link(text=one.title, href=reverse("desk:entry", args=[one.service])),
                "at": one.confirmed_at,
                "by": one.confirmed_by or Badge(text=_("待确认"), tone=Tone.WARNING),
            }
            for one in view.confirmations
        ],
    )


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Carry out, cancel, or confirm the ticked entries."""
    action = request.POST.get("action", "")
    if action == "carry_out":
        view = restructuring.carry_out(actor, code, home=home(), clock=clock())
        messages.success(request, _("已办理，共变动 %(count)d 项。") % {"count": len(view.moved)})
    elif action == "cancel":
        restructuring.cancel(actor, code, clock=clock())
        messages.success(request, _("已取消。"))
    elif action == "confirm":
        services = tuple(request.POST.getlist("service"))
        view = restructuring.confirm_entries(actor, code, services, clock=clock())
        messages.success(request, _("已确认，还有 %(count)d 个目录待确认。") % {"count": view.waiting})
    return redirect("desk:reform", code=code)
