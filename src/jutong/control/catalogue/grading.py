"""Classification and grading (分类分级): the level proposed for each item, with every reason for it.

The rules are a table: what an item means, what it is called, which code list it uses, whether it is free text, and what
stands beside it in the same entry (GB/T 43697-2024: level of a set is that of its strictest item; combination and
scale raise it; sensitive personal information as in 个人信息保护法第二十八条).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import DEFAULT_LEVELS, DataType, Level, Meaning
from jutong.vocabulary.contracts import InformationItem

MANY_PERSONS: Final = 1_000_000
"""Above this many records, names with numbers and addresses are proposed one level higher."""


@dataclass(frozen=True, slots=True)
class LevelReason:
    """Why an item is proposed for a level: the rule that says so, in both languages."""

    rule: str
    level: Level
    zh: str
    en: str

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProposal:
    """The level proposed for one item; `reasons` are all that apply, the strictest first."""

    field: str
    name: str
    declared: Level
    level: Level
    reasons: tuple[LevelReason, ...]

    @property
    def below(self) -> bool:
        """Whether the declared level is lower than the proposed one."""
        return self.declared.rank < self.level.rank


@dataclass(frozen=True, slots=True)
class GradingRule:
    """One rule: the items of an entry to which it gives a reason for `level`. `matches` names what it looks at."""

    code: str
    level: Level
    zh: str
    en: str
    matches: str
    applies: Callable[[InformationItem, EntryDraft], bool]

    def reason(self) -> LevelReason:
        return LevelReason(self.code, self.level, self.zh, self.en)


_IDENTITY: Final = frozenset({Meaning.CITIZEN_ID, Meaning.PERSON_NAME, Meaning.MOBILE})
_PERSON_NAME: Final = re.compile(r"姓名|当事人$|法定代表人$|负责人$|户主$")
_PERSON_NUMBER: Final = re.compile(r"身份证|身份号码|公民身份|(?<!登记)证件号|护照号|手机|移动电话")
_PERSON_PLACE: Final = re.compile(r"家庭(住|地)址|住址|户籍地址|居住地址|常住地址|现住")
_LISTED_PERSONS: Final = re.compile(
    r"戒毒|吸毒|社区矫正|刑满|艾滋|性病|传染病|精神障碍|精神病|流产|性侵|家暴"
)


def _named(pattern: str) -> tuple[str, Callable[[InformationItem, EntryDraft], bool]]:
    """The item's name has one of these words; an item whose meaning is recognised goes by its meaning."""
    known = re.compile(pattern)
    return pattern, lambda item, _: item.meaning is None and bool(known.search(item.name))


def _listed(*names: str) -> tuple[str, Callable[[InformationItem, EntryDraft], bool]]:
    return "、".join(names), lambda item, _: item.code_list in names


def _is_identity(item: InformationItem) -> bool:
    return item.meaning in _IDENTITY or (
        item.meaning is None and bool(_PERSON_NAME.search(item.name) or _PERSON_NUMBER.search(item.name))
    )


def _is_place(item: InformationItem) -> bool:
    return item.meaning is Meaning.ADDRESS or (item.meaning is None and bool(_PERSON_PLACE.search(item.name)))


def _is_number(item: InformationItem) -> bool:
    return item.meaning in {Meaning.CITIZEN_ID, Meaning.MOBILE} or (
        item.meaning is None and bool(_PERSON_NUMBER.search(item.name))
    )


def _is_name(item: InformationItem) -> bool:
    return item.meaning is Meaning.PERSON_NAME or (
        item.meaning is None and bool(_PERSON_NAME.search(item.name))
    )


def names_persons(draft: EntryDraft) -> bool:
    """Whether the entry holds names, numbers and addresses of persons together."""
    return all(any(test(item) for item in draft.items) for test in (_is_name, _is_number, _is_place))


def _combined(item: InformationItem, draft: EntryDraft) -> bool:
    return (_is_identity(item) or _is_place(item)) and names_persons(draft)


def _many(item: InformationItem, draft: EntryDraft) -> bool:
    return (draft.row_count or 0) >= MANY_PERSONS and _combined(item, draft)


def _of_listed_persons(item: InformationItem, draft: EntryDraft) -> bool:
    return _is_identity(item) and bool(_LISTED_PERSONS.search(draft.title))


def _is_free_text(item: InformationItem, _: EntryDraft) -> bool:
    return (
        item.meaning is None
        and not item.code_list
        and (
            item.data_type is DataType.MEMO
            or (item.data_type is DataType.TEXT and (item.length or 0) >= 500)
            or bool(re.search(r"备注|附言|诉求|情况说明|意见$", item.name))
        )
    )


