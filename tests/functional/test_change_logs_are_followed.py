"""What happens in a followed table arrives by itself, through faults of the source, of its shape and of people."""

import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError

from jutong.control.collection import api as collection
from jutong.control.collection.api import BindingSettings, RunStatus, SourceDraft
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors.changes_errors import ChangesLost
from jutong.dataflow.connectors.postgresql_changes import slot_name
from jutong.dataflow.lake import TableName
from jutong.kernel.clock import SystemClock
from jutong.processes import following
from jutong.processes.collection import carry_run
from jutong.processes.lakes import lake_of
from jutong.processes.settings import FollowSettings
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy
from tests.support.control import CIVIL, a_city, a_published_entry, an_item
from tests.support.postgresql_cluster import postgresql_cluster

SERVICE = "followed"
POOL = TableName("pool", SERVICE)
SETTINGS = FollowSettings(threads=2, serve_seconds=0.0)


@pytest.fixture(scope="module")
def cluster():
    with postgresql_cluster() as cluster:
        yield cluster


@pytest.fixture
def world(cluster, tmp_path, transactional_db, settings, monkeypatch):
    for name, value in (("BUSY_PAUSE_S", 0.05), ("IDLE_PAUSE_S", 0.1), ("LOOK_EVERY_S", 0.2), ("TELL_EVERY_S", 0.3),
                        ("FIRST_REST_S", 0.2), ("LONGEST_REST_S", 0.5), ("CALL_OFF_EVERY_S", 0.3)):  # fmt: skip
        monkeypatch.setattr(following, name, value)
    city = a_city(tmp_path)
    settings.DATA_HOME = city.home
    world = World(cluster, city)
    yield world
    world.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots", "DROP TABLE t")
    world.sql(f"DROP PUBLICATION IF EXISTS {slot_name(SERVICE)}")


class World:
    def __init__(self, cluster, city):
        self.cluster, self.city, self.clock = cluster, city, SystemClock()
        self.sql(
            "CREATE TABLE t (id bigint PRIMARY KEY, name text)",
            "INSERT INTO t SELECT n, '合成' || n FROM generate_series(1, 40) n",
        )
        items = (
            an_item("id", name="编号", data_type=DataType.INTEGER, key=True, required=True),
            an_item("name", name="店名"),
        )
        a_published_entry(city, SERVICE, title="变更日志样表", items=items, query_keys=(("id",),))
        draft = SourceDraft(
            code="log_pg", name="样库", department=CIVIL, kind="postgresql", options={"table": "t"},
            secret_options={"dsn": cluster.url},
        )  # fmt: skip
        collection.add_source(city.civil_engineer, draft, home=city.home, clock=self.clock)
        collection.bind(
            city.civil_engineer, service=SERVICE, source="log_pg", mode="change_log", clock=self.clock
        )

    def sql(self, *statements):
        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def run(self, **more):
        asked = collection.request_run(SYSTEM_ACTOR, SERVICE, clock=self.clock, **more)
        carry_run(asked.run_id)
        return collection.run(SYSTEM_ACTOR, asked.run_id)

    def pool(self):
        with lake_of(self.city.home) as lake:
            return sorted(
                (row["id"], row["name"]) for row in lake.read(POOL, columns=("id", "name")).to_pylist()
            )

    def source(self):
        with psycopg.connect(self.cluster.url) as connection:
            return connection.execute("SELECT id, name FROM t ORDER BY id").fetchall()

    def arrived(self):
        return self.pool() == self.source()

    def binding(self):
        return Binding.objects.get()

    def slots(self):
        with psycopg.connect(self.cluster.url) as connection:
            return connection.execute("SELECT count(*) FROM pg_replication_slots").fetchone()[0]

    def set(self, mode=CollectionMode.CHANGE_LOG, *, paused=False):
        chosen = BindingSettings(mode=mode, policy=CollectionPolicy(), paused=paused)
        collection.set_policy(
            self.city.civil_engineer, SERVICE, chosen, offered=tuple(CollectionMode), clock=self.clock
        )

    @contextmanager
    def following(self):
        with following.following(self.city.home, clock=self.clock, settings=SETTINGS):
            yield


