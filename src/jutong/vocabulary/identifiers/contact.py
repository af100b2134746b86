"""手机号码, 固定电话 and 银行卡号."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.vocabulary.identifiers.base import Identifier, IdentifierKind, text_fault
from jutong.vocabulary.identifiers.reasons import Reason

_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_TELEPHONE: Final = re.compile(
    r"(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))-?(?P<number>[2-9][0-9]{6,7})(?:-(?P<extension>[0-9]{1,6}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mobile(Identifier):
    """A mobile telephone number of the mainland."""

    def parts(self) -> Mapping[str, str]:
        return {"prefix": self.text[:3]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone(Identifier):
    """A fixed telephone number with its area code."""

    area: str
    number: str
    extension: str = ""

    def parts(self) -> Mapping[str, str]:
        return {"area": self.area, "number": self.number, "extension": self.extension}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCard(Identifier):
    """A payment card's number."""

    def parts(self) -> Mapping[str, str]:
        return {"issuer": self.text[:6]}


def parse_mobile(text: str, *, on: date | None = None) -> Mobile:
    """Eleven digits.

    Raises:
        IdentifierInvalid: it is anything else, or its range does not exist.
    """
    del on
    fault = text_fault(text, letters=False)
    if fault is None and not (text.isascii() and text.isdigit()):
        fault = Reason.CHARACTERS
    if fault is None and len(text) != 11:
        fault = Reason.LENGTH
    if fault is None and not _MOBILE.fullmatch(text):
        fault = Reason.PREFIX
    if fault:
        MOBILE.refuse(fault)
    return Mobile(text=text)


def parse_telephone(text: str, *, on: date | None = None) -> Telephone:
    """Area code and number, with or without the hyphen; an extension after a second hyphen.

    Raises:
        IdentifierInvalid: it has another form.
    """
    del on
    fault = text_fault(text, letters=False)
    match = _TELEPHONE.fullmatch(text)
    if match is None:
        TELEPHONE.refuse(fault or Reason.FORMAT)
    return Telephone(
        text=text, area=match["area"], number=match["number"], extension=match["extension"] or ""
    )


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check of the others (ISO/IEC 7812-1 annex B)."""
    # From the right every second digit counts twice, and 18 as 1 + 8.
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def parse_bank_card(text: str, *, on: date | None = None) -> BankCard:
    """Eight to nineteen digits; a failing Luhn check is a warning, as live cards without one exist.

    Raises:
        IdentifierInvalid: it is no run of 8 to 19 digits.
    """
    del on
    fault = text_fault(text, letters=False)
    if fault is None and not (text.isascii() and text.isdigit()):
        fault = Reason.CHARACTERS
    if fault is None and not 8 <= len(text) <= 19:
        fault = Reason.LENGTH
    if fault:
        BANK_CARD.refuse(fault)
    return BankCard(
        text=text,
        warnings=() if luhn_holds(text) else (Reason.LUHN,),
        notes=() if len(text) >= 12 else (Reason.CARD_SHORT,),
    )


MOBILE: Final = IdentifierKind(
    name="mobile",
    zh="手机号码",
    en="mobile number",
    standard="电信网编号计划",
    zh_help="11位数字，以13至19开头；不带国家码、空格和连字符。",
    en_help="Eleven digits from 13 to 19 on; no country code, blanks or hyphens.",
    example="13800000000",
    parse=parse_mobile,
)

TELEPHONE: Final = IdentifierKind(
    name="telephone",
    zh="固定电话号码",
    en="telephone number",
    standard="电信网编号计划",
    zh_help="区号（0开头3至4位）加7至8位号码，中间可有连字符，可带分机号。",
    en_help="Area code (0 and two or three digits), number of seven or eight digits; hyphens and an extension are allowed.",
    example="0571-87000000",
    parse=parse_telephone,
)

BANK_CARD: Final = IdentifierKind(
    name="bank_card",
    zh="银行卡号",
    en="bank card number",
    standard="ISO/IEC 7812-1",
    zh_help="一般12至19位数字（标准允许8位起）；Luhn 校验不符只作提示。",
    en_help="Usually 12 to 19 digits (the standard allows 8 and more); a failing Luhn check is only a warning.",
    example="6216261000000000018",
    parse=parse_bank_card,
)