L1, L2, L3, L4 = Level.L1, Level.L2, Level.L3, Level.L4
GRADING_RULES: Final = (
    GradingRule(
        "G02", L4, "名称表明是生物识别信息", "its name says biometric data",
        *_named(r"指纹|人脸|面部特征|虹膜|声纹|掌纹|基因|DNA"),
    ),
    GradingRule(
        "G03", L4, "名称表明是医疗健康信息", "its name says health data",
        *_named(r"病历|病史|诊断|处方|检验结果|检查结果|传染病|精神障碍|过敏史|用药|孕产"),
    ),
    GradingRule(
        "G04", L4, "名称表明是金融账户或鉴别信息", "its name says an account or a credential",
        *_named(r"银行(卡|账)|卡号$|存折|密码|口令|密钥"),
    ),
    GradingRule(
        "G05", L4, "名称表明是宗教信仰、违法犯罪或行踪轨迹信息", "its name says belief, offences or whereabouts",
        *_named(r"宗教|信仰|犯罪|前科|吸毒|戒毒|矫正|行踪|轨迹|实时位置"),
    ),
    GradingRule(
        "G06", L3, "名称表明是个人证件号码", "its name says a number that identifies a person",
        *_named(_PERSON_NUMBER.pattern),
    ),
    GradingRule(
        "G07", L3, "名称表明是个人姓名", "its name says persons' names",
        *_named(r"姓名"),
    ),
    GradingRule(
        "G08", L3, "名称表明是个人住址", "its name says where persons live",
        *_named(_PERSON_PLACE.pattern),
    ),
    GradingRule(
        "G09", L3, "名称表明是个人财产或收入", "its name says a person's means",
        *_named(r"个人收入|家庭收入|工资|薪酬|存款|家庭财产|缴费基数|个人账户"),
    ),
    GradingRule(
        "G10", L3, "名称表明是商业秘密", "its name says a trade secret",
        *_named(r"商业秘密|配方|报价|标底|投标文件|技术秘密"),
    ),
    GradingRule(
        "G11", L2, "名称表明是联系电话", "its name says a telephone number",
        *_named(r"电话|传真"),
    ),
    GradingRule(
        "G12", L2, "代码集描述个人基本属性", "its code list describes persons",
        *_listed("sex", "nation", "nation_letters", "education", "political_status", "family_relation"),
    ),
    GradingRule(
        "G13", L3, "代码集描述个人婚姻或就业状况", "its code list tells a person's marriage or work",
        *_listed("marital_status", "employment_status"),
    ),
    GradingRule(
        "G14", L2, "自由文本，可能夹带个人信息", "free text that may carry personal data",
        "备注型、长度不小于 500 的字符型，或名称为备注、意见等", _is_free_text,
    ),
    GradingRule(
        "G15", L3, "同一目录有姓名、证件或手机号码和住址，合在一起可识别到人",
        "names, numbers and addresses stand together and single out persons",
        "姓名 + 证件或手机号码 + 住址", _combined,
    ),
    GradingRule(
        "G16", L4, "可识别到人且记录数达到一百万", "persons are singled out, a million of them or more",
        "同上，且记录数不少于 1,000,000", _many,
    ),
    GradingRule(
        "G17", L4, "目录名称表明：列入名单本身即为敏感信息", "the title says that being listed is itself sensitive",
        _LISTED_PERSONS.pattern, _of_listed_persons,
    ),
)  # fmt: skip


def propose_levels(draft: EntryDraft) -> tuple[LevelProposal, ...]:
    """The level proposed for each item, in the draft's order; without any reason an item is of level 1."""
    return tuple(_proposal(item, draft) for item in draft.items)


def _proposal(item: InformationItem, draft: EntryDraft) -> LevelProposal:
    reasons = sorted(_reasons(item, draft), key=lambda reason: (-reason.level.rank, reason.rule))
    return LevelProposal(
        field=item.field,
        name=item.name,
        declared=item.level,
        level=reasons[0].level if reasons else Level.L1,
        reasons=tuple(reasons),
    )


def _reasons(item: InformationItem, draft: EntryDraft) -> Iterator[LevelReason]:
    meaning = item.meaning
    if meaning is not None and meaning in DEFAULT_LEVELS:
        yield LevelReason(
            "G01", DEFAULT_LEVELS[meaning], f"识别为{meaning.zh}", f"recognised as: {meaning.en}"
        )
    yield from (rule.reason() for rule in GRADING_RULES if rule.applies(item, draft))


def propose_entry_level(draft: EntryDraft) -> Level:
    """The level of the strictest proposal (就高从严)."""
    levels = [proposal.level for proposal in propose_levels(draft)]
    return max([Level.L1, *levels], key=lambda level: level.rank)
