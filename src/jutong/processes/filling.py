"""What departments filled in goes the way of pushed data: into the spool, from where runs collect it."""

import logging

from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.filling import api as filling
from jutong.dataflow.connectors.pushes.messages import Message
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome

log = logging.getLogger("jutong.worker")


def hand_on_accepted(home: DataHome, *, clock: Clock) -> None:
    """Append each accepted submission to its entry's spool, known by its number: after a crash it is not doubled.

    A submission whose entry is filled from elsewhere by now waits.
    """
    waiting = filling.waiting_deliveries(SYSTEM_ACTOR)
    if not waiting:
        return
    hooked = {(entry.service, entry.source) for entry in collection.pushed_entries(SYSTEM_ACTOR)}
    for one in waiting:
        if (one.service, one.source) not in hooked:
            continue
        try:
            rows = filling.accepted_rows(SYSTEM_ACTOR, one.number, home=home)
            message = Message(
                id=one.number,
                rows=[{name: text or None for name, text in row.items()} for row in rows],
            )
            spool = Spool.of(home, one.source, SpoolSettings.from_environment())
            spool.append([message], at=clock.now())
            filling.note_handed_on(SYSTEM_ACTOR, one.number, clock=clock)
        except JutongError as error:
            log.error("handing on %s failed: %s", one.number, error.code)  # noqa: TRY400  # no row in the log
