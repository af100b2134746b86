"""Use cases of collection: the only door for other apps, pages, processes and the demo."""

from jutong.control.collection.asking import (
    cancel_run,
    due_services,
    pause_collection,
    request_due_runs,
    request_run,
    retry_run,
)
from jutong.control.collection.figures import (
    Delivery,
    deliveries,
    failed_bindings,
    last_deliveries,
    latest_versions,
    standing_bindings,
)
from jutong.control.collection.held import drift_of
from jutong.control.collection.holding import confirm_run, refuse_run
from jutong.control.collection.kept import (
    PooledEntry,
    is_being_collected,
    note_rewritten,
    pooled_entries,
    pooled_entry,
)
from jutong.control.collection.live import LivePlace, live_place, live_services
from jutong.control.collection.moving import move_sources
from jutong.control.collection.queueing import startable_runs
from jutong.control.collection.reading_hours import set_reading_hours
from jutong.control.collection.run_rows import run, runs
from jutong.control.collection.running import (
    end_lost_runs,
    interrupted_runs,
    record_cancelled,
    record_failure,
    record_progress,
    record_report,
    start_run,
)
from jutong.control.collection.schedule import next_run, promised_by, punctuality
from jutong.control.collection.sources import (
    add_source,
    bind,
    binding,
    bindings,
    change_source,
    job_options,
    source,
    source_key,
    source_options,
    sources,
    unbind,
)
from jutong.control.collection.terms import Punctuality, RunAction, RunStatus
from jutong.control.collection.values import (
    EVERY_RUN,
    BindingView,
    CollectionJob,
    LastDelivery,
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
    "LastDelivery",
    "LivePlace",
    "PooledEntry",
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
    "cancel_run",
    "change_source",
    "confirm_run",
    "deliveries",
    "drift_of",
    "due_services",
    "end_lost_runs",
    "failed_bindings",
    "interrupted_runs",
    "is_being_collected",
    "job_options",
    "last_deliveries",
    "latest_versions",
    "live_place",
    "live_services",
    "move_sources",
    "next_run",
    "note_rewritten",
    "pause_collection",
    "pooled_entries",
    "pooled_entry",
    "promised_by",
    "punctuality",
    "record_cancelled",
    "record_failure",
    "record_progress",
    "record_report",
    "refuse_run",
    "request_due_runs",
    "request_run",
    "retry_run",
    "run",
    "runs",
    "set_reading_hours",
    "source",
    "source_key",
    "source_options",
    "sources",
    "standing_bindings",
    "start_run",
    "startable_runs",
    "unbind",
]
