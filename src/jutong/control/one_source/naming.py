"""What an item is, as far as its name, its bindings and its entry tell; no database."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from jutong.control.one_source.terms import ItemRole
from jutong.control.one_source.values import Identity, ItemFact
from jutong.control.standards.api import StandardsIndex, bare_name
from jutong.vocabulary.catalogue import Meaning

_M = Meaning

PERSON, ORGANISATION, ESTATE, VEHICLE = "person", "organisation", "estate", "vehicle"
KINDS: Final = frozenset({PERSON, ORGANISATION, ESTATE, VEHICLE})

IDENTIFYING: Final = frozenset(
    {
        _M.CITIZEN_ID, _M.USCC, _M.ORGANISATION_CODE, _M.PERSON_NAME, _M.ORGANISATION_NAME, _M.REGION_CODE,
        _M.REAL_ESTATE_UNIT, _M.VIN, _M.PLATE, _M.CERTIFICATE_ID,
    }
)  # fmt: skip
"""Meanings that say which person, organisation or thing a row is about."""

_SUBJECTS: Final[tuple[tuple[str, frozenset[Meaning]], ...]] = (
    (ESTATE, frozenset({_M.REAL_ESTATE_UNIT})),
    (VEHICLE, frozenset({_M.VIN, _M.PLATE})),
    (PERSON, frozenset({_M.CITIZEN_ID})),
    (ORGANISATION, frozenset({_M.USCC, _M.ORGANISATION_CODE})),
)
_OF_ORGANISATIONS: Final = re.compile(r"企业|单位|机构|法人|市场主体|商户|公司|组织|个体工商户|许可|资质")

TECHNICAL: Final = re.compile(
    r"(行|记录|数据)?(序号|主键(id|编号|标识)?|流水号|唯一标识|id|uuid|guid)|备注|说明|排序|版本号?|批次号?|是否删除|删除标[识志]|"
    r"(记录|数据)?(创建|新增|更新|修改|入库|采集|推送|同步|抽取|录入|写入|导入|上报)(日期|时间|人|时间戳|人员|标[识志])|"
    r"时间戳|操作(人|员|时间|标[识志])|经办(人|人员|日期|时间)?|数据来源|来源系统|乐观锁|md5|hash|(扩展|备用|预留)(字段|指标)?[0-9a-z]*"
)
"""Names of columns that serve the system alone; nobody decides about their source."""

GENERIC: Final = re.compile(
    r"(状态|类型|类别|种类|级别|等级|分类|性质|日期|时间|年度|年份|月份|名称|编号|编码|号码|代码|序列|标题|金额|数量|"
    r"人数|面积|单价|比例|地址|位置|电话|联系电话|联系方式|联系人|联系人姓名|内容|结果|原因|用途|来源|范围|意见|描述|事由|依据|"
    r"(登记|注册|申请|受理|办结|发证|核准|生效|失效|截止|审核|审批|办理|处理|检查|签发)(日期|时间|人|人员|机关|机构|部门|单位|结果|状态|"
    r"意见|编号)|有效期(起始|截止)?(日期|起|止|至)?|证照(编号|名称|状态|标识)|许可内容|许可(证)?(编号|名称|日期)|发证机关|登记机关|"
    r"主管部门|所属部门|责任单位|(承办|经办|办理|受理|审批|管理|登记|所属)(单位|机构|机关|部门|处室|科室)|事项名称|事项编码|办件编号|案件编号|详细地址|邮政编码|传真号码|电子邮箱|固定电话|移动电话|"
    r"是否.{1,4}|经度|纬度)"
)
"""Names that say little without the entry around them."""

RECORD_NUMBER: Final = re.compile(r".*(证号|证书号|编号|文号|单号|案号|档案号|许可号|合同号|备案号)")
"""Names of numbers under which a record or paper is kept: they point to it, as an ID number points to a person."""

_SELF: Final = re.compile(
    r"(人员|本人|个人|居民|公民|当事人|企业|单位|机构|组织|公司|市场主体|主体|法人单位)的?"
)
"""Words before a name that say no more than whom the row is about."""

_PLACE_BEFORE: Final = re.compile(r"^(全|本)[国省市区县]|^[㐀-鿿]{1,3}?[省市区县](?=[㐀-鿿]{2})")
_FRAME: Final = re.compile(
    r"(基本|基础|详细|明细|汇总|统计|公示|公开|查询|核验|备案|办件|档案|信息|数据|登记|名录|名单|清单|台账|记录|情况|目录|列表|资料|"
    r"证照|年报|变更|注销|补充|[0-9]{4}年?|表|库|的)+"
)


@lru_cache(maxsize=32_768)
def title_core(title: str) -> str:
    """What an entry's title is about, without places and words such as 基本信息: 样例区婚姻登记数据 → 婚姻."""
    bare = bare_name(title)
    without = _PLACE_BEFORE.sub("", bare)
    return _FRAME.sub("", without) or without or bare


