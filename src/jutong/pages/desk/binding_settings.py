"""How one hooked entry is collected (归集设置): its mode, its policy about what differs, its schedule."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.collection import api as collection
from jutong.control.collection.api import MOST_RETRIES, PRIORITIES, BindingSettings, set_policy
from jutong.control.collection.errors import NotHooked
from jutong.control.collection.values import BindingView, RunFilter
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.grants.api import publish_snapshot
from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.modes import modes_of
from jutong.dataflow.connectors.registry import spec_of
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, desk_page, desk_render, home, refuse
from jutong.pages.desk.runs import runs_table
from jutong.pages.templatetags.jutong import moment
from jutong.vocabulary.collection import (
    DEFAULT_DRIFT,
    CollectionMode,
    CollectionPolicy,
    DriftAction,
    DriftKind,
)

# What each mode means for the person who chooses it.
MEANING: Final = {
    CollectionMode.REPLACE: gettext_lazy("每次取回整张表，作为新版本替换上一版。"),
    CollectionMode.APPEND: gettext_lazy("每次送来的行都加在已有的行之后，例如每日文件。"),
    CollectionMode.INCREMENTAL: gettext_lazy("首次取回整张表，以后只取增量列变大的行；发现不了被删除的行。"),
    CollectionMode.CHANGE_LOG: gettext_lazy("首次取回整张表，以后按数据库日志逐条跟随新增、修改和删除。"),
    CollectionMode.PUSH: gettext_lazy("由来源系统推送，平台随到随收。"),
    CollectionMode.LOGICAL: gettext_lazy("数据留在来源系统，查询时实时读取，不入资源池。"),
}
SCHEDULES: Final = (("cycle", gettext_lazy("按承诺的更新周期")), ("cron", gettext_lazy("自定义时间")))


class SettingsForm(forms.Form):
    """Fields of one binding; those of drift are named `drift_<kind>`."""

    mode = forms.ChoiceField(label=gettext_lazy("归集方式"), widget=forms.RadioSelect)
    cursor = forms.ChoiceField(
        label=gettext_lazy("增量列"),
        required=False,
        help_text=gettext_lazy("每次新增或修改都会变大的列，例如更新时间；仅用于按游标增量。"),
    )
    overlap = forms.IntegerField(
        label=gettext_lazy("回看范围"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("从上次位置往回多读多少：时间列为秒，数字列为个数。防止迟到的修改被漏掉。"),
    )
    schedule = forms.ChoiceField(
        label=gettext_lazy("何时归集"), choices=SCHEDULES, widget=forms.RadioSelect, initial="cycle"
    )
    cron = forms.CharField(
        label=gettext_lazy("定时表达式"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("分 时 日 月 周，北京时间；例如 30 22 * * 1-5 为工作日 22:30。"),
    )
    priority = forms.IntegerField(
        label=gettext_lazy("优先级"),
        min_value=PRIORITIES.start,
        max_value=PRIORITIES.stop - 1,
        help_text=gettext_lazy("1 最先，9 最后；同时排队时起作用。"),
    )
    shrink_percent = forms.IntegerField(
        label=gettext_lazy("行数低于上一版的百分之几视为骤减"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("0 表示不检查。"),
    )
    max_quarantined_percent = forms.FloatField(
        label=gettext_lazy("问题数据超过百分之几时任务失败"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("空表示不限。"),
    )
    max_quarantined_rows = forms.IntegerField(
        label=gettext_lazy("问题数据超过多少行时任务失败"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("空表示不限。"),
    )
    retries = forms.IntegerField(
        label=gettext_lazy("一时故障自动重试次数"), min_value=0, max_value=MOST_RETRIES
    )
    prove = forms.BooleanField(
        label=gettext_lazy("每次归集后与来源比对，证明完整"),
        required=False,
        help_text=gettext_lazy("来源支持时，按主键分段比对行数和校验值，不一致时定位并自动修复。"),
    )

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        offered: Collection[CollectionMode],
        columns: Sequence[str] | None,
        view: BindingView,
    ) -> None:
        super().__init__(sent, initial=_initial(view))
        language = error_language()
        self._choices("mode", [(mode.value, _mode_text(mode)) for mode in offered])
        known = columns if columns is not None else [view.policy.cursor] if view.policy.cursor else []
        self._choices("cursor", [("", _("不使用")), *((name, name) for name in known)])
        for kind in DriftKind:
            usual = DEFAULT_DRIFT[kind].label(language)
            self.fields[_drift_name(kind)] = forms.ChoiceField(
                label=kind.label(language),
                choices=[(one.value, one.label(language)) for one in DriftAction],
                help_text=_("通常为：%(action)s") % {"action": usual},
                required=False,
            )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("schedule") == "cron" and not values.get("cron"):
            self.add_error("cron", _("请填写定时表达式，或选择按承诺的更新周期。"))
        if values.get("mode") == CollectionMode.INCREMENTAL.value and not values.get("cursor"):
            self.add_error("cursor", _("按游标增量须选择增量列。"))
        return values

    def settings(self, *, paused: bool) -> BindingSettings:
        given = self.cleaned_data
        drift = {
            kind: DriftAction(given[_drift_name(kind)] or DEFAULT_DRIFT[kind].value) for kind in DriftKind
        }
        return BindingSettings(
            mode=CollectionMode(given["mode"]),
            policy=CollectionPolicy(
                cursor=given["cursor"],
                overlap=given["overlap"] or 0,
                drift={kind: action for kind, action in drift.items() if action is not DEFAULT_DRIFT[kind]},
                shrink_percent=given["shrink_percent"],
                max_quarantined_percent=given["max_quarantined_percent"],
                max_quarantined_rows=given["max_quarantined_rows"],
                prove=given["prove"],
                retries=given["retries"],
            ),
            priority=given["priority"],
            cron=given["cron"].strip() if given["schedule"] == "cron" else "",
            paused=paused,
        )

    @property
    def groups(self) -> Sequence[tuple[str, Sequence[forms.BoundField]]]:
        """(heading, its fields) in the order in which they are decided."""
        return [
            (_("怎样归集"), [self["mode"], self["cursor"], self["overlap"]]),
            (_("何时归集"), [self["schedule"], self["cron"], self["priority"], self["retries"]]),
            (
                _("何时算失败"),
                [
                    self["max_quarantined_percent"],
                    self["max_quarantined_rows"],
                    self["shrink_percent"],
                    self["prove"],
                ],
            ),
            (_("来源变化时怎么办"), [self[_drift_name(kind)] for kind in DriftKind]),
        ]


def _mode_text(mode: CollectionMode) -> str:
    """Such as “全量替换：每次取回整张表 …”."""
    named = {"items": mode.label(error_language()), "rule": MEANING[mode]}
    return _("%(items)s：%(rule)s") % named


def _drift_name(kind: DriftKind) -> str:
    return f"drift_{kind.value}"


def _initial(view: BindingView) -> dict[str, Any]:
    policy = view.policy
    return {
        "mode": view.mode.value,
        "cursor": policy.cursor,
        "overlap": policy.overlap,
        "schedule": "cron" if view.cron else "cycle",
        "cron": view.cron,
        "priority": view.priority,
        "shrink_percent": policy.shrink_percent,
        "max_quarantined_percent": policy.max_quarantined_percent,
        "max_quarantined_rows": policy.max_quarantined_rows,
        "retries": policy.retries,
        "prove": policy.prove,
        **{_drift_name(kind): policy.action(kind).value for kind in DriftKind},
    }


def bound_view(actor: Actor, service: str) -> BindingView:
    """The binding of one entry.

    Raises:
        NotHooked: no source fills it.
    """
    view = collection.binding(actor, service, clock=clock())
    if view is None or not view.active:
        raise NotHooked(service=service)
    return view


@desk_page
def detail(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """How the entry stands and is collected; who may manage its source may change it here."""
    view = bound_view(actor, service)
    may = bool(directory.can(actor, Permission.SOURCE_MANAGE, view.provider))
    form, offered, problem = None, modes_of(spec_of(_kind(actor, view)).capabilities), ""
    if may:
        columns, problem = _columns(actor, view)
        form = SettingsForm(request.POST or None, offered=offered, columns=columns, view=view)
        if form.is_valid():
            try:
                changed = set_policy(
                    actor,
                    service,
                    form.settings(paused=view.paused),
                    offered=offered,
                    columns=columns,
                    clock=clock(),
                )
            except JutongError as error:
                if error.kind in OWN_PAGE:
                    raise
                refuse(form, error)
            else:
                if CollectionMode.LOGICAL in {
                    view.mode,
                    changed.mode,
                }:  # the gateway asks elsewhere from now on
                    publish_snapshot(home(), clock=clock())
                messages.success(request, said_of(view, changed))
                return redirect("desk:binding", service=service)
    language = error_language()
    context = {
        "view": view,
        "form": form,
        "problem": problem,
        "mode": view.mode.label(language),
        "refused": [
            (mode.label(language), str(MEANING[mode])) for mode in CollectionMode if mode not in offered
        ],
        "tiles": _tiles(view),
        "runs": runs_table(collection.runs(actor, RunFilter(service=service), limit=8).rows),
        "may_manage": may,
        "may_run": bool(directory.can(actor, Permission.RUN_REQUEST, view.provider)),
    }
    crumbs = (Link(text=_("数据源一览"), href=reverse("desk:wall")),)
    return desk_render(request, actor, "desk/wall/binding.html", context, crumbs=crumbs)


def said_of(before: BindingView, after: BindingView) -> str:
    """What the change sets in motion."""
    if before.mode is after.mode:
        return _("设置已保存，下一次归集起生效。")
    if after.mode is CollectionMode.LOGICAL:
        return _("已改为逻辑集中：不再归集，查询直接读取来源；资源池中已有的版本保留。")
    if after.mode in {CollectionMode.CHANGE_LOG, CollectionMode.INCREMENTAL}:
        return _("归集方式已更改：下一次先取回整张表，再从那一刻起跟随变化；在此之前资源池仍是上一版。")
    return _("归集方式已更改，下一次归集从头开始；在此之前资源池仍是上一版。")


def _kind(actor: Actor, view: BindingView) -> str:
    return collection.source(actor, view.source).kind


def _columns(actor: Actor, view: BindingView) -> tuple[Sequence[str] | None, str]:
    """The source's columns now; why they cannot be read, where they cannot."""
    try:
        kind, options = collection.source_options(actor, view.source, home=home())
        connector = open_connector(kind, options, root=home().sources, limits=ReadLimits.from_environment())
        return connector.columns(), ""
    except JutongError as error:
        return None, error.message(error_language())


