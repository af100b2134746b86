"""A neighbour's open catalogue as a small data.json below the sources folder: harvested, two entries adopted."""

import json
from datetime import timedelta
from typing import Any, Final

from jutong.control.directory.api import actor_named
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import HarvestCycle, HarvestedFilter, SourceDraft
from jutong.demo.settling import REVIEWER, officer
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome
from jutong.processes.harvest import harvest_here
from jutong.vocabulary.harvest import CatalogueKind

SOURCE: Final = "province_open_data"
FILE: Final = "bureau/省公共数据开放目录.json"
ADOPTED: Final = "land"
# (identifier, title, description, keywords, theme, days since it was changed, complete)
_DATASETS: Final = (
    ("P-001", "地质灾害隐患点（合成）", "全省地质灾害隐患点的位置、类型和威胁人数，汛前核查更新。",
     ("地质灾害", "防汛"), "ENVI", 12, True),
    ("P-002", "自然保护地名录（合成）", "省级以上自然保护地的名称、级别、面积和主管单位。",
     ("保护地", "生态"), "ENVI", 40, True),
    ("P-003", "客运班线信息（合成）", "道路客运班线的起讫站、里程和经营企业。", ("交通", "客运"), "TRAN", 9, True),
    ("P-004", "医疗器械生产企业（合成）", "持有医疗器械生产许可的企业名称和许可范围。", ("医疗器械",), "HEAL", 33, True),
    ("P-005", "空气质量日报（合成）", "各设区市每日空气质量指数和首要污染物。", ("空气质量",), "ENVI", 1, True),
    ("P-006", "历史文化名村（合成）", "", (), "", 400, False),
)  # fmt: skip


def harvest_neighbour(home: DataHome, *, clock: Clock) -> None:
    """Register the catalogue, visit it once, and make drafts of the first two that are the land department's."""
    reviewer = actor_named(REVIEWER)
    if SOURCE not in {one.code for one in harvest.sources(reviewer)}:
        _write(home, clock)
        draft = SourceDraft(
            code=SOURCE,
            name="省公共数据开放平台（合成）",
            kind=CatalogueKind.DATA_JSON,
            address=f"file:{FILE}",
            cycle=HarvestCycle.WEEKLY,
        )
        harvest.add_source(reviewer, draft, clock=clock)
    if harvest.source(reviewer, SOURCE).last_job is None:
        job = harvest.request_harvest(reviewer, SOURCE, clock=clock)
        harvest_here(job.job_id, home=home, clock=clock, worker="demo")
    known = harvest.harvested(reviewer, HarvestedFilter(source=SOURCE)).rows
    wanted = {identifier for identifier, *_ in _DATASETS[:2]}
    keys = [one.key for one in known if one.record.identifier in wanted and not one.adopted_service]
    harvest.adopt(officer(ADOPTED), sorted(keys), department=ADOPTED, clock=clock)


def _write(home: DataHome, clock: Clock) -> None:
    today = business_date(clock.now())
    datasets: list[dict[str, Any]] = []
    for identifier, title, description, keywords, theme, age, complete in _DATASETS:
        dataset: dict[str, Any] = {
            "identifier": identifier,
            "title": title,
            "modified": (today - timedelta(days=age)).isoformat(),
            "accessLevel": "public",
        }
        if complete:
            dataset |= {
                "description": description,
                "keyword": list(keywords),
                "theme": [f"http://publications.europa.eu/resource/authority/data-theme/{theme}"],
                "publisher": {"name": "省公共数据开放平台（合成）"},
                "contactPoint": {"fn": "数据专员（演示）", "hasEmail": "mailto:data@example.org"},
                "accrualPeriodicity": "R/P1M",
                "landingPage": f"https://data.example.org/{identifier}",
                "distribution": [
                    {"mediaType": "text/csv", "downloadURL": f"https://data.example.org/{identifier}.csv"}
                ],
            }
        datasets.append(dataset)
    path = home.sources / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
