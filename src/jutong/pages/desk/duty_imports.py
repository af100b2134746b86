"""Importing lists of duties in the workbench, what was found in them, and which departments they mean."""

import tempfile
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyKind, ImportReport, LabelView, RowFinding
from jutong.control.duties.errors import ListInvalid
from jutong.dataflow.connectors import Connector, ReadLimits, open_file, records_of
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse, say_error
from jutong.pages.desk.served_files import kept_file

LARGEST_MB: Final = 50
SHOWN: Final = 300
SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".tsv", ".json", ".et")


def _kinds() -> list[tuple[str, str]]:
    return [(one.value, one.label(error_language())) for one in DutyKind]


class ImportForm(forms.Form):
    """A list of duties as a file."""

    series = forms.CharField(
        label=gettext_lazy("清单名称"),
        max_length=120,
        help_text=gettext_lazy("如“样例市政务服务事项清单”；以后用同一名称导入新版，平台会比较两版的变化。"),
    )
    version = forms.CharField(
        label=gettext_lazy("版本"), required=False, max_length=60, help_text=gettext_lazy("如 2025年版。")
    )
    kind = forms.ChoiceField(label=gettext_lazy("事项类别"), choices=_kinds)
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("平台模板，或含事项编码、事项名称两列的 Excel、CSV、JSON 文件，最大 50 MB。"),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("这是完整的清单：上一版有、这一版没有的事项视为取消"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].widget.attrs["list"] = "known-lists"
        self.fields["file"].widget.attrs["accept"] = ",".join(SUFFIXES)

    def clean_file(self) -> "File[bytes]":
        file: File[bytes] = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(_("只接受 Excel、CSV 或 JSON 文件，请另存后重新选择。"))
        if (file.size or 0) > LARGEST_MB << 20:
            raise forms.ValidationError(_("文件超过 50 MB，请按部门拆分后分别导入。"))
        return file


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose a file; what was wrong with its rows is shown row by row, and nothing of it was kept."""
    directory.require(actor, Permission.DUTY_MANAGE)
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    faults: list[tuple[int, str]] = []
    report: ImportReport | None = None
    if sent and form.is_valid():
        check_only = "check" in request.POST
        try:
            report = _imported(actor, form, check_only=check_only)
        except ListInvalid as error:
            refuse(form, error)
            language = 2 if error_language() == "zh" else 3
            faults = [(found[0], found[language]) for found in error.detail["findings"]]
        except JutongError as error:
            refuse(form, error)
        else:
            if not check_only:
                messages.success(request, _("已导入 %(count)d 个事项。") % {"count": report.rows})
                return redirect("desk:duty-list", number=report.number)
    context = {
        "form": form,
        "faults": faults,
        "known": duties.series_names(),
        "template_version": duties.TEMPLATE_VERSION,
        "tiles": tiles_of(report) if report else None,
        "findings": findings_table(report.findings) if report else None,
    }
    crumbs = (Link(text=_("事项"), href=reverse("desk:duties")),)
    return desk_render(request, actor, "desk/duties/import.html", context, crumbs=crumbs)


def _imported(actor: Actor, form: ImportForm, *, check_only: bool) -> ImportReport:
    values = form.cleaned_data
    file: File[bytes] = values["file"]
    name = Path(file.name or "list").name
    with tempfile.TemporaryDirectory(prefix="jutong-duties-") as folder:
        path = Path(folder) / f"list{Path(name).suffix.lower()}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        connector = open_list(path)
        return duties.import_list(
            actor,
            records_of(connector),
            series=values["series"],
            version=values["version"],
            kind=DutyKind(values["kind"]),
            sheet=str(connector.describe().get("sheet", "")),
            file_name=name,
            complete=values["complete"],
            check_only=check_only,
            clock=clock(),
        )


def open_list(path: Path) -> Connector:
    """The file as a table: of a workbook the template's sheet where it has one, else the first with data."""
    limits = ReadLimits.from_environment()
    connector = open_file(path, limits=limits)
    described = connector.describe()
    wanted = duties.template_sheet(described.get("sheets", ()))
    if wanted and wanted != described["sheet"]:
        return open_file(path, {"sheet": wanted}, limits=limits)
    return connector


