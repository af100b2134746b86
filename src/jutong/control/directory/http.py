"""What the JSON API is made of: operations as values, each with its types, from which routes and OpenAPI follow.

An app's `http.py` lists its operations; the entry point mounts all of them below `/api/v1`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse

from jutong.control.directory.values import Actor
from jutong.kernel.clock import Clock
from jutong.kernel.errors import ErrorKind, JutongError
from jutong.kernel.home import DataHome
from jutong.kernel.paging import Page

Row = TypeVar("Row")


class ParameterInvalid(JutongError):
    code = "api.parameter_invalid"
    zh = "请求参数有误：{reason}。请对照接口文档修改后重试。"
    en = "A parameter is not acceptable: {reason}. See the documentation of the interface and try again."


class BodyInvalid(JutongError):
    code = "api.body_invalid"
    zh = "请求正文有误：{reason}。请对照接口文档修改后重试。"
    en = "The body is not acceptable: {reason}. See the documentation of the interface and try again."


class SignInNeeded(JutongError):
    code = "api.sign_in_needed"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "须先登录，或在 Authorization 头中提供访问令牌（Bearer）。请在工作台新建访问令牌后重试。"
    en = "Sign in, or send an access token in the Authorization header (Bearer). Make one in the workbench."


class ForgeryRefused(JutongError):
    code = "api.forgery_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "请求缺少防伪标记。请在页面中操作，程序请改用访问令牌。"
    en = "The request lacks its mark against forgery. Use the pages, or an access token for programs."


class MethodUnknown(JutongError):
    code = "api.method_unknown"
    zh = "此地址不支持 {method}。可用的方法：{allowed}。"
    en = "This address does not take {method}. It takes: {allowed}."


class PathUnknown(JutongError):
    code = "api.path_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有这个接口地址。请查看 /api/v1/ 的接口文档。"
    en = "There is no such address of the interface. See the documentation at /api/v1/."


class TooManyRequests(JutongError):
    code = "api.too_many_requests"
    kind = ErrorKind.EXHAUSTED
    retryable = True
    zh = "请求过于频繁，每分钟至多 {limit} 次。请在 {seconds} 秒后重试。"
    en = "Too many requests: {limit} a minute at most. Try again in {seconds} seconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[Row]):
    """A page of rows; give `next_cursor` back as `cursor` for the next page, null ends it."""

    rows: tuple[Row, ...]
    next_cursor: str | None


def listed(page: Page[Row]) -> Listed[Row]:
    return Listed(rows=page.rows, next_cursor=page.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, its parts converted to their types."""

    actor: Actor
    clock: Clock
    home: DataHome
    path: Mapping[str, str]
    query: Any
    body: Any
    request: HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address. `query` and `body` are dataclasses or None; `answer` is any type that msgspec writes."""

    name: str
    method: str
    path: str
    """Below `/api/v1`, with `{names}` of path parameters."""
    zh: str
    en: str
    answer: Any
    run: Callable[[Call], Any]
    query: type | None = None
    body: type | None = None
    status: int = 200
    tag: str = ""
    changes_policies: bool = False
    """The gateway has to learn of it at once."""
    media_types: tuple[str, ...] = field(default=("application/json",))
    """Others than JSON are answered by an HttpResponse of the operation's own."""
    takes: tuple[str, ...] = ()
    """Media types of a body that the operation reads from `request` by itself, in the place of `body`."""
    headers: tuple[tuple[str, str], ...] = ()
    """(name, description) of request headers that it looks at."""


Answer = HttpResponse | Any
