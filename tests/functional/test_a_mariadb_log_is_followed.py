"""A MariaDB table in the mode change log: its snapshot, then what happens, through a restart of the server."""

import time

import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import TableName
from jutong.kernel.clock import SystemClock
from jutong.processes import following
from jutong.processes.collection import carry_run
from jutong.processes.lakes import lake_of
from jutong.processes.settings import FollowSettings
from jutong.vocabulary.catalogue import DataType
from tests.support.control import CIVIL, a_city, a_published_entry, an_item
from tests.support.mariadb_cluster import mariadb_cluster

pytestmark = pytest.mark.mariadb
SERVICE = "followed_mariadb"


def written(cluster, *statements):
    with cluster.connect() as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SELECT id, name FROM t ORDER BY id")
        return list(cursor.fetchall())


def pool(home):
    with lake_of(home) as lake:
        rows = lake.read(TableName("pool", SERVICE), columns=("id", "name")).to_pylist()
    return sorted((row["id"], row["name"]) for row in rows)


def test_the_pool_follows_the_table(tmp_path, transactional_db, settings, monkeypatch):
    for name, value in (
        ("BUSY_PAUSE_S", 0.05),
        ("IDLE_PAUSE_S", 0.1),
        ("LOOK_EVERY_S", 0.2),
        ("FIRST_REST_S", 0.2),
    ):
        monkeypatch.setattr(following, name, value)
    city, clock = a_city(tmp_path), SystemClock()
    settings.DATA_HOME = city.home
    with mariadb_cluster() as cluster:
        written(
            cluster,
            "CREATE TABLE t (id bigint PRIMARY KEY, name varchar(20))",
            "INSERT INTO t SELECT seq, concat('合成', seq) FROM city.seq_1_to_40",
        )
        items = (
            an_item("id", name="编号", data_type=DataType.INTEGER, key=True, required=True),
            an_item("name", name="店名"),
        )
        a_published_entry(city, SERVICE, title="变更日志样表", items=items, query_keys=(("id",),))
        options = {key: value for key, value in cluster.options.items() if key != "password"}
        draft = SourceDraft(
            code="log_db", name="样库", department=CIVIL, kind="mariadb", options={**options, "table": "t"}
        )
        collection.add_source(city.civil_engineer, draft, home=city.home, clock=clock)
        collection.bind(city.civil_engineer, service=SERVICE, source="log_db", mode="change_log", clock=clock)
        carry_run(collection.request_run(SYSTEM_ACTOR, SERVICE, clock=clock).run_id)
        assert pool(city.home) == written(cluster)
        with following.following(
            city.home, clock=clock, settings=FollowSettings(threads=1, serve_seconds=0.0)
        ):
            follows(
                city.home,
                written(
                    cluster,
                    "UPDATE t SET name = '改' WHERE id <= 10",
                    "DELETE FROM t WHERE id > 30",
                    "UPDATE t SET id = 100 WHERE id = 20",
                ),
            )
            cluster.stop()
            cluster.start()
            follows(city.home, written(cluster, "TRUNCATE TABLE t", "INSERT INTO t VALUES (7, '新')"))


def follows(home, rows, seconds=30):
    until = time.monotonic() + seconds
    while pool(home) != rows:
        assert time.monotonic() < until
        time.sleep(0.1)
