"""A follower that is killed (SIGKILL) at random moments while the source is written to: the pool ends as the source."""

import json
import subprocess
import sys

import pytest

from tests.support.worker_home import ROOT, environment


def through(home, trials, seed, capsys):
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.follow_kills", str(trials), str(seed)],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    with capsys.disabled():
        sys.stdout.write(f"\n  followers killed: {found}\n")
    assert found["finished"]
    assert found["rows"] > 0
    assert not any(found[name] for name in ("lost", "left_over", "doubled", "other_values"))
    return found


def test_a_few_kills(tmp_path, capsys):
    assert through(tmp_path, 4, 4, capsys)["killed_at_work"] == 4


@pytest.mark.slow
def test_sixty_kills(tmp_path, capsys):
    assert through(tmp_path, 60, 20261122, capsys)["killed_at_work"] == 60
