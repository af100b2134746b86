"""Real public tables: divisions and outlines of counties, industries (GB/T 4754-2017), working-day calendar."""

from pathlib import PurePosixPath
from typing import Final

from jutong.demo.nouns import Delivery, Register, column
from jutong.vocabulary.catalogue import (
    DataType,
    Meaning,
    OpenType,
    SharingType,
    UpdateFrequency,
)

_NATURE: Final = column("data_nature", "数据性质", length=4, description="真实：取自公开的标准或公告")

DIVISION: Final = Register(
    service="statistics_division",
    department="statistics",
    system="统计用区划代码库",
    title="统计用区划代码（社区与村）",
    abstract="杭州市现行社区居委会、村委会的十二位统计用区划代码和所属乡镇街道、区县，取自国家统计局公布的代码。",
    columns=(
        column("code", "统计用区划代码", length=12, required=True, key=True),
        column("name", "名称", length=60, required=True),
        column("township_code", "乡镇街道代码", length=9, required=True),
        column("township", "乡镇街道", length=60, required=True),
        column("region_code", "区县代码", meaning=Meaning.REGION_CODE, length=6, required=True),
        column("county", "区县", length=30, required=True),
        _NATURE,
    ),
    delivery=Delivery(kind="csv", path=PurePosixPath("statistics/统计用区划代码.csv"), days_old=60),
    frequency=UpdateFrequency.YEARLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="公共服务",
    query_keys=(("code",), ("township_code",), ("region_code",)),
    real=True,
    tags=("区划", "标准"),
)

COUNTY: Final = Register(
    service="statistics_county",
    department="statistics",
    system="统计用区划代码库",
    title="区县行政区划范围",
    abstract="杭州市现行十三个区、县（市）的行政区划代码和范围（CGCS2000 多边形），供地图展示，不作为划界依据。",
    columns=(
        column(
            "region_code", "区县代码", "code", meaning=Meaning.REGION_CODE, length=6, required=True, key=True
        ),
        column("county", "区县", "name", length=30, required=True),
        column("villages", "社区和村数", "villages", data_type=DataType.INTEGER, length=6),
        column("geometry", "范围", "geometry", meaning=Meaning.GEOMETRY),
        column("data_nature", "数据性质", "nature", length=4),
    ),
    delivery=Delivery(kind="geojson", path=PurePosixPath("statistics/counties.geojson"), days_old=60),
    frequency=UpdateFrequency.YEARLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="公共服务",
    query_keys=(("region_code",),),
    real=True,
    tags=("区划", "地图"),
)

INDUSTRY: Final = Register(
    service="statistics_industry",
    department="statistics",
    system="统计标准库",
    title="国民经济行业分类",
    abstract="国家标准 GB/T 4754-2017（含第1号修改单）的门类、大类、中类和小类代码与名称，供各部门登记行业时统一引用。",
    columns=(
        column("code", "代码", length=4, required=True, key=True),
        column("name", "名称", length=100, required=True),
        column("tier", "层级", length=2, required=True),
        _NATURE,
    ),
    delivery=Delivery(
        kind="csv",
        path=PurePosixPath("statistics/国民经济行业分类.csv"),
        encoding="gb18030",
        delimiter=";",
        days_old=200,
    ),
    frequency=UpdateFrequency.IRREGULAR,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="公共服务",
    query_keys=(("code",),),
    real=True,
    tags=("行业", "标准"),
)

HOLIDAY: Final = Register(
    service="bureau_calendar",
    department="bureau",
    system="公共基础数据库",
    title="工作日与节假日日历",
    abstract="按国务院办公厅历年放假安排整理的逐日日历，标明是否工作日、法定节假日和调休上班，办理时限按此计算。",
    columns=(
        column("day", "日期", meaning=Meaning.DATE, length=10, required=True, key=True),
        column("weekday", "星期", length=3, required=True),
        column("working", "是否工作日", length=1, required=True, description="1 是，0 否"),
        column("remark", "说明", length=20),
        _NATURE,
    ),
    delivery=Delivery(
        kind="csv", path=PurePosixPath("bureau/工作日日历.csv"), encoding="utf-8-sig", days_old=100
    ),
    frequency=UpdateFrequency.YEARLY,
    sharing=SharingType.UNCONDITIONAL,
    open_type=OpenType.UNCONDITIONAL,
    theme="公共服务",
    query_keys=(("day",),),
    real=True,
    tags=("日历", "标准"),
)

PUBLIC: Final = (DIVISION, COUNTY, INDUSTRY, HOLIDAY)
