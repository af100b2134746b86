"""Builders of entry contracts and of made-up rows for them."""

from typing import Any

import pyarrow as pa

from jutong.vocabulary.catalogue import DataType, Level, Meaning, OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import EntryContract, InformationItem

PERSON_ITEMS = (
    InformationItem(name="公民身份号码", field="id_no", required=True, key=True, meaning=Meaning.CITIZEN_ID),
    InformationItem(name="姓名", field="name", meaning=Meaning.PERSON_NAME),
    InformationItem(name="住址", field="address", meaning=Meaning.ADDRESS),
    InformationItem(name="出生日期", field="birth", data_type=DataType.DATE, meaning=Meaning.BIRTH_DATE),
    InformationItem(name="行政区划代码", field="region", meaning=Meaning.REGION_CODE),
    InformationItem(name="人数", field="household", data_type=DataType.INTEGER),
)


def a_contract(**fields: Any) -> EntryContract:
    values: dict[str, Any] = {
        "code": "330100-01/000001",
        "version": 1,
        "title": "常住人口登记（合成）",
        "service": "population",
        "provider": "D-POLICE",
        "provider_name": "市公安局",
        "items": PERSON_ITEMS,
        "sharing_type": SharingType.CONDITIONAL,
        "open_type": OpenType.NOT_OPEN,
        "update_frequency": UpdateFrequency.DAILY,
        "level": Level.L3,
        "query_keys": (("id_no",), ("name", "birth")),
    }
    return EntryContract(**values | fields)


def person_rows(count: int) -> list[dict[str, Any]]:
    """Made-up persons: their numbers carry no valid check digit."""
    return [
        {
            "id_no": f"33010019900101{n:03d}X" if n < 1000 else f"3301{n:013d}X",
            "name": f"合成{n % 7}",
            "address": f"浙江省杭州市合成路{n}号",
            "birth": f"1990-01-{n % 28 + 1:02d}",
            "region": f"33010{n % 4}",
            "household": n % 5,
        }
        for n in range(count)
    ]


def batches_of(rows: list[dict[str, Any]], *, size: int = 1000) -> list[pa.RecordBatch]:
    return pa.Table.from_pylist(rows).to_batches(max_chunksize=size) if rows else []
