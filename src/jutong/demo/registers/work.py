"""Registers of enterprises, taxes and insurance: 市场监管, 税务, 人社, 医保. All of it synthetic."""

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from jutong.demo.faults import (
    abolished_region,
    bad_mobile,
    future,
    missing,
    other_address,
    other_birth_date,
    other_name,
    outside,
    swapped,
    unlisted,
    wrong_check,
    wrong_uscc,
)
from jutong.demo.nouns import Delivery, Duplicates, Fault, Register, column, nature
from jutong.vocabulary.catalogue import (
    DataType,
    Level,
    Meaning,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import RuleSpec

_ID: Final = Meaning.CITIZEN_ID
_NAME: Final = Meaning.PERSON_NAME
_REGION: Final = Meaning.REGION_CODE

ENTERPRISE: Final = Register(
    service="market_enterprise",
    department="market",
    system="市场主体登记系统（合成）",
    title="企业登记基本信息（合成）",
    abstract="合成数据：演示城市登记的企业，含统一社会信用代码、名称、法定代表人、住所、行业和登记状态，是法人基础库的数源。",
    resource_class=ResourceClass.BASE,
    theme="法人单位",
    columns=(
        column(
            "uscc", "统一社会信用代码", "uniscid", meaning=Meaning.USCC, length=18, required=True, key=True
        ),
        column("name", "企业名称", "entname", meaning=Meaning.ORGANISATION_NAME, length=100, required=True),
        column("legal_representative", "法定代表人", "lerep", meaning=_NAME, length=50, required=True),
        column("representative_id", "法定代表人公民身份号码", "lerep_cerno", meaning=_ID, length=18),
        column("region_code", "登记机关区划代码", "regorg", meaning=_REGION, length=6, required=True),
        # Where an enterprise has its seat is published by law (企业信息公示暂行条例).
        column("address", "住所", "dom", length=200, required=True),
        column(
            "industry_code",
            "行业代码",
            "industryco",
            meaning=Meaning.INDUSTRY,
            length=2,
            code_list="industry",
        ),
        column("registered_capital", "注册资本（万元）", "regcap", data_type=DataType.MONEY, length=12),
        column("founded_date", "成立日期", "estdate", meaning=Meaning.DATE, length=10, required=True),
        column(
            "status", "登记状态", "regstate", length=1, required=True, description="1 存续，2 吊销，3 注销"
        ),
        column("mobile", "联系电话", "tel", meaning=Meaning.MOBILE, length=11),
        nature(),
    ),
    delivery=Delivery(
        kind="sqlite",
        path=PurePosixPath("market/scjg.sqlite"),
        table="e_baseinfo",
        changed_column="s_ext_timestamp",
    ),
    frequency=UpdateFrequency.DAILY,
    sharing_condition="核验和依法办理本部门事项可以申请",
    query_keys=(("uscc",), ("representative_id",)),
    rules=(
        RuleSpec(code="status", kind="code_list", fields=("status",), parameters={"codes": ["1", "2", "3"]}),
        RuleSpec(
            code="capital",
            kind="range",
            fields=("registered_capital",),
            parameters={"low": 0, "high": 10000000},
        ),
    ),
    faults=(
        wrong_uscc("uscc", 0.005),
        wrong_check("representative_id", 0.005),
        abolished_region(0.006),
        missing("legal_representative", 0.004),
        outside("registered_capital", 0.004, ("-100", "99999999")),
        future("founded_date", 0.004),
        unlisted("status", 0.004, ("8", "9")),
        bad_mobile("mobile", 0.005),
    ),
    duplicates=(Duplicates(rate=0.004), Duplicates(rate=0.004, changed="registered_capital", value="'300'")),
)


def on_postgresql(register: Register) -> Register:
    """The enterprise register on a PostgreSQL server; any other as it is."""
    if register is not ENTERPRISE:
        return register
    return replace(
        register, delivery=replace(register.delivery, kind="postgresql", table="jutong_demo_e_baseinfo")
    )


INDUSTRY_COUNT: Final = Register(
    service="market_industry_count",
    department="market",
    system="市场主体登记系统（合成）",
    title="分区县分行业存续企业数（合成）",
    abstract="合成数据：演示城市各区县各行业门类的存续企业数和注册资本合计，由合成的企业登记信息汇总而成。",
    columns=(
        column("region_code", "区县代码", meaning=_REGION, length=6, required=True, key=True),
        column("county", "区县", length=30, required=True),
        column("industry_section", "行业门类", length=1, required=True, key=True, code_list="industry"),
        column("enterprises", "存续企业数", data_type=DataType.INTEGER, length=10, required=True),
        column("registered_capital", "注册资本合计（万元）", data_type=DataType.MONEY, length=16),
        nature(),
    ),
    delivery=Delivery(kind="json", path=PurePosixPath("market/industry_count.json"), days_old=12),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="市场监管",
    query_keys=(("region_code", "industry_section"),),
    tags=("企业", "统计"),
)

TAXPAYER: Final = Register(
    service="tax_taxpayer",
    department="tax",
    system="税收征管系统（合成）",
    title="纳税人登记信息（合成）",
    abstract="合成数据：演示城市纳税人登记信息，含统一社会信用代码、纳税人名称、经营地址、纳税人类型和纳税信用级别。",
    resource_class=ResourceClass.BASE,
    theme="法人单位",
    columns=(
        column("uscc", "社会信用代码", meaning=Meaning.USCC, length=18, required=True, key=True),
        column("taxpayer_name", "纳税人名称", meaning=Meaning.ORGANISATION_NAME, length=100, required=True),
        column("region_code", "主管税务机关区划", meaning=_REGION, length=6, required=True),
        column("business_address", "生产经营地址", length=200),
        column("taxpayer_type", "纳税人类型", length=1, required=True, description="1 一般纳税人，2 小规模纳税人"),
        column("registered_date", "登记日期", meaning=Meaning.DATE, length=10),
        column("credit_grade", "纳税信用级别", length=1, level=Level.L2, description="A、B、M、C、D"),
        nature(),
    ),
    # Promised every week, last handed over twenty days ago: one of the late files.
    delivery=Delivery(
        kind="csv", path=PurePosixPath("tax/纳税人登记.txt"), encoding="gb18030", delimiter="\t", days_old=20
    ),
    frequency=UpdateFrequency.WEEKLY,
    sharing_condition="信用评价、惠企政策兑现等依法办理的事项可以申请",
    query_keys=(("uscc",),),
    rules=(
        RuleSpec(code="type", kind="code_list", fields=("taxpayer_type",), parameters={"codes": ["1", "2"]}),
        RuleSpec(
            code="grade", kind="code_list", fields=("credit_grade",), parameters={"codes": ["A", "B", "M", "C", "D"]}
        ),
    ),
    faults=(
        wrong_uscc("uscc", 0.006),
        abolished_region(0.005),
        missing("taxpayer_name", 0.004),
        unlisted("credit_grade", 0.005, ("E", "S")),
        future("registered_date", 0.004),
        Fault(
            kind="conflict_enterprise_name", field="taxpayer_name", rate=0.006,
            value="regexp_replace(taxpayer_name, '(股份)?有限公司$', '经营部')",
        ),
    ),
    duplicates=(Duplicates(rate=0.005), Duplicates(rate=0.004, changed="taxpayer_type", value="'1'")),
)  # fmt: skip

INSURED: Final = Register(
    service="hrss_insured",
    department="hrss",
    system="社会保险信息系统（合成）",
    title="社会保险参保信息（合成）",
    abstract="合成数据：演示城市社会保险参保人员信息，含身份信息、参保单位、险种、缴费基数和最近缴费月份，一人一行。",
    columns=(
        column("id_no", "公民身份号码", meaning=_ID, length=18, required=True, key=True),
        column("name", "姓名", meaning=_NAME, length=50, required=True),
        column("sex", "性别", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column("birth_date", "出生日期", meaning=Meaning.BIRTH_DATE, length=10, required=True),
        column("mobile", "手机号码", meaning=Meaning.MOBILE, length=11),
        column("contact_address", "联系地址", meaning=Meaning.ADDRESS, length=200),
        column("employer_uscc", "单位社会信用代码", meaning=Meaning.USCC, length=18),
        column("region_code", "参保地区划代码", meaning=_REGION, length=6, required=True),
        column("insurance_type", "险种", length=1, required=True, description="1 职工养老，2 城乡居民养老"),
        column("status", "参保状态", length=1, required=True, description="1 正常参保，2 暂停缴费，3 终止"),
        column("joined_date", "首次参保日期", meaning=Meaning.DATE, length=10),
        column("payment_base", "缴费基数（元）", data_type=DataType.MONEY, length=8, level=Level.L3),
        column("last_paid_month", "最近缴费月份", length=7),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("hrss/参保人员.csv"), encoding="gb18030", days_old=3),
    frequency=UpdateFrequency.WEEKLY,
    sharing_condition="就业补贴、购房资格核查等依法办理的事项可以申请",
    query_keys=(("id_no",), ("employer_uscc",)),
    rules=(
        RuleSpec(code="status", kind="code_list", fields=("status",), parameters={"codes": ["1", "2", "3"]}),
        RuleSpec(
            code="base", kind="range", fields=("payment_base",), parameters={"low": 1000, "high": 50000}
        ),
        RuleSpec(
            code="month",
            kind="pattern",
            fields=("last_paid_month",),
            parameters={"pattern": "[0-9]{4}-(0[1-9]|1[0-2])"},
        ),
    ),
    faults=(
        Fault(
            kind="dead_but_insured",
            field="status",
            value="'1'",
            rate=0.0025,
            where="status = '3'",
            minimum=10,
        ),
        wrong_check("id_no", 0.003),
        wrong_uscc("employer_uscc", 0.003),
        abolished_region(0.004),
        missing("name", 0.002),
        bad_mobile("mobile", 0.004),
        outside("payment_base", 0.003, ("-1", "5", "999999")),
        unlisted("sex", 0.002, ("3", "女")),
        other_birth_date("birth_date", 0.004),
        other_name("name", 0.003),
        other_address("contact_address", 0.004),
    ),
    duplicates=(Duplicates(rate=0.003), Duplicates(rate=0.003, changed="payment_base", value="'4500'")),
)

MEDICAL_INSURED: Final = Register(
    service="medical_insured",
    department="medical",
    system="医疗保障信息平台（合成）",
    title="基本医疗保险参保信息（合成）",
    abstract="合成数据：演示城市基本医疗保险参保人员信息，含身份信息、参保险种、居住地址和参保状态，一人一行。",
    columns=(
        column("id_no", "证件号码", "psn_certno", meaning=_ID, length=18, required=True, key=True),
        column("name", "人员姓名", "psn_name", meaning=_NAME, length=50, required=True),
        column("sex", "性别", "gend", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column("birth_date", "出生日期", "brdy", meaning=Meaning.BIRTH_DATE, length=10, required=True),
        column("region_code", "参保区划", "insu_admdvs", meaning=_REGION, length=6, required=True),
        column("residence", "居住地址", "live_addr", meaning=Meaning.ADDRESS, length=200),
        column(
            "insurance_kind",
            "险种类型",
            "insutype",
            length=3,
            required=True,
            description="310 职工，390 城乡居民",
        ),
        column(
            "status",
            "参保状态",
            "psn_insu_stas",
            length=1,
            required=True,
            description="1 正常，2 暂停，4 终止",
        ),
        column("insured_year", "参保年度", "insu_year", data_type=DataType.INTEGER, length=4),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("medical/insured.csv"), delimiter="|", days_old=2),
    frequency=UpdateFrequency.WEEKLY,
    sharing_condition="依法办理本部门事项可以申请",
    query_keys=(("id_no",),),
    rules=(
        RuleSpec(
            code="kind", kind="code_list", fields=("insurance_kind",), parameters={"codes": ["310", "390"]}
        ),
        RuleSpec(code="status", kind="code_list", fields=("status",), parameters={"codes": ["1", "2", "4"]}),
    ),
    faults=(
        swapped("name", 0.004),
        wrong_check("id_no", 0.003),
        abolished_region(0.003),
        missing("insurance_kind", 0.002),
        unlisted("insurance_kind", 0.003, ("311", "999")),
        other_birth_date("birth_date", 0.003),
    ),
    duplicates=(Duplicates(rate=0.003),),
)

INSTITUTION: Final = Register(
    service="medical_institution",
    department="medical",
    system="医疗保障信息平台（合成）",
    title="医保定点医药机构（合成）",
    abstract="合成数据：演示城市医保定点医疗机构和零售药店的名称、类别、地址和坐标（CGCS2000），位置为随机生成。",
    columns=(
        column("institution_code", "机构编码", length=20, required=True, key=True),
        column("name", "机构名称", meaning=Meaning.ORGANISATION_NAME, length=100, required=True),
        column("kind", "机构类别", length=20, required=True),
        column("region_code", "区划代码", meaning=_REGION, length=6, required=True),
        column("address", "地址", length=200),
        column("longitude", "经度", meaning=Meaning.LONGITUDE),
        column("latitude", "纬度", meaning=Meaning.LATITUDE),
        nature(),
    ),
    delivery=Delivery(kind="json", path=PurePosixPath("medical/institutions.json"), days_old=15),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="医疗卫生",
    query_keys=(("institution_code",), ("region_code",)),
    tags=("医保", "地图"),
)

WORK: Final = (ENTERPRISE, INDUSTRY_COUNT, TAXPAYER, INSURED, MEDICAL_INSURED, INSTITUTION)
