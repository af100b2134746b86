"""How a hooked entry is collected (归集设置): mode, policy, schedule, and what a change of them sets in motion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from croniter import croniter
from django.db import transaction

from jutong.control.collection.errors import NotHooked, RunActive
from jutong.control.collection.models import Binding
from jutong.control.collection.schedule import following, promised_by
from jutong.control.collection.settings_errors import CursorUnknown, ModeNotOffered, SettingInvalid
from jutong.control.collection.sources import binding_view
from jutong.control.collection.values import BindingView
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy

PRIORITIES: Final = range(1, 10)
MOST_RETRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingSettings:
    """All that is decided about one hooked entry; `cron` (Asia/Shanghai) takes the place of the promised cycle."""

    mode: CollectionMode
    policy: CollectionPolicy
    priority: int = 5
    cron: str = ""
    paused: bool = False


def set_policy(
    actor: Actor,
    service: str,
    chosen: BindingSettings,
    *,
    offered: Collection[CollectionMode],
    columns: Sequence[str] | None = None,
    clock: Clock,
) -> BindingView:
    """Decide how a hooked entry is collected. `offered`: the modes that its source is capable of; `columns`: the
    source's, None where they could not be read (then the cursor is taken as it is).

    Another mode starts from the beginning with the next run, which is due at once: a change log and an
    incremental mode read the whole table first. Rows in the pool stay until that run has ended well.

    Raises:
        NotHooked: no source fills the entry.
        ModeNotOffered, CursorUnknown, SettingInvalid: the decision does not fit the source.
        RunActive: a run is queued or running, and its mode would change under it.
    """
    row = Binding.objects.select_related("entry__provider", "source").filter(entry__service=service).first()
    if row is None or not row.active:
        raise NotHooked(service=service)
    require(actor, Permission.SOURCE_MANAGE, row.entry.provider.code)
    _check(chosen, offered=offered, columns=columns)
    now, before = clock.now(), CollectionMode(row.mode)
    with transaction.atomic():
        if chosen.mode is not before and row.runs.filter(active_key__isnull=False).exists():
            raise RunActive(service=service)
        detail = _differences(row, chosen)
        frequency = UpdateFrequency(row.entry.update_frequency)
        row.mode, row.policy = chosen.mode.value, chosen.policy.to_json()
        row.priority, row.cron, row.paused = chosen.priority, chosen.cron, chosen.paused
        if chosen.mode is not before:
            row.position, row.lag_s, row.next_run_at = "", None, now
            row.due_at = row.due_at or promised_by(frequency, now)
        elif "cron" in detail or "paused" in detail:
            row.next_run_at = following(chosen.cron, frequency, now)
        if chosen.mode is CollectionMode.LOGICAL:  # nothing is fetched, nothing can be late
            row.next_run_at = row.due_at = None
        row.save()
        record(
            actor,
            AuditAction.BINDING_CHANGE,
            at=now,
            object_type="binding",
            object_id=service,
            department=row.entry.provider.code,
            detail=detail,
        )
    return binding_view(row, clock)


def _differences(row: Binding, chosen: BindingSettings) -> dict[str, Any]:
    """What changes, for the audit trail: names and decisions, no value of a row."""
    after = {
        "mode": chosen.mode.value,
        "policy": chosen.policy.to_json(),
        "priority": chosen.priority,
        "cron": chosen.cron,
        "paused": chosen.paused,
    }
    return {name: [getattr(row, name), value] for name, value in after.items() if getattr(row, name) != value}


def _check(
    chosen: BindingSettings, *, offered: Collection[CollectionMode], columns: Sequence[str] | None
) -> None:
    if chosen.mode not in offered:
        listed = [mode for mode in CollectionMode if mode in offered]
        raise ModeNotOffered(
            mode_zh=chosen.mode.zh,
            mode_en=chosen.mode.en,
            offered_zh="、".join(mode.zh for mode in listed),
            offered_en=", ".join(mode.en for mode in listed),
        )
    policy = chosen.policy
    if chosen.mode is CollectionMode.INCREMENTAL and not policy.cursor:
        raise CursorUnknown(column="")
    if policy.cursor and columns is not None and policy.cursor not in columns:
        raise CursorUnknown(column=policy.cursor)
    percent = policy.max_quarantined_percent
    for sound, zh, en in (
        (policy.overlap >= 0, "回看范围不能为负", "the overlap must not be negative"),
        (0 <= policy.shrink_percent <= 100, "骤减界限须为0到100", "the limit of shrinking is 0 to 100"),
        (percent is None or 0 <= percent <= 100, "问题数据比例须为0到100", "the share of refused rows is 0 to 100"),
        ((policy.max_quarantined_rows or 0) >= 0, "问题数据行数不能为负", "refused rows must not be negative"),
        (0 <= policy.retries <= MOST_RETRIES, "重试次数须为0到20", "retries are 0 to 20"),
        (chosen.priority in PRIORITIES, "优先级须为1到9", "the priority is 1 to 9"),
        (not chosen.cron or croniter.is_valid(chosen.cron), "定时表达式无法识别", "the cron expression is not understood"),
    ):  # fmt: skip
        if not sound:
            raise SettingInvalid(reason_zh=zh, reason_en=en)