def _tiles(view: BindingView) -> list[Tile]:
    proved = (
        Tile(title=_("最近证明"), value=_("尚未证明"))
        if view.proved_at is None
        else Tile(
            title=_("最近证明"),
            value=_("完整") if view.proof_complete else _("与来源不一致"),
            tone=Tone.GOOD if view.proof_complete else Tone.BAD,
            note=moment(view.proved_at),
            href=reverse("desk:proof", args=[view.service]),
        )
    )
    return [
        Tile(title=_("资源池行数"), value=view.last_rows),
        Tile(title=_("最近归集"), value=moment(view.last_success_at)),
        Tile(title=_("下次归集"), value=_("已暂停") if view.paused else moment(view.next_run_at)),
        proved,
    ]


@require_POST
@desk_page
def pause(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """Stop fetching for the entry, or go on."""
    wanted = request.POST.get("paused") == "1"
    view = collection.pause_collection(actor, service, paused=wanted, clock=clock())
    if view.mode is CollectionMode.LOGICAL:
        publish_snapshot(home(), clock=clock())
    messages.success(request, _("已暂停归集，已有的数据不受影响。") if wanted else _("已恢复归集。"))
    return redirect("desk:binding", service=service)


@require_POST
@desk_page
def run_now(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:  # noqa: ARG001  # a view's form
    run = collection.request_run(actor, service, clock=clock())
    return redirect("desk:run", run_id=run.run_id)
