"""How long data are kept (留存): every pooled entry with its rule, what is due, legal holds; one entry's own page."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission, scope
from jutong.control.grants import api as grants
from jutong.control.grants.api import GrantFilter, GrantStatus
from jutong.control.retention import api as retention
from jutong.control.retention.api import RetentionBasis, RuleDraft, RuleView, Standing
from jutong.control.retention.errors import NothingDue
from jutong.dataflow.lake import Lake, LakeSettings
from jutong.dataflow.lake.destroying import PastTime, count_entry
from jutong.kernel.clock import business_date
from jutong.kernel.errors import JutongError
from jutong.kernel.paging import Page, decode_numbers, encode_cursor
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, error_line, home, paging, refuse
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.destructions import destructions_table
from jutong.pages.desk.selects import department_select
from jutong.vocabulary.catalogue import DataType, Level

LINES_A_PAGE: Final = 100
STATES: Final = (
    ("due", gettext_lazy("有到期数据")),
    ("held", gettext_lazy("已冻结")),
    ("open", gettext_lazy("正在办理销毁")),
    ("without", gettext_lazy("没有期限")),
)


class RuleForm(forms.Form):
    """A rule of one entry, or of a department or level when there is no entry."""

    kept = forms.ChoiceField(
        label=gettext_lazy("留存期限"),
        choices=(("limited", gettext_lazy("到期销毁")), ("good", gettext_lazy("永久保存"))),
        widget=forms.RadioSelect,
        initial="limited",
    )
    months = forms.IntegerField(
        label=gettext_lazy("保存多少个月"), min_value=1, max_value=1200, required=False
    )
    basis = forms.ChoiceField(label=gettext_lazy("从何时起算"), required=False)
    legal_basis = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=300,
        help_text=gettext_lazy("法律法规、档案保管期限表或批准文件的名称和条款。"),
    )

    def __init__(
        self, sent: Any, *, dates: Sequence[tuple[str, str]], initial: dict[str, Any] | None
    ) -> None:
        super().__init__(sent, initial=initial)
        basis = self.fields["basis"]
        if isinstance(basis, forms.ChoiceField):
            collected = RetentionBasis.COLLECTED.label(error_language())
            basis.choices = [("", collected), *dates]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kept") == "limited" and not values.get("months"):
            self.add_error("months", _("请填写月数，或选择永久保存。"))
        return values

    def draft(self, *, service: str = "", department: str = "", level: Level | None = None) -> RuleDraft:
        given = self.cleaned_data
        return RuleDraft(
            service=service,
            department=department,
            level=level,
            months=given["months"] if given["kept"] == "limited" else None,
            basis=RetentionBasis.ITEM if given["basis"] else RetentionBasis.COLLECTED,
            item=given["basis"],
            legal_basis=given["legal_basis"],
        )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent = request.GET
    today = business_date(clock().now())
    found = retention.standings(
        actor, today=today, department=sent.get("department", ""), search=sent.get("q", "")[:100]
    )
    shown = [one for one in found if _is(one, sent.get("state", ""))]
    cursor = sent.get("cursor")
    start = decode_numbers(cursor, width=1)[0] if cursor else 0
    following = start + LINES_A_PAGE
    page = Page(
        rows=tuple(shown[start:following]),
        next_cursor=encode_cursor([following]) if following < len(shown) else None,
    )
    held, proofs = retention.holds(actor, today=today), retention.verify_proofs(actor, home=home())
    context = {
        "filters": _filters(request, actor),
        "tiles": _tiles(found),
        "table": _table(page.rows),
        "pages": paging(request, page, total=len(shown)),
        "destructions": destructions_table(retention.destructions(actor, limit=10).rows),
        "holds": held,
        "may_hold": Permission.HOLD_PLACE in actor.permissions,
        "may_set": Permission.RETENTION_SET in actor.permissions,
        "may_lift": {
            hold.number
            for hold in held
            if hold.stands and directory.can(actor, Permission.HOLD_PLACE, hold.department)
        },
        "departments": _departments(actor),
        "rules": _rules_table(retention.rules(actor)),
        "proofs": proofs,
    }
    return desk_render(request, actor, "desk/retention/list.html", context)


def _is(one: Standing, state: str) -> bool:
    return {
        "due": bool(one.due),
        "held": bool(one.hold),
        "open": bool(one.destruction),
        "without": one.rule is None,
    }.get(state, True)


def _departments(actor: Actor) -> list[tuple[str, str]]:
    reach = scope(actor, Permission.HOLD_PLACE)
    return [(one.code, one.name) for one in directory.departments() if reach is None or one.code in reach]


def _filters(request: HttpRequest, actor: Actor) -> Filters:
    sent = request.GET
    options = [Option(value=value, text=str(text)) for value, text in STATES]
    return Filters(
        search_label=_("按名称、代码查找"),
        search=sent.get("q", ""),
        selects=[
            department_select(sent.get("department", ""), reach=scope(actor, Permission.RETENTION_READ)),
            Select(
                name="state",
                label=_("情况"),
                options=[Option(value="", text=_("全部")), *options],
                chosen=sent.get("state", ""),
            ),
        ],
        reset_href=reverse("desk:retention"),
    )


def _tiles(found: Sequence[Standing]) -> list[Tile]:
    address = reverse("desk:retention")
    tones = {"due": Tone.WARNING, "held": Tone.INFO, "open": Tone.INFO, "without": Tone.NEUTRAL}
    return [
        Tile(
            title=str(text),
            value=sum(_is(one, state) for one in found),
            tone=tones[state],
            href=f"{address}?state={state}",
        )
        for state, text in STATES
    ]


def rule_text(rule: RuleView | None) -> str:
    """Such as “240 个月，从信息项 registered_on 起算”."""
    if rule is None:
        return _("没有规定")
    if rule.months is None:
        return _("永久保存")
    if rule.basis is RetentionBasis.ITEM:
        return _("%(months)s 个月，从信息项 %(item)s 的日期起算") % {"months": rule.months, "item": rule.item}
    return _("%(months)s 个月，从归集之日起算") % {"months": rule.months}


def _table(rows: Sequence[Standing]) -> Table:
    language = error_language()
    return Table(
        caption=_("资源池中的条目"),
        columns=[
            Column(key="title", title=_("目录条目和提供部门")),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="rule", title=_("留存期限")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="due", title=_("到期行数"), numeric=True),
            Column(key="state", title=_("情况"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=one.title, href=reverse("desk:retention-entry", args=[one.service])),
                    one.department_name,
                ),
                "level": one.level.label(language),
                "rule": stacked(rule_text(one.rule), one.rule.legal_basis if one.rule else ""),
                "rows": one.rows,
                "due": one.due,
                "state": _state(one),
            }
            for one in rows
        ],
        empty=Empty(title=_("资源池中还没有数据")),
    )


def _state(one: Standing) -> Badge | None:
    if one.hold:
        return Badge(text=_("已冻结"), tone=Tone.INFO)
    if one.destruction:
        return Badge(text=_("正在办理销毁"), tone=Tone.WARNING)
    return Badge(text=_("到期"), tone=Tone.WARNING) if one.due else None


def _rules_table(rules: Sequence[RuleView]) -> Table:
    language = error_language()
    return Table(
        caption=_("留存期限"),
        columns=[
            Column(key="scope", title=_("适用范围")),
            Column(key="rule", title=_("留存期限")),
            Column(key="legal", title=_("依据")),
            Column(key="by", title=_("设置人")),
        ],
        rows=[
            {
                "scope": rule.title
                or " ".join(
                    (rule.department_name or _("全市"), rule.level.label(language) if rule.level else "")
                ),
                "rule": rule_text(rule),
                "legal": rule.legal_basis,
                "by": stacked(rule.set_by, rule.set_at),
            }
            for rule in rules
        ],
        empty=Empty(
            title=_("还没有规定留存期限"), text=_("可以按级别为全市规定，也可以为一个部门或一个条目规定。")
        ),
    )


@desk_page
def entry(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """One entry: what rule holds and why, what is past its time now, who would notice, what was destroyed before."""
    one = _standing(actor, service)
    may_set = bool(directory.can(actor, Permission.RETENTION_SET, one.department)) and one.live
    form = None
    if may_set:
        form = RuleForm(request.POST or None, dates=_dates(service), initial=_initial(one))
        if form.is_valid():
            try:
                retention.set_rule(actor, form.draft(service=service), clock=clock())
            except JutongError as error:
                refuse(form, error)
            else:
                messages.success(request, _("留存期限已保存。"))
                return redirect("desk:retention-entry", service=service)
    counted, problem = _counted(one)
    cutoff = one.rule.cutoff(business_date(clock().now())) if one.rule else None
    context = {
        "one": one,
        "form": form,
        "rule": rule_text(one.rule),
        "cutoff": cutoff,
        "counted": counted,
        "tiles": _counted_tiles(counted) if counted else None,
        "problem": problem,
        "consumers": consumers_of(actor, service),
        "may_propose": bool(directory.can(actor, Permission.DESTRUCTION_PROPOSE, one.department))
        and bool(counted and counted["due"] + counted["quarantined"])
        and not one.hold
        and not one.destruction,
        "destructions": destructions_table(retention.destructions(actor, service=service).rows),
    }
    crumbs = (Link(text=_("留存与销毁"), href=reverse("desk:retention")),)
    return desk_render(request, actor, "desk/retention/entry.html", context, crumbs=crumbs)


def _standing(actor: Actor, service: str) -> Standing:
    one = retention.standing_of(service, business_date(clock().now()))
    directory.require(actor, Permission.RETENTION_READ, one.department if one else None)
    if one is None:
        raise NothingDue(service=service)
    return one


def _dates(service: str) -> list[tuple[str, str]]:
    """The entry's items that are dates, as choices."""
    try:
        items = catalogue.contract_of(service).items
    except EntryNotFound:
        return []
    return [
        (item.field, _("信息项“%(item)s”的日期") % {"item": item.name})
        for item in items
        if item.data_type in {DataType.DATE, DataType.TIMESTAMP}
    ]


