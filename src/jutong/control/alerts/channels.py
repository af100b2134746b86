"""Channels and rules: made, changed, switched off, listed."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction

from jutong.control.alerts.errors import (
    ChannelExists,
    ChannelInvalid,
    ChannelNotFound,
    RuleInvalid,
    RuleNotFound,
)
from jutong.control.alerts.models import Channel, Rule
from jutong.control.alerts.quiet import is_hour
from jutong.control.alerts.values import ChannelDraft, ChannelView, OpenedChannel, RuleDraft, RuleView
from jutong.control.collection.api import TroubleKind
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    record,
    require,
    scope,
)
from jutong.kernel.clock import Clock
from jutong.kernel.crypto.keys import open_text, seal_text
from jutong.kernel.home import DataHome

KINDS: Final = frozenset({"webhook", "wecom", "dingtalk", "email"})
MOST_GROUPED: Final = 24 * 60
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,38}")
_PLACE: Final = re.compile(r"[\w.:\[\]-]+:\d{1,5}")
_MAIL: Final = re.compile(r"[^@\s,]+@[^@\s,]+")


def add_channel(actor: Actor, draft: ChannelDraft, *, home: DataHome, clock: Clock) -> ChannelView:
    """Register a channel; its secret is sealed and never shown again.

    Raises:
        ChannelInvalid: what was entered cannot be a channel.
        ChannelExists: the code is taken.
    """
    require(actor, Permission.ALERT_MANAGE, draft.department)
    _check(draft)
    try:
        with transaction.atomic():
            row = Channel.objects.create(
                code=draft.code,
                name=draft.name,
                department_id=department_id(draft.department),
                kind=draft.kind,
                address=draft.address,
                options=dict(draft.options),
                sealed_secret=seal_text(home, draft.secret) if draft.secret else "",
                created_at=clock.now(),
            )
            _record(actor, AuditAction.CHANNEL_ADD, row, clock)
    except IntegrityError as error:
        raise ChannelExists(channel=draft.code) from error
    return _view(row)


def remove_channel(actor: Actor, code: str, *, clock: Clock) -> None:
    """Take a channel away with its rules and what was sent through it; the audit trail keeps that it was there."""
    row = _find(actor, code)
    with transaction.atomic():
        _record(actor, AuditAction.CHANNEL_REMOVE, row, clock)
        row.delete()


def channels(actor: Actor) -> tuple[ChannelView, ...]:
    """Channels of the departments within the actor's scope, by code."""
    require(actor, Permission.ALERT_MANAGE)
    rows = Channel.objects.select_related("department")
    reach = scope(actor, Permission.ALERT_MANAGE)
    if reach is not None:
        rows = rows.filter(department__code__in=reach)
    return tuple(_view(row) for row in rows)


def opened_channel(actor: Actor, code: str, *, home: DataHome) -> OpenedChannel:
    """A channel with its secret, for a test: never store or show it."""
    return opened(_find(actor, code), home)


def opened(row: Channel, home: DataHome) -> OpenedChannel:
    return OpenedChannel(
        code=row.code,
        kind=row.kind,
        address=row.address,
        options=row.options,
        secret=open_text(home, row.sealed_secret) if row.sealed_secret else "",
    )


def record_test(
    actor: Actor, code: str, *, error_code: str = "", detail: Mapping[str, Any] | None = None, clock: Clock
) -> ChannelView:
    """Keep how a test message went; an empty code: it arrived."""
    row = _find(actor, code)
    with transaction.atomic():
        row.tested_at, row.test_code, row.test_detail = clock.now(), error_code, dict(detail or {})
        row.save(update_fields=["tested_at", "test_code", "test_detail"])
        _record(actor, AuditAction.CHANNEL_TEST, row, clock)
    return _view(row)


def add_rule(actor: Actor, channel: str, draft: RuleDraft, *, clock: Clock) -> RuleView:
    """Send the troubles that `draft` describes to a channel from now on.

    Raises:
        RuleInvalid: no kind of trouble, or hours and numbers that cannot be.
    """
    row = _find(actor, channel)
    _check_rule(draft)
    with transaction.atomic():
        rule = Rule.objects.create(
            channel=row,
            name=draft.name,
            kinds=[kind.value for kind in draft.kinds],
            departments=list(draft.departments),
            sources=list(draft.sources),
            lag_s=draft.lag_s,
            quarantined=draft.quarantined,
            group_minutes=draft.group_minutes,
            quiet_from=draft.quiet_from,
            quiet_until=draft.quiet_until,
        )
        _record(actor, AuditAction.ALERT_RULE_ADD, row, clock, rule=draft.name)
    return _rule_view(rule)


def remove_rule(actor: Actor, key: int, *, clock: Clock) -> None:
    """Raises `RuleNotFound` when there is none."""
    rule = Rule.objects.select_related("channel__department").filter(pk=key).first()
    if rule is None:
        raise RuleNotFound
    require(actor, Permission.ALERT_MANAGE, rule.channel.department.code)
    with transaction.atomic():
        _record(actor, AuditAction.ALERT_RULE_REMOVE, rule.channel, clock, rule=rule.name)
        rule.delete()


