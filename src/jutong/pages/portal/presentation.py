"""A dataset as the components of its page: facts, items, downloads, sample, charts, map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext

from jutong.control.opening.values import DatasetView
from jutong.pages.components import Chart, ChartKind, Column, Empty, Map, Series, Table
from jutong.pages.portal.files import MAP_FORMAT, Counted, ReleaseFiles
from jutong.pages.settings import pages_settings
from jutong.pages.templatetags.jutong import day, figure, label
from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.contracts import InformationItem

# A map of more than this would be slow to load and to draw: the file is there to be downloaded.
MAP_LIMIT_BYTES: Final = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    format: str
    href: str
    size_bytes: int
    sha256: str
    sm3: str


def facts(dataset: DatasetView) -> list[tuple[str, str]]:
    """The metadata of a dataset (titles in the reader's language), without what nobody filled in."""
    settings = pages_settings()
    rows = [
        (gettext("目录代码"), dataset.code),
        (gettext("提供部门"), dataset.provider_name),
        (gettext("主题"), label(dataset.theme)),
        (gettext("开放类型"), label(dataset.open_type)),
        (gettext("更新周期"), label(dataset.update_frequency)),
        (gettext("首次开放"), day(dataset.opened_at)),
        (gettext("最近更新"), day(dataset.released_at)),
        (gettext("数据量"), gettext("%(rows)s 条") % {"rows": figure(dataset.rows)}),
        (gettext("版本"), figure(dataset.release_version)),
        (gettext("授权协议"), label(dataset.licence)),
        (gettext("浏览 / 下载"), f"{figure(dataset.views)} / {figure(dataset.downloads)}"),
    ]
    if settings.contact:
        rows.append((gettext("联系方式"), settings.contact))
    return rows


def item_table(dataset: DatasetView) -> Table:
    """The items that are open, as the catalogue describes them."""
    open_fields = {item.field: item for item in dataset.items}
    described = [item for item in dataset.contract.items if item.field in open_fields]
    return Table(
        caption=gettext("信息项"),
        caption_hidden=True,
        first_is_header=True,
        columns=(
            Column(key="name", title=gettext("名称")),
            Column(key="field", title=gettext("英文名"), code=True),
            Column(key="type", title=gettext("类型"), nowrap=True),
            Column(key="length", title=gettext("长度"), numeric=True),
            Column(key="mask", title=gettext("脱敏")),
            Column(key="description", title=gettext("说明")),
        ),
        rows=[_item_row(item, open_fields[item.field].mask) for item in described],
    )


def _item_row(item: InformationItem, mask: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "field": item.field,
        "type": item.data_type,
        "length": item.length,
        "mask": mask,
        "description": item.description,
    }


def downloads(dataset: DatasetView, files: ReleaseFiles) -> list[Download]:
    return [
        Download(
            format=file.format,
            href=reverse("portal:download", args=[dataset.service, file.format]),
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            sm3=file.sm3,
        )
        for file in files.files
    ]


def sample_table(files: ReleaseFiles) -> Table:
    """The first rows of the release, under the items' Chinese names."""
    sample = files.sample()
    fields = [field for field, _ in sample.columns]
    return Table(
        caption=gettext("样例数据"),
        caption_hidden=True,
        columns=[Column(key=field, title=name) for field, name in sample.columns],
        # Text as it is in the files: a code such as 007 must not be written as a number.
        rows=[dict(zip(fields, map(_text, row), strict=True)) for row in sample.rows],
        empty=Empty(title=gettext("这一版数据没有记录")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def charts(files: ReleaseFiles) -> list[Chart]:
    """The charts that the release's summary proposes."""
    return [_chart(f"chart-{place}", counted) for place, counted in enumerate(files.counted(), start=1)]


def _chart(chart_id: str, counted: Counted) -> Chart:
    kinds: Mapping[str, ChartKind] = {"bar": "hbar", "line": "line", "histogram": "bar"}
    note = ""
    if counted.other:
        note = gettext("另有 %(rows)s 条属于其他取值，没有画出。") % {"rows": figure(counted.other)}
    return Chart(
        id=chart_id,
        title=counted.title(),
        category_title=counted.name,
        categories=counted.categories,
        series=[Series(name=gettext("条数"), values=counted.values)],
        kind=kinds[counted.kind],
        note=note,
    )


def geo_map(dataset: DatasetView, files: ReleaseFiles) -> Map | None:
    """None where the release has no shapes, or more than a page can draw."""
    found = files.find(MAP_FORMAT)
    if found is None or found[0].size_bytes > MAP_LIMIT_BYTES:
        return None
    named = (item.field for item in dataset.contract.items if item.meaning is Meaning.ORGANISATION_NAME)
    return Map(
        id="dataset-map",
        title=gettext("“%(title)s”的空间分布") % {"title": dataset.title},
        geojson_href=reverse("portal:shapes", args=[dataset.service]),
        label_property=next(named, ""),
        labels={column.field: column.name for column in files.info.columns},
    )
