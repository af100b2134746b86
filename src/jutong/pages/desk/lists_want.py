"""One demand: what it matches, what was done, what the person who looks may do next."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    DISPUTED,
    DemandAction,
    DemandStage,
    DemandView,
    ListKind,
    Match,
    StepData,
)
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Step, StepState, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, commanded, desk_page, desk_render, say_error
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.lists_demand import demands_table
from jutong.pages.desk.lists_parts import coloured, crumbs, day_of, due, list_crumb
from jutong.vocabulary.catalogue import SharingType

A, S = DemandAction, DemandStage
PLAIN = (A.GO_ON, A.RETURN, A.REFUSE, A.DISPUTE, A.OPINE, A.AGREE, A.ESCALATE, A.SHARE, A.WITHDRAW)
"""Steps that need a reason or nothing at all: one form with a button each."""
GRAVE = frozenset({A.REFUSE, A.WITHDRAW})
MATCHES_AT = frozenset({S.FILED, S.ASSIGNING, S.REFUSED})


@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    return _page(request, actor, number)


def _page(
    request: HttpRequest, actor: Actor, number: str, *, sent: Mapping[str, str] | None = None
) -> HttpResponse:
    """The demand; `sent` is a step that was refused, so that nothing of it has to be written again."""
    lists.refresh(clock())
    view = lists.demand(actor, number, clock=clock())
    row, language = view.summary, error_language()
    matching = row.stage in MATCHES_AT
    assigning = A.ASSIGN in view.actions
    context = {
        "view": view,
        "row": row,
        "sent": sent or {},
        "badge": coloured(row.stage),
        "urgency": coloured(row.urgency),
        "due": due(row.clock),
        "steps": _steps(view),
        "matches": _matches(actor, view) if matching else None,
        "take": A.TAKE.value if A.TAKE in view.actions else A.POINT.value if A.POINT in view.actions else "",
        "suggestions": _suggestions(actor, number) if assigning else None,
        "departments": [one for one in directory.departments() if one.code != row.department],
        "alike": lists.like_demands(actor, number) if A.MERGE in view.actions else (),
        "may_merge": A.MERGE in view.actions,
        "may_accept": A.ACCEPT in view.actions,
        "may_decide_not": A.NOT_SHARE in view.actions,
        "own_entries": _own_entries(actor, view),
        "may_draw_up": _may_draw_up(actor, view),
        "plain": [
            (each.value, each.label(language), each in GRAVE) for each in PLAIN if each in view.actions
        ],
        "disputed": row.stage in DISPUTED,
        "ladder": _ladder(view),
        "apply_href": _apply_href(actor, view),
        "merged": demands_table(view.merged, caption=_("并入的同类需求")) if view.merged else None,
    }
    return desk_render(
        request, actor, "desk/lists/want.html", context, crumbs=crumbs(list_crumb(ListKind.DEMAND))
    )


def _matches(actor: Actor, view: DemandView) -> list[dict[str, Any]]:
    language = error_language()
    return [
        {
            "match": match,
            "href": reverse("desk:entry", args=[match.service]),
            "sharing": Badge(text=match.sharing_type.label(language)),
            "strength": _strength(match),
            "reasons": [reason.text(language) for reason in match.reasons],
            "missing": "、".join(match.missing),
            "shared": match.sharing_type is not SharingType.NOT_SHARED,
        }
        for match in lists.matches_of(actor, view.number)
    ]


def _strength(match: Match) -> Badge:
    if match.score >= 70:
        return Badge(text=_("匹配度高 %(score)d") % {"score": match.score}, tone=Tone.GOOD)
    if match.score >= 45:
        return Badge(text=_("匹配度中 %(score)d") % {"score": match.score}, tone=Tone.INFO)
    return Badge(text=_("匹配度低 %(score)d") % {"score": match.score})


def _suggestions(actor: Actor, number: str) -> list[tuple[str, str, list[str]]]:
    language = error_language()
    return [
        (one.department, one.name, [reason.text(language) for reason in one.reasons])
        for one in lists.suggested_sources(actor, number)
    ]


def _may_draw_up(actor: Actor, view: DemandView) -> bool:
    row = view.summary
    waits = row.stage is S.ACCEPTED and not row.service
    return waits and bool(directory.can(actor, directory.Permission.ENTRY_DRAFT, row.assigned))


def _own_entries(actor: Actor, view: DemandView) -> list[tuple[str, str]]:
    """Entries of the assigned department that could be extended."""
    row = view.summary
    if not row.assigned or not (A.ACCEPT in view.actions or _may_draw_up(actor, view)):
        return []
    found = catalogue.entries(actor, catalogue.EntryFilter(provider=row.assigned, live=True), limit=200)
    return [(one.service, one.title) for one in found.rows]


def _apply_href(actor: Actor, view: DemandView) -> str:
    row = view.summary
    may = directory.can(actor, directory.Permission.APPLICATION_APPLY, row.department)
    if row.stage is not S.MATCHED or not row.entry_live or not may:
        return ""
    return f"{reverse('desk:apply', args=[row.service])}?demand={row.number}"


def _steps(view: DemandView) -> list[Step]:
    """What was done, each with its opinion and whether its time limit was kept; then where it stands."""
    language, row = error_language(), view.summary
    names = {one.code: one.name for one in directory.departments(active_only=False)}
    filed = Step(
        title=_("提出需求"),
        state=StepState.DONE,
        by=f"{row.filer_name}（{row.department_name}）",
        at=row.created_at,
    )
    done = [filed]
    for each in view.steps:
        note = each.reason or names.get(each.note, each.note)
        if each.in_time is False:
            note = f"{note} {_('（超期）')}".strip()
        by = names.get(each.department, "")
        done.append(
            Step(
                title=each.action.label(language),
                state=StepState.FAILED if each.action in {A.REFUSE, A.NOT_SHARE} else StepState.DONE,
                by=f"{each.by_name}（{by}）" if by else each.by_name,
                at=each.at,
                note=note,
            )
        )
    if row.stage not in lists.ENDED:
        done.append(Step(title=row.stage.label(language), state=StepState.CURRENT))
    return done


def _ladder(view: DemandView) -> Table | None:
    """The three steps of a dispute: who deals with it, until when, what both sides said, how it ended."""
    language, row = error_language(), view.summary
    names = {one.code: one.short_name for one in directory.departments(active_only=False)}
    if not any(step.after in DISPUTED for step in view.steps):
        return None
    charged = {
        S.NEGOTIATION: _("需求部门和承接部门"),
        S.COORDINATION: _("同级数据主管部门"),
        S.DECISION: _("本级政府或共同上级"),
    }
    lines: list[dict[str, Any]] = []
    for stage, who in charged.items():
        taken = [step for step in view.steps if step.before is stage]
        said = [
            f"{names.get(step.department, step.by_name)}：{step.reason}"
            for step in taken
            if step.action is A.OPINE
        ]
        ends = [step for step in taken if step.after is not stage]
        until = ends[-1].due_on if ends else row.clock.due_on if row.stage is stage else None
        lines.append(
            {
                "step": stage.label(language),
                "who": who,
                "until": until,
                "said": "；".join(said),
                "outcome": stacked(ends[-1].action.label(language), ends[-1].reason)
                if ends
                else Badge(text=_("办理中"), tone=Tone.INFO)
                if row.stage is stage
                else None,
            }
        )
    return Table(
        caption=_("争议处理三步"),
        columns=[
            Column(key="step", title=_("步骤"), nowrap=True),
            Column(key="who", title=_("由谁办理")),
            Column(key="until", title=_("办理期限"), nowrap=True),
            Column(key="said", title=_("双方意见")),
            Column(key="outcome", title=_("结果")),
        ],
        rows=lines,
    )


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    sent = request.POST
    action = commanded(DemandAction, sent.get("action"))
    data = StepData(
        department=sent.get("department", ""),
        service=sent.get("service", ""),
        into=sent.get("into", ""),
        due_on=day_of(sent.get("due_on", "")),
        basis_document=sent.get("basis_document", ""),
        basis_number=sent.get("basis_number", ""),
        basis_article=sent.get("basis_article", ""),
    )
    shown = sent.get("revision", "")
    revision = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else None
    try:
        lists.take_step(
            actor,
            number,
            action,
            reason=sent.get("reason", "")[:2000],
            data=data,
            revision=revision,
            clock=clock(),
        )
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        say_error(request, error)
        return _page(request, actor, number, sent=sent.dict())
    said = _("已办理：%(action)s。") % {"action": action.label(error_language())}
    messages.success(request, said)
    return redirect("desk:lists-want", number=number)


@require_POST
@desk_page
def draw_up(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The assigned department draws up the entry, or extends one of its own."""
    service = lists.draw_up_entry(actor, number, service=request.POST.get("service", ""), clock=clock())
    messages.success(request, _("已按需求生成目录草稿，请补全后提交审核。"))
    return redirect("desk:entry-edit", service=service)
