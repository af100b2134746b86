"""What befalls a collection: killed at random points, a source that goes, a full disk, a clock that jumps, a delivery
that comes twice. Nothing is lost, nothing doubled, no run stays as it is for ever, and each says what happened."""

import json
import resource
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, SourceDraft
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import TableName
from jutong.processes import carrying as carrying_out
from jutong.processes import collection as carrying
from jutong.processes import watching
from jutong.processes.collection import carry_run
from jutong.processes.lakes import lake_of
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.collection import CollectionMode
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.open_datasets import SCHOOL_ITEMS
from tests.support.postgresql import options, server
from tests.support.postgresql_cluster import postgresql_cluster
from tests.support.proxy import proxy_to
from tests.support.worker_home import HEADER, ROOT, environment, make_home

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
    sys.stderr.write(
        f"full runs: {told['killed_at_work']} kills at random points in {told['trials']} trials\n"
    )
    return told


def test_full_runs_killed_at_random_points_lose_and_double_nothing(tmp_path):
    told = through_kills(tmp_path / "home", 4)
    assert (told["trials"], told["faults"]) == (4, [])


@pytest.mark.slow
def test_full_runs_killed_at_two_hundred_random_points_lose_and_double_nothing(tmp_path):
    told = through_kills(tmp_path / "home", 220)
    assert told["faults"] == []
    assert told["killed_at_work"] >= 200


POOL = TableName("pool", "shops")


@pytest.fixture
def city(tmp_path, transactional_db, settings):
    city = a_city(tmp_path / "home")
    settings.DATA_HOME = city.home
    a_published_entry(
        city,
        "shops",
        title="零售店名录",
        abstract="本市零售店名录，含名称、所在区县和规模，供公众查询使用。全部为合成数据。",
        items=SCHOOL_ITEMS,
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        query_keys=(("code",),),
    )
    return city


def hook(city, kind, *, mode="replace", secret=None, **given):
    draft = SourceDraft(
        code="shops", name="零售店", department=CIVIL, kind=kind, options=given, secret_options=secret or {}
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service="shops", source="shops", mode=mode, clock=city.clock)


