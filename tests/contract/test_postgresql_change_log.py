"""What happens to a PostgreSQL table happens to the pool: every change once, in order, whatever breaks in between."""

from dataclasses import replace

import psycopg
import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.changes_errors import ChangesLost, RowsUnidentified
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines.changes import apply_changes, collect_snapshot
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem
from tests.support.control import a_contract
from tests.support.deliveries import NOON
from tests.support.lakes import open_lake
from tests.support.postgresql_cluster import postgresql_cluster

POOL = TableName("pool", "people")
ITEMS = (
    InformationItem(name="编号", field="id", key=True, required=True, data_type=DataType.INTEGER),
    InformationItem(name="姓名", field="name"),
    InformationItem(name="出生日期", field="born", data_type=DataType.DATE),
    InformationItem(name="金额", field="paid", data_type=DataType.MONEY),
    InformationItem(name="登记时间", field="at", data_type=DataType.TIMESTAMP),
    InformationItem(name="备注", field="note", data_type=DataType.MEMO),
)
CONTRACT = replace(a_contract(), service="people", items=ITEMS, query_keys=(("id",),), rules=())


@pytest.fixture(scope="module")
def cluster():
    with postgresql_cluster() as cluster:
        yield cluster


@pytest.fixture
def world(cluster, tmp_path, request):
    made = World(cluster, tmp_path, f"t{abs(hash(request.node.name)) % 10**8}")
    with open_lake(tmp_path / "lake") as made.lake:
        yield made
    made.connector().stop_changes(made.table)


class World:
    def __init__(self, cluster, folder, table):
        self.cluster, self.folder, self.table, self.lake = cluster, folder, table, None
        self.sql(
            f"CREATE TABLE {table} (id bigint PRIMARY KEY, name text, born date, paid numeric(12,2), "
            "at timestamptz, note text)",
            f"INSERT INTO {table} SELECT n, '合成' || n, '2000-01-01'::date + n, n * 1.5, "
            "'2026-01-01 00:00:00+08'::timestamptz + n * interval '1 hour', NULL FROM generate_series(1, 50) n",
        )

    def sql(self, *statements):
        with psycopg.connect(self.cluster.url) as connection:
            for statement in statements:
                connection.execute(statement)

    def connector(self):
        options = {"dsn": self.cluster.url, "table": self.table}
        return open_connector("postgresql", options, root=self.folder, limits=ReadLimits())

    def landing(self, run_id="run"):
        return Landing(
            contract=CONTRACT,
            lake=self.lake,
            mapping=None,
            department="police",
            system="people",
            run_id=run_id,
            clock=FixedClock(NOON),
            progress=lambda _progress: None,
            terms=LandingTerms(),
        )

    def snapshot(self):
        return collect_snapshot(self.landing("first"), self.connector(), reader=self.table)

    def follow(self):
        return [
            one.report for one in apply_changes(self.landing(), self.connector(), reader=self.table, wait_s=0)
        ]

    def equal(self):
        fields = [item.field for item in ITEMS]
        with psycopg.connect(self.cluster.url) as connection:
            there = connection.execute(
                f"SELECT id, name, born, paid, at AT TIME ZONE 'Asia/Shanghai', note FROM {self.table} ORDER BY id"
            ).fetchall()
        here = sorted(
            (
                tuple(row[field] for field in fields)
                for row in self.lake.read(POOL, columns=fields).to_pylist()
            ),
            key=lambda row: row[0],
        )
        assert here == there
        return len(here)


def test_every_kind_of_change_arrives_once(world):
    first = world.snapshot()
    assert (first.landed, bool(first.position)) == (50, True)
    assert world.follow() == []
    world.sql(
        f"INSERT INTO {world.table} VALUES (900, '新人''\"\n,', '1999-12-31', 0.01, now(), '')",
        f"UPDATE {world.table} SET name = NULL, paid = 99999.99 WHERE id <= 5",
        f"DELETE FROM {world.table} WHERE id IN (10, 11)",
        f"UPDATE {world.table} SET id = 901 WHERE id = 12",
        f"INSERT INTO {world.table} (id, name) VALUES (13000, '来了又走')",
        f"DELETE FROM {world.table} WHERE id = 13000",
    )
    (report,) = world.follow()
    assert (report.inserted, report.updated, report.deleted) == (2, 5, 3)
    assert world.equal() == 49
    assert world.follow() == []


