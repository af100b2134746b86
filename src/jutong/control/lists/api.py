"""Use cases of the three lists: the only door for other apps, pages, processes and the demo."""

from jutong.control.directory.api import Actor, Permission, require
from jutong.control.lists.demands import (
    change_demand,
    draw_up_entry,
    file_demand,
    like_demands,
    match_with,
    matches_of,
    take_step,
)
from jutong.control.lists.editions import (
    PUBLISHES,
    edition_sheet,
    editions,
    publish_edition,
    sheet_of,
)
from jutong.control.lists.fulfilment import QUALITY_REACHED
from jutong.control.lists.keeping import refresh
from jutong.control.lists.matching import Want, matches, nearby
from jutong.control.lists.moving import move_lists
from jutong.control.lists.negatives import (
    count_refusals,
    count_waiting,
    declare,
    negative_list,
    refusal,
    refusals,
    review,
)
from jutong.control.lists.reading import find, matching, overdue, summary_of, view_of
from jutong.control.lists.responsibilities import (
    add_duty,
    change_responsibility,
    confirm_responsibilities,
    count_responsibilities,
    count_unconfirmed,
    fulfilment_by_department,
    responsibilities,
    responsibility,
    responsibility_facts,
    responsibility_page,
)
from jutong.control.lists.sheets import Sheet, SheetColumn
from jutong.control.lists.suggesting import suggested_sources
from jutong.control.lists.terms import (
    Check,
    DemandAction,
    DemandStage,
    Fulfilment,
    ListKind,
    NegativeScope,
    NegativeState,
    Origin,
    Party,
    Period,
    Urgency,
    Verdict,
)
from jutong.control.lists.transitions import DISPUTED, ENDED
from jutong.control.lists.values import (
    EVERY_DEMAND,
    EVERY_RESPONSIBILITY,
    SHARING_REFUSED,
    DemandDraft,
    DemandFilter,
    DemandStepView,
    DemandSummary,
    DemandView,
    DepartmentFulfilment,
    DutyDraft,
    EditionView,
    ListClock,
    Match,
    NegativeFilter,
    NegativeStatement,
    NegativeView,
    Reason,
    ResponsibilityFacts,
    ResponsibilityFilter,
    ResponsibilityView,
    StepData,
    Suggestion,
    Waiting,
)
from jutong.control.lists.workbook import workbook_of
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor

__all__ = [
    "DISPUTED",
    "ENDED",
    "EVERY_DEMAND",
    "EVERY_RESPONSIBILITY",
    "PUBLISHES",
    "QUALITY_REACHED",
    "SHARING_REFUSED",
    "Check",
    "DemandAction",
    "DemandDraft",
    "DemandFilter",
    "DemandStage",
    "DemandStepView",
    "DemandSummary",
    "DemandView",
    "DepartmentFulfilment",
    "DutyDraft",
    "EditionView",
    "Fulfilment",
    "ListClock",
    "ListKind",
    "Match",
    "NegativeFilter",
    "NegativeScope",
    "NegativeState",
    "NegativeStatement",
    "NegativeView",
    "Origin",
    "Party",
    "Period",
    "Reason",
    "ResponsibilityFacts",
    "ResponsibilityFilter",
    "ResponsibilityView",
    "Sheet",
    "SheetColumn",
    "StepData",
    "Suggestion",
    "Urgency",
    "Verdict",
    "Waiting",
    "add_duty",
    "change_demand",
    "change_responsibility",
    "confirm_responsibilities",
    "count_demands",
    "count_refusals",
    "count_responsibilities",
    "count_unconfirmed",
    "count_waiting",
    "declare",
    "demand",
    "demands",
    "demands_matching",
    "draw_up_entry",
    "edition_sheet",
    "editions",
    "file_demand",
    "fulfilment_by_department",
    "like_demands",
    "match_with",
    "matches_of",
    "move_lists",
    "negative_list",
    "publish_edition",
    "refresh",
    "refusal",
    "refusals",
    "responsibilities",
    "responsibility",
    "responsibility_facts",
    "responsibility_page",
    "review",
    "sheet_of",
    "suggested_sources",
    "take_step",
    "waiting",
    "workbook_of",
]


def demand(actor: Actor, number: str, *, clock: Clock) -> DemandView:
    """One demand whole.

    Raises:
        DemandNotFound
    """
    require(actor, Permission.ENTRY_READ)
    return view_of(actor, find(number), clock)


def demands(
    actor: Actor,
    where: DemandFilter = EVERY_DEMAND,
    *,
    clock: Clock,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[DemandSummary]:
    """Demands of the whole city, the newest first."""
    rows = matching(actor, where)
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(summary_of(row, clock) for row in found[:limit]), next_cursor=following)


def count_demands(actor: Actor, where: DemandFilter = EVERY_DEMAND) -> int:
    return matching(actor, where).count()


def demands_matching(actor: Actor, *, name: str, items: tuple[str, ...] = ()) -> tuple[Match, ...]:
    """Entries that hold what is described, ranked and explained: for a form that is about to collect it again."""
    require(actor, Permission.ENTRY_READ)
    want = Want(name=name, items=items)
    return matches(want, nearby(want))


def waiting(actor: Actor, *, clock: Clock, shown: int = 8) -> Waiting:
    """What of the three lists waits for the actor."""
    require(actor, Permission.ENTRY_READ)
    refresh(clock)
    found = matching(actor, DemandFilter(mine=True))
    return Waiting(
        demands=tuple(summary_of(row, clock) for row in found.order_by("due_on", "-pk")[:shown]),
        count=found.count(),
        overdue=overdue(found, business_date(clock.now())),
        unconfirmed=count_unconfirmed(actor),
        negative=count_waiting(actor, clock=clock),
    )
