"""Waivers (豁免): a finding that is not to be mended, for a reason and until a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.inspection.errors import FindingNotFound, NothingSelected, WaiverInvalid
from jutong.control.inspection.models import KnownFinding
from jutong.kernel.clock import Clock, business_date

LONGEST: Final = timedelta(days=366)


def waive(actor: Actor, keys: Sequence[int], *, reason: str, until: date, clock: Clock) -> int:
    """Leave these findings alone until the end of the day `until`; how many were.

    Raises:
        NothingSelected, WaiverInvalid
        FindingNotFound: one of them is gone.
    """
    require(actor, Permission.FINDING_WAIVE)
    now = clock.now()
    today = business_date(now)
    if not keys:
        raise NothingSelected
    if not reason.strip() or len(reason) > 500 or not today < until <= today + LONGEST:
        raise WaiverInvalid
    with transaction.atomic():
        rows = list(KnownFinding.objects.select_related("entry__provider").filter(pk__in=keys, gone_at=None))
        missing = set(keys) - {row.pk for row in rows}
        if missing:
            raise FindingNotFound(finding=min(missing))
        KnownFinding.objects.filter(pk__in=keys).update(
            waived_until=until, waive_reason=reason.strip(), waived_at=now, waived_by_name=actor.display_name
        )
        for row in rows:
            _note(actor, row, clock, {"until": until.isoformat(), "reason": reason.strip()})
    return len(rows)


def end_waiver(actor: Actor, key: int, *, clock: Clock) -> None:
    """The finding is to be mended after all.

    Raises:
        FindingNotFound: there is none, or it is not waived.
    """
    require(actor, Permission.FINDING_WAIVE)
    with transaction.atomic():
        row = (
            KnownFinding.objects.select_related("entry__provider")
            .filter(pk=key, waived_until__isnull=False)
            .first()
        )
        if row is None:
            raise FindingNotFound(finding=key)
        KnownFinding.objects.filter(pk=key).update(waived_until=None, waive_reason="")
        _note(actor, row, clock, {"until": ""})


def _note(actor: Actor, row: KnownFinding, clock: Clock, detail: dict[str, str]) -> None:
    record(
        actor,
        AuditAction.FINDING_WAIVE,
        at=clock.now(),
        object_type="finding",
        object_id=f"{row.entry.service}:{row.rule}",
        department=row.entry.provider.code,
        detail={"place": row.place, **detail},
    )
