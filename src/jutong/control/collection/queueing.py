"""Which of the queued runs may start now: priorities, the sources' hours, and how many may read a source at once."""

from collections import Counter
from collections.abc import Collection

from jutong.control.collection.asking import FORCED
from jutong.control.collection.models import CollectionRun
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.windows import is_open
from jutong.control.directory.api import Actor, Permission, require
from jutong.kernel.clock import Clock


def startable_runs(
    actor: Actor, *, clock: Clock, limit: int, submitted: Collection[str] = ()
) -> tuple[str, ...]:
    """At most `limit` queued runs that may start now: of the highest priority first, then the oldest.

    A run waits while its time has not come, its source is outside its hours or read by as many runs as it bears, or
    its entry is paused. `submitted` are runs on their way to start already.
    """
    require(actor, Permission.RUN_EXECUTE)
    if limit <= 0:
        return ()
    now, chosen, reading = clock.now(), [], Counter[int]()
    active = CollectionRun.objects.filter(active_key__isnull=False)
    begun = active.filter(status=RunStatus.RUNNING.value) | active.filter(run_id__in=submitted)
    reading.update(begun.values_list("binding__source_id", flat=True))
    queued = active.filter(status=RunStatus.QUEUED.value, binding__source__active=True)
    queued = queued.exclude(run_id__in=submitted).exclude(not_before__gt=now)
    queued = queued.exclude(binding__paused=True, dry_run=False, priority__gt=FORCED)
    rows = queued.order_by("priority", "pk").values_list(
        "run_id",
        "priority",
        "binding__source_id",
        "binding__source__max_concurrent",
        "binding__source__windows",
    )
    for run_id, priority, source, most, windows in rows.iterator(chunk_size=100):
        if reading[source] >= most or not (priority == FORCED or is_open(windows, now)):
            continue
        reading[source] += 1
        chosen.append(run_id)
        if len(chosen) == limit:
            break
    return tuple(chosen)