def test_a_value_that_the_log_leaves_out_stays(world):
    long = "长" * 20_000  # stored apart, and left out of the log while it does not change
    world.sql(f"ALTER TABLE {world.table} ALTER note SET STORAGE EXTERNAL")
    world.sql(f"UPDATE {world.table} SET note = '{long}' WHERE id IN (1, 2)")
    world.snapshot()
    world.sql(
        f"UPDATE {world.table} SET name = '改名' WHERE id = 1",
        f"UPDATE {world.table} SET id = 777 WHERE id = 2",
    )
    world.follow()
    world.equal()


def test_a_table_that_is_emptied_and_filled_again(world):
    world.snapshot()
    world.sql(f"UPDATE {world.table} SET name = 'x'", f"TRUNCATE {world.table}")
    world.sql(f"INSERT INTO {world.table} (id, name) VALUES (1, '又来')")
    world.follow()
    assert world.equal() == 1


def test_a_new_column_ends_the_batch_and_reading_goes_on(world):
    world.snapshot()
    world.sql(
        f"ALTER TABLE {world.table} ADD extra text", f"UPDATE {world.table} SET extra = 'x' WHERE id = 1"
    )
    connector = world.connector()
    world.sql(
        f"ALTER TABLE {world.table} ADD another text", f"UPDATE {world.table} SET name = 'y' WHERE id = 2"
    )
    done = list(apply_changes(world.landing(), connector, reader=world.table, wait_s=0))
    assert done[-1].schema_changed
    world.follow()
    world.equal()


def test_one_large_transaction_and_many_small_ones(world):
    world.snapshot()
    world.sql(f"INSERT INTO {world.table} SELECT n, '批' || n FROM generate_series(1000, 20999) n")
    world.sql(*(f"UPDATE {world.table} SET paid = {n} WHERE id = {n}" for n in range(1, 40)))
    world.follow()
    assert world.equal() == 20_050


def test_changes_during_the_snapshot_are_neither_lost_nor_doubled(world):
    connector = world.connector()
    connector.start_changes(world.table)
    world.sql(
        f"UPDATE {world.table} SET name = '之前' WHERE id = 1", f"DELETE FROM {world.table} WHERE id = 2"
    )
    world.snapshot()
    world.sql(f"INSERT INTO {world.table} (id) VALUES (5000)")
    world.follow()
    assert world.equal() == 50


def test_killed_between_the_commit_and_its_acknowledgement(world):
    world.snapshot()
    world.sql(f"UPDATE {world.table} SET name = '一' WHERE id = 1")
    connector = world.connector()
    connector.acknowledge = lambda _name, _position: None
    assert len(list(apply_changes(world.landing(), connector, reader=world.table, wait_s=0))) == 1
    versions = len(world.lake.versions(POOL))
    assert world.follow() == []  # the position in the pool says that it was applied
    assert len(world.lake.versions(POOL)) == versions
    world.sql(f"DELETE FROM {world.table} WHERE id = 1")
    assert len(world.follow()) == 1
    world.equal()


def test_a_server_that_restarts_and_a_slot_that_is_gone(world):
    world.snapshot()
    world.sql(f"UPDATE {world.table} SET name = '重启前'")
    world.cluster.stop("immediate")
    world.cluster.start()
    world.sql(f"DELETE FROM {world.table} WHERE id > 40")
    world.follow()
    assert world.equal() == 40
    world.connector().stop_changes(world.table)
    with pytest.raises(ChangesLost):
        world.follow()


def test_what_an_administrator_has_to_do_is_said(world):
    world.sql(f"ALTER TABLE {world.table} DROP CONSTRAINT {world.table}_pkey")
    with pytest.raises(RowsUnidentified) as refused:
        world.snapshot()
    assert "REPLICA IDENTITY FULL" in refused.value.message("zh")
    world.sql(f"ALTER TABLE {world.table} REPLICA IDENTITY FULL")
    world.snapshot()
    world.sql(f"UPDATE {world.table} SET name = '全' WHERE id = 3", f"DELETE FROM {world.table} WHERE id = 4")
    world.follow()
    assert world.equal() == 49
