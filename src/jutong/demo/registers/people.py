"""Registers of persons and their lives: 公安, 卫健, 民政, 教育. Every person in them is synthetic."""

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
    unlisted,
    wrong_check,
)
from jutong.demo.nouns import Delivery, Duplicates, Register, column, nature
from jutong.vocabulary.catalogue import (
    DataType,
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

POPULATION: Final = Register(
    service="police_population",
    department="police",
    system="人口信息管理系统（合成）",
    title="常住人口基本信息（合成）",
    abstract="合成数据：演示城市户籍登记的常住人口基本信息，一人一行，由公安机关登记和更新，是自然人基础库的数源。",
    resource_class=ResourceClass.BASE,
    theme="人口",
    columns=(
        column("id_no", "公民身份号码", "gmsfhm", meaning=_ID, length=18, required=True, key=True),
        column("name", "姓名", "xm", meaning=_NAME, length=50, required=True),
        column("sex", "性别代码", "xb", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column(
            "nation", "民族代码", "mz", meaning=Meaning.NATION, length=2, required=True, code_list="nation"
        ),
        column("birth_date", "出生日期", "csrq", meaning=Meaning.BIRTH_DATE, length=8, required=True),
        column("region_code", "户籍地区划代码", "hjqh", meaning=_REGION, length=6, required=True),
        column("township_code", "乡镇街道代码", "jddm", length=9),
        column("address", "户籍地址", "hjdz", meaning=Meaning.ADDRESS, length=200, required=True),
        column("household_no", "户号", "hh", length=10, required=True),
        column("relation", "与户主关系", "yhzgx", length=10),
        column("education", "学历代码", "xl", length=2, code_list="education"),
        column("mobile", "手机号码", "sjhm", meaning=Meaning.MOBILE, length=11),
        column("status", "人员状态", "ryzt", length=1, required=True, description="1 正常，2 死亡注销"),
        column("updated_date", "更新日期", "gxrq", meaning=Meaning.DATE, length=8),
        nature(),
    ),
    delivery=Delivery(kind="sqlite", path=PurePosixPath("police/renkou.sqlite"), table="t_czrk"),
    frequency=UpdateFrequency.DAILY,
    sharing_condition="按业务需要申请，仅限核验和依法办理本部门事项使用",
    query_keys=(("id_no",), ("household_no",)),
    rules=(RuleSpec(code="status", kind="code_list", fields=("status",), parameters={"codes": ["1", "2"]}),),
    faults=(
        wrong_check("id_no", 0.003),
        abolished_region(0.004),
        missing("name", 0.002),
        missing("address", 0.002),
        unlisted("nation", 0.003, ("59", "60", "00")),
        unlisted("sex", 0.002, ("3", "5", "M")),
        bad_mobile("mobile", 0.004),
        future("updated_date", 0.002, "%Y%m%d"),
    ),
    duplicates=(
        Duplicates(rate=0.002),
        Duplicates(rate=0.002, changed="updated_date", value="strftime(today() - 1, '%Y%m%d')"),
    ),
)

TOWNSHIP_POPULATION: Final = Register(
    service="police_township_population",
    department="police",
    system="人口信息管理系统（合成）",
    title="各乡镇街道户籍人口数（合成）",
    abstract="合成数据：演示城市各乡镇街道的户数、人口数、性别和六十岁以上人口，由合成的户籍人口汇总而成，按月更新。",
    columns=(
        column("region_code", "区县代码", meaning=_REGION, length=6, required=True),
        column("county", "区县", length=30, required=True),
        column("township_code", "乡镇街道代码", length=9, required=True, key=True),
        column("township", "乡镇街道", length=50, required=True),
        column("households", "户数", data_type=DataType.INTEGER, length=10),
        column("residents", "人口数", data_type=DataType.INTEGER, length=10),
        column("male", "男性人口", data_type=DataType.INTEGER, length=10),
        column("female", "女性人口", data_type=DataType.INTEGER, length=10),
        column("aged_60_or_more", "六十岁以上人口", data_type=DataType.INTEGER, length=10),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("police/各乡镇街道户籍人口数.csv"), days_old=6),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="社会民生",
    query_keys=(("township_code",), ("region_code",)),
    tags=("人口", "统计"),
)

BIRTH: Final = Register(
    service="health_birth",
    department="health",
    system="出生医学证明管理系统（合成）",
    title="出生医学证明信息（合成）",
    abstract="合成数据：演示城市近三年签发的出生医学证明，含新生儿与父母的身份信息、接生机构和体重，一证一行。",
    resource_class=ResourceClass.BASE,
    theme="人口",
    columns=(
        column("certificate_no", "出生证编号", length=10, required=True, key=True),
        column("name", "新生儿姓名", meaning=_NAME, length=50, required=True),
        column("sex", "性别代码", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column("birth_date", "出生日期", meaning=Meaning.BIRTH_DATE, length=10, required=True),
        column("child_id", "新生儿公民身份号码", meaning=_ID, length=18),
        column("mother_name", "母亲姓名", meaning=_NAME, length=50, required=True),
        column("mother_id", "母亲公民身份号码", meaning=_ID, length=18, required=True),
        column("father_name", "父亲姓名", meaning=_NAME, length=50),
        column("father_id", "父亲公民身份号码", meaning=_ID, length=18),
        column("region_code", "区划代码", meaning=_REGION, length=6, required=True),
        column("hospital", "接生机构", meaning=Meaning.ORGANISATION_NAME, length=100),
        column("weight_g", "出生体重（克）", data_type=DataType.INTEGER, length=5),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("health/出生医学证明.csv"), days_old=0),
    frequency=UpdateFrequency.DAILY,
    sharing_condition="出生一件事等依法办理的事项可以申请",
    query_keys=(("certificate_no",), ("child_id",)),
    rules=(
        RuleSpec(code="weight", kind="range", fields=("weight_g",), parameters={"low": 300, "high": 8000}),
    ),
    faults=(
        wrong_check("mother_id", 0.008),
        abolished_region(0.008),
        missing("mother_name", 0.008),
        outside("weight_g", 0.008, ("35", "-3200", "32000")),
        unlisted("sex", 0.006, ("4", "8")),
        other_name("name", 0.008),
    ),
    duplicates=(Duplicates(rate=0.006), Duplicates(rate=0.006, changed="hospital", value="'待补录'")),
)

BIRTH_MONTHLY: Final = Register(
    service="health_birth_monthly",
    department="health",
    system="出生医学证明管理系统（合成）",
    title="分区县按月出生人口统计（合成）",
    abstract="合成数据：演示城市近三年各区县每月出生人数，由合成的出生医学证明汇总而成，供图表与下载使用。",
    columns=(
        column("month", "月份", length=7, required=True, key=True),
        column("region_code", "区县代码", meaning=_REGION, length=6, required=True, key=True),
        column("county", "区县", length=30, required=True),
        column("births", "出生人数", data_type=DataType.INTEGER, length=8, required=True),
        column("boys", "男婴数", data_type=DataType.INTEGER, length=8),
        column("girls", "女婴数", data_type=DataType.INTEGER, length=8),
        nature(),
    ),
    delivery=Delivery(
        kind="csv", path=PurePosixPath("health/出生人口月度统计.csv"), encoding="utf-8-sig", days_old=9
    ),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="医疗卫生",
    query_keys=(("month", "region_code"),),
    tags=("出生", "统计"),
)

DEATH: Final = Register(
    service="health_death",
    department="health",
    system="死亡证明登记系统（合成）",
    title="居民死亡医学证明信息（合成）",
    abstract="合成数据：演示城市近三年的居民死亡医学证明，含身份信息、死亡日期和根本死因编码，一证一行。",
    resource_class=ResourceClass.BASE,
    theme="人口",
    columns=(
        column("certificate_no", "死亡证编号", "certificateNo", length=10, required=True, key=True),
        column("id_no", "公民身份号码", "idNo", meaning=_ID, length=18, required=True),
        column("name", "姓名", "name", meaning=_NAME, length=50, required=True),
        column("sex", "性别代码", "sex", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column("birth_date", "出生日期", "birthDate", meaning=Meaning.BIRTH_DATE, length=10),
        column("death_date", "死亡日期", "deathDate", meaning=Meaning.DATE, length=10, required=True),
        column("cause_code", "根本死因编码", "causeCode", length=10, description="ICD-10 三位类目"),
        column("region_code", "区划代码", "regionCode", meaning=_REGION, length=6, required=True),
        column("residence", "常住地址", "residence", meaning=Meaning.ADDRESS, length=200),
        nature(),
    ),
    # Promised every week, last handed over forty days ago: one of the late files.
    delivery=Delivery(kind="json", path=PurePosixPath("health/deaths.json"), days_old=40),
    frequency=UpdateFrequency.WEEKLY,
    sharing_condition="社会保险待遇核查、户籍注销等依法办理的事项可以申请",
    query_keys=(("id_no",), ("certificate_no",)),
    faults=(
        wrong_check("id_no", 0.01),
        future("death_date", 0.01),
        abolished_region(0.01),
        missing("id_no", 0.008),
        other_birth_date("birth_date", 0.01),
    ),
    duplicates=(Duplicates(rate=0.01),),
)

MARRIAGE: Final = Register(
    service="civil_marriage",
    department="civil",
    system="婚姻登记管理系统（合成）",
    title="婚姻登记信息（合成）",
    abstract="合成数据：演示城市二〇〇〇年以来的结婚登记，含双方姓名、公民身份号码和登记日期，一证一行。",
    resource_class=ResourceClass.BASE,
    theme="人口",
    columns=(
        column("certificate_no", "结婚证字号", length=30, required=True, key=True),
        column("male_name", "男方姓名", meaning=_NAME, length=50, required=True),
        column("male_id", "男方公民身份号码", meaning=_ID, length=18, required=True),
        column("female_name", "女方姓名", meaning=_NAME, length=50, required=True),
        column("female_id", "女方公民身份号码", meaning=_ID, length=18, required=True),
        column("registered_date", "登记日期", meaning=Meaning.DATE, length=10, required=True),
        column("region_code", "登记地区划代码", meaning=_REGION, length=6, required=True),
        column("business_type", "业务类型", length=1, description="1 结婚登记，2 离婚登记，3 补领"),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("civil/婚姻登记.csv"), encoding="utf-8-sig", days_old=0),
    frequency=UpdateFrequency.DAILY,
    sharing_condition="不动产登记、公积金提取等依法办理的事项可以申请",
    query_keys=(("male_id",), ("female_id",), ("certificate_no",)),
    rules=(
        RuleSpec(
            code="type", kind="code_list", fields=("business_type",), parameters={"codes": ["1", "2", "3"]}
        ),
    ),
    faults=(
        wrong_check("male_id", 0.005),
        wrong_check("female_id", 0.005),
        abolished_region(0.005),
        future("registered_date", 0.004),
        missing("female_name", 0.004),
        unlisted("business_type", 0.004, ("7", "结")),
        other_name("male_name", 0.005),
    ),
    duplicates=(Duplicates(rate=0.004), Duplicates(rate=0.004, changed="business_type", value="'3'")),
)

FUNERAL: Final = Register(
    service="civil_funeral",
    department="civil",
    system="殡葬管理服务系统（合成）",
    title="殡葬服务登记信息（合成）",
    abstract="合成数据：演示城市各殡仪馆近三年的服务登记，含逝者身份信息、服务日期、服务机构和费用。",
    columns=(
        column("service_no", "服务单号", length=9, required=True, key=True),
        column("name", "逝者姓名", meaning=_NAME, length=50, required=True),
        column("id_no", "逝者公民身份号码", meaning=_ID, length=18, required=True),
        column("death_date", "死亡日期", meaning=Meaning.DATE, length=10, required=True),
        column("service_date", "服务日期", meaning=Meaning.DATE, length=10, required=True),
        column("parlour", "殡仪馆", meaning=Meaning.ORGANISATION_NAME, length=60),
        column("region_code", "区划代码", meaning=_REGION, length=6),
        column("fee", "基本服务费（元）", data_type=DataType.MONEY, length=8),
        nature(),
    ),
    delivery=Delivery(
        kind="excel",
        path=PurePosixPath("civil/殡葬服务登记表.xlsx"),
        table="服务登记",
        title="杭州市殡葬服务登记表（合成数据，仅供演示）",
        header_groups=(("服务", 1), ("逝者信息", 3), ("服务信息", 5)),
        days_old=4,
    ),
    frequency=UpdateFrequency.WEEKLY,
    sharing_condition="社会保险待遇核查等依法办理的事项可以申请",
    query_keys=(("id_no",),),
    rules=(RuleSpec(code="fee", kind="range", fields=("fee",), parameters={"low": 0, "high": 100000}),),
    faults=(
        wrong_check("id_no", 0.01),
        outside("fee", 0.008, ("-500", "9999999")),
        missing("name", 0.008),
        future("service_date", 0.008),
    ),
    duplicates=(Duplicates(rate=0.008),),
)

PUPIL: Final = Register(
    service="education_pupil",
    department="education",
    system="学籍管理系统（合成）",
    title="中小学学籍信息（合成）",
    abstract="合成数据：演示城市在籍中小学生的学籍信息，含身份信息、就读学校、年级和家庭住址，一人一行。",
    columns=(
        column("pupil_no", "学籍号", length=19, required=True, key=True),
        column("id_no", "公民身份号码", meaning=_ID, length=18, required=True),
        column("name", "姓名", meaning=_NAME, length=50, required=True),
        column("sex", "性别代码", meaning=Meaning.SEX, length=1, required=True, code_list="sex"),
        column("birth_date", "出生日期", meaning=Meaning.BIRTH_DATE, length=10, required=True),
        column("school_code", "学校标识码", length=10, required=True),
        column("grade", "年级", data_type=DataType.INTEGER, length=2, description="一年级为 1，高三为 12"),
        column("home_address", "家庭住址", meaning=Meaning.ADDRESS, length=200),
        column("region_code", "户籍地区划代码", meaning=_REGION, length=6),
        column("enrolled_date", "入学日期", meaning=Meaning.DATE, length=10),
        nature(),
    ),
    # Promised every month, last handed over seventy-five days ago: one of the late files.
    delivery=Delivery(kind="csv", path=PurePosixPath("education/学籍.csv"), days_old=75),
    frequency=UpdateFrequency.MONTHLY,
    sharing_condition="入学报名、学生资助等依法办理的事项可以申请",
    query_keys=(("id_no",), ("pupil_no",)),
    rules=(RuleSpec(code="grade", kind="range", fields=("grade",), parameters={"low": 1, "high": 12}),),
    faults=(
        wrong_check("id_no", 0.005),
        other_birth_date("birth_date", 0.006),
        other_address("home_address", 0.006),
        abolished_region(0.005),
        outside("grade", 0.005, ("0", "13", "99")),
        missing("name", 0.004),
        unlisted("sex", 0.004, ("3", "男")),
    ),
    duplicates=(Duplicates(rate=0.005),),
)

PEOPLE: Final = (POPULATION, TOWNSHIP_POPULATION, BIRTH, BIRTH_MONTHLY, DEATH, MARRIAGE, FUNERAL, PUPIL)
