"""Masks (脱敏): for each method, what of a value a reader sees (product defaults, domain reference §4.3).

A mask never shows more than its method promises: a value that does not look as expected is hidden whole.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final

from jutong.vocabulary.catalogue import MaskMethod
from jutong.vocabulary.divisions import regions_at

STAR: Final = "*"
HIDDEN: Final = "******"
"""What stands for a value that is hidden whole: always as long, so that its length says nothing."""

_MOBILE: Final = re.compile(r"(?:\+?86[- ]?)?(1[0-9]{2})[0-9]{4}([0-9]{4})", re.ASCII)
_TELEPHONE: Final = re.compile(
    r"(?:\(?(0[0-9]{2,3})\)?[- ]?)?[0-9]{3,4}([0-9]{4})(?:[-转][0-9]{1,6})?", re.ASCII
)
_EMAIL: Final = re.compile(r"([^@\s])([^@\s]*)@([^@\s]+\.[^@\s]+)")
_YEAR: Final = re.compile(r"((?:1[89]|20)[0-9]{2})(?:[-/.年]?[0-9]{1,2}.*|年)?", re.ASCII | re.DOTALL)

# Lists of divisions change; an address may have been written under any of these.
_EDITIONS: Final = (None, date(2015, 6, 30), date(2005, 6, 30), date(1995, 6, 30), date(1985, 6, 30))


def mask(method: MaskMethod, value: str | None) -> str | None:
    """`value` as a reader may see it; nothing stays nothing."""
    if value is None or not value.strip():
        return value
    return _MASKS[method](value.strip())


def _name(value: str) -> str:
    """张三丰 → 张**; a single character is hidden. A Western name keeps its first letter."""
    if len(value) < 2:
        return STAR
    return value[0] + STAR * min(len(value) - 1, 5)


def _citizen_id(value: str) -> str:
    """18 characters, or 15 of the old form, keep the first 6 and last 4."""
    if len(value) not in {15, 18} or not value.isascii() or not value.isalnum():
        return HIDDEN
    return value[:6] + STAR * (len(value) - 10) + value[-4:]


def _mobile(value: str) -> str:
    match = _MOBILE.fullmatch(value)
    return f"{match[1]}****{match[2]}" if match else HIDDEN


def _telephone(value: str) -> str:
    """0539-8312345 → 0539-****2345; an extension is not shown; a mobile number in its place is masked as one."""
    mobile = _MOBILE.fullmatch(value)
    if mobile:
        return f"{mobile[1]}****{mobile[2]}"
    match = _TELEPHONE.fullmatch(value)
    if not match:
        return HIDDEN
    return f"{match[1]}-****{match[2]}" if match[1] else f"****{match[2]}"


def _bank_card(value: str) -> str:
    """The last 4 of 12 to 19 digits, however they are grouped."""
    digits = re.sub(r"[ -]", "", value)
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
        return HIDDEN
    return STAR * (len(digits) - 4) + digits[-4:]


def _address(value: str) -> str:
    """浙江省杭州市西湖区文三路1号 → 浙江省杭州市西湖区****; what does not begin with a division is hidden."""
    end = _divisions_end(value)
    if end == 0:
        return HIDDEN
    return value if end == len(value) else f"{value[:end]}****"


def _divisions_end(address: str) -> int:
    """Where the names of province, prefecture and county at the beginning of `address` end.

    Only names of GB/T 2260 count: 小区, 开发区 or 村 would say more than the county.
    """
    names, longest = _division_names()
    end = 0
    for _level in range(3):
        for length in range(min(longest, len(address) - end), 1, -1):
            if address[end : end + length] in names:
                end += length
                break
        else:
            break
    return end


@cache
def _division_names() -> tuple[frozenset[str], int]:
    names = frozenset(region.name for day in _EDITIONS for region in regions_at(day))
    return names, max(map(len, names))


def _email(value: str) -> str:
    """A name of one character before the @ is hidden too: its first character would be all of it."""
    match = _EMAIL.fullmatch(value)
    if not match:
        return HIDDEN
    return f"{match[1] if match[2] else ''}***@{match[3]}"


def _plate(value: str) -> str:
    """鲁Q12345 → 鲁Q***45."""
    if not 7 <= len(value) <= 8 or not value[1:].isalnum():
        return HIDDEN
    return value[:2] + STAR * (len(value) - 4) + value[-2:]


def _year(value: str) -> str:
    match = _YEAR.fullmatch(value)
    return match[1] if match else HIDDEN


def _hide(_value: str) -> str:
    return HIDDEN


_MASKS: Final[Mapping[MaskMethod, Callable[[str], str]]] = {
    MaskMethod.NAME: _name,
    MaskMethod.CITIZEN_ID: _citizen_id,
    MaskMethod.MOBILE: _mobile,
    MaskMethod.TELEPHONE: _telephone,
    MaskMethod.BANK_CARD: _bank_card,
    MaskMethod.ADDRESS: _address,
    MaskMethod.EMAIL: _email,
    MaskMethod.PLATE: _plate,
    MaskMethod.YEAR: _year,
    MaskMethod.HIDE: _hide,
}
