"""Enumerations of the catalogue (政务信息资源目录编制指南（试行）, 发改高技术〔2017〕1272号, and live platforms' codes)."""

from collections.abc import Mapping
from typing import Final

from jutong.vocabulary.terms import Term


class ResourceClass(Term):
    """信息资源属性分类: the first digit of a resource code (类)."""

    BASE = "base", "1", "基础信息资源", "Base resources"
    THEME = "theme", "2", "主题信息资源", "Thematic resources"
    DEPARTMENT = "department", "3", "部门信息资源", "Departmental resources"


class SharingType(Term):
    """共享类型 (国令第809号; 1272号 core element 9)."""

    UNCONDITIONAL = "unconditional", "1", "无条件共享", "Unconditional"
    CONDITIONAL = "conditional", "2", "有条件共享", "Conditional"
    NOT_SHARED = "not_shared", "3", "不予共享", "Not shared"


class OpenType(Term):
    """开放类型 (1272号 core element 10)."""

    UNCONDITIONAL = "unconditional", "1", "无条件开放", "Unconditional"
    CONDITIONAL = "conditional", "2", "有条件开放", "Conditional"
    NOT_OPEN = "not_open", "3", "不予开放", "Not open"


SHARING_STRICTNESS: Final[Mapping[SharingType, int]] = {
    SharingType.UNCONDITIONAL: 0,
    SharingType.CONDITIONAL: 1,
    SharingType.NOT_SHARED: 2,
}


class SharingMethod(Term):
    """共享方式: how a consumer receives the data."""

    API = "api", "1", "服务接口", "Service interface"
    TABLE = "table", "2", "库表交换", "Table exchange"
    FILE = "file", "3", "文件下载", "File download"
    VERIFICATION = "verification", "4", "核验", "Verification"


class UpdateFrequency(Term):
    """更新周期 (1272号 core element 11; codes of live platforms)."""

    REAL_TIME = "real_time", "1", "实时", "Real time"
    DAILY = "daily", "2", "每日", "Daily"
    WEEKLY = "weekly", "3", "每周", "Weekly"
    MONTHLY = "monthly", "4", "每月", "Monthly"
    QUARTERLY = "quarterly", "5", "每季度", "Quarterly"
    HALF_YEARLY = "half_yearly", "6", "每半年", "Half-yearly"
    YEARLY = "yearly", "7", "每年", "Yearly"
    IRREGULAR = "irregular", "8", "不定期", "Irregular"
    NEVER = "never", "9", "不更新", "Never"


# Product default (domain §2.6): within how many hours after the last delivery the next one is on time.
# Irregular and never-updated entries are left out of the judgement.
UPDATE_TOLERANCE_HOURS: Final[Mapping[UpdateFrequency, int]] = {
    UpdateFrequency.REAL_TIME: 1,
    UpdateFrequency.DAILY: 24,
    UpdateFrequency.WEEKLY: 7 * 24,
    UpdateFrequency.MONTHLY: 31 * 24,
    UpdateFrequency.QUARTERLY: 92 * 24,
    UpdateFrequency.HALF_YEARLY: 183 * 24,
    UpdateFrequency.YEARLY: 366 * 24,
}


class FormatClass(Term):
    """信息资源格式, first level (1272号 core element 7)."""

    DOCUMENT = "document", "1", "电子文件", "Document"
    SPREADSHEET = "spreadsheet", "2", "电子表格", "Spreadsheet"
    DATABASE = "database", "3", "数据库类", "Database"
    IMAGE = "image", "4", "图形图像类", "Image"
    STREAM = "stream", "5", "流媒体类", "Streaming media"
    SELF_DESCRIBED = "self_described", "6", "自描述格式", "Self-described"
    SERVICE = "service", "7", "服务接口", "Service interface"


FORMATS: Final[Mapping[FormatClass, tuple[str, ...]]] = {
    FormatClass.DOCUMENT: ("OFD", "wps", "xml", "txt", "doc", "docx", "html", "pdf", "ppt", "pptx"),
    FormatClass.SPREADSHEET: ("et", "xls", "xlsx", "csv"),
    FormatClass.DATABASE: (
        "Dm",
        "KingbaseES",
        "access",
        "dbf",
        "dbase",
        "sysbase",
        "oracle",
        "sql server",
        "db2",
        "mysql",
        "postgresql",
        "sqlite",
    ),
    FormatClass.IMAGE: ("jpg", "gif", "bmp", "png"),
    FormatClass.STREAM: ("swf", "rm", "mpg", "mp4"),
    FormatClass.SELF_DESCRIBED: ("json", "geojson", "shp", "parquet"),
    FormatClass.SERVICE: ("REST", "SOAP"),
}


