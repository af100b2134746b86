"""Rules about personal, sensitive, important and secret data."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.lint.mending import set_where
from jutong.control.catalogue.lint.rule import E, Element, LintRule, W, items_that, when
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import (
    DEFAULT_LEVELS,
    DEFAULT_MASKS,
    DataGrade,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    SharingType,
)
from jutong.vocabulary.contracts import InformationItem

_SENSITIVE_NAME: Final = re.compile(r"身份证|身份号码|手机|联系电话|住址|家庭地址|病历|诊断|银行卡|银行账号")
_SENSITIVE: Final = frozenset(
    {Meaning.CITIZEN_ID, Meaning.MOBILE, Meaning.PERSON_NAME, Meaning.BANK_CARD, Meaning.ADDRESS}
)
# Items of a city share their names: what a name alone says is worked out once for each.
_ONCE_A_NAME: Final = 32_768
_SECRET_NAME: Final = re.compile(r"密码|口令|私钥|passw(or)?d|pwd|secret|salt", re.IGNORECASE)
_SHARED_BY_MANY: Final = frozenset(
    {Meaning.PERSON_NAME, Meaning.SEX, Meaning.NATION, Meaning.BIRTH_DATE, Meaning.ADDRESS}
)
"""Meanings by which one asks for many people at once."""
_MINOR: Final = re.compile(r"未成年|儿童|幼儿|中小?学生|学生|婴")
# Masks that leave of a value what its meaning allows; a date may be cut to its year, anything may be hidden.
_FITTING: Final = {
    **{meaning: frozenset({mask, MaskMethod.HIDE}) for meaning, mask in DEFAULT_MASKS.items()},
    Meaning.DATE: frozenset({MaskMethod.YEAR, MaskMethod.HIDE}),
    Meaning.TIMESTAMP: frozenset({MaskMethod.YEAR, MaskMethod.HIDE}),
    Meaning.ORGANISATION_NAME: frozenset({MaskMethod.NAME, MaskMethod.HIDE}),
}


@lru_cache(_ONCE_A_NAME)
def _sounds_sensitive(name: str) -> bool:
    return _SENSITIVE_NAME.search(name) is not None


@lru_cache(_ONCE_A_NAME)
def _is_secret(name: str, field: str) -> bool:
    return bool(_SECRET_NAME.search(name) or _SECRET_NAME.fullmatch(field))


def _is_public(item: InformationItem, draft: EntryDraft) -> bool:
    return (
        draft.open_type is OpenType.UNCONDITIONAL
        and item.open_type is OpenType.UNCONDITIONAL
        and item.mask is None
    )


def _is_under_graded(item: InformationItem, draft: EntryDraft) -> bool:
    sensitive = item.meaning in _SENSITIVE or _sounds_sensitive(item.name)
    return sensitive and (item.level.rank < Level.L3.rank or _is_public(item, draft))


def _default_mask(item: InformationItem) -> MaskMethod:
    return DEFAULT_MASKS.get(item.meaning, MaskMethod.HIDE) if item.meaning else MaskMethod.HIDE


def _graded(item: InformationItem, draft: EntryDraft) -> dict[str, object]:
    level = max(item.level, Level.L3, key=lambda each: each.rank)
    return {"level": level, **({"mask": _default_mask(item)} if _is_public(item, draft) else {})}


def _proposed(item: InformationItem) -> Level:
    return DEFAULT_LEVELS.get(item.meaning, Level.L1) if item.meaning else Level.L1


def _is_below_proposal(item: InformationItem, _: EntryDraft | None = None) -> bool:
    # What C26 demands, C26 says.
    return (
        item.meaning is not None and item.meaning not in _SENSITIVE and item.level.rank < _proposed(item).rank
    )


def _has_no_mask(item: InformationItem, _: EntryDraft | None = None) -> bool:
    # Where the meaning has a mask of its own, that one is used without being written down.
    return (
        item.mask is None
        and item.level.rank >= Level.L3.rank
        and item.sharing_type is not SharingType.NOT_SHARED
        and (item.meaning is None or item.meaning not in DEFAULT_MASKS)
    )


def _has_unfit_mask(item: InformationItem, _: EntryDraft | None = None) -> bool:
    fitting = _FITTING.get(item.meaning) if item.meaning else None
    return fitting is not None and item.mask is not None and item.mask not in fitting


def _asks_for_many(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    meanings = {item.field: item.meaning for item in draft.items}
    for keys in draft.query_keys:
        asked = {meanings.get(key) for key in keys}
        if asked and asked <= _SHARED_BY_MANY:
            yield "、".join(keys)


def _lacks_assessment(draft: EntryDraft, _: LintContext) -> bool:
    return not draft.assessment.strip() and draft.level.rank >= Level.L3.rank


RULES: Final = (
    LintRule(
        code="C26", severity=E, element=Element.LEVEL, source=r.PIPL,
        zh="信息项“{place}”属于敏感个人信息，级别须不低于三级，且未脱敏时不能无条件开放。", advice_zh="请调整。",
        en="The item {place} is sensitive personal data: level 3 at least, and not open without a mask.",
        advice_en="Change it.",
        check=lambda draft, _: [item.name for item in draft.items if _is_under_graded(item, draft)],
        fix=set_where(_is_under_graded, _graded),
    ),
    LintRule(
        code="C41", severity=E, element=Element.LEVEL, source=r.REGULATION,
        zh="涉密数据不得进入本平台。", advice_zh="请停止编目，按保密规定处理；误标的请取消“涉密”。",
        en="Secret data must not be on this platform.",
        advice_en="Stop cataloguing it and follow the rules of secrecy; clear the mark if it was set by mistake.",
        check=when("secret", lambda draft, _: draft.secret),
    ),
    LintRule(
        code="C43", severity=E, element=Element.LEVEL, source=r.REGULATION,
        zh="含三级及以上数据，须先完成保密风险和个人信息保护影响评估。", advice_zh="请填写评估结论。",
        en="Data of level 3 or higher needs its secrecy and privacy impact assessment.", advice_en="Enter its result.",
        check=when("assessment", _lacks_assessment),
    ),
    LintRule(
        code="P50", severity=W, element=Element.LEVEL, source=r.GRADING,
        zh="信息项“{place}”的级别低于其含义的建议级别。", advice_zh="请提高级别，或在审核时说明理由。",
        en="The level of {place} is below the one proposed for its meaning.",
        advice_en="Raise it, or give the reason at review.",
        check=items_that(_is_below_proposal),
        fix=set_where(_is_below_proposal, lambda item, _: {"level": _proposed(item)}),
    ),
    LintRule(
        code="P51", severity=W, element=Element.LEVEL, source=r.GRADING,
        zh="信息项“{place}”为三级及以上，但没有脱敏方式。", advice_zh="请选择脱敏方式；不选则共享时全部隐藏。",
        en="The item {place} is of level 3 or higher without a mask.",
        advice_en="Choose one; without it the whole value is hidden.",
        check=items_that(_has_no_mask),
        fix=set_where(_has_no_mask, lambda item, _: {"mask": _default_mask(item)}),
    ),
    LintRule(
        code="P52", severity=W, element=Element.LEVEL,
        zh="信息项“{place}”的脱敏方式与其含义不符，可能泄露或无法使用。", advice_zh="请选择适合的脱敏方式。",
        en="The mask of {place} does not fit its meaning: it may leak or make the value useless.",
        advice_en="Choose the fitting one.",
        check=items_that(_has_unfit_mask),
        fix=set_where(_has_unfit_mask, lambda item, _: {"mask": _default_mask(item)}),
    ),
    LintRule(
        code="P53", severity=W, element=Element.RULES, source=r.PIPL,
        zh="查询条件 {place} 会一次查出许多人。", advice_zh="请加上号码或证号等能确定一个人的信息项。",
        en="The look-up by {place} gives many people at once.", advice_en="Add a number that names one person.",
        check=_asks_for_many,
    ),
    LintRule(
        code="P54", severity=E, element=Element.LEVEL, source=r.GRADING,
        zh="核心数据不得进入本平台。", advice_zh="请停止编目并报数据主管部门；误定的请更正数据分级。",
        en="Core data never enters the platform.",
        advice_en="Stop and tell the data authority; correct the grade if it was set by mistake.",
        check=when("data_grade", lambda draft, _: draft.data_grade is DataGrade.CORE),
    ),
    LintRule(
        code="P55", severity=E, element=Element.LEVEL, source=r.GRADING,
        zh="重要数据不能无条件共享或无条件开放。", advice_zh="请改为有条件，或更正数据分级。",
        en="Important data is neither shared nor opened without condition.", advice_en="Set a condition or the grade.",
        check=when(
            "data_grade",
            lambda draft, _: draft.data_grade is DataGrade.IMPORTANT
            and (draft.sharing_type is SharingType.UNCONDITIONAL or draft.open_type is OpenType.UNCONDITIONAL),
        ),
    ),
    LintRule(
        code="P56", severity=W, element=Element.OPENNESS, source=r.GRADING,
        zh="含四级数据的目录一般不予开放。", advice_zh="请改为不予开放，或将四级信息项移出。",
        en="An entry with level 4 data is as a rule not open.", advice_en="Do not open it, or take those items out.",
        check=when(
            "open_type", lambda draft, _: draft.open_type is not OpenType.NOT_OPEN and draft.level is Level.L4
        ),
    ),
    LintRule(
        code="P57", severity=W, element=Element.SHARING, source=r.GRADING,
        zh="含三级及以上数据的目录一般为有条件共享。", advice_zh="请改为有条件共享并写明条件。",
        en="An entry with data of level 3 or higher is as a rule shared with a condition.",
        advice_en="Share it conditionally and write the condition.",
        check=when(
            "sharing_type",
            lambda draft, _: draft.sharing_type is SharingType.UNCONDITIONAL and draft.level.rank >= Level.L3.rank,
        ),
    ),
    LintRule(
        code="P58", severity=E, element=Element.ITEMS, source=r.PIPL,
        zh="信息项“{place}”像是密码或密钥，不得共享。", advice_zh="请删除该信息项。",
        en="The item {place} looks like a password or key, which is never shared.", advice_en="Remove it.",
        check=items_that(lambda item: _is_secret(item.name, item.field)),
    ),
    LintRule(
        code="P59", severity=W, element=Element.LEVEL, source=r.PIPL,
        zh="数据像是涉及不满十四周岁的未成年人，属于敏感个人信息，影响评估中未提及。",
        advice_zh="请在评估结论中写明对未成年人信息的保护措施。",
        en="The data seems to be about minors, whose information is sensitive; the assessment does not say so.",
        advice_en="State in the assessment how minors are protected.",
        check=when(
            "assessment",
            lambda draft, _: bool(_MINOR.search(draft.title))
            and draft.level.rank >= Level.L3.rank
            and bool(draft.assessment.strip())
            and not re.search(r"未成年|儿童|学生", draft.assessment),
        ),
    ),
)  # fmt: skip
