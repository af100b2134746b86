"""Personal access tokens: made (the secret is shown once), looked over, revoked."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, TokenView
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse

DAYS = ((30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (366, gettext_lazy("一年")))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("用途"), max_length=60, help_text=gettext_lazy("写明哪个程序使用，便于以后撤销。")
    )
    days = forms.TypedChoiceField(label=gettext_lazy("有效期"), choices=DAYS, coerce=int)
    may_write = forms.BooleanField(label=gettext_lazy("可以办理（不勾选则只能查看）"), required=False)


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            issued = directory.issue_token(actor, clock=clock(), **form.cleaned_data)
        except JutongError as error:
            refuse(form, error)
        else:
            response = desk_render(request, actor, "desk/tokens/secret.html", {"issued": issued})
            response["Cache-Control"] = "no-store"
            return response
    known = directory.tokens(actor)
    context = {
        "table": _table(known),
        "form": form,
        "valid": [one for one in known if _is_valid(one)],
    }
    return desk_render(request, actor, "desk/tokens/list.html", context)


def _is_valid(token: TokenView) -> bool:
    return token.revoked_at is None and token.expires_at > clock().now()


def _table(known: tuple[TokenView, ...]) -> Table:
    return Table(
        caption=_("访问令牌"),
        columns=[
            Column(key="name", title=_("用途")),
            Column(key="scope", title=_("权限"), nowrap=True),
            Column(key="created", title=_("新建时间"), nowrap=True),
            Column(key="expires", title=_("到期时间"), nowrap=True),
            Column(key="used", title=_("最近使用"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": one.name,
                "scope": _("查看和办理") if one.may_write else _("只能查看"),
                "created": one.created_at,
                "expires": one.expires_at,
                "used": one.last_used_on,
                "status": _badge(one),
            }
            for one in known
        ],
        empty=Empty(title=_("还没有访问令牌"), text=_("程序要读取或办理目录时，新建一个。")),
    )


def _badge(token: TokenView) -> Badge:
    if token.revoked_at is not None:
        return Badge(text=_("已撤销"))
    return Badge(text=_("有效"), tone=Tone.GOOD) if _is_valid(token) else Badge(text=_("已过期"))


@require_POST
@desk_page
def revoke(request: HttpRequest, actor: Actor, token_id: str) -> HttpResponse:
    token = directory.revoke_token(actor, token_id, clock=clock())
    messages.success(request, _("访问令牌“%(name)s”已撤销，即刻失效。") % {"name": token.name})
    return redirect("desk:tokens")
