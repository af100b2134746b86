"""A small catalogue to search in: without a database for what a query finds, with one for what a database gives."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from jutong.control.catalogue.search.documents import document_text
from jutong.control.catalogue.search.engine import Engine
from jutong.control.catalogue.search.folding import words_of
from jutong.control.catalogue.search.terms import Place, SortOrder
from jutong.control.catalogue.search.wording import Wording

WHEN = datetime(2025, 3, 3, tzinfo=UTC)
# (title, department, abstract, items)
ENTRIES = (
    ("婚姻登记基本信息", "市民政局", "结婚、离婚登记的基本信息", ("公民身份号码", "姓名", "登记日期")),
    (
        "社会保险参保信息",
        "市人力资源和社会保障局",
        "养老、失业、工伤保险参保情况",
        ("公民身份号码", "参保险种"),
    ),
    ("住房公积金缴存信息", "市住房公积金管理中心", "缴存单位和个人的缴存明细", ("个人账号", "缴存基数")),
    ("营业执照信息", "市市场监督管理局", "企业登记注册信息", ("统一社会信用代码", "企业名称")),
    ("居民身份证补领信息", "市公安局", "补领、换领居民身份证的记录", ("姓名", "受理日期")),
    ("养老机构名录", "市民政局", "养老机构的名称、地址和床位", ("机构名称", "地址", "床位数")),
    ("机动车驾驶证信息", "市公安局", "驾驶证核发和状态", ("证号", "准驾车型")),
    ("排污许可监督检查结果", "市生态环境局", "对排污单位的检查", ("检查日期", "检查结果")),
    ("空气质量监测数据", "市生态环境局", "PM2.5等六项指标", ("站点编码", "AQI")),
    ("低保对象信息", "市民政局", "最低生活保障对象", ("姓名", "保障金额")),
)


def an_engine(*entries: tuple[str, str, str, tuple[str, ...]], synonyms: Any = ()) -> Engine:
    """An index of these entries, all live, the first the oldest."""
    rows = []
    for number, (title, department, abstract, items) in enumerate(entries or ENTRIES, start=1):
        stretches = [(Place.TITLE, title), (Place.DEPARTMENT, department), (Place.ABSTRACT, abstract)]
        stretches += [(Place.ITEM, item) for item in items]
        conditions = ("published", "307", "department", "conditional", "not_open", "l1", "daily", "database")
        rows.append((number, document_text(stretches), department, True, WHEN, *conditions, department))
    return Engine.of(rows, Wording.with_city(synonyms))


def titles(engine: Engine, query: str, *entries: Any) -> list[str]:
    """Titles of what the query finds, best first."""
    found = engine.find(words_of(query), {}, engine.visible(None), sort=SortOrder.RELEVANCE, limit=50)
    return [(entries or ENTRIES)[key - 1][0] for key in found.keys]


QUERIES = (
    "",
    "婚姻",
    "社保",
    "身分证",
    "hydj",
    "民政局 低保",
    "公积金缴存",
    "養老機構",
    "信息",
    "没有的词语",
)


def results(folder: str) -> list[Any]:
    """Make the catalogue in the present database and search it: hits with scores, facets, pages, for comparison."""
    from dataclasses import replace
    from pathlib import Path

    from jutong.control.catalogue import api as catalogue
    from jutong.control.catalogue.values import EntryFilter
    from tests.support.control import CIVIL, TAX, a_city, a_draft, an_item

    city = a_city(Path(folder))
    for number, (title, _, abstract, items) in enumerate(ENTRIES):
        named = tuple(an_item(f"f{place}", name=name) for place, name in enumerate(items))
        provider, officer = (CIVIL, city.civil_officer) if number % 2 else (TAX, city.tax_officer)
        draft = a_draft(title=title, abstract=abstract, items=named, query_keys=(), system="")
        catalogue.create_entry(
            officer, provider=provider, draft=draft, service=f"e_{number:03d}", clock=city.clock
        )
    said = []
    for text in QUERIES:
        query = catalogue.SearchQuery(where=EntryFilter(text=text), limit=3)
        while True:
            page = catalogue.search(city.reviewer, query)
            said.append(
                [
                    text,
                    page.total,
                    [
                        (hit.summary.service, hit.score, [part.text for part in hit.title])
                        for hit in page.hits
                    ],
                    {facet.value: [(one.value, one.count) for one in v] for facet, v in page.facets.items()},
                    list(page.suggestions),
                ]
            )
            if page.next_cursor is None:
                break
            query = replace(query, cursor=page.next_cursor)
    return json.loads(json.dumps(said))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    # The tables as they are now, without their history: that is tested elsewhere and takes its time.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    sys.stdout.write(json.dumps(results(sys.argv[1])) + "\n")


if __name__ == "__main__":
    main()
