"""The daily inspection of the catalogue, with what only the data plane and the evidence know."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from jutong.control.catalogue.api import PhysicalColumn
from jutong.control.collection import api as collection
from jutong.control.collection.values import BindingView
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.inspection import api as inspection
from jutong.control.inspection.api import Observations
from jutong.dataflow.connectors import declared_type, open_schema
from jutong.dataflow.connectors.table_facts import ColumnFacts, TableFacts
from jutong.evidence import EvidenceIndex
from jutong.evidence.records import CALL
from jutong.kernel.clock import SHANGHAI, Clock, SystemClock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.jobs import job, step

log = logging.getLogger("jutong.worker")

# After the nightly deliveries and the upkeep of the lake.
INSPECTION_HOUR: Final = 4
DATABASES: Final = frozenset({"mariadb", "postgresql", "sqlite"})
# Of a SQLite file the comments are those of its statement, if it was written down at all.
COMMENTED: Final = frozenset({"mariadb", "postgresql"})


def inspection_day(now: datetime) -> str | None:
    """The business day whose inspection may begin at the instant `now`; None before its hour has come."""
    local = now.astimezone(SHANGHAI)
    return local.date().isoformat() if local.hour >= INSPECTION_HOUR else None


def last_calls(home: DataHome) -> Mapping[str, date]:
    """The day of the last call of each service, as the evidence says."""
    counts = EvidenceIndex(home.evidence).counts(["service", "day", "kind"])
    days: dict[str, date] = {}
    for count in counts:
        service, day, kind = count.group
        if kind == CALL and count.answered:
            days[service] = max(days.get(service, date.min), date.fromisoformat(day))
    return days


def observe(home: DataHome, *, clock: Clock) -> Observations:
    """Last calls, and the columns of hooked tables; a source that does not answer is left out."""
    bindings: dict[str, list[BindingView]] = defaultdict(list)
    for binding in collection.standing_bindings(clock.now()):
        bindings[binding.source].append(binding)
    columns: dict[str, tuple[PhysicalColumn, ...]] = {}
    for source, hooked in bindings.items():
        try:
            columns.update(_columns(source, hooked, home))
        except JutongError as error:
            log.warning("the schema of source %s cannot be read: %s", source, error.code)
    return Observations(calls=last_calls(home), columns=columns)


def _columns(
    source: str, hooked: list[BindingView], home: DataHome
) -> Iterator[tuple[str, tuple[PhysicalColumn, ...]]]:
    kind, options = collection.job_options(SYSTEM_ACTOR, source, home=home)
    if kind not in DATABASES:
        return
    with open_schema(kind, options, root=home.sources) as schema:
        tables = {name: table for table in schema.tables() for name in (table.full_name, table.name)}
    table = tables.get(str(options.get("table", "")))
    if table is not None:
        yield from ((binding.service, _described(table, kind)) for binding in hooked)


def _described(table: TableFacts, kind: str) -> tuple[PhysicalColumn, ...]:
    return tuple(_column(column, commented=kind in COMMENTED) for column in table.columns)


def _column(column: ColumnFacts, *, commented: bool) -> PhysicalColumn:
    data_type, length = declared_type(column.source_type)
    return PhysicalColumn(
        name=column.name,
        data_type=data_type,
        length=length,
        comment=column.comment if commented or column.comment else None,
    )


def inspect_catalogue(key: str, *, home: DataHome, clock: Clock) -> str:
    """Carry out the inspection that was asked for under `key`; done twice it is done once."""
    observed = observe(home, clock=clock)
    done = inspection.inspect(SYSTEM_ACTOR, clock=clock, key=key, observed=observed)
    return f"{done.entries} entries, {done.errors} errors, {done.warnings} warnings"


@step("inspection.judge")
def _inspect(key: str) -> str:
    close_old_connections()
    return inspect_catalogue(key, home=settings.DATA_HOME, clock=SystemClock())


@job("inspection")
def inspection_job(key: str) -> str:
    """Put every rule to every entry, and keep what was found."""
    return _inspect(key)
