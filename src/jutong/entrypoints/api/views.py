"""One request of the API: who acts, may they, their input as its types, the answer as JSON, every error in one shape."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from jutong.control.directory.api import Actor, actor_for, actor_of_token
from jutong.control.directory.errors import NotStorable, TokenReadsOnly
from jutong.control.directory.http import (
    BodyInvalid,
    Call,
    ForgeryRefused,
    MethodUnknown,
    Operation,
    ParameterInvalid,
    PathUnknown,
    SignInNeeded,
    TooManyRequests,
)
from jutong.control.grants import api as grants
from jutong.entrypoints.api.operations import GROUPS
from jutong.entrypoints.api.schema import document
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import HTTP_STATUS, ErrorKind, JutongError
from jutong.kernel.ids import new_id
from jutong.pages.context import error_language

log = logging.getLogger("jutong.api")
SAFE: Final = ("GET", "HEAD", "OPTIONS")
BODY_MB: Final = 4
PER_MINUTE: Final = 600
RETRY_AFTER_S: Final = 30
ACTORS: Final = 10_000
BEARER: Final = "Bearer "


class InternalFault(JutongError):
    code = "api.internal_fault"
    kind = ErrorKind.INTERNAL
    zh = "平台内部错误（{fault}）。请稍后重试；再次出现时，请把请求编号告诉运维人员。"
    en = "An internal error ({fault}). Try again; if it comes back, tell the operators the request's number."


class Pace:
    """How many requests each actor made in the present minute, in this process."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._counts: OrderedDict[int, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, actor: int, now: float) -> None:
        """Raises `TooManyRequests` beyond the limit."""
        minute = int(now // 60)
        with self._lock:
            known, count = self._counts.pop(actor, (minute, 0))
            count = count + 1 if known == minute else 1
            self._counts[actor] = (minute, count)
            if len(self._counts) > ACTORS:
                self._counts.popitem(last=False)
        if count > self._per_minute:
            raise TooManyRequests(limit=self._per_minute, seconds=int(60 - now % 60) or 1)


pace = Pace(PER_MINUTE)


def view_of(methods: Mapping[str, Operation]) -> Callable[..., HttpResponse]:
    """The Django view of one address."""

    @csrf_exempt
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        request_id = new_id("req")
        try:
            response = _answer(request, methods, path)
        except JutongError as error:
            response = failed(request, error, request_id)
        except DataError:
            response = failed(request, NotStorable(), request_id)
        except Exception as error:  # a fault of ours is told in the same shape
            log.exception("request %s failed", request_id)
            response = failed(request, InternalFault(fault=type(error).__name__), request_id)
        response.headers["X-Request-Id"] = request_id
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return view


def failed(request: HttpRequest, error: JutongError, request_id: str) -> HttpResponse:  # noqa: ARG001
    """The one error shape."""
    shape = error.as_dict(error_language(), request_id)
    body = msgspec.json.encode(shape, enc_hook=str)
    status = 405 if isinstance(error, MethodUnknown) else HTTP_STATUS[error.kind]
    response = HttpResponse(body, status=status, content_type="application/json")
    if error.kind is ErrorKind.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.kind is ErrorKind.EXHAUSTED and error.retryable:
        response.headers["Retry-After"] = str(error.detail.get("seconds", RETRY_AFTER_S))
    return response


def _answer(request: HttpRequest, methods: Mapping[str, Operation], path: dict[str, str]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method or ""
    operation = methods.get(method)
    if operation is None:
        raise MethodUnknown(method=method[:10], allowed=", ".join(sorted(methods)))
    actor = acting(request)
    pace.note(actor.person_id or 0, time.time())
    call = Call(
        actor=actor,
        clock=SystemClock(),
        home=settings.DATA_HOME,
        path=path,
        query=_query(request, operation),
        body=_body(request, operation),
        request=request,
    )
    value = operation.run(call)
    if operation.changes_policies:
        grants.publish_snapshot(settings.DATA_HOME, clock=call.clock)
    if isinstance(value, HttpResponse):
        return value
    # A draft may hold halves of characters that came from elsewhere: they must not break the answer.
    body = msgspec.json.encode(value)
    return HttpResponse(body, status=operation.status, content_type="application/json")


def acting(request: HttpRequest) -> Actor:
    """The person behind a token, or the one who is signed in.

    Raises:
        SignInNeeded, TokenInvalid, TokenReadsOnly, ForgeryRefused
    """
    header = request.headers.get("Authorization", "")
    if header:
        if not header.startswith(BEARER):
            raise SignInNeeded
        actor, may_write = actor_of_token(header.removeprefix(BEARER).strip(), clock=SystemClock())
        if request.method not in SAFE and not may_write:
            raise TokenReadsOnly
        return actor
    actor = actor_for(request.user)
    if actor.person_id is None:
        raise SignInNeeded
    if request.method not in SAFE:
        _check_forgery(request)
    return actor


def _check_forgery(request: HttpRequest) -> None:
    """A browser that is signed in must show the form's mark, as on every page."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, _guarded, (), {}) is not None:
        raise ForgeryRefused


def _guarded(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _query(request: HttpRequest, operation: Operation) -> Any:
    given = {name: request.GET.get(name, "") for name in request.GET}
    known = {one.name for one in fields(operation.query)} if operation.query else set()
    unknown = sorted(set(given) - known)
    if unknown:
        raise ParameterInvalid(reason=f"{unknown[0][:40]}?")
    if operation.query is None:
        return None
    try:
        present = {name: value for name, value in given.items() if value}
        return msgspec.convert(present, operation.query, strict=False)
    except msgspec.ValidationError as error:
        raise ParameterInvalid(reason=str(error)) from error


def _body(request: HttpRequest, operation: Operation) -> Any:
    if operation.body is None:
        return None
    if int(request.headers.get("Content-Length") or 0) > BODY_MB * 1024 * 1024:
        raise BodyInvalid(reason=f"> {BODY_MB} MB")
    try:
        return msgspec.json.decode(request.body, type=operation.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyInvalid(reason=str(error)[:200]) from error
    except ValueError as error:  # what a value itself refuses
        raise BodyInvalid(reason=str(error)[:200]) from error


def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The description, for anyone: it holds no data."""
    return HttpResponse(msgspec.json.encode(document()), content_type="application/json")


def manual(request: HttpRequest) -> HttpResponse:
    """The description as a page."""
    return render(request, "api.html", {"groups": GROUPS, "schema": document()})


@csrf_exempt
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    return failed(request, PathUnknown(), new_id("req"))
