"""Register a source, change it, decide when it may be read, and test its connection."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.collection import api as collection
from jutong.control.collection.values import SourceView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.dataflow.connectors import ReadLimits, check_source, spec_of
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, home, refuse
from jutong.pages.desk.source_hours import ReadingHoursForm
from jutong.pages.desk.source_inputs import ChangedSourceForm, SourceForm, chosen_kind, delivered_files


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form of the chosen kind; `switch` shows another kind's fields and keeps what was filled in."""
    departments = [
        (one.department, one.department_name)
        for one in actor.memberships
        if directory.can(actor, Permission.SOURCE_MANAGE, one.department)
    ]
    if not departments:
        directory.require(actor, Permission.SOURCE_MANAGE, actor.home_department)
    sent = request.POST if request.method == "POST" else request.GET
    kind = chosen_kind(sent)
    if request.method != "POST" or "switch" in request.POST:
        known = {name: sent[name] for name in ("department", "name", "code") if name in sent}
        form = SourceForm(kind=kind, departments=departments, initial={**known, "kind": kind})
    else:
        form = SourceForm(request.POST, kind=kind, departments=departments)
        if form.is_valid():
            try:
                view = collection.add_source(actor, form.draft(), home=home(), clock=clock())
            except JutongError as error:
                refuse(form, error)
            else:
                return redirect(reverse("desk:source", args=[view.code]) + "?profile=1")
    context = {"form": form, "files": delivered_files(home().sources, [code for code, _name in departments])}
    return desk_render(request, actor, "desk/sources/form.html", context, crumbs=_crumbs())


@desk_page
def edit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    view = collection.source(actor, code)
    kind, opened = collection.source_options(actor, code, home=home())
    spec = spec_of(kind)
    sealed = frozenset(one.name for one in spec.options if one.secret and opened.get(one.name))
    form = ChangedSourceForm(request.POST or None, view=view, sealed=sealed)
    if form.is_valid():
        try:
            collection.change_source(actor, code, form.draft(), home=home(), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存。请测试连接，确认仍能读取。"))
            return redirect("desk:source", code=code)
    context = {"form": form, "view": view, "files": delivered_files(home().sources, [view.department])}
    return desk_render(request, actor, "desk/sources/edit.html", context, crumbs=_crumbs(view))


@desk_page
def hours(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    view = collection.source(actor, code)
    directory.require(actor, Permission.SOURCE_MANAGE, view.department)
    known = ReadingHoursForm.initial_of(view.windows, view.max_concurrent)
    form = ReadingHoursForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            collection.set_reading_hours(
                actor,
                code,
                windows=form.windows(),
                max_concurrent=form.cleaned_data["max_concurrent"],
                clock=clock(),
            )
        except JutongError as error:
            refuse(form, error)
        else:
            messages.success(request, _("已保存可以读取的时段。"))
            return redirect("desk:source", code=code)
    context = {"form": form, "view": view}
    return desk_render(request, actor, "desk/sources/hours.html", context, crumbs=_crumbs(view))


@require_POST
@desk_page
def check(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Test the connection now; what it showed stays on the source's page."""
    kind, options = collection.source_options(actor, code, home=home())
    found = check_source(kind, options, root=home().sources, limits=ReadLimits.from_environment())
    collection.record_test(actor, code, error_code=found.code, detail=found.to_dict(), clock=clock())
    if found.passed:
        messages.success(request, _("连接正常。"))
    else:
        messages.error(request, _("连接没有通过，原因见“连接测试”。"))
    return redirect(reverse("desk:source", args=[code]) + "#test")


def _crumbs(view: SourceView | None = None) -> tuple[Link, ...]:
    listing = Link(text=_("数据源"), href=reverse("desk:sources"))
    return (
        (listing, Link(text=view.name, href=reverse("desk:source", args=[view.code]))) if view else (listing,)
    )


def tested_steps(view: SourceView) -> list[dict[str, Any]]:
    """The steps of the newest connection test, in the reader's language."""
    language = error_language()
    return [
        {
            "name": step.get(f"step_{language}", ""),
            "passed": step.get("passed"),
            "text": step.get(language, ""),
        }
        for step in view.test_detail.get("steps", [])
    ]