class DataType(Term):
    """数据类型 of an information item (1272号; letters of live platforms)."""

    TEXT = "text", "C", "字符型", "Text"
    NUMBER = "number", "N", "数值型", "Number"
    MONEY = "money", "Y", "货币型", "Money"
    DATE = "date", "D", "日期型", "Date"
    TIMESTAMP = "timestamp", "T", "日期时间型", "Date and time"
    BOOLEAN = "boolean", "L", "逻辑型", "Boolean"
    MEMO = "memo", "M", "备注型", "Memo"
    GENERAL = "general", "G", "通用型", "General"
    DOUBLE = "double", "B", "双精度型", "Double"
    INTEGER = "integer", "I", "整型", "Integer"
    FLOAT = "float", "F", "浮点型", "Float"


class Level(Term):
    """敏感级别 of an item or entry, 4 the highest (GB/T 43697-2024 Annex H; product control matrix)."""

    L1 = "l1", "1", "一级（公开）", "Level 1 (public)"
    L2 = "l2", "2", "二级（低敏感）", "Level 2 (low)"
    L3 = "l3", "3", "三级（较敏感）", "Level 3 (sensitive)"
    L4 = "l4", "4", "四级（敏感）", "Level 4 (highly sensitive)"

    rank: int

    def __init__(self, *_: str) -> None:
        self.rank = int(self.official)


class DataGrade(Term):
    """数据分级 (GB/T 43697-2024): core data never enters the platform, important data needs the bureau's security review."""

    GENERAL = "general", "1", "一般数据", "General data"
    IMPORTANT = "important", "2", "重要数据", "Important data"
    CORE = "core", "3", "核心数据", "Core data"


class EntryStatus(Term):
    """目录状态 of a catalogue entry."""

    DRAFT = "draft", "0", "草稿", "Draft"
    SUBMITTED = "submitted", "1", "待部门审核", "Awaiting department review"
    BUREAU_REVIEW = "bureau_review", "2", "待主管部门审核", "Awaiting bureau review"
    RETURNED = "returned", "3", "退回修改", "Returned"
    PUBLISHED = "published", "4", "已发布", "Published"
    WITHDRAWN = "withdrawn", "5", "已下架", "Withdrawn"


class Meaning(Term):
    """What the values of an item are, as profiling recognises it and rules and masks rely on it (识别语义)."""

    CITIZEN_ID = "citizen_id", "GB11643", "公民身份号码", "Citizen ID number"
    USCC = "uscc", "GB32100", "统一社会信用代码", "Unified social credit code"
    ORGANISATION_CODE = "organisation_code", "GB11714", "组织机构代码", "Organisation code"
    REGION_CODE = "region_code", "GB2260", "行政区划代码", "Region code"
    PERSON_NAME = "person_name", "NAME", "姓名", "Person's name"
    ORGANISATION_NAME = "organisation_name", "ORGNAME", "机构名称", "Organisation name"
    SEX = "sex", "GB2261.1", "性别", "Sex"
    NATION = "nation", "GB3304", "民族", "Nation (ethnic group)"
    BIRTH_DATE = "birth_date", "BIRTH", "出生日期", "Date of birth"
    DATE = "date", "GB7408", "日期", "Date"
    TIMESTAMP = "timestamp", "GB7408T", "日期时间", "Date and time"
    MOBILE = "mobile", "MOBILE", "手机号码", "Mobile number"
    TELEPHONE = "telephone", "TEL", "固定电话", "Telephone"
    ADDRESS = "address", "ADDRESS", "地址", "Address"
    LONGITUDE = "longitude", "LON", "经度", "Longitude"
    LATITUDE = "latitude", "LAT", "纬度", "Latitude"
    GEOMETRY = "geometry", "GEOM", "空间几何", "Geometry"
    REAL_ESTATE_UNIT = "real_estate_unit", "GB37346", "不动产单元号", "Real-estate unit number"
    VIN = "vin", "GB16735", "车辆识别代号", "Vehicle identification number"
    PLATE = "plate", "GA36", "车牌号码", "Vehicle plate"
    BANK_CARD = "bank_card", "LUHN", "银行卡号", "Bank card number"
    EMAIL = "email", "EMAIL", "电子邮箱", "E-mail"
    POSTCODE = "postcode", "POST", "邮政编码", "Postcode"
    CERTIFICATE_ID = "certificate_id", "GB36904", "电子证照标识", "E-certificate identifier"
    INDUSTRY = "industry", "GB4754", "国民经济行业代码", "Industry code"


