"""公民身份号码 (GB 11643-1999) and its 15-digit predecessor (GB 11643-1989)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Final

from jutong.vocabulary.divisions import was_ever_valid
from jutong.vocabulary.identifiers.base import DIGITS, Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.reasons import Reason

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
# 港澳台居民居住证 (国办发〔2018〕81号): Hong Kong, Macao, Taiwan.
RESIDENCE_PERMITS: Final = frozenset({"810000", "820000", "830000"})
_OLDEST_YEARS: Final = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenId(Identifier):
    """A citizen's number. `number` has 18 characters also where `text` is the old form with 15."""

    number: str
    birth_date: date

    @property
    def region(self) -> str:
        """The county at the time when the number was given; it does not follow later changes."""
        return self.number[:6]

    @property
    def sex(self) -> str:
        """Code of GB/T 2261.1: `1` male, `2` female."""
        return "1" if int(self.number[16]) % 2 else "2"

    @property
    def first_generation(self) -> bool:
        """Whether it was written with 15 digits, as until 2013."""
        return len(self.text) == 15

    def parts(self) -> Mapping[str, str]:
        return {
            "number": self.number,
            "region": self.region,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "generation": "1" if self.first_generation else "2",
        }


def check_character(body: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return CHECKS[sum(map(mul, WEIGHTS, map(int, body))) % 11]


def upgrade(old: str) -> str:
    """The 18 characters for a number of 15 digits: the century 19 and the check are added."""
    body = f"{old[:6]}19{old[6:]}"
    return body + check_character(body)


def citizen_id_fault(text: str, on: date | None = None) -> Reason | None:
    """The first thing wrong with `text`, or None; no exception, for use on many rows."""
    if fault := _form_fault(text):
        return fault
    birth = birth_date_of(text)
    if birth is None:
        return Reason.DATE
    if on is not None and birth > on:
        return Reason.DATE_LATER
    return None if region_is_plausible(text[:6]) else Reason.REGION


def _form_fault(text: str) -> Reason | None:
    if fault := text_fault(text):
        return fault
    if len(text) not in {15, 18}:
        return Reason.LENGTH
    if not DIGITS.issuperset(text[:17]) or not (text[-1] in DIGITS or (text[-1] == "X" and len(text) == 18)):
        return Reason.CHARACTERS
    return Reason.CHECK if len(text) == 18 and check_character(text[:17]) != text[17] else None


def is_citizen_id(text: str, on: date | None = None) -> bool:
    return citizen_id_fault(text, on) is None


def birth_date_of(text: str) -> date | None:
    """The date that 15 or 18 characters give; None when the calendar has no such day."""
    day = text[6:14] if len(text) == 18 else f"19{text[6:12]}"
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return None


def region_is_plausible(region: str) -> bool:
    """Whether GB/T 2260 ever had the code, or at least the prefecture above it.

    Numbers were given under county codes that no printed edition has, the standard's own specimen among them.
    """
    return region in RESIDENCE_PERMITS or was_ever_valid(region) or _prefecture_known(region)


def _prefecture_known(region: str) -> bool:
    return region[4:] not in {"00", "99"} and was_ever_valid(f"{region[:4]}00")


def parse_citizen_id(text: str, *, on: date | None = None) -> CitizenId:
    """The number in `text`; `on` is the day after which nobody can be born.

    Raises:
        IdentifierInvalid: it breaks GB 11643, its date or its region does not exist.
    """
    if fault := citizen_id_fault(text, on):
        CITIZEN_ID.refuse(fault)
    birth = birth_date_of(text)
    assert birth is not None
    notes = []
    if text[:6] not in RESIDENCE_PERMITS and not was_ever_valid(text[:6]):
        notes.append(Reason.REGION_UNLISTED)
    if on is not None and on.year - birth.year > _OLDEST_YEARS:
        notes.append(Reason.OLD_BIRTH)
    return CitizenId(
        text=text,
        notes=tuple(notes),
        number=text if len(text) == 18 else upgrade(text),
        birth_date=birth,
    )


CITIZEN_ID: Final = IdentifierKind(
    name="citizen_id",
    zh="公民身份号码",
    en="citizen ID number",
    standard="GB 11643-1999",
    zh_help="18位：6位地址码、8位出生日期、3位顺序码（奇数男、偶数女）、1位校验码；也接受15位旧号并给出18位号码。",
    en_help="18 characters: region (6), date of birth (8), sequence (3, odd for men), check (1). "
    "The old form of 15 digits is accepted and its 18 characters are given.",
    example="11010519491231002X",
    parse=parse_citizen_id,
)
