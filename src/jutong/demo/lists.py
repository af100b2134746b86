"""Responsibility and negative list of the demo city: confirmed, reviewed, and published as first editions."""

from datetime import timedelta
from typing import Final

from jutong.control.directory.api import actor_named
from jutong.control.lists import api as lists
from jutong.control.lists.api import ListKind, NegativeState, ResponsibilityFilter, Verdict
from jutong.demo.refused import ADOPTION, DECLARATION
from jutong.demo.settling import REVIEWER, approver
from jutong.kernel.clock import Clock, business_date

CONFIRMED: Final = ("police", "health")
EXAMINE_SOON: Final = timedelta(days=20)


def keep_lists(*, clock: Clock) -> None:
    """What the catalogue was split into is confirmed by two departments, refusals are reviewed; safe to repeat."""
    lists.refresh(clock)
    for department in CONFIRMED:
        who = approver(department)
        rows = lists.responsibilities(who, ResponsibilityFilter(department=department), clock=clock)
        lists.confirm_responsibilities(who, [row.number for row in rows], clock=clock)
    _review(clock)
    reviewer = actor_named(REVIEWER)
    for kind, notice in (
        (ListKind.RESPONSIBILITY, "现发布本市政务数据共享责任清单，请各部门按期落实。"),
        (ListKind.NEGATIVE, "现发布本市政务数据共享负面清单；清单之外的数据不得以任何理由拒绝共享。"),
    ):
        if not lists.editions(reviewer, kind):
            lists.publish_edition(reviewer, kind, notice=notice, clock=clock)


def _review(clock: Clock) -> None:
    """Tax secrecy stands for its whole term; the adoptions are to be examined again soon."""
    reviewer, today = actor_named(REVIEWER), business_date(clock.now())
    days = {DECLARATION: None, ADOPTION: today + EXAMINE_SOON}
    for view in lists.refusals(reviewer, clock=clock):
        if view.service in days and view.state is NegativeState.PENDING:
            lists.review(
                reviewer,
                view.number,
                Verdict.ACCEPTED,
                revision=view.revision,
                opinion="依据充分，文号和条款已核对",
                examine_on=days[view.service],
                clock=clock,
            )
