"""The writer of evidence: group commit, crashes, full disks, new segments."""

import asyncio
import errno
import json
import os
import threading

import pytest

from jutong.evidence import EvidenceUnavailable, WriterSlotTaken, open_writer, read_records, verify_folder
from jutong.kernel.home import DataHome
from tests.support.evidence import a_record, open_test_writer, write_segments


def segments(folder):
    return sorted(path.name for path in folder.glob("*.jsonl"))


def test_what_was_recorded_is_read_back_in_order(tmp_path):
    write_segments(tmp_path, 3, 2)
    stored = list(read_records(tmp_path))
    assert [item.record for item in stored] == [a_record(n) for n in range(5)]
    assert verify_folder(tmp_path).ok
    assert verify_folder(tmp_path).records == 5


def test_calls_of_many_tasks_and_threads_share_one_chain(tmp_path):
    async def calls(writer):
        await asyncio.gather(*(writer.record(a_record(n)) for n in range(200)))

    with open_test_writer(tmp_path) as writer:
        threads = [
            threading.Thread(target=writer.record_and_wait, args=(a_record(1000 + n),)) for n in range(20)
        ]
        for thread in threads:
            thread.start()
        asyncio.run(calls(writer))
        for thread in threads:
            thread.join()
    verdict = verify_folder(tmp_path)
    assert verdict.ok
    assert verdict.records == 220


def test_a_caller_that_has_gone_does_not_disturb_the_others(tmp_path):
    async def calls(writer):
        gone = asyncio.create_task(writer.record(a_record(0)))
        await asyncio.sleep(0)
        gone.cancel()
        await writer.record(a_record(1))

    with open_test_writer(tmp_path) as writer:
        asyncio.run(calls(writer))
    assert verify_folder(tmp_path).records == 2


def test_one_name_belongs_to_one_writer(tmp_path):
    with open_test_writer(tmp_path), pytest.raises(WriterSlotTaken):
        open_test_writer(tmp_path)


def test_processes_of_one_role_get_slots_of_their_own(tmp_path):
    home = DataHome(tmp_path)
    with open_writer(home, "gateway") as first, open_writer(home, "gateway") as second:
        assert (first.writer_id, second.writer_id) == ("gateway-1", "gateway-2")
    with open_writer(home, "gateway") as again:
        assert again.writer_id == "gateway-1"
    assert verify_folder(home.evidence).ok


def test_a_torn_last_line_is_set_aside_and_the_chain_goes_on(tmp_path):
    write_segments(tmp_path, 3)
    segment = tmp_path / "gateway-1.000001.jsonl"
    (tmp_path / "gateway-1.000001.jsonl.seal").unlink()  # a crash leaves no seal
    with segment.open("ab") as file:
        file.write(b'{"seq":5,"prev":"ab')
    assert verify_folder(tmp_path).ok
    assert verify_folder(tmp_path).torn == (segment.name,)
    with open_test_writer(tmp_path) as writer:
        writer.record_and_wait(a_record(3))
    verdict = verify_folder(tmp_path)
    assert verdict.ok
    assert (verdict.records, verdict.sealed, verdict.torn) == (4, 2, ())
    assert (tmp_path / "gateway-1.000001.jsonl.torn").read_bytes() == b'{"seq":5,"prev":"ab'
    header = json.loads((tmp_path / "gateway-1.000002.jsonl").read_text().splitlines()[0])
    assert header["torn_bytes"] == 19


def test_a_segment_of_which_no_line_was_finished_gives_its_number_back(tmp_path):
    write_segments(tmp_path, 1)
    (tmp_path / "gateway-1.000002.jsonl").write_bytes(b'{"seq"')
    write_segments(tmp_path, 1)
    assert segments(tmp_path) == ["gateway-1.000001.jsonl", "gateway-1.000002.jsonl"]
    assert verify_folder(tmp_path).ok


def test_a_full_segment_is_sealed_and_a_new_one_begun(tmp_path):
    with open_test_writer(tmp_path, segment_megabytes=0) as writer:
        for number in range(4):
            writer.record_and_wait(a_record(number))
    verdict = verify_folder(tmp_path)
    assert verdict.ok
    assert verdict.segments >= 4
    assert verdict.sealed == verdict.segments


def test_a_disk_error_refuses_everyone_until_a_new_segment_could_be_begun(tmp_path, monkeypatch):
    real = os.fdatasync
    full = threading.Event()
    full.set()

    def fdatasync(file):
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    with open_test_writer(tmp_path) as writer:
        monkeypatch.setattr(os, "fdatasync", fdatasync)
        monkeypatch.setattr("jutong.evidence.writer._RETRY_SECONDS", 0.01)
        with pytest.raises(EvidenceUnavailable, match="No space left"):
            writer.record_and_wait(a_record(0))
        full.clear()
        deadline = 500
        while not writer.healthy and deadline:
            threading.Event().wait(0.01)
            deadline -= 1
        writer.record_and_wait(a_record(1))
    stored = [item.record.request_id for item in read_records(tmp_path)]
    assert stored == ["req_1"]  # the refused call was never answered and leaves no record
    assert verify_folder(tmp_path).ok


def test_a_record_that_cannot_be_written_refuses_its_caller_and_holds_up_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr("jutong.evidence.writer._RETRY_SECONDS", 0.01)
    with open_test_writer(tmp_path) as writer:
        with pytest.raises(EvidenceUnavailable):
            writer.record_and_wait(a_record(0, actor="\ud800"))
        while not writer.healthy:
            threading.Event().wait(0.01)
        writer.record_and_wait(a_record(1))
    assert [item.record.request_id for item in read_records(tmp_path)] == ["req_1"]
    assert verify_folder(tmp_path).ok


def test_a_closed_writer_refuses(tmp_path):
    writer = open_test_writer(tmp_path)
    writer.close()
    with pytest.raises(EvidenceUnavailable):
        writer.record_and_wait(a_record(0))
    assert not writer.healthy
