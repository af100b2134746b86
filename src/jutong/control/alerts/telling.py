"""From troubles to messages: each trouble once while it lasts, many in one message, none in quiet hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from jutong.control.alerts.channels import opened
from jutong.control.alerts.models import AlertDelivery, OpenTrouble, Rule
from jutong.control.alerts.quiet import is_quiet
from jutong.control.alerts.terms import DeliveryStatus
from jutong.control.alerts.values import DeliveryView, OpenedChannel
from jutong.control.alerts.wording import payload_of, subject_of, text_of
from jutong.control.collection.api import Trouble, TroubleKind
from jutong.control.directory.api import Actor, DepartmentKind, Permission, departments, require, scope
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id

MOST_ATTEMPTS: Final = 7
FIRST_PAUSE: Final = timedelta(minutes=1)
KEPT_DAYS: Final = 90
_CHUNK: Final = 500


def observe(actor: Actor, found: Sequence[Trouble], *, clock: Clock) -> int:
    """Compare the troubles of now with what each rule has seen, and write the messages that are due; how many.

    A trouble that lasts is told once; one that ended and comes back is told again.
    """
    require(actor, Permission.ALERT_SEND)
    now, made = clock.now(), 0
    reaches = _reaches()
    for rule in Rule.objects.filter(active=True, channel__active=True).select_related("channel__department"):
        wanted = {
            one.key: one for one in found if _is_wanted(rule, one, reaches.get(rule.channel.department.code))
        }
        with transaction.atomic():
            made += _follow(rule, wanted, now)
    return made


def _follow(rule: Rule, wanted: Mapping[str, Trouble], now: datetime) -> int:
    known = dict(rule.troubles.values_list("key", "told_at"))
    gone = [key for key in known if key not in wanted]
    for start in range(0, len(gone), _CHUNK):
        rule.troubles.filter(key__in=gone[start : start + _CHUNK]).delete()
    new = [OpenTrouble(rule=rule, key=key, seen_at=now) for key in wanted if key not in known]
    OpenTrouble.objects.bulk_create(new)
    untold = [trouble for key, trouble in wanted.items() if known.get(key) is None]
    waits = rule.last_sent_at is not None and now < rule.last_sent_at + timedelta(minutes=rule.group_minutes)
    if not untold or waits or is_quiet(rule.quiet_from, rule.quiet_until, now):
        return 0
    AlertDelivery.objects.create(
        delivery_id=new_id("alert"),
        channel=rule.channel,
        rule_name=rule.name,
        subject=subject_of(untold),
        text=text_of(untold, at=now),
        payload=payload_of(untold, rule=rule.name, at=now),
        troubles=len(untold),
        status=DeliveryStatus.WAITING.value,
        created_at=now,
        next_try_at=now,
    )
    rule.troubles.filter(told_at__isnull=True).update(told_at=now)
    Rule.objects.filter(pk=rule.pk).update(last_sent_at=now)
    return 1


def _is_wanted(rule: Rule, trouble: Trouble, reach: frozenset[str] | None) -> bool:
    if trouble.kind.value not in rule.kinds:
        return False
    if trouble.kind is TroubleKind.LAG and trouble.number <= rule.lag_s:
        return False
    if trouble.kind is TroubleKind.QUARANTINED and trouble.number <= rule.quarantined:
        return False
    if not trouble.department:  # of the platform itself
        return True
    within = reach is None or trouble.department in reach
    chosen = not rule.departments or trouble.department in rule.departments
    return within and chosen and (not rule.sources or trouble.source in rule.sources)


def _reaches() -> dict[str, frozenset[str] | None]:
    """Whose troubles a department may be told of: the bureau all, others their own and those below."""
    known = departments(active_only=False)
    parents = {one.code: one.parent for one in known}

    def is_below(code: str | None, above: str) -> bool:
        while code is not None:
            if code == above:
                return True
            code = parents.get(code)
        return False

    return {
        one.code: None
        if one.kind is DepartmentKind.BUREAU
        else frozenset(code for code in parents if is_below(code, one.code))
        for one in known
    }


def due_deliveries(actor: Actor, *, clock: Clock, limit: int = 20) -> tuple[DeliveryView, ...]:
    """Messages whose next try has come, the oldest first."""
    require(actor, Permission.ALERT_SEND)
    rows = AlertDelivery.objects.select_related("channel").filter(
        status=DeliveryStatus.WAITING.value, next_try_at__lte=clock.now()
    )
    return tuple(_view(row) for row in rows.order_by("pk")[:limit])


def channel_of(actor: Actor, delivery_id: str, *, home: DataHome) -> OpenedChannel:
    """Where a message goes, with the opened secret."""
    require(actor, Permission.ALERT_SEND)
    row = AlertDelivery.objects.select_related("channel").get(delivery_id=delivery_id)
    return opened(row.channel, home)


def record_delivery(
    actor: Actor,
    delivery_id: str,
    *,
    clock: Clock,
    error_code: str = "",
    detail: Mapping[str, Any] | None = None,
    retryable: bool = False,
) -> DeliveryStatus:
    """Keep how sending went; what may still arrive is tried again after 1, 2, 4 … minutes, seven times in all."""
    require(actor, Permission.ALERT_SEND)
    row = AlertDelivery.objects.get(delivery_id=delivery_id)
    now, attempts = clock.now(), row.attempts + 1
    again = bool(error_code) and retryable and attempts < MOST_ATTEMPTS
    status = DeliveryStatus.SENT if not error_code else DeliveryStatus.FAILED
    status = DeliveryStatus.WAITING if again else status
    AlertDelivery.objects.filter(pk=row.pk).update(
        status=status.value,
        attempts=attempts,
        next_try_at=now + FIRST_PAUSE * (1 << row.attempts) if again else None,
        ended_at=None if again else now,
        error_code=error_code,
        error_detail=dict(detail or {}),
    )
    return status


def forget_old_deliveries(actor: Actor, *, clock: Clock) -> int:
    """Remove what was sent more than 90 days ago; how many."""
    require(actor, Permission.ALERT_SEND)
    old = AlertDelivery.objects.filter(ended_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def deliveries(actor: Actor, *, limit: int = 50) -> tuple[DeliveryView, ...]:
    """Messages of the channels within the actor's scope, the newest first."""
    require(actor, Permission.ALERT_MANAGE)
    rows = AlertDelivery.objects.select_related("channel")
    reach = scope(actor, Permission.ALERT_MANAGE)
    if reach is not None:
        rows = rows.filter(Q(channel__department__code__in=reach))
    return tuple(_view(row) for row in rows.order_by("-pk")[:limit])


def _view(row: AlertDelivery) -> DeliveryView:
    return DeliveryView(
        delivery_id=row.delivery_id,
        channel=row.channel.code,
        channel_name=row.channel.name,
        rule=row.rule_name,
        subject=row.subject,
        text=row.text,
        payload=row.payload,
        troubles=row.troubles,
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        created_at=row.created_at,
        next_try_at=row.next_try_at,
        ended_at=row.ended_at,
        error_code=row.error_code,
        error_detail=row.error_detail,
    )
