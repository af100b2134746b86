"""One entry: what it says, what the linter says of it, what was done with it, and the steps that the actor may take."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.terms import EntryAction, ExtensionState
from jutong.control.catalogue.values import EntryDraft, EntryView, StepView
from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.grants import api as grants
from jutong.control.one_source import api as one_source
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link, Step, StepState
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, clock, commanded, desk_page, desk_render, home, say_error
from jutong.pages.desk.badges import badge
from jutong.pages.desk.changes import changes_table, said
from jutong.pages.desk.clocks import clock_badge, clock_words
from jutong.pages.desk.deciding import whole_number
from jutong.pages.desk.entry_fields import ELEMENTS
from jutong.pages.desk.entry_tables import findings_table, items_table
from jutong.pages.desk.entry_versions import versions_table
from jutong.pages.desk.one_source import taking_table
from jutong.vocabulary.catalogue import EntryStatus, SharingType

Doer = Callable[[Actor, str, str, int | None], object]

DOERS: Mapping[EntryAction, Doer] = {
    EntryAction.SUBMIT: lambda actor, service, _reason, seen: catalogue.submit(
        actor, service, clock=clock(), revision=seen
    ),
    EntryAction.RECALL: lambda actor, service, _reason, seen: catalogue.recall(
        actor, service, clock=clock(), revision=seen
    ),
    EntryAction.ACCEPT: lambda actor, service, _reason, seen: catalogue.accept(
        actor, service, clock=clock(), revision=seen
    ),
    EntryAction.RETURN: lambda actor, service, reason, seen: catalogue.return_entry(
        actor, service, reason=reason, clock=clock(), revision=seen
    ),
    EntryAction.PUBLISH: lambda actor, service, reason, seen: catalogue.publish(
        actor, service, reason=reason, clock=clock(), revision=seen
    ),
    EntryAction.CHANGE: lambda actor, service, _reason, _seen: catalogue.begin_change(
        actor, service, clock=clock()
    ),
    EntryAction.DISCARD: lambda actor, service, _reason, _seen: catalogue.discard_change(
        actor, service, clock=clock()
    ),
    EntryAction.WITHDRAW: lambda actor, service, reason, seen: catalogue.withdraw(
        actor, service, reason=reason, clock=clock(), revision=seen
    ),
}
NEEDS_REASON = frozenset({EntryAction.RETURN, EntryAction.WITHDRAW})
FORWARD = (EntryAction.SUBMIT, EntryAction.ACCEPT, EntryAction.PUBLISH)
EXTENDED = (
    "duties",
    "domain_area",
    "scene",
    "business_frequency",
    "provision",
    "assignment",
    "data_grade",
    "storage_mb",
    "row_count",
    "is_result",
    "is_certificate",
    "secret",
    "contact_email",
    "assessment",
    "without_key",
    "rules",
)
EDITABLE = frozenset({EntryStatus.DRAFT, EntryStatus.RETURNED})
BEFORE = EDITABLE | {EntryStatus.SUBMITTED, EntryStatus.BUREAU_REVIEW}
"""States in which what the linter says can still be mended."""


@desk_page
def detail(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    return _page(request, actor, service)


def _page(request: HttpRequest, actor: Actor, service: str, *, reason: str = "") -> HttpResponse:
    """The page of an entry; `reason` is what was already written into its form when that was refused."""
    view = catalogue.entry(actor, service)
    provider, status = view.summary.provider, view.summary.status
    drafts = bool(directory.can(actor, Permission.ENTRY_DRAFT, provider))
    insider = drafts or bool(directory.can(actor, Permission.ENTRY_REVIEW_BUREAU, provider))
    language = error_language()
    # What is not published yet is shown as it is being written; of a pending change, the differences.
    shown = view.present if view.summary.live else view.working
    changing = view.summary.live and status is not EntryStatus.PUBLISHED
    found = catalogue.lint(actor, service, clock=clock()) if insider and status in BEFORE else None
    clocks = catalogue.clocks_of(actor, service, clock=clock())
    takes = one_source.taken_from(service)
    context = {
        "view": view,
        "draft": shown,
        "badge": badge(status),
        "level": badge(view.summary.level),
        "items": items_table(shown.items),
        "takes": taking_table(takes) if takes else None,
        "changes": changes_table(view.present, view.working) if changing and insider else None,
        "withdrawn": _last(view, EntryAction.WITHDRAW) if status is EntryStatus.WITHDRAWN else None,
        "returned": _last(view, EntryAction.RETURN) if status is EntryStatus.RETURNED else None,
        "findings": found,
        "finding_table": findings_table(found) if found else None,
        "steps": [_step(step) for step in view.steps],
        "versions": versions_table(actor, service) if view.summary.published_version else None,
        "clocks": [(clock_words(one), clock_badge(one), one) for one in clocks],
        "may_extend": drafts,
        "extension_asked": ExtensionState.ASKED,
        "extension_none": ExtensionState.NONE,
        "related": catalogue.related_entries(actor, service),
        "extended": extended_facts(shown),
        "may_grade": insider,
        "may_edit": drafts and status in EDITABLE,
        "plain_acts": [(a.value, a.label(language)) for a in view.actions if a not in NEEDS_REASON],
        "reason_acts": [(a.value, a.label(language)) for a in view.actions if a in NEEDS_REASON],
        "main_act": next((a.value for a in FORWARD if a in view.actions), ""),
        "may_apply": _may_apply(actor, view),
        "binding": _binding(actor, view),
        "reason": reason,
        "kept_reason": reason if reason and not NEEDS_REASON & set(view.actions) else "",
    }
    crumbs = (Link(text=_("目录"), href=reverse("desk:catalogue")),)
    return desk_render(request, actor, "desk/catalogue/entry.html", context, crumbs=crumbs)


def _step(step: StepView) -> Step:
    language = error_language()
    return Step(
        title=_("%(action)s：%(after)s")
        % {"action": step.action.label(language), "after": step.after.label(language)},
        state=StepState.FAILED if step.action in NEEDS_REASON else StepState.DONE,
        by=step.by_name,
        at=step.at,
        note=step.reason,
    )


def _last(view: EntryView, action: EntryAction) -> StepView | None:
    return next((step for step in reversed(view.steps) if step.action is action), None)


def _may_apply(actor: Actor, view: EntryView) -> bool:
    """Whether one of the actor's departments may apply; nobody applies to their own."""
    if not view.summary.live or view.summary.sharing_type is SharingType.NOT_SHARED:
        return False
    return any(
        one.department != view.summary.provider
        and directory.can(actor, Permission.APPLICATION_APPLY, one.department)
        for one in actor.memberships
    )


def _binding(actor: Actor, view: EntryView) -> collection.BindingView | None:
    if not directory.can(actor, Permission.SOURCE_READ, view.summary.provider):
        return None
    return collection.binding(actor, view.service, clock=clock())


def extended_facts(draft: EntryDraft) -> list[tuple[str, str]]:
    """(name, value) of the extension elements that say something."""
    return [(str(ELEMENTS[name]), said(value)) for name in EXTENDED if (value := getattr(draft, name))]


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    action = commanded(EntryAction, request.POST.get("action"))
    reason = request.POST.get("reason", "").strip()
    try:
        DOERS[action](actor, service, reason, whole_number(request.POST.get("revision", "")))
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        say_error(request, error)
        return _page(request, actor, service, reason=reason)
    grants.publish_snapshot(home(), clock=clock())  # the gateway knows services by what is published
    return redirect("desk:entry", service=service)
