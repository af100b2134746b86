"""The worker: what is asked for becomes a job once, files follow deliveries, what time brings about happens."""

import signal
import subprocess
import sys
import time
from uuid import uuid4

import psycopg
import pytest

from tests.support.postgresql import server
from tests.support.worker_home import (
    REQUEST,
    ROOT,
    environment,
    make_home,
    newest_run,
    row_of,
    running_worker,
    start_worker,
    tell,
    wait_until,
    write_source,
)

STATE = """
from jutong.dataflow.serving import current_release, open_current
home = settings.DATA_HOME
release = current_release(home.releases, "shops")
with open_current(home.serving, "shops") as snapshot:
    served = [snapshot.version, snapshot.rows]
dataset = opening.dataset("shops")
newest = collection.runs(SYSTEM_ACTOR).rows[0]
answer = {"run": newest.status.value, "landed": newest.landed, "version": newest.version,
          "released": [dataset.status.value, dataset.rows, release and release.rows], "served": served}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker") / "home"
    make_home(folder, rows=200, opened=True)
    return folder


def dataset(home):
    return row_of(home, "SELECT * FROM opening_dataset")


def ended(home, run_id):
    return newest_run(home)["run_id"] == run_id and newest_run(home)["status"] in {"succeeded", "failed"}


def test_deliveries_land_are_served_and_go_out_and_the_worker_stops_when_told(home):
    heartbeat = home / "logs/worker.heartbeat"
    with running_worker(home) as worker:
        wait_until(heartbeat.exists, "a sign of life")
        second = subprocess.Popen(
            [sys.executable, "-m", "jutong.entrypoints.cli", "worker"],
            env=environment(home),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rows in (200, 250):
            write_source(home, rows)
            run_id = tell(home, REQUEST)
            wait_until(lambda run_id=run_id: ended(home, run_id), "the end of the run")
            wait_until(
                lambda rows=rows: (dataset(home)["status"], dataset(home)["release_rows"]) == ("open", rows),
                "the open files",
            )
        assert tell(home, STATE) == {
            "run": "succeeded",
            "landed": 250,
            "version": newest_run(home)["lake_version"],
            "released": ["open", 250, 250],
            "served": [newest_run(home)["lake_version"], 250],
        }
        _, complaint = second.communicate(timeout=60)
        assert second.returncode == 6, "one worker a data home"
        assert "processes.worker_running" in complaint
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    assert not heartbeat.exists(), "a command must not wait for a worker that has gone"
    jobs = "sqlite3.connect(f'file:{home.jobs_database}?mode=ro', uri=True)"
    counted = tell(
        home,
        f"import sqlite3\nhome = settings.DATA_HOME\nanswer = dict({jobs}.execute("
        "\"SELECT name || ':' || status, count(*) FROM workflow_status GROUP BY 1\").fetchall())",
    )
    assert counted["release:SUCCESS"] == 2


def test_a_run_whose_entry_was_withdrawn_meanwhile_ends_and_says_why(home):
    tell(home, REQUEST)
    tell(
        home,
        "from jutong.control.catalogue import api as catalogue\n"
        "catalogue.withdraw(actor_named('reviewer'), 'shops', reason='机构改革', clock=clock)\nanswer = 1",
    )
    with running_worker(home):
        run = wait_until(
            lambda: newest_run(home)["status"] not in {"queued", "running"} and newest_run(home), "its end"
        )
        wait_until(lambda: dataset(home)["status"] == "withdrawn", "the withdrawn dataset")
    assert (run["status"], run["error_code"]) == ("failed", "catalogue.entry_not_found")


# One scenario in one process: the engine is real, the clock stands where it is put.
SWEEPS = """
import shutil, time
from datetime import UTC, datetime, timedelta
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.opening.models import Dataset
from jutong.dataflow.serving import open_current
from jutong.kernel.clock import FixedClock
from jutong.processes.dispatch import submit_waiting, sweep, worker_is_alive
from jutong.processes.jobs import JobEngine
from jutong.processes.worker import job_store

home, clock = settings.DATA_HOME, FixedClock(datetime.now(UTC).replace(hour=2, minute=31, second=0))
answer = {}

def settle(engine):
    while engine.busy():
        time.sleep(0.02)

def asked(engine, name):
    return sorted(key for key in engine._asked if key.startswith(name))