def _initial(one: Standing) -> dict[str, Any] | None:
    rule = one.rule
    if rule is None:
        return None
    return {
        "kept": "good" if rule.months is None else "limited",
        "months": rule.months,
        "basis": rule.item,
        "legal_basis": rule.legal_basis,
    }


def _counted(one: Standing) -> tuple[dict[str, int] | None, str]:
    """What is past its time now; why it could not be counted."""
    rule = one.rule
    cutoff = rule.cutoff(business_date(clock().now())) if rule else None
    if rule is None or cutoff is None:
        return None, ""
    try:
        with Lake.open(home().lake, LakeSettings()) as lake:
            return count_entry(
                lake, one.service, PastTime.of(rule.item, cutoff, retention.day_begins(cutoff))
            ), ""
    except JutongError as error:
        return None, error_line(error)


def _counted_tiles(counted: dict[str, int]) -> list[Tile]:
    return [
        Tile(title=_("资源池行数"), value=counted["rows"]),
        Tile(
            title=_("到期行数"), value=counted["due"], tone=Tone.WARNING if counted["due"] else Tone.NEUTRAL
        ),
        Tile(title=_("没有日期的行"), value=counted["undated"], note=_("不会被销毁")),
        Tile(title=_("一并销毁的问题数据"), value=counted["quarantined"]),
    ]


