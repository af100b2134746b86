"""JSON interfaces over real HTTP: each portal's style gives every record once, and no fault passes for an end."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pyarrow as pa
import pytest

from jutong.dataflow.connectors import Capability, ReadLimits, check_source, open_connector
from jutong.dataflow.connectors.errors import ConnectorError
from jutong.dataflow.connectors.http_json_asking import SourceGuard, seconds_of
from jutong.dataflow.connectors.protocol import Part, SelectiveConnector
from tests.support.interfaces import (
    CLIENT,
    LOOPBACK,
    SECRET,
    Asked,
    JsonInterface,
    Said,
    json_interface,
    records,
    signed,
)

LIMITS = replace(
    ReadLimits(), http_networks=LOOPBACK, http_backoff_s=0.001, http_page_mb=1, http_page_s=5.0, http_pages=50
)
PAGED = {
    "paging": "page",
    "position_parameter": "pageNum",
    "size_parameter": "pageSize",
    "page_size": "10",
    "records": "object.records",
    "total": "object.total",
}


@pytest.fixture(scope="module")
def server() -> Iterator[JsonInterface]:
    with json_interface() as started:
        yield started


@pytest.fixture
def interface(server) -> JsonInterface:
    server.asked.clear()
    return server


@pytest.fixture
def opened(interface, tmp_path):
    def open_it(options, limits=LIMITS):
        return open_connector(
            "http_json", {"url": f"{interface.root}/api/1/x", **options}, root=tmp_path, limits=limits
        )

    return open_it


def rows(batches) -> list[dict]:
    return pa.Table.from_batches(list(batches)).to_pylist() if (batches := list(batches)) else []


def paged(data, *, total=None, most=1_000):
    """The style of 山东's portal: page numbers from 1, no more than `most` records a page."""

    def answer(asked: Asked) -> Said:
        page, size = int(asked.query["pageNum"]), min(most, int(asked.query["pageSize"]))
        part = data[(page - 1) * size : page * size]
        return Said(body={"object": {"records": part, "total": len(data) if total is None else total}})

    return answer


def fails(opened, options, limits=LIMITS) -> str:
    with pytest.raises(ConnectorError) as raised:
        list(opened(options, limits).read())
    for language in ("zh", "en"):
        assert SECRET not in raised.value.message(language)
        assert "合成" not in raised.value.message(language)
    return raised.value.code.removeprefix("connectors.")


def linyi(asked: Asked) -> Said:
    if not signed(asked):
        return Said(body={"code": 300, "msg": "权限认证失败"})
    start, size = int(asked.query["STARTNUM"]), int(asked.query["PAGENUM"])
    return Said(body={"code": 200, "data": records(25)[start : start + size]})


def shanghai(asked: Asked) -> Said:
    if asked.headers.get("token") != SECRET:
        return Said(status=401, body={})
    start, size = asked.body["offset"], asked.body["limit"]
    return Said(body={"code": "000000", "data": records(25)[start : start + size]})


def zhejiang(asked: Asked) -> Said:
    if asked.query.get("appsecret") != SECRET:
        return Said(body={"status": 0, "msg": "密钥错误"})
    if asked.path.endswith("get_total.do"):
        return Said(body={"status": 1, "data": 25})
    page, size = int(asked.query["pageNum"]), min(200, int(asked.query["pageSize"]))
    return Said(body={"status": 1, "data": records(25)[(page - 1) * size : page * size]})


def cursor(asked: Asked) -> Said:
    start = int(asked.query.get("cursor", "0"))
    return Said(body={"list": records(25)[start : start + 10], "next": str(start + 10) if start < 20 else ""})


def linked(asked: Asked) -> Said:
    start = int(asked.query.get("after", "0"))
    following = f"/api/1/x?after={start + 10}" if start < 20 else None
    return Said(body={"list": records(25)[start : start + 10], "links": {"next": following}})


STYLES = {
    "linyi": (linyi, {"preset": "linyi", "client_id": CLIENT, "secret": SECRET, "page_size": "10"}),
    "shandong_portal": (paged(records(25)), {"preset": "shandong_portal", "page_size": "10"}),
    "shanghai": (shanghai, {"preset": "shanghai", "secret": SECRET, "page_size": "10"}),
    "zhejiang": (zhejiang, {"preset": "zhejiang", "secret": SECRET, "page_size": "10"}),
    "cursor": (cursor, {"paging": "cursor", "position_parameter": "cursor", "next_path": "next"}),
    "next": (linked, {"paging": "next", "next_path": "links.next", "records": "list"}),
    "none": (lambda _: Said(body=records(25)), {}),
}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_every_record_once(style, interface, opened):
    interface.answer, options = STYLES[style]
    connector = opened(options)
    assert connector.columns() == ("bh", "mc", "gx")
    assert rows(connector.read()) == records(25)
    assert rows(connector.read()) == records(25)
    assert SECRET not in json.dumps(connector.describe())
    assert not connector.rejected()