def tiles_of(report: Any) -> list[Tile]:
    """The counts of an import or of an edition."""
    counts = report.counts
    return [
        Tile(title=_("事项"), value=report.rows),
        Tile(title=_("新增"), value=counts["added"]),
        Tile(
            title=_("变更"), value=counts["changed"], tone=Tone.WARNING if counts["changed"] else Tone.NEUTRAL
        ),
        Tile(
            title=_("取消"), value=counts["abolished"], tone=Tone.BAD if counts["abolished"] else Tone.NEUTRAL
        ),
        Tile(title=_("恢复"), value=counts["restored"]),
        Tile(title=_("没有变化"), value=counts[duties.SAME]),
    ]


def findings_table(findings: tuple[RowFinding, ...]) -> Table:
    """How often each kind was found, with its first rows."""
    by_kind: dict[Any, list[RowFinding]] = {}
    for found in findings:
        by_kind.setdefault(found.kind, []).append(found)
    language = error_language()
    return Table(
        caption=_("导入时的提示"),
        columns=[
            Column(key="kind", title=_("提示")),
            Column(key="count", title=_("条数"), numeric=True),
            Column(key="first", title=_("例如")),
        ],
        rows=[
            {
                "kind": Badge(text=kind.label(language), tone=Tone.BAD if kind.is_error else Tone.WARNING),
                "count": len(found),
                "first": found[0].message(language),
            }
            for kind, found in by_kind.items()
        ],
        empty=Empty(title=_("没有提示"), text=_("编码、信用代码、区划和部门都没有疑问。")),
    )


@desk_page
def edition(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    view = duties.edition(actor, number)
    language = error_language()
    rows = Table(
        caption=_("逐条提示"),
        columns=[
            Column(key="row", title=_("记录"), numeric=True),
            Column(key="said", title=_("说明")),
            Column(key="code", title=_("事项编码"), code=True),
        ],
        rows=[
            {"row": one.row, "said": one.message(language), "code": one.code} for one in view.findings[:SHOWN]
        ],
    )
    context = {
        "view": view,
        "tiles": tiles_of(view),
        "findings": findings_table(view.findings),
        "rows": rows if view.findings else None,
        "more": max(0, len(view.findings) - SHOWN),
        "may_manage": Permission.DUTY_MANAGE in actor.permissions,
    }
    crumbs = (Link(text=_("事项"), href=reverse("desk:duties")),)
    return desk_render(request, actor, "desk/duties/edition.html", context, crumbs=crumbs)


@desk_page
def template(request: HttpRequest, actor: Actor, version: str) -> FileResponse:
    """The template as a workbook; an address of an older version gives the present one."""
    del request, version
    directory.require(actor, Permission.ENTRY_READ)
    name = f"jutong-duties-{duties.TEMPLATE_VERSION}.xlsx"
    return kept_file(duties.template_workbook(), name)


@desk_page
def departments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which department of the platform each name of the lists is; kept for every later edition."""
    rows = duties.labels(actor)
    if request.method == "POST":
        _map(request, actor, rows)
        return redirect("desk:duty-departments")
    reach = duties.manageable(actor)
    known = [one for one in directory.departments() if reach is None or one.code in reach]
    context = {
        "unmapped": [_row(place, row) for place, row in enumerate(rows) if not row.department],
        "mapped": [_row(place, row) for place, row in enumerate(rows) if row.department],
        "departments": known,
        "may_add": Permission.DEPARTMENT_MANAGE in actor.permissions,
    }
    crumbs = (Link(text=_("事项"), href=reverse("desk:duties")),)
    return desk_render(request, actor, "desk/duties/departments.html", context, crumbs=crumbs)


def _row(place: int, row: LabelView) -> dict[str, Any]:
    best = row.suggestions[0] if row.suggestions else None
    chinese = error_language() == "zh"
    return {
        "view": row,
        "name": f"label_{place}",
        "chosen": row.department or (best.department if best else ""),
        "why": (best.reason_zh if chinese else best.reason_en) if best else "",
        "best": best,
    }


def _map(request: HttpRequest, actor: Actor, rows: tuple[LabelView, ...]) -> None:
    """Each row that was chosen otherwise than it is; what is wrong with one never stops the others."""
    mapped = 0
    for row in rows:
        wanted = request.POST.get(f"map {row.region} {row.label}", "")
        if not wanted or wanted == row.department:
            continue
        try:
            duties.map_label(actor, region=row.region, label=row.label, department=wanted, clock=clock())
            mapped += 1
        except JutongError as error:
            say_error(request, error)
    messages.success(request, _("已对应 %(count)d 个部门，以后导入新版清单时自动沿用。") % {"count": mapped})
