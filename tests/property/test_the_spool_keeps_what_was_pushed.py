"""Whatever is pushed, in whatever portions, is read once, in order; a crash between any two writes changes nothing."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jutong.dataflow.connectors.pushes.errors import SpoolDamaged, SpoolFull
from jutong.dataflow.connectors.pushes.messages import Message
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def a_message(number: int, **more) -> Message:
    return Message(id=f"m{number}", rows=({"n": str(number)},), **more)


def numbers(spool: Spool, after: int = 0) -> list[int]:
    return [int(row["n"]) for record in spool.records(after) for row in record.rows]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.lists(st.integers(0, 30), min_size=1, max_size=5).map(lambda ids: ("push", ids)),
            st.just(("read", [])),
            st.just(("tear", [])),
            st.just(("forget_index", [])),
        ),
        max_size=12,
    )
)
def test_each_message_is_read_once_whatever_happens_between(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("spool")
    spool, pushed, read, position = Spool(folder), [], [], 0
    for step, ids in steps:
        if step == "push":
            spool.append([a_message(number) for number in ids], at=NOON)
            pushed += [number for number in dict.fromkeys(ids) if number not in pushed]
        elif step == "read":
            read += numbers(spool, position)
            position = spool.end()
            spool.forget(position, at=NOON)
        elif step == "tear" and (segments := sorted(folder.glob("*.jsonl"))):
            with segments[-1].open("ab") as file:  # a crash in the middle of a write
                file.write(b'{"n":99,"rows":[{"n"')
            spool = Spool(folder)
        elif step == "forget_index" and not position:  # the power failed before the index was on disk
            for name in ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"):
                (folder / name).unlink(missing_ok=True)
            spool = Spool(folder)
    assert read + numbers(spool, position) == pushed


def test_offsets_of_a_stream_only_grow(tmp_path):
    spool = Spool(tmp_path)
    first = spool.append([a_message(n, stream="gps/0", offset=n) for n in (5, 6)], at=NOON)
    again = spool.append([a_message(n + 90, stream="gps/0", offset=n) for n in (6, 7)], at=NOON)
    assert [kept.duplicate for kept in (*first, *again)] == [False, False, True, False]
    assert spool.offset("gps/0") == 7
    spool.forget_stream("gps/0")
    assert not spool.append([a_message(200, stream="gps/0", offset=0)], at=NOON)[0].duplicate


def test_a_repeated_push_gets_the_first_answer_and_a_full_spool_takes_nothing(tmp_path):
    spool = Spool(tmp_path, SpoolSettings(max_mb=1, segment_mb=1))
    (kept,) = spool.append([a_message(1, receipt={"number": "R1"})], at=NOON)
    (again,) = Spool(tmp_path).append([a_message(1, receipt={"number": "R2"})], at=NOON)
    assert (kept.duplicate, again.duplicate, again.receipt) == (False, True, {"number": "R1"})
    with pytest.raises(SpoolFull):
        spool.append([Message(id="big", rows=({"n": "7" * (1 << 20)},))], at=NOON)
    assert numbers(spool) == [1]
    assert not spool.knows("big")


def test_segments_go_only_when_their_records_are_committed(tmp_path):
    spool = Spool(tmp_path, SpoolSettings(segment_mb=1))
    for number in range(6):
        spool.append([Message(id=f"b{number}", rows=({"n": str(number), "x": "x" * 400_000},))], at=NOON)
    segments = len(list(tmp_path.glob("*.jsonl")))
    assert segments == 3
    assert spool.forget(3, at=NOON) == 1
    assert numbers(spool, 3) == [3, 4, 5]
    assert spool.forget(6, at=NOON) == 2
    assert (numbers(spool, 6), spool.end(), spool.backlog(6).records) == ([], 6, 0)
    assert spool.append([Message(id="b3", rows=({"n": "3"},))], at=NOON)[0].duplicate


def test_a_lost_segment_is_noticed(tmp_path):
    spool = Spool(tmp_path, SpoolSettings(segment_mb=1))
    for number in range(4):
        spool.append([Message(rows=({"n": str(number), "x": "x" * 600_000},))], at=NOON)
    sorted(tmp_path.glob("*.jsonl"))[1].unlink()
    with pytest.raises(SpoolDamaged):
        numbers(spool)


PUSHER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from jutong.dataflow.connectors.pushes.messages import Message
    from jutong.dataflow.connectors.pushes.spool import Spool
    spool = Spool(Path(sys.argv[1]))
    for number in range(int(sys.argv[2]), 100_000):
        spool.append([Message(id=f"m{number}", rows=({"n": str(number)},))], at=datetime.now(UTC))
        print(number, flush=True)
"""


def test_a_killed_pusher_loses_nothing_that_was_acknowledged_and_doubles_nothing(tmp_path):
    acknowledged = -1
    for trial in range(2):
        pusher = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PUSHER), str(tmp_path), str(acknowledged + 1)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            text=True,
        )
        assert pusher.stdout is not None
        acknowledged = int(pusher.stdout.readline())
        time.sleep(0.02 + 0.013 * trial)
        pusher.send_signal(signal.SIGKILL)
        acknowledged = max(
            [acknowledged, *(int(line) for line in pusher.stdout.read().split("\n")[:-1] if line)]
        )
        pusher.wait(timeout=10)
        pusher.stdout.close()
    spool = Spool(tmp_path)
    found = numbers(spool)
    assert found == sorted(set(found))
    assert found[: acknowledged + 1] == list(range(acknowledged + 1))
    assert len(found) - (acknowledged + 1) <= 1  # written, and killed before it could say so
    assert not spool.append([a_message(acknowledged + 5)], at=NOON)[0].duplicate
