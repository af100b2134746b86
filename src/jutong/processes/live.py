"""Look-ups at the source (逻辑集中): the worker reads the few rows that the gateway asks for, by the entry's contract."""

import hmac
import logging
import secrets
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import pyarrow as pa
from django.db import close_old_connections
from sqlglot import exp

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.protocol import Part, SelectiveConnector
from jutong.dataflow.pipelines.columns import plan_columns
from jutong.dataflow.quality import cast_of
from jutong.dataflow.serving.cells import Row, rows_of, text
from jutong.dataflow.serving.errors import ItemUnknown, LiveUnavailable
from jutong.dataflow.serving.live import ADDRESS_FILE, LONGEST_LINE, LiveAddress, LiveAnswer, LiveQuestion
from jutong.dataflow.serving.snapshots import ANY_CASE
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.lakes import lake_of
from jutong.vocabulary.contracts import EntryContract

log = logging.getLogger("jutong.worker")

AT_ONCE: Final = 8
"""Questions that are answered at the same time; the others wait their turn."""
REST_AFTER: Final = 3
"""So many failures in a row and a source is left alone for `REST_S` seconds: callers are told at once."""
REST_S: Final = 10.0
_MOST_ROWS: Final = 10_000


def look_up(question: LiveQuestion, *, home: DataHome) -> list[Row]:
    """The rows that fit, in the types that the entry promises; never more than `question.limit`.

    Raises:
        ItemUnknown: the entry has no such item, or the source no column for it.
        LiveUnavailable: the entry is not left at its source, or the source cannot select rows.
        JutongError: the source cannot be read.
    """
    contract = contract_of(question.service)
    place = collection.live_place(SYSTEM_ACTOR, question.service, home=home)
    connector = open_connector(
        place.kind, place.options, root=home.sources, limits=ReadLimits.from_environment()
    )
    if not isinstance(connector, SelectiveConnector):
        raise LiveUnavailable(service=question.service)
    plan = plan_columns(contract, connector.columns(), place.mapping)
    wanted = {*question.columns, *(name for name, _values in question.filters)}
    for field in (*wanted, *question.key):
        if field not in plan.sources:
            raise ItemUnknown(service=question.service, item=field)
    fields = sorted(wanted)
    part = Part(
        columns=tuple(plan.columns[plan.sources[field]] for field in fields),
        limit=_MOST_ROWS if question.filters else question.limit,
    )
    for key in _spellings(question.key, contract):
        equal = {plan.columns[plan.sources[field]]: value for field, value in key.items()}
        found = _typed(connector.read_part(_with(part, equal)), fields, contract, home)
        rows = [row for row in found if _lets_through(dict(zip(fields, row, strict=True)), question)]
        if rows:
            places = [fields.index(name) for name in question.columns]
            return [tuple(row[place] for place in places) for row in rows[: question.limit]]
    return []


def _with(part: Part, equal: Mapping[str, str]) -> Part:
    return Part(columns=part.columns, equal=equal, limit=part.limit)


def _spellings(key: Mapping[str, str], contract: EntryContract) -> Iterator[dict[str, str]]:
    """The key as given; then with the letters of identifiers in upper and in lower case, as sources write either."""
    cased = {item.field for item in contract.items if item.meaning in ANY_CASE}
    seen = []
    for change in (str, str.upper, str.lower):
        spelt = {name: change(value) if name in cased else value for name, value in key.items()}
        if spelt not in seen:
            seen.append(spelt)
            yield spelt


def _typed(
    batches: Iterator[pa.RecordBatch], fields: list[str], contract: EntryContract, home: DataHome
) -> list[Row]:
    """The rows cast as collection would have cast them."""
    found = list(batches)
    if not found:
        return []
    types = {item.field: item.data_type for item in contract.items}
    with lake_of(home) as lake:
        lake.engine.register("live_rows", pa.Table.from_batches(found).rename_columns(fields))
        try:
            query = exp.select(
                *(exp.alias_(cast_of(field, types[field]), field, quoted=True) for field in fields)
            )
            table = lake.engine.sql(query.from_("live_rows"))
        finally:
            lake.engine.unregister("live_rows")
    return list(rows_of(table.to_batches(), fields))


def _lets_through(row: Mapping[str, Any], question: LiveQuestion) -> bool:
    return all(text(row[name]) in values for name, values in question.filters)


class _Rest:
    """Which sources are left alone for a moment because they failed again and again."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def resting(self, service: str) -> bool:
        count, at = self._failures.get(service, (0, 0.0))
        return count >= REST_AFTER and time.monotonic() - at < REST_S

    def note(self, service: str, *, failed: bool) -> None:
        with self._lock:
            count = self._failures.get(service, (0, 0.0))[0]
            self._failures[service] = (count + 1 if failed else 0, time.monotonic())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, home: DataHome, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.home = home
        self.token = token
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self.rest = _Rest()


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 10

    def handle(self) -> None:
        try:
            question = msgspec.json.decode(self.rfile.readline(LONGEST_LINE), type=LiveQuestion)
        except (msgspec.DecodeError, OSError):
            return
        if hmac.compare_digest(question.token, self.server.token):
            with self.server.turns:
                answer = self._answer(question)
            self.wfile.write(msgspec.json.encode(answer) + b"\n")

    def _answer(self, question: LiveQuestion) -> LiveAnswer:
        rest = self.server.rest
        if rest.resting(question.service):
            return _refused(LiveUnavailable(service=question.service))
        close_old_connections()
        try:
            rows = look_up(question, home=self.server.home)
        except ItemUnknown as error:
            return _refused(error)
        except Exception as error:  # noqa: BLE001  # a driver's fault must not take the worker along
            rest.note(question.service, failed=True)
            # The message may hold a value; the kind may not.
            code = error.code if isinstance(error, JutongError) else type(error).__name__
            log.error("a look-up at the source of %s failed: %s", question.service, code)  # noqa: TRY400
            return _refused(LiveUnavailable(service=question.service))
        finally:
            close_old_connections()
        rest.note(question.service, failed=False)
        return LiveAnswer(rows=tuple(rows))


def _refused(error: JutongError) -> LiveAnswer:
    return LiveAnswer(error=error.code, detail=dict(error.detail))


@contextmanager
def live_reader(home: DataHome) -> Iterator[None]:
    """Answer the gateway's questions in threads of this process while the block runs."""
    token = secrets.token_urlsafe(32)
    with _Server(home, token) as server:
        address = home.serving / ADDRESS_FILE
        draft = address.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(msgspec.json.encode(LiveAddress(server.server_address[1], token)))
        draft.replace(address)
        thread = threading.Thread(target=server.serve_forever, name="live-reader", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            address.unlink(missing_ok=True)