def consumers_of(actor: Actor, service: str) -> list[tuple[str, str]]:
    """(consumer, address of its grant) of everyone who may read these data now."""
    live = grants.grants(actor, GrantFilter(service=service, status=GrantStatus.LIVE), limit=200)
    return [(grant.consumer_name, reverse("desk:grant", args=[grant.grant_id])) for grant in live.rows]


@require_POST
@desk_page
def propose(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    one = _standing(actor, service)
    counted, _problem = _counted(one)
    made = retention.propose(
        actor, service, counted=counted or {}, note=request.POST.get("note", ""), clock=clock()
    )
    messages.success(request, _("已提出销毁，请部门审核人复核。"))
    return redirect("desk:destruction", number=made.number)


@desk_page
def set_default(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A rule for a department, a level, or both."""
    directory.require(actor, Permission.RETENTION_SET)
    reach = scope(actor, Permission.RETENTION_SET)
    form = RuleForm(request.POST or None, dates=(), initial=None)
    level = Level(request.POST["level"]) if request.POST.get("level") in set(Level) else None
    department = request.POST.get("department", "")
    if form.is_valid():
        try:
            retention.set_rule(actor, form.draft(department=department, level=level), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("留存期限已保存。"))
            return redirect("desk:retention")
    language = error_language()
    context = {
        "form": form,
        "levels": [(one.value, one.label(language)) for one in Level],
        "departments": [
            (one.code, one.name) for one in directory.departments() if reach is None or one.code in reach
        ],
        "city_wide": reach is None,
        "chosen_department": department,
        "chosen_level": level.value if level else "",
    }
    crumbs = (Link(text=_("留存与销毁"), href=reverse("desk:retention")),)
    return desk_render(request, actor, "desk/retention/default.html", context, crumbs=crumbs)
