"""What every page of the workbench shares: who acts, and how an error of the platform reaches the person."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from jutong.control.directory.api import Actor, actor_for
from jutong.control.directory.errors import NotStorable
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.errors import HTTP_STATUS, ErrorKind, JutongError
from jutong.kernel.home import DataHome
from jutong.kernel.paging import Page
from jutong.pages.components import Link, Pages
from jutong.pages.context import error_language
from jutong.pages.desk.navigation import desk_navigation
from jutong.vocabulary.terms import Term

P = ParamSpec("P")
T = TypeVar("T", bound=Term)
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]

# What a person who may not, or who follows an old address, is told on a page of its own even after sending a form.
OWN_PAGE = frozenset({ErrorKind.FORBIDDEN, ErrorKind.NOT_FOUND})


def clock() -> Clock:
    return SystemClock()


def home() -> DataHome:
    return settings.DATA_HOME


def desk_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for people who are signed in: `view(request, actor, …)`.

    An error of the platform becomes a page with its status; after a form was sent, a message on the page it came from.
    """

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_for(request.user)
        try:
            return view(request, actor, *args, **kwargs)
        except JutongError as error:
            if request.method == "POST" and error.kind not in OWN_PAGE:
                say_error(request, error)
                return redirect(_came_from(request))
            return error_page(request, actor, error)
        except DataError:
            return error_page(request, actor, NotStorable())

    return login_required(page)


def say_error(request: HttpRequest, error: JutongError) -> None:
    """Show `error` on the next page that is drawn."""
    messages.error(request, error_line(error))


def error_line(error: JutongError) -> str:
    """The message with its code, as a person quotes it when asking for help."""
    return f"{error.message(error_language())} [{error.code}]"


def refuse(form: forms.BaseForm, error: JutongError) -> None:
    """Put `error` above a form that stays as it was filled in."""
    form.add_error(None, error_line(error))


def chosen(kind: type[T], value: str | None) -> T | None:
    """The member of a filter's list that was asked for; None for "", and for what is no member."""
    return kind(value) if value in set(kind) else None


def commanded(kind: type[T], value: str | None) -> T:
    """The step that a button sends.

    Raises:
        BadRequest: no button of ours sends this.
    """
    found = chosen(kind, value)
    if found is None:
        raise BadRequest
    return found


def paging(request: HttpRequest, page: Page[Any], *, total: int | None = None) -> Pages | None:
    """Forward from `page` or back to the first one, all filters kept; None where there is nothing to page."""
    if not page.rows and "cursor" not in request.GET:
        return None
    first = request.GET.copy()
    first.pop("cursor", None)
    following = first.copy()
    if page.next_cursor:
        following["cursor"] = page.next_cursor
    return Pages(
        shown=len(page.rows),
        total=total,
        next_href=f"?{following.urlencode()}" if page.next_cursor else "",
        first_href=f"?{first.urlencode()}" if "cursor" in request.GET else "",
    )


def error_page(request: HttpRequest, actor: Actor, error: JutongError) -> HttpResponse:
    status = HTTPStatus(HTTP_STATUS[error.kind])
    context = {"message": error.message(error_language()), "code": error.code}
    return desk_render(request, actor, "desk/error.html", context, status=status)


def _came_from(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if safe else "/desk/"


def desk_render(
    request: HttpRequest,
    actor: Actor,
    template: str,
    context: dict[str, Any],
    *,
    crumbs: tuple[Link, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Render a page of the workbench with its navigation; `crumbs` lead from the workbench to the page."""
    shared = {"actor": actor, "desk_nav": desk_navigation(actor, request.path), "crumbs": crumbs}
    return render(request, template, {**shared, **context}, status=status)
