"""What a cell of a spreadsheet says as text: nothing is guessed, and what Excel has damaged is refused."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

# Above 15 digits Excel keeps only an approximation (IEEE 754 double).
EXACT_BELOW: Final = 1e15


class PrecisionLost(ValueError):
    """The number in a cell has more digits than Excel keeps: an identifier stored as a number."""


def cell_text(value: Any) -> str:
    """The cell's value as text: integral numbers without `.0`, dates in ISO 8601, an empty cell as ''.

    Raises:
        PrecisionLost: a number of 16 digits or more, whose last digits Excel has replaced.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    return _time_text(value)


def _time_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours:02}:{minutes:02}:{seconds:02}"
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= EXACT_BELOW:
        raise PrecisionLost
    if value == int(value):
        return str(int(value))
    # 15 significant digits are what Excel itself shows; a plain notation, never an exponent.
    return format(Decimal(format(value, ".15g")), "f")
