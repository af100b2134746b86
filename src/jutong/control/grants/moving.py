"""What a restructuring changes in grants: the departments named in their policies, and nothing else of these."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jutong.control.directory.api import (
    Actor,
    AuditAction,
    DepartmentView,
    Moved,
    MovedNoun,
    Permission,
    department,
    department_id,
    record,
    require,
)
from jutong.control.grants.compiling import policy_digest
from jutong.control.grants.models import Grant
from jutong.control.grants.snapshot import publish_on_commit
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.vocabulary.contracts import GrantPolicy


def move_grants(
    actor: Actor,
    before: str,
    after: str,
    *,
    home: DataHome,
    clock: Clock,
    services: tuple[str, ...] | None = None,
) -> tuple[Moved, ...]:
    """Grants that the department `before` gave or holds name `after` instead, under its present name.

    With `services` only grants of these entries change their provider. What may be read, by whom, for what and
    how long stays as it was approved; `before` may be `after`, when a department was renamed.
    """
    require(actor, Permission.RESTRUCTURE)
    given = Q(provider__code=before)
    wanted = given | Q(consumer__code=before) if services is None else given & Q(entry__service__in=services)
    new = department(after)
    with transaction.atomic():
        rows = list(Grant.objects.filter(wanted).select_related("provider", "consumer", "entry"))
        for row in rows:
            _rename(actor, row, before, new, at=clock.now())
        publish_on_commit(home, clock)
    return tuple(Moved(noun=MovedNoun.GRANT, key=row.grant_id, name=row.entry.title) for row in rows)


def _rename(actor: Actor, row: Grant, before: str, new: DepartmentView, *, at: datetime) -> None:
    policy, key = GrantPolicy.from_json(row.policy), department_id(new.code)
    if row.provider.code == before:
        row.provider_id = key
        policy = replace(policy, provider=new.code, provider_name=new.name)
    if row.consumer.code == before:
        row.consumer_id = key
        policy = replace(policy, consumer=new.code, consumer_name=new.name)
    earlier, row.digest = row.digest, policy_digest(policy)
    row.policy = policy.to_json()
    row.save(update_fields=["provider", "consumer", "policy", "digest"])
    record(
        actor,
        AuditAction.GRANT_MOVE,
        at=at,
        object_type="grant",
        object_id=row.grant_id,
        department=new.code,
        detail={"moved_from": before, "digest_before": earlier, "digest": row.digest},
    )
