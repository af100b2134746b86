"""Entries of another platform's catalogue, harvested from a file, with faults on both sides and one adopted."""

import json

from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import SourceDraft
from jutong.processes.harvest import harvest_turn
from jutong.vocabulary.harvest import CatalogueKind
from tests.support.catalogues import a_dataset
from tests.support.control import CIVIL, City


def _visit(city: City) -> None:
    job = harvest.request_harvest(city.reviewer, "gardens", clock=city.clock)
    harvest_turn(job.job_id, home=city.home, clock=city.clock, worker="test")


def some_entries(city: City) -> None:
    """Twenty-four entries; the adopted first one has changed since, and a third visit is held."""
    file = city.home.sources / "gardens.json"
    draft = SourceDraft(
        code="gardens", name="样例区园林平台", kind=CatalogueKind.DATA_JSON, address="file:gardens.json"
    )
    harvest.add_source(city.reviewer, draft, clock=city.clock)
    datasets = [a_dataset(number, title=f"第{number}公园绿地名录") for number in range(20)]
    datasets += [
        a_dataset(20, title="", theme=["Moonbeams"]),
        a_dataset(21, description="<b>公园</b>和<script>alert(1)</script>绿地", modified="去年"),
        a_dataset(22, title="很长的名称" * 40, landingPage="不是地址"),
        a_dataset(23, theme=["Moonbeams"], accrualPeriodicity="偶尔", distribution=[]),
    ]
    file.write_text(json.dumps({"dataset": datasets}), encoding="utf-8")
    _visit(city)
    first = next(
        row for row in harvest.harvested(city.reviewer).rows if row.record.identifier.endswith("-19")
    )
    harvest.adopt(city.civil_officer, [first.key], department=CIVIL, clock=city.clock)
    datasets[19] = a_dataset(19, title="第19公园绿地和古树名录")
    file.write_text(json.dumps({"dataset": datasets}), encoding="utf-8")
    _visit(city)
    file.write_text(json.dumps({"dataset": datasets[10:]}), encoding="utf-8")
    _visit(city)
