"""Write an entry: a new one, a draft or a change; every page works without JavaScript, which judges while one writes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EditConflict
from jutong.control.catalogue.values import EntryDraft, EntryView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.duties import api as duties
from jutong.control.standards import api as standards
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, refuse
from jutong.pages.desk.deciding import whole_number
from jutong.pages.desk.entry_contents import MORE_ROWS, forms_for, rearranges, unjudged, written
from jutong.pages.desk.entry_inputs import EntryForm
from jutong.pages.desk.entry_merging import differences, merged, packed, unpacked
from jutong.pages.desk.entry_notes import notes_of
from jutong.pages.desk.entry_tables import findings_table

FORMATS = ("sqlite", "postgresql", "csv", "xlsx", "xls", "json", "geojson")
MOST_OFFERED = 300
NOTHING = EntryDraft(title="")


@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new entry of one of the actor's departments."""
    departments = [
        (one.department, one.department_name)
        for one in actor.memberships
        if directory.can(actor, Permission.ENTRY_DRAFT, one.department)
    ]
    if not departments:
        directory.require(actor, Permission.ENTRY_DRAFT, actor.home_department)
    provider = request.POST.get("provider") or departments[0][0]
    form, rows = forms_for(request, NOTHING)
    if not rearranges(request) and form.is_valid() and rows.is_valid():
        draft = written(NOTHING, form, rows)
        if "fix" in request.POST:
            form, rows = unjudged(_mended(request, actor, draft, provider=provider))
        else:
            try:
                view = catalogue.create_entry(actor, provider=provider, draft=draft, clock=clock())
            except JutongError as error:
                refuse(form, error)
            else:
                return redirect("desk:entry", service=view.service)
    context = {
        "form": form,
        "rows": rows,
        "departments": departments,
        "provider": provider,
        "mended": "fix" in request.POST and not form.is_bound,
    }
    return _page(request, actor, context)


@desk_page
def edit(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """Change a draft or a returned entry. A save over someone else's newer one shows both, and nothing is lost."""
    view = catalogue.entry(actor, service)
    directory.require(actor, Permission.ENTRY_DRAFT, view.summary.provider)
    form, rows = forms_for(request, view.working)
    context: dict[str, Any] = {
        "base": request.POST.get("base") or packed(view.working),
        "revision": request.POST.get("revision", view.revision),
    }
    if not rearranges(request) and form.is_valid() and rows.is_valid():
        draft = written(view.working, form, rows)
        if "merge" in request.POST:
            form, rows = unjudged(merged(draft, view.working, request.POST.getlist("take")))
            context = {"base": packed(view.working), "revision": view.revision, "merged": True}
        elif "fix" in request.POST:
            mended = _mended(request, actor, draft, provider=view.summary.provider, service=service)
            form, rows = unjudged(mended)
            context |= {"mended": True}
        else:
            sent = whole_number(request.POST.get("revision", ""))
            try:
                catalogue.save_entry(
                    actor,
                    service,
                    draft,
                    revision=view.revision if sent is None else sent,
                    clock=clock(),
                )
            except EditConflict as error:
                refuse(form, error)
                base = unpacked(request.POST.get("base", ""))
                context["conflict"] = differences(base, draft, view.working)
            except JutongError as error:
                refuse(form, error)
            else:
                return redirect("desk:entry", service=service)
    found = catalogue.lint(actor, service, clock=clock())
    context |= {
        "form": form,
        "rows": rows,
        "view": view,
        "provider": view.summary.provider,
        "findings": findings_table(found) if found else None,
    }
    return _page(request, actor, context)


def _mended(
    request: HttpRequest, actor: Actor, draft: EntryDraft, *, provider: str, service: str = ""
) -> EntryDraft:
    """What is written with the safe repairs of the rule that was pressed, or of all; it is not saved yet."""
    findings = catalogue.lint_draft(actor, draft, provider=provider, clock=clock(), service=service)
    wanted, safe = request.POST["fix"], catalogue.fixable(draft, findings)
    return catalogue.apply_fixes(draft, [code for code in safe if wanted in {"all", code}])


@require_POST
@desk_page
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is wrong with the form as it is written now: notes for htmx, beside each field; nothing is saved."""
    service = request.POST.get("service", "")
    provider, before = request.POST.get("provider", ""), NOTHING
    if service:
        view = catalogue.entry(actor, service)
        provider, before = view.summary.provider, view.working
    directory.require(actor, Permission.ENTRY_DRAFT, provider)
    form, rows = forms_for(request, before)
    form.is_valid()
    rows.is_valid()
    draft = written(before, form, rows)
    findings = catalogue.lint_draft(actor, draft, provider=provider, clock=clock(), service=service)
    return render(request, "desk/catalogue/form_check.html", notes_of(form, rows, draft, findings))


def _page(request: HttpRequest, actor: Actor, context: dict[str, Any]) -> HttpResponse:
    view: EntryView | None = context.get("view")
    crumbs = [Link(text=_("目录"), href=reverse("desk:catalogue"))]
    if view:
        crumbs.append(Link(text=view.summary.title, href=reverse("desk:entry", args=[view.service])))
    form: EntryForm = context["form"]
    known = {
        "known": _known(actor, context["provider"]),
        "more": MORE_ROWS,
        "check_href": reverse("desk:entry-check"),
        "extended_open": form.extended_open if form.is_bound else False,
    }
    return desk_render(request, actor, "desk/catalogue/form.html", {**context, **known}, crumbs=tuple(crumbs))


def _known(actor: Actor, provider: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(id, (value, words) pairs) of what the inputs offer while one writes."""
    chinese = error_language() == "zh"
    own = duties.duties(actor, duties.DutyFilter(department=provider), limit=MOST_OFFERED).rows
    elements = standards.data_elements()[:MOST_OFFERED]
    return [
        ("known-classification", [(one.code, one.name) for one in catalogue.classifications()]),
        ("known-system", [(one.code, one.name) for one in directory.systems(department=provider)]),
        ("known-format", [(one, "") for one in FORMATS]),
        (
            "known-code-lists",
            [(one.name, one.zh if chinese else one.en) for one in standards.code_lists()],
        ),
        ("known-data-elements", [(one.code, one.zh) for one in elements]),
        ("known-duties", [(one.code, one.name) for one in own]),
    ]
