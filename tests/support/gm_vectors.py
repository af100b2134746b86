"""Readers of the published 国密 vectors (NIST loader format, OpenSSL evp format)."""

from collections.abc import Iterator
from pathlib import Path


def blocks(path: Path, *, first_key: str) -> Iterator[dict[str, str]]:
    """Each vector of a NIST-style file as its `NAME = value` lines; a vector starts at `first_key`."""
    current: dict[str, str] = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        if name.strip() == first_key and current:
            yield current
            current = {}
        current[name.strip()] = value.strip()
    if current:
        yield current
