"""What every reader gives: raw records, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jutong.vocabulary.harvest import RawRecord, RecordFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One page; `following` leads to the next one and is None on the last."""

    records: tuple[RawRecord, ...] = ()
    following: str | None = None
    total: int | None = None
    not_modified: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[RecordFinding, ...] = ()
    """About the page itself, or about what in it is no record."""
