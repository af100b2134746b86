"""Registers with a place on the map: 教育 schools, 自然资源 parcels and homes, 住建 counts. All of it synthetic."""

from pathlib import PurePosixPath
from typing import Final

from jutong.demo.faults import abolished_region, future, missing, outside, unlisted, wrong_check
from jutong.demo.nouns import Delivery, Duplicates, Register, column, nature
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

_REGION: Final = Meaning.REGION_CODE
_LAND_USES: Final = ["0501", "0602", "0701", "0801"]

SCHOOL: Final = Register(
    service="education_school",
    department="education",
    system="教育基础数据库（合成）",
    title="中小学校名录（合成）",
    abstract="合成数据：演示城市中小学校的名称、学段、办学性质、地址、联系电话和坐标（CGCS2000），位置为随机生成。",
    columns=(
        column("school_code", "学校标识码", length=10, required=True, key=True),
        column("name", "学校名称", meaning=Meaning.ORGANISATION_NAME, length=100, required=True),
        column("stage", "学段", length=10, required=True),
        column("ownership", "办学性质", length=10),
        column("region_code", "区划代码", meaning=_REGION, length=6, required=True),
        column("address", "地址", length=200),
        column("telephone", "学校电话", length=20, description="学校对外公布的电话"),
        column("classes", "班级数", data_type=DataType.INTEGER, length=4),
        column("longitude", "经度", meaning=Meaning.LONGITUDE),
        column("latitude", "纬度", meaning=Meaning.LATITUDE),
        nature(),
    ),
    delivery=Delivery(
        kind="excel",
        path=PurePosixPath("education/中小学校名录.xlsx"),
        table="学校名录",
        title="杭州市中小学校名录（合成数据，仅供演示）",
        header_groups=(
            ("基本信息", 4),
            ("位置与联系方式", 3),
            ("规模", 1),
            ("坐标（CGCS2000）", 2),
            ("备注", 1),
        ),
        days_old=30,
    ),
    frequency=UpdateFrequency.QUARTERLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="教育科技",
    query_keys=(("school_code",), ("region_code",)),
    rules=(
        RuleSpec(
            code="stage",
            kind="code_list",
            fields=("stage",),
            parameters={"codes": ["小学", "初级中学", "普通高中"]},
        ),
    ),
    faults=(abolished_region(0.03), unlisted("stage", 0.02, ("完中", "其它"))),
    duplicates=(Duplicates(rate=0.01, minimum=2),),
    tags=("学校", "地图"),
)

PARCEL: Final = Register(
    service="land_parcel",
    department="land",
    system="不动产登记系统（合成）",
    title="宗地信息（合成）",
    abstract="合成数据：演示城市宗地的不动产单元号、坐落、用途、面积和界址范围（CGCS2000 多边形），位置为随机生成。",
    resource_class=ResourceClass.BASE,
    theme="自然资源和空间地理",
    columns=(
        column(
            "unit_no",
            "不动产单元号",
            "BDCDYH",
            meaning=Meaning.REAL_ESTATE_UNIT,
            length=28,
            required=True,
            key=True,
        ),
        column("region_code", "区划代码", "XZQDM", meaning=_REGION, length=6, required=True),
        column("location", "坐落", "ZL", length=200),
        column("land_use", "用途", "YT", length=4, required=True),
        column("area_m2", "宗地面积（平方米）", "ZDMJ", data_type=DataType.DOUBLE, required=True),
        column("granted_date", "登记日期", "DJSJ", meaning=Meaning.DATE, length=10),
        column("longitude", "中心经度", "LON", meaning=Meaning.LONGITUDE),
        column("latitude", "中心纬度", "LAT", meaning=Meaning.LATITUDE),
        column("geometry", "界址范围", "geometry", meaning=Meaning.GEOMETRY),
        column("data_nature", "数据性质", "SJXZ", length=4, description="合成：由程序生成"),
    ),
    delivery=Delivery(kind="geojson", path=PurePosixPath("land/parcels.geojson"), days_old=20),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    query_keys=(("unit_no",), ("region_code",)),
    rules=(
        RuleSpec(code="area", kind="range", fields=("area_m2",), parameters={"low": 1, "high": 1000000}),
        RuleSpec(code="use", kind="code_list", fields=("land_use",), parameters={"codes": _LAND_USES}),
    ),
    faults=(
        abolished_region(0.006),
        outside("area_m2", 0.006, ("-1", "0", "99999999")),
        unlisted("land_use", 0.006, ("9999", "0000")),
        future("granted_date", 0.005),
    ),
    duplicates=(Duplicates(rate=0.005),),
    tags=("土地", "地图"),
)

