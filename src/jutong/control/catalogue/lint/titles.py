"""Rules about titles, abstracts and the wording of texts."""

import re
from dataclasses import replace
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext, bare_title, content_of, stem_of, system_names
from jutong.control.catalogue.lint.rule import E, Element, Knowledge, LintRule, W, when
from jutong.control.catalogue.lint.texts import (
    GARBLED,
    LEAK,
    UNTIDY,
    chinese_in,
    has_chinese,
    has_wide,
    is_unbalanced,
    narrow,
    places_with,
    tidy,
    with_texts,
    without_tags,
)
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import UpdateFrequency

_SUFFIX: Final = re.compile(r"(测试|临时|备份|copy|tmp|temp|\d{6,8})$", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|(?!\d))")
_SHORTEST_ABSTRACT: Final = 10
_BOILERPLATE: Final = re.compile(
    r"暂无|待补充|待完善|待定|同上|同名称|详见附件|无说明|测试数据|xxx|lorem|TODO", re.IGNORECASE
)
_REGULAR: Final = frozenset(UpdateFrequency) - {
    UpdateFrequency.YEARLY,
    UpdateFrequency.IRREGULAR,
    UpdateFrequency.NEVER,
}


def _is_system_name(draft: EntryDraft, context: LintContext) -> bool:
    title, names = bare_title(draft.title), context.system_names
    if names is None:
        names = system_names(context.systems or {})
    return title.endswith(("系统", "平台")) or title in names


def _runs_on(draft: EntryDraft, context: LintContext) -> bool:
    numbered = stem_of(draft.title) != bare_title(draft.title)
    return numbered and bool(context.titles.running_with(draft.title, but=context.service))


def _of_a_past_year(draft: EntryDraft, context: LintContext) -> bool:
    years = [int(year) for year in _YEAR.findall(draft.title)]
    return draft.update_frequency in _REGULAR and any(year < context.today.year for year in years)


def _says_nothing(draft: EntryDraft, _: LintContext) -> bool:
    if len(draft.abstract.strip()) < _SHORTEST_ABSTRACT:  # for C09 to say
        return False
    bare = bare_title(draft.abstract)
    rest = bare.replace(bare_title(draft.title), "")
    return len(rest) < 4 or len(set(bare)) < 5 or bool(_BOILERPLATE.search(draft.abstract))


def _has_a_twin(draft: EntryDraft, context: LintContext) -> bool:
    # Short entries (a code and a name) are alike without being the same.
    return len(draft.items) > 2 and bool(
        context.contents.get(content_of(draft), frozenset()) - {context.service}
    )


