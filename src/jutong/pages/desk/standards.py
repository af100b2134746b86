"""Data elements in the workbench: the list, one with its versions and bound items, drafting, issuing, abolishing."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue.api import binding_counts, held_items
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.standards import api as standards
from jutong.control.standards.api import ElementDefinition, ElementView, StandardStatus
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, chosen, clock, desk_page, desk_render, refuse
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.standard_files import download
from jutong.vocabulary.catalogue import DataType, Meaning

TONES: Final = {
    StandardStatus.DRAFT: Tone.INFO,
    StandardStatus.IN_FORCE: Tone.GOOD,
    StandardStatus.SUPERSEDED: Tone.NEUTRAL,
    StandardStatus.ABOLISHED: Tone.BAD,
}
BOUND_SHOWN: Final = 200


def status_badge(status: StandardStatus) -> Badge:
    return Badge(text=status.label(error_language()), tone=TONES[status])


def standard_tabs(current: str) -> list[Link]:
    """The three parts of the standards."""
    parts = (
        ("desk:standards", _("数据元")),
        ("desk:code-lists", _("代码集")),
        ("desk:standards-binding", _("绑定建议")),
    )
    return [Link(text=text, href=reverse(name), current=name == current) for name, text in parts]


class ElementForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("内部标识符"),
        max_length=40,
        help_text=gettext_lazy("字母开头，例如 SZ01001；以后不能更改。"),
    )
    zh = forms.CharField(label=gettext_lazy("中文名称"), max_length=120)
    en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120, required=False)
    definition = forms.CharField(
        label=gettext_lazy("定义"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )
    data_type = forms.ChoiceField(label=gettext_lazy("数据类型"))
    format = forms.CharField(
        label=gettext_lazy("表示格式"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("an18 定长，c..50 最长，n..10,2 两位小数，d8 日期，dt14 日期时间，bl 是否。"),
    )
    code_list = forms.ChoiceField(label=gettext_lazy("值域代码集"), required=False)
    unit = forms.CharField(label=gettext_lazy("计量单位"), max_length=20, required=False)
    synonyms = forms.CharField(
        label=gettext_lazy("同义名称"),
        max_length=1200,
        required=False,
        help_text=gettext_lazy("用顿号分开。"),
    )
    meaning = forms.ChoiceField(label=gettext_lazy("识别语义"), required=False)
    identifies = forms.BooleanField(label=gettext_lazy("标识项：说明一行数据是谁的、是什么"), required=False)
    source = forms.CharField(label=gettext_lazy("来源标准"), max_length=200, required=False)
    confirmed = forms.BooleanField(label=gettext_lazy("已与标准文本核对"), required=False)
    reason = forms.CharField(label=gettext_lazy("修订说明"), max_length=2000, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = error_language()
        lists = [(one.name, f"{one.zh}（{one.name}）") for one in standards.code_lists()]
        choices = {
            "data_type": [(one.value, one.label(language)) for one in DataType],
            "meaning": [("", "—"), *((one.value, one.label(language)) for one in Meaning)],
            "code_list": [("", "—"), *lists],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def definition_given(self) -> ElementDefinition:
        values = self.cleaned_data
        names = values["synonyms"].replace("，", "、").split("、")
        plain = ("code", "zh", "en", "definition", "format", "code_list", "unit", "source")
        return ElementDefinition(
            **{name: values[name].strip() for name in plain},
            data_type=DataType(values["data_type"]),
            meaning=Meaning(values["meaning"]) if values["meaning"] else None,
            synonyms=tuple(name.strip() for name in names if name.strip()),
            identifies=values["identifies"],
            confirmed=values["confirmed"],
        )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    directory.require(actor, Permission.ENTRY_READ)
    text, shown = request.GET.get("q", "").strip(), request.GET.get("status", "")
    rows = standards.data_elements(text, status=chosen(StandardStatus, shown))
    if request.GET.get("export") in {"xlsx", "csv"}:
        titles = list(standards.ELEMENT_COLUMNS.values())
        return download(_("数据元"), titles, standards.element_rows(), as_csv=request.GET["export"] == "csv")
    context = {
        "tabs": standard_tabs("desk:standards"),
        "filters": _filters(text, shown),
        "table": _table(rows),
        "may_manage": Permission.STANDARD_MANAGE in actor.permissions,
    }
    return desk_render(request, actor, "desk/standards/elements.html", context)


def _filters(text: str, shown: str) -> Filters:
    options = [Option(value="", text=_("全部"))]
    options += [Option(value=one.value, text=one.label(error_language())) for one in StandardStatus]
    return Filters(
        search_label=_("标识符、名称、同义名称、定义或来源"),
        search=text,
        selects=[Select(name="status", label=_("状态"), options=options, chosen=shown)],
        reset_href=reverse("desk:standards"),
    )


def _table(rows: tuple[ElementView, ...]) -> Table:
    counts, language = binding_counts(), error_language()
    return Table(
        caption=_("数据元"),
        columns=[
            Column(key="name", title=_("名称和标识符")),
            Column(key="synonyms", title=_("同义名称")),
            Column(key="shape", title=_("类型和表示格式"), nowrap=True),
            Column(key="values", title=_("值域和语义")),
            Column(key="bound", title=_("绑定"), numeric=True),
            Column(key="source", title=_("来源")),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=_name(one), href=reverse("desk:data-element", args=[one.code])),
                    one.code,
                    code=True,
                ),
                "synonyms": "、".join(one.definition.synonyms[:4]),
                "shape": stacked(one.definition.data_type.label(language), one.definition.format, code=True),
                "values": stacked(
                    one.definition.meaning.label(language) if one.definition.meaning else None,
                    one.definition.code_list,
                    code=True,
                ),
                "bound": counts.get(one.code),
                "source": stacked(
                    one.definition.source, None if one.definition.confirmed else _("未与标准文本核对")
                ),
                "status": status_badge(one.status),
            }
            for one in rows
        ],
        empty=Empty(title=_("没有符合条件的数据元"), text=_("换个词再查，或由主管部门登记新的数据元。")),
    )


def _name(one: ElementView) -> str:
    return one.zh if error_language() == "zh" else one.definition.en or one.zh


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _page(request, actor, code)


def _page(request: HttpRequest, actor: Actor, code: str, form: ElementForm | None = None) -> HttpResponse:
    directory.require(actor, Permission.ENTRY_READ)
    versions = standards.element_versions(code)
    view = standards.data_element(code)
    draft = next((one for one in versions if one.status is StandardStatus.DRAFT), None)
    may = Permission.STANDARD_MANAGE in actor.permissions
    context = {
        "view": view,
        "element": view.definition,
        "badge": status_badge(view.status),
        "origin": view.origin.label(error_language()),
        "draft": draft,
        "versions": _versions_table(versions),
        "bound": bound_table(data_element=code),
        "may_manage": may,
        "form": (form or ElementForm(initial=_initial(draft or view, draft))) if may else None,
        "may_abolish": may and view.status is StandardStatus.IN_FORCE,
        "successors": standards.data_elements(status=StandardStatus.IN_FORCE) if may else (),
        "today": clock().now(),
    }
    crumbs = (Link(text=_("数据元"), href=reverse("desk:standards")),)
    return desk_render(request, actor, "desk/standards/element.html", context, crumbs=crumbs)


def _initial(view: ElementView, draft: ElementView | None) -> dict[str, Any]:
    one = view.definition
    plain = (
        "code",
        "zh",
        "en",
        "definition",
        "format",
        "code_list",
        "unit",
        "source",
        "identifies",
        "confirmed",
    )
    return {name: getattr(one, name) for name in plain} | {
        "data_type": one.data_type.value,
        "meaning": one.meaning.value if one.meaning else "",
        "synonyms": "、".join(one.synonyms),
        "reason": draft.reason if draft else "",
        "revision": draft.revision if draft else None,
    }


def _versions_table(versions: tuple[ElementView, ...]) -> Table:
    before = {one.number: one for one in versions}
    return Table(
        caption=_("版本"),
        columns=[
            Column(key="number", title=_("版本"), numeric=True),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="term", title=_("有效期"), nowrap=True),
            Column(key="changes", title=_("与上一版的差异")),
            Column(key="by", title=_("修订")),
        ],
        rows=[
            {
                "number": one.number,
                "status": status_badge(one.status),
                "term": term_of(one.valid_from, one.valid_to),
                "changes": _changes(before.get(one.number - 1), one),
                "by": stacked(one.reason or one.origin.label(error_language()), one.changed_by),
            }
            for one in versions
        ],
    )


def term_of(valid_from: Any, valid_to: Any) -> str:
    """From when and until when a version holds; a dash where it is open."""
    return f"{valid_from or '—'} ~ {valid_to or '—'}"


def _changes(before: ElementView | None, after: ElementView) -> str:
    if before is None:
        return ""
    changes = standards.element_changes(before.definition, after.definition)
    titles = standards.ELEMENT_COLUMNS
    return "；".join(f"{titles.get(name, name)}：{_said(old)} → {_said(new)}" for name, old, new in changes)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value)) or "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    label = getattr(value, "label", None)
    return str(label(error_language())) if label else str(value or "—")


def bound_table(*, data_element: str = "", code_list: str = "") -> Table:
    """The items that are bound to an element or list, at most `BOUND_SHOWN`."""
    names = {one.code: one.name for one in directory.departments()}
    rows = []
    for item in held_items(data_element=data_element, code_list=code_list):
        if not item.live:
            continue
        rows.append(
            {
                "item": stacked(item.name, item.field, code=True),
                "entry": Link(text=item.title, href=reverse("desk:entry", args=[item.service])),
                "department": names.get(item.provider, item.provider),
            }
        )
        if len(rows) == BOUND_SHOWN:
            break
    return Table(
        caption=_("绑定的信息项（已发布目录，最多显示 200 个）"),
        columns=[
            Column(key="item", title=_("信息项")),
            Column(key="entry", title=_("目录")),
            Column(key="department", title=_("提供部门")),
        ],
        rows=rows,
        empty=Empty(title=_("还没有信息项绑定"), text=_("在“绑定建议”中可以批量绑定。")),
    )


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.STANDARD_MANAGE)
    form = ElementForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(request, actor, form, new=True):
        return redirect("desk:data-element", code=form.cleaned_data["code"])
    crumbs = (Link(text=_("数据元"), href=reverse("desk:standards")),)
    return desk_render(request, actor, "desk/standards/element_new.html", {"form": form}, crumbs=crumbs)


def _saved(request: HttpRequest, actor: Actor, form: ElementForm, *, new: bool) -> bool:
    values = form.cleaned_data
    try:
        standards.save_element(
            actor,
            form.definition_given(),
            clock=clock(),
            reason=values["reason"],
            revision=values["revision"],
            new=new,
        )
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        refuse(form, error)
        return False
    messages.success(request, _("草案已保存。核对无误后发布。"))
    return True


@require_POST
@desk_page
def save(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    given = request.POST.copy()
    given["code"] = code  # an element's code never changes
    form = ElementForm(given)
    if form.is_valid() and _saved(request, actor, form, new=False):
        return redirect("desk:data-element", code=code)
    return _page(request, actor, code, form)


class StepForm(forms.Form):
    """A day and, for abolishing, a reason and a successor."""

    day = forms.DateField()
    reason = forms.CharField(required=False, max_length=2000)
    replaced_by = forms.CharField(required=False, max_length=40)
    revision = forms.IntegerField(min_value=0, max_value=2**31)


@require_POST
@desk_page
def step(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Issue the draft, throw it away, or abolish what is in force."""
    act, form = request.POST.get("act", ""), StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写日期，格式为 2026-01-31。"))
        return redirect("desk:data-element", code=code)
    values, now = form.cleaned_data, clock()
    if act == "issue":
        standards.issue_element(actor, code, valid_from=values["day"], revision=values["revision"], clock=now)
        messages.success(request, _("已发布。原版本保留，可随时查看。"))
    elif act == "discard":
        standards.discard_element_draft(actor, code, revision=values["revision"], clock=now)
        messages.success(request, _("草案已删除。"))
        if not any(one.code == code for one in standards.data_elements()):
            return redirect("desk:standards")
    else:
        standards.abolish_element(
            actor,
            code,
            valid_to=values["day"],
            reason=values["reason"],
            replaced_by=values["replaced_by"],
            revision=values["revision"],
            clock=now,
        )
        messages.success(request, _("已废止。绑定它的信息项会在目录体检中列出。"))
    return redirect("desk:data-element", code=code)
