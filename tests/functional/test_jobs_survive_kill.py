"""Jobs on the durable engine: once a key, and resumed at the interrupted step after kill -9."""

import subprocess
import sys
import time

import pytest

WORKER = """
import sys, time
from pathlib import Path
from jutong.processes.jobs import JobEngine, JobStore, job, step

folder = Path(sys.argv[1])

@step("first")
def first(identifier):
    with (folder / "first.log").open("a") as log:
        log.write(identifier + "\\n")
    return identifier

@step("second")
def second(identifier):
    (folder / "second.started").touch()
    if not (folder / "go").exists():
        time.sleep(60)
    with (folder / "second.log").open("a") as log:
        log.write(identifier + "\\n")
    return "done"

@job("two_steps")
def two_steps(identifier):
    return second(first(identifier))

with JobEngine(JobStore.file(folder / "jobs.sqlite", executor="worker")) as engine:
    print(engine.submit(two_steps, "run_1", key="run_1").result(), flush=True)
"""


def start(folder):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(path, seconds=30):
    deadline = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > deadline:
            pytest.fail(f"{path.name} did not appear")
        time.sleep(0.05)


def test_a_job_killed_in_its_second_step_goes_on_there_and_repeats_nothing(tmp_path):
    worker = start(tmp_path)
    wait_for(tmp_path / "second.started")
    worker.kill()
    worker.communicate()
    (tmp_path / "go").touch()

    resumed = start(tmp_path)
    out, err = resumed.communicate(timeout=60)

    assert out.strip() == "done", err
    assert (tmp_path / "first.log").read_text() == "run_1\n"
    assert (tmp_path / "second.log").read_text() == "run_1\n"


def test_a_job_asked_for_again_under_its_key_is_not_run_again(tmp_path):
    (tmp_path / "go").touch()
    for _ in range(2):
        out, err = start(tmp_path).communicate(timeout=60)
        assert out.strip() == "done", err
    assert (tmp_path / "second.log").read_text() == "run_1\n"
