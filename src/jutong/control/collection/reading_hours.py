"""When a source may be read, and by how many runs at once: decided by who manages it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from jutong.control.collection.errors import SourceInvalid, SourceNotFound
from jutong.control.collection.models import CollectionRun, Source
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.windows import faults_of, next_opening
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock

MOST_AT_ONCE: Final = 32


def set_reading_hours(
    actor: Actor, code: str, *, windows: Sequence[Mapping[str, Any]], max_concurrent: int, clock: Clock
) -> None:
    """Let a source be read within `windows` alone (none: always), by at most `max_concurrent` runs at once.

    Runs that wait for the hours before wait for the new ones.

    Raises:
        SourceNotFound: there is no such source.
        SourceInvalid: a window is not well formed, or the number is not 1 to 32.
    """
    row = Source.objects.select_related("department").filter(code=code).first()
    if row is None:
        raise SourceNotFound(source=code)
    require(actor, Permission.SOURCE_MANAGE, row.department.code)
    given = [dict(window) for window in windows]
    if fault := faults_of(given):
        raise SourceInvalid(
            place=f"时间窗口 / window {fault}",
            reason_zh="须有 days（1至7，1为星期一）、from 和 until（如 22:00，两者不同）",
            reason_en="it has days (1 to 7, 1 is Monday), from and until (such as 22:00, not the same)",
        )
    if not 1 <= max_concurrent <= MOST_AT_ONCE:
        raise SourceInvalid(
            place="并发数 / max_concurrent", reason_zh="须为1到32", reason_en="it must be 1 to 32"
        )
    now = clock.now()
    opening = next_opening(given, now)
    with transaction.atomic():
        row.windows, row.max_concurrent, row.updated_at = given, max_concurrent, now
        row.save(update_fields=["windows", "max_concurrent", "updated_at"])
        waiting = CollectionRun.objects.filter(binding__source=row, status=RunStatus.QUEUED.value, retries=0)
        waiting.filter(not_before__gt=now).update(not_before=opening if opening > now else None)
        record(
            actor,
            AuditAction.SOURCE_CHANGE,
            at=now,
            object_type="source",
            object_id=code,
            department=row.department.code,
            detail={"windows": given, "max_concurrent": max_concurrent},
        )
