"""Identifiers of our own records: time-ordered (UUID version 7, RFC 9562), unguessable, safe in a URL."""

import secrets
import time


def new_id(prefix: str) -> str:
    """A new identifier such as `grt_0192f3…`: `prefix`, then 32 hexadecimal digits that sort by time."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return f"{prefix}_{value:032x}"
