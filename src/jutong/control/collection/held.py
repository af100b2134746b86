"""What a held delivery (待确认) leaves behind: what was seen of it, and new names of columns."""

import msgspec

from jutong.control.collection.models import Binding, CollectionRun
from jutong.vocabulary.collection import DriftFinding, DriftKind
from jutong.vocabulary.contracts import RunReport


def drift_of(report: RunReport) -> tuple[DriftFinding, ...]:
    """The drift findings of a report as values."""
    return tuple(msgspec.convert(found, DriftFinding) for found in report.drift)


def confirmed_drift_of(run: CollectionRun) -> tuple[DriftFinding, ...]:
    """What a person saw of this run and said yes to: its own report from when it was held."""
    if not run.confirmed_drift or not run.report:
        return ()
    return drift_of(RunReport.from_json(run.report))


def mapping_after(binding: Binding, report: RunReport) -> dict[str, str] | None:
    """The binding's mapping once a renamed column was accepted: its new name fills the item from now on."""
    mapping = dict(binding.mapping or {})
    for found in drift_of(report):
        if found.kind is DriftKind.RENAMED_COLUMN and found.column:
            mapping.pop(found.before, None)
            mapping[found.now] = found.column
    return mapping or None
