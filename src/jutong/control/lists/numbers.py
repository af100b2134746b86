"""Numbers of responsibilities, refusals, demands and editions: a series a year, none given twice."""

from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from jutong.control.lists.models import ListSequence

RESPONSIBILITY: Final = "ZR"
NEGATIVE: Final = "FM"
DEMAND: Final = "XQ"


def take(series: str, day: date, count: int = 1) -> list[str]:
    """The next `count` numbers, such as `ZR2026-00001`; within the caller's transaction."""
    key = f"{series}{day.year}"
    last = take_counts(key, count)
    return [f"{key}-{number:05d}" for number in range(last - count + 1, last + 1)]


def take_counts(key: str, count: int = 1) -> int:
    """Add `count` to the series `key` under its row's lock; the last number that is now given."""
    rows = ListSequence.objects.filter(series=key)
    if not rows.update(last=F("last") + count):
        try:
            with transaction.atomic():
                ListSequence.objects.create(series=key, last=count)
        except IntegrityError:  # another was first
            rows.update(last=F("last") + count)
    return ListSequence.objects.values_list("last", flat=True).get(series=key)
