"""Carrying out an approved destruction (销毁): lake, look-up snapshots, release files; then the proof that they are gone.

Every part may be done twice: a worker that was killed is followed by one that starts from the beginning, and what
must not be lost (what there was before, which files went) is kept with the destruction before it is acted on.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.grants import api as grants
from jutong.control.grants.api import GrantFilter, GrantStatus
from jutong.control.opening import api as opening
from jutong.control.retention import api as retention
from jutong.control.retention.api import DestructionView, day_begins
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.destroying import (
    PastTime,
    count_entry,
    count_past,
    forget_history,
    rewrite_without,
    tables_of,
)
from jutong.dataflow.serving.pointers import CURRENT, current_name
from jutong.kernel.clock import Clock, SystemClock, business_date
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.collection import serve_version
from jutong.processes.errors import RowsRemain
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of
from jutong.processes.opening import release_dataset

log = logging.getLogger("jutong.worker")


def destroy(number: str, *, home: DataHome, clock: Clock) -> DestructionView:
    """Carry out the approved destruction `number`; its proof is kept with it.

    Raises:
        Held, CollectionBusy: not now; it stays approved.
        RowsRemain: rows past their time are still there; nothing is called destroyed that is not.
    """
    task = retention.start(SYSTEM_ACTOR, number, clock=clock)
    try:
        return _carry_out(task, home=home, clock=clock)
    except JutongError as error:
        retention.note_failure(SYSTEM_ACTOR, number, error.code)
        raise


def _carry_out(task: DestructionView, *, home: DataHome, clock: Clock) -> DestructionView:
    past = PastTime.of(task.item, task.cutoff, task.cutoff_at)
    tables = tables_of(task.service, past)
    keys = _keys(task.service)
    with lake_of(home) as lake:
        before = task.progress.get("before") or _before(lake, tables, task)
        retention.note_progress(SYSTEM_ACTOR, task.number, before=before)
        version = rewrite_without(lake, tables, run_id=task.number, sort_by=keys)
        left = count_entry(lake, task.service, past)
        collection.note_rewritten(SYSTEM_ACTOR, task.service, version=version, rows=left["rows"])
        removed = forget_history(lake, tuple(tables), begun_at=task.started_at or clock.now())
    files = {**dict(task.progress.get("files", [])), **dict(removed.files)}
    retention.note_progress(SYSTEM_ACTOR, task.number, before=before, files=sorted(files.items()))
    copies = _renew_copies(task.service, version, home=home, clock=clock)
    with lake_of(home) as lake:
        _require_gone(lake, task.service, past, files, home.lake / "data")
    proof = {
        "rows_before": before["rows"],
        "rows_destroyed": before["due"],
        "rows_kept": before["rows"] - before["due"],
        "rows_undated": before["undated"],
        "refused_destroyed": before["refused"],
        "digest_before": before["digest"],
        "digest_method": "sum of row hashes modulo 2^64",
        "versions_removed": before["versions"],
        "version_after": version,
        "files_removed": [[path, size] for path, size in sorted(files.items())],
        "copies_removed": copies,
        "consumers": before["consumers"],
        "started_at": task.started_at.isoformat() if task.started_at else "",
    }
    return retention.finish(SYSTEM_ACTOR, task.number, proof, home=home, clock=clock)


def _before(lake: Lake, tables: Mapping[TableName, PastTime | None], task: DestructionView) -> dict[str, Any]:
    """What there is before anything goes; no value of a row."""
    (pool, past), (quarantine, refused) = tables.items()
    counted = count_past(lake, pool, past)
    live = grants.grants(SYSTEM_ACTOR, GrantFilter(service=task.service, status=GrantStatus.LIVE), limit=200)
    return {
        "rows": counted.rows,
        "due": counted.due,
        "undated": counted.undated,
        "digest": counted.digest,
        "refused": count_past(lake, quarantine, refused).due,
        "versions": [version.version for version in lake.versions(pool)] if lake.exists(pool) else [],
        "consumers": sorted({grant.consumer_name for grant in live.rows}),
    }


def _keys(service: str) -> tuple[str, ...]:
    """By which items the rows lie in order; none where the entry is withdrawn."""
    try:
        contract = catalogue.contract_of(service)
    except EntryNotFound:
        return ()
    keys = tuple(item.field for item in contract.items if item.key)
    return keys or (contract.query_keys[0] if contract.query_keys else ())


def _renew_copies(service: str, version: int, *, home: DataHome, clock: Clock) -> list[str]:
    """Look-up snapshots and release files without the rows; the older ones, and those of a withdrawn entry, go."""
    with suppress(EntryNotFound):
        serve_version(service, version, home=home)
    if any(dataset.service == service for dataset in opening.awaiting_release(SYSTEM_ACTOR)):
        release_dataset(service, home=home, clock=clock)
    removed = []
    for root, kept in ((home.serving, f"v{version}.sqlite"), (home.releases, f"v{version}")):
        folder = root / service
        if current_name(folder) not in {None, kept}:  # withdrawn: nothing took its place
            (folder / CURRENT).unlink(missing_ok=True)
        for path in sorted(folder.glob("v*")):
            if path.name != kept:
                rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                removed.append(path.relative_to(home.root).as_posix())
    return removed


def _require_gone(lake: Lake, service: str, past: PastTime, files: Mapping[str, int], data: Path) -> None:
    left = count_entry(lake, service, past)
    there = sum((data / path).exists() for path in files)
    if left["due"] or left["quarantined"] or there:
        raise RowsRemain(service=service, rows=left["due"] + left["quarantined"], files=there)


def count_due(*, home: DataHome, clock: Clock) -> int:
    """Count what is past its time in every entry that a rule limits; how many entries were counted."""
    now = clock.now()
    today = business_date(now)
    standings = retention.every_standing(SYSTEM_ACTOR, today=today)
    with lake_of(home) as lake:
        for one in standings:
            cutoff = one.rule.cutoff(today) if one.rule else None
            if one.rule is None or cutoff is None:
                continue
            past = PastTime.of(one.rule.item, cutoff, day_begins(cutoff))
            try:
                counted = count_entry(lake, one.service, past)
            except JutongError as error:  # an item that the newest delivery has no column for
                log.warning("what is due of %s could not be counted: %s", one.service, error.code)
                continue
            due = counted["due"] + counted["quarantined"]
            retention.note_due(SYSTEM_ACTOR, one.entry_id, due, clock=clock)
    return len(standings)


@step("retention.count")
def _count(day: str) -> str:
    close_old_connections()
    count_due(home=settings.DATA_HOME, clock=SystemClock())
    return day


@job("retention")
def retention_job(day: str) -> str:
    """The nightly count of what is past its time."""
    return _count(day)


@step("destroy.carry_out")
def _destroy(number: str) -> str:
    close_old_connections()
    return destroy(number, home=settings.DATA_HOME, clock=SystemClock()).stage.value


@job("destroy")
def destroy_job(number: str) -> str:
    """Carry out one approved destruction."""
    return _destroy(number)
