"""For each rule of the linter a draft that breaks it and one beside it that does not, each with what is known around it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jutong.control.catalogue.lint import (
    HookFacts,
    KnownSystem,
    LintContext,
    PhysicalColumn,
    RecordFacts,
    Titles,
    UseFacts,
    content_of,
)
from jutong.control.catalogue.terms import Provision
from jutong.control.catalogue.values import EntryDraft
from jutong.control.standards.api import ElementDefinition, index_of
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    EntryStatus,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import RuleSpec
from tests.support.control import CIVIL, a_draft, an_item, with_check

USCC = with_check("11330100002492381M")
CODE = "307000000000/000001"
TODAY = date(2025, 3, 3)
KEY = an_item("cert_no", name="登记证号", key=True, required=True)
FREE, NOT_SHARED = SharingType.UNCONDITIONAL, SharingType.NOT_SHARED
REFUSED = {
    "sharing_type": NOT_SHARED,
    "sharing_methods": (),
    "basis_document": "中华人民共和国某某法",
    "basis_number": "主席令第一号",
    "basis_article": "第九条",
}
ELEMENT = ElementDefinition(code="DE001", zh="登记机关名称", format="c..40")
CONTEXT = LintContext(
    today=TODAY,
    service="hydj_jbxx",
    provider=CIVIL,
    provider_uscc=USCC,
    titles=Titles.of(
        (("cjrbt", "残疾人补贴信息"), ("dbjz", "低保救助信息1"), ("hydj_jbxx", "婚姻登记基本信息"))
    ),
    contents={("a", "b"): frozenset({"other"})},
    codes={CODE: "hydj_jbxx", "307000000000/000009": "other"},
    classes={"307": "省级及以下部门", "202": "健康保障"},
    systems={
        "hydj": KnownSystem(name="婚姻登记管理系统", department=CIVIL),
        "sw": KnownSystem(name="税务征管系统", department="shuiwu"),
        "old": KnownSystem(name="旧婚姻登记", department=CIVIL, running=False),
    },
    duties=frozenset({"330100-A-1"}),
    standards=index_of([ELEMENT], lists={"city_list": "本市代码集"}),
    record=RecordFacts(
        code=CODE,
        codes_given=(CODE,),
        status=EntryStatus.PUBLISHED,
        live=True,
        published_on=date(2024, 12, 2),
        updated_on=date(2025, 2, 3),
    ),
    hook=HookFacts(bound=True, last_success_on=date(2025, 3, 3), last_rows=100, score=98.0),
    use=UseFacts(last_call_on=date(2025, 3, 2), grants=1, on_portal=False),
    responsible=True,
)
RECORD, HOOK, USE = CONTEXT.record, CONTEXT.hook, CONTEXT.use


@dataclass(frozen=True)
class Case:
    """`bad` breaks the rule `code` at `place`; `good` differs from it only in not doing so."""

    code: str
    place: str
    bad: EntryDraft
    good: EntryDraft = field(default_factory=a_draft)
    known: LintContext = CONTEXT
    """Around the bad draft."""
    known_good: LintContext = CONTEXT


def items(*more: Any, **changes: Any) -> EntryDraft:
    """A draft of a key item and some more."""
    return a_draft(items=(KEY, *more), query_keys=(("cert_no",),), **changes)


def item(**changes: Any) -> EntryDraft:
    return items(an_item(**{"field": "b", **changes}))


def of(code: str, place: str, bad: dict[str, Any], good: dict[str, Any] | None = None) -> Case:
    """From what differs from the careful draft."""
    return Case(code, place, a_draft(**bad), a_draft(**(good or {})))


def of_item(code: str, place: str, bad: dict[str, Any], good: dict[str, Any]) -> Case:
    """From what differs from a plain item."""
    return Case(code, place, item(**bad), item(**good))


def about(code: str, place: str, **facts: Any) -> Case:
    """The careful draft in surroundings that break the rule."""
    return Case(code, place, a_draft(), known=replace(CONTEXT, **facts))


def recorded(code: str, place: str, draft: EntryDraft | None = None, **facts: Any) -> Case:
    return Case(code, place, draft or a_draft(), known=replace(CONTEXT, record=replace(RECORD, **facts)))


def hooked(code: str, place: str, draft: EntryDraft | None = None, **facts: Any) -> Case:
    return Case(code, place, draft or a_draft(), known=replace(CONTEXT, hook=replace(HOOK, **facts)))


def used(code: str, place: str, draft: EntryDraft | None = None, **facts: Any) -> Case:
    return Case(code, place, draft or a_draft(), known=replace(CONTEXT, use=replace(USE, **facts)))


T, N, D, M = DataType.TEXT, DataType.NUMBER, DataType.DATE, Meaning
THREE = tuple(an_item(f"i{n}", name=f"第{n}项", key=n == 1, required=True) for n in (1, 2, 3))
LONGITUDE = an_item("lon", name="经度", data_type=DataType.DOUBLE, length=None, meaning=M.LONGITUDE)
LATITUDE = an_item(
    "lat", name="纬度", data_type=DataType.DOUBLE, length=None, meaning=M.LATITUDE, description="CGCS2000"
)
PUBLIC = {"sharing_type": FREE, "sharing_condition": "", "items": (replace(KEY, sharing_type=FREE, level=Level.L1),),
          "query_keys": (("cert_no",),)}  # fmt: skip
L4_ITEM = an_item("b", name="银行账户", level=Level.L4, mask=MaskMethod.HIDE)
MEMO = an_item("memo", name="备注", data_type=DataType.MEMO)

CASES = (
    of("C01", "title", {"title": "婚姻登记管理系统"}, {"title": "婚姻登记管理信息"}),
    of("C02", "title", {"title": "低保救助信息2"}, {"title": "低保救助明细信息2"}),
    of("C03", "title", {"title": "残疾人、补贴 信息"}, {"title": "残疾人补贴发放信息"}),
    of("C04", "title", {"title": "婚姻登记信息备份"}, {"title": "婚姻登记信息"}),
    recorded("C05", "code", codes_given=(CODE, "307000000000/000002")),
    of("C06", "classification", {"classification": ""}),
    about("C07", "code", codes={CODE: "other"}),
    about("C08", "provider", provider_uscc="11330100000000000X"),
    of("C09", "abstract", {"abstract": "婚姻登记"}, {"abstract": "本市婚姻登记机关办理的登记。"}),
    of("C10", "format", {"format_class": FormatClass.SPREADSHEET, "format": "oracle"}, {"format": "oracle"}),
    of("C11", "sharing_methods", {"sharing_methods": (SharingMethod.FILE,)}),
    of("C12", "row_count", {"row_count": -5}, {"row_count": 0}),
    of_item("C13", "登记机关名称", {"data_type": "varchar(60)"}, {"data_type": T}),
    of("C14", "items", {"items": (), "query_keys": ()}),
    Case("C15", "登记机关名称", items(an_item("a"), an_item("b")), items(an_item("a"))),
    of_item("C16", "备用1", {"name": "备用1"}, {"name": "备用联系地点"}),
    of_item("C17", "公民号码", {"name": "公民号码", "length": None, "meaning": M.CITIZEN_ID, "level": Level.L3},
            {"length": 18}),
    Case("C18", "items", a_draft(items=(an_item("a"),), query_keys=()),
         a_draft(items=(an_item("a"),), query_keys=(), without_key=True)),
    of("C19", "sharing_type", {"sharing_type": "共享"}),
    of("C20", "sharing_condition", {"sharing_reason": ""}),
    Case("C21", "basis_document", a_draft(**{**REFUSED, "basis_article": ""}), a_draft(**REFUSED)),
    of("C22", "sharing_methods", {**PUBLIC, "sharing_methods": ()}, PUBLIC),
    of_item("C23", "登记机关名称", {"sharing_type": FREE}, {"sharing_type": SharingType.CONDITIONAL}),
    Case("C24", "open_type", a_draft(**REFUSED, open_type=OpenType.UNCONDITIONAL), a_draft(**REFUSED)),
    of("C25", "open_condition", {"open_type": OpenType.CONDITIONAL},
       {"open_type": OpenType.CONDITIONAL, "open_condition": "签订协议"}),
    of_item("C26", "联系电话", {"name": "联系电话"}, {"name": "联系电话", "level": Level.L3}),
    of("C27", "update_frequency",
       {"update_frequency": UpdateFrequency.REAL_TIME, "sharing_methods": (SharingMethod.TABLE,)},
       {"update_frequency": UpdateFrequency.REAL_TIME}),
    hooked("C28", "update_frequency", late=True),
    recorded("C29", "published_on", published_on=date(2025, 3, 4)),
    of("C30", "999/1", {"related_codes": ("999/1",)}, {"related_codes": ("307000000000/000009",)}),
    hooked("C31", "binding", bound=False, due_on=date(2025, 3, 2)),
    hooked("C32", "old_name", extra=("old_name",)),
    hooked("C33", "ID_NO", columns=(PhysicalColumn(name="ID_NO", comment=""),)),
    hooked("C34", "登记日期", columns=(PhysicalColumn(name="REGISTERED_ON", data_type=N),)),
    hooked("C35", "binding", unreachable=True),
    of("C36", "duties", {"is_result": True}, {"is_result": True, "duties": ("330100-A-1",)}),
    of("C37", "system", {"system": "old"}),
    of("C38", "contact_phone", {"contact_phone": "12"}),
    about("C39", "当事人姓名", undecided=("当事人姓名",)),
    about("C40", "provider", responsible=False),
    of("C41", "secret", {"secret": True}),
    recorded("C42", "公民身份号码", unconfirmed=("公民身份号码",)),
    of("C43", "assessment", {"assessment": ""}),
    of("C44", "classification", {"resource_class": ResourceClass.THEME, "classification": "202"},
       {"resource_class": ResourceClass.THEME, "classification": "202", "abstract": "婚前医学检查和登记的基本信息。"}),
    Case("C45", "use", a_draft(), known=replace(
        CONTEXT, record=replace(RECORD, published_on=date(2023, 12, 2)), use=UseFacts(), hook=HookFacts(bound=False))),
    of("C46", "abstract", {"abstract": "本市婚姻登记机关办理的登记信息<b>最新</b>"}),
    about("C47", "provider", provider_active=False),
    recorded("C48", "version", version=2),
    of("P01", "nowhere", {"query_keys": (("nowhere",), ("cert_no",))}),
    of("P02", "title", {"title": "2023年度婚姻登记信息"}, {"title": "2025年度婚姻登记信息"}),
    of("P03", "title", {"title": "婚姻登记信息２０"}, {"title": "婚姻登记信息20"}),
    of("P04", "title", {"title": "婚姻登记（含涉外信息"}, {"title": "婚姻登记（含涉外）信息"}),
    of("P05", "abstract", {"abstract": "暂无，待补充待补充。"}),
    of("P06", "abstract", {"abstract": "Marriage registrations of the city"}),
    of("P07", "abstract", {"abstract": "本市婚姻登记机关办理的登记信息\u200b。 "}),
    of("P08", "abstract", {"abstract": "本市婚姻登记锟斤拷机关办理的登记。"}),
    Case("P09", "items", a_draft(items=THREE, query_keys=()),
         known=replace(CONTEXT, contents={content_of(a_draft(items=THREE)): frozenset({"other"})})),
    of("P10", "provider_unit", {"provider_unit": " "}),
    of("P11", "contact_email", {"contact_email": "ｍｚｊ＠example.gov.cn"}, {"contact_email": "mzj@example.gov.cn"}),
    of("P12", "contact_phone", {"contact_phone": "13800000000"}),
    of("P13", "system", {"system": "sw"}),
    of("P14", "307000000000/000009", {"related_codes": ("307000000000/000009",) * 2},
       {"related_codes": ("307000000000/000009",)}),
    of("P15", CODE, {"related_codes": (CODE,)}),
    of("P16", "X-1", {"duties": ("X-1",)}, {"duties": ("330100-A-1",)}),
    of("P20", "登记证号", {"open_type": OpenType.CONDITIONAL, "open_condition": "签订协议"},
       {"open_type": OpenType.CONDITIONAL, "open_condition": "签订协议", "query_keys": (),
        "items": (replace(KEY, open_type=OpenType.CONDITIONAL),)}),
    of("P21", "sharing_condition", {"sharing_condition": "按规定"}),
    of("P22", "sharing_condition", {**PUBLIC, "sharing_condition": "限公安使用"}, {**PUBLIC, "sharing_condition": "无条件"}),
    Case("P23", "sharing_methods", a_draft(**{**REFUSED, "sharing_methods": (SharingMethod.API,)}), a_draft(**REFUSED)),
    Case("P24", "basis_document", a_draft(**{**REFUSED, "basis_document": "《某市数据管理办法》"}), a_draft(**REFUSED)),
    of_item("P25", "登记机关名称", {"sharing_type": NOT_SHARED},
            {"sharing_type": NOT_SHARED, "sharing_condition": "某法第九条规定不得提供"}),
    of("P26", "update_frequency", {"provision": Provision.ONE_OFF},
       {"provision": Provision.ONE_OFF, "update_frequency": UpdateFrequency.NEVER}),
    of("P27", "provision", {"update_frequency": UpdateFrequency.NEVER},
       {"update_frequency": UpdateFrequency.NEVER, "provision": Provision.ONE_OFF}),
    of("P28", "update_frequency",
       {"business_frequency": UpdateFrequency.DAILY, "update_frequency": UpdateFrequency.MONTHLY},
       {"business_frequency": UpdateFrequency.YEARLY, "update_frequency": UpdateFrequency.MONTHLY}),
    Case("P30", "cert_no", items(an_item("Cert_No", name="旧证号"))),
    of_item("P31", "2名称", {"field": "2名称"}, {"field": "name2"}),
    of_item("P32", "办结日期", {"name": "办结日期", "data_type": D, "length": 8},
            {"name": "办结日期", "data_type": D, "length": None}),
    of_item("P33", "登记机关名称", {"length": 5000}, {"length": 4000}),
    of_item("P34", "补贴金额", {"name": "补贴金额", "data_type": DataType.MONEY},
            {"name": "补贴金额", "data_type": DataType.MONEY, "scale": 0}),
    of_item("P35", "登记机关名称", {"scale": 2}, {"data_type": N, "scale": 2}),
    of_item("P36", "公民号码", {"name": "公民号码", "meaning": M.CITIZEN_ID, "level": Level.L3, "length": 20},
            {"name": "公民号码", "meaning": M.CITIZEN_ID, "level": Level.L3, "length": 18}),
    of_item("P37", "办结日期", {"name": "办结日期"}, {"name": "办结日期", "data_type": D, "length": None}),
    Case("P38", "登记证号", a_draft(items=(replace(KEY, required=False),), query_keys=()), items()),
    Case("P39", "items", a_draft(items=(an_item("a"), KEY), query_keys=()), items(an_item("a"))),
    of_item("P40", "更新时间戳", {"name": "更新时间戳"}, {"name": "登记机关地点"}),
    Case("P41", "items", items(*(an_item(f"f{n}", name=f"第{n}项") for n in range(300))),
         items(*(an_item(f"f{n}", name=f"第{n}项") for n in range(299)))),
    Case("P42", "query_keys", a_draft(items=(an_item("a"),), query_keys=(), without_key=True), items()),
    Case("P43", "备注", replace(items(MEMO), query_keys=(("memo",),)), items(MEMO)),
    of("P44", "r1", {"rules": (RuleSpec(code="r1", kind="required", fields=("gone",)),)},
       {"rules": (RuleSpec(code="r1", kind="required", fields=("person",)),)}),
    of("P45", "r1", {"rules": (RuleSpec(code="r1", kind="required", fields=("person",)),) * 2},
       {"rules": (RuleSpec(code="r1", kind="required", fields=("person",)),)}),
    of_item("P50", "车牌号", {"name": "车牌号", "meaning": M.PLATE, "level": Level.L2},
            {"name": "车牌号", "meaning": M.PLATE, "level": Level.L3}),
    of_item("P51", "家庭收入", {"name": "家庭收入", "level": Level.L3},
            {"name": "家庭收入", "level": Level.L3, "mask": MaskMethod.HIDE}),
    of_item("P52", "姓名", {"name": "姓名", "meaning": M.PERSON_NAME, "level": Level.L3, "mask": MaskMethod.YEAR},
            {"name": "姓名", "meaning": M.PERSON_NAME, "level": Level.L3, "mask": MaskMethod.NAME}),
    of("P53", "person", {"query_keys": (("person",),)}, {"query_keys": (("person", "id_no"),)}),
    of("P54", "data_grade", {"data_grade": DataGrade.CORE}, {"data_grade": DataGrade.IMPORTANT}),
    of("P55", "data_grade", {**PUBLIC, "data_grade": DataGrade.IMPORTANT}, {"data_grade": DataGrade.IMPORTANT}),
    Case("P56", "open_type", items(L4_ITEM, open_type=OpenType.CONDITIONAL, open_condition="签订协议"), items(L4_ITEM)),
    of("P57", "sharing_type", {"sharing_type": FREE}),
    of_item("P58", "登录密码", {"name": "登录密码"}, {"name": "登录次数"}),
    of("P59", "assessment", {"title": "未成年人收养登记信息"},
       {"title": "未成年人收养登记信息", "assessment": "已评估，未成年人信息单独授权"}),
    of_item("P60", "登记机关名称", {"code_list": "no_such_list"}, {"code_list": "city_list"}),
    of_item("P61", "区划", {"name": "区划", "code_list": "region", "length": 4},
            {"name": "区划", "code_list": "region", "length": 6}),
    of_item("P62", "区划", {"name": "区划", "meaning": M.REGION_CODE, "length": 6},
            {"name": "区划", "meaning": M.REGION_CODE, "length": 6, "code_list": "region"}),
    of_item("P63", "民族", {"name": "民族", "meaning": M.NATION, "length": 2, "code_list": "sex"},
            {"name": "民族", "meaning": M.NATION, "length": 2, "code_list": "nation"}),
    of_item("P64", "登记机关名称", {"data_element": "DE001", "length": 60}, {"data_element": "DE001", "length": 40}),
    Case("P65", "items", items(is_certificate=True),
         items(an_item("until", name="有效期至", data_type=D, length=None), is_certificate=True)),
    Case("P66", "items", a_draft(items=(replace(KEY, name="当事人"),), query_keys=(), is_certificate=True),
         items(is_certificate=True)),
    Case("P67", "abstract", items(LONGITUDE, replace(LATITUDE, description="")), items(LONGITUDE, LATITUDE)),
    Case("P68", "items", items(LATITUDE), items(LONGITUDE, LATITUDE)),
    of_item("P69", "登记类别", {"name": "登记类别"}, {"name": "登记类别", "description": "1 结婚，2 离婚"}),
    recorded("P70", "code", code_fits=False),
    recorded("P71", "status", live=False),
    recorded("P72", "status", published=a_draft(), status=EntryStatus.DRAFT, updated_on=date(2025, 1, 2)),
    recorded("P73", "status", status=EntryStatus.RETURNED, updated_on=date(2025, 2, 3)),
    recorded("P74", "review_due_on", status=EntryStatus.BUREAU_REVIEW, review_due_on=date(2025, 2, 28)),
    recorded("P75", "登记机关名称", published=item()),
    recorded("P76", "登记证号", published=items(replace(KEY, level=Level.L4)), draft=items()),
    recorded("P77", "sharing_type", published=a_draft(**PUBLIC)),
    about("P80", "当事人姓名", sources=(("当事人姓名", "市公安局"),)),
    Case("P81", "row_count", a_draft(row_count=1000), a_draft(row_count=120)),
    hooked("P82", "binding", score=42.0),
    Case("P83", "open_type", a_draft(open_type=OpenType.UNCONDITIONAL)),
    used("P84", "grants", keyless=1),
    hooked("P85", "binding", last_success_on=None),
)  # fmt: skip
