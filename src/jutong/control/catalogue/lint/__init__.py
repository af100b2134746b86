"""The linter (目录梳理规则, domain §5.3): each rule a value with its code, severity and what to do."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jutong.control.catalogue.values import EntryDraft, Finding
from jutong.kernel.text import normalise
from jutong.vocabulary.catalogue import (
    FORMATS,
    SHARING_STRICTNESS,
    DataType,
    FormatClass,
    Level,
    Meaning,
    OpenType,
    Severity,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.identifiers import is_uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class LintContext:
    """What a rule may know beyond the draft itself."""

    today: date = date.min
    provider_uscc: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    """`bare_title` of every other entry → its service name."""
    codes: frozenset[str] = frozenset()
    """Resource codes that exist."""
    systems: Mapping[str, str] = field(default_factory=dict)
    """Code → name of the registered systems that are in use."""


Check = Callable[[EntryDraft, LintContext], Iterable[str]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """`check` yields the places that break the rule; `{place}` in a message is one of them."""

    code: str
    severity: Severity
    zh: str
    en: str
    check: Check


def lint_entry(draft: EntryDraft, context: LintContext | None = None) -> tuple[Finding, ...]:
    """Everything that the rules say of `draft`, errors first, then by rule."""
    known = context or LintContext()
    findings = [
        Finding(
            rule=rule.code,
            severity=rule.severity,
            place=place,
            zh=rule.zh.format(place=place),
            en=rule.en.format(place=place),
        )
        for rule in RULES
        for place in rule.check(draft, known)
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.severity is Severity.WARNING, finding.rule)))


def bare_title(title: str) -> str:
    """A title without punctuation, spaces and width: what C03 compares."""
    return re.sub(r"[\W_]+", "", normalise(title))


def _when(place: str, wrong: Callable[[EntryDraft, LintContext], bool]) -> Check:
    return lambda draft, context: (place,) if wrong(draft, context) else ()


def _chinese(text: str) -> int:
    return len(re.findall(r"[\u3400-\u9fff]", text))


def _is_system_name(draft: EntryDraft, context: LintContext) -> bool:
    title = bare_title(draft.title)
    return title.endswith(("系统", "平台")) or title in {
        bare_title(name) for name in context.systems.values()
    }


def _runs_on(draft: EntryDraft, context: LintContext) -> bool:
    stem = re.sub(r"\d+$", "", bare_title(draft.title))
    if stem == bare_title(draft.title):
        return False
    return any(re.fullmatch(re.escape(stem) + r"\d*", other) for other in context.titles)


_SUFFIX: Final = re.compile(r"(测试|临时|备份|copy|tmp|temp|\d{6,8})$", re.IGNORECASE)
_MEANINGLESS: Final = re.compile(r"(字段|备用|预留|column|col|field)[ _]?\d*", re.IGNORECASE)
_SENSITIVE_NAME: Final = re.compile(r"身份证|身份号码|手机|联系电话|住址|家庭地址|病历|诊断|银行卡|银行账号")
_SENSITIVE: Final = frozenset(
    {Meaning.CITIZEN_ID, Meaning.MOBILE, Meaning.PERSON_NAME, Meaning.BANK_CARD, Meaning.ADDRESS}
)
_LEAK: Final = re.compile(
    r"<[a-z/!][^>]*>|\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+"
    r"|(password|passwd|密码|口令)\s*[:：=]\s*\S+",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"1[3-9]\d{9}|(0\d{2,3}-?)?[2-8]\d{6,7}(-\d{1,6})?|12345|400-?\d{3}-?\d{4}")


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice: list[str] = []
    for name in names:
        if name in seen and name not in twice:
            twice.append(name)
        seen.add(name)
    return twice


def _format_and_method(draft: EntryDraft) -> bool:
    methods = set(draft.sharing_methods)
    if draft.format_class in {FormatClass.DOCUMENT, FormatClass.SPREADSHEET}:
        # What the platform has collected it serves as an interface too: a file source need not stay a file.
        return bool(methods) and not methods & {
            SharingMethod.FILE,
            SharingMethod.API,
            SharingMethod.VERIFICATION,
        }
    return draft.format_class is FormatClass.DATABASE and methods == {SharingMethod.FILE}


def _under_graded(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    open_entry = draft.open_type is OpenType.UNCONDITIONAL
    for item in draft.items:
        sensitive = item.meaning in _SENSITIVE or bool(_SENSITIVE_NAME.search(item.name))
        public = open_entry and item.open_type is OpenType.UNCONDITIONAL and item.mask is None
        if sensitive and (item.level.rank < Level.L3.rank or public):
            yield item.name


def _leaks(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    for name in ("title", "abstract", "sharing_condition", "sharing_reason", "scene", "open_condition"):
        if _LEAK.search(getattr(draft, name)):
            yield name
    for item in draft.items:
        if _LEAK.search(item.description) or _LEAK.search(item.name):
            yield item.field


_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|(?!\d))")
_REGULAR: Final = frozenset(UpdateFrequency) - {
    UpdateFrequency.YEARLY,
    UpdateFrequency.IRREGULAR,
    UpdateFrequency.NEVER,
}


def _of_a_past_year(draft: EntryDraft, context: LintContext) -> bool:
    years = [int(year) for year in _YEAR.findall(draft.title)]
    return draft.update_frequency in _REGULAR and any(year < context.today.year for year in years)


def _unknown_keys(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    fields = {item.field for item in draft.items}
    for keys in draft.query_keys:
        yield from (key for key in keys if key not in fields)


E, W = Severity.ERROR, Severity.WARNING
NOT_SHARED, CONDITIONAL, FREE = SharingType.NOT_SHARED, SharingType.CONDITIONAL, SharingType.UNCONDITIONAL

RULES: Final = (
    LintRule(
        "C01", E,
        "名称只是一个系统名。请改为数据内容的名称，如“企业登记信息”。",
        "The title is the name of a system. Name the data instead, such as 企业登记信息.",
        _when("title", _is_system_name),
    ),
    LintRule(
        "C02", E,
        "名称只在末尾序号上与其他目录不同。请写明两者内容的区别。",
        "The title differs from another only by a running number. Say how their contents differ.",
        _when("title", _runs_on),
    ),
    LintRule(
        "C03", E,
        "名称去除标点和空格后与已有目录相同。请改名，或直接使用已有目录。",
        "Without punctuation the title is that of another entry. Rename it or use that entry.",
        _when("title", lambda draft, context: bare_title(draft.title) in context.titles),
    ),
    LintRule(
        "C04", W,
        "名称宜为4至60个汉字，且不以“测试、临时、备份、日期”结尾。请改为正式名称。",
        "A title has 4 to 60 Chinese characters and does not end in test, tmp, backup or a date. Use its formal name.",
        _when(
            "title",
            lambda draft, _: not 4 <= _chinese(draft.title) <= 60 or bool(_SUFFIX.search(draft.title.strip())),
        ),
    ),
    LintRule(
        "C06", W,
        "尚未选择项、目级分类，代码将只含类。请在分类树中选择。",
        "No second-level class is chosen; the code will hold the class alone. Choose one in the tree.",
        _when("classification", lambda draft, _: len(draft.classification) < 2),
    ),
    LintRule(
        "C08", E,
        "提供方的统一社会信用代码缺失或校验不通过。请由系统管理员在部门信息中更正。",
        "The provider's unified social credit code is missing or wrong. The system administrator corrects it.",
        _when("provider", lambda _, context: not is_uscc(context.provider_uscc)),
    ),
    LintRule(
        "C09", E,
        "摘要须为10至256个字，且不能与名称相同。请说明数据的范围、来源和用途。",
        "The abstract has 10 to 256 characters and is not the title. Say what the data covers and where it comes from.",
        _when(
            "abstract",
            lambda draft, _: not 10 <= len(draft.abstract.strip()) <= 256
            or bare_title(draft.abstract) == bare_title(draft.title),
        ),
    ),
    LintRule(
        "C10", E,
        "资源格式与格式大类不匹配。请从该大类的格式中选择。",
        "The format does not belong to its class. Choose one of that class.",
        _when("format", lambda draft, _: draft.format not in FORMATS[draft.format_class]),
    ),
    LintRule(
        "C11", E,
        "共享方式与资源格式不匹配：数据库类须有库表或接口方式，文件类须有文件或接口方式。请修改共享方式。",
        "The methods do not fit the format. Give databases tables or interfaces, files a file or an interface.",
        _when("sharing_methods", lambda draft, _: _format_and_method(draft)),
    ),
    LintRule(
        "C14", E, "没有信息项。请至少添加一个信息项。", "There is no item. Add at least one.",
        _when("items", lambda draft, _: not draft.items),
    ),
    LintRule(
        "C15", E,
        "信息项名称“{place}”重复。请改名以示区别。",
        "The item name {place} occurs twice. Give each its own name.",
        lambda draft, _: _repeated(item.name for item in draft.items),
    ),
    LintRule(
        "C16", W,
        "信息项“{place}”没有中文含义。请填写业务名称。",
        "The item {place} has no Chinese meaning. Give its business name.",
        lambda draft, _: [
            item.name
            for item in draft.items
            if not _chinese(item.name) or _MEANINGLESS.fullmatch(item.name.strip())
        ],
    ),
    LintRule(
        "C17", W,
        "信息项“{place}”为字符型，但未填长度。请填写最大长度。",
        "The text item {place} has no length. Give the longest one.",
        lambda draft, _: [
            item.name for item in draft.items if item.data_type is DataType.TEXT and not item.length
        ],
    ),
    LintRule(
        "C18", W,
        "没有主键信息项。请标出主键，或声明“无主键”。",
        "No item is a key. Mark one, or declare that there is none.",
        _when(
            "items",
            lambda draft, _: bool(draft.items)
            and not draft.without_key
            and not any(item.key for item in draft.items),
        ),
    ),
    LintRule(
        "C20", E,
        "有条件共享须填写共享条件和理由。请补充。",
        "Conditional sharing needs its condition and its reason. Add them.",
        _when(
            "sharing_condition",
            lambda draft, _: draft.sharing_type is CONDITIONAL
            and not (draft.sharing_condition.strip() and draft.sharing_reason.strip()),
        ),
    ),
    LintRule(
        "C21", E,
        "不予共享须写明法律、行政法规或国务院决定的文件名、文号和条款（国令第809号）。请补充依据。",
        "A refusal to share must cite law, regulation or State Council decision: document, number, article. Add it.",
        _when(
            "basis_document",
            lambda draft, _: draft.sharing_type is NOT_SHARED
            and not (draft.basis_document.strip() and draft.basis_number.strip() and draft.basis_article.strip()),
        ),
    ),
    LintRule(
        "C22", W,
        "无条件共享须通过共享平台提供。请至少选择一种平台共享方式。",
        "Unconditional sharing goes through the platform. Choose at least one of its methods.",
        _when("sharing_methods", lambda draft, _: draft.sharing_type is FREE and not draft.sharing_methods),
    ),
    LintRule(
        "C23", E,
        "信息项“{place}”的共享类型比目录宽松。请改为相同或更严格的类型。",
        "The item {place} is shared more loosely than its entry. Give it the same type or a stricter one.",
        lambda draft, _: [
            item.name
            for item in draft.items
            if SHARING_STRICTNESS[item.sharing_type] < SHARING_STRICTNESS[draft.sharing_type]
        ],
    ),
    LintRule(
        "C24", E,
        "不予共享的数据不能无条件开放。请修改开放类型。",
        "What is not shared cannot be open without condition. Change the open type.",
        _when(
            "open_type",
            lambda draft, _: draft.sharing_type is NOT_SHARED and draft.open_type is OpenType.UNCONDITIONAL,
        ),
    ),
    LintRule(
        "C25", E,
        "有条件开放须填写开放条件。请补充。",
        "Conditional opening needs its condition. Add it.",
        _when(
            "open_condition",
            lambda draft, _: draft.open_type is OpenType.CONDITIONAL and not draft.open_condition.strip(),
        ),
    ),
    LintRule(
        "C26", E,
        "信息项“{place}”属于敏感个人信息，级别须不低于三级，且未脱敏时不能无条件开放。请调整。",
        "The item {place} is sensitive personal data: level 3 at least, and not open without a mask. Change it.",
        _under_graded,
    ),
    LintRule(
        "C27", W,
        "实时更新只适用于服务接口。请改用接口方式，或调整更新周期。",
        "Real-time updates need a service interface. Use one, or change the frequency.",
        _when(
            "update_frequency",
            lambda draft, _: draft.update_frequency is UpdateFrequency.REAL_TIME
            and SharingMethod.API not in draft.sharing_methods,
        ),
    ),
    LintRule(
        "C30", E,
        "关联资源代码 {place} 不存在。请核对代码。",
        "The related code {place} does not exist. Check it.",
        lambda draft, context: [code for code in draft.related_codes if code not in context.codes],
    ),
    LintRule(
        "C37", W,
        "未登记来源系统，或该系统已停用。请先登记信息系统。",
        "The source system is not registered or is stopped. Register it first.",
        _when("system", lambda draft, context: draft.system not in context.systems),
    ),
    LintRule(
        "C38", W,
        "联系人或联系电话缺失或格式不对。请填写可以接通的电话。",
        "Contact name or telephone is missing or malformed. Give a number that someone answers.",
        _when(
            "contact_phone",
            lambda draft, _: not draft.contact_name.strip() or not _PHONE.fullmatch(draft.contact_phone.strip()),
        ),
    ),
    LintRule(
        "C43", E,
        "含三级及以上数据，须先完成保密风险和个人信息保护影响评估。请填写评估结论。",
        "Data of level 3 or higher needs its secrecy and privacy impact assessment. Enter its result.",
        _when(
            "assessment",
            lambda draft, _: draft.level.rank >= Level.L3.rank and not draft.assessment.strip(),
        ),
    ),
    LintRule(
        "C46", E,
        "{place} 中含有网页代码、内网地址或口令。请删除。",
        "{place} contains HTML, an internal address or a password. Remove it.",
        _leaks,
    ),
    LintRule(
        "P01", E,
        "查询条件 {place} 不是本目录的信息项。请从信息项中选择。",
        "The look-up key {place} is no item of this entry. Choose from its items.",
        _unknown_keys,
    ),
    LintRule(
        "P02", W,
        "名称写明了过去的年份，更新周期却是定期更新。请去掉年份，或将更新周期改为每年、不更新。",
        "The title names a past year, yet the data is updated regularly. Drop the year or change the frequency.",
        _when("title", _of_a_past_year),
    ),
)  # fmt: skip