class MaskMethod(Term):
    """脱敏方法: what a reader sees instead of the value (domain §4.3 default masks)."""

    NAME = "name", "NAME", "姓名保留首字", "Keep the first character of a name"
    CITIZEN_ID = "citizen_id", "ID", "身份证号保留前6后4", "Keep the first 6 and last 4 of an ID number"
    MOBILE = "mobile", "MOBILE", "手机号保留前3后4", "Keep the first 3 and last 4 of a mobile number"
    TELEPHONE = "telephone", "TEL", "固话保留区号和后4", "Keep area code and last 4 of a telephone number"
    BANK_CARD = "bank_card", "CARD", "银行卡保留后4", "Keep the last 4 of a card number"
    ADDRESS = "address", "ADDRESS", "地址保留至区县", "Keep an address down to the county"
    EMAIL = "email", "EMAIL", "邮箱保留首字符和域名", "Keep the first character and the domain of an e-mail"
    PLATE = "plate", "PLATE", "车牌保留前2后2", "Keep the first 2 and last 2 of a plate"
    YEAR = "year", "YEAR", "日期保留年份", "Keep the year of a date"
    HIDE = "hide", "HIDE", "全部隐藏", "Hide the whole value"


DEFAULT_MASKS: Final[Mapping[Meaning, MaskMethod]] = {
    Meaning.PERSON_NAME: MaskMethod.NAME,
    Meaning.CITIZEN_ID: MaskMethod.CITIZEN_ID,
    Meaning.MOBILE: MaskMethod.MOBILE,
    Meaning.TELEPHONE: MaskMethod.TELEPHONE,
    Meaning.BANK_CARD: MaskMethod.BANK_CARD,
    Meaning.ADDRESS: MaskMethod.ADDRESS,
    Meaning.EMAIL: MaskMethod.EMAIL,
    Meaning.PLATE: MaskMethod.PLATE,
    Meaning.BIRTH_DATE: MaskMethod.YEAR,
}

# The level proposed for an item of this meaning (domain §4.3); anything else starts at level 1.
DEFAULT_LEVELS: Final[Mapping[Meaning, Level]] = {
    Meaning.CITIZEN_ID: Level.L3,
    Meaning.PERSON_NAME: Level.L3,
    Meaning.MOBILE: Level.L3,
    Meaning.TELEPHONE: Level.L2,
    Meaning.BANK_CARD: Level.L4,
    Meaning.ADDRESS: Level.L3,
    Meaning.EMAIL: Level.L3,
    Meaning.PLATE: Level.L3,
    Meaning.VIN: Level.L3,
    Meaning.BIRTH_DATE: Level.L3,
    Meaning.NATION: Level.L2,
    Meaning.SEX: Level.L2,
}


class QualityDimension(Term):
    """数据质量评价维度 (GB/T 36344-2018)."""

    CONFORMITY = "conformity", "01", "规范性", "Conformity"
    COMPLETENESS = "completeness", "02", "完整性", "Completeness"
    ACCURACY = "accuracy", "03", "准确性", "Accuracy"
    CONSISTENCY = "consistency", "04", "一致性", "Consistency"
    TIMELINESS = "timeliness", "05", "时效性", "Timeliness"
    ACCESSIBILITY = "accessibility", "06", "可访问性", "Accessibility"


# Product defaults (domain §5.1): weights of the dimensions in a score of 100.
QUALITY_WEIGHTS: Final[Mapping[QualityDimension, int]] = {
    QualityDimension.CONFORMITY: 20,
    QualityDimension.COMPLETENESS: 25,
    QualityDimension.ACCURACY: 25,
    QualityDimension.CONSISTENCY: 10,
    QualityDimension.TIMELINESS: 15,
    QualityDimension.ACCESSIBILITY: 5,
}


class Severity(Term):
    """How a finding is treated: an error blocks, a warning is shown."""

    ERROR = "error", "E", "错误", "Error"
    WARNING = "warning", "W", "提示", "Warning"
