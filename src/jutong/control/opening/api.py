"""Use cases of opening: the only door for other apps, pages, processes and the demo."""

from jutong.control.opening.gate import found_in_values, propose_items, release_gate
from jutong.control.opening.reading import OPEN_DATASETS, dataset, datasets, facets, open_services
from jutong.control.opening.releasing import (
    awaiting_release,
    count_download,
    count_view,
    hold_dataset,
    open_dataset,
    record_release,
    withdraw_dataset,
    withdraw_orphans,
)
from jutong.control.opening.terms import DatasetOrder, DatasetStatus, Licence, Theme
from jutong.control.opening.values import DatasetFilter, DatasetView, Facets, GateFinding, OpenItem

__all__ = [
    "OPEN_DATASETS",
    "DatasetFilter",
    "DatasetOrder",
    "DatasetStatus",
    "DatasetView",
    "Facets",
    "GateFinding",
    "Licence",
    "OpenItem",
    "Theme",
    "awaiting_release",
    "count_download",
    "count_view",
    "dataset",
    "datasets",
    "facets",
    "found_in_values",
    "hold_dataset",
    "open_dataset",
    "open_services",
    "propose_items",
    "record_release",
    "release_gate",
    "withdraw_dataset",
    "withdraw_orphans",
]
