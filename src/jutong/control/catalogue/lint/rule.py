"""What a rule of the linter is: a frozen value that a manual can print and a page can offer to mend."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import Severity
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.terms import Term


class Element(Term):
    """The metadata element that a rule concerns; the code is its number in 发改高技术〔2017〕1272号, or E for extensions."""

    CLASSIFICATION = "classification", "1", "信息资源分类", "Classification"
    TITLE = "title", "2", "信息资源名称", "Title"
    CODE = "code", "3", "信息资源代码", "Resource code"
    PROVIDER = "provider", "4", "信息资源提供方", "Provider"
    PROVIDER_CODE = "provider_code", "5", "提供方代码", "Provider's code"
    ABSTRACT = "abstract", "6", "信息资源摘要", "Abstract"
    FORMAT = "format", "7", "信息资源格式", "Format"
    ITEMS = "items", "8", "信息项信息", "Items"
    SHARING = "sharing", "9", "共享属性", "Sharing"
    OPENNESS = "openness", "10", "开放属性", "Openness"
    FREQUENCY = "frequency", "11", "更新周期", "Update frequency"
    PUBLICATION = "publication", "12", "发布日期", "Publication"
    RELATED = "related", "13", "关联资源代码", "Related codes"
    LEVEL = "level", "E1", "分类分级", "Classification and grading"
    SYSTEM = "system", "E2", "来源系统", "Source system"
    CONTACT = "contact", "E3", "联系方式", "Contact"
    DUTIES = "duties", "E4", "关联事项", "Duties"
    SURVEY = "survey", "E5", "普查数字", "Survey figures"
    RULES = "rules", "E6", "质量规则和查询条件", "Quality rules and look-up keys"
    HOOK = "hook", "E7", "挂接和归集", "Source and collection"
    USE = "use", "E8", "使用", "Use"


class Knowledge(Term):
    """What a rule has to know beyond the draft; without it the rule is silent."""

    CATALOGUE = "catalogue", "K1", "其他目录", "other entries"
    DIRECTORY = "directory", "K2", "部门和系统", "departments and systems"
    DUTIES = "duties", "K3", "权责事项", "duties"
    STANDARDS = "standards", "K4", "数据元和代码集", "data elements and code lists"
    RECORD = "record", "K5", "目录的发布记录", "the entry's record"
    HOOK = "hook", "K6", "挂接和归集", "source and collection"
    USE = "use", "K7", "授权和调用", "grants and calls"
    ONE_SOURCE = "one_source", "K8", "数源认定", "one-source decisions"
    LISTS = "lists", "K9", "三张清单", "the three lists"


# Where the rules come from (domain knowledge; the wording is ours).
GUIDE: Final = "政务信息资源目录编制指南（试行）（发改高技术〔2017〕1272号）"
REGULATION: Final = "政务数据共享条例（国令第809号）"
PRACTICE: Final = "目录梳理常见问题（省市平台实践）"
GRADING: Final = "GB/T 43697-2024 数据分类分级规则"
PIPL: Final = "个人信息保护法"
QUALITY: Final = "GB/T 36344-2018 数据质量评价指标"
PRODUCT: Final = "平台建议"

Found = str | tuple[str, str] | tuple[str, str, str]
"""A place; or a place with a detail in both languages, or one in each."""
Check = Callable[[EntryDraft, LintContext], Iterable[Found]]
Fix = Callable[[EntryDraft], EntryDraft]
E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """`check` yields the places that break the rule; `{place}` and `{detail}` in a text are filled from it.

    `zh` and `en` say what is wrong, `advice_zh` and `advice_en` what to do. `fix`, where there is one, does it:
    it needs nobody's judgement, keeps the meaning of the entry, and does nothing where nothing is wrong.
    """

    code: str
    severity: Severity
    element: Element
    zh: str
    advice_zh: str
    en: str
    advice_en: str
    check: Check
    fix: Fix | None = None
    source: str = PRODUCT
    needs: tuple[Knowledge, ...] = ()


def when(place: str, wrong: Callable[[EntryDraft, LintContext], bool]) -> Check:
    """The rule is broken, at `place`, when `wrong` says so."""
    return lambda draft, context: (place,) if wrong(draft, context) else ()


def items_that(wrong: Callable[[InformationItem], bool]) -> Check:
    """The names of the items that are wrong by themselves."""
    return lambda draft, _: [item.name for item in draft.items if wrong(item)]


def items_within(wrong: Callable[[InformationItem, EntryDraft], bool]) -> Check:
    """The names of the items that are wrong within their entry."""
    return lambda draft, _: [item.name for item in draft.items if wrong(item, draft)]
