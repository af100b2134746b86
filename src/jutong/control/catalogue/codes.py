"""Resource codes (信息资源代码, domain §2.2) and service names: how they are made."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Self

from jutong.vocabulary.catalogue import ResourceClass

# The words are addresses of the catalogue's own pages, which stand where an entry's service name stands.
SERVICE: Final = re.compile(r"(?!(?:new|searches|synonyms|together)$)[a-z][a-z0-9_]{2,62}")


def is_service_name(text: str) -> bool:
    """Whether an entry may be called so: 3 to 63 lower-case letters, digits, underscores, a letter first."""
    return SERVICE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class CodeWidths:
    """How many digits each segment of a resource code has."""

    front: tuple[int, ...]
    """类, 项, 目, 细目."""
    sequence: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `1,2,3,6,6`: four front segments and the sequence.

        Raises:
            ValueError: not five whole numbers from 1 to 12, or the class is not of one digit.
        """
        widths = [int(part) for part in text.split(",")]
        if len(widths) != 5 or not all(1 <= width <= 12 for width in widths) or widths[0] != 1:
            raise ValueError(f"{text!r} is not five widths such as 1,2,3,6,6")
        return cls(front=tuple(widths[:4]), sequence=widths[4])

    def depth(self, code: str) -> int:
        """1 for a 类, 2 for a 项, 3 for a 目, 4 for a 细目; 0 when `code` ends within a segment."""
        if not (code.isascii() and code.isdigit()):
            return 0
        total = 0
        for depth, width in enumerate(self.front, start=1):
            total += width
            if len(code) == total:
                return depth
        return 0

    def parent(self, code: str) -> str:
        """The code of the level above, "" for a 类."""
        return code[: sum(self.front[: max(0, self.depth(code) - 1)])]

    def front_of(self, classification: str) -> str:
        """The front part of a resource code: the classification filled up with zeros."""
        return classification.ljust(sum(self.front), "0")

    def code(self, classification: str, number: int) -> str:
        """Such as `307001000001/000001`."""
        return f"{self.front_of(classification)}/{number:0{self.sequence}d}"

    def is_code(self, text: str) -> bool:
        front, slash, sequence = text.partition("/")
        return (
            slash == "/"
            and len(front) == sum(self.front)
            and len(sequence) == self.sequence
            and (front + sequence).isascii()
            and (front + sequence).isdigit()
        )

    def text(self) -> str:
        return "+".join(str(width) for width in self.front) + f"/{self.sequence}"


def class_of(code: str) -> ResourceClass | None:
    """The resource class that a code's first digit says."""
    return {member.official: member for member in ResourceClass}.get(code[:1])


# GB 2312 orders its first 3,755 characters by pinyin: where each initial begins.
_STARTS: Final = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_KEYS: Final = tuple(start for start, _ in _STARTS)
_LAST: Final = 0xD7F9


def initials(text: str) -> str:
    """Pinyin initials of Chinese text, ASCII letters and digits as they are: 人口基本信息 2024 → rkjbxx2024."""
    result = []
    for character in text:
        if character.isascii():
            result.append(character.lower() if character.isalnum() else "")
            continue
        encoded = character.encode("gb2312", errors="ignore")
        number = int.from_bytes(encoded, "big") if len(encoded) == 2 else 0
        if _KEYS[0] <= number <= _LAST:
            result.append(_STARTS[bisect_right(_KEYS, number) - 1][1])
    return "".join(result)


def service_name(department: str, title: str, attempt: int = 1) -> str:
    """A service name for an entry: its department's code and the initials of its title; then _2, _3 …"""
    stem = f"{department}_{initials(title) or 'entry'}"[:56].rstrip("_")
    return stem if attempt == 1 else f"{stem}_{attempt}"
