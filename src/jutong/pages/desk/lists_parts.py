"""What the pages of the three lists share: their tabs, their way to Excel, colours and days."""

from collections.abc import Sequence
from datetime import date

from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    DemandStage,
    Fulfilment,
    ListClock,
    ListKind,
    NegativeState,
    Sheet,
    Urgency,
)
from jutong.kernel.clock import business_date
from jutong.pages.components import Badge, Column, Link, Option, Pages, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock
from jutong.pages.desk.served_files import kept_file
from jutong.vocabulary.calendar import workdays_between
from jutong.vocabulary.terms import Term

PAGE = 50
"""Rows of the longer lists on a page."""
WARNED = 80

TONES: dict[Term, Tone] = {
    DemandStage.FILED: Tone.NEUTRAL,
    DemandStage.ASSIGNING: Tone.INFO,
    DemandStage.ASSIGNED: Tone.INFO,
    DemandStage.REFUSED: Tone.WARNING,
    DemandStage.NEGOTIATION: Tone.WARNING,
    DemandStage.COORDINATION: Tone.WARNING,
    DemandStage.DECISION: Tone.BAD,
    DemandStage.ACCEPTED: Tone.INFO,
    DemandStage.MATCHED: Tone.INFO,
    DemandStage.FULFILLED: Tone.GOOD,
    DemandStage.NOT_SHARED: Tone.BAD,
    Fulfilment.NOT_BEGUN: Tone.NEUTRAL,
    Fulfilment.IN_PART: Tone.INFO,
    Fulfilment.FULFILLED: Tone.GOOD,
    Fulfilment.OVERDUE: Tone.BAD,
    NegativeState.BLOCKED: Tone.BAD,
    NegativeState.PENDING: Tone.INFO,
    NegativeState.RETURNED: Tone.WARNING,
    NegativeState.IN_FORCE: Tone.GOOD,
    NegativeState.DUE: Tone.WARNING,
    NegativeState.EXPIRED: Tone.BAD,
    Urgency.URGENT: Tone.WARNING,
    Urgency.CRITICAL: Tone.BAD,
}


def coloured(term: Term) -> Badge:
    return Badge(text=term.label(error_language()), tone=TONES.get(term, Tone.NEUTRAL))


def tabs(current: ListKind | None) -> list[Link]:
    """Overview and the three lists."""
    language = error_language()
    parts = [Link(text=_("总览"), href=reverse("desk:lists"), current=current is None)]
    parts += [
        Link(text=kind.label(language), href=reverse(f"desk:lists-{kind.value}"), current=kind is current)
        for kind in ListKind
    ]
    return parts


def crumbs(*more: Link) -> tuple[Link, ...]:
    return (Link(text=_("三清单"), href=reverse("desk:lists")), *more)


def list_crumb(kind: ListKind) -> Link:
    return Link(text=kind.label(error_language()), href=reverse(f"desk:lists-{kind.value}"))


def due(running: ListClock) -> Badge | None:
    """The day by which the next step is due, coloured by how much of the limit is used."""
    day = running.due_on
    if day is None:
        return None
    if running.overdue:
        return Badge(text=_("已超期（%(day)s）") % {"day": day}, tone=Tone.BAD)
    left = workdays_between(business_date(clock().now()), day, directory.city_calendar())
    tone = Tone.WARNING if running.warning >= WARNED else Tone.INFO
    return Badge(text=_("%(day)s（还剩 %(left)d 个工作日）") % {"day": day, "left": left}, tone=tone)


def term_select(name: str, label: str, kind: type[Term], chosen: str, *, everything: str) -> Select:
    language = error_language()
    options = [Option(value="", text=everything)]
    options += [Option(value=one.value, text=one.label(language)) for one in kind]
    return Select(name=name, label=label, options=options, chosen=chosen)


def excel(sheet: Sheet) -> FileResponse:
    """The sheet as a file to keep, under the list's own title."""
    return kept_file(lists.workbook_of(sheet), f"{sheet.title}.xlsx")


def export_href(request: HttpRequest, kind: ListKind) -> str:
    """Where the list, filtered as it is shown, is had as a file."""
    query = request.GET.copy()
    for name in ("cursor", "from"):
        query.pop(name, None)
    address = reverse("desk:lists-export", args=[kind.value])
    return f"{address}?{query.urlencode()}" if query else address


def start_of(request: HttpRequest) -> int:
    """From which row on the page begins."""
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


def pages(request: HttpRequest, *, shown: int, start: int, total: int) -> Pages | None:
    if not total:
        return None
    first = request.GET.copy()
    first.pop("from", None)
    following = first.copy()
    following["from"] = str(start + shown)
    return Pages(
        shown=shown,
        total=total,
        next_href=f"?{following.urlencode()}" if start + shown < total else "",
        first_href=f"?{first.urlencode()}" if start else "",
    )


def day_of(text: str) -> date | None:
    """A day as a date input sends it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def sheet_table(sheet: Sheet, shown: Sequence[tuple[str, ...]]) -> Table:
    """An edition's rows on a page."""
    return Table(
        caption=sheet.title,
        columns=[Column(key=str(place), title=column.title) for place, column in enumerate(sheet.columns)],
        rows=[{str(place): text for place, text in enumerate(row)} for row in shown],
    )