def rules(actor: Actor) -> tuple[RuleView, ...]:
    """Rules of the channels within the actor's scope."""
    require(actor, Permission.ALERT_MANAGE)
    rows = Rule.objects.select_related("channel__department")
    reach = scope(actor, Permission.ALERT_MANAGE)
    if reach is not None:
        rows = rows.filter(channel__department__code__in=reach)
    return tuple(_rule_view(row) for row in rows)


def _find(actor: Actor, code: str) -> Channel:
    row = Channel.objects.select_related("department").filter(code=code).first()
    if row is None:
        raise ChannelNotFound(channel=code)
    require(actor, Permission.ALERT_MANAGE, row.department.code)
    return row


def _check(draft: ChannelDraft) -> None:
    mail = draft.kind == "email"
    options = draft.options
    for sound, place_zh, place_en, reason_zh, reason_en in (
        (bool(_CODE.fullmatch(draft.code)), "编码", "code",
         "须以小写字母开头，只含小写字母、数字和下划线，2至39位", "2 to 39 lower-case letters, digits and underscores"),
        (draft.kind in KINDS, "类型", "kind", "须为 webhook、wecom、dingtalk、email 之一", "webhook, wecom, dingtalk, email"),
        (mail or draft.address.startswith(("http://", "https://")), "地址", "address",
         "须为 http 或 https 地址", "it must be an http(s) address"),
        (not mail or bool(_PLACE.fullmatch(draft.address)), "地址", "address",
         "须为“主机:端口”", "it must be host:port"),
        (options.get("digest", "sha256") in {"sha256", "sm3"}, "签名算法", "digest", "须为 sha256 或 sm3", "sha256 or sm3"),
        (options.get("security", "starttls") in {"tls", "starttls", "none"}, "加密方式", "security",
         "须为 tls、starttls 或 none", "tls, starttls or none"),
        (not mail or all(_MAIL.fullmatch(one) for one in (options.get("sender", ""), *options.get("recipients", []))),
         "邮箱", "mailbox", "发件人和收件人须为邮箱地址", "sender and recipients must be mailboxes"),
        (not mail or bool(options.get("recipients")), "收件人", "recipients", "至少一个", "at least one"),
        (not (mail and draft.secret and options.get("security") == "none"), "加密方式", "security",
         "有口令时须加密", "a password needs an encrypted connection"),
    ):  # fmt: skip
        if not sound:
            raise ChannelInvalid(
                place_zh=place_zh, place_en=place_en, reason_zh=reason_zh, reason_en=reason_en
            )


def _check_rule(draft: RuleDraft) -> None:
    hours = (draft.quiet_from, draft.quiet_until)
    for sound, zh, en in (
        (bool(draft.kinds), "请至少选择一种事项", "choose at least one kind of trouble"),
        (bool(draft.quiet_from) == bool(draft.quiet_until) and all(is_hour(one) for one in hours if one),
         "免打扰时段须为两个时刻，如 22:00 和 07:00", "quiet hours are two times such as 22:00 and 07:00"),
        (0 <= draft.group_minutes <= MOST_GROUPED, "合并间隔须为0到1440分钟", "grouping is 0 to 1440 minutes"),
        (draft.lag_s >= 0 and draft.quarantined >= 0, "界限不能为负", "limits must not be negative"),
    ):  # fmt: skip
        if not sound:
            raise RuleInvalid(reason_zh=zh, reason_en=en)


def _record(actor: Actor, action: AuditAction, row: Channel, clock: Clock, *, rule: str = "") -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="alert_channel",
        object_id=row.code,
        department=row.department.code,
        detail={"rule": rule} if rule else {"kind": row.kind},
    )


def _view(row: Channel) -> ChannelView:
    host = row.address.partition("://")[2].partition("/")[0] or row.address
    return ChannelView(
        code=row.code,
        name=row.name,
        department=row.department.code,
        department_name=row.department.name,
        kind=row.kind,
        place=host,
        active=row.active,
        has_secret=bool(row.sealed_secret),
        tested_at=row.tested_at,
        test_code=row.test_code,
        test_detail=row.test_detail,
    )


def _rule_view(row: Rule) -> RuleView:
    return RuleView(
        key=row.pk,
        channel=row.channel.code,
        channel_name=row.channel.name,
        active=row.active,
        draft=RuleDraft(
            name=row.name,
            kinds=tuple(TroubleKind(kind) for kind in row.kinds),
            departments=tuple(row.departments),
            sources=tuple(row.sources),
            lag_s=row.lag_s,
            quarantined=row.quarantined,
            group_minutes=row.group_minutes,
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
        ),
        open_troubles=row.troubles.count(),
    )
