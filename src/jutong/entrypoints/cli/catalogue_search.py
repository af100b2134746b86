"""`jutong catalogue search`: what the search of the workbench finds, from the shell."""

from typing import Any

import click

from jutong.control.catalogue import api
from jutong.control.catalogue.api import SearchHit, SearchPage, SearchQuery
from jutong.control.catalogue.values import EntryFilter
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say


@click.command()
@click.argument("query")
@click.option("--department", default="", help="部门代码 Department code.")
@click.option("--limit", default=20, type=click.IntRange(1, 200), show_default=True)
@click.option("--cursor", default=None, help="上一页给出的 next_cursor The next_cursor of the page before.")
@acting_option
@json_option
def search(
    query: str, *, department: str, limit: int, cursor: str | None, username: str, as_json: bool
) -> None:
    """检索目录：名称、代码、摘要、信息项、部门，可用同义词、拼音首字母，容一字之误。没有结果退出码为 1。

    Search the catalogue: titles, codes, abstracts, items, departments; synonyms, pinyin and small slips are
    understood. Exit code 1 when nothing is found.
    """
    where = EntryFilter(text=query, provider=department)
    page = api.search(actor_of(username), SearchQuery(where=where, limit=limit, cursor=cursor))
    if as_json:
        print_json(_described(page))
    else:
        _print(page)
    if not page.total:
        raise SystemExit(1)


def _print(page: SearchPage) -> None:
    say(f"共 {page.total} 条。", f"{page.total} found.")
    if page.partly:
        say(
            "没有条目符合全部词语，以下符合其中大部分。",
            "No entry has all the words; these have most of them.",
        )
    if page.suggestions:
        terms = " ".join(page.suggestions)
        say(f"您是不是要找：{terms}", f"Did you mean: {terms}")
    if page.hits:
        print_table(
            [
                pick("服务名", "service"),
                pick("名称", "title"),
                pick("提供部门", "provider"),
                pick("状态", "status"),
                pick("为何命中", "why"),
            ],
            [
                (
                    hit.summary.service,
                    hit.summary.title,
                    hit.summary.provider_name,
                    hit.summary.status.label(language()),
                    _why(hit),
                )
                for hit in page.hits
            ],
        )


def _why(hit: SearchHit) -> str:
    said = language()
    return " ".join(
        f"{one.place.label(said)}({one.match.label(said)}):{one.found[:20]}" for one in hit.reasons
    )


def _described(page: SearchPage) -> dict[str, Any]:
    return {
        "total": page.total,
        "partly": page.partly,
        "suggestions": list(page.suggestions),
        "next_cursor": page.next_cursor,
        "hits": [
            {
                "service": hit.summary.service,
                "code": hit.summary.code,
                "title": hit.summary.title,
                "provider": hit.summary.provider_name,
                "status": hit.summary.status.value,
                "score": hit.score,
                "reasons": [
                    {
                        "word": one.word,
                        "found": one.found,
                        "place": one.place.value,
                        "match": one.match.value,
                    }
                    for one in hit.reasons
                ],
            }
            for hit in page.hits
        ],
        "facets": {
            facet.value: {one.value: one.count for one in values} for facet, values in page.facets.items()
        },
    }
