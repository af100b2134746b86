"""Enumerations of the field that carry their official code and their name in both languages."""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value of a closed list: the stable English value is stored, the code is what other platforms exchange.

    `official` is the code in the standard or on live platforms (domain reference of each list in its docstring).
    """

    official: str
    zh: str
    en: str

    # The defaults are for type checkers, which take a look-up such as Level("l1") for this call.
    def __new__(cls, value: str, official: str = "", zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.official = official
        member.zh = zh
        member.en = en
        return member

    def label(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en

    @classmethod
    def from_official(cls, code: str) -> Self:
        """The member with this official code.

        Raises:
            ValueError: no member has it.
        """
        for member in cls:
            if member.official == code:
                return member
        raise ValueError(f"{code!r} is no code of {cls.__name__}")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, Chinese name) pairs, as model fields and forms want them."""
        return [(member.value, member.zh) for member in cls]
