"""Whatever is done to a line of evidence, the verifier says no and names the place."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jutong.evidence import verify_folder
from tests.support.evidence import write_segments

LINES = 9  # header and eight records


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    write_segments(folder, LINES - 1)
    assert verify_folder(folder).ok
    return folder


def damaged(original: Path, tmp_path: Path, lines: list[bytes]) -> Path:
    shutil.rmtree(tmp_path)
    shutil.copytree(original, tmp_path)
    next(tmp_path.glob("*.jsonl")).write_bytes(b"".join(lines))
    return tmp_path


def lines_of(folder: Path) -> list[bytes]:
    return next(folder.glob("*.jsonl")).read_bytes().splitlines(keepends=True)


anything = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
line_numbers = st.integers(0, LINES - 1)


@anything
@given(number=line_numbers, data=st.data())
def test_a_changed_byte_is_found_on_its_line(original, tmp_path, number, data):
    lines = lines_of(original)
    position = data.draw(st.integers(0, len(lines[number]) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b not in {10, lines[number][position]}))
    lines[number] = lines[number][:position] + bytes([byte]) + lines[number][position + 1 :]
    verdict = verify_folder(damaged(original, tmp_path, lines))
    assert verdict.first is not None
    assert verdict.first.line == number + 1


@anything
@given(number=line_numbers)
def test_a_removed_line_is_found_where_it_stood(original, tmp_path, number):
    lines = lines_of(original)
    del lines[number]
    verdict = verify_folder(damaged(original, tmp_path, lines))
    assert verdict.first is not None
    assert (verdict.first.line, verdict.first.reason) == (
        number + 1,
        "truncated" if number == LINES - 1 else "segment_removed" if number == 0 else "removed",
    )


@anything
@given(source=line_numbers, place=line_numbers)
def test_a_line_that_is_copied_elsewhere_is_found(original, tmp_path, source, place):
    lines = lines_of(original)
    lines.insert(place, lines[source])
    verdict = verify_folder(damaged(original, tmp_path, lines))
    assert verdict.first is not None
    assert verdict.first.line in {place + 1, place + 2}  # a copy beside its original: the second one is wrong


@anything
@given(order=st.permutations(range(LINES)))
def test_lines_in_another_order_are_found_at_the_first_wrong_one(original, tmp_path, order):
    lines = lines_of(original)
    verdict = verify_folder(damaged(original, tmp_path, [lines[i] for i in order]))
    wrong = next((i for i, number in enumerate(order) if i != number), None)
    if wrong is None:
        assert verdict.ok
    else:
        assert verdict.first is not None
        assert verdict.first.line == wrong + 1


@anything
@given(kept=st.integers(0, LINES - 1))
def test_a_sealed_segment_cannot_lose_its_end(original, tmp_path, kept):
    verdict = verify_folder(damaged(original, tmp_path, lines_of(original)[:kept]))
    assert verdict.first is not None
    assert (verdict.first.line, verdict.first.reason) == (kept + 1, "truncated")
