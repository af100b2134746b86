"""Rules about code lists, data elements, certificates and spatial data."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.lint.rule import E, Element, Knowledge, LintRule, W, when
from jutong.control.catalogue.values import EntryDraft
from jutong.control.standards.api import BindingFaultKind, binding_faults
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.code_lists import code_lists

_DATUM: Final = re.compile(
    r"CGCS ?2000|WGS-?84|GCJ-?02|BD-?09|北京54|西安80|坐标系|大地2000|2000国家大地", re.IGNORECASE
)
_OTHER_FAULTS: Final = frozenset(
    {BindingFaultKind.UNKNOWN_LIST, BindingFaultKind.ABOLISHED_LIST, BindingFaultKind.UNBOUND}
)
_SPATIAL: Final = frozenset({Meaning.LONGITUDE, Meaning.LATITUDE, Meaning.GEOMETRY})
_VALIDITY: Final = re.compile(r"有效|失效|截止|到期|终止|届满|期限")
_NUMBERED: Final = re.compile(r"(证照?|证书|许可|批准|登记|执照)(编?号|号码|编码|标识)|电子证照标识|证号")
_CODED: Final = re.compile(r"(代码|编码|类别|类型|状态)$")
_LISTS_OF: Final = {
    Meaning.SEX: ("sex",),
    Meaning.NATION: ("nation", "nation_letters"),
    Meaning.REGION_CODE: ("region", "region_1980", "region_2000", "region_2020"),
    Meaning.INDUSTRY: ("industry",),
}
"""Code lists of the standard of a meaning (GB/T 2261.1, GB/T 3304, GB/T 2260, GB/T 4754)."""


@cache
def _longest_codes() -> dict[str, int]:
    return {name: max(map(len, listed.entries), default=0) for name, listed in code_lists().items()}


def _unknown_lists(draft: EntryDraft, context: LintContext) -> Iterable[str]:
    known = context.standards.lists if context.standards is not None else {}
    for item in draft.items:
        if item.code_list and item.code_list not in known and item.code_list not in _longest_codes():
            yield item.name


def _element_faults(draft: EntryDraft, context: LintContext) -> Iterable[tuple[str, str, str]]:
    # What concerns the code list alone is for P60, what could be bound for the page of standards.
    bound = [item for item in draft.items if item.data_element]
    if context.standards is None or not bound:
        return
    for fault in binding_faults(bound, context.standards):
        if fault.kind not in _OTHER_FAULTS:
            yield fault.item_name, fault.zh, fault.en


def _short_for_codes(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    for item in draft.items:
        longest = _longest_codes().get(item.code_list)
        if longest and item.data_type is DataType.TEXT and item.length and item.length < longest:
            yield item.name


def _unlisted(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    for item in draft.items:
        if item.meaning in _LISTS_OF and not item.code_list and not item.data_element:
            yield item.name


def _of_another_list(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    for item in draft.items:
        fitting = _LISTS_OF.get(item.meaning) if item.meaning else None
        if fitting and item.code_list in _longest_codes() and item.code_list not in fitting:
            yield item.name


def _says(draft: EntryDraft, words: re.Pattern[str]) -> bool:
    texts = (
        draft.abstract,
        *(item.description for item in draft.items),
        *(item.name for item in draft.items),
    )
    return any(words.search(text) for text in texts)


def _half_a_place(draft: EntryDraft, _: LintContext) -> bool:
    meanings = {item.meaning for item in draft.items}
    return (Meaning.LONGITUDE in meanings) != (Meaning.LATITUDE in meanings)


def _is_certificate_without(draft: EntryDraft, words: re.Pattern[str]) -> bool:
    return (
        draft.is_certificate
        and bool(draft.items)
        and not any(words.search(item.name) for item in draft.items)
    )


RULES: Final = (
    LintRule(
        code="P60", severity=E, element=Element.ITEMS, needs=(Knowledge.STANDARDS,),
        zh="信息项“{place}”引用的代码集不存在。", advice_zh="请从代码集中选择，或先登记该代码集。",
        en="The code list of {place} does not exist.", advice_en="Choose a known one, or register it first.",
        check=_unknown_lists,
    ),
    LintRule(
        code="P61", severity=W, element=Element.ITEMS,
        zh="信息项“{place}”的长度放不下其代码集中最长的代码。", advice_zh="请加大长度。",
        en="The item {place} is too short for the longest code of its list.", advice_en="Make it longer.",
        check=_short_for_codes,
    ),
    LintRule(
        code="P62", severity=W, element=Element.ITEMS, source=r.QUALITY,
        zh="信息项“{place}”有国家标准代码（行政区划、民族、性别、行业），但未引用代码集。",
        advice_zh="请选择GB/T 2260、3304、2261.1、4754对应的代码集，以便校验取值。",
        en="The item {place} has a national code list (GB/T 2260, 3304, 2261.1, 4754) and names none.",
        advice_en="Choose it, so that values can be checked.",
        check=_unlisted,
    ),
    LintRule(
        code="P63", severity=W, element=Element.ITEMS, source=r.QUALITY,
        zh="信息项“{place}”引用的代码集与其含义不符。", advice_zh="请核对代码集。",
        en="The code list of {place} is not one of its meaning.", advice_en="Check it.",
        check=_of_another_list,
    ),
    LintRule(
        code="P64", severity=W, element=Element.ITEMS, needs=(Knowledge.STANDARDS,),
        zh="信息项“{place}”与所引用的数据元不一致。", advice_zh="{detail}",
        en="The item {place} does not agree with its data element.", advice_en="{detail}",
        check=_element_faults,
    ),
    LintRule(
        code="P65", severity=W, element=Element.ITEMS, source="GB/T 36903-2018 电子证照 元数据规范",
        zh="电子证照数据没有有效期信息项。", advice_zh="请补充有效期起止日期，供使用部门判断证照是否有效。",
        en="Certificate data has no item about its validity.", advice_en="Add the dates of its validity.",
        check=when("items", lambda draft, _: _is_certificate_without(draft, _VALIDITY)),
    ),
    LintRule(
        code="P66", severity=W, element=Element.ITEMS, source="GB/T 36903-2018 电子证照 元数据规范",
        zh="电子证照数据没有证照编号信息项。", advice_zh="请补充证照编号或电子证照标识。",
        en="Certificate data has no item with the certificate's number.", advice_en="Add it.",
        check=when("items", lambda draft, _: _is_certificate_without(draft, _NUMBERED)),
    ),
    LintRule(
        code="P67", severity=W, element=Element.ABSTRACT,
        zh="含空间数据，但没有说明坐标系。", advice_zh="请在摘要或信息项说明中写明，如CGCS2000。",
        en="Spatial data without its datum.", advice_en="State it in the abstract or an item, such as CGCS2000.",
        check=when(
            "abstract",
            lambda draft, _: any(item.meaning in _SPATIAL for item in draft.items) and not _says(draft, _DATUM),
        ),
    ),
    LintRule(
        code="P68", severity=W, element=Element.ITEMS,
        zh="只有经度或只有纬度。", advice_zh="请补全另一个坐标。",
        en="There is a longitude without latitude, or the reverse.", advice_en="Add the other one.",
        check=when("items", _half_a_place),
    ),
    LintRule(
        code="P69", severity=W, element=Element.ITEMS, source=r.QUALITY,
        zh="信息项“{place}”是代码，但没有引用代码集、数据元，也没有说明取值。",
        advice_zh="请引用代码集，或在说明中列出取值。",
        en="The item {place} holds codes without a code list, data element or description.",
        advice_en="Name the list, or write the values into the description.",
        check=lambda draft, _: [
            item.name
            for item in draft.items
            if item.data_type is DataType.TEXT
            and item.meaning is None
            and not (item.key or item.code_list or item.data_element or item.description.strip())
            and _CODED.search(item.name)
        ],
    ),
)  # fmt: skip
