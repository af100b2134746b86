"""What the verifier says about segments and seals that someone touched."""

import json

import pytest

from jutong.evidence import verify_folder
from jutong.evidence.records import Chain, chain_record
from jutong.kernel.crypto import provider
from tests.support.evidence import SEAL_KEYS, a_record, open_test_writer, write_segments

FIRST, SECOND, THIRD = (f"gateway-1.00000{n}.jsonl" for n in (1, 2, 3))


@pytest.fixture
def folder(tmp_path):
    write_segments(tmp_path, 2, 2, 2)
    assert verify_folder(tmp_path).ok
    return tmp_path


def first_problem(folder, **options):
    problem = verify_folder(folder, **options).first
    assert problem is not None
    return problem.file, problem.line, problem.reason


def test_an_empty_folder_is_in_order(tmp_path):
    assert verify_folder(tmp_path).ok


def test_a_removed_first_segment_is_noticed(folder):
    (folder / FIRST).unlink()
    (folder / f"{FIRST}.seal").unlink()
    assert first_problem(folder) == (SECOND, 1, "segment_removed")


def test_a_removed_middle_segment_is_noticed(folder):
    (folder / SECOND).unlink()
    (folder / f"{SECOND}.seal").unlink()
    assert first_problem(folder) == (THIRD, 1, "segment_removed")


def test_a_removed_last_segment_is_noticed_by_its_seal(folder):
    (folder / THIRD).unlink()
    assert first_problem(folder) == (f"{THIRD}.seal", 0, "segment_missing")


def test_a_finished_segment_without_seal_is_noticed(folder):
    (folder / f"{FIRST}.seal").unlink()
    assert first_problem(folder) == (FIRST, 0, "seal_missing")


def test_lines_added_after_the_seal_are_noticed(folder):
    last = json.loads((folder / THIRD).read_bytes().splitlines()[-1])
    forged = chain_record(Chain(last["seq"], last["hash"]), a_record(99), provider("gm"))
    with (folder / THIRD).open("ab") as file:
        file.write(forged)
    assert first_problem(folder) == (THIRD, 4, "appended")


def test_a_segment_that_was_written_anew_does_not_fit_its_seal(folder):
    lines = (folder / THIRD).read_bytes().splitlines(keepends=True)
    first = json.loads(lines[0])
    chain = Chain(first["seq"], first["hash"])
    forged = [chain_record(chain, a_record(n, rows=0), provider("gm")) for n in (4, 5)]
    (folder / THIRD).write_bytes(lines[0] + b"".join(forged))
    assert first_problem(folder) == (THIRD, 3, "seal_mismatch")


def test_a_changed_seal_is_noticed(folder):
    path = folder / f"{SECOND}.seal"
    path.write_text(path.read_text().replace('"count": 3', '"count": 2'))
    assert first_problem(folder) == (f"{SECOND}.seal", 0, "seal_forged")
    path.write_text("{}")
    assert first_problem(folder) == (f"{SECOND}.seal", 0, "seal_unreadable")


def test_someone_elses_seals_do_not_pass_with_the_platforms_key(folder):
    assert verify_folder(folder, public_key=SEAL_KEYS.public).ok
    assert verify_folder(folder, public_key=(folder / "seal.pub").read_bytes() + b"\n").ok
    stranger = provider("gm").generate_keypair()
    assert first_problem(folder, public_key=stranger.public)[2] == "seal_forged"


def test_every_writer_has_a_chain_of_its_own(folder):
    write_segments(folder, 1, writer_id="console-1")
    verdict = verify_folder(folder)
    assert verdict.ok
    assert (verdict.segments, verdict.sealed, verdict.records) == (4, 4, 7)


def test_a_running_writers_open_segment_is_in_order(folder):
    with open_test_writer(folder) as writer:
        writer.record_and_wait(a_record(6))
        verdict = verify_folder(folder)
    assert verdict.ok
    assert (verdict.segments, verdict.sealed) == (4, 3)


def test_the_verdict_speaks_both_languages(folder):
    (folder / SECOND).write_bytes((folder / SECOND).read_bytes().replace(b"lookup", b"lookuq", 1))
    problem = verify_folder(folder).first
    assert problem is not None
    assert problem.message("zh") == f"{SECOND} 第 2 行：该行内容被改动"
    assert problem.message("en") == f"{SECOND} line 2: the line was changed"
