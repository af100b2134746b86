"""行政区划代码 (GB/T 2260, GB/T 10114, statistics), 不动产单元代码 (GB/T 37346-2019) and 邮政编码."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.vocabulary.divisions import Region, region, was_ever_valid
from jutong.vocabulary.errors import RegionUnknown
from jutong.vocabulary.identifiers.base import Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.reasons import Reason

# GB/T 37346-2019: who owns the land, what kind of parcel, what stands on it.
OWNERSHIP: Final[Mapping[str, str]] = {
    "G": "国家土地（海域）所有权",
    "J": "集体土地所有权",
    "Z": "所有权未确定或有争议",
}
PARCELS: Final[Mapping[str, str]] = {
    "A": "集体土地所有权宗地",
    "B": "建设用地使用权宗地（地表）",
    "S": "建设用地使用权宗地（地上）",
    "X": "建设用地使用权宗地（地下）",
    "C": "宅基地使用权宗地",
    "D": "土地承包经营权宗地（耕地）",
    "E": "土地承包经营权宗地（林地）",
    "F": "土地承包经营权宗地（草地）",
    "H": "海域使用权宗海",
    "G": "无居民海岛使用权海岛",
    "W": "使用权未确定或有争议的土地、海域",
    "Y": "其他使用权土地、海域",
}
FIXTURES: Final[Mapping[str, str]] = {
    "F": "房屋等建筑物、构筑物",
    "L": "森林或林木",
    "Q": "其他定着物",
    "W": "无定着物",
}
_UNIT: Final = re.compile(r"[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCode(Identifier):
    """A division's code and the division that it names."""

    region: Region

    def parts(self) -> Mapping[str, str]:
        return {
            "name": self.region.name,
            "full_name": self.region.full_name,
            "level": self.region.level.value,
            "in_force": "true" if self.region.in_force else "false",
            "successors": ";".join(successor.code for successor in self.region.successors),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RealEstateUnit(Identifier):
    """A parcel and what stands on it; there is no check character."""

    @property
    def parcel(self) -> str:
        """宗地（宗海）代码, 19 characters."""
        return self.text[:19]

    def parts(self) -> Mapping[str, str]:
        text = self.text
        return {
            "region": text[:6],
            "cadastral_area": text[6:9],
            "cadastral_subarea": text[9:12],
            "ownership": text[12],
            "parcel_type": text[13],
            "parcel_number": text[14:19],
            "fixture": text[19],
            "fixture_number": text[20:],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode(Identifier):
    """A postal code; its first two digits are the postal region."""

    def parts(self) -> Mapping[str, str]:
        return {"postal_region": self.text[:2], "postal_area": self.text[:4]}


def parse_region_code(text: str, *, on: date | None = None) -> RegionCode:
    """The division that 6, 9 or 12 digits name, on the day `on` or now; an abolished code is a warning.

    Raises:
        IdentifierInvalid: the form is wrong, or no edition since 1980 has the code.
    """
    fault = text_fault(text)
    if fault is None and len(text) not in {6, 9, 12}:
        fault = Reason.LENGTH
    if fault is None and not (text.isascii() and text.isdigit()):
        fault = Reason.CHARACTERS
    if fault:
        REGION_CODE.refuse(fault)
    try:
        found = region(text, on)
    except RegionUnknown:
        REGION_CODE.refuse(Reason.REGION)
    return RegionCode(text=text, warnings=() if found.in_force else (Reason.REGION_ABOLISHED,), region=found)


def parse_real_estate_unit(text: str, *, on: date | None = None) -> RealEstateUnit:
    """The unit in `text`: 28 characters; blanks that some offices print between the groups are not accepted.

    Raises:
        IdentifierInvalid: it breaks GB/T 37346.
    """
    del on
    fault = text_fault(text)
    if fault is None and len(text) != 28:
        fault = Reason.LENGTH
    if fault is None and not _UNIT.fullmatch(text):
        fault = Reason.FORMAT
    if fault is None and (text[12] not in OWNERSHIP or text[13] not in PARCELS or text[19] not in FIXTURES):
        fault = Reason.FEATURE
    if fault is None and text[19] == "W" and text[20:] != "00000000":
        fault = Reason.ZEROS
    # 100000 and 000 groups stand for the State and the sea: areas without a county.
    if fault is None and not was_ever_valid(f"{text[:2]}0000") and text[:2] != "00":
        fault = Reason.REGION
    if fault:
        REAL_ESTATE_UNIT.refuse(fault)
    listed = was_ever_valid(text[:6]) or text[:2] == "00"
    return RealEstateUnit(text=text, notes=() if listed else (Reason.REGION_UNLISTED,))


def parse_postcode(text: str, *, on: date | None = None) -> Postcode:
    """Six digits.

    Raises:
        IdentifierInvalid: it is anything else.
    """
    del on
    fault = text_fault(text)
    if fault is None and len(text) != 6:
        fault = Reason.LENGTH
    if fault is None and not text.isdigit():
        fault = Reason.CHARACTERS
    # No postal region starts with 9 but Macao's 999, none with 00.
    if fault is None and (text.startswith("00") or (text[0] == "9" and not text.startswith("999"))):
        fault = Reason.PREFIX
    if fault:
        POSTCODE.refuse(fault)
    return Postcode(text=text)


REGION_CODE: Final = IdentifierKind(
    name="region_code",
    zh="行政区划代码",
    en="region code",
    standard="GB/T 2260, GB/T 10114",
    zh_help="6位到县级，9位到乡级，12位到村级；停用的代码给出提示和现行代码。",
    en_help="Six digits down to the county, nine to the township, twelve to the village; "
    "an abolished code is a warning that names what it is now.",
    example="330106",
    parse=parse_region_code,
)

REAL_ESTATE_UNIT: Final = IdentifierKind(
    name="real_estate_unit",
    zh="不动产单元代码",
    en="real-estate unit number",
    standard="GB/T 37346-2019",
    zh_help="28位：6位县级区划、3位地籍区、3位地籍子区、2位宗地特征码、5位宗地顺序号、1位定着物特征码、8位定着物单元号；无校验位。",
    en_help="28 characters: county (6), cadastral area (3) and subarea (3), parcel features (2) and number (5), "
    "fixture feature (1) and number (8); no check.",
    example="330106001002GB00003F00040005",
    parse=parse_real_estate_unit,
)

POSTCODE: Final = IdentifierKind(
    name="postcode",
    zh="邮政编码",
    en="postcode",
    standard="邮政编码制度（1986）",
    zh_help="6位数字。",
    en_help="Six digits.",
    example="310012",
    parse=parse_postcode,
)
