"""Comparing a cursor's values, which sources without types of their own give as text."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation


def greater(one: str | None, other: str | None) -> str | None:
    """The greater of two values, the first of equal ones; null is below all."""
    if one is None or other is None:
        return other if one is None else one
    return other if below(one, other) else one


def within(value: str | None, lower: str | None, upper: str | None) -> bool:
    """Whether a value lies in [lower, upper); null lies within no bound."""
    if lower is None and upper is None:
        return True
    if value is None:
        return False
    return not (lower is not None and below(value, lower)) and not (
        upper is not None and not below(value, upper)
    )


def below(one: str, other: str) -> bool:
    """Numbers as numbers, instants as instants, else as texts."""
    first, second = _number(one), _number(other)
    if first is not None and second is not None:
        return first < second
    begun, ended = _instant(one), _instant(other)
    if begun is not None and ended is not None:
        return begun < ended
    return one < other


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC)
