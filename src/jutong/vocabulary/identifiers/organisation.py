"""统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714-1997)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Final

from jutong.vocabulary.divisions import was_ever_valid
from jutong.vocabulary.identifiers.base import DIGITS, Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.reasons import Reason

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC_VALUES: Final[Mapping[str, int]] = {character: value for value, character in enumerate(USCC_ALPHABET)}
_ORGANISATION_VALUES: Final[Mapping[str, int]] = {
    character: value for value, character in enumerate(ORGANISATION_ALPHABET)
}

# First character: registration authority; second: the types of body that it registers (GB 32100-2015 table 1).
AUTHORITIES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "1": ("机构编制", {"1": "机关", "2": "事业单位", "3": "编办直接管理机构编制的群众团体", "9": "其他"}),
    "2": ("外交", {"1": "外国常驻新闻机构", "9": "其他"}),
    "3": (
        "司法行政",
        {
            "1": "律师执业机构",
            "2": "公证处",
            "3": "基层法律服务所",
            "4": "司法鉴定机构",
            "5": "仲裁委员会",
            "9": "其他",
        },
    ),
    "4": ("文化", {"1": "外国在华文化中心", "9": "其他"}),
    "5": ("民政", {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"}),
    "6": (
        "旅游",
        {"1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻内地（大陆）代表机构", "9": "其他"},
    ),
    "7": ("宗教", {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"}),
    "8": ("工会", {"1": "基层工会", "9": "其他"}),
    "9": ("市场监管", {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"}),
    "A": ("中央军委改革和编制办公室", {"1": "军队事业单位", "9": "其他"}),
    "N": ("农业", {"1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"}),
    "Y": ("其他", {"1": "其他"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uscc(Identifier):
    """A legal entity's unified social credit code."""

    @property
    def authority(self) -> str:
        return self.text[0]

    @property
    def body_type(self) -> str:
        return self.text[1]

    @property
    def region(self) -> str:
        """Where the registration authority sat; it does not follow a later move."""
        return self.text[2:8]

    @property
    def organisation_code(self) -> str:
        return f"{self.text[8:16]}-{self.text[16]}"

    def parts(self) -> Mapping[str, str]:
        authority, types = AUTHORITIES.get(self.authority, ("", {}))
        return {
            "authority": self.authority,
            "authority_name": authority,
            "body_type": self.body_type,
            "body_type_name": types.get(self.body_type, ""),
            "region": self.region,
            "organisation_code": self.organisation_code,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCode(Identifier):
    """A body's code before 2015, and characters 9 to 17 of the USCC since."""

    @property
    def body(self) -> str:
        return self.text[:8]

    def parts(self) -> Mapping[str, str]:
        return {"body": self.body, "check": self.text[-1]}


def uscc_check(body: str) -> str:
    """The 18th character for 17 (GB 32100-2015 annex A)."""
    total = sum(
        weight * _USCC_VALUES[character] for weight, character in zip(USCC_WEIGHTS, body, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The ninth character for eight (GB 11714-1997)."""
    total = sum(map(mul, ORGANISATION_WEIGHTS, map(_ORGANISATION_VALUES.__getitem__, body)))
    return "0123456789X0"[11 - total % 11]


def uscc_fault(text: str) -> Reason | None:
    """The first thing wrong with `text`, or None; no exception, for use on many rows."""
    if fault := text_fault(text):
        return fault
    if len(text) != 18:
        return Reason.LENGTH
    if not _USCC_VALUES.keys() >= set(text) or not DIGITS.issuperset(text[2:8]):
        return Reason.CHARACTERS
    if uscc_check(text[:17]) != text[17]:
        return Reason.CHECK
    if organisation_check(text[8:16]) != text[16]:
        return Reason.INNER_CHECK
    # 100000 is the State itself: bodies registered by central authorities.
    known = text[2:8] == "100000" or was_ever_valid(text[2:8]) or was_ever_valid(f"{text[2:4]}0000")
    return None if known else Reason.REGION


def is_uscc(text: str) -> bool:
    return uscc_fault(text) is None


def parse_uscc(text: str, *, on: date | None = None) -> Uscc:
    """The code in `text`.

    Raises:
        IdentifierInvalid: it breaks GB 32100, or the organisation code within breaks GB 11714.
    """
    del on  # no date within
    if fault := uscc_fault(text):
        USCC.refuse(fault)
    notes = []
    if text[1] not in AUTHORITIES.get(text[0], ("", {}))[1]:
        notes.append(Reason.AUTHORITY)
    if text[2:8] != "100000" and not was_ever_valid(text[2:8]):
        notes.append(Reason.REGION_UNLISTED)
    return Uscc(text=text, notes=tuple(notes))


def parse_organisation_code(text: str, *, on: date | None = None) -> OrganisationCode:
    """The code in `text`, with or without the hyphen before its check.

    Raises:
        IdentifierInvalid: it breaks GB 11714.
    """
    del on
    plain = text[:8] + text[9:] if len(text) == 10 and text[8] == "-" else text
    fault = text_fault(plain)
    if fault is None and len(plain) != 9:
        fault = Reason.LENGTH
    if fault is None and not _ORGANISATION_VALUES.keys() >= set(plain):
        fault = Reason.CHARACTERS
    if fault is None and organisation_check(plain[:8]) != plain[8]:
        fault = Reason.CHECK
    if fault:
        ORGANISATION_CODE.refuse(fault)
    return OrganisationCode(text=text)


USCC: Final = IdentifierKind(
    name="uscc",
    zh="统一社会信用代码",
    en="unified social credit code",
    standard="GB 32100-2015",
    zh_help="18位：登记管理部门、机构类别、6位登记机关区划、9位组织机构代码（含其校验位）、1位校验码；不用 I、O、S、V、Z。",
    en_help="18 characters: authority, type of body, region (6), organisation code with its own check (9), check (1); "
    "I, O, S, V, Z are not used.",
    example="11370000MB284651XL",
    parse=parse_uscc,
)

ORGANISATION_CODE: Final = IdentifierKind(
    name="organisation_code",
    zh="组织机构代码",
    en="organisation code",
    standard="GB 11714-1997",
    zh_help="8位本体代码和1位校验码，中间的连字符可省略。",
    en_help="Eight characters and a check; the hyphen between them may be left out.",
    example="MB284651-X",
    parse=parse_organisation_code,
)