with JobEngine(job_store("worker")) as engine:
    Binding.objects.update(next_run_at=clock.now())
    sweep(engine, clock=clock)
    sweep(engine, clock=clock)
    answer["runs_asked_for"] = CollectionRun.objects.count()
    for _ in range(3):
        submit_waiting(engine, clock=clock)
        settle(engine)
    answer["delivered"] = [run.status.value for run in collection.runs(SYSTEM_ACTOR).rows]
    answer["released"] = opening.dataset("shops").status.value
    answer["releases"] = len(asked(engine, "release"))
    answer["upkeep"] = len(asked(engine, "upkeep"))

    # A snapshot that went missing is made again.
    shutil.rmtree(home.serving / "shops")
    sweep(engine, clock=clock)
    settle(engine)
    with open_current(home.serving, "shops") as snapshot:
        answer["served_again"] = snapshot.rows

    # A release that fails is tried again at the next look, not at every one.
    clock.advance(timedelta(minutes=5))
    shutil.rmtree(home.releases / "shops")
    (home.releases / "shops").write_text("in the way")
    Dataset.objects.update(release_version=None)
    for _ in range(3):
        submit_waiting(engine, clock=clock)
        settle(engine)
    answer["failed_releases"] = len(asked(engine, "release")) - answer["releases"]
    (home.releases / "shops").unlink()
    clock.advance(timedelta(minutes=5))
    submit_waiting(engine, clock=clock)
    settle(engine)
    answer["released_at_last"] = Dataset.objects.get().release_version is not None

    # Values that identify a person take the dataset down.
    source = home.sources / "minzheng/shops.csv"
    source.write_text(source.read_text().replace("合成第3店", "联系人13800138000"))
    collection.request_run(SYSTEM_ACTOR, "shops", clock=clock)
    for _ in range(2):
        submit_waiting(engine, clock=clock)
        settle(engine)
    held = opening.dataset("shops")
    answer["held"] = [held.status.value, "学校名称" in held.withdrawn_reason, "138" in held.withdrawn_reason]

    # A run whose worker is gone does not stay running: it is taken over.
    run = collection.request_run(SYSTEM_ACTOR, "shops", clock=clock)
    collection.start_run(SYSTEM_ACTOR, run.run_id, worker="elsewhere", home=home, clock=clock)
    clock.advance(timedelta(minutes=6))
    sweep(engine, clock=clock)
    answer["lost"] = collection.run(SYSTEM_ACTOR, run.run_id).error_code
    submit_waiting(engine, clock=clock)
    settle(engine)
    taken = collection.run(SYSTEM_ACTOR, run.run_id)
    answer["taken_over"] = [taken.status.value, taken.attempt]

    answer["alive"] = worker_is_alive(home)
    settle(engine)
"""


def test_what_time_and_failures_bring_about(tmp_path):
    make_home(tmp_path / "home", rows=50, opened=True)
    assert tell(tmp_path / "home", SWEEPS) == {
        "runs_asked_for": 1,
        "delivered": ["succeeded"],
        "released": "open",
        "releases": 1,
        "upkeep": 1,
        "served_again": 50,
        "failed_releases": 1,
        "released_at_last": True,
        "held": ["withdrawn", True, False],
        "lost": "collection.lease_lost",
        "taken_over": ["succeeded", 2],
        "alive": False,
    }


@pytest.mark.postgresql
def test_control_database_and_jobs_on_postgresql(tmp_path):
    address, name = server(), f"jutong_{uuid4().hex}"
    url = {"JUTONG_DATABASE_URL": address.rpartition("/")[0] + f"/{name}"}
    home = tmp_path / "home"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            make_home(home, rows=50, opened=True, **url)
            tell(home, REQUEST, **url)
            worker = start_worker(home, **url)
            try:
                with psycopg.connect(url["JUTONG_DATABASE_URL"], autocommit=True) as watching:
                    wait_until(
                        lambda: (
                            watching.execute("SELECT status FROM opening_dataset").fetchone() == ("open",)
                        ),
                        "the open files",
                    )
                    released = "SELECT status FROM dbos.workflow_status WHERE name = 'release'"
                    wait_until(
                        lambda: watching.execute(released).fetchall() == [("SUCCESS",)], "the end of its job"
                    )
            finally:
                worker.terminate()
                worker.wait(timeout=30)
            state = tell(home, STATE, **url)
            assert state["run"] == "succeeded"
            assert state["released"] == ["open", 50, 50]
            assert not (home / "jobs.sqlite").exists()
        finally:
            time.sleep(0.2)
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
