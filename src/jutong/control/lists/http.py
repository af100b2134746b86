"""The three lists over HTTP, for programs."""

from dataclasses import dataclass
from typing import Final

from jutong.control.directory.http import Call, Listed, Operation, listed
from jutong.control.lists import api
from jutong.control.lists.api import DemandStage, Fulfilment
from jutong.control.lists.values import (
    DemandFilter,
    DemandSummary,
    NegativeView,
    ResponsibilityFilter,
    ResponsibilityView,
)
from jutong.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, LimitInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityQuery:
    """Rows from the number `start` on; the list is in the order of departments."""

    text: str = ""
    department: str = ""
    status: Fulfilment | None = None
    start: int = 0
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandQuery:
    text: str = ""
    stage: DemandStage | None = None
    department: str = ""
    assigned: str = ""
    open_only: bool = False
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


def _responsibilities(call: Call) -> tuple[ResponsibilityView, ...]:
    asked = call.query
    where = ResponsibilityFilter(text=asked.text, department=asked.department, status=asked.status)
    limit = _checked(asked.limit)
    return api.responsibilities(call.actor, where, clock=call.clock, start=max(0, asked.start), limit=limit)


def _demands(call: Call) -> Listed[DemandSummary]:
    asked = {name: getattr(call.query, name) for name in DemandQuery.__dataclass_fields__}
    limit, cursor = _checked(asked.pop("limit")), asked.pop("cursor")
    return listed(
        api.demands(call.actor, DemandFilter(**asked), clock=call.clock, limit=limit, cursor=cursor or None)
    )


def _checked(limit: int) -> int:
    if not 1 <= limit <= MAX_LIMIT:
        raise LimitInvalid(maximum=MAX_LIMIT)
    return limit


OPERATIONS: Final = (
    Operation(
        name="responsibility_list",
        method="GET",
        path="/lists/responsibility",
        zh="责任清单",
        en="The responsibility list",
        query=ResponsibilityQuery,
        answer=tuple[ResponsibilityView, ...],
        run=_responsibilities,
    ),
    Operation(
        name="negative_list",
        method="GET",
        path="/lists/negative",
        zh="负面清单",
        en="The negative list",
        answer=tuple[NegativeView, ...],
        run=lambda call: api.negative_list(call.actor, clock=call.clock),
    ),
    Operation(
        name="demand_list",
        method="GET",
        path="/lists/demands",
        zh="需求清单",
        en="The demand list",
        query=DemandQuery,
        answer=Listed[DemandSummary],
        run=_demands,
    ),
)
