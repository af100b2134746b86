"""Rules for identifiers with a check character; their verdicts are those of `jutong.vocabulary.identifiers`."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlglot import exp

from jutong.dataflow.quality import dialect as d
from jutong.dataflow.quality.rules import ItemRule
from jutong.kernel.errors import Language
from jutong.vocabulary.catalogue import QualityDimension
from jutong.vocabulary.divisions import was_ever_valid
from jutong.vocabulary.identifiers.citizen import CHECKS, RESIDENCE_PERMITS
from jutong.vocabulary.identifiers.organisation import (
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
    USCC_ALPHABET,
    USCC_WEIGHTS,
)

# A day of the calendar in 8 digits: year 1 or later, the months' lengths, 29 February in leap years alone.
_YEAR: Final = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAY: Final = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_YEAR: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_CALENDAR_DAY: Final = f"(?:{_YEAR}{_DAY}|{_LEAP_YEAR}0229)"
_USCC_PATTERN: Final = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenIdValid(ItemRule):
    """公民身份号码 (GB 11643-1999): 18 characters, a real day of birth not after `at`, the right check character.

    The first digits are a county code that GB/T 2260 ever had, or one under a prefecture that it had. A number
    of 15 digits is invalid here: it is out of use since 2013, and 18 characters would be a guess of ours.
    """

    kind = "citizen_id"
    title_zh, title_en = "公民身份号码", "Citizen ID number"
    dimension = QualityDimension.ACCURACY

    at: date

    def violation(self) -> exp.Expr:
        text = d.text_of(self.item)
        # The pattern stands first: the sum is for digits alone. It tells region and day too, in one reading.
        fault = d.sql(
            "CASE WHEN NOT regexp_matches(:t, :pattern) THEN TRUE "
            "WHEN substr(:checks, cast(:sum % 11 AS int) + 1, 1) <> substr(:t, 18, 1) THEN TRUE "
            "ELSE substr(:t, 7, 8) > :last END",
            t=text,
            pattern=exp.Literal.string(f"^{_plausible_region()}{_CALENDAR_DAY}[0-9]{{3}}[0-9X]$"),
            checks=exp.Literal.string(CHECKS),
            sum=exp.paren(_digit_sum(text)),
            last=exp.Literal.string(f"{self.at:%Y%m%d}"),
        )
        return d.wrong(self.item, fault)

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应为有效的 18 位公民身份号码（GB 11643：校验码、出生日期、地址码）"
        return f"{self.item} is a valid citizen ID number of 18 characters (GB 11643: check character, birth date, region)"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsccValid(ItemRule):
    """统一社会信用代码 (GB 32100-2015): its own check character and that of the organisation code within (GB 11714)."""

    kind = "uscc"
    title_zh, title_en = "统一社会信用代码", "Unified social credit code"
    dimension = QualityDimension.ACCURACY

    def violation(self) -> exp.Expr:
        text = d.text_of(self.item)
        fault = d.sql(
            "CASE WHEN NOT regexp_matches(:t, :pattern) THEN TRUE "
            "WHEN substr(:alphabet, (31 - :sum % 31) % 31 + 1, 1) <> substr(:t, 18, 1) THEN TRUE "
            "WHEN substr('0X987654321', :within % 11 + 1, 1) <> substr(:t, 17, 1) THEN TRUE "
            "ELSE NOT :region END",
            t=text,
            pattern=exp.Literal.string(_USCC_PATTERN),
            alphabet=exp.Literal.string(USCC_ALPHABET),
            sum=exp.paren(_letter_sum(text, 1, USCC_WEIGHTS, USCC_ALPHABET)),
            within=exp.paren(_letter_sum(text, 9, ORGANISATION_WEIGHTS, ORGANISATION_ALPHABET)),
            region=exp.paren(_known_registration(text)),
        )
        return d.wrong(self.item, fault)

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应为有效的统一社会信用代码（GB 32100 校验码，含 GB 11714 主体标识码校验）"
        return f"{self.item} is a valid unified social credit code (GB 32100, with the GB 11714 code within)"


def _digit_sum(text: exp.Expr) -> exp.Expr:
    """A number that leaves the same rest by 11 as the weighted sum of the first 17 digits; null for other text.

    The weights are powers of two (7 9 10 … 4 2 is 2^17 … 2^1 by 11), so with n the digits as one number the sum is
    twice Σ d_k·2^k, and that is n - 4·Σ 2^k·⌊n / 10^k⌋: far less work than 17 single digits. In two halves the
    quotients are exact as doubles (the half added keeps them from the edge), which engines compute many at a time.
    """
    halves = [
        d.sql(f"try_cast(substr(:t, {first}, {size}) AS double)", t=text) for first, size in ((1, 9), (10, 8))
    ]
    high, low = (_power_sum(half, size) for half, size in zip(halves, (9, 8), strict=True))
    return d.sql("cast((:high * 256 + :low) * 2 AS bigint)", high=exp.paren(high), low=exp.paren(low))


def _power_sum(number: exp.Expr, digits: int) -> exp.Expr:
    """Σ d_k·2^k over the digits of a whole number below 10^9, as a double."""
    parts = " + ".join(f"floor((:n + 0.5) * 1e-{k}) * {2**k}" for k in range(1, digits))
    return d.sql(f":n - 4 * ({parts})", n=number)


def _letter_sum(text: exp.Expr, first: int, weights: tuple[int, ...], alphabet: str) -> exp.Expr:
    terms = " + ".join(
        f"(strpos(:a, substr(:t, {place}, 1)) - 1) * {w}" for place, w in enumerate(weights, first)
    )
    return d.sql(terms, t=text, a=exp.Literal.string(alphabet))


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """Every code that GB/T 2260 ever had, cut to what tells a plausible prefix from another."""

    provinces: tuple[str, ...]
    prefectures: tuple[str, ...]
    others: tuple[str, ...]
    """Six digits that the prefecture above does not already vouch for."""


@cache
def _prefixes() -> _Prefixes:
    heads = [f"{head:04d}" for head in range(1100, 8300)]
    prefectures = tuple(head for head in heads if was_ever_valid(f"{head}00"))
    vouching = frozenset(prefectures)
    others = {
        code
        for head in heads
        for code in (f"{head}{tail:02d}" for tail in range(100))
        if (head not in vouching or code[4:] in {"00", "99"}) and was_ever_valid(code)
    }
    return _Prefixes(
        provinces=tuple(f"{head}" for head in range(11, 83) if was_ever_valid(f"{head}0000")),
        prefectures=prefectures,
        others=tuple(sorted(others | RESIDENCE_PERMITS)),
    )


@cache
def _plausible_region() -> str:
    """As `region_is_plausible` of the vocabulary: a pattern for the first six digits."""
    known = _prefixes()
    below = f"{d.tree_pattern(known.prefectures)}(?:0[1-9]|[1-8][0-9]|9[0-8])"
    return f"(?:{below}|{d.tree_pattern(known.others)})"


def _known_registration(text: exp.Expr) -> exp.Expr:
    """100000 is the State itself; else a province must vouch for the registration authority."""
    return d.sql(
        "substr(:t, 3, 6) = '100000' OR :province",
        t=text,
        province=d.one_of(d.sql("substr(:t, 3, 2)", t=text), _prefixes().provinces),
    )
