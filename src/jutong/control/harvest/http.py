"""The harvest over HTTP, for programs."""

from dataclasses import dataclass
from typing import Final

from jutong.control.directory.http import Call, Listed, Operation, listed
from jutong.control.harvest import api
from jutong.control.harvest.api import HarvestedFilter, HarvestedView, JobView, RecordState, SourceView
from jutong.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, LimitInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedQuery:
    """Filters of harvested entries; `side` is ours or theirs."""

    text: str = ""
    source: str = ""
    state: RecordState | None = RecordState.PRESENT
    adopted: bool | None = None
    proposes: bool | None = None
    side: str = ""
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


def _harvested(call: Call) -> Listed[HarvestedView]:
    asked = {name: getattr(call.query, name) for name in HarvestedQuery.__dataclass_fields__}
    limit, cursor = asked.pop("limit"), asked.pop("cursor")
    if not 1 <= limit <= MAX_LIMIT:
        raise LimitInvalid(maximum=MAX_LIMIT)
    return listed(api.harvested(call.actor, HarvestedFilter(**asked), limit=limit, cursor=cursor or None))


OPERATIONS: Final = (
    Operation(
        name="list_harvest_sources",
        method="GET",
        path="/harvest/sources",
        zh="外部目录及最近采集",
        en="External catalogues and their last visit",
        answer=tuple[SourceView, ...],
        run=lambda call: api.sources(call.actor),
    ),
    Operation(
        name="run_harvest",
        method="POST",
        path="/harvest/sources/{source}/jobs",
        zh="立即采集",
        en="Visit a source now",
        answer=JobView,
        status=202,
        run=lambda call: api.request_harvest(call.actor, call.path["source"], clock=call.clock),
    ),
    Operation(
        name="list_harvested_entries",
        method="GET",
        path="/harvest/entries",
        zh="外部条目",
        en="Entries of other catalogues",
        query=HarvestedQuery,
        answer=Listed[HarvestedView],
        run=_harvested,
    ),
)
