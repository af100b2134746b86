"""Runs that add deliveries: of places with many files each file once, else what the source holds."""

from jutong.control.collection.api import CollectionJob
from jutong.dataflow.connectors.placed_files import DailyFiles
from jutong.dataflow.pipelines.files_taken import collect_next_file
from jutong.kernel.errors import JutongError
from jutong.processes.carrying import Carrying, carry_whole, failed_report, landing_of, opened
from jutong.vocabulary.contracts import RunReport


def carry_added(task: CollectionJob, carrying: Carrying) -> RunReport:
    """Add what the source delivers to the pool; further files wait for runs of their own, due at once."""
    started = carrying.clock.now()
    try:
        source = opened(task, carrying)
        if isinstance(source, DailyFiles):
            return collect_next_file(landing_of(task, carrying), source, anew=not task.position)
    except JutongError as error:
        return failed_report(task, error, started, carrying.clock.now())
    return carry_whole(task, carrying)
