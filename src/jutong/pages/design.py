"""The living page of the design system: every component, with what it is for."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from jutong.kernel.clock import SHANGHAI
from jutong.pages.components import (
    Badge,
    Chart,
    Column,
    Empty,
    Filters,
    Link,
    Map,
    Option,
    Pages,
    Progress,
    Select,
    Series,
    Step,
    StepState,
    Table,
    Tile,
    Tone,
)

_SHOWN_AT = dt.datetime(2026, 5, 29, 9, 30, tzinfo=SHANGHAI)
_JOB_STEPS = 5


class ExampleForm(forms.Form):
    """One field of each kind; the data given below makes two of them wrong."""

    title = forms.CharField(
        label=gettext_lazy("数据集名称"), help_text=gettext_lazy("写数据是什么，不写系统名称。")
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("更新周期"),
        choices=[("daily", gettext_lazy("每日")), ("monthly", gettext_lazy("每月"))],
    )
    reason = forms.CharField(
        label=gettext_lazy("申请依据"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明所依据的法律法规或职责条款。")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("共享方式"),
        widget=forms.RadioSelect,
        choices=[("api", gettext_lazy("服务接口")), ("file", gettext_lazy("文件下载"))],
    )
    agreed = forms.BooleanField(label=gettext_lazy("我已阅读并同意使用要求"), required=False)


@require_safe
def living_page(request: HttpRequest) -> HttpResponse:
    """Show every component once, with made-up content."""
    form = ExampleForm({"title": gettext("中小学校名录"), "frequency": "monthly", "method": "api"})
    return render(request, "design/living_page.html", {"form": form, "query": request.GET, **_examples()})


@require_safe
def progress_step(request: HttpRequest) -> HttpResponse:
    """The next state of the example job: a fragment for htmx that stops asking when it is done."""
    asked = request.GET.get("done", "0")
    done = min(int(asked) + 1, _JOB_STEPS) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    return render(request, "components/progress.html", {"progress": _job(done)})


def _job(done: int) -> Progress:
    finished = done >= _JOB_STEPS
    return Progress(
        title=gettext("归集完成") if finished else gettext("正在归集"),
        done=done,
        total=_JOB_STEPS,
        text=gettext("正在核对条数"),
        href="" if finished else f"{reverse('design-progress')}?done={done}",
        tone=Tone.GOOD if finished else Tone.INFO,
    )


def _examples() -> dict[str, Any]:
    return {
        "crumbs": (Link(text=gettext("首页"), href="/"), Link(text=gettext("设计规范"), href="/design/")),
        "tiles": [
            Tile(title=gettext("已发布目录"), value=1286, tone=Tone.INFO, href="#table"),
            Tile(title=gettext("按时更新率"), value=96.4, unit="%", tone=Tone.GOOD, note=gettext("目标 95%")),
            Tile(title=gettext("即将超期"), value=7, tone=Tone.WARNING),
            Tile(title=gettext("评分"), value=None, note=gettext("还没有检查记录")),
        ],
        "badges": [
            Badge(text=gettext("草稿")),
            Badge(text=gettext("审核中"), tone=Tone.INFO),
            Badge(text=gettext("已发布"), tone=Tone.GOOD),
            Badge(text=gettext("即将超期"), tone=Tone.WARNING),
            Badge(text=gettext("已退回"), tone=Tone.BAD),
        ],
        "table": _table(),
        "empty_table": Table(
            caption=gettext("我的申请"),
            columns=(Column(key="a", title="A"),),
            rows=(),
            empty=Empty(
                title=gettext("您还没有提交过申请"),
                text=gettext("找到需要的目录后，在目录页点“申请使用”。"),
                action=Link(text=gettext("查找数据集"), href="/datasets/"),
            ),
        ),
        "pages": Pages(shown=3, total=1286, next_href="?cursor=x", first_href="?"),
        "filters": Filters(
            search_label=gettext("关键词"),
            search="",
            reset_href="/design/",
            selects=(
                Select(
                    name="frequency",
                    label=gettext("更新周期"),
                    options=(
                        Option(value="", text=gettext("全部")),
                        Option(value="daily", text=gettext("每日")),
                    ),
                ),
            ),
        ),
        "steps": _steps(),
        "tabs": [
            Link(text=gettext("基本信息"), href="/design/", current=True),
            Link(text=gettext("信息项"), href="/design/#table", count=12),
            Link(text=gettext("办理记录"), href="/design/#steps"),
        ],
        "charts": _charts(),
        "map": Map(
            id="example-map",
            title=gettext("示例地图"),
            geojson_href=reverse("design-shapes"),
            label_property="name",
            labels={"name": gettext("名称")},
        ),
        "progress": _job(2),
        "code": "curl 'http://127.0.0.1:8080/gateway/api/1/school?limit=20' \\\n  -H 'X-Client-Id: demo'",
    }


def _table() -> Table:
    rows = [
        {
            "title": Link(text=gettext("中小学校名录"), href="#table"),
            "code": "370000-05-000017",
            "rows": 2631,
            "status": Badge(text=gettext("已发布"), tone=Tone.GOOD),
            "updated": _SHOWN_AT,
        },
        {
            "title": Link(text=gettext("新出生人口登记"), href="#table"),
            "code": "370000-09-000102",
            "rows": 18422,
            "status": Badge(text=gettext("审核中"), tone=Tone.INFO),
            "updated": _SHOWN_AT.date(),
        },
        {
            "title": Link(text=gettext("社会组织信息"), href="#table"),
            "code": "370000-11-000003",
            "rows": None,
            "status": Badge(text=gettext("已退回"), tone=Tone.BAD),
            "updated": None,
        },
    ]
    return Table(
        caption=gettext("部门目录"),
        columns=(
            Column(key="title", title=gettext("名称"), sort="title"),
            Column(key="code", title=gettext("目录代码"), code=True, nowrap=True),
            Column(key="rows", title=gettext("数据量（条）"), numeric=True, sort="rows"),
            Column(key="status", title=gettext("状态")),
            Column(key="updated", title=gettext("更新时间"), nowrap=True),
        ),
        rows=rows,
        sort="-rows",
        first_is_header=True,
    )


def _steps() -> list[Step]:
    return [
        Step(title=gettext("提交申请"), state=StepState.DONE, by=gettext("王小明（示例）"), at=_SHOWN_AT),
        Step(
            title=gettext("提供部门审核"),
            state=StepState.CURRENT,
            by=gettext("市教育局"),
            note=gettext("应在 10 个工作日内答复，还剩 6 个工作日。"),
        ),
        Step(title=gettext("生成授权"), state=StepState.TODO),
    ]


def _charts() -> list[Chart]:
    months = [gettext("1月"), gettext("2月"), gettext("3月"), gettext("4月"), gettext("5月")]
    return [
        Chart(
            id="chart-bar",
            title=gettext("各部门目录数"),
            category_title=gettext("部门"),
            categories=[gettext("公安"), gettext("教育"), gettext("民政"), gettext("税务"), gettext("卫健")],
            series=[Series(name=gettext("目录数"), values=[128, 96, 73, 41, 88])],
            kind="hbar",
            unit=gettext("个"),
        ),
        Chart(
            id="chart-line",
            title=gettext("每月调用量"),
            category_title=gettext("月份"),
            categories=months,
            series=[
                Series(name=gettext("查询"), values=[320, 402, 388, 517, 603]),
                Series(name=gettext("核验"), values=[120, 180, 240, 260, 410]),
            ],
            kind="line",
            unit=gettext("万次"),
            note=gettext("线型和点形也不同，不只靠颜色区分。"),
        ),
    ]


@require_safe
def example_shapes(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Two squares and a point that belong to no real place."""

    def square(name: str, east: float, north: float) -> dict[str, Any]:
        ring = [[east, north], [east + 1, north], [east + 1, north + 1], [east, north + 1], [east, north]]
        return _feature(name, {"type": "Polygon", "coordinates": [ring]})

    shapes = [
        square(gettext("甲区"), 0, 0),
        square(gettext("乙区"), 1, 0),
        _feature(gettext("服务点"), {"type": "Point", "coordinates": [0.6, 0.4]}),
    ]
    return JsonResponse({"type": "FeatureCollection", "features": shapes})


def _feature(name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
