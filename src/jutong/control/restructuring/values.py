"""Frozen values of restructuring."""

from dataclasses import dataclass
from datetime import date, datetime

from jutong.control.directory.api import MovedNoun
from jutong.control.restructuring.terms import ReformKind, ReformStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReformDraft:
    """A decision on the organisation as the bureau writes it up."""

    kind: ReformKind
    title: str
    document: str
    """名称 of the document that decided it, such as a reform plan of the city government."""
    document_number: str
    effective_on: date
    before: tuple[str, ...]
    """Codes of the departments concerned: one to rename, those to be merged, or the one that gives functions away."""
    after: str = ""
    """Code of the department that takes over; a renaming has none."""
    new_name: str = ""
    new_short_name: str = ""
    new_uscc: str = ""
    services: tuple[str, ...] = ()
    """Entries that a transfer moves; a merger moves all."""
    systems: tuple[str, ...] = ()
    """IT systems that a transfer moves, with their sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedView:
    noun: MovedNoun
    key: str
    name: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationView:
    """An entry to be confirmed anew; `title` as it is now."""

    reform: str
    service: str
    title: str
    department: str
    confirmed_at: datetime | None
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReformView:
    code: str
    draft: ReformDraft
    status: ReformStatus
    planned_by: str
    planned_at: datetime
    carried_out_by: str
    carried_out_at: datetime | None
    moved: tuple[MovedView, ...]
    confirmations: tuple[ConfirmationView, ...]
    waiting: int
    """How many entries their departments have not confirmed anew."""
