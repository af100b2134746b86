"""Synonyms: what officials call the same, the city's own to be added and removed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Link
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.vocabulary.wording import synonyms


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "groups": catalogue.synonym_groups(actor),
        "brought": synonyms(),
        "may_change": Permission.CLASSIFICATION_MANAGE in actor.permissions,
    }
    crumbs = (Link(text=_("目录"), href=reverse("desk:catalogue")),)
    return desk_render(request, actor, "desk/catalogue/synonyms.html", context, crumbs=crumbs)


@require_POST
@desk_page
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    terms = tuple(request.POST.get("terms", "").replace("，", " ").replace("、", " ").split())
    catalogue.add_synonyms(actor, terms, note=request.POST.get("note", "").strip(), clock=clock())
    messages.success(request, _("已添加。此后检索其中一个词，也会找到其他说法。"))
    return redirect("desk:synonyms")


@require_POST
@desk_page
def remove(request: HttpRequest, actor: Actor, group_id: int) -> HttpResponse:
    catalogue.remove_synonyms(actor, group_id, clock=clock())
    messages.success(request, _("已删除这组同义词。"))
    return redirect("desk:synonyms")
