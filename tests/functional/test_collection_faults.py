"""What befalls a collection: killed at random points, a source that goes, a full disk, a clock that jumps, a delivery
that comes twice. Nothing is lost, nothing doubled, no run stays as it is for ever, and each says what happened."""

import json
import subprocess
import sys

import pytest

from tests.support.worker_home import ROOT, environment, make_home

SEED = 20_260_302


def through_kills(folder, trials):
    make_home(folder, rows=10)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.kills", str(trials), str(SEED)],
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    sys.stderr.write(f"full runs: {told['killed_at_work']} kills at random points in {told['trials']} trials\n")
    return told


def test_full_runs_killed_at_random_points_lose_and_double_nothing(tmp_path):
    told = through_kills(tmp_path / "home", 4)
    assert (told["trials"], told["faults"]) == (4, [])


@pytest.mark.slow
def test_full_runs_killed_at_two_hundred_random_points_lose_and_double_nothing(tmp_path):
    told = through_kills(tmp_path / "home", 220)
    assert told["faults"] == []
    assert told["killed_at_work"] >= 200
