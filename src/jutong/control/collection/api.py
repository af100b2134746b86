"""Use cases of collection: the only door for other apps, pages, processes and the demo."""

from jutong.control.collection.figures import (
    Delivery,
    deliveries,
    failed_bindings,
    latest_versions,
    standing_bindings,
)
from jutong.control.collection.moving import move_sources
from jutong.control.collection.running import (
    due_services,
    end_lost_runs,
    record_failure,
    record_progress,
    record_report,
    request_run,
    run,
    runs,
    start_run,
)
from jutong.control.collection.schedule import next_run, promised_by, punctuality
from jutong.control.collection.sources import (
    add_source,
    bind,
    binding,
    bindings,
    change_source,
    source,
    source_options,
    sources,
    unbind,
)
from jutong.control.collection.terms import Punctuality, RunAction, RunStatus
from jutong.control.collection.values import (
    EVERY_RUN,
    BindingView,
    CollectionJob,
    RunFilter,
    RunView,
    SourceDraft,
    SourceView,
)

__all__ = [
    "EVERY_RUN",
    "BindingView",
    "CollectionJob",
    "Delivery",
    "Punctuality",
    "RunAction",
    "RunFilter",
    "RunStatus",
    "RunView",
    "SourceDraft",
    "SourceView",
    "add_source",
    "bind",
    "binding",
    "bindings",
    "change_source",
    "deliveries",
    "due_services",
    "end_lost_runs",
    "failed_bindings",
    "latest_versions",
    "move_sources",
    "next_run",
    "promised_by",
    "punctuality",
    "record_failure",
    "record_progress",
    "record_report",
    "request_run",
    "run",
    "runs",
    "source",
    "source_options",
    "sources",
    "standing_bindings",
    "start_run",
    "unbind",
]
