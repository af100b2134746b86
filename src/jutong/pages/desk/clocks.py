"""Statutory clocks of entries as people see them: a badge with the working days, a list of what runs out."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue.api import ClockKind, ClockStage, ClockWarning
from jutong.pages.components import Badge, Column, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.cells import stacked

TONES: Final[Mapping[ClockStage, Tone]] = {
    ClockStage.RUNNING: Tone.INFO,
    ClockStage.HALF: Tone.WARNING,
    ClockStage.MOST: Tone.WARNING,
    ClockStage.DUE: Tone.BAD,
    ClockStage.OVERDUE: Tone.BAD,
}


def clock_badge(one: ClockWarning) -> Badge:
    """How far the clock is: its stage and the working days gone of those allowed."""
    if one.overdue:
        text = _("超期 %(days)d 个工作日") % {"days": -one.remaining}
    else:
        text = _("%(stage)s，已用 %(elapsed)d/%(allowed)d 个工作日") % {
            "stage": one.stage.label(error_language()),
            "elapsed": max(0, one.elapsed),
            "allowed": one.allowed,
        }
    return Badge(text=text, tone=TONES[one.stage])


def clock_words(one: ClockWarning) -> str:
    """What the clock is about."""
    if one.kind is ClockKind.UPDATE:
        return _("须更新目录：%(reason)s") % {"reason": one.reason}
    return one.kind.label(error_language())


def clocks_table(found: Sequence[ClockWarning], caption: str) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="what", title=_("事项")),
            Column(key="due", title=_("期限"), nowrap=True),
            Column(key="stage", title=_("进度"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=one.title, href=reverse("desk:entry", args=[one.service])), one.provider_name
                ),
                "what": clock_words(one),
                "due": one.due_on,
                "stage": clock_badge(one),
            }
            for one in found
        ],
    )
