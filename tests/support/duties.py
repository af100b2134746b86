"""Rows of lists of duties, as a department writes them."""

from jutong.control.directory.api import Actor
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyKind, ImportReport
from tests.support.control import City

SERIES = "样例市政务服务事项清单"


def a_record(number: int = 1, **changes: str) -> dict[str, str | None]:
    """A licence of the civil affairs department with a local code."""
    record: dict[str, str | None] = {
        "事项编码": f"MZ-{number:03d}",
        "事项名称": f"养老机构{number}号事项设立许可",
        "事项类型": "行政许可",
        "实施部门": "市民政局",
        "区划代码": "330100",
    }
    return {**record, **changes}


def import_duties(
    city: City, *records: dict[str, str | None], actor: Actor | None = None, **options: object
) -> ImportReport:
    """Import `records` as an edition of one list."""
    given = {"series": SERIES, "kind": DutyKind.SERVICE, "clock": city.clock, **options}
    return duties.import_list(actor or city.reviewer, records, **given)
