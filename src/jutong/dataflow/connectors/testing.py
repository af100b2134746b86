"""Connection tests that explain: one step after the other, the first that fails with what to do about it.

Nothing is written at the source, and of the first rows only their number is kept.
"""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jutong.dataflow.connectors.errors import (
    ConnectorError,
    DatabaseMissing,
    OptionInvalid,
    SourceRefused,
    SourceUnreachable,
    TableMissing,
    TableUnnamed,
)
from jutong.dataflow.connectors.http_json_errors import HttpAddressNotAllowed
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.paths import file_inside
from jutong.dataflow.connectors.postgresql_session import place_of
from jutong.dataflow.connectors.protocol import Connector, Part, SelectiveConnector
from jutong.dataflow.connectors.registry import open_connector, spec_of
from jutong.dataflow.connectors.server_errors import (
    HostUnknown,
    PortClosed,
    PortSilent,
    RightMissing,
    SignInRefused,
    TlsNeeded,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.terms import Term

_SAMPLE_ROWS: Final = 10
_PORTS: Final = {"http": 80, "https": 443, "sftp": 22, "ftp": 21, "amqp": 5672, "mqtt": 1883}


class CheckStep(Term):
    """检查步骤 of a connection test."""

    OPTIONS = "options", "0", "参数齐全", "The options are complete"
    NAME = "name", "1", "主机名能解析", "The host's name resolves"
    PORT = "port", "2", "端口有应答", "The port answers"
    SIGN_IN = "sign_in", "3", "能登录", "Signing in"
    DATABASE = "database", "4", "库存在", "The database is there"
    TABLE = "table", "5", "表存在", "The table is there"
    COLUMNS = "columns", "6", "有权读取各列", "Its columns may be read"
    ROWS = "rows", "7", "读到前几行", "The first rows come"
    PATH = "path", "8", "文件在", "The file is there"
    RECOGNISED = "recognised", "9", "内容能识别", "Its content is recognised"


_OF_DATABASE: Final = (
    CheckStep.OPTIONS,
    CheckStep.NAME,
    CheckStep.PORT,
    CheckStep.SIGN_IN,
    CheckStep.DATABASE,
    CheckStep.TABLE,
    CheckStep.COLUMNS,
    CheckStep.ROWS,
)
_OF_SERVICE: Final = (
    CheckStep.OPTIONS,
    CheckStep.NAME,
    CheckStep.PORT,
    CheckStep.SIGN_IN,
    CheckStep.RECOGNISED,
    CheckStep.ROWS,
)
_OF_FILE: Final = (CheckStep.OPTIONS, CheckStep.PATH, CheckStep.RECOGNISED, CheckStep.ROWS)
_OF_SPOOL: Final = (CheckStep.OPTIONS, CheckStep.RECOGNISED, CheckStep.ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one step went; `passed` is None for those that were not reached."""

    step: CheckStep
    passed: bool | None
    zh: str = ""
    en: str = ""

    def to_dict(self) -> dict[str, Any]:
        named = {"step": self.step.value, "step_zh": self.step.zh, "step_en": self.step.en}
        return {**named, "passed": self.passed, "zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """A connection test; no secret and no value of a row is in it."""

    steps: tuple[StepResult, ...]
    code: str = ""
    """The error's code; empty when every step passed."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    columns: int = 0
    rows: int = 0
    """How many rows were looked at, not how many there are."""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.code

    def to_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "code": self.code,
            "columns": self.columns,
            "rows": self.rows,
            "seconds": self.seconds,
            "steps": [step.to_dict() for step in self.steps],
        }


def check_source(
    kind: str, options: Mapping[str, Any], *, root: Path, limits: ReadLimits | None = None
) -> SourceCheck:
    """Try every step that a run would take; a failure is in the result and raises nothing.

    Raises:
        KindUnknown: nobody offers this kind.
    """
    spec, allowed = spec_of(kind), limits or ReadLimits()
    begun = time.monotonic()
    taken = _steps(spec)
    seen = _Seen()
    failed_at, error = None, None
    try:
        for step in _tried(spec, options, root, allowed, seen):
            seen.at = step
    except ConnectorError as caught:
        error = caught
        failed_at = _step_of(caught, taken, seen.at)
    return SourceCheck(
        steps=tuple(_results(taken, failed_at, error, seen)),
        code=error.code if error else "",
        detail=dict(error.detail) if error else {},
        columns=seen.columns,
        rows=seen.rows,
        seconds=round(time.monotonic() - begun, 3),
    )


@dataclass(slots=True)
class _Seen:
    at: CheckStep = CheckStep.OPTIONS
    """The step that is being tried."""
    columns: int = 0
    rows: int = 0


def _steps(spec: KindSpec) -> tuple[CheckStep, ...]:
    if spec.place in {Place.FILE, Place.FOLDER}:
        steps = _OF_FILE
        return (*steps[:2], CheckStep.TABLE, *steps[2:]) if spec.tables else steps
    if spec.place is Place.SPOOL:
        return _OF_SPOOL
    return _OF_DATABASE if spec.tables else _OF_SERVICE


def _tried(
    spec: KindSpec, options: Mapping[str, Any], root: Path, limits: ReadLimits, seen: _Seen
) -> Iterator[CheckStep]:
    """Each step as it begins; raises where one fails."""
    yield CheckStep.OPTIONS
    spec.refuse_unknown(options)
    for missing in spec.missing(options):
        raise OptionInvalid(option=missing.name, reason_zh="不能为空", reason_en="it must not be empty")
    if spec.place is Place.SERVER:
        yield CheckStep.NAME
        yield from _network(spec, options, limits)
        yield CheckStep.SIGN_IN
    elif spec.place is Place.FILE:
        yield CheckStep.PATH
        file_inside(root, options.get("path"))
        yield CheckStep.RECOGNISED
    else:
        yield CheckStep.RECOGNISED
    connector = _opened(spec, options, root, limits)
    seen.columns = len(connector.columns())
    yield CheckStep.ROWS
    seen.rows = _first_rows(connector)


def _opened(spec: KindSpec, options: Mapping[str, Any], root: Path, limits: ReadLimits) -> Connector:
    try:
        return open_connector(spec.kind, options, root=root, limits=limits)
    except SignInRefused as refused:
        # Some servers refuse an account that must come encrypted as if its password were wrong.
        if spec.option("tls") is None or options.get("tls"):
            raise
        try:
            open_connector(spec.kind, {**options, "tls": "require"}, root=root, limits=limits)
        except ConnectorError:
            raise refused from None
        raise TlsNeeded(place=str(refused.detail["place"])) from refused


def _network(spec: KindSpec, options: Mapping[str, Any], limits: ReadLimits) -> Iterator[CheckStep]:
    host, port = address_of(spec, options)
    if not host:
        return
    try:
        socket.getaddrinfo(host, port or None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostUnknown(host=host) from error
    if not port:
        return
    yield CheckStep.PORT
    try:
        socket.create_connection((host, port), timeout=limits.connect_timeout_s).close()
    except TimeoutError as error:
        raise PortSilent(host=host, port=port, seconds=limits.connect_timeout_s) from error
    except OSError as error:
        raise PortClosed(host=host, port=port) from error


def address_of(spec: KindSpec, options: Mapping[str, Any]) -> tuple[str, int]:
    """Host and port that a source is reached at; an empty host where its options do not tell."""
    if text_option(options, "dsn"):
        place = place_of(options)
        return place.host, place.port
    host = text_option(options, "host")
    if host:
        declared = spec.option("port")
        given = str(options.get("port") or (declared.default if declared else ""))
        return host, int(given) if given.isdecimal() else 0
    for name in ("url", "endpoint"):
        parts = urlsplit(text_option(options, name))
        if parts.hostname:
            return parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    return "", 0


def _first_rows(connector: Connector) -> int:
    few = Part(limit=_SAMPLE_ROWS)
    batches = connector.read_part(few) if isinstance(connector, SelectiveConnector) else connector.read()
    # Leaving the generator ends the reading, so that no statement goes on at the source.
    with closing(batch for batch in batches) as wanted:
        first = next(wanted, None)
    return 0 if first is None else min(first.num_rows, _SAMPLE_ROWS)


_STEP_OF: Final[tuple[tuple[type[ConnectorError], CheckStep], ...]] = (
    (OptionInvalid, CheckStep.OPTIONS),
    (HttpAddressNotAllowed, CheckStep.OPTIONS),
    (HostUnknown, CheckStep.NAME),
    (PortClosed, CheckStep.PORT),
    (PortSilent, CheckStep.PORT),
    (SignInRefused, CheckStep.SIGN_IN),
    (TlsNeeded, CheckStep.SIGN_IN),
    (DatabaseMissing, CheckStep.DATABASE),
    (TableMissing, CheckStep.TABLE),
    (TableUnnamed, CheckStep.TABLE),
    (RightMissing, CheckStep.COLUMNS),
)


def _step_of(error: ConnectorError, steps: tuple[CheckStep, ...], tried: CheckStep) -> CheckStep:
    """The step that an error is about: opening a table of a database takes several at once."""
    named = next((step for kind, step in _STEP_OF if isinstance(error, kind)), tried)
    if named is CheckStep.SIGN_IN and not isinstance(error, SourceRefused | SourceUnreachable):
        named = CheckStep.RECOGNISED  # opening a service signs in and looks at once
    return named if named in steps else tried


def _results(
    steps: tuple[CheckStep, ...], failed_at: CheckStep | None, error: ConnectorError | None, seen: _Seen
) -> Iterator[StepResult]:
    reached = True
    for step in steps:
        if error is not None and step is failed_at:
            reached = False
            yield StepResult(step=step, passed=False, zh=error.message("zh"), en=error.message("en"))
        else:
            result = StepResult(step=step, passed=True if reached else None)
            yield _told(result, seen) if reached else result


_TOLD: Final[Mapping[CheckStep, Callable[[_Seen], tuple[str, str]]]] = {
    CheckStep.COLUMNS: lambda seen: (f"{seen.columns} 列", f"{seen.columns} columns"),
    CheckStep.RECOGNISED: lambda seen: (f"{seen.columns} 列", f"{seen.columns} columns"),
    CheckStep.ROWS: lambda seen: (
        f"读了 {seen.rows} 行" if seen.rows else "没有数据行",
        f"{seen.rows} rows were read" if seen.rows else "there are no rows",
    ),
}


def _told(result: StepResult, seen: _Seen) -> StepResult:
    if result.step not in _TOLD:
        return result
    zh, en = _TOLD[result.step](seen)
    return replace(result, zh=zh, en=en)
