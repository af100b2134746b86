"""Sketches of delivered versions, and the comparison of the whole catalogue once a day (一数一源)."""

import os

from django.conf import settings
from django.db import close_old_connections

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.one_source import api as one_source
from jutong.dataflow.lake import TableName
from jutong.dataflow.sketches import SketchSettings, sketch_table
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.home import DataHome
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of
from jutong.vocabulary.sketches import MAX_K, MIN_K


def unsketched() -> dict[str, int]:
    """Live services with a delivery that was not sketched yet; the delivery's version."""
    done, newest = one_source.sketched_versions(), collection.latest_versions()
    live = {contract.service for contract in catalogue.live_contracts()}
    return {
        service: version
        for service, version in newest.items()
        if service in live and done.get(service, -1) < version
    }


def sketch_version(
    service: str, version: int, *, home: DataHome, clock: Clock, options: SketchSettings | None = None
) -> int:
    """Sketch the columns of a version and record them; how many they were. Column by column: memory stays small."""
    options = options or SketchSettings.read(os.environ)
    contract = catalogue.contract_of(service)
    key = platform_key(home, "sketches", size=32)
    with lake_of(home) as lake:
        table = TableName("pool", service)
        present = set(lake.columns(table))
        fields = [
            item.field
            for item in contract.items
            if item.field in present and item.level.rank <= options.highest_level
        ]
        size = min(max(options.size, MIN_K), MAX_K)
        sketches = list(sketch_table(lake, table, version, fields, key=key, k=size)) if fields else []
    one_source.record_sketches(SYSTEM_ACTOR, service, version, sketches, clock=clock)
    return len(sketches)


@step("sketch.newest")
def _sketch_newest(service: str) -> str:
    close_old_connections()
    version = collection.latest_versions().get(service)
    if version is not None:
        sketch_version(service, version, home=settings.DATA_HOME, clock=SystemClock())
    return service


@job("sketch")
def sketch_job(service: str) -> str:
    """Sketch what was delivered last."""
    return _sketch_newest(service)


@step("one_source.follow")
def _follow(day: str) -> str:
    close_old_connections()
    one_source.follow_catalogue(SYSTEM_ACTOR, clock=SystemClock())
    return day


@job("one_source")
def one_source_job(day: str) -> str:
    """Compare what departments hold, once a day."""
    return _follow(day)
