"""The catalogue in and out as Excel: the template, the export, and each import from its preview to what it wrote."""

from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue.values import EntryFilter
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.interchange import api as interchange
from jutong.control.interchange.api import BatchAction, BatchState, BatchView, Outcome
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link, Progress
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, commanded, desk_page, desk_render, paging, refuse
from jutong.pages.desk.interchange_tables import (
    MOST_PROBLEMS,
    batches_table,
    problems_table,
    rows_table,
    rules_table,
    state_badge,
    tabs,
    tiles,
)
from jutong.pages.desk.served_files import kept_file
from jutong.vocabulary.catalogue import EntryStatus

QUICK: Final = 512 * 1024
"""A file up to this size is checked while the page waits; the worker checks a larger one."""
STOP_POLLING: Final = 286
ROWS: Final = 50
WAITING: Final = frozenset({BatchState.RECEIVED, BatchState.READ, BatchState.CONFIRMED})


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.json"}),
        help_text=gettext_lazy(
            "点击选择，或把文件拖到框内。填好的模板（.xlsx、.xls），或其他平台的目录清单（.xlsx、.csv、.json）；最大 50 MB。"
        ),
    )
    department = forms.ChoiceField(
        label=gettext_lazy("清单的提供部门"),
        required=False,
        help_text=gettext_lazy("只用于没有写明部门的清单；模板按其中的“信息资源提供方”。"),
    )

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]


def _departments(actor: Actor) -> list[tuple[str, str]]:
    """Those for which the actor may import, the own one first."""
    own = [
        (one.code, one.name)
        for one in directory.departments()
        if directory.can(actor, Permission.ENTRY_IMPORT, one.code)
    ]
    return sorted(own, key=lambda pair: pair[0] != actor.home_department)


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = interchange.imports(actor, cursor=request.GET.get("cursor"))
    form = UploadForm(request.POST or None, request.FILES or None, departments=_departments(actor))
    if request.method == "POST" and form.is_valid():
        batch = _received(actor, form)
        if batch is not None:
            return redirect("desk:interchange-batch", code=batch.code)
    context = {
        "form": form,
        "table": batches_table(page.rows),
        "pages": paging(request, page),
        "departments": directory.departments(),
        "statuses": [(one.value, one.label(error_language())) for one in EntryStatus],
    }
    return desk_render(request, actor, "desk/interchange/list.html", context)


def _received(actor: Actor, form: UploadForm) -> BatchView | None:
    """The batch of the uploaded file; None when it is refused, which the form then says."""
    file = form.cleaned_data["file"]
    try:
        return interchange.start_import(
            actor,
            file.name,
            file.read(),
            clock=clock(),
            in_background=file.size > QUICK,
            department=form.cleaned_data["department"],
        )
    except JutongError as error:
        refuse(form, error)
        return None


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    batch = interchange.import_batch(actor, code)
    outcome = chosen(Outcome, request.GET.get("outcome"))
    rows = interchange.import_rows(actor, code, outcome=outcome, limit=ROWS, cursor=request.GET.get("cursor"))
    problems = interchange.import_problems(actor, code)
    context = {
        "batch": batch,
        "badge": state_badge(batch),
        "progress": _progress(batch) if batch.state in WAITING else None,
        "failure": batch.failure(error_language()) if batch.state is BatchState.FAILED else "",
        "tiles": tiles(batch),
        "tabs": tabs(batch, outcome),
        "rows": rows_table(rows.rows, written=batch.state is BatchState.WRITTEN),
        "pages": paging(request, rows),
        "problems": problems_table(problems) if problems else None,
        "problems_left": max(0, len(problems) - MOST_PROBLEMS),
        "rules": rules_table(batch) if batch.counts.rules else None,
        "mapping": _mapping(batch),
        "departments": _departments(actor),
        "may_confirm": BatchAction.CONFIRM in batch.actions and not batch.counts.problems,
        "may_recheck": BatchAction.RECHECK in batch.actions,
        "may_abandon": BatchAction.ABANDON in batch.actions,
        "nothing_to_do": not (batch.counts.create or batch.counts.change),
    }
    crumbs = (Link(text=_("导入导出"), href=reverse("desk:interchange")),)
    return desk_render(request, actor, "desk/interchange/batch.html", context, crumbs=crumbs)


def _mapping(batch: BatchView) -> list[dict[str, Any]]:
    """The columns of a foreign list with what each may be."""
    if batch.mapping is None:
        return []
    language = error_language()
    elements = [(name, interchange.element_name(name, language)) for name in interchange.LIST_ELEMENTS]
    return [
        {
            "guess": one,
            "name": one.header or _("第 %(n)s 列") % {"n": one.index + 1},
            "why": one.zh if language == "zh" else one.en,
            "elements": elements,
        }
        for one in batch.mapping.columns
    ]


def _progress(batch: BatchView) -> Progress:
    writing = batch.state is BatchState.CONFIRMED
    return Progress(
        title=_("正在写入目录") if writing else _("正在读取和检查文件"),
        done=batch.counts.entries,
        total=None,
        text=_("可以离开本页，稍后回来查看。"),
        href=reverse("desk:interchange-progress", args=[batch.code]),
    )


@desk_page
def progress(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The fragment that a waiting batch asks again and again; at the end it reloads the page."""
    batch = interchange.import_batch(actor, code)
    if batch.state not in WAITING:
        response = HttpResponse(status=STOP_POLLING)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "components/progress.html", {"progress": _progress(batch)}, status=HTTPStatus.OK)


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    action = commanded(BatchAction, request.POST.get("action"))
    if action is BatchAction.CONFIRM:
        interchange.confirm_import(actor, code, clock=clock())
        messages.success(request, _("已确认，正在写入目录。"))
    elif action is BatchAction.RECHECK:
        interchange.recheck_import(actor, code, clock=clock())
        messages.success(request, _("已按目录的现状重新检查。"))
    elif action is BatchAction.ABANDON:
        interchange.abandon_import(actor, code, clock=clock())
        messages.success(request, _("已放弃，文件内容已删除。"))
    return redirect("desk:interchange-batch", code=code)


@require_POST
@desk_page
def remap(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    elements = {
        int(name.removeprefix("column-")): str(value)
        for name, value in request.POST.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal()
    }
    department = request.POST.get("department", "")
    interchange.remap_import(actor, code, elements, department=department, clock=clock())
    messages.success(request, _("已按指定的对应关系重新读取。"))
    return redirect("desk:interchange-batch", code=code)


@desk_page
def download(request: HttpRequest, actor: Actor, kind: str) -> FileResponse:
    """The empty template, or the catalogue in it."""
    target = BytesIO()
    directory.require(actor, Permission.ENTRY_READ)
    if kind == "template":
        interchange.write_template(target)
        name = _("政务数据目录导入模板")
    elif kind == "export":
        where = EntryFilter(
            provider=request.GET.get("provider", ""),
            status=chosen(EntryStatus, request.GET.get("status")),
            text=request.GET.get("q", ""),
        )
        interchange.export_workbook(actor, target, clock=clock(), where=where)
        name = _("政务数据目录")
    else:
        raise Http404
    return kept_file(target.getvalue(), f"{name}.xlsx")


@desk_page
def marked(request: HttpRequest, actor: Actor, code: str) -> FileResponse:  # noqa: ARG001
    """The uploaded file with its problems as comments."""
    batch = interchange.import_batch(actor, code)
    content = interchange.marked_workbook(actor, code, clock=clock())
    stem = batch.filename.rpartition(".")[0] or batch.filename
    return kept_file(content, f"{stem}-{_('批注')}.xlsx")
