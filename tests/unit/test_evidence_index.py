"""Questions to the evidence."""

from datetime import timedelta

import pytest

from jutong.evidence import EvidenceIndex
from jutong.kernel.paging import CursorInvalid
from tests.support.evidence import NOON, a_record, open_test_writer


@pytest.fixture
def folder(tmp_path):
    with open_test_writer(tmp_path) as writer:
        for number in range(10):
            even = number % 2 == 0
            writer.record_and_wait(
                a_record(
                    number,
                    grant_id="grt-1" if even else "grt-2",
                    consumer="D-HRSS" if even else "D-TAX",
                    outcome="ok" if number else "gateway.key_missing",
                )
            )
    return tmp_path


def requests(page):
    return [row.request_id for row in page.rows]


def test_records_come_newest_first_and_whole(folder):
    page = EvidenceIndex(folder).calls(limit=2)
    assert page.rows[0] == a_record(9, grant_id="grt-2", consumer="D-TAX")
    assert requests(page) == ["req_9", "req_8"]


def test_pages_follow_each_other_without_gap_or_overlap(folder):
    index, seen, after = EvidenceIndex(folder), [], None
    while True:
        page = index.calls(grant_id="grt-1", limit=2, after=after)
        seen += requests(page)
        after = page.next_cursor
        if after is None:
            break
    assert seen == ["req_8", "req_6", "req_4", "req_2", "req_0"]


def test_a_department_finds_calls_as_consumer_and_as_provider(folder):
    index = EvidenceIndex(folder)
    assert len(index.calls(department="D-TAX").rows) == 5
    assert len(index.calls(department="D-POLICE").rows) == 10
    assert index.calls(department="D-HEALTH").rows == ()


def test_a_span_of_time_includes_its_start_and_not_its_end(folder):
    page = EvidenceIndex(folder).calls(since=NOON + timedelta(seconds=3), until=NOON + timedelta(seconds=5))
    assert requests(page) == ["req_4", "req_3"]


def test_new_records_are_loaded_once(folder):
    index = EvidenceIndex(folder)
    assert index.refresh() == 10
    assert index.refresh() == 0
    with open_test_writer(folder) as writer:
        writer.record_and_wait(a_record(10))
        assert EvidenceIndex(folder).refresh() == 1
    assert len(index.calls(limit=100).rows) == 11


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b'{"kind":"call"}', b"7"])
def test_a_line_that_is_no_record_hides_none_of_the_others(folder, line):
    segment = next(folder.glob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([*lines[:4], line + b"\n", *lines[5:]]))
    index = EvidenceIndex(folder)
    assert requests(index.calls(limit=20)) == [f"req_{n}" for n in (9, 8, 7, 6, 5, 4, 2, 1, 0)]
    assert index.refresh() == 0


def test_counts_for_supervision_add_up(folder):
    counts = EvidenceIndex(folder).counts(("entry", "grant_id", "day"))
    assert [(c.group, c.calls, c.answered, c.rows) for c in counts] == [
        (("330100-01", "grt-1", "2026-03-02"), 5, 4, 5),
        (("330100-01", "grt-2", "2026-03-02"), 5, 5, 5),
    ]


def test_a_day_is_one_of_shanghai(tmp_path):
    late = a_record(0, time=NOON.replace(hour=16))
    with open_test_writer(tmp_path) as writer:
        writer.record_and_wait(late)
    assert EvidenceIndex(tmp_path).counts(("day",))[0].group == ("2026-03-03",)


def test_a_foreign_cursor_is_refused(folder):
    with pytest.raises(CursorInvalid):
        EvidenceIndex(folder).calls(after="abc")
