"""Client systems that sign calls: register one (its secret is shown once), give it a new secret, end it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.directory.values import ClientView, IssuedClient
from jutong.control.grants import api as grants
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.desk.acting import clock, desk_page, desk_render, home, refuse
from jutong.pages.desk.cells import stacked


class ClientForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("应用名称"), max_length=80)
    department = forms.ChoiceField(label=gettext_lazy("所属部门"))


def _managed(actor: Actor) -> list[tuple[str, str]]:
    """Departments whose client systems the actor may manage."""
    return [
        (one.code, one.name)
        for one in directory.departments()
        if directory.can(actor, Permission.CLIENT_MANAGE, one.code)
    ]


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    managed = _managed(actor)
    form = ClientForm(request.POST or None)
    form.fields["department"].choices = managed  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            issued = directory.create_client(actor, home=home(), clock=clock(), **form.cleaned_data)
        except JutongError as error:
            refuse(form, error)
        else:
            return _show_secret(request, actor, issued)
    codes = {code for code, _name in managed}
    known = directory.clients(actor)
    context = {
        "table": _table(known),
        "form": form if managed else None,
        "managed": [one for one in known if one.active and one.department in codes],
    }
    return desk_render(request, actor, "desk/clients/list.html", context)


def _table(known: tuple[ClientView, ...]) -> Table:
    return Table(
        caption=_("应用列表"),
        columns=[
            Column(key="name", title=_("应用名称和客户端编号")),
            Column(key="department", title=_("所属部门")),
            Column(key="rotated", title=_("密钥更换时间"), nowrap=True),
            Column(key="active", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(client.name, client.client_id, code=True),
                "department": client.department_name,
                "rotated": client.rotated_at,
                "active": Badge(text=_("在用"), tone=Tone.GOOD) if client.active else Badge(text=_("已停用")),
            }
            for client in known
        ],
        empty=Empty(title=_("还没有应用"), text=_("登记一个应用，才能签名调用网关。")),
    )


def _show_secret(request: HttpRequest, actor: Actor, issued: IssuedClient) -> HttpResponse:
    """The one page that shows a secret; the gateway knows it before the person does."""
    grants.publish_snapshot(home(), clock=clock())
    response = desk_render(request, actor, "desk/clients/secret.html", {"issued": issued})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@desk_page
def rotate(request: HttpRequest, actor: Actor, client_id: str) -> HttpResponse:
    issued = directory.rotate_client(actor, home=home(), client_id=client_id, clock=clock())
    return _show_secret(request, actor, issued)


@require_POST
@desk_page
def deactivate(request: HttpRequest, actor: Actor, client_id: str) -> HttpResponse:
    client = directory.deactivate_client(actor, client_id=client_id, clock=clock())
    grants.publish_snapshot(home(), clock=clock())
    messages.success(request, _("应用“%(name)s”已停用，网关不再接受它的调用。") % {"name": client.name})
    return redirect("desk:clients")