def until(holds, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        # The tests' database in memory refuses at once, where a file or a server would wait.
        with suppress(OperationalError):
            if holds():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def newest():
    return CollectionRun.objects.order_by("-pk").first()


def test_changes_arrive_by_themselves_and_are_shown(world):
    first = world.run()
    assert (first.status, first.landed, first.mode) == (RunStatus.SUCCEEDED, 40, CollectionMode.CHANGE_LOG)
    Binding.objects.update(next_run_at=world.clock.now() - timedelta(days=1))
    assert collection.due_services(SYSTEM_ACTOR, clock=world.clock) == ()  # the follower has it
    started = world.binding()
    with world.following():
        world.sql(
            "UPDATE t SET name = '改名' WHERE id < 5",
            "DELETE FROM t WHERE id = 9",
            "INSERT INTO t VALUES (99, '新')",
        )
        until(world.arrived)
        until(lambda: world.binding().last_version > started.last_version)
        until(lambda: world.binding().lag_s == 0)
    shown = world.binding()
    assert (shown.last_rows, shown.position > started.position) == (40, True)
    assert shown.last_success_at > started.last_success_at


def test_a_run_asked_for_drains_the_log_and_says_what_it_did(world):
    world.run()
    assert world.run().version == world.binding().last_version
    world.sql(
        "UPDATE t SET name = '改' WHERE id = 1",
        "INSERT INTO t VALUES (77, '新')",
        "DELETE FROM t WHERE id = 2",
    )
    looked = world.run(dry_run=True)
    assert (looked.status, looked.read, world.arrived()) == (RunStatus.SUCCEEDED, 2, False)
    done = world.run()
    assert (done.inserted, done.updated, done.deleted) == (1, 1, 1)
    assert world.arrived()
    assert world.binding().last_rows == 40


def test_the_server_goes_away_and_comes_back(world):
    world.run()
    with world.following():
        until(lambda: world.binding().lag_s is not None)
        world.cluster.stop("immediate")
        until(lambda: newest().status == "failed")
        until(lambda: world.binding().lag_s > 0.5)
        world.cluster.start()
        world.sql("UPDATE t SET name = '回来了'")
        until(world.arrived)
        until(lambda: newest().status == "succeeded")
    assert list(CollectionRun.objects.order_by("pk").values_list("status", flat=True)).count("failed") == 1


def test_a_changed_shape_and_a_pause(world):
    world.run()
    with world.following():
        world.sql("ALTER TABLE t ADD extra text", "UPDATE t SET extra = 'x', name = '有新列' WHERE id = 3")
        until(world.arrived)
        world.set(paused=True)
        time.sleep(0.4)
        world.sql("UPDATE t SET name = '停着' WHERE id = 4")
        time.sleep(0.4)
        assert not world.arrived()
        world.set()
        until(world.arrived)


def test_a_lost_log_says_so_and_the_next_run_begins_anew(world):
    world.run()
    world.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
    world.sql("UPDATE t SET name = '没有记录'")
    with world.following():
        until(lambda: newest().error_code == ChangesLost.code)
    assert world.binding().position == ""
    again = world.run()
    assert (again.status, again.landed, world.arrived()) == (RunStatus.SUCCEEDED, 40, True)


def test_a_source_is_told_when_nobody_follows_it_any_more(world):
    world.run()
    with world.following():
        assert world.slots() == 1
        world.set(CollectionMode.REPLACE)
        until(lambda: world.slots() == 0)


def test_a_follower_and_runs_at_once_never_apply_twice(world, monkeypatch):
    monkeypatch.setattr(following, "TELL_EVERY_S", 60.0)
    monkeypatch.setattr(following, "LOOK_EVERY_S", 60.0)
    world.run()
    stop = threading.Event()

    def write():
        number = 1000
        while not stop.is_set():
            world.sql(
                f"INSERT INTO t VALUES ({number}, '写')",
                f"UPDATE t SET name = '写{number}' WHERE id = {number % 40}",
            )
            number += 1
            stop.wait(0.05)

    writer = threading.Thread(target=write)
    with world.following():
        until(lambda: world.binding().lag_s is not None)
        writer.start()
        try:
            done = [world.run() for _ in range(2)]
        finally:
            stop.set()
            writer.join()
        until(world.arrived)
    assert {run.status for run in done} == {RunStatus.SUCCEEDED}
