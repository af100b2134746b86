"""External catalogues: registered, changed, listed, and when each is visited next."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Q

from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.harvest.errors import SourceExists, SourceInvalid, SourceNotFound
from jutong.control.harvest.models import HarvestedEntry, HarvestJob, HarvestSource
from jutong.control.harvest.rows import job_view
from jutong.control.harvest.terms import HarvestCycle, RecordState
from jutong.control.harvest.values import SourceDraft, SourceView
from jutong.kernel.clock import SHANGHAI, Clock
from jutong.vocabulary.harvest import CatalogueKind

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,38}")
_SCHEMES: Final = ("http://", "https://", "file:")
# After the nightly deliveries and the stores' upkeep.
HOUR: Final = 4
_DAYS: Final[Mapping[HarvestCycle, int]] = {
    HarvestCycle.DAILY: 1,
    HarvestCycle.WEEKLY: 7,
    HarvestCycle.MONTHLY: 30,
}


def next_visit(cycle: HarvestCycle, after: datetime) -> datetime | None:
    """Four o'clock in Shanghai, as many days after `after` as the cycle has; None when it is by hand."""
    days = _DAYS.get(cycle)
    if days is None:
        return None
    local = after.astimezone(SHANGHAI) + timedelta(days=days)
    return local.replace(hour=HOUR, minute=0, second=0, microsecond=0)


def add_source(actor: Actor, draft: SourceDraft, *, clock: Clock) -> SourceView:
    """Register an external catalogue; it is visited for the first time when someone asks, or the next night.

    Raises:
        SourceInvalid, SourceExists
    """
    require(actor, Permission.HARVEST_MANAGE)
    _check(draft)
    now = clock.now()
    with transaction.atomic():
        if HarvestSource.objects.filter(code=draft.code).exists():
            raise SourceExists(source=draft.code)
        row = HarvestSource.objects.create(
            code=draft.code,
            name=draft.name.strip(),
            kind=draft.kind.value,
            address=draft.address.strip(),
            cycle=draft.cycle.value,
            shrink_limit=draft.shrink_limit,
            created_at=now,
            next_run_at=next_visit(draft.cycle, now),
        )
        _record(actor, AuditAction.HARVEST_SOURCE_ADD, row, clock)
    return source(actor, row.code)


def change_source(actor: Actor, draft: SourceDraft, *, active: bool, clock: Clock) -> SourceView:
    """Change all but the code. Another address or kind forgets what the last answer was marked with.

    Raises:
        SourceNotFound, SourceInvalid
    """
    require(actor, Permission.HARVEST_MANAGE)
    row = find(draft.code)
    _check(draft)
    with transaction.atomic():
        if (row.address, row.kind) != (draft.address.strip(), draft.kind.value):
            row.validators = {}
        row.name, row.kind = draft.name.strip(), draft.kind.value
        row.address, row.cycle = draft.address.strip(), draft.cycle.value
        row.shrink_limit, row.active = draft.shrink_limit, active
        row.next_run_at = next_visit(draft.cycle, clock.now()) if active else None
        row.save()
        _record(actor, AuditAction.HARVEST_SOURCE_CHANGE, row, clock)
    return source(actor, row.code)


def _check(draft: SourceDraft) -> None:
    address = draft.address.strip()
    for wrong, field_zh, field_en, reason_zh, reason_en in (
        (
            not _CODE.fullmatch(draft.code),
            "代码",
            "The code",
            "须以小写字母开头，只含小写字母、数字和下划线，2至39位",
            "2 to 39 lower-case letters, digits and underscores, a letter first",
        ),
        (
            not draft.name.strip() or len(draft.name) > 120,
            "名称",
            "The name",
            "须为1至120个字符",
            "1 to 120 characters",
        ),
        (
            not address.startswith(_SCHEMES) or len(address) > 500 or any(char < "!" for char in address),
            "地址",
            "The address",
            "须以 http://、https:// 或 file: 开头，不含空白，不超过500个字符",
            "it begins with http://, https:// or file:, without blanks, up to 500 characters",
        ),
        (
            not 0 <= draft.shrink_limit <= 100,
            "允许减少的比例",
            "The share that may vanish",
            "须为0至100",
            "0 to 100",
        ),
    ):
        if wrong:
            raise SourceInvalid(
                field_zh=field_zh, field_en=field_en, reason_zh=reason_zh, reason_en=reason_en
            )


def find(code: str) -> HarvestSource:
    """Raises `SourceNotFound` when there is none."""
    row = HarvestSource.objects.filter(code=code).first()
    if row is None:
        raise SourceNotFound(source=code)
    return row


def sources(actor: Actor) -> tuple[SourceView, ...]:
    """Every external catalogue, by code."""
    require(actor, Permission.ENTRY_READ)
    return _views(list(HarvestSource.objects.all()))


def source(actor: Actor, code: str) -> SourceView:
    """Raises `SourceNotFound` when there is none."""
    require(actor, Permission.ENTRY_READ)
    return _views([find(code)])[0]


def _views(rows: list[HarvestSource]) -> tuple[SourceView, ...]:
    keys = [row.pk for row in rows]
    counted: dict[int, tuple[int, int]] = {
        key: (present, taken)
        for key, present, taken in HarvestedEntry.objects.filter(source__in=keys)
        .order_by()
        .values("source")
        .annotate(
            present=Count("pk", filter=Q(state=RecordState.PRESENT.value)),
            taken=Count("pk", filter=Q(adopted__isnull=False)),
        )
        .values_list("source", "present", "taken")
    }
    newest: dict[int, HarvestJob] = {}
    for job in HarvestJob.objects.filter(source__in=keys).select_related("source").order_by("id"):
        newest[job.source_id] = job
    return tuple(
        SourceView(
            code=row.code,
            name=row.name,
            kind=CatalogueKind(row.kind),
            address=row.address,
            cycle=HarvestCycle(row.cycle),
            shrink_limit=row.shrink_limit,
            active=row.active,
            next_run_at=row.next_run_at,
            last_success_at=row.last_success_at,
            present=counted.get(row.pk, (0, 0))[0],
            adopted=counted.get(row.pk, (0, 0))[1],
            last_job=job_view(newest[row.pk]) if row.pk in newest else None,
        )
        for row in rows
    )


def _record(actor: Actor, action: AuditAction, row: HarvestSource, clock: Clock) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="harvest_source",
        object_id=row.code,
        detail={"kind": row.kind, "cycle": row.cycle, "active": row.active},
    )
