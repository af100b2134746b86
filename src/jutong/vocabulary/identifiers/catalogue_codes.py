"""Codes of things that government handles: e-certificates, service items, information resources, projects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.vocabulary.divisions import was_ever_valid
from jutong.vocabulary.identifiers.base import Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.organisation import is_uscc
from jutong.vocabulary.identifiers.reasons import Reason

CERTIFICATE_ROOT: Final = "1.2.156.3005.2"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final[Mapping[str, int]] = {character: value for value, character in enumerate(_ALPHABET)}
_CERTIFICATE: Final = re.compile(
    r"(?P<type>[0-9A-Z]{18}[0-9]{3})\.(?P<issuer>[0-9A-Z]{18}|[0-9]{6})"
    r"\.(?P<serial>[0-9A-Z]{1,64})\.(?P<version>[0-9]{3})\.(?P<check>[0-9A-Z])"
)

# 行使层级 and 事项类型 (GB/T 39554.1-2020; codes beyond the first ones are those of live platforms).
LEVELS: Final[Mapping[str, str]] = {
    "1": "国家级",
    "2": "省级",
    "3": "市级",
    "4": "县级",
    "5": "乡镇（街道）级",
    "6": "村（社区）级",
}
MATTER_TYPES: Final[Mapping[str, str]] = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
_RESOURCE: Final = re.compile(r"(?P<front>[0-9]+)/(?P<sequence>[0-9]+)")
_PROJECT: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<region>[0-9]{6})"
    r"-(?P<industry>[0-9]{2})-(?P<nature>[0-9]{2})-(?P<serial>[0-9]{6})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateId(Identifier):
    """An e-certificate's identifier, with or without the root OID."""

    type_code: str
    issuer: str
    serial: str
    version: str

    def parts(self) -> Mapping[str, str]:
        return {
            "type_code": self.type_code,
            "defined_by": self.type_code[:18],
            "issuer": self.issuer,
            "serial": self.serial,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItemCode(Identifier):
    """A service item's basic code (12), implementation code (31) or handling-item code (33)."""

    @property
    def form(self) -> str:
        return {12: "basic", 31: "implementation", 33: "handling"}[len(self.text)]

    @property
    def basic(self) -> str:
        return self.text if len(self.text) == 12 else self.text[19:31]

    def parts(self) -> Mapping[str, str]:
        basic = self.basic
        found = {
            "form": self.form,
            "area": basic[:2],
            "matter_type": basic[2:4],
            "department": basic[4:6],
            "main_item": basic[6:9],
            "sub_item": basic[9:12],
        }
        if len(self.text) > 12:
            found |= {"body": self.text[:18], "level": self.text[18]}
        if len(self.text) == 33:
            found["serial"] = self.text[31:]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceWidths:
    """How many digits each segment of a resource code has; 0 leaves a segment's width open."""

    kind: int = 1
    category: int = 2
    subject: int = 3
    detail: int = 0
    sequence: int = 0

    @property
    def front(self) -> int:
        return self.kind + self.category + self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCode(Identifier):
    """信息资源代码: 类, 项, 目, 细目, and after the stroke the sequence within the leaf."""

    kind: str
    category: str
    subject: str
    detail: str
    sequence: str

    def parts(self) -> Mapping[str, str]:
        return {
            "kind": self.kind,
            "category": self.category,
            "subject": self.subject,
            "detail": self.detail,
            "sequence": self.sequence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCode(Identifier):
    """An investment project's code of the national approval platform."""

    def parts(self) -> Mapping[str, str]:
        match = _PROJECT.fullmatch(self.text)
        return match.groupdict() if match else {}


def mod_37_36(body: str) -> str:
    """Check character of `body` over 0-9A-Z (ISO/IEC 7064 hybrid system MOD 37,36; GB/T 17710)."""
    product = 36
    for character in body:
        product = (product + _VALUES[character]) % 36 or 36
        product = product * 2 % 37
    return _ALPHABET[(1 - product) % 36]


def parse_certificate_id(text: str, *, on: date | None = None) -> CertificateId:
    """The identifier in `text`, with or without the root OID.

    A 6-digit region in the issuer's place is accepted with a warning: live registers have it.

    Raises:
        IdentifierInvalid: it breaks GB/T 36904.
    """
    del on
    fault = text_fault(text)
    match = _CERTIFICATE.fullmatch(text.removeprefix(f"{CERTIFICATE_ROOT}."))
    if match is None:
        CERTIFICATE_ID.refuse(fault or Reason.FORMAT)
    body = match["type"] + match["issuer"] + match["serial"] + match["version"]
    if mod_37_36(body) != match["check"]:
        CERTIFICATE_ID.refuse(Reason.CHECK)
    by_region = len(match["issuer"]) == 6
    known = was_ever_valid(match["issuer"]) if by_region else is_uscc(match["issuer"])
    if not (known and is_uscc(match["type"][:18])):
        CERTIFICATE_ID.refuse(Reason.ISSUER)
    return CertificateId(
        text=text,
        warnings=(Reason.ISSUER_IS_REGION,) if by_region else (),
        type_code=match["type"],
        issuer=match["issuer"],
        serial=match["serial"],
        version=match["version"],
    )


def service_item_fault(text: str) -> Reason | None:
    """The first thing wrong with `text`, or None."""
    if fault := text_fault(text):
        return fault
    if len(text) not in {12, 31, 33}:
        return Reason.LENGTH
    basic = text if len(text) == 12 else text[19:]
    return Reason.CHARACTERS if not basic.isdigit() else _segment_fault(text, basic)


def _segment_fault(text: str, basic: str) -> Reason | None:
    if len(text) > 12 and not is_uscc(text[:18]):
        return Reason.ISSUER
    if len(text) > 12 and text[18] not in LEVELS:
        return Reason.LEVEL
    if basic[2:4] not in MATTER_TYPES:
        return Reason.MATTER_TYPE
    # 00 stands for the State.
    return None if basic[:2] == "00" or was_ever_valid(f"{basic[:2]}0000") else Reason.REGION


def parse_service_item(text: str, *, on: date | None = None) -> ServiceItemCode:
    """The basic (12), implementation (31) or handling-item (33) code in `text`.

    Raises:
        IdentifierInvalid: it breaks GB/T 39554.1.
    """
    del on
    if fault := service_item_fault(text):
        SERVICE_ITEM.refuse(fault)
    return ServiceItemCode(text=text)


def parse_resource_code(
    text: str, *, on: date | None = None, widths: ResourceWidths | None = None
) -> ResourceCode:
    """类 (1), 项 (2), 目 (3), 细目 (any), a stroke and the sequence; `widths` fixes a city's own habit.

    Raises:
        IdentifierInvalid: a segment is missing or has another width, or 类 is none of 1, 2, 3.
    """
    del on
    widths = widths or ResourceWidths()
    fault = text_fault(text)
    match = _RESOURCE.fullmatch(text)
    if match is None:
        RESOURCE_CODE.refuse(fault or Reason.FORMAT)
    front, sequence = match["front"], match["sequence"]
    detail = len(front) - widths.front
    if detail < 0 or (widths.detail and detail != widths.detail):
        RESOURCE_CODE.refuse(Reason.LENGTH)
    if widths.sequence and len(sequence) != widths.sequence:
        RESOURCE_CODE.refuse(Reason.LENGTH)
    if front[: widths.kind].lstrip("0") not in {"1", "2", "3"}:
        RESOURCE_CODE.refuse(Reason.PREFIX)
    category = widths.kind + widths.category
    return ResourceCode(
        text=text,
        kind=front[: widths.kind],
        category=front[widths.kind : category],
        subject=front[category : widths.front],
        detail=front[widths.front :],
        sequence=sequence,
    )


def parse_project_code(text: str, *, on: date | None = None) -> ProjectCode:
    """Year, region, industry, nature, serial, joined by hyphens (24 digits and hyphens).

    Raises:
        IdentifierInvalid: another form, a year after `on`, or an unknown region.
    """
    fault = text_fault(text)
    match = _PROJECT.fullmatch(text)
    if match is None:
        PROJECT_CODE.refuse(fault or Reason.FORMAT)
    if int(match["year"]) < 2000 or (on is not None and int(match["year"]) > on.year):
        PROJECT_CODE.refuse(Reason.DATE_LATER if int(match["year"]) > 2000 else Reason.DATE)
    # 000000 stands for projects that the State itself approves.
    if match["region"] != "000000" and not was_ever_valid(f"{match['region'][:2]}0000"):
        PROJECT_CODE.refuse(Reason.REGION)
    listed = match["region"] == "000000" or was_ever_valid(match["region"])
    return ProjectCode(text=text, notes=() if listed else (Reason.REGION_UNLISTED,))


CERTIFICATE_ID: Final = IdentifierKind(
    name="certificate_id",
    zh="电子证照标识",
    en="e-certificate identifier",
    standard="GB/T 36904-2018",
    zh_help="根 1.2.156.3005.2（可省略）、证照类型代码21位、颁发机构代码18位、流水号、"
    "版本号3位、校验位（MOD 37,36），以点分隔。",
    en_help="Root 1.2.156.3005.2 (may be left out), certificate type (21), issuer (18), serial, version (3), "
    "check (MOD 37,36), joined by dots.",
    example="1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    parse=parse_certificate_id,
)

SERVICE_ITEM: Final = IdentifierKind(
    name="service_item",
    zh="政务服务事项编码",
    en="service item code",
    standard="GB/T 39554.1-2020",
    zh_help="基本编码12位；实施编码31位（18位实施主体代码、1位行使层级、12位基本编码）；业务办理项编码33位。",
    en_help="Basic code (12); implementation code (31: body 18, level 1, basic code 12); handling-item code (33).",
    example="370117002011",
    parse=parse_service_item,
)

RESOURCE_CODE: Final = IdentifierKind(
    name="resource_code",
    zh="信息资源代码",
    en="information resource code",
    standard="发改高技术〔2017〕1272号",
    zh_help="类1位、项2位、目3位、细目不定长，斜线后为顺序码；各段宽度可按本市规定配置。",
    en_help="Class (1), category (2), subject (3), detail (any), a stroke and the sequence; widths can be set.",
    example="307001000001/000001",
    parse=parse_resource_code,
)

PROJECT_CODE: Final = IdentifierKind(
    name="project_code",
    zh="投资项目统一代码",
    en="investment project code",
    standard="投资项目在线审批监管平台",
    zh_help="年份4位-区划6位-行业2位-性质2位-流水6位，以连字符分隔。",
    en_help="Year (4), region (6), industry (2), nature (2), serial (6), joined by hyphens.",
    example="2024-330106-65-01-000001",
    parse=parse_project_code,
)
