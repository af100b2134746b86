"""Rules about class, provider, format, system, contact, related entries and survey figures."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.lint.mending import each_code_once
from jutong.control.catalogue.lint.rule import E, Element, Knowledge, LintRule, W, when
from jutong.control.catalogue.lint.texts import repeated
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import FORMATS, FormatClass, ResourceClass, SharingMethod
from jutong.vocabulary.identifiers import is_uscc

_PHONE: Final = re.compile(r"1[3-9]\d{9}|(0\d{2,3}-?)?[2-8]\d{6,7}(-\d{1,6})?|12345|400-?\d{3}-?\d{4}")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

# Words by which the content of an entry shows its theme; a product proposal, by the name of the class.
THEME_WORDS: Final = {
    "健康保障": ("医", "健康", "卫生", "病", "药", "疫", "护理", "生育", "诊", "体检"),
    "社会保障": (
        "社保",
        "保险",
        "养老",
        "工伤",
        "失业",
        "低保",
        "救助",
        "残疾",
        "补贴",
        "就业",
        "公积金",
        "福利",
    ),
    "食品药品安全": ("食品", "药", "餐饮", "检验", "抽检", "保健", "化妆品", "医疗器械"),
    "安全生产": ("安全", "隐患", "危险", "事故", "特种", "矿", "烟花", "化学品", "执法"),
    "价格监管": ("价格", "物价", "收费", "价", "成本"),
    "能源安全": ("能源", "电", "燃气", "煤", "油", "热", "光伏", "充电"),
    "信用体系": ("信用", "失信", "红名单", "黑名单", "处罚", "许可", "守信", "评价"),
    "城乡建设": (
        "建设",
        "规划",
        "房",
        "工程",
        "施工",
        "土地",
        "市政",
        "道路",
        "建筑",
        "城管",
        "供水",
        "排水",
    ),
    "社区治理": ("社区", "网格", "居民", "村", "街道", "物业", "矛盾", "志愿"),
    "生态环保": ("环境", "环保", "生态", "污染", "排放", "水质", "空气", "林", "垃圾", "固废"),
    "应急维稳": ("应急", "消防", "救援", "预案", "灾", "避难", "信访", "治安", "防汛"),
}


_is_uscc: Final = lru_cache(4096)(is_uscc)
"""A city has few departments and many entries of each."""


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


def _off_theme(draft: EntryDraft, context: LintContext) -> bool:
    if draft.resource_class is not ResourceClass.THEME or context.classes is None:
        return False
    # The 项 of a thematic class has three digits; a 目 below it has the theme of its 项.
    words = THEME_WORDS.get(context.classes.get(draft.classification[:3], ""), ())
    content = draft.title + draft.abstract + "".join(item.name for item in draft.items)
    return bool(words) and not any(word in content for word in words)


def _absent(draft: EntryDraft, context: LintContext) -> bool:
    system = (context.systems or {}).get(draft.system)
    return context.systems is not None and (system is None or not system.running)


def _of_another_department(draft: EntryDraft, context: LintContext) -> bool:
    system = (context.systems or {}).get(draft.system)
    return system is not None and bool(context.provider) and system.department != context.provider


def _odd_figures(draft: EntryDraft, _: LintContext) -> Iterable[str]:
    for name in ("storage_mb", "row_count"):
        if not _is_count(getattr(draft, name)):
            yield name
    yield from (item.name for item in draft.items if not (_is_count(item.length) and _is_count(item.scale)))


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _written_well(email: str) -> str:
    return unicodedata.normalize("NFKC", email).replace(" ", "").removeprefix("mailto:").rstrip(".,;，；")


def _mended_email(draft: EntryDraft) -> EntryDraft:
    email = _written_well(draft.contact_email)
    return replace(draft, contact_email=email) if _EMAIL.fullmatch(email) else draft


RULES: Final = (
    LintRule(
        code="C06", severity=W, element=Element.CLASSIFICATION, source=r.GUIDE,
        zh="尚未选择项、目级分类，代码将只含类。", advice_zh="请在分类树中选择。",
        en="No second-level class is chosen; the code will hold the class alone.", advice_en="Choose one in the tree.",
        check=when("classification", lambda draft, _: len(draft.classification) < 2),
    ),
    LintRule(
        code="C08", severity=E, element=Element.PROVIDER_CODE, source=r.GUIDE, needs=(Knowledge.DIRECTORY,),
        zh="提供方的统一社会信用代码缺失或校验不通过。", advice_zh="请由系统管理员在部门信息中更正。",
        en="The provider's unified social credit code is missing or wrong.",
        advice_en="The system administrator corrects it.",
        check=when(
            "provider",
            lambda _, context: context.provider_uscc is not None and not _is_uscc(context.provider_uscc),
        ),
    ),
    LintRule(
        code="C10", severity=E, element=Element.FORMAT, source=r.PRACTICE,
        zh="资源格式与格式大类不匹配。", advice_zh="请从该大类的格式中选择。",
        en="The format does not belong to its class.", advice_en="Choose one of that class.",
        check=when("format", lambda draft, _: draft.format not in FORMATS[draft.format_class]),
    ),
    LintRule(
        code="C11", severity=E, element=Element.FORMAT, source=r.PRACTICE,
        zh="共享方式与资源格式不匹配：数据库类须有库表或接口方式，文件类须有文件或接口方式。",
        advice_zh="请修改共享方式。",
        en="The methods do not fit the format.",
        advice_en="Give databases tables or interfaces, files a file or an interface.",
        check=when("sharing_methods", lambda draft, _: _format_and_method(draft)),
    ),
    LintRule(
        code="C12", severity=E, element=Element.SURVEY, source=r.PRACTICE,
        zh="{place} 不是数字：存储量、记录数、长度只填非负整数，不带单位，未知填0。", advice_zh="请改为数字。",
        en="{place} is no number: storage, rows and lengths are whole numbers without unit, 0 if unknown.",
        advice_en="Write a number.",
        check=_odd_figures,
    ),
    LintRule(
        code="C30", severity=E, element=Element.RELATED, source=r.GUIDE, needs=(Knowledge.CATALOGUE,),
        zh="关联资源代码 {place} 不存在。", advice_zh="请核对代码。",
        en="The related code {place} does not exist.", advice_en="Check it.",
        check=lambda draft, context: [
            code for code in draft.related_codes if context.codes is not None and code not in context.codes
        ],
    ),
    LintRule(
        code="C36", severity=W, element=Element.DUTIES,
        zh="办理结果或电子证照数据没有关联权责事项、政务服务事项。", advice_zh="请选择产生数据的事项。",
        en="Results of services or certificates are linked to no duty or service item.",
        advice_en="Choose the one that the data comes from.",
        check=when("duties", lambda draft, _: (draft.is_result or draft.is_certificate) and not draft.duties),
    ),
    LintRule(
        code="C37", severity=W, element=Element.SYSTEM, needs=(Knowledge.DIRECTORY,),
        zh="未登记来源系统，或该系统已停用。", advice_zh="请先登记信息系统。",
        en="The source system is not registered or is stopped.", advice_en="Register it first.",
        check=when("system", _absent),
    ),
    LintRule(
        code="C38", severity=W, element=Element.CONTACT,
        zh="联系人或联系电话缺失或格式不对。", advice_zh="请填写可以接通的电话。",
        en="Contact name or telephone is missing or malformed.", advice_en="Give a number that someone answers.",
        check=when(
            "contact_phone",
            lambda draft, _: not draft.contact_name.strip() or not _PHONE.fullmatch(draft.contact_phone.strip()),
        ),
    ),
    LintRule(
        code="C44", severity=W, element=Element.CLASSIFICATION, needs=(Knowledge.CATALOGUE,),
        zh="名称、摘要和信息项中看不出与所选主题的关系。", advice_zh="请核对主题分类。",
        en="Title, abstract and items show no relation to the theme chosen.", advice_en="Check the class.",
        check=when("classification", _off_theme),
    ),
    LintRule(
        code="P10", severity=W, element=Element.PROVIDER, source=r.GUIDE,
        zh="未填写提供方的内部部门（处室）。", advice_zh="请填写负责数据的处室，便于联系。",
        en="The provider's own unit is not named.", advice_en="Name the office that answers for the data.",
        check=when("provider_unit", lambda draft, _: not draft.provider_unit.strip()),
    ),
    LintRule(
        code="P11", severity=W, element=Element.CONTACT,
        zh="联系邮箱格式不对。", advice_zh="请更正邮箱。",
        en="The contact's e-mail address is malformed.", advice_en="Correct it.",
        check=when(
            "contact_email",
            lambda draft, _: bool(draft.contact_email) and not _EMAIL.fullmatch(draft.contact_email),
        ),
        fix=_mended_email,
    ),
    LintRule(
        code="P12", severity=W, element=Element.CONTACT, source=r.PIPL,
        zh="联系电话是个人手机号，目录发布后人人可见。", advice_zh="请改用办公电话。",
        en="The contact's telephone is a mobile number, and everyone sees it once the entry is published.",
        advice_en="Give an office telephone.",
        check=when("contact_phone", lambda draft, _: bool(_MOBILE.fullmatch(draft.contact_phone.strip()))),
    ),
    LintRule(
        code="P13", severity=W, element=Element.SYSTEM, needs=(Knowledge.DIRECTORY,),
        zh="来源系统由其他部门登记。", advice_zh="请核对系统；数据若由该部门提供，应由其编目。",
        en="The source system is registered by another department.",
        advice_en="Check it; if that department provides the data, it catalogues it.",
        check=when("system", _of_another_department),
    ),
    LintRule(
        code="P14", severity=W, element=Element.RELATED, source=r.GUIDE,
        zh="关联资源代码 {place} 重复。", advice_zh="请只保留一个。",
        en="The related code {place} occurs twice.", advice_en="Keep it once.",
        check=lambda draft, _: repeated(draft.related_codes),
        fix=each_code_once,
    ),
    LintRule(
        code="P15", severity=E, element=Element.RELATED, source=r.GUIDE, needs=(Knowledge.RECORD,),
        zh="关联资源代码 {place} 是本目录自己的代码。", advice_zh="请删除，或改为另一类下的同一资源。",
        en="The related code {place} is the entry's own.", advice_en="Remove it, or name the same resource elsewhere.",
        check=lambda draft, context: [
            code for code in draft.related_codes if context.record and code == context.record.code
        ],
    ),
    LintRule(
        code="P16", severity=W, element=Element.DUTIES, needs=(Knowledge.DUTIES,),
        zh="关联事项 {place} 不在权责清单和政务服务事项清单中。", advice_zh="请核对事项编码。",
        en="The duty {place} is on no list of duties or service items.", advice_en="Check its code.",
        check=lambda draft, context: [
            code for code in draft.duties if context.duties is not None and code not in context.duties
        ],
    ),
)  # fmt: skip
