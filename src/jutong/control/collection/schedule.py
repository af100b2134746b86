"""When the next delivery is fetched, and by when it was promised (更新周期, domain §2.6)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from croniter import croniter

from jutong.control.collection.terms import Punctuality
from jutong.kernel.clock import SHANGHAI
from jutong.vocabulary.catalogue import UPDATE_TOLERANCE_HOURS, UpdateFrequency

NIGHT_HOUR: Final = 2
DAY_HOURS: Final = 24
REAL_TIME_MINUTES: Final = 5
_MONTHS: Final = {
    UpdateFrequency.MONTHLY: 1,
    UpdateFrequency.QUARTERLY: 3,
    UpdateFrequency.HALF_YEARLY: 6,
    UpdateFrequency.YEARLY: 12,
}


def next_run(frequency: UpdateFrequency, after: datetime) -> datetime | None:
    """The first scheduled instant after `after` (UTC); None when nothing is scheduled.

    Daily at 02:00 in Shanghai, weekly on Mondays, longer cycles on the first day of theirs, real time every
    five minutes; never later than the last night before the promise is broken.
    """
    if frequency in {UpdateFrequency.IRREGULAR, UpdateFrequency.NEVER}:
        return None
    if frequency is UpdateFrequency.REAL_TIME:
        return after + timedelta(minutes=REAL_TIME_MINUTES)
    local = after.astimezone(SHANGHAI)
    night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if frequency is UpdateFrequency.DAILY:
        chosen = night if night > local else night + timedelta(days=1)
    elif frequency is UpdateFrequency.WEEKLY:
        monday = night + timedelta(days=-night.weekday())
        chosen = monday if monday > local else monday + timedelta(days=7)
    else:
        chosen = _first_of_cycle(night, _MONTHS[frequency])
        if chosen <= local:
            chosen = _months_later(chosen, _MONTHS[frequency])
    # A second half-year has 184 days, one more than its promise.
    promised = promised_by(frequency, after)
    while promised is not None and chosen >= promised:
        chosen -= timedelta(days=1)
    return chosen.astimezone(UTC)


def following(cron: str, frequency: UpdateFrequency, after: datetime) -> datetime | None:
    """The first scheduled instant after `after` (UTC): by the cron expression in Shanghai, where there is one."""
    if not cron:
        return next_run(frequency, after)
    found: datetime = croniter(cron, after.astimezone(SHANGHAI)).get_next(datetime)
    return found.astimezone(UTC)


def _first_of_cycle(night: datetime, months: int) -> datetime:
    return night.replace(day=1, month=(night.month - 1) // months * months + 1)


def _months_later(first: datetime, months: int) -> datetime:
    index = first.month - 1 + months
    return first.replace(year=first.year + index // 12, month=index % 12 + 1)


def promised_by(frequency: UpdateFrequency, last: datetime) -> datetime | None:
    """By when the delivery after the one at `last` is on time; None where nothing is promised.

    Promises of a day and longer are kept until the end of their last day in Shanghai: a nightly run that takes
    a minute longer than the night before is not late.
    """
    hours = UPDATE_TOLERANCE_HOURS.get(frequency)
    if hours is None:
        return None
    if hours < DAY_HOURS:
        return last + timedelta(hours=hours)
    local = last.astimezone(SHANGHAI) + timedelta(days=hours // DAY_HOURS + 1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def punctuality(*, due_at: datetime | None, last_success_at: datetime | None, now: datetime) -> Punctuality:
    """How an entry stands towards its promise at `now`."""
    if due_at is None:
        return Punctuality.EXCLUDED
    if now > due_at:
        return Punctuality.LATE
    return Punctuality.WAITING if last_success_at is None else Punctuality.ON_TIME
