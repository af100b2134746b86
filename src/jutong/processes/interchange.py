"""Imports of the catalogue: files checked and written by the worker, so that no page waits for them."""

from django.db import close_old_connections

from jutong.control.interchange import api as interchange
from jutong.kernel.clock import SystemClock
from jutong.processes.jobs import job, step


@step("import.check")
def _check(code: str) -> str:
    close_old_connections()
    return interchange.carry_on(code, clock=SystemClock())


@job("import_check")
def check_import_job(code: str) -> str:
    """Read and check a file that was received; the state of its batch."""
    return _check(code)


@step("import.write")
def _write(code: str) -> str:
    close_old_connections()
    return interchange.write_import(code, clock=SystemClock())


@job("import")
def write_import_job(code: str) -> str:
    """Write a confirmed file in one transaction; the state of its batch."""
    return _write(code)
