"""Every file of a place exactly once: which were taken is kept with their rows, in the same commit.

A run takes one file, the oldest that waits, so that its rows carry the run's number: a corrected file takes their place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self

from jutong.dataflow.connectors.dated_files import DatedFile
from jutong.dataflow.connectors.placed_files import DailyFiles
from jutong.dataflow.lake import TableName
from jutong.dataflow.lake.names import QUARANTINE
from jutong.dataflow.pipelines import drift
from jutong.dataflow.pipelines.collect import collect, earlier_run
from jutong.dataflow.pipelines.errors import DeliveryMended
from jutong.dataflow.pipelines.quarantining import RowState
from jutong.dataflow.pipelines.upserting import Landing
from jutong.vocabulary.collection import CollectionMode, DriftAction, DriftFinding, DriftKind
from jutong.vocabulary.contracts import RunReport

MOST_REMEMBERED: Final = 4_000
_DIGEST_CHARS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file whose rows are in the pool."""

    day: date
    digest: str
    """The first half of its SHA-256."""
    mark: str
    run_id: str
    """Whose rows are this file's; empty for one that held the same as another."""


@dataclass(frozen=True, slots=True)
class TakenFiles:
    """The files that were taken, by name. Beyond some thousands the oldest days are forgotten, and closed."""

    files: Mapping[str, Taken] = field(default_factory=dict)
    closed: str = ""
    """Files of this day and before count as taken."""

    @classmethod
    def read(cls, position: str) -> Self:
        kept = json.loads(position) if position.startswith("{") else {}
        files = {
            name: Taken(day=date.fromisoformat(day), digest=digest, mark=mark, run_id=run_id)
            for name, (day, digest, mark, run_id) in kept.get("files", {}).items()
        }
        return cls(files, kept.get("closed", ""))

    def position(self) -> str:
        newest = sorted(self.files.items(), key=lambda item: (item[1].day, item[0]))
        gone, kept = newest[:-MOST_REMEMBERED], newest[-MOST_REMEMBERED:]
        closed = max(self.closed, str(gone[-1][1].day)) if gone else self.closed
        listed = {name: [str(one.day), one.digest, one.mark, one.run_id] for name, one in kept}
        return json.dumps({"files": listed, "closed": closed}, ensure_ascii=False, separators=(",", ":"))

    def with_file(self, name: str, taken: Taken) -> "TakenFiles":
        return TakenFiles({**self.files, name: taken}, self.closed)

    def of_digest(self, digest: str) -> str:
        """The name under which a file with this content was taken; empty for none."""
        return next((name for name, one in self.files.items() if one.digest == digest), "")

    def seems_taken(self, file: DatedFile) -> bool:
        known = self.files.get(file.name)
        return (known is not None and known.mark == file.mark) or (
            known is None and str(file.day) <= self.closed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Next:
    file: DatedFile | None
    digest: str = ""
    taken: TakenFiles
    """With what was seen to be nothing new on the way."""
    noticed: tuple[DriftFinding, ...] = ()
    waiting: int = 0


def collect_next_file(landing: Landing, source: DailyFiles, *, anew: bool = False) -> RunReport:
    """Land the oldest file that was not taken yet, or was corrected since; a report without version when none is.

    The first run, and one `anew`, replaces what the pool has. The rows of a corrected file take the place of those
    that it brought before. A file with the content of one that was taken lands nothing.

    Raises:
        DeliveryMended: a corrected file whose refused rows were corrected here.
        ConnectorError and what `collect` raises.
    """
    lake, pool = landing.lake, landing.pool
    if (before := earlier_run(lake, pool, landing.run_id)) is not None:
        return _told(before, source)
    reached = lake.position(pool) if lake.exists(pool) else ""
    taken = TakenFiles() if anew else TakenFiles.read(reached)
    found = _next(source, taken, landing)
    if found.file is None:
        return _nothing_new(landing, source, found)
    source.choose(found.file)
    known = taken.files.get(found.file.name)
    withdrawn = known.run_id if known else ""
    if withdrawn:
        _require_untouched(landing, withdrawn, found.file.name)
    now = Taken(day=found.file.day, digest=found.digest, mark=found.file.mark, run_id=landing.run_id)
    terms = replace(
        landing.terms,
        position=found.taken.with_file(found.file.name, now).position(),
        position_told=found.file.name,
        after=reached if lake.exists(pool) else None,
        withdrawn=withdrawn,
        noticed=found.noticed,
    )
    report = collect(
        landing.contract,
        source,
        lake=lake,
        mapping=landing.mapping,
        department=landing.department,
        system=landing.system,
        run_id=landing.run_id,
        clock=landing.clock,
        progress=landing.progress,
        mode="append" if taken.files else "replace",
        terms=terms,
    )
    return replace(
        report,
        mode=CollectionMode.APPEND.value,
        delivered_at=source.delivered_at,
        waiting=found.waiting,
    )


def _next(source: DailyFiles, taken: TakenFiles, landing: Landing) -> _Next:
    noticed: list[DriftFinding] = []
    files = [file for file in source.files if not taken.seems_taken(file)]
    for n, file in enumerate(files, start=1):
        source.choose(file)
        digest = source.digest()[:_DIGEST_CHARS]
        known = taken.files.get(file.name)
        again = "" if known else taken.of_digest(digest)
        if known is not None and known.digest == digest:  # touched, not changed
            taken = taken.with_file(file.name, replace(known, mark=file.mark))
            continue
        if again:
            noticed.append(_noticed(landing, DriftKind.REPEATED_FILE, again, file.name))
            seen = Taken(day=file.day, digest=digest, mark=file.mark, run_id="")
            taken = taken.with_file(file.name, seen)
            continue
        if known is not None:
            noticed.append(_noticed(landing, DriftKind.CORRECTED_FILE, known.digest[:8], file.name))
        return _Next(file=file, digest=digest, taken=taken, noticed=tuple(noticed), waiting=len(files) - n)
    return _Next(file=None, taken=taken, noticed=tuple(noticed))


def _noticed(landing: Landing, kind: DriftKind, before: str, now: str) -> DriftFinding:
    action = landing.terms.policy.action(kind)
    # There are no rows to set aside: a person decides. What is not landed again needs nobody's yes.
    stops = kind is DriftKind.CORRECTED_FILE and action is not DriftAction.ACCEPT
    return DriftFinding(
        kind=kind, action=DriftAction.STOP if stops else DriftAction.ACCEPT, before=before, now=now
    )


def _nothing_new(landing: Landing, source: DailyFiles, found: _Next) -> RunReport:
    newest = source.files[-1]
    source.choose(newest)
    now = landing.clock.now()
    return RunReport(
        run_id=landing.run_id,
        service=landing.contract.service,
        source=source.kind,
        started_at=now,
        ended_at=now,
        outcome="succeeded",
        mode=CollectionMode.APPEND.value,
        delivered_at=source.delivered_at,
        drift=drift.as_json(found.noticed),
    )


def _told(report: RunReport, source: DailyFiles) -> RunReport:
    """The report as it was committed, with what was known beside it."""
    file = next((one for one in source.files if one.name == report.position), None)
    if file is not None:
        source.choose(file)
    delivered = source.delivered_at if file is not None else None
    return replace(report, mode=CollectionMode.APPEND.value, delivered_at=delivered, waiting=1)


def _require_untouched(landing: Landing, run_id: str, name: str) -> None:
    table = TableName(QUARANTINE, landing.contract.service)
    if not landing.lake.exists(table):
        return
    where = {"run_id": run_id, "state": RowState.READMITTED.value}
    if landing.lake.read(table, columns=("state",), where=where, limit=1).num_rows:
        raise DeliveryMended(name=name)
