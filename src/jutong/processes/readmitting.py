"""Refused rows on their way back: work orders follow the lake, corrected rows are read, checked and admitted."""

import json
import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR, Actor
from jutong.control.quarantine import api as quarantine
from jutong.control.quarantine.api import CorrectionState, CorrectionView
from jutong.control.quarantine.errors import CorrectionFailed
from jutong.dataflow.connectors import ReadLimits, open_file
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.pipelines.correction_files import Correction, corrections_in
from jutong.dataflow.pipelines.readmit import readmit
from jutong.dataflow.pipelines.refused import open_reasons, refused_rows
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.errors import JutongError
from jutong.kernel.home import PRIVATE, DataHome
from jutong.kernel.ids import new_id
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of
from jutong.vocabulary.collection import ReadmitReport

log = logging.getLogger("jutong.worker")


def keep_orders(*, home: DataHome, clock: Clock) -> tuple[str, ...]:
    """Bring the work orders in line with every entry whose table has a newer version; codes of those opened.

    An entry that cannot be read now does not hold up the others: it is tried again at the next look.
    """
    opened: list[str] = []
    waiting = quarantine.unkept(collection.latest_versions())
    if not waiting:
        return ()
    with lake_of(home) as lake:
        for service, version in waiting.items():
            try:
                opened += keep_orders_of(service, version, lake=lake, clock=clock)
            except EntryNotFound:
                continue  # withdrawn: nobody corrects its rows any more
            except JutongError as error:
                log.error("the work orders of %s were not kept: %s", service, error.code)  # noqa: TRY400
    return tuple(opened)


def keep_orders_of(service: str, version: int | None, *, lake: Lake, clock: Clock) -> tuple[str, ...]:
    """The work orders of one entry, by what is open in its quarantine now."""
    newest = lake.versions(TableName(POOL, service))
    run_id = newest[0].run_id if newest else ""
    found = open_reasons(lake, service)
    return quarantine.keep_orders(SYSTEM_ACTOR, service, found, run_id=run_id, version=version, clock=clock)


def readmit_correction(code: str, *, home: DataHome, clock: Clock) -> CorrectionView:
    """Carry out an uploaded file of corrections; safe to repeat, killed at any point: a row is admitted once."""
    view = quarantine.correction(SYSTEM_ACTOR, code)
    if view.state is not CorrectionState.RECEIVED:
        return view
    with lake_of(home) as lake:
        try:
            report = _admit(view, lake=lake, home=home, clock=clock)
        except JutongError as error:
            if error.retryable:
                raise
            report = _failed(view, error)
        except OSError as error:
            report = _failed(view, CorrectionFailed(fault=type(error).__name__))
        if report.version is not None:
            collection.note_version(SYSTEM_ACTOR, view.service, version=report.version)
        if not report.error_code:
            quarantine.note_readmission(
                SYSTEM_ACTOR, view.service, correction=code, rows=report.readmitted, clock=clock
            )
            keep_orders_of(view.service, report.version, lake=lake, clock=clock)
    return quarantine.end_correction(SYSTEM_ACTOR, code, report, home=home, clock=clock)


def readmit_as_they_are(
    actor: Actor, service: str, *, run_id: str = "", home: DataHome, clock: Clock
) -> ReadmitReport:
    """Judge the open rows of an entry (or of one run) anew by its present rules: after a rule was corrected.

    Raises:
        PermissionDenied: the actor may not open and correct rows of this department.
    """
    contract = catalogue.contract_of(service)
    binding = collection.binding(SYSTEM_ACTOR, service, clock=clock)
    mapping = binding.mapping if binding else None
    key = platform_key(home, quarantine.QUARANTINE_KEY)
    with lake_of(home) as lake:
        waiting = sum(one.rows for one in open_reasons(lake, service))
        quarantine.open_rows(actor, service, rows=waiting, clock=clock)
        rows = [
            Correction(row_id=row.row_id, values=row.values)
            for row in refused_rows(lake, contract, mapping, key=key)
            if row.row_no is not None and (not run_id or row.run_id == run_id)
        ]
        report = readmit(
            contract,
            rows,
            lake=lake,
            correction=new_id("fix"),
            department=contract.provider,
            system=binding.source if binding else "",
            clock=clock,
        )
        if report.version is not None:
            collection.note_version(SYSTEM_ACTOR, service, version=report.version)
            keep_orders_of(service, report.version, lake=lake, clock=clock)
    return report


def _admit(view: CorrectionView, *, lake: Lake, home: DataHome, clock: Clock) -> ReadmitReport:
    contract = catalogue.contract_of(view.service)
    content = quarantine.correction_content(SYSTEM_ACTOR, view.code, home=home)
    binding = collection.binding(SYSTEM_ACTOR, view.service, clock=clock)
    with tempfile.TemporaryDirectory(dir=_private(home)) as folder:
        path = Path(folder) / f"correction{_suffix(view.file_name)}"
        path.write_bytes(content)
        connector = open_file(path, {}, limits=ReadLimits.from_environment())
        return readmit(
            contract,
            corrections_in(connector, contract),
            lake=lake,
            correction=view.code,
            department=contract.provider,
            system=binding.source if binding else "",
            clock=clock,
        )


def _private(home: DataHome) -> Path:
    home.corrections.mkdir(exist_ok=True, parents=True, mode=PRIVATE)
    return home.corrections


def _suffix(file_name: str) -> str:
    return ".csv" if file_name.lower().endswith(".csv") else ".xlsx"


def _failed(view: CorrectionView, error: JutongError) -> ReadmitReport:
    detail = json.loads(json.dumps(error.detail, default=str))
    return ReadmitReport(
        correction=view.code, service=view.service, error_code=error.code, error_detail=detail
    )


@step("quarantine.readmit")
def _readmit(code: str) -> str:
    close_old_connections()
    return readmit_correction(code, home=settings.DATA_HOME, clock=SystemClock()).state.value


@job("readmit")
def readmit_job(code: str) -> str:
    """Check and admit the rows of one uploaded file."""
    return _readmit(code)
