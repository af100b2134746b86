"""Alerts: channels, rules, test messages, and what was sent."""

import os

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.alerts import api as alerts
from jutong.control.alerts.api import (
    ChannelDraft,
    ChannelView,
    DeliveryStatus,
    DeliveryView,
    RuleDraft,
    RuleView,
)
from jutong.control.collection.api import TroubleKind
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.dataflow.messaging import ChannelKind, Message, MessagingSettings, Outlet, send
from jutong.kernel.errors import JutongError, error_codes
from jutong.kernel.ids import new_id
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, error_line, home, refuse

TONES = {
    DeliveryStatus.WAITING: Tone.INFO,
    DeliveryStatus.SENT: Tone.GOOD,
    DeliveryStatus.FAILED: Tone.BAD,
}


class ChannelForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=39,
        help_text=gettext_lazy("小写字母、数字和下划线，登记后不再更改。"),
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    department = forms.ChoiceField(label=gettext_lazy("部门"))
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=500,
        help_text=gettext_lazy("http 或 https 地址；电子邮件填“邮件服务器:端口”。"),
    )
    secret = forms.CharField(
        label=gettext_lazy("密钥或口令"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "加密保存，不再显示。Webhook 用它签名，钉钉填“加签”密钥，邮件填口令或授权码。"
        ),
    )
    digest = forms.ChoiceField(
        label=gettext_lazy("Webhook 签名算法"), choices=(("sha256", "HMAC-SHA256"), ("sm3", "HMAC-SM3"))
    )
    security = forms.ChoiceField(
        label=gettext_lazy("邮件加密"),
        choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", gettext_lazy("不加密"))),
    )
    user = forms.CharField(label=gettext_lazy("邮件账号"), max_length=120, required=False)
    sender = forms.CharField(label=gettext_lazy("发件人"), max_length=120, required=False)
    recipients = forms.CharField(
        label=gettext_lazy("收件人"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("多个邮箱用逗号或空格分隔。"),
    )

    def __init__(self, actor: Actor, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own parameters
        reach = directory.scope(actor, Permission.ALERT_MANAGE)
        choices = {
            "department": [
                (one.code, one.name) for one in directory.departments() if reach is None or one.code in reach
            ],
            "kind": [(kind.value, kind.label(error_language())) for kind in ChannelKind],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def draft(self) -> ChannelDraft:
        given = self.cleaned_data
        if given["kind"] == ChannelKind.EMAIL.value:
            recipients = given["recipients"].replace(",", " ").replace("，", " ").split()
            options = {name: given[name] for name in ("security", "user", "sender")} | {
                "recipients": recipients
            }
        else:
            options = {"digest": given["digest"]}
        same = {name: given[name] for name in ("code", "name", "department", "kind", "address", "secret")}
        return ChannelDraft(options=options, **same)


class RuleForm(forms.Form):
    channel = forms.ChoiceField(label=gettext_lazy("发到渠道"))
    name = forms.CharField(label=gettext_lazy("规则名称"), max_length=120)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("告警事项"), widget=forms.CheckboxSelectMultiple)
    lag_s = forms.IntegerField(label=gettext_lazy("实时同步滞后超过几秒"), min_value=0, initial=300)
    quarantined = forms.IntegerField(label=gettext_lazy("问题数据超过几行"), min_value=0, initial=100)
    group_minutes = forms.IntegerField(
        label=gettext_lazy("几分钟内的事项合并为一条"), min_value=0, max_value=1440, initial=10
    )
    quiet_from = forms.CharField(
        label=gettext_lazy("免打扰开始"),
        max_length=5,
        required=False,
        help_text=gettext_lazy("如 22:00；这段时间的告警到结束时一并发送。"),
    )
    quiet_until = forms.CharField(label=gettext_lazy("免打扰结束"), max_length=5, required=False)

    def __init__(self, known: tuple[ChannelView, ...], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own parameters
        choices = {
            "channel": [(one.code, one.name) for one in known],
            "kinds": [(kind.value, kind.label(error_language())) for kind in TroubleKind],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def draft(self) -> RuleDraft:
        given = dict(self.cleaned_data)
        del given["channel"]
        kinds = tuple(TroubleKind(kind) for kind in given.pop("kinds"))
        return RuleDraft(kinds=kinds, **given)


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    known = alerts.channels(actor)
    posted = request.POST if request.method == "POST" else None
    adds_rule = posted is not None and "group_minutes" in posted
    channel_form = ChannelForm(actor, None if adds_rule else posted)
    rule_form = RuleForm(known, posted if adds_rule else None)
    chosen: ChannelForm | RuleForm = rule_form if adds_rule else channel_form
    if chosen.is_valid():
        try:
            _save(actor, chosen)
        except JutongError as error:
            refuse(chosen, error)
        else:
            messages.success(request, _("已保存。") if adds_rule else _("已登记。请先发一条测试消息。"))
            return redirect("desk:alerts")
    context = {
        "channels": _channels_table(known),
        "known": known,
        "rules": _rules_table(alerts.rules(actor)),
        "kept": alerts.rules(actor),
        "deliveries": _deliveries_table(alerts.deliveries(actor)),
        "channel_form": channel_form,
        "rule_form": rule_form,
    }
    return desk_render(request, actor, "desk/alerts/list.html", context)


def _save(actor: Actor, form: ChannelForm | RuleForm) -> None:
    if isinstance(form, ChannelForm):
        alerts.add_channel(actor, form.draft(), home=home(), clock=clock())
    else:
        alerts.add_rule(actor, form.cleaned_data["channel"], form.draft(), clock=clock())


@require_POST
@desk_page
def test(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Send a test message and say how it went."""
    channel = alerts.opened_channel(actor, code, home=home())
    outlet = Outlet.of(channel.kind, channel.address, channel.options, channel.secret)
    message = Message(
        id=new_id("alert"),
        subject="【聚通】测试消息 Test message",
        text="收到此消息，说明告警渠道可以使用。\nThis channel of alerts works.",
        payload={"test": True},
    )
    try:
        send(outlet, message, settings=MessagingSettings.read(os.environ))
    except JutongError as error:
        alerts.record_test(actor, code, error_code=error.code, detail=error.detail, clock=clock())
        messages.error(request, error_line(error))
    else:
        alerts.record_test(actor, code, clock=clock())
        messages.success(request, _("测试消息已送达，请在接收端确认。"))
    return redirect("desk:alerts")


@require_POST
@desk_page
def remove(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    alerts.remove_channel(actor, code, clock=clock())
    messages.success(request, _("告警渠道已删除，它的规则也不再发送。"))
    return redirect("desk:alerts")


@require_POST
@desk_page
def remove_rule(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    alerts.remove_rule(actor, key, clock=clock())
    messages.success(request, _("告警规则已删除。"))
    return redirect("desk:alerts")


def _channels_table(known: tuple[ChannelView, ...]) -> Table:
    return Table(
        caption=_("告警渠道"),
        columns=[
            Column(key="name", title=_("名称")),
            Column(key="kind", title=_("类型"), nowrap=True),
            Column(key="place", title=_("地址")),
            Column(key="department", title=_("部门")),
            Column(key="test", title=_("最近测试")),
        ],
        rows=[
            {
                "name": one.name,
                "kind": ChannelKind(one.kind).label(error_language()),
                "place": one.place,
                "department": one.department_name,
                "test": _tested(one),
            }
            for one in known
        ],
        empty=Empty(title=_("还没有告警渠道"), text=_("登记一个渠道，归集失败、逾期时就能及时知道。")),
    )


def _tested(channel: ChannelView) -> Badge:
    if channel.tested_at is None:
        return Badge(text=_("未测试"))
    if not channel.test_code:
        return Badge(text=_("已送达"), tone=Tone.GOOD)
    return Badge(text=_error(channel.test_code, dict(channel.test_detail)), tone=Tone.BAD)


def _error(code: str, detail: dict[str, object]) -> str:
    known = error_codes().get(code)
    return known(**detail).message(error_language()) if known else code


def _rules_table(known: tuple[RuleView, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("告警规则"),
        columns=[
            Column(key="name", title=_("规则名称")),
            Column(key="channel", title=_("渠道")),
            Column(key="kinds", title=_("告警事项")),
            Column(key="group", title=_("合并（分钟）"), numeric=True),
            Column(key="quiet", title=_("免打扰"), nowrap=True),
            Column(key="open", title=_("未恢复"), numeric=True),
        ],
        rows=[
            {
                "name": one.draft.name,
                "channel": one.channel_name,
                "kinds": "、".join(kind.label(language) for kind in one.draft.kinds),
                "group": one.draft.group_minutes,
                "quiet": f"{one.draft.quiet_from}–{one.draft.quiet_until}" if one.draft.quiet_from else "",
                "open": one.open_troubles,
            }
            for one in known
        ],
        empty=Empty(title=_("还没有告警规则"), text=_("没有规则，渠道不会收到任何告警。")),
    )


def _deliveries_table(sent: tuple[DeliveryView, ...]) -> Table:
    return Table(
        caption=_("发送记录"),
        columns=[
            Column(key="at", title=_("时间"), nowrap=True),
            Column(key="subject", title=_("内容")),
            Column(key="channel", title=_("渠道")),
            Column(key="attempts", title=_("次数"), numeric=True),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="reason", title=_("原因")),
        ],
        rows=[
            {
                "at": one.created_at,
                "subject": one.subject,
                "channel": one.channel_name,
                "attempts": one.attempts,
                "status": Badge(text=one.status.label(error_language()), tone=TONES[one.status]),
                "reason": _error(one.error_code, dict(one.error_detail)) if one.error_code else "",
            }
            for one in sent
        ],
        empty=Empty(title=_("还没有发送过告警")),
    )
