"""What keeps the stores in shape, once a day."""

from datetime import datetime
from typing import Final

from django.conf import settings

from jutong.control.alerts import api as alerts
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.retention import api as retention
from jutong.dataflow.lake import TableName
from jutong.dataflow.lake.names import POOL, QUARANTINE
from jutong.kernel.clock import SHANGHAI, SystemClock, business_date
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of

# After the nightly deliveries of 02:00.
UPKEEP_HOUR: Final = 3


def upkeep_day(now: datetime) -> str | None:
    """The business day whose upkeep may begin at the instant `now`; None before its hour has come."""
    local = now.astimezone(SHANGHAI)
    return local.date().isoformat() if local.hour >= UPKEEP_HOUR else None


@step("upkeep.lake")
def _maintain_lake(day: str) -> str:
    now = SystemClock().now()
    held = [
        TableName(schema, service)
        for service in retention.held_services(business_date(now))
        for schema in (POOL, QUARANTINE)
    ]
    with lake_of(settings.DATA_HOME) as lake:
        lake.maintain(now=now, held=held)
    alerts.forget_old_deliveries(SYSTEM_ACTOR, clock=SystemClock())
    return day


@job("upkeep")
def upkeep_job(day: str) -> str:
    """Merge the lake's small files and remove versions that are past keeping and under no legal hold."""
    return _maintain_lake(day)
