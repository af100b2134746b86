"""Departments and IT systems: the lists for everyone, registering for those who may."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, DepartmentKind, Permission
from jutong.kernel.errors import JutongError
from jutong.pages.components import Column, Empty, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse
from jutong.pages.desk.cells import stacked

CODE_HELP = gettext_lazy("小写字母开头，只含小写字母、数字和下划线；登记后不能更改。")


class DepartmentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=40, required=False)
    code = forms.CharField(label=gettext_lazy("代码"), max_length=31, help_text=CODE_HELP)
    uscc = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    region = forms.ChoiceField(label=gettext_lazy("区划"))
    parent = forms.ChoiceField(label=gettext_lazy("上级部门"), required=False)

    prefix = "department"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = error_language()
        self.fields["kind"].choices = [(one.value, one.label(language)) for one in DepartmentKind]  # type: ignore[attr-defined]
        regions = [(one.code, f"{one.name}（{one.code}）") for one in directory.regions()]
        self.fields["region"].choices = regions  # type: ignore[attr-defined]
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((one.code, one.name) for one in directory.departments()),
        ]


class SystemForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    code = forms.CharField(label=gettext_lazy("代码"), max_length=31, help_text=CODE_HELP)
    department = forms.ChoiceField(label=gettext_lazy("所属部门"))
    description = forms.CharField(label=gettext_lazy("说明"), max_length=400, required=False)

    prefix = "system"

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, **bound: forms.Form) -> HttpResponse:
    """Both lists with the forms that the actor may use; a form that was refused as it was filled in."""
    own = _own_departments(actor)
    context: dict[str, Any] = {
        "table": _departments_table(),
        "systems": _systems_table(),
        "department_form": DepartmentForm() if Permission.DEPARTMENT_MANAGE in actor.permissions else None,
        "system_form": SystemForm(departments=own) if own else None,
    }
    return desk_render(request, actor, "desk/departments.html", {**context, **bound})


def _own_departments(actor: Actor) -> list[tuple[str, str]]:
    """Departments for which the actor may register IT systems."""
    return [
        (one.code, one.name)
        for one in directory.departments()
        if directory.can(actor, Permission.SYSTEM_MANAGE, one.code)
    ]


def _departments_table() -> Table:
    language = error_language()
    return Table(
        caption=_("部门"),
        columns=[
            Column(key="name", title=_("名称和代码")),
            Column(key="uscc", title=_("统一社会信用代码"), code=True),
            Column(key="kind", title=_("类型"), nowrap=True),
            Column(key="region", title=_("区划"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(one.name, one.code, code=True),
                "uscc": one.uscc,
                "kind": one.kind.label(language),
                "region": one.region_name,
            }
            for one in directory.departments()
        ],
        empty=Empty(title=_("还没有部门"), text=_("由系统管理员登记。")),
    )


def _systems_table() -> Table:
    language = error_language()
    return Table(
        caption=_("信息系统"),
        columns=[
            Column(key="name", title=_("名称和代码")),
            Column(key="department", title=_("部门")),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(one.name, one.code, code=True),
                "department": one.department_name,
                "status": one.status.label(language),
            }
            for one in directory.systems()
        ],
        empty=Empty(title=_("还没有登记信息系统"), text=_("由部门数据专员或系统管理员登记。")),
    )


@require_POST
@desk_page
def add_department(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.DEPARTMENT_MANAGE)
    form = DepartmentForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        values |= {"kind": DepartmentKind(values["kind"]), "parent": values["parent"] or None}
        try:
            made = directory.add_department(actor, clock=clock(), **values)
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已登记部门“%(name)s”。") % {"name": made.name})
            return redirect("desk:departments")
    return _page(request, actor, department_form=form)


@require_POST
@desk_page
def add_system(request: HttpRequest, actor: Actor) -> HttpResponse:
    own = _own_departments(actor)
    if not own:
        directory.require(actor, Permission.SYSTEM_MANAGE, actor.home_department)
    form = SystemForm(request.POST, departments=own)
    if form.is_valid():
        try:
            made = directory.add_system(actor, clock=clock(), **form.cleaned_data)
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已登记信息系统“%(name)s”。") % {"name": made.name})
            return redirect("desk:departments")
    return _page(request, actor, system_form=form)
