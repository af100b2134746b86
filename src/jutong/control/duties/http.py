"""Duties over HTTP, for programs."""

from dataclasses import dataclass
from typing import Final

from jutong.control.directory.http import Call, Listed, Operation, listed
from jutong.control.duties import api
from jutong.control.duties.api import DutyFilter, DutyKind, DutyStatus, DutyView, TaskType
from jutong.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, LimitInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesQuery:
    text: str = ""
    department: str = ""
    series: str = ""
    kind: DutyKind | None = None
    task_type: TaskType | None = None
    status: DutyStatus | None = None
    unmapped: bool = False
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


def _duties(call: Call) -> Listed[DutyView]:
    asked = {name: getattr(call.query, name) for name in DutiesQuery.__dataclass_fields__}
    limit, cursor = asked.pop("limit"), asked.pop("cursor")
    if not 1 <= limit <= MAX_LIMIT:
        raise LimitInvalid(maximum=MAX_LIMIT)
    return listed(api.duties(call.actor, DutyFilter(**asked), limit=limit, cursor=cursor or None))


OPERATIONS: Final = (
    Operation(
        name="list_duties",
        method="GET",
        path="/duties",
        zh="权责事项和政务服务事项",
        en="Duties and service items",
        query=DutiesQuery,
        answer=Listed[DutyView],
        run=_duties,
    ),
)
