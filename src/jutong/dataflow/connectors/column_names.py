"""Chinese names for columns of systems: their comments, else the common names of government tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pypinyin import Style, lazy_pinyin

from jutong.vocabulary.catalogue import Meaning

# Chinese name → English names that systems give such a column; initials and full pinyin follow from the name.
# The order decides between names with the same initials: the commoner first.
COMMON: Final[Mapping[str, str]] = {
    "姓名": "name real_name person_name full_name",
    "身份证号": "id_card idcard id_no sfzhm id_number cert_no", "性别": "sex gender", "民族": "nation ethnic",
    "出生日期": "birthday birth_date birth", "年龄": "age", "联系电话": "phone tel contact_phone telephone",
    "手机号码": "mobile mobile_phone cellphone sjh", "电子邮箱": "email mail",
    "联系人": "contact contact_person linkman", "住址": "home_address", "地址": "address addr",
    "户籍地址": "domicile", "通讯地址": "mail_address", "居住地址": "live_address", "籍贯": "native_place",
    "学历": "education degree", "婚姻状况": "marital_status marriage", "政治面貌": "political_status",
    "职业": "occupation job", "职务": "post position duty", "国籍": "nationality",
    "证件类型": "cert_type id_type", "证件号码": "certificate_no", "户号": "household_no",
    "户主姓名": "householder", "统一社会信用代码": "uscc credit_code social_credit_code",
    "组织机构代码": "org_code organization_code",
    "企业名称": "company_name enterprise_name ent_name corp_name", "单位名称": "unit_name org_name",
    "机构名称": "institution_name agency_name", "法定代表人": "legal_person legal_representative fr",
    "法人姓名": "legal_name", "注册资本": "registered_capital reg_capital",
    "成立日期": "established_date founded", "注册日期": "reg_date register_date",
    "经营范围": "business_scope", "行业代码": "industry_code", "行业类别": "industry",
    "企业类型": "company_type ent_type", "登记机关": "reg_org reg_authority", "经营状态": "business_status",
    "注册地址": "reg_address registered_address", "从业人数": "employees",
    "行政区划代码": "region_code area_code division_code adcode xzqhdm",
    "行政区划": "region area district xzqh", "区县": "county", "街道": "street", "乡镇": "town",
    "社区": "community", "村": "village", "邮政编码": "postcode zip", "经度": "lng lon longitude",
    "纬度": "lat latitude", "坐标": "coordinate", "空间几何": "geom geometry shape",
    "编号": "no number code bh", "序号": "seq serial xh sort", "名称": "title mc", "类型": "type lx",
    "类别": "category lb", "状态": "status state zt", "备注": "remark note memo comment remarks",
    "描述": "description desc", "等级": "grade dj", "级别": "level", "标识": "id bs", "代码": "dm",
    "内容": "content", "数量": "count quantity amount_no", "金额": "amount money je", "单价": "price",
    "面积": "size_area mj", "比例": "ratio", "得分": "score", "年份": "year nf", "月份": "month yf",
    "日期": "date rq", "时间": "time sj", "创建时间": "create_time created_at gmt_create",
    "创建人": "create_by creator", "更新时间": "update_time updated_at gmt_modified modify_time",
    "更新人": "update_by updater", "修改时间": "modified_at", "删除标志": "del_flag is_deleted deleted",
    "录入时间": "input_time", "录入人": "input_user", "登记日期": "registration_date",
    "登记时间": "registered_at", "办理时间": "handle_time", "受理时间": "accept_time",
    "受理编号": "accept_no", "申请人": "applicant", "申请日期": "apply_date", "申请时间": "apply_time",
    "审批时间": "approve_time approval_time", "审批结果": "approval_result", "审批意见": "opinion",
    "审批人": "approver", "办理部门": "handle_dept", "部门名称": "dept_name department",
    "部门编码": "dept_code dept_id", "主管部门": "competent_dept",
    "事项名称": "item_name task_name matter_name", "事项编码": "item_code task_code",
    "许可证号": "licence_no license_no permit_no", "证书编号": "certificate_number cert_code",
    "证照名称": "cert_name licence_name", "发证机关": "issuing_authority issue_org", "发证日期": "issue_date",
    "有效期起": "valid_from start_valid", "有效期至": "valid_until valid_to expire_date expiry_date",
    "决定日期": "decision_date", "决定文书号": "decision_no document_no", "处罚类别": "penalty_type",
    "处罚金额": "penalty_amount fine", "处罚事由": "penalty_reason", "违法事实": "violation",
    "检查日期": "check_date inspection_date", "检查结果": "check_result inspection_result",
    "检查人": "inspector", "开始日期": "start_date begin_date", "结束日期": "end_date",
    "开始时间": "start_time begin_time", "结束时间": "end_time", "项目名称": "project_name",
    "项目编号": "project_no project_code", "项目地址": "project_address", "建设单位": "builder",
    "合同编号": "contract_no", "合同金额": "contract_amount", "银行账号": "bank_account",
    "开户银行": "bank bank_name", "银行卡号": "bank_card card_no", "账户名称": "account_name",
    "学校名称": "school_name", "学校标识码": "school_code", "学籍号": "student_no", "班级": "class_name",
    "专业": "major", "办学类型": "school_type", "在校学生数": "students", "医院名称": "hospital_name",
    "床位数": "beds", "科室": "ward", "诊断": "diagnosis", "车牌号": "plate plate_no",
    "车辆类型": "vehicle_type", "车辆识别代号": "vin", "线路名称": "line_name route_name",
    "站点名称": "station_name stop_name", "小区名称": "estate_name xqmc", "房屋坐落": "house_location",
    "建筑面积": "building_area floor_area", "不动产单元号": "real_estate_unit bdcdyh",
    "不动产权证号": "property_no", "宗地代码": "parcel_code", "用途": "purpose usage",
    "权利人": "right_holder owner", "社保号": "social_security_no", "参保日期": "insured_date",
    "参保状态": "insured_status", "缴费基数": "payment_base", "补贴金额": "subsidy",
    "发放日期": "grant_date pay_date", "发放金额": "pay_amount", "残疾类别": "disability_type",
    "残疾等级": "disability_grade", "救助类型": "relief_type", "低保证号": "relief_no",
    "上级编码": "parent_code parent_id pid", "排序": "order_num sort_no", "版本": "version",
    "来源": "source ly", "图片": "image picture", "网址": "url website", "附件": "attachment file",
    "是否有效": "is_valid valid enabled", "填报单位": "report_unit", "数据来源单位": "data_source",
    "监测站": "monitor_station", "监测时间": "monitor_time", "温度": "temperature", "湿度": "humidity",
    "首要污染物": "primary_pollutant", "空气质量指数": "aqi",
}  # fmt: skip
# Parts of composed English names: apply_date → 申请日期.
PARTS: Final[Mapping[str, str]] = {
    "apply": "申请", "accept": "受理", "approve": "审批", "approval": "审批", "audit": "审核",
    "check": "检查", "inspect": "检查", "register": "登记", "reg": "登记", "issue": "发证", "create": "创建",
    "created": "创建", "update": "更新", "updated": "更新", "modify": "修改", "start": "开始",
    "begin": "开始", "end": "结束", "valid": "有效", "expire": "到期", "handle": "办理", "pay": "缴费",
    "report": "填报", "person": "人员", "people": "人员", "staff": "人员", "company": "企业",
    "enterprise": "企业", "ent": "企业", "corp": "企业", "org": "机构", "organization": "机构",
    "unit": "单位", "dept": "部门", "department": "部门", "school": "学校", "student": "学生",
    "teacher": "教师", "hospital": "医院", "doctor": "医生", "patient": "患者", "house": "房屋",
    "building": "建筑", "land": "土地", "vehicle": "车辆", "car": "车辆", "driver": "驾驶员",
    "project": "项目", "contract": "合同", "licence": "许可证", "license": "许可证", "permit": "许可证",
    "cert": "证件", "certificate": "证书", "bank": "银行", "account": "账户", "card": "卡",
    "legal": "法定代表人", "contact": "联系人", "home": "家庭", "live": "居住", "work": "工作",
    "birth": "出生", "death": "死亡", "marriage": "婚姻", "region": "区划", "area": "区域", "city": "城市",
    "province": "省份", "county": "区县", "town": "乡镇", "street": "街道", "village": "村",
    "community": "社区", "penalty": "处罚", "punish": "处罚", "decision": "决定", "result": "结果",
    "total": "总", "current": "当前", "parent": "上级", "item": "事项", "task": "事项", "matter": "事项",
    "data": "数据", "name": "名称", "code": "代码", "no": "编号", "num": "数量", "number": "编号",
    "id": "标识", "type": "类型", "kind": "类别", "status": "状态", "state": "状态", "date": "日期",
    "time": "时间", "at": "时间", "day": "日期", "year": "年份", "month": "月份", "amount": "金额",
    "money": "金额", "price": "价格", "count": "数量", "rate": "比率", "level": "级别", "grade": "等级",
    "address": "地址", "addr": "地址", "phone": "电话", "tel": "电话", "mobile": "手机号码", "email": "邮箱",
    "remark": "备注", "desc": "描述", "reason": "原因", "content": "内容", "flag": "标志", "by": "人",
    "user": "用户", "person_name": "姓名", "title": "标题", "url": "网址", "source": "来源",
    "version": "版本",
}  # fmt: skip
_CHINESE: Final = re.compile(r"[㐀-鿿]")
_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
# What a comment explains after the name: codes (0 否 1 是), formats, notes.
_EXPLAINED: Final = re.compile(r"[（(\[【：:，,;；。\s/].*$", re.DOTALL)
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ChineseName:
    """A name proposed for a column: how sure, and where it is from."""

    name: str
    confidence: float
    zh: str
    en: str


# Names that hold only where the values bear them out: `name` is that of a person, `wd` a latitude or a wind.
_BORNE_OUT: Final[Mapping[str, Meaning]] = {
    "姓名": Meaning.PERSON_NAME,
    "经度": Meaning.LONGITUDE,
    "纬度": Meaning.LATITUDE,
}


def chinese_name(
    column: str, comment: str = "", *, meaning: Meaning | None = None, checked: bool = False
) -> ChineseName:
    """The name for `column`: its comment, itself where it is Chinese, else the dictionary; at worst itself.

    `meaning` is what its values were recognised as; `checked`: there were values to recognise.
    """
    said = _EXPLAINED.sub("", comment.strip())[:_LONGEST]
    if _CHINESE.search(said):
        return ChineseName(
            name=said, confidence=0.95, zh=f"取自列注释“{said}”", en="from the column's comment"
        )
    if _CHINESE.search(column):
        return ChineseName(
            name=column.strip()[:_LONGEST], confidence=0.95, zh="列名即为中文", en="the column's own name"
        )
    words = [word.lower() for word in _WORDS.findall(column)]
    joined = "_".join(words)
    for found, confidence, zh, en in _looked_up(joined, words):
        if checked and _BORNE_OUT.get(found, meaning) is not meaning:
            continue
        return ChineseName(
            name=found,
            confidence=confidence,
            zh=f"列名 {column} {zh}“{found}”",
            en=f"the column {column} {en}",
        )
    if joined in {"name", "full_name"}:
        return ChineseName(name="名称", confidence=0.6, zh=f"列名 {column} 意为“名称”", en="it means a name")
    if meaning is not None:
        return ChineseName(
            name=meaning.zh,
            confidence=0.5,
            zh=f"列名 {column} 不在常用字段名中，按识别的含义取名“{meaning.zh}”",
            en=f"{column} is no common name; named after what its values are",
        )
    return ChineseName(
        name=column.strip()[:_LONGEST] or "?",
        confidence=0.1,
        zh=f"列名 {column} 没有注释，也不在常用字段名中，请补充中文名称",
        en=f"{column} has no comment and is no common name; give it a Chinese name",
    )


def _looked_up(joined: str, words: list[str]) -> Iterator[tuple[str, float, str, str]]:
    plain = joined.replace("_", "")
    if joined in _english() or plain in _english():
        yield _english().get(joined) or _english()[plain], 0.8, "是常用字段名，意为", "is a common name"
    if plain in _pinyin():
        yield _pinyin()[plain], 0.8, "是拼音，读作", "is pinyin"
    if plain in _initials():
        yield (
            _initials()[plain],
            0.65 if len(plain) > 3 else 0.5,
            "像是拼音首字母，可能是",
            "looks like pinyin initials",
        )
    parts = [PARTS.get(word) for word in words if not word.isdigit()]
    if len(parts) > 1 and all(parts):
        yield (
            "".join(part or "" for part in parts),
            0.6,
            "由常用词组成，可能是",
            "is composed of common words",
        )


@cache
def _english() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, others in COMMON.items():
        for other in others.split():
            found.setdefault(other, name)
            found.setdefault(other.replace("_", ""), name)
    return found


@cache
def _pinyin() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in COMMON:
        if len(name) > 1:
            found.setdefault("".join(lazy_pinyin(name)), name)
    return found


@cache
def _initials() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in COMMON:
        short = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
        if len(short) > 1:
            found.setdefault(short, name)
            found.setdefault(f"{short}m" if name.endswith("号") else short, name)
    return found
