"""The files of an open dataset, written anew when its entry has a newer version."""

from typing import Any

from django.conf import settings
from django.db import close_old_connections

from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.opening import api as opening
from jutong.control.opening.api import DatasetView, OpenItem
from jutong.dataflow.lake import TableName
from jutong.dataflow.masking import mask_batches
from jutong.dataflow.serving import ReleaseInfo, write_release
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.home import DataHome
from jutong.processes.disclosure import without_identifiers
from jutong.processes.errors import IdentifiersInRelease
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of


def release_dataset(service: str, *, home: DataHome, clock: Clock) -> dict[str, Any]:
    """Write the release files of the entry's newest version and put them in the place of the older ones.

    What the gate now forbids (the entry was changed, or a value identifies a person) is taken down instead; the
    answer is then empty, as it is while nothing was delivered yet.
    """
    dataset = opening.dataset(service)
    binding = collection.binding(SYSTEM_ACTOR, service, clock=clock)
    version = binding.last_version if binding else None
    if version is None:
        return {}
    chosen = [OpenItem(field=item.field, mask=item.mask) for item in dataset.items]
    findings = opening.release_gate(dataset.contract, chosen)
    if not findings:
        try:
            info = _write_files(dataset, version, home)
        except IdentifiersInRelease as error:
            findings = opening.found_in_values(error.detail["items"])
    if findings:
        opening.hold_dataset(SYSTEM_ACTOR, dataset, findings, clock=clock)
        return {}
    described = info.to_dict()
    opening.record_release(
        SYSTEM_ACTOR,
        service,
        version=version,
        rows=info.rows,
        info=described,
        clock=clock,
        made_for=dataset,
    )
    return described


def _write_files(dataset: DatasetView, version: int, home: DataHome) -> ReleaseInfo:
    """Mask, look once more, write.

    Raises:
        IdentifiersInRelease: nothing is published.
    """
    columns = tuple(item.field for item in dataset.items)
    masks = {item.field: item.mask for item in dataset.items if item.mask}
    with lake_of(home) as lake:
        rows = lake.batches(TableName("pool", dataset.service), version=version, columns=columns)
        outgoing = without_identifiers(mask_batches(rows, masks))
        return write_release(home.releases, dataset.contract, columns, outgoing, version)


@step("release.write")
def _write(service: str) -> str:
    close_old_connections()
    release_dataset(service, home=settings.DATA_HOME, clock=SystemClock())
    return service


@job("release")
def release_job(service: str) -> str:
    return _write(service)
