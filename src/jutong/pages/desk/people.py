"""Accounts (system administrator) and their roles (security administrator)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission, PersonView, Role
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, paging, refuse
from jutong.pages.desk.cells import stacked

PASSWORD_HELP = gettext_lazy("至少 12 位，大小写字母、数字、符号四类中的三类。")


class PersonForm(forms.Form):
    """A new account; it may do nothing until it is given a role."""

    username = forms.CharField(
        label=gettext_lazy("账号"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    display_name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    password = forms.CharField(
        label=gettext_lazy("初始口令"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )


class AccountForm(forms.Form):
    """An account that is to be closed, or to have a new password."""

    account = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "known-people", "autocomplete": "off"}),
    )
    new_password = forms.CharField(
        label=gettext_lazy("新口令"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("重置口令时填写；停用账号时不填。"),
    )


class RoleForm(forms.Form):
    """A role that is given to someone or taken away."""

    member = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "known-people", "autocomplete": "off"}),
    )
    department = forms.ChoiceField(label=gettext_lazy("部门"))
    role = forms.ChoiceField(label=gettext_lazy("角色"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = error_language()
        self.fields["department"].choices = [(one.code, one.name) for one in directory.departments()]  # type: ignore[attr-defined]
        self.fields["role"].choices = [(one.value, one.label(language)) for one in Role]  # type: ignore[attr-defined]


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, **bound: forms.Form) -> HttpResponse:
    """The list with the forms that the actor may use; a form that was refused as it was filled in."""
    page = directory.people(actor, limit=50, cursor=request.GET.get("cursor"))
    manages = Permission.PERSON_MANAGE in actor.permissions
    context: dict[str, Any] = {
        "table": _table(page.rows),
        "known": [(one.username, one.display_name) for one in page.rows],
        "pages": paging(request, page),
        "person_form": PersonForm() if manages else None,
        "account_form": AccountForm() if manages else None,
        "role_form": RoleForm() if Permission.MEMBERSHIP_MANAGE in actor.permissions else None,
    }
    return desk_render(request, actor, "desk/people.html", {**context, **bound})


def _table(rows: tuple[PersonView, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("人员"),
        columns=[
            Column(key="name", title=_("姓名和账号")),
            Column(key="roles", title=_("部门和角色")),
            Column(key="active", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(person.display_name, person.username, code=True),
                "roles": format_html_join(
                    "",
                    "<div>{} · {}</div>",
                    ((one.department_name, one.role.label(language)) for one in person.memberships),
                ),
                "active": Badge(text=_("在用"), tone=Tone.GOOD) if person.active else Badge(text=_("已停用")),
            }
            for person in rows
        ],
        empty=Empty(title=_("没有人员")),
    )


@require_POST
@desk_page
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.PERSON_MANAGE)
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            person = directory.create_person(actor, clock=clock(), **form.cleaned_data)
        except JutongError as error:
            refuse(form, error)
        else:
            text = _("已创建账号 %(name)s。请安全管理员授予角色后使用。")
            messages.success(request, text % {"name": person.username})
            return redirect("desk:people")
    return _page(request, actor, person_form=form)


@require_POST
@desk_page
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Close an account, or give it a new password."""
    directory.require(actor, Permission.PERSON_MANAGE)
    form = AccountForm(request.POST)
    if form.is_valid():
        username, password = form.cleaned_data["account"], form.cleaned_data["new_password"]
        try:
            if "deactivate" in request.POST:
                directory.deactivate_person(actor, username=username, clock=clock())
                said = _("账号 %(name)s 已停用。")
            else:
                directory.set_password(actor, username=username, password=password, clock=clock())
                said = _("账号 %(name)s 的口令已重置。")
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, said % {"name": username})
            return redirect("desk:people")
    return _page(request, actor, account_form=form)


@require_POST
@desk_page
def give_role(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.MEMBERSHIP_MANAGE)
    form = RoleForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        doer = directory.remove_role if "remove" in request.POST else directory.give_role
        try:
            doer(
                actor,
                username=values["member"],
                department=values["department"],
                role=Role(values["role"]),
                clock=clock(),
            )
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("角色已更新。"))
            return redirect("desk:people")
    return _page(request, actor, role_form=form)
