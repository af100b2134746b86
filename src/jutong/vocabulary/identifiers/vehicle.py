"""车辆识别代号 (GB 16735) and 机动车号牌 (GA 36)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.vocabulary.identifiers.base import Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.reasons import Reason

VIN_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
# Letters count 1 to 9 as their column does in GB 16735 table A.1; I, O and Q are not used.
_VIN_VALUES: Final[Mapping[str, int]] = {
    **{digit: int(digit) for digit in "0123456789"},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ORDINARY: Final = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]")
_NEW_ENERGY: Final = re.compile(
    rf"[{PROVINCES}][A-HJ-NP-Z](?:[A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)
_SPECIAL: Final[Mapping[str, str]] = {
    "挂": "trailer",
    "学": "training",
    "警": "police",
    "港": "hong_kong",
    "澳": "macao",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vin(Identifier):
    """A vehicle's identification number."""

    def parts(self) -> Mapping[str, str]:
        return {"manufacturer": self.text[:3], "description": self.text[3:9], "indicator": self.text[9:]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate(Identifier):
    """A vehicle's number plate, the dot after the second character left out."""

    @property
    def new_energy(self) -> bool:
        return len(self.text) == 8

    def parts(self) -> Mapping[str, str]:
        small = self.new_energy and self.text[2].isalpha()
        ordinary = _SPECIAL.get(self.text[-1], "ordinary")
        return {
            "province": self.text[0],
            "office": self.text[:2],
            "type": ("new_energy_small" if small else "new_energy_large") if self.new_energy else ordinary,
        }


def vin_check(text: str) -> str:
    """The ninth character for the other sixteen of `text`."""
    total = sum(weight * _VIN_VALUES[character] for weight, character in zip(VIN_WEIGHTS, text, strict=True))
    return "0123456789X"[total % 11]


def vin_fault(text: str) -> Reason | None:
    """The first thing wrong with `text`, or None."""
    if fault := text_fault(text):
        return fault
    if len(text) != 17:
        return Reason.LENGTH
    if not _VIN_VALUES.keys() >= set(text):
        return Reason.CHARACTERS
    return None if vin_check(text) == text[8] else Reason.CHECK


def parse_vin(text: str, *, on: date | None = None) -> Vin:
    """The number in `text`.

    Raises:
        IdentifierInvalid: it breaks GB 16735.
    """
    del on
    if fault := vin_fault(text):
        VIN.refuse(fault)
    return Vin(text=text)


def plate_fault(text: str) -> Reason | None:
    """The first thing wrong with `text`, or None."""
    if fault := text_fault(text):
        return fault
    if len(text) not in {7, 8}:
        return Reason.LENGTH
    return None if (_ORDINARY if len(text) == 7 else _NEW_ENERGY).fullmatch(text) else Reason.FORMAT


def parse_plate(text: str, *, on: date | None = None) -> Plate:
    """The plate in `text`, without a dot.

    Raises:
        IdentifierInvalid: no series of GA 36 has this form.
    """
    del on
    if fault := plate_fault(text):
        PLATE.refuse(fault)
    return Plate(text=text)


VIN: Final = IdentifierKind(
    name="vin",
    zh="车辆识别代号",
    en="vehicle identification number",
    standard="GB 16735-2019",
    zh_help="17位，不用 I、O、Q；第9位为校验位。",
    en_help="17 characters without I, O and Q; the ninth is the check.",
    example="1M8GDM9AXKP042788",
    parse=parse_vin,
)

PLATE: Final = IdentifierKind(
    name="plate",
    zh="机动车号牌号码",
    en="vehicle plate",
    standard="GA 36-2018",
    zh_help="省份简称、发牌机关字母加5位（普通）或6位（新能源）；不用 I、O；不写间隔点。",
    en_help="Province, office letter, then five characters (ordinary) or six (new energy); no I or O, no dot.",
    example="鲁Q00563D",
    parse=parse_plate,
)
