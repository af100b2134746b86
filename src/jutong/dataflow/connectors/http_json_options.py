"""How an interface is asked: what its options say, with the conventions of cities' portals as presets."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qsl

from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.dataflow.connectors.kinds import KindSpec
from jutong.dataflow.connectors.options import number_option, text_option

# As the portals describe their interfaces. 山东's gateway (临沂 among its cities) says of codes only that 300 is a refusal.
PRESETS: Final[Mapping[str, Mapping[str, str]]] = {
    "linyi": {
        "signing": "hmac_sha256",
        "paging": "offset",
        "position_parameter": "STARTNUM",
        "size_parameter": "PAGENUM",
        "code": "code",
        "code_ok": "200",
        "since_column": "S_LAST_UPDATETIME",
    },
    "shandong": {
        "signing": "hmac_sha256",
        "paging": "page",
        "position_parameter": "PAGE",
        "size_parameter": "PAGENUM",
        "code": "code",
        "code_ok": "200",
    },
    "shandong_portal": {
        "paging": "page",
        "position_parameter": "pageNum",
        "size_parameter": "pageSize",
        "records": "object.records",
        "total": "object.total",
    },
    "shanghai": {
        "method": "POST",
        "signing": "header",
        "key_name": "token",
        "paging": "offset",
        "position_parameter": "offset",
        "size_parameter": "limit",
        "code": "code",
        "code_ok": "000000",
        "records": "data",
    },
    "zhejiang": {
        "signing": "query",
        "key_name": "appsecret",
        "paging": "page",
        "position_parameter": "pageNum",
        "size_parameter": "pageSize",
        "page_size": "200",
        "code": "status",
        "code_ok": "1",
        "records": "data",
    },
}


class Style(StrEnum):
    """How the next page is asked for."""

    NONE = "none"
    PAGE = "page"
    """By its number."""
    OFFSET = "offset"
    """By how many records come before it."""
    CURSOR = "cursor"
    """By a value that the page before gave."""
    NEXT = "next"
    """At the address that the page before gave."""


class Signing(StrEnum):
    """How we say who we are."""

    NONE = "none"
    HEADER = "header"
    QUERY = "query"
    HMAC_SHA256 = "hmac_sha256"
    HMAC_SM3 = "hmac_sm3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """`following` is the path of the next cursor or address in an answer."""

    style: Style
    position: str
    size: str
    page_size: int
    first: int
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface as it is asked; the secret is kept apart."""

    url: str
    method: str
    parameters: Mapping[str, str]
    paging: Paging
    records: str
    total: str
    total_url: str
    code: str
    code_ok: frozenset[str]
    unique: str
    extra_columns: tuple[str, ...]
    since_parameter: str
    since_column: str
    newest: Mapping[str, str]
    interval_s: float
    retries: int


def interface_of(options: Mapping[str, Any], spec: KindSpec) -> Interface:
    """Raises `OptionInvalid`, naming the first option that cannot be."""
    for missing in spec.missing(options):
        raise OptionInvalid(option=missing.name, reason_zh="不能为空", reason_en="it must not be empty")
    given = with_preset(options, spec)
    method = one_of(given, "method", "GET", spec).upper()
    code = text_option(given, "code")
    if code and not text_option(given, "code_ok"):
        raise OptionInvalid(
            option="code_ok",
            reason_zh="填了状态码路径，须填成功的状态码",
            reason_en="with a path of the code, say which one means success",
        )
    since = text_option(given, "since_parameter")
    if since and not text_option(given, "since_column"):
        raise OptionInvalid(
            option="since_column", reason_zh="填了增量参数，须填更新时间字段", reason_en="it must go with it"
        )
    per_minute = number_option(given, "per_minute", 0, low=0, high=60_000)
    return Interface(
        url=text_option(given, "url"),
        method=method,
        parameters=_parameters(given, "parameters"),
        paging=_paging(given, spec),
        records=text_option(given, "records"),
        total=text_option(given, "total"),
        total_url=text_option(given, "total_url"),
        code=code,
        code_ok=frozenset(_listed(given, "code_ok")),
        unique=text_option(given, "unique"),
        extra_columns=_listed(given, "columns"),
        since_parameter=since,
        since_column=text_option(given, "since_column"),
        newest=_parameters(given, "newest_first"),
        interval_s=60 / per_minute if per_minute else 0.0,
        retries=number_option(given, "retries", 4, low=0, high=10),
    )


def with_preset(options: Mapping[str, Any], spec: KindSpec) -> dict[str, Any]:
    """What was given over what the preset says; an empty value is not given."""
    preset = PRESETS.get(one_of(options, "preset", "", spec), {})
    return {**preset, **{name: value for name, value in options.items() if value not in {"", None}}}


def one_of(options: Mapping[str, Any], name: str, default: str, spec: KindSpec) -> str:
    """A choice of the option; raises `OptionInvalid` for another."""
    declared = spec.option(name)
    choices = declared.choices if declared else ()
    value = text_option(options, name) or default
    if value not in choices:
        listed = "、".join(filter(None, choices))
        raise OptionInvalid(
            option=name, reason_zh=f"应为 {listed} 之一", reason_en=f"it must be one of {listed}"
        )
    return value


def _paging(options: Mapping[str, Any], spec: KindSpec) -> Paging:
    style = Style(one_of(options, "paging", Style.NONE, spec))
    needed = {
        Style.PAGE: ("position_parameter",),
        Style.OFFSET: ("position_parameter",),
        Style.CURSOR: ("position_parameter", "next_path"),
        Style.NEXT: ("next_path",),
    }
    for name in needed.get(style, ()):
        if not text_option(options, name):
            raise OptionInvalid(
                option=name,
                reason_zh=f"翻页方式为 {style} 时不能为空",
                reason_en=f"paging by {style} needs it",
            )
    return Paging(
        style=style,
        position=text_option(options, "position_parameter"),
        size=text_option(options, "size_parameter"),
        page_size=number_option(options, "page_size", 500, low=1, high=100_000),
        first=number_option(options, "first_position", int(style is Style.PAGE), low=0, high=1),
        following=text_option(options, "next_path"),
    )


def _parameters(options: Mapping[str, Any], name: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text_option(options, name), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        if not text_option(options, name):
            return {}
        raise OptionInvalid(
            option=name, reason_zh="应写成 名=值&名=值", reason_en="write it as name=value&name=value"
        ) from error


def _listed(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(
        part.strip() for part in text_option(options, name).replace("，", ",").split(",") if part.strip()
    )