HOUSING: Final = Register(
    service="land_housing",
    department="land",
    system="不动产登记系统（合成）",
    title="房屋不动产登记信息（合成）",
    abstract="合成数据：演示城市房屋的不动产单元号、权利人、坐落、面积、楼层和坐标（CGCS2000），一套一行。",
    resource_class=ResourceClass.BASE,
    theme="自然资源和空间地理",
    columns=(
        column(
            "unit_no", "不动产单元号", meaning=Meaning.REAL_ESTATE_UNIT, length=28, required=True, key=True
        ),
        column("owner_id", "权利人证件号", meaning=Meaning.CITIZEN_ID, length=18, required=True),
        column("owner_name", "权利人", meaning=Meaning.PERSON_NAME, length=50, required=True),
        column("location", "坐落", meaning=Meaning.ADDRESS, length=200),
        column("region_code", "区划代码", meaning=_REGION, length=6, required=True),
        column("floor_area_m2", "建筑面积（平方米）", data_type=DataType.DOUBLE, required=True),
        column("storey", "所在层", data_type=DataType.INTEGER, length=3),
        column("storeys", "总层数", data_type=DataType.INTEGER, length=3),
        column("registered_date", "登记日期", meaning=Meaning.DATE, length=10),
        column("planned_use", "规划用途", length=2),
        column("longitude", "经度", meaning=Meaning.LONGITUDE, level=Level.L2),
        column("latitude", "纬度", meaning=Meaning.LATITUDE, level=Level.L2),
        nature(),
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("land/房屋登记.csv"), days_old=0),
    frequency=UpdateFrequency.DAILY,
    sharing_condition="入学资格审核、住房保障等依法办理的事项可以申请",
    query_keys=(("unit_no",), ("owner_id",)),
    rules=(
        RuleSpec(code="area", kind="range", fields=("floor_area_m2",), parameters={"low": 5, "high": 2000}),
        RuleSpec(code="storey", kind="range", fields=("storey",), parameters={"low": -3, "high": 120}),
    ),
    faults=(
        wrong_check("owner_id", 0.005),
        abolished_region(0.005),
        outside("floor_area_m2", 0.005, ("0", "-89.5", "120000")),
        outside("storey", 0.004, ("255", "-99")),
        future("registered_date", 0.004),
        missing("owner_name", 0.004),
    ),
    duplicates=(
        Duplicates(rate=0.004),
        Duplicates(rate=0.004, changed="location", value="location || '（更正）'"),
    ),
)

HOUSING_COUNT: Final = Register(
    service="construction_housing_count",
    department="construction",
    system="房屋管理统计系统（合成）",
    title="分区县住房套数统计（合成）",
    abstract="合成数据：演示城市各区县住房套数、建筑面积和近一年新登记套数，由合成的房屋登记信息汇总而成。",
    columns=(
        column("region_code", "区县代码", meaning=_REGION, length=6, required=True, key=True),
        column("county", "区县", length=30, required=True),
        column("homes", "住房套数", data_type=DataType.INTEGER, length=10, required=True),
        column("floor_area_m2", "建筑面积（平方米）", data_type=DataType.DOUBLE),
        column("mean_floor_area_m2", "套均建筑面积（平方米）", data_type=DataType.DOUBLE),
        column("registered_last_year", "近一年新登记套数", data_type=DataType.INTEGER, length=10),
        nature(),
    ),
    delivery=Delivery(
        kind="excel",
        path=PurePosixPath("construction/住房套数统计.xlsx"),
        table="统计表",
        title="杭州市分区县住房套数统计表（合成数据，仅供演示）",
        days_old=18,
    ),
    frequency=UpdateFrequency.MONTHLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="城乡建设",
    query_keys=(("region_code",),),
    tags=("住房", "统计"),
)

LAND: Final = (SCHOOL, PARCEL, HOUSING, HOUSING_COUNT)
