"""Code lists in the workbench: the list, one with its codes and versions, what changed between two; files in and out."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.standards import api as standards
from jutong.control.standards.api import CodeListDraft, CodeListVersionView, ImportFault, StandardStatus
from jutong.control.standards.errors import ImportInvalid
from jutong.kernel.errors import JutongError
from jutong.kernel.text import normalise
from jutong.pages.components import Column, Empty, Filters, Link, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, desk_page, desk_render, refuse
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.standard_files import LARGEST_MB, SUFFIXES, download, rows_of
from jutong.pages.desk.standards import StepForm, bound_table, standard_tabs, status_badge, term_of

SHOWN: Final = 300


class UploadForm(forms.Form):
    """A file of data elements."""

    file = forms.FileField(label=gettext_lazy("Excel 或 CSV 文件"))
    valid_from = forms.DateField(
        label=gettext_lazy("生效日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=gettext_lazy("修订说明"), max_length=2000, required=False)

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if "." + (file.name or "").rpartition(".")[2].lower() not in SUFFIXES:
            raise forms.ValidationError(_("只接受 Excel 或 CSV 文件，请另存后重新选择。"))
        if (file.size or 0) > LARGEST_MB << 20:
            raise forms.ValidationError(_("文件超过 20 MB，请拆分后导入。"))
        return file


class CodeListForm(UploadForm):
    """A file of codes and what is to be said of the list."""

    name = forms.CharField(
        label=gettext_lazy("代码集名称（英文）"),
        max_length=60,
        help_text=gettext_lazy("小写字母开头，例如 park_type；已有的代码集填同一名称即为新版本。"),
    )
    zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=120)
    en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120, required=False)
    source = forms.CharField(label=gettext_lazy("来源标准"), max_length=200)
    edition = forms.CharField(label=gettext_lazy("版次"), max_length=40, required=False)
    field_order = ("name", "zh", "en", "source", "edition", "file", "valid_from", "reason")


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.ENTRY_READ)
    text = request.GET.get("q", "").strip()
    context = {
        "tabs": standard_tabs("desk:code-lists"),
        "filters": Filters(search_label=_("名称或来源"), search=text, reset_href=reverse("desk:code-lists")),
        "table": _table(standards.code_lists(text)),
        "may_manage": Permission.STANDARD_MANAGE in actor.permissions,
    }
    return desk_render(request, actor, "desk/standards/lists.html", context)


def _table(rows: tuple[CodeListVersionView, ...]) -> Table:
    return Table(
        caption=_("代码集"),
        columns=[
            Column(key="name", title=_("名称")),
            Column(key="source", title=_("来源")),
            Column(key="edition", title=_("版次"), nowrap=True),
            Column(key="count", title=_("代码数"), numeric=True),
            Column(key="number", title=_("版本"), numeric=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=_title(one), href=reverse("desk:code-list", args=[one.name])),
                    one.name,
                    code=True,
                ),
                "source": stacked(one.source, None if one.confirmed else _("未与标准文本核对")),
                "edition": one.edition,
                "count": one.item_count,
                "number": one.number,
                "status": status_badge(one.status),
            }
            for one in rows
        ],
        empty=Empty(title=_("没有符合条件的代码集"), text=_("换个词再查，或由主管部门导入新的代码集。")),
    )


def _title(one: CodeListVersionView) -> str:
    return one.zh if error_language() == "zh" else one.en or one.zh


@desk_page
def detail(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    directory.require(actor, Permission.ENTRY_READ)
    versions = standards.code_list_versions(name)
    numbers = {one.number for one in versions}
    view = next((one for one in versions if one.status is not StandardStatus.DRAFT), versions[0])
    number = _number(request, "version", numbers) or view.number
    view = next(one for one in versions if one.number == number)
    if request.GET.get("export") in {"xlsx", "csv"}:
        rows = standards.code_rows(name, number=number)
        titles = list(standards.CODE_COLUMNS.values())
        return download(f"{name}_v{number}", titles, rows, as_csv=request.GET["export"] == "csv")
    text = request.GET.get("q", "").strip()
    items = standards.code_items(name, number=number)
    found = [one for one in items if not text or normalise(text) in normalise(f"{one.code} {one.name}")]
    before = _number(request, "before", numbers) or (number - 1 if number - 1 in numbers else None)
    may = Permission.STANDARD_MANAGE in actor.permissions
    context = {
        "view": view,
        "title": _title(view),
        "badge": status_badge(view.status),
        "filters": Filters(
            search_label=_("代码或名称"),
            search=text,
            reset_href=reverse("desk:code-list", args=[name]),
            hidden=[("version", str(number))],
        ),
        "items": _items_table(found[:SHOWN]),
        "shown": min(len(found), SHOWN),
        "found": len(found),
        "versions": _versions_table(versions),
        "diff": _diff_table(name, before, number) if before else None,
        "bound": bound_table(code_list=name),
        "draft": next((one for one in versions if one.status is StandardStatus.DRAFT), None) if may else None,
        "may_abolish": may and view.status is StandardStatus.IN_FORCE,
        "today": clock().now(),
    }
    crumbs = (Link(text=_("代码集"), href=reverse("desk:code-lists")),)
    return desk_render(request, actor, "desk/standards/list.html", context, crumbs=crumbs)


def _number(request: HttpRequest, name: str, known: set[int]) -> int | None:
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
    return number if number in known else None


def _items_table(items: list[Any]) -> Table:
    return Table(
        caption=_("代码"),
        columns=[
            Column(key="code", title=_("代码"), code=True),
            Column(key="name", title=_("名称")),
            Column(key="parent", title=_("上级代码"), code=True),
            Column(key="note", title=_("说明")),
        ],
        rows=[{"code": one.code, "name": one.name, "parent": one.parent, "note": one.note} for one in items],
        empty=Empty(title=_("没有符合条件的代码")),
        first_is_header=True,
    )


def _versions_table(versions: tuple[CodeListVersionView, ...]) -> Table:
    return Table(
        caption=_("版本"),
        columns=[
            Column(key="number", title=_("版本"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="term", title=_("有效期"), nowrap=True),
            Column(key="edition", title=_("版次")),
            Column(key="count", title=_("代码数"), numeric=True),
            Column(key="by", title=_("修订")),
        ],
        rows=[
            {
                "number": Link(
                    text=_("第 %(number)d 版") % {"number": one.number}, href=f"?version={one.number}"
                ),
                "status": status_badge(one.status),
                "term": term_of(one.valid_from, one.valid_to),
                "edition": one.edition,
                "count": one.item_count,
                "by": stacked(one.reason or one.origin.label(error_language()), one.changed_by),
            }
            for one in versions
        ],
    )


def _diff_table(name: str, before: int, after: int) -> Table:
    diff = standards.compare_code_lists(name, before, after)
    rows = [{"code": one.code, "before": None, "after": one.name} for one in diff.added]
    rows += [{"code": one.code, "before": one.name, "after": None} for one in diff.removed]
    rows += [{"code": old.code, "before": old.name, "after": new.name} for old, new in diff.renamed]
    return Table(
        caption=_("第 %(before)d 版到第 %(after)d 版的变化") % {"before": before, "after": after},
        columns=[
            Column(key="code", title=_("代码"), code=True),
            Column(key="before", title=_("原名称")),
            Column(key="after", title=_("新名称")),
        ],
        rows=sorted(rows, key=lambda row: str(row["code"]))[:SHOWN],
        empty=Empty(title=_("两版的代码相同")),
        first_is_header=True,
    )


@require_POST
@desk_page
def step(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Issue the draft, throw it away, or abolish what is in force."""
    act, form = request.POST.get("act", ""), StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写日期，格式为 2026-01-31。"))
        return redirect("desk:code-list", name=name)
    values, now = form.cleaned_data, clock()
    if act == "issue":
        standards.issue_code_list(
            actor, name, valid_from=values["day"], revision=values["revision"], clock=now
        )
        messages.success(request, _("已发布。原版本保留，可随时查看。"))
    elif act == "discard":
        standards.discard_code_list_draft(actor, name, revision=values["revision"], clock=now)
        messages.success(request, _("草案已删除。"))
    else:
        standards.abolish_code_list(
            actor,
            name,
            valid_to=values["day"],
            reason=values["reason"],
            revision=values["revision"],
            clock=now,
        )
        messages.success(request, _("已废止。绑定它的信息项会在目录体检中列出。"))
    return redirect("desk:code-list", name=name)


