"""What every answer of the console carries: headers that keep a page to itself, and errors as pages."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from jutong.kernel.errors import HTTP_STATUS, JutongError
from jutong.pages.context import error_language

Handler = Callable[[HttpRequest], HttpResponseBase]

# No inline script or style anywhere: what a department typed into a form can never run.
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class KeepSession:
    """Moves the end of a session on while its owner is at work, to the minute."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # What is not in the session yet has no owner: a visitor of the portal gets none.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.is_empty():
            minute = int(time.time()) // 60
            if request.session.get("minute") != minute:
                request.session["minute"] = minute
        return self.get_response(request)


class ContentSecurityPolicy:
    """Lets a page load from this site alone, and be framed by nobody (GB/T 22239-2019)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ErrorPages:
    """Shows an error that a use case raised on purpose as a page (or a fragment for htmx) with what to do next."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, JutongError):
            return None
        status = HTTP_STATUS[exception.kind]
        if status >= 500:
            logging.getLogger("jutong.pages").error("%s on %s", exception.code, request.path)
        message = exception.message(error_language())
        template = "components/error_fragment.html" if request.headers.get("HX-Request") else "error.html"
        return render(
            request, template, {"message": message, "code": exception.code, "status": status}, status=status
        )
