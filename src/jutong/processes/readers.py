"""Whom sources keep their change logs for: written down before they begin to, until they were told to stop.

A log that nobody reads fills the source's disk, so that what has left the change-log mode, its source or its hook
has to be called off, even by a worker that was started later.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from jutong.kernel.home import DataHome

_FILE: Final = "change_readers.json"


def readers(home: DataHome) -> dict[str, str]:
    """Service → code of the source that keeps changes for it."""
    try:
        return msgspec.json.decode((home.logs / _FILE).read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}


def note_reader(home: DataHome, service: str, source: str) -> None:
    known = readers(home)
    if known.get(service) != source:
        _keep(home, {**known, service: source})


def forget_reader(home: DataHome, service: str) -> None:
    known = readers(home)
    if known.pop(service, None) is not None:
        _keep(home, known)


def _keep(home: DataHome, known: Mapping[str, str]) -> None:
    draft = home.logs / f"{_FILE}.new"
    draft.write_bytes(msgspec.json.encode(dict(known)))
    draft.replace(home.logs / _FILE)
