"""Whether a run that failed is tried again by itself, and when."""

from datetime import timedelta
from typing import Final

from jutong.kernel.errors import error_codes

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
MOST_ATTEMPTS: Final = 10
"""A run that was started this often and never came to an end takes its worker down with it."""


def is_passing(error_code: str) -> bool:
    """Whether the fault may have gone by itself (unreachable, timeout, locked): the error's own word.

    A refused password, a missing column or an unknown code stays as it is until a person acts.
    """
    known = error_codes().get(error_code)
    return known is not None and known.retryable


def pause(retries: int) -> timedelta:
    """How long a run waits that was tried again `retries` times before: 30 s, 2 min, 8 min, 32 min, then an hour."""
    return min(FIRST_PAUSE * (1 << 2 * min(retries, 6)), LONGEST_PAUSE)
