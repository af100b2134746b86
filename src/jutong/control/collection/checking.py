"""What the newest connection test of a source showed."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jutong.control.collection.errors import SourceNotFound
from jutong.control.collection.models import Source
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock


def record_test(actor: Actor, code: str, *, error_code: str, detail: Mapping[str, Any], clock: Clock) -> None:
    """Keep the outcome of a connection test: `error_code` is empty after one that passed.

    Raises:
        SourceNotFound: there is no such source.
    """
    row = Source.objects.select_related("department").filter(code=code).first()
    if row is None:
        raise SourceNotFound(source=code)
    require(actor, Permission.SOURCE_MANAGE, row.department.code)
    with transaction.atomic():
        row.tested_at, row.test_code, row.test_detail = clock.now(), error_code, dict(detail)
        row.save(update_fields=["tested_at", "test_code", "test_detail"])
        record(
            actor,
            AuditAction.SOURCE_TEST,
            at=clock.now(),
            object_type="source",
            object_id=code,
            department=row.department.code,
            detail={"outcome": error_code or "passed"},
        )
