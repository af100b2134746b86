"""The moment as of which the engine reads a source, over several statements."""

from contextlib import suppress

from jutong.dataflow.lake import DuckDBEngine
from jutong.kernel.errors import JutongError


class Snapshot:
    """One moment of the source for every statement until `leave`: a transaction of the engine."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._engine = engine
        self._engine.run("BEGIN")
        self._open = True

    def leave(self) -> None:
        """The source is not asked any more; what was kept in the engine meanwhile stays."""
        self._open = False
        self._engine.run("COMMIT")

    def forget(self) -> None:
        """As `leave`, after a failure: what was kept in the engine goes too. Safe to repeat."""
        if self._open:
            self._open = False
            with suppress(JutongError):  # some failures have ended the transaction already
                self._engine.run("ROLLBACK")