def deliver(city, rows, *, first=0, name="合成店"):
    path = city.home.sources / "shops.csv"
    lines = [f"{number:06d},{name},甲区,1,2001-09-01,118.5,35.5\n" for number in range(first, first + rows)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")


def ask(city):
    return collection.request_run(city.civil_engineer, "shops", clock=city.clock).run_id


def in_the_pool(city):
    """The codes, sorted: what is lost or doubled shows."""
    with lake_of(city.home) as lake:
        return (
            sorted(lake.read(POOL, columns=["code"]).column("code").to_pylist()) if lake.exists(POOL) else []
        )


def codes(rows, first=0):
    return [f"{number:06d}" for number in range(first, first + rows)]


@pytest.mark.postgresql
def test_a_network_that_breaks_in_the_middle_and_a_source_that_is_away(city):
    address, rows = server(), 40_000
    place, table = urlsplit(address), f"shops_{secrets.token_hex(4)}"
    with (
        psycopg.connect(address, autocommit=True) as database,
        proxy_to(place.hostname, place.port or 5432) as proxy,
    ):
        database.execute(
            f"CREATE TABLE {table} AS SELECT lpad(n::text, 6, '0') AS code, 'made up ' || n AS name, '甲区' AS district, "
            f"'1' AS pupils, '2001-09-01' AS founded, '118.5' AS lon, '35.5' AS lat FROM generate_series(0, {rows - 1}) n"
        )
        try:
            given = options(address, table) | {"host": "127.0.0.1", "port": proxy.port}
            password = given.pop("password")
            hook(city, "postgresql", secret={"password": password or "none"}, **given)
            run_id = ask(city)
            for trouble in ("breaks", "away"):
                if trouble == "breaks":
                    proxy.after_bytes = 600_000
                assert carry_run(run_id) == "queued", trouble
                assert in_the_pool(city) == []
                waits = collection.run(SYSTEM_ACTOR, run_id)
                assert waits.error_code == "connectors.source_unreachable", trouble
                assert waits.not_before is not None
                collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
            proxy.heal()
            assert carry_run(run_id) == "succeeded"
        finally:
            database.execute(f"DROP TABLE {table}")
    assert in_the_pool(city) == codes(rows)
    done = collection.run(SYSTEM_ACTOR, run_id)
    assert (done.attempt, done.retries, done.landed) == (3, 2, rows)


@contextmanager
def no_file_above(size):
    """As on a full disk: the system refuses to write on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_the_earlier_rows_and_room_makes_it_good(city):
    hook(city, "csv", path="shops.csv")
    deliver(city, 100)
    assert carry_run(ask(city)) == "succeeded"
    path = city.home.sources / "shops.csv"
    noise = (
        f"{number:06d},{secrets.token_hex(29)},甲区,1,2001-09-01,118.5,35.5\n" for number in range(40_000)
    )
    path.write_text(HEADER + "".join(noise), encoding="utf-8")
    run_id = ask(city)
    with no_file_above(400_000):
        outcome = carry_run(run_id)
    stopped = collection.run(SYSTEM_ACTOR, run_id)
    assert outcome in {"failed", "queued"}
    assert stopped.error_code in {"lake.unreachable", "lake.out_of_space"}
    assert in_the_pool(city) == codes(100)
    again = collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
    assert carry_run(again.run_id) == "succeeded"
    assert in_the_pool(city) == codes(40_000)


def test_a_delivery_that_is_carried_out_twice_lands_once(city):
    hook(city, "csv", path="shops.csv", mode=CollectionMode.APPEND.value)
    deliver(city, 50)
    run_id = ask(city)
    assert carry_run(run_id) == "succeeded"
    assert carry_run(run_id) == "conflict"
    # The commit of the lake was the last that its worker saw: nothing of it is in the control database.
    fresh = {
        "status": "running",
        "lease_owner": "worker",
        "report": "",
        "lake_version": None,
        "ended_at": None,
    }
    CollectionRun.objects.filter(run_id=run_id).update(**fresh)
    assert carry_run(run_id) == "succeeded"
    assert in_the_pool(city) == codes(50)
    deliver(city, 50, first=50)
    assert carry_run(ask(city)) == "succeeded"
    assert in_the_pool(city) == codes(100)


def test_a_run_that_is_cancelled_while_it_reads_lands_nothing(city, monkeypatch):
    hook(city, "csv", path="shops.csv")
    deliver(city, 100)
    assert carry_run(ask(city)) == "succeeded"
    deliver(city, 30_000, first=500)
    run_id = ask(city)
    carry = carrying.MODES[CollectionMode.REPLACE]

    def cancelled_meanwhile(task, surroundings):
        collection.cancel_run(city.civil_engineer, run_id, clock=city.clock)
        return carry(task, surroundings)

    monkeypatch.setattr(carrying, "MODES", {CollectionMode.REPLACE: cancelled_meanwhile})
    monkeypatch.setattr(watching, "PROGRESS_INTERVAL_S", 0.0)
    assert carry_run(run_id) == "cancelled"
    assert in_the_pool(city) == codes(100)
    assert collection.run(SYSTEM_ACTOR, run_id).status is RunStatus.CANCELLED


def test_a_dry_run_reads_checks_reports_and_lands_nothing(city):
    hook(city, "csv", path="shops.csv")
    deliver(city, 20)
    run = collection.request_run(city.civil_engineer, "shops", clock=city.clock, dry_run=True)
    assert carry_run(run.run_id) == "succeeded"
    told = collection.run(SYSTEM_ACTOR, run.run_id)
    assert (told.read, told.version, in_the_pool(city)) == (20, None, [])
    assert told.report is not None
    assert told.report.rules


SHOPS = "(code TEXT PRIMARY KEY, name TEXT, district TEXT, pupils TEXT, founded TEXT, lon TEXT, lat TEXT)"
A_SHOP = "'合成店', '甲区', '1', '2001-09-01', '118.5', '35.5'"


def meanwhile(monkeypatch, change):
    """Let `change` happen once, when the next source has been opened and before its rows are read."""
    opening, todo = carrying_out.open_connector, [change]

    def opened(*given, **named):
        connector = opening(*given, **named)
        connector.columns()
        while todo:
            todo.pop()()
        return connector

    monkeypatch.setattr(carrying_out, "open_connector", opened)


def tried_again_and_whole(city, expected):
    """The run waits with a clear word and nothing of it in the pool; tried again, it lands every row once."""
    run_id = ask(city)
    assert carry_run(run_id) == "queued"
    waits = collection.run(SYSTEM_ACTOR, run_id)
    assert (waits.error_code, waits.version) == ("connectors.source_changed", None)
    assert in_the_pool(city) == []
    collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
    assert carry_run(run_id) == "succeeded"
    assert in_the_pool(city) == expected


def test_a_file_that_is_replaced_while_it_is_read_mixes_nothing(city, monkeypatch):
    hook(city, "csv", path="shops.csv")
    deliver(city, 100)

    def other_columns():
        path = city.home.sources / "shops.csv"
        rows = "".join(f"合成店,{number:06d},甲区,1,2001-09-01,118.5,35.5\n" for number in range(80))
        path.with_suffix(".new").write_text(
            "name,code,district,pupils,founded,lon,lat\n" + rows, encoding="utf-8"
        )
        path.with_suffix(".new").replace(path)

    meanwhile(monkeypatch, other_columns)
    tried_again_and_whole(city, codes(80))


def test_a_sqlite_column_that_is_renamed_while_it_is_read_is_not_taken_for_a_text(city, monkeypatch):
    path = city.home.sources / "shops.db"

    def at_the_source(*statements):
        with closing(sqlite3.connect(path)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
    at_the_source(
        f"CREATE TABLE shops {SHOPS}",
        f"INSERT INTO shops {numbers} SELECT printf('%06d', i), {A_SHOP} FROM n",
    )
    hook(city, "sqlite", path="shops.db", table="shops")
    meanwhile(monkeypatch, lambda: at_the_source("ALTER TABLE shops RENAME COLUMN name TO label"))
    run_id = ask(city)
    assert carry_run(run_id) == "queued"
    assert collection.run(SYSTEM_ACTOR, run_id).error_code == "connectors.source_changed"
    at_the_source("ALTER TABLE shops RENAME COLUMN label TO name")
    collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
    assert carry_run(run_id) == "succeeded"
    assert in_the_pool(city) == codes(100)


@pytest.mark.postgresql
def test_a_source_that_changes_or_restarts_in_the_middle_loses_and_doubles_nothing(city, monkeypatch):
    with postgresql_cluster() as cluster:

        def at_the_source(*statements):
            with psycopg.connect(cluster.url, autocommit=True) as database:
                for statement in statements:
                    database.execute(statement)

        at_the_source(
            f"CREATE TABLE shops {SHOPS}",
            f"INSERT INTO shops SELECT lpad(n::text, 6, '0'), {A_SHOP} FROM generate_series(0, 2999) n",
        )
        given = options(cluster.url, "shops")
        given.pop("password")
        hook(city, "postgresql", secret={"password": "none"}, **given)
        assert carry_run(ask(city)) == "succeeded"
        # A column gets another name in the middle of a run: nothing lands.
        with monkeypatch.context() as patched:
            meanwhile(patched, lambda: at_the_source("ALTER TABLE shops RENAME COLUMN name TO label"))
            run_id = ask(city)
            outcome = carry_run(run_id)
        stopped = collection.run(SYSTEM_ACTOR, run_id)
        assert (outcome, stopped.error_code) == ("queued", "connectors.source_changed")
        # It has it still at the next try: a person is asked, the earlier rows stay.
        collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
        assert carry_run(run_id) == "held"
        assert in_the_pool(city) == codes(3000)
        collection.cancel_run(city.civil_engineer, run_id, clock=city.clock)
        at_the_source("ALTER TABLE shops RENAME COLUMN label TO name")
        # The server is stopped between opening and reading, and is up again at the next try.
        at_the_source(
            f"INSERT INTO shops SELECT lpad(n::text, 6, '0'), {A_SHOP} FROM generate_series(3000, 3499) n"
        )
        with monkeypatch.context() as patched:
            meanwhile(patched, lambda: cluster.stop("immediate"))
            run_id = ask(city)
            assert carry_run(run_id) == "queued"
        assert collection.run(SYSTEM_ACTOR, run_id).error_code == "connectors.source_unreachable"
        assert in_the_pool(city) == codes(3000)
        cluster.start()
        collection.retry_run(city.civil_engineer, run_id, clock=city.clock)
        assert carry_run(run_id) == "succeeded"
        assert in_the_pool(city) == codes(3500)


def test_daily_files_land_one_a_run_and_a_run_without_a_new_file_changes_nothing(city):
    folder = city.home.sources / CIVIL
    folder.mkdir(exist_ok=True)
    for day in (1, 2, 3):
        deliver(city, 10, first=10 * day)
        (city.home.sources / "shops.csv").rename(folder / f"shops_2024-01-0{day}.csv")
    hook(
        city, "folder", path=CIVIL, pattern="shops_{date}.csv", quiet_s="0", mode=CollectionMode.APPEND.value
    )
    for day in (1, 2, 3):
        assert carry_run(ask(city)) == "succeeded"
        assert in_the_pool(city) == codes(10 * day, first=10)
        row = Binding.objects.get(entry__service="shops")
        assert (row.position, row.next_run_at == row.last_success_at) == (
            f"shops_2024-01-0{day}.csv",
            day < 3,
        )
    version = row.last_version
    nothing = ask(city)
    assert carry_run(nothing) == "succeeded"
    row.refresh_from_db()
    assert (row.last_version, row.position) == (version, "shops_2024-01-03.csv")
    assert CollectionRun.objects.get(run_id=nothing).rows_read == 0
    deliver(city, 10, first=40)
    (city.home.sources / "shops.csv").rename(folder / "shops_2024-01-02.csv")
    assert carry_run(ask(city)) == "succeeded"
    assert in_the_pool(city) == [*codes(10, first=10), *codes(20, first=30)]
