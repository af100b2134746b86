"""External catalogues: registered, visited, and their visits decided where too much vanished."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import FindingCount, HarvestCycle, JobStatus, JobView, SourceDraft, SourceView
from jutong.kernel.errors import JutongError, error_codes
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse
from jutong.vocabulary.harvest import CatalogueKind, Side

JOB_TONES: Final[Mapping[JobStatus, Tone]] = {
    JobStatus.QUEUED: Tone.INFO,
    JobStatus.RUNNING: Tone.INFO,
    JobStatus.HELD: Tone.WARNING,
    JobStatus.DONE: Tone.GOOD,
    JobStatus.FAILED: Tone.BAD,
    JobStatus.EXPIRED: Tone.BAD,
}


class SourceForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=39,
        help_text=gettext_lazy("小写字母、数字和下划线，登记后不再更改。"),
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=500,
        help_text=gettext_lazy(
            "http 或 https 地址；CKAN 填站点地址；试采可用 file: 加数据源文件夹中的文件名。"
        ),
    )
    cycle = forms.ChoiceField(label=gettext_lazy("采集周期"))
    shrink_limit = forms.IntegerField(
        label=gettext_lazy("一次减少超过百分之几须人工确认"), min_value=0, max_value=100, initial=20
    )
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own parameters
        language = error_language()
        for name, kind in (("kind", CatalogueKind), ("cycle", HarvestCycle)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(one.value, one.label(language)) for one in kind]

    def draft(self) -> SourceDraft:
        given = self.cleaned_data
        return SourceDraft(
            code=given["code"],
            name=given["name"],
            kind=CatalogueKind(given["kind"]),
            address=given["address"],
            cycle=HarvestCycle(given["cycle"]),
            shrink_limit=given["shrink_limit"],
        )


def _crumbs(*more: Link) -> tuple[Link, ...]:
    return (Link(text=_("外部目录采集"), href=reverse("desk:harvest")), *more)


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.HARVEST_MANAGE)
    form = SourceForm(request.POST or None)
    del form.fields["active"]
    if form.is_valid():
        try:
            made = harvest.add_source(actor, form.draft(), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已登记。可以立即采集一次，看看采到什么。"))
            return redirect("desk:harvest-source", made.code)
    return desk_render(request, actor, "desk/harvest/form.html", {"form": form}, crumbs=_crumbs())


@desk_page
def edit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    directory.require(actor, Permission.HARVEST_MANAGE)
    source = harvest.source(actor, code)
    known = {
        "code": source.code,
        "name": source.name,
        "kind": source.kind.value,
        "address": source.address,
        "cycle": source.cycle.value,
        "shrink_limit": source.shrink_limit,
        "active": source.active,
    }
    given = {**request.POST.dict(), "code": code} if request.method == "POST" else None
    form = SourceForm(given, initial=known)
    form.fields["code"].disabled = True
    if form.is_valid():
        try:
            harvest.change_source(actor, form.draft(), active=form.cleaned_data["active"], clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("desk:harvest-source", code)
    crumbs = _crumbs(Link(text=source.name, href=reverse("desk:harvest-source", args=[code])))
    return desk_render(
        request, actor, "desk/harvest/form.html", {"form": form, "source": source}, crumbs=crumbs
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    source = harvest.source(actor, code)
    counts = harvest.finding_counts(actor, code)
    job = source.last_job
    context = {
        "source": source,
        "held": job if job and job.status is JobStatus.HELD else None,
        "problem": _problem(job) if job and job.status in {JobStatus.FAILED, JobStatus.EXPIRED} else "",
        "busy": job is not None and job.status in {JobStatus.QUEUED, JobStatus.RUNNING},
        "jobs": _jobs_table(harvest.jobs(actor, source=code, limit=10).rows),
        "ours": _findings_table(_("我方映射：由我们补充对应关系"), counts, Side.OURS),
        "theirs": _findings_table(_("对方数据：请对方平台修正"), counts, Side.THEIRS),
        "may_manage": bool(directory.can(actor, Permission.HARVEST_MANAGE)),
        "facts": _facts(source),
    }
    return desk_render(request, actor, "desk/harvest/source.html", context, crumbs=_crumbs())


def _facts(source: SourceView) -> list[tuple[str, object]]:
    language = error_language()
    facts: list[tuple[str, object]] = [
        (_("代码"), source.code),
        (_("类型"), source.kind.label(language)),
        (_("地址"), source.address),
        (_("采集周期"), source.cycle.label(language) if source.active else _("已停用")),
        (_("下次采集"), source.next_run_at),
        (_("最近成功"), source.last_success_at),
        (_("在采条目"), source.present),
        (_("已采用"), source.adopted),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _problem(job: JobView) -> str:
    """What ended the visit, in the words of its error."""
    known = error_codes().get(job.error_code)
    if known is None:
        return job.error_code
    return f"{known(**dict(job.error_detail)).message(error_language())} [{job.error_code}]"


def _jobs_table(rows: tuple[JobView, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("采集记录"),
        columns=[
            Column(key="at", title=_("开始"), nowrap=True),
            Column(key="by", title=_("发起"), nowrap=True),
            Column(key="status", title=_("结果"), nowrap=True),
            Column(key="pages", title=_("页"), numeric=True),
            Column(key="seen", title=_("取得"), numeric=True),
            Column(key="added", title=_("新增"), numeric=True),
            Column(key="changed", title=_("变化"), numeric=True),
            Column(key="gone", title=_("删除"), numeric=True),
        ],
        rows=[
            {
                "at": job.started_at or job.requested_at,
                "by": job.requested_by_name,
                "status": Badge(text=job.status.label(language), tone=JOB_TONES[job.status]),
                "pages": job.pages,
                "seen": job.seen,
                "added": job.added,
                "changed": job.changed,
                "gone": job.gone,
            }
            for job in rows
        ],
        empty=Empty(title=_("还没有采集过"), text=_("按“立即采集”采一次，或等到下次采集的时间。")),
    )


def _findings_table(caption: str, counts: tuple[FindingCount, ...], side: Side) -> Table:
    chinese = error_language() == "zh"
    return Table(
        caption=caption,
        columns=[
            Column(key="text", title=_("问题")),
            Column(key="records", title=_("条目"), numeric=True),
        ],
        rows=[
            {"text": one.zh if chinese else one.en, "records": one.records}
            for one in counts
            if one.side == side.value
        ][:50],
        empty=Empty(title=_("没有发现问题")),
    )


@require_POST
@desk_page
def run(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    harvest.request_harvest(actor, code, clock=clock())
    messages.success(request, _("已排队，作业进程随即采集。刷新本页查看结果。"))
    return redirect("desk:harvest-source", code)


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    go_on = request.POST.get("action") == "go_on"
    harvest.decide_job(actor, request.POST.get("job", ""), go_on=go_on, clock=clock())
    messages.success(
        request,
        _("已确认，作业进程随即按来源处理。") if go_on else _("已放弃这次采集，已有条目保持原样。"),
    )
    return redirect("desk:harvest-source", code)
