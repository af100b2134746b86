"""Sign-in, sign-out and failed attempts go into the audit trail."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest


class DirectoryConfig(AppConfig):
    name = "jutong.control.directory"

    def ready(self) -> None:
        user_logged_in.connect(_signed_in, dispatch_uid="jutong.audit.signed_in")
        user_logged_out.connect(_signed_out, dispatch_uid="jutong.audit.signed_out")
        user_login_failed.connect(_failed, dispatch_uid="jutong.audit.failed")


def _signed_in(request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    _keep("SESSION_SIGN_IN", user.get_username(), user, request)


def _signed_out(request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        _keep("SESSION_SIGN_OUT", user.get_username(), user, request)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    _keep("SESSION_FAIL", str(credentials.get("username", "")), None, request)


def _keep(action: str, username: str, user: object, request: HttpRequest | None) -> None:
    # Models cannot be imported before Django has loaded every app.
    from jutong.control.directory.audit import AuditAction
    from jutong.control.directory.people import record_session
    from jutong.kernel.clock import SystemClock

    address = str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""
    record_session(AuditAction[action], username=username, user=user, address=address, clock=SystemClock())
