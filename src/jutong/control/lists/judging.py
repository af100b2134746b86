"""How each responsibility of a whole city stands: what happened is read once, and rows alike are judged once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from jutong.control.approval.api import AnswerCount, answer_counts_of_entries
from jutong.control.collection.api import Delivery, deliveries
from jutong.control.lists.fulfilment import Evidence, checks_of, status_of
from jutong.control.lists.models import Responsibility
from jutong.control.lists.terms import Fulfilment
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import SharingType


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to all entries, read once for a whole list."""

    today: date
    deliveries: dict[int, Delivery]
    answers: dict[int, AnswerCount]


class Standing(NamedTuple):
    """What of a row decides its status."""

    pk: int
    department: str
    due_on: date | None
    entry: int | None
    live: bool | None
    sharing: str | None
    confirmed: bool


def happened_by(clock: Clock) -> Happened:
    now = clock.now()
    today = business_date(now)
    return Happened(today, dict(deliveries(now)), dict(answer_counts_of_entries(today)))


def judged(rows: QuerySet[Responsibility], happened: Happened) -> Iterator[tuple[Standing, Fulfilment]]:
    """Each row with its status; most entries have no delivery and no answer, and stand alike."""
    alike: dict[tuple[bool | None, str | None, bool], Fulfilment] = {}
    for row in _standings(rows):
        if row.entry in happened.deliveries or row.entry in happened.answers:
            yield row, _status(row, happened)
            continue
        kind = row.live, row.sharing, row.due_on is not None and happened.today > row.due_on
        if kind not in alike:
            alike[kind] = _status(row, happened)
        yield row, alike[kind]


def _standings(rows: QuerySet[Responsibility]) -> Iterator[Standing]:
    """The same rows, light: a whole city is judged for one page."""
    for key, department, due_on, entry, live, sharing, published, confirmed in rows.values_list(
        "pk",
        "department__code",
        "due_on",
        "entry_id",
        "entry__live",
        "entry__sharing_type",
        "entry_version",
        "confirmed_version",
    ):
        yield Standing(key, department, due_on, entry, live, sharing, confirmed == published)


def evidence_of(entry: int | None, live: bool | None, sharing: str, happened: Happened) -> Evidence:
    if entry is None or not live:
        return Evidence(live=False)
    return Evidence(
        live=True,
        sharing_type=SharingType(sharing),
        delivery=happened.deliveries.get(entry),
        answers=happened.answers.get(entry),
    )


def _status(row: Standing, happened: Happened) -> Fulfilment:
    found = evidence_of(row.entry, row.live, row.sharing or "", happened)
    return status_of(checks_of(found), due_on=row.due_on, today=happened.today)