@desk_page
def upload(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Take a file of elements or of one code list over, all or nothing; faults are shown row by row."""
    directory.require(actor, Permission.STANDARD_MANAGE)
    lists = kind == "lists"
    shape = CodeListForm if lists else UploadForm
    sent = request.method == "POST"
    initial = {"valid_from": clock().now().date().isoformat()}
    form = shape(request.POST, request.FILES) if sent else shape(initial=initial)
    faults: tuple[ImportFault, ...] = ()
    if sent and form.is_valid():
        try:
            return _imported(request, actor, form, lists=lists)
        except ImportInvalid as error:
            faults = error.detail["faults"]
            refuse(form, error)
        except JutongError as error:
            if error.kind in OWN_PAGE:
                raise
            refuse(form, error)
    columns = standards.CODE_COLUMNS if lists else standards.ELEMENT_COLUMNS
    context = {
        "form": form,
        "lists": lists,
        "faults": _faults_table(faults) if faults else None,
        "columns": "、".join(columns.values()),
    }
    home = "desk:code-lists" if lists else "desk:standards"
    crumbs = (Link(text=_("代码集") if lists else _("数据元"), href=reverse(home)),)
    return desk_render(request, actor, "desk/standards/upload.html", context, crumbs=crumbs)


def _imported(request: HttpRequest, actor: Actor, form: UploadForm, *, lists: bool) -> HttpResponse:
    values = form.cleaned_data
    rows = rows_of(values["file"])
    more = {"valid_from": values["valid_from"], "reason": values["reason"], "clock": clock()}
    if lists:
        about = CodeListDraft(**{name: values[name] for name in ("name", "zh", "en", "source", "edition")})
        made = standards.import_code_list(actor, about, rows, **more)
        messages.success(
            request,
            _("已发布第 %(number)d 版，共 %(count)d 个代码。")
            % {"number": made.number, "count": made.item_count},
        )
        return redirect("desk:code-list", name=made.name)
    outcome = standards.import_elements(actor, rows, **more)
    messages.success(
        request,
        _("新增 %(added)d 个数据元，修订 %(changed)d 个，%(same)d 个没有变化。")
        % {"added": outcome.added, "changed": outcome.changed, "same": outcome.unchanged},
    )
    return redirect("desk:standards")


def _faults_table(faults: tuple[ImportFault, ...]) -> Table:
    return Table(
        caption=_("文件中的问题"),
        columns=[
            Column(key="row", title=_("行"), numeric=True),
            Column(key="column", title=_("列"), nowrap=True),
            Column(key="why", title=_("问题")),
        ],
        rows=[
            {"row": one.row, "column": one.column, "why": one.message(error_language())}
            for one in faults[:SHOWN]
        ],
    )