RULES: Final = (
    LintRule(
        code="C01", severity=E, element=Element.TITLE, source=r.PRACTICE,
        zh="名称只是一个系统名。", advice_zh="请改为数据内容的名称，如“企业登记信息”。",
        en="The title is the name of a system.", advice_en="Name the data instead, such as 企业登记信息.",
        check=when("title", _is_system_name),
    ),
    LintRule(
        code="C02", severity=E, element=Element.TITLE, source=r.PRACTICE, needs=(Knowledge.CATALOGUE,),
        zh="名称只在末尾序号上与其他目录不同。", advice_zh="请写明两者内容的区别。",
        en="The title differs from another only by a running number.", advice_en="Say how their contents differ.",
        check=when("title", _runs_on),
    ),
    LintRule(
        code="C03", severity=E, element=Element.TITLE, source=r.PRACTICE, needs=(Knowledge.CATALOGUE,),
        zh="名称去除标点和空格后与已有目录相同。", advice_zh="请改名，或直接使用已有目录。",
        en="Without punctuation the title is that of another entry.", advice_en="Rename it or use that entry.",
        check=when("title", lambda draft, context: bool(context.titles.same_as(draft.title, but=context.service))),
    ),
    LintRule(
        code="C04", severity=W, element=Element.TITLE,
        zh="名称宜为4至60个汉字，且不以“测试、临时、备份、日期”结尾。", advice_zh="请改为正式名称。",
        en="A title has 4 to 60 Chinese characters and does not end in test, tmp, backup or a date.",
        advice_en="Use its formal name.",
        check=when(
            "title",
            lambda draft, _: not 4 <= chinese_in(draft.title) <= 60 or bool(_SUFFIX.search(draft.title.strip())),
        ),
    ),
    LintRule(
        code="C09", severity=E, element=Element.ABSTRACT, source=r.GUIDE,
        zh="摘要须为10至256个字，且不能与名称相同。", advice_zh="请说明数据的范围、来源和用途。",
        en="The abstract has 10 to 256 characters and is not the title.",
        advice_en="Say what the data covers and where it comes from.",
        check=when(
            "abstract",
            lambda draft, _: not _SHORTEST_ABSTRACT <= len(draft.abstract.strip()) <= 256
            or bare_title(draft.abstract) == bare_title(draft.title),
        ),
    ),
    LintRule(
        code="C46", severity=E, element=Element.ABSTRACT,
        zh="{place} 中含有网页代码、内网地址或口令。", advice_zh="请删除。",
        en="{place} contains HTML, an internal address or a password.", advice_en="Remove it.",
        check=lambda draft, _: places_with(draft, LEAK),
        fix=lambda draft: with_texts(draft, without_tags),
    ),
    LintRule(
        code="P02", severity=W, element=Element.TITLE,
        zh="名称写明了过去的年份，更新周期却是定期更新。", advice_zh="请去掉年份，或将更新周期改为每年、不更新。",
        en="The title names a past year, yet the data is updated regularly.",
        advice_en="Drop the year or change the frequency.",
        check=when("title", _of_a_past_year),
    ),
    LintRule(
        code="P03", severity=W, element=Element.TITLE, source=r.PRACTICE,
        zh="名称中有全角的数字或字母。", advice_zh="请改为半角。",
        en="The title has full-width digits or letters.", advice_en="Write them half-width.",
        check=when("title", lambda draft, _: has_wide(draft.title)),
        fix=lambda draft: replace(draft, title=narrow(draft.title)),
    ),
    LintRule(
        code="P04", severity=W, element=Element.TITLE,
        zh="名称中的括号、书名号或引号不成对。", advice_zh="请补全或删除。",
        en="A bracket or quotation mark of the title has no partner.", advice_en="Complete or remove it.",
        check=when("title", lambda draft, _: is_unbalanced(draft.title)),
    ),
    LintRule(
        code="P05", severity=W, element=Element.ABSTRACT,
        zh="摘要是套话，没有说明数据内容。", advice_zh="请写明数据覆盖谁、哪些事项、从何时起、由何处产生。",
        en="The abstract is boilerplate and says nothing about the data.",
        advice_en="Say whom and what it covers, since when, and where it arises.",
        check=when("abstract", _says_nothing),
    ),
    LintRule(
        code="P06", severity=W, element=Element.ABSTRACT,
        zh="摘要中没有中文。", advice_zh="请用中文说明数据内容。",
        en="The abstract has no Chinese.", advice_en="Describe the data in Chinese.",
        check=when("abstract", lambda draft, _: bool(draft.abstract.strip()) and not has_chinese(draft.abstract)),
    ),
    LintRule(
        code="P07", severity=W, element=Element.ABSTRACT, source=r.PRACTICE,
        zh="{place} 首尾有空格，或含有看不见的字符。", advice_zh="请清除。",
        en="{place} has spaces around it or characters that cannot be seen.", advice_en="Remove them.",
        check=lambda draft, _: places_with(draft, UNTIDY),
        fix=lambda draft: with_texts(draft, tidy),
    ),
    LintRule(
        code="P08", severity=E, element=Element.ABSTRACT, source=r.QUALITY,
        zh="{place} 中有乱码或控制字符。", advice_zh="请按原文重新录入。",
        en="{place} is garbled or has control characters.", advice_en="Enter it again from the original.",
        check=lambda draft, _: places_with(draft, GARBLED),
    ),
    LintRule(
        code="P09", severity=W, element=Element.ITEMS, needs=(Knowledge.CATALOGUE,),
        zh="另有目录的信息项与本目录完全相同。", advice_zh="请核对是否重复编目，重复的应合并或下架。",
        en="Another entry has exactly the same items.",
        advice_en="See whether it was catalogued twice; merge or withdraw one.",
        check=when("items", _has_a_twin),
    ),
)  # fmt: skip
