"""Applications: those that wait for me, those of my department; one with its clock, its dry run, its decision."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.approval import api as approval
from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.values import ApplicationFilter, ApplicationSummary, ApplicationView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor
from jutong.kernel.clock import business_date
from jutong.kernel.errors import JutongError
from jutong.pages.components import (
    Badge,
    Column,
    Empty,
    Filters,
    Link,
    Option,
    Select,
    Step,
    StepState,
    Table,
    Tone,
)
from jutong.pages.context import error_language
from jutong.pages.desk.acting import (
    OWN_PAGE,
    chosen,
    clock,
    commanded,
    desk_page,
    desk_render,
    home,
    paging,
    say_error,
)
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.deciding import (
    Sent,
    decision_rows,
    dry_run,
    items_of,
    sent_decision,
    shown_revision,
    terms_table,
)
from jutong.vocabulary.calendar import workdays_between
from jutong.vocabulary.catalogue import MaskMethod

WARNED = 80
"""Share (%) of a limit from which its day is shown as a warning."""
SETS_TERMS = frozenset({Stage.PROVIDER_REVIEW, Stage.AUTHORITY_REVIEW})
"""Reviews in which the terms may be changed; the own department only says whether it needs the data."""


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    view, stage = request.GET.get("view", ""), request.GET.get("stage", "")
    wanted = ApplicationFilter(
        stage=chosen(Stage, stage), mine_to_decide=view == "decide", overdue=view == "overdue"
    )
    page = approval.applications(actor, wanted, clock=clock(), cursor=request.GET.get("cursor"))
    address = reverse("desk:applications")
    deciding = approval.count_applications(actor, ApplicationFilter(mine_to_decide=True), clock=clock())
    views = [
        Link(text=_("全部"), href=address, current=view not in {"decide", "overdue"}),
        Link(text=_("待我办理"), href=f"{address}?view=decide", current=view == "decide", count=deciding),
        Link(text=_("已超期"), href=f"{address}?view=overdue", current=view == "overdue"),
    ]
    context = {
        "views": views,
        "filters": _filters(stage, view),
        "table": applications_table(page.rows, caption=_("申请列表")),
        "pages": paging(request, page),
    }
    return desk_render(request, actor, "desk/applications/list.html", context)


def _filters(stage: str, view: str) -> Filters:
    options = [Option(value="", text=_("全部状态"))]
    options += [Option(value=one.value, text=one.label(error_language())) for one in Stage]
    return Filters(
        search_name="",
        search_label="",
        selects=[Select(name="stage", label=_("状态"), options=options, chosen=stage)],
        reset_href=reverse("desk:applications") if stage else "",
        hidden=[("view", view)] if view else [],
    )


def applications_table(rows: Sequence[ApplicationSummary], *, caption: str) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column(key="entry", title=_("目录条目和申请编号")),
            Column(key="consumer", title=_("申请部门")),
            Column(key="provider", title=_("提供部门")),
            Column(key="stage", title=_("状态"), nowrap=True),
            Column(key="due", title=_("办理期限"), nowrap=True),
        ],
        rows=[
            {
                "entry": stacked(
                    Link(text=row.entry_title, href=reverse("desk:application", args=[row.code])),
                    row.code,
                    code=True,
                ),
                "consumer": row.consumer_name,
                "provider": row.provider_name,
                "stage": badge(row.stage),
                "due": due_badge(row),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("没有符合条件的申请"),
            text=_("在目录中打开一个条目，选“申请使用”即可提出申请。"),
            action=Link(text=_("查看目录"), href=reverse("desk:catalogue")),
        ),
    )


def due_badge(row: ApplicationSummary) -> Badge | None:
    """The day by which the next step must be taken and the working days left, coloured by how much has passed."""
    day = row.clock.due_on
    if day is None:
        return None
    if row.clock.overdue:
        return Badge(text=_("已超期（%(day)s）") % {"day": day}, tone=Tone.BAD)
    left = workdays_between(business_date(clock().now()), day, directory.city_calendar())
    tone = Tone.WARNING if row.clock.warning >= WARNED else Tone.INFO
    return Badge(text=_("%(day)s（还剩 %(left)d 个工作日）") % {"day": day, "left": left}, tone=tone)


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _page(request, actor, code)


def _page(request: HttpRequest, actor: Actor, code: str, *, sent: Sent | None = None) -> HttpResponse:
    """One application; `sent` is the decision that was refused, so that nothing of it has to be written again."""
    view = approval.application(actor, code, clock=clock())
    items = items_of(actor, view)
    trial, why_not = dry_run(actor, view, terms=sent.terms if sent else None)
    context = {
        "view": view,
        "badge": badge(view.summary.stage),
        "due": due_badge(view.summary),
        "steps": _steps(view),
        "terms": terms_table(view, items),
        "sample": trial,
        "why_not": why_not,
        "can_decide": Action.ACCEPT in view.actions or Action.DECLINE in view.actions,
        "can_submit": Action.SUBMIT in view.actions,
        "can_withdraw": Action.WITHDRAW in view.actions,
        "can_return": Action.RETURN in view.actions,
        "sets_terms": view.summary.stage in SETS_TERMS,
        "item_terms": decision_rows(sent.terms if sent else view.terms, items),
        "quota": (sent.terms if sent else view.terms).daily_quota,
        "reason": sent.reason if sent else "",
        "methods": [(method.value, method.label(error_language())) for method in MaskMethod],
    }
    crumbs = (Link(text=_("共享申请"), href=reverse("desk:applications")),)
    return desk_render(request, actor, "desk/applications/detail.html", context, crumbs=crumbs)


def _steps(view: ApplicationView) -> list[Step]:
    """What was done, then the reviews still to come."""
    language = error_language()
    names = {one.code: one.name for one in directory.departments(active_only=False)}
    done = [
        Step(
            title=_("%(action)s：%(after)s")
            % {"action": decision.action.label(language), "after": decision.after.label(language)},
            state=StepState.FAILED if decision.action is Action.DECLINE else StepState.DONE,
            by=f"{decision.by_name}（{names.get(decision.department, decision.department)}）",
            at=decision.at,
            note=decision.reason,
        )
        for decision in view.decisions
    ]
    if view.summary.stage in view.route:
        place = view.route.index(view.summary.stage)
        done.append(Step(title=view.route[place].label(language), state=StepState.CURRENT))
        done += [Step(title=stage.label(language), state=StepState.TODO) for stage in view.route[place + 1 :]]
    return done


@require_POST
@desk_page
def submit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:  # noqa: ARG001
    approval.submit(actor, code, home=home(), clock=clock())
    return redirect("desk:application", code=code)


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    view = approval.application(actor, code, clock=clock())
    sent = sent_decision(request, view)
    if "try" in request.POST:
        return _page(request, actor, code, sent=sent)
    action = commanded(Action, request.POST.get("action"))
    try:
        approval.decide(
            actor,
            code,
            action,
            home=home(),
            clock=clock(),
            reason=sent.reason,
            terms=sent.terms,
            revision=shown_revision(request),
        )
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        say_error(request, error)
        return _page(request, actor, code, sent=sent)
    return redirect("desk:application", code=code)


@require_POST
@desk_page
def withdraw(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    approval.withdraw(actor, code, reason=reason, clock=clock())
    return redirect("desk:application", code=code)
