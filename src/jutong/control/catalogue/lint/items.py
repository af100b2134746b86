"""Rules about information items: names, types, lengths, keys, look-up keys and quality rules."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.lint.mending import keys_first, known_keys, set_where
from jutong.control.catalogue.lint.rule import E, Element, LintRule, W, items_that, when
from jutong.control.catalogue.lint.texts import has_chinese, repeated
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import DataType, Meaning, SharingMethod
from jutong.vocabulary.contracts import FIELD_PATTERN, InformationItem

_MEANINGLESS: Final = re.compile(r"(字段|备用|预留|column|col|field)[ _]?\d*", re.IGNORECASE)
_TECHNICAL: Final = re.compile(
    r"(创建|更新|修改|操作|录入|入库|同步)(人|者|时间|时间戳|用户)|删除(标志|标识|标记)|是否删除|乐观锁|时间戳|etl.*|租户.*"
    r"|is_?deleted?|del_?flag|create_?(by|time|user)|update_?(by|time|user)|tenant_?id",
    re.IGNORECASE,
)
# Items of a city share their names: what a name alone says is worked out once for each.
_ONCE_A_NAME: Final = 32_768
_DATED: Final = re.compile(r"(日期|时间|年月日)$")
_FIELD: Final = re.compile(FIELD_PATTERN)
_LONG_TEXT: Final = 4000
_MANY_ITEMS: Final = 300
_WITH_LENGTH: Final = frozenset(
    {DataType.TEXT, DataType.NUMBER, DataType.MONEY, DataType.MEMO, DataType.GENERAL}
)
_WITH_SCALE: Final = frozenset({DataType.NUMBER, DataType.MONEY, DataType.DOUBLE, DataType.FLOAT})
_DATES: Final = frozenset({DataType.DATE, DataType.TIMESTAMP})
_NUMBERS: Final = frozenset({DataType.NUMBER, DataType.DOUBLE, DataType.FLOAT})
_UNFIT_KEYS: Final = frozenset({DataType.MEMO, DataType.GENERAL, DataType.DOUBLE, DataType.FLOAT})
LENGTHS: Final = {
    Meaning.CITIZEN_ID: (18,),
    Meaning.USCC: (18,),
    Meaning.ORGANISATION_CODE: (9, 10),
    Meaning.REGION_CODE: (6, 9, 12),
    Meaning.MOBILE: (11,),
    Meaning.VIN: (17,),
    Meaning.POSTCODE: (6,),
    Meaning.REAL_ESTATE_UNIT: (28,),
}
"""Lengths that the standard of a meaning allows."""
_TYPES: Final = {
    Meaning.DATE: _DATES,
    Meaning.BIRTH_DATE: _DATES,
    Meaning.TIMESTAMP: _DATES,
    Meaning.LONGITUDE: _NUMBERS,
    Meaning.LATITUDE: _NUMBERS,
    Meaning.CITIZEN_ID: frozenset({DataType.TEXT}),
    Meaning.USCC: frozenset({DataType.TEXT}),
    Meaning.MOBILE: frozenset({DataType.TEXT}),
    Meaning.TELEPHONE: frozenset({DataType.TEXT}),
    Meaning.BANK_CARD: frozenset({DataType.TEXT}),
    Meaning.POSTCODE: frozenset({DataType.TEXT}),
    Meaning.REGION_CODE: frozenset({DataType.TEXT}),
}
"""Types that fit a meaning: a number loses the leading zeros and the X of a code."""
# What databases call their types, for files that name them so.
_TYPE_NAMES: Final = (
    (re.compile(r"n?(var)?char2?\b|string|字符|文本|text", re.IGNORECASE), DataType.TEXT),
    (re.compile(r"date ?time|timestamp|日期时间|时间", re.IGNORECASE), DataType.TIMESTAMP),
    (re.compile(r"date|日期", re.IGNORECASE), DataType.DATE),
    (re.compile(r"(big|small|tiny)?int(eger)?\b|整", re.IGNORECASE), DataType.INTEGER),
    (re.compile(r"number|numeric|decimal|数值|数字", re.IGNORECASE), DataType.NUMBER),
    (re.compile(r"bool(ean)?|bit|逻辑", re.IGNORECASE), DataType.BOOLEAN),
)


@lru_cache(_ONCE_A_NAME)
def _is_technical(name: str) -> bool:
    return _TECHNICAL.fullmatch(name) is not None


@lru_cache(_ONCE_A_NAME)
def _means_nothing(name: str) -> bool:
    return not has_chinese(name) or _MEANINGLESS.fullmatch(name.strip()) is not None


@lru_cache(_ONCE_A_NAME)
def _is_well_formed(field: str) -> bool:
    return _FIELD.match(field) is not None


def _known_type(item: InformationItem) -> DataType | None:
    text = str(item.data_type)
    return next((kind for names, kind in _TYPE_NAMES if names.match(text)), None)


def _has_no_known_type(item: InformationItem, _: EntryDraft) -> bool:
    return not isinstance(item.data_type, DataType)


def _of_unfit_length(item: InformationItem, _: EntryDraft | None = None) -> bool:
    allowed = LENGTHS.get(item.meaning) if item.meaning else None
    return (
        allowed is not None
        and item.data_type is DataType.TEXT
        and bool(item.length)
        and item.length not in allowed
    )


def _of_unfit_type(item: InformationItem) -> bool:
    fitting = _TYPES.get(item.meaning) if item.meaning else None
    if fitting is not None:
        return item.data_type not in fitting
    return item.data_type is DataType.TEXT and not item.code_list and bool(_DATED.search(item.name))


def _has_useless_length(item: InformationItem, _: EntryDraft | None = None) -> bool:
    return (
        isinstance(item.data_type, DataType)
        and item.data_type not in _WITH_LENGTH
        and item.length is not None
    )


def _has_useless_scale(item: InformationItem, _: EntryDraft | None = None) -> bool:
    return isinstance(item.data_type, DataType) and item.data_type not in _WITH_SCALE and bool(item.scale)


def _is_money_without_scale(item: InformationItem, _: EntryDraft | None = None) -> bool:
    return item.data_type is DataType.MONEY and item.scale is None


def _lacks_length(item: InformationItem, _: EntryDraft | None = None) -> bool:
    return item.data_type is DataType.TEXT and not item.length


def _is_optional_key(item: InformationItem, _: EntryDraft | None = None) -> bool:
    return item.key and not item.required


def _length_by_meaning(item: InformationItem, _: EntryDraft) -> dict[str, object]:
    allowed = LENGTHS.get(item.meaning) if item.meaning else None
    return {"length": allowed[0]} if allowed and len(allowed) == 1 else {}


def _without_key(draft: EntryDraft) -> bool:
    return bool(draft.items) and not draft.without_key and not any(item.key for item in draft.items)


def _unknown_keys(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    fields = {item.field for item in draft.items}
    yield from dict.fromkeys(key for keys in draft.query_keys for key in keys if key not in fields)


def _unfit_keys(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    asked = {key for keys in draft.query_keys for key in keys}
    return [item.name for item in draft.items if item.field in asked and item.data_type in _UNFIT_KEYS]


def _blind_rules(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    fields = {item.field for item in draft.items}
    return [rule.code for rule in draft.rules if not fields.issuperset(rule.fields)]


def _keys_are_late(draft: EntryDraft) -> bool:
    flags = [item.key for item in draft.items]
    return flags != sorted(flags, reverse=True)


RULES: Final = (
    LintRule(
        code="C13", severity=E, element=Element.ITEMS, source=r.PRACTICE,
        zh="信息项“{place}”的数据类型不在字典中。", advice_zh="请从数据类型字典中选择。",
        en="The data type of {place} is not in the dictionary.", advice_en="Choose one of the dictionary.",
        check=lambda draft, _: [item.name for item in draft.items if _has_no_known_type(item, draft)],
        fix=set_where(_has_no_known_type, lambda item, _: {"data_type": _known_type(item) or item.data_type}),
    ),
    LintRule(
        code="C14", severity=E, element=Element.ITEMS, source=r.GUIDE,
        zh="没有信息项。", advice_zh="请至少添加一个信息项。", en="There is no item.", advice_en="Add at least one.",
        check=when("items", lambda draft, _: not draft.items),
    ),
    LintRule(
        code="C15", severity=E, element=Element.ITEMS,
        zh="信息项名称“{place}”重复。", advice_zh="请改名以示区别。",
        en="The item name {place} occurs twice.", advice_en="Give each its own name.",
        check=lambda draft, _: repeated(item.name for item in draft.items),
    ),
    LintRule(
        code="C16", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”没有中文含义。", advice_zh="请填写业务名称。",
        en="The item {place} has no Chinese meaning.", advice_en="Give its business name.",
        check=items_that(lambda item: _means_nothing(item.name)),
    ),
    LintRule(
        code="C17", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”为字符型，但未填长度。", advice_zh="请填写最大长度。",
        en="The text item {place} has no length.", advice_en="Give the longest one.",
        check=items_that(_lacks_length),
        fix=set_where(_lacks_length, _length_by_meaning),
    ),
    LintRule(
        code="C18", severity=W, element=Element.ITEMS,
        zh="没有主键信息项。", advice_zh="请标出主键，或声明“无主键”。",
        en="No item is a key.", advice_en="Mark one, or declare that there is none.",
        check=when("items", lambda draft, _: _without_key(draft)),
    ),
    LintRule(
        code="P01", severity=E, element=Element.RULES,
        zh="查询条件 {place} 不是本目录的信息项。", advice_zh="请从信息项中选择。",
        en="The look-up key {place} is no item of this entry.", advice_en="Choose from its items.",
        check=_unknown_keys,
        fix=known_keys,
    ),
    LintRule(
        code="P30", severity=E, element=Element.ITEMS,
        zh="字段名 {place} 不区分大小写时重复。", advice_zh="请改名，数据库中的列名不分大小写。",
        en="The field {place} occurs twice when case is not told apart.",
        advice_en="Rename one: databases do not tell their columns apart by case.",
        check=lambda draft, _: repeated(item.field.lower() for item in draft.items),
    ),
    LintRule(
        code="P31", severity=E, element=Element.ITEMS,
        zh="字段名“{place}”不规范：须以字母开头，只含字母、数字和下划线，最长64位。", advice_zh="请改名。",
        en="The field {place} is malformed: up to 64 letters, digits and underscores, a letter first.",
        advice_en="Rename it.",
        check=lambda draft, _: [item.field for item in draft.items if not _is_well_formed(item.field)],
    ),
    LintRule(
        code="P32", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”的类型没有长度之说，却填了长度。", advice_zh="请清空长度。",
        en="The type of {place} has no length, yet one is written.", advice_en="Clear it.",
        check=items_that(_has_useless_length),
        fix=set_where(_has_useless_length, lambda *_: {"length": None}),
    ),
    LintRule(
        code="P33", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”为字符型，长度超过4000。", advice_zh="请改为备注型，或填写实际最大长度。",
        en="The text item {place} is longer than 4,000.", advice_en="Make it a memo, or give its real longest length.",
        check=items_that(lambda item: item.data_type is DataType.TEXT and (item.length or 0) > _LONG_TEXT),
    ),
    LintRule(
        code="P34", severity=W, element=Element.ITEMS,
        zh="货币型信息项“{place}”未填小数位数。", advice_zh="请填写，以元为单位一般为2位。",
        en="The money item {place} has no scale.", advice_en="Give it: 2 for amounts in yuan.",
        check=items_that(_is_money_without_scale),
        fix=set_where(_is_money_without_scale, lambda *_: {"scale": 2}),
    ),
    LintRule(
        code="P35", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”的类型没有小数，却填了小数位数。", advice_zh="请清空小数位数。",
        en="The type of {place} has no decimals, yet a scale is written.", advice_en="Clear it.",
        check=items_that(_has_useless_scale),
        fix=set_where(_has_useless_scale, lambda *_: {"scale": None}),
    ),
    LintRule(
        code="P36", severity=W, element=Element.ITEMS, source=r.QUALITY,
        zh="信息项“{place}”的长度与其含义的标准长度不符。", advice_zh="请按标准填写，如公民身份号码18位。",
        en="The length of {place} is not that of its meaning's standard.",
        advice_en="Follow the standard: a citizen ID number has 18 characters.",
        check=items_that(_of_unfit_length),
        fix=set_where(_of_unfit_length, _length_by_meaning),
    ),
    LintRule(
        code="P37", severity=W, element=Element.ITEMS, source=r.QUALITY,
        zh="信息项“{place}”的数据类型与其含义不符：日期用日期型，坐标用数值型，号码用字符型。", advice_zh="请修改数据类型。",
        en="The type of {place} does not fit its meaning: dates are dates, coordinates numbers, numbers of persons text.",
        advice_en="Change the type.",
        check=items_that(_of_unfit_type),
    ),
    LintRule(
        code="P38", severity=W, element=Element.ITEMS,
        zh="主键信息项“{place}”允许为空。", advice_zh="请设为必填，否则无法定位记录。",
        en="The key item {place} may be empty.", advice_en="Make it required, or rows cannot be told apart.",
        check=items_that(_is_optional_key),
        fix=set_where(_is_optional_key, lambda *_: {"required": True}),
    ),
    LintRule(
        code="P39", severity=W, element=Element.ITEMS,
        zh="主键信息项没有排在最前。", advice_zh="请将主键移到其他信息项之前，便于阅读和核对。",
        en="The key items do not stand first.", advice_en="Move them before the others.",
        check=when("items", lambda draft, _: _keys_are_late(draft)),
        fix=keys_first,
    ),
    LintRule(
        code="P40", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”是系统内部的技术字段。", advice_zh="请删除，只保留有业务含义的信息项。",
        en="The item {place} is a technical column of the system.", advice_en="Remove it; keep what the business means.",
        check=items_that(lambda item: _is_technical(item.name.strip()) or _is_technical(item.field)),
    ),
    LintRule(
        code="P41", severity=W, element=Element.ITEMS,
        zh="信息项超过300个，像是整库编目。", advice_zh="请按业务对象拆分为多个目录。",
        en="More than 300 items: this looks like a whole database.", advice_en="Split it by what the data is about.",
        check=when("items", lambda draft, _: len(draft.items) > _MANY_ITEMS),
    ),
    LintRule(
        code="P42", severity=W, element=Element.RULES,
        zh="以服务接口共享，却没有查询条件和主键，发布后无法查询。", advice_zh="请设置查询条件。",
        en="Shared by interface without look-up keys or key items: nothing could be asked for.",
        advice_en="Set its look-up keys.",
        check=when(
            "query_keys",
            lambda draft, _: SharingMethod.API in draft.sharing_methods
            and bool(draft.items)
            and not draft.query_keys
            and not any(item.key for item in draft.items),
        ),
    ),
    LintRule(
        code="P43", severity=W, element=Element.RULES,
        zh="信息项“{place}”是长文本或浮点数，不适合作为查询条件。", advice_zh="请改用编码、号码或日期。",
        en="The item {place} is a long text or a float and makes no look-up key.",
        advice_en="Use a code, a number or a date.",
        check=_unfit_keys,
    ),
    LintRule(
        code="P44", severity=E, element=Element.RULES,
        zh="质量规则 {place} 引用了不存在的信息项。", advice_zh="请修改或删除该规则。",
        en="The quality rule {place} names an item that is not there.", advice_en="Change or remove the rule.",
        check=_blind_rules,
    ),
    LintRule(
        code="P45", severity=E, element=Element.RULES,
        zh="质量规则编码 {place} 重复。", advice_zh="请为每条规则使用不同的编码。",
        en="The quality rule code {place} occurs twice.", advice_en="Give each rule its own.",
        check=lambda draft, _: repeated(rule.code for rule in draft.rules),
    ),
)  # fmt: skip
