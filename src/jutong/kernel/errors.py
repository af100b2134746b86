"""The one error hierarchy: a stable code, whether trying again may help, and the message in both languages.

A message is data and names the next step. Values of rows never appear in it, only names, codes, counts and places.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar, Final, Literal

Language = Literal["zh", "en"]


class ErrorKind(Enum):
    """What went wrong, from the caller's side; entry points turn it into an HTTP status or an exit code."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    EXHAUSTED = "exhausted"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


HTTP_STATUS: Final[Mapping[ErrorKind, int]] = {
    ErrorKind.INVALID: 400,
    ErrorKind.UNAUTHENTICATED: 401,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.EXHAUSTED: 429,
    ErrorKind.UNAVAILABLE: 503,
    ErrorKind.INTERNAL: 500,
}

# 0 = done, 1 = the command ran and its verdict is "no", 2 = wrong usage (click's own).
EXIT_CODE: Final[Mapping[ErrorKind, int]] = {
    ErrorKind.INVALID: 3,
    ErrorKind.UNAUTHENTICATED: 4,
    ErrorKind.FORBIDDEN: 4,
    ErrorKind.NOT_FOUND: 5,
    ErrorKind.CONFLICT: 6,
    ErrorKind.EXHAUSTED: 7,
    ErrorKind.UNAVAILABLE: 7,
    ErrorKind.INTERNAL: 8,
}


class JutongError(Exception):
    """Base of every error that the platform raises on purpose.

    A subclass sets `code`, `zh` and `en` (format strings over the keyword arguments it is raised with)
    and, where they differ from the defaults, `kind` and `retryable`.
    """

    code: ClassVar[str] = ""
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
    retryable: ClassVar[bool] = False
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return  # a family, not an error of its own
        if not (cls.code and cls.zh and cls.en):
            raise TypeError(f"{cls.__name__} needs a code and a message in both languages")
        known = _REGISTRY.setdefault(cls.code, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"error code {cls.code} is taken by {known.__qualname__}")

    def __init__(self, **detail: Any) -> None:
        self.detail: dict[str, Any] = detail
        super().__init__(self.message("en"))

    def message(self, language: Language = "zh") -> str:
        """The message in `language`, its blanks filled from the detail."""
        return (self.zh if language == "zh" else self.en).format_map(_Blanks(self.detail))

    def as_dict(self, language: Language = "zh", request_id: str = "") -> dict[str, Any]:
        """The one error shape of every interface: code, message, detail, request_id."""
        return {
            "code": self.code,
            "message": self.message(language),
            "detail": self.detail,
            "request_id": request_id,
        }


class _Blanks(dict[str, Any]):
    """Leaves a blank visible rather than failing while an error is being reported."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


_REGISTRY: dict[str, type[JutongError]] = {}


def error_codes() -> Mapping[str, type[JutongError]]:
    """Every error class that has been imported, by code, in order; the reference manual is made from it."""
    return dict(sorted(_REGISTRY.items()))
