"""Open datasets with their files, made by the platform's own use cases from made-up rows."""

import pyarrow as pa

from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.opening import api as opening
from jutong.control.opening.api import DatasetView, OpenItem, Theme
from jutong.dataflow.serving.releases import write_release
from jutong.vocabulary.catalogue import (
    DataType,
    FormatClass,
    Level,
    Meaning,
    OpenType,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem
from tests.support.control import City, a_published_entry

ROWS = 60
_DISTRICTS = ("甲区", "乙区", "丙县")


def _item(field: str, name: str, **more: object) -> InformationItem:
    values = {
        "length": 60,
        "level": Level.L1,
        "open_type": OpenType.UNCONDITIONAL,
        "description": f"{name}（合成）",
    }
    return InformationItem(field=field, name=name, **values | more)


SCHOOL_ITEMS = (
    _item("code", "学校代码", key=True, required=True),
    _item("name", "学校名称", meaning=Meaning.ORGANISATION_NAME),
    _item("district", "所在区县"),
    _item("pupils", "在校生数", data_type=DataType.INTEGER, length=None),
    _item("founded", "建校日期", data_type=DataType.DATE, length=None),
    _item("lon", "经度", data_type=DataType.DOUBLE, length=None, meaning=Meaning.LONGITUDE),
    _item("lat", "纬度", data_type=DataType.DOUBLE, length=None, meaning=Meaning.LATITUDE),
)


def school_rows(count: int = ROWS) -> pa.RecordBatch:
    """Schools that do not exist, on a spiral around nowhere in particular."""
    places = range(count)
    return pa.RecordBatch.from_pydict(
        {
            "code": [f"{place:04d}" for place in places],
            "name": [f"合成第{place + 1}中学" for place in places],
            "district": [_DISTRICTS[place % 3] for place in places],
            "pupils": [300 + place * 17 for place in places],
            "founded": [f"{1950 + place}-09-01" for place in places],
            "lon": [118.0 + 0.01 * place for place in places],
            "lat": [35.0 + 0.01 * ((place * 7) % 30) for place in places],
        }
    )


def an_open_dataset(
    city: City,
    service: str = "schools",
    *,
    title: str = "中小学校名录",
    theme: Theme = Theme.EDUCATION,
    with_place: bool = True,
    open_type: OpenType = OpenType.UNCONDITIONAL,
) -> DatasetView:
    """Published, opened and released: what a visitor of the portal finds."""
    items = SCHOOL_ITEMS if with_place else SCHOOL_ITEMS[:5]
    conditional = open_type is OpenType.CONDITIONAL
    a_published_entry(
        city,
        service,
        title=title,
        abstract=f"本市{title}，含名称、所在区县和规模，供公众查询使用。全部为合成数据。",
        items=items,
        format_class=FormatClass.DATABASE,
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        open_type=open_type,
        open_condition="说明用途" if conditional else "",
        update_frequency=UpdateFrequency.MONTHLY,
        query_keys=(("code",),),
    )
    chosen = [OpenItem(field=item.field) for item in items]
    opened = opening.open_dataset(city.civil_approver, service, items=chosen, theme=theme, clock=city.clock)
    release = write_release(
        city.home.releases, opened.contract, [item.field for item in items], [school_rows()], version=1
    )
    return opening.record_release(
        SYSTEM_ACTOR, service, version=1, rows=release.rows, info={"folder": release.folder}, clock=city.clock
    )
