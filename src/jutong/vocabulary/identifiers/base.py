"""What every kind of identifier has in common: the frozen value, the refusal, the verdict."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, NoReturn, Protocol

from jutong.vocabulary.identifiers.errors import IdentifierInvalid
from jutong.vocabulary.identifiers.reasons import Reason

DIGITS: Final = frozenset("0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number from a register, exactly as it was written.

    `warnings` are doubts that somebody should look at; `notes` are oddities that the standard allows.
    """

    text: str
    warnings: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    def parts(self) -> Mapping[str, str]:
        """What the identifier says, by English name; empty where it says nothing."""
        return {}

    def __str__(self) -> str:
        return self.text


class Parser(Protocol):
    def __call__(self, text: str, *, on: date | None = None) -> Identifier:
        """Raises `IdentifierInvalid`; without `on`, no date within is judged against the day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierKind:
    """One kind of identifier as the registry lists it."""

    name: str
    zh: str
    en: str
    standard: str
    zh_help: str
    en_help: str
    example: str
    """A textbook or public specimen; never a real person's."""
    parse: Parser

    def refuse(self, reason: Reason) -> NoReturn:
        """Raises `IdentifierInvalid` with what to do next."""
        raise IdentifierInvalid(kind=self.name, kind_zh=self.zh, kind_en=self.en, reason=reason)


class Verdict(Enum):
    VALID = "valid"
    WARNING = "warning"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a check of one value found; `reasons` stand behind a verdict that is not valid, `notes` change none."""

    kind: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    parts: Mapping[str, str]

    def message(self, language: str = "zh") -> str:
        """The reasons and notes as sentences, in `language`."""
        return " ".join(reason.label(language) for reason in (*self.reasons, *self.notes))


def text_fault(text: str, *, letters: bool = True) -> Reason | None:
    """What is wrong with the writing itself, before any rule of a standard; `letters`: capitals are part of the kind."""
    if not text:
        return Reason.EMPTY
    if text.isascii() and text.isalnum() and not (letters and text != text.upper()):
        return None
    if any(character.isspace() or unicodedata.category(character) in {"Cc", "Cf"} for character in text):
        return Reason.BLANKS
    if any(unicodedata.east_asian_width(character) == "F" for character in text):
        return Reason.FULL_WIDTH
    if letters and any("a" <= character <= "z" for character in text):
        return Reason.LOWER_CASE
    return None