def subject_of(title: str, items: Iterable[tuple[str, Meaning | None, bool]]) -> str:
    """What the rows of an entry are about, from its items' (name, meaning, key) and its title."""
    given = list(items)
    keys = {meaning for _, meaning, key in given if key and meaning}
    present = {meaning for _, meaning, _ in given if meaning}
    for meanings in (keys, present):
        found = [kind for kind, marks in _SUBJECTS if marks & meanings]
        if PERSON in found and ORGANISATION in found:
            return ORGANISATION if _OF_ORGANISATIONS.search(title) else PERSON
        if found:
            return found[0]
    return title_core(title)


class Naming:
    """Identities of items under one state of the standards; equal names are worked out once."""

    def __init__(self, index: StandardsIndex) -> None:
        self.index = index
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def identity(self, fact: ItemFact) -> Identity:
        bare = bare_name(fact.name)
        concept, qualifier = self._concept(bare, fact.data_element)
        generic = GENERIC.fullmatch(self._plain(bare, concept, qualifier)) is not None
        role = self._role(fact, bare, concept)
        return Identity(
            key=_key(fact, bare, concept, qualifier, generic=generic),
            role=role,
            concept=concept,
            qualifier=qualifier,
            bare=bare,
            generic=generic,
        )

    def _concept(self, bare: str, bound: str) -> tuple[str, str]:
        """(code of the data element, whose it is): by its binding, its whole name, or the longest ending that is one."""
        known = self._known.get((bare, bound))
        if known is None:
            known = self._known[bare, bound] = self._look_up(bare, bound)
        return known

    def _look_up(self, bare: str, bound: str) -> tuple[str, str]:
        if bound in self.index.elements:
            return bound, ""
        whole = self.index.by_name.get(bare)
        if whole:
            return whole, ""
        # The part before the ending has two characters at least: 账户号 is no 户号.
        for start in range(2, len(bare) - 1):
            code = self.index.by_name.get(bare[start:])
            if code:
                before = bare[:start].removesuffix("的")
                return code, "" if _SELF.fullmatch(before) else before
        return "", ""

    def _plain(self, bare: str, concept: str, qualifier: str) -> str:
        if concept and not qualifier:
            return bare_name(self.index.elements[concept].zh)
        return bare

    def _role(self, fact: ItemFact, bare: str, concept: str) -> ItemRole:
        if TECHNICAL.fullmatch(bare):
            return ItemRole.TECHNICAL
        element = self.index.elements.get(concept)
        meaning = fact.meaning or (element.meaning if element else None)
        pointing = element is None and RECORD_NUMBER.fullmatch(bare) is not None
        if pointing or meaning in IDENTIFYING or (element is not None and element.identifies):
            return ItemRole.REFERENCE
        return ItemRole.SUBSTANTIVE


def _key(fact: ItemFact, bare: str, concept: str, qualifier: str, *, generic: bool) -> str:
    what = f"{concept}|{qualifier}" if concept else f"={bare}"
    if generic:
        return f"{what}|{title_core(fact.title)}"
    return what if concept else f"{what}|{fact.subject}"


def with_subjects(facts: Iterable[ItemFact]) -> dict[str, str]:
    """Service → what its rows are about."""
    entries: dict[str, tuple[str, list[tuple[str, Meaning | None, bool]]]] = {}
    for fact in facts:
        _, items = entries.setdefault(fact.service, (fact.title, []))
        items.append((fact.name, fact.meaning, fact.key))
    return {service: subject_of(title, items) for service, (title, items) in entries.items()}


SUBJECT_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    PERSON: ("自然人", "persons"),
    ORGANISATION: ("法人和组织", "organisations"),
    ESTATE: ("不动产", "real estate"),
    VEHICLE: ("机动车", "vehicles"),
}
