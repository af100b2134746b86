"""When a rule stays quiet (免打扰时段), in Shanghai time."""

import re
from datetime import datetime
from typing import Final

from jutong.kernel.clock import SHANGHAI

_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def is_hour(text: str) -> bool:
    return bool(_HOUR.fullmatch(text))


def is_quiet(quiet_from: str, quiet_until: str, at: datetime) -> bool:
    """Whether the instant `at` lies in the hours from `quiet_from` to `quiet_until`, over midnight too."""
    if not quiet_from or not quiet_until:
        return False
    now = f"{at.astimezone(SHANGHAI):%H:%M}"
    if quiet_from <= quiet_until:
        return quiet_from <= now < quiet_until
    return now >= quiet_from or now < quiet_until