@pytest.mark.parametrize("style", ["linyi", "shanghai", "zhejiang"])
def test_a_wrong_secret_is_told(style, interface, opened):
    interface.answer, options = STYLES[style]
    said = {"linyi": "http_code", "shanghai": "http_refused", "zhejiang": "http_code"}
    assert fails(opened, {**options, "secret": SECRET[:-1]}) == said[style]


def test_a_total_of_another_interface_is_held_against_what_came(interface, opened):
    interface.answer, options = STYLES["zhejiang"]
    totals = {"total_url": f"{interface.root}/api/1/get_total.do", "total": "data"}
    assert rows(opened({**options, **totals}).read()) == records(25)
    away = {**options, **totals, "total_url": "http://127.0.0.2/get_total.do"}
    assert fails(opened, away) == "option_invalid"


@pytest.mark.parametrize("count", [1, 10, 20, 25])
def test_pages_shorter_than_asked_for_and_a_last_page_given_again_lose_nothing(count, interface, opened):
    data = records(count)
    interface.answer = paged(data, most=7)
    assert rows(opened(PAGED).read()) == data
    usual = paged(data)
    last = max(1, -(-count // 10))
    interface.answer = lambda asked: usual(
        replace(asked, query={**asked.query, "pageNum": str(min(last, int(asked.query["pageNum"])))})
    )
    assert rows(opened(PAGED).read()) == data


@pytest.mark.parametrize("total", [24, 26, 10, 1_000])
def test_a_total_that_is_not_what_came_lands_nothing(total, interface, opened):
    interface.answer = paged(records(25), total=total)
    assert fails(opened, PAGED) == "http_total_differs"


def test_a_total_that_changes_meanwhile_is_told(interface, opened):
    usual = paged(records(25))

    def answer(asked):
        said = usual(asked)
        said.body["object"]["total"] += int(asked.query["pageNum"]) > 2
        return said

    interface.answer = answer
    assert fails(opened, PAGED) == "http_changed_while_reading"
    assert fails(opened, {**PAGED, "total": "object.count"}) == "option_invalid"


def _shifted(asked: Asked) -> Said:
    start = max(0, (int(asked.query["pageNum"]) - 1) * 10 - 1)
    return Said(body={"object": {"records": records(25)[start : start + 10]}})


REPEATS = {
    "the page's number is ignored": lambda _: Said(body={"object": {"records": records(10)}}),
    "pages overlap": _shifted,
}


@pytest.mark.parametrize("fault", REPEATS)
@pytest.mark.parametrize("unique", ["", "bh"])
def test_repeated_and_overlapping_pages_are_told(fault, unique, interface, opened):
    interface.answer = REPEATS[fault]
    assert fails(opened, {**PAGED, "total": "", "unique": unique}) == "http_pages_repeat"


def test_a_cursor_that_goes_round_is_told(interface, opened):
    interface.answer = lambda asked: Said(
        body={"list": [{"n": len(interface.asked)}], "next": (asked.query.get("c", "") and "a") or "a"}
    )
    options = {"paging": "cursor", "position_parameter": "c", "next_path": "next", "records": "list"}
    assert fails(opened, options) == "http_pages_repeat"


def test_an_endless_interface_ends(interface, opened):
    interface.answer = lambda asked: Said(
        body={"object": {"records": [{"n": f"{asked.query['pageNum']}-{i}"} for i in range(10)]}}
    )
    assert fails(opened, {**PAGED, "total": ""}) == "http_too_long"
    assert len(interface.asked) == LIMITS.http_pages + 1


def first_then(faults: list[Said], usual):
    """Each fault once, from the second request on; the usual answer else."""
    waiting = list(faults)
    asked_before = []

    def answer(asked: Asked) -> Said:
        asked_before.append(asked)
        return waiting.pop(0) if waiting and len(asked_before) > 1 else usual(asked)

    return answer


PASSING = {
    "429": Said(status=429, body={}, headers={"Retry-After": "0"}),
    "429 without a time": Said(status=429, body={}),
    "503": Said(status=503, body={}),
    "500": Said(status=500, body=b"<html>"),
    "cut off": Said(body={"object": {"records": records(10)}}, cut=100),
    "a code within": Said(body={"code": "503"}),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_by_itself_is_asked_again(fault, interface, opened):
    interface.answer = first_then([PASSING[fault]] * 2, paged(records(25)))
    options = {**PAGED, "code": "code", "code_ok": "0"}
    assert rows(opened(options).read()) == records(25)
    assert sum(asked.query["pageNum"] == "2" for asked in interface.asked) >= 1


LASTING = {
    "500 for ever": (Said(status=500, body={}), "http_failing"),
    "429 for ever": (Said(status=429, body={}), "http_busy"),
    "429 for an hour": (Said(status=429, body={}, headers={"Retry-After": "3600"}), "http_busy"),
    "always cut off": (Said(body=records(10), cut=50), "http_cut_off"),
    "too slow": (Said(body=records(1), pause_s=0.4), "http_unreachable"),
    "a page for signing in": (Said(body=b"<html>login</html>"), "http_not_json"),
    "nothing": (Said(body=b""), "http_not_json"),
    "no text": (Said(body=b"\x00\xff\xfe"), "http_not_json"),
    "cut off without a word": (Said(body=b'{"object": {"records": [{"a": 1}'), "http_cut_off"),
    "not there": (Said(status=404, body={}), "http_status"),
    "forbidden": (Said(status=403, body={}), "http_refused"),
    "no records": (Said(body={"object": {}}), "records_missing"),
    "larger than a page": (Said(body=[{"a": "x" * (2 << 20)}]), "http_page_too_large"),
    "elsewhere": (
        Said(status=302, body={}, headers={"Location": "http://127.0.0.2:1/x"}),
        "http_elsewhere",
    ),
    "another scheme": (
        Said(status=302, body={}, headers={"Location": "https://127.0.0.1/"}),
        "http_elsewhere",
    ),
    "a bomb": (
        Said(body=gzip.compress(b'[{"a":"' + b"0" * (64 << 20)), headers={"Content-Encoding": "gzip"}),
        "http_page_too_large",
    ),
    "no gzip": (Said(body=b"[]" * 10, headers={"Content-Encoding": "gzip"}), "http_cut_off"),
    "a code within": (Said(body={"code": "40001", "object": {"records": []}}), "http_code"),
}


@pytest.mark.parametrize("fault", LASTING)
def test_each_lasting_fault_has_its_own_code(fault, interface, opened):
    said, code = LASTING[fault]
    interface.answer = lambda _: said
    options = {**PAGED, "retries": "2", "code": "code", "code_ok": "0"}
    limits = replace(LIMITS, http_page_s=0.2) if fault == "too slow" else LIMITS
    assert fails(opened, options, limits) == code
    again = code in {"http_failing", "http_cut_off", "http_unreachable"} or fault == "429 for ever"
    assert len(interface.asked) == (3 if again else 1)


def test_a_server_that_drips_is_left_at_its_time(interface, opened):
    interface.answer = lambda _: Said(body=records(1), drip_s=0.05)
    assert fails(opened, {"retries": "0"}, replace(LIMITS, http_page_s=0.2)) == "http_unreachable"


def test_a_reading_has_a_time_as_a_whole(interface, opened):
    interface.answer = paged(records(25))
    assert fails(opened, PAGED, replace(LIMITS, http_minutes=0)) == "http_too_long"


def test_a_redirect_within_the_interface_is_followed(interface, opened):
    interface.answer = lambda asked: (
        Said(body=records(3))
        if asked.path == "/new"
        else Said(status=301, body={}, headers={"Location": "/new"})
    )
    assert rows(opened({}).read()) == records(3)


def test_the_next_address_may_not_lead_elsewhere(interface, opened):
    interface.answer = lambda _: Said(body={"list": records(3), "next": "http://127.0.0.2:9/x"})
    assert fails(opened, {"paging": "next", "next_path": "next", "records": "list"}) == "http_elsewhere"


def test_nobody_closes_the_port_unnoticed(tmp_path):
    with json_interface() as gone:
        root = gone.root
    with pytest.raises(ConnectorError) as raised:
        open_connector("http_json", {"url": root, "retries": "1"}, root=tmp_path, limits=LIMITS)
    assert raised.value.code == "connectors.http_unreachable"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("192.168.0.7", True),
        ("172.16.5.5", True),
        ("100.64.1.1", True),
        ("8.8.8.8", True),
        ("fd12::1", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("fd00:ec2::254", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
    ],
)
def test_private_addresses_are_sources_and_this_machine_is_not(address, allowed):
    assert SourceGuard().allows(address) is allowed


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "ftp://10.0.0.1/", "http://a:b@10.0.0.1/", "10.0.0.1"]
)
def test_an_address_that_is_not_for_us_is_refused(url, tmp_path):
    with pytest.raises(ConnectorError) as raised:
        open_connector("http_json", {"url": url}, root=tmp_path, limits=ReadLimits())
    assert raised.value.code == "connectors.http_address_not_allowed"
    assert "a:b" not in raised.value.message("zh")


def changed_since(asked: Asked) -> Said:
    data = [one for one in records(25) if one["gx"] >= asked.query.get("since", "")]
    if asked.query.get("sort") == "new":
        data.reverse()
    return paged(data)(asked)


SINCE = {**PAGED, "since_parameter": "since", "since_column": "gx"}


@pytest.mark.parametrize("sorts", [True, False])
def test_what_changed_since_is_asked_for_alone(sorts, interface, opened):
    interface.answer = (
        changed_since
        if sorts
        else (lambda asked: changed_since(replace(asked, query={**asked.query, "sort": ""})))
    )
    connector = opened({**SINCE, "newest_first": "sort=new"})
    assert isinstance(connector, SelectiveConnector)
    assert Capability.CURSOR in connector.capabilities
    interface.asked.clear()
    assert connector.greatest("gx") == records(25)[-1]["gx"]
    assert (len(interface.asked) == 1) is sorts
    interface.asked.clear()
    lower = records(25)[20]["gx"]
    assert rows(connector.read_part(Part(column="gx", lower=lower))) == records(25)[20:]
    assert {asked.query["since"] for asked in interface.asked} == {lower}
    assert connector.greatest_since("gx", lower) == records(25)[-1]["gx"]
    few = Part(columns=("mc",), column="gx", upper=lower, limit=2)
    assert rows(connector.read_part(few)) == [{"mc": one["mc"]} for one in records(2)]
    assert rows(connector.read_part(Part(equal={"bh": "00007"}))) == records(25)[7:8]
    assert Capability.CURSOR not in opened(PAGED).capabilities


def test_a_field_that_the_first_page_lacks_is_not_lost_silently(interface, opened):
    data = records(25)
    data[17]["bz"] = "合成备注"
    interface.answer = paged(data)
    assert fails(opened, PAGED) == "http_column_new"
    assert rows(opened({**PAGED, "columns": "bz"}).read())[17]["bz"] == "合成备注"


def test_values_come_as_they_were_written_and_what_is_no_record_is_set_aside(interface, opened):
    body = '{"rows": [{"id": 12345678901234567890, "q": 1.10, "w": {"x": null, "y": [1]}}, 7, {"id": 2}]}'
    interface.answer = lambda _: Said(body=body.encode("gb18030"))
    connector = opened({"records": "rows"})
    assert rows(connector.read()) == [
        {"id": "12345678901234567890", "q": "1.10", "w.x": None, "w.y": "[1]"},
        {"id": "2", "q": None, "w.x": None, "w.y": None},
    ]
    assert [(line.line, line.reason) for line in connector.rejected()] == [(2, "not_a_record")]
    assert [found.code for found in connector.findings()] == ["total_unknown"]


WRONG = [
    ({"preset": "moon"}, "preset"),
    ({"paging": "page"}, "position_parameter"),
    ({"signing": "header", "secret": "x"}, "key_name"),
    ({"signing": "hmac_sha256", "client_id": "x"}, "secret"),
    ({"signing": "header", "key_name": "token", "secret": "a\r\nHost: b"}, "secret"),
    ({"code": "code"}, "code_ok"),
    ({"since_parameter": "s"}, "since_column"),
    ({"parameters": "year"}, "parameters"),
    ({"page_size": "0"}, "page_size"),
    ({"nonsense": "1"}, "nonsense"),
]


@pytest.mark.parametrize(("options", "name"), WRONG, ids=[name for _, name in WRONG])
def test_an_option_that_cannot_be_is_named(options, name, opened):
    with pytest.raises(ConnectorError) as raised:
        opened(options)
    assert (raised.value.code, raised.value.detail["option"]) == ("connectors.option_invalid", name)


def test_a_connection_test_says_which_step_failed(interface, tmp_path):
    interface.answer, options = STYLES["linyi"]
    given = {"url": f"{interface.root}/api/1/x", **options}
    found = check_source("http_json", given, root=tmp_path, limits=LIMITS)
    assert (found.passed, found.columns, found.rows) == (True, 3, 10)
    interface.answer = lambda _: Said(status=401, body={})
    found = check_source("http_json", given, root=tmp_path, limits=LIMITS)
    assert [one.step.value for one in found.steps if one.passed is False] == ["sign_in"]
    found = check_source("http_json", given, root=tmp_path, limits=ReadLimits())
    assert [one.step.value for one in found.steps if one.passed is False] == ["options"]


def test_requests_keep_their_distance(interface, opened):
    interface.answer = paged(records(25))
    connector = opened({**PAGED, "per_minute": "60000"})
    waited: list[float] = []
    asker = connector._asker()
    asker._sleep = waited.append
    for page in (1, 2, 3):
        asker.ask(f"{interface.root}/x", {"pageNum": page, "pageSize": 1})
    assert asker._next_at > 0
    assert all(0 < one <= 0.003 for one in waited)


def test_retry_after_is_seconds_or_a_date():
    assert seconds_of("7") == 7
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < (seconds_of(soon) or 0) <= 60
    assert seconds_of("") is None
    assert seconds_of("soon") is None
