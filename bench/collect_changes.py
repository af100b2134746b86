"""Small changes of a large table: an increment by a cursor beside the full run, and a followed change log (PostgreSQL).

The server is this bench's own, with `wal_level=logical`; rows are made inside it. Lag is counted for each transaction,
from its commit at the source to the commit of its rows in the pool.

    python -m bench.collect_changes                                  # 5 M rows, 2,000 changes/s for 20 s, 1 M waiting
    python -m bench.collect_changes --rows 200000 --backlog 100000
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import _people
from bench._support import THREADS, median, progress, report
from jutong.dataflow.connectors.protocol import Part
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.lake import Lake, LakeSettings
from jutong.dataflow.pipelines.changes import apply_changes, collect_snapshot
from jutong.dataflow.pipelines.incremental import collect_increment
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing, Rows, upsert
from jutong.kernel.clock import SystemClock
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy
from tests.support.postgresql_cluster import postgresql_cluster

TABLE = "jutong_bench_changes"
READER = "bench"
PER_TRANSACTION = 200
# Changes rows at a steady rate; prints when each transaction was committed, and where the log then stood.
WRITER = """
import sys, time
import psycopg
url, table, rate, seconds, each = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
with psycopg.connect(url, autocommit=True) as connection:
    keys = [row[0] for row in connection.execute(f"SELECT id_no FROM {table} LIMIT {rate * 10}")]
    started = time.time()
    for number in range(rate * seconds // each):
        time.sleep(max(started + number * each / rate - time.time(), 0))
        some = [keys[(number * each + place) % len(keys)] for place in range(each)]
        connection.execute(f"UPDATE {table} SET income = income + 1 WHERE id_no = ANY(%s)", [some])
        committed = time.time()
        place = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()[0]
        print(committed, int(place))
"""


class World:
    def __init__(self, url, folder, lake):
        self.url, self.folder, self.lake, self.runs = url, folder, lake, 0

    def sql(self, statement):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement)

    def connector(self):
        return open_connector("postgresql", {"dsn": self.url, "table": TABLE}, root=self.folder)

    def landing(self):
        self.runs += 1
        return Landing(
            contract=_people.contract(),
            lake=self.lake,
            mapping=None,
            department="bench",
            system="bench",
            run_id=f"r{self.runs}",
            clock=SystemClock(),
            progress=lambda _progress: None,
            terms=LandingTerms(policy=CollectionPolicy(cursor="updated_at")),
        )


def full(world, rows):
    """The whole table, and the log kept from here on; seconds."""
    started = time.perf_counter()
    done = collect_snapshot(world.landing(), world.connector(), reader=READER)
    assert done.landed == rows, done
    return time.perf_counter() - started


def grow(world, changed):
    """Change rows so that a cursor sees them; the cursor's greatest value before."""
    before = world.connector().greatest("updated_at")
    world.sql(
        f"UPDATE {TABLE} SET income = income + 1, updated_at = (SELECT max(updated_at) FROM {TABLE}) + interval '1 s'"
        f" WHERE id_no IN (SELECT id_no FROM {TABLE} TABLESAMPLE system (5) ORDER BY random() LIMIT {changed})"
    )
    return before


def increments(world, rows, full_s):
    changed, seconds = max(rows // 1000, 1), []
    reached = grow(world, changed)
    opened = world.connector()
    first = Rows(
        kind="postgresql",
        names=opened.columns(),
        batches=lambda: opened.read_part(Part(column="updated_at", lower=reached)),
    )
    upsert(world.landing(), first, mode=CollectionMode.INCREMENTAL, position=opened.greatest("updated_at"))
    for _ in range(3):
        grow(world, changed)
        started = time.perf_counter()
        done = collect_increment(world.landing(), world.connector())
        seconds.append(time.perf_counter() - started)
        assert done.updated == changed, done
    share = 100 * median(seconds) / full_s
    report(
        "collect_increment",
        f"增量 0.1 %（{changed:,} 行）{median(seconds):.2f} s，全量 {rows:,} 行 {full_s:.1f} s，占 {share:.1f} %",
        rows=rows,
        changed=changed,
        full_s=round(full_s, 2),
        increment_s=round(median(seconds), 3),
        percent=round(share, 2),
    )


def followed(world, wait_s, stop=lambda: False):
    """(when a batch was in the pool, up to which place of the log, changes) one after another."""
    opened = world.connector()
    batches = apply_changes(world.landing(), opened, reader=READER, wait_s=wait_s, stop=stop)
    for applied in batches:
        high, _, low = applied.report.position.partition("/")
        yield time.time(), (int(high, 16) << 32) + int(low, 16), applied.report.read


def sustained(world, rate, seconds):
    command = [sys.executable, "-c", WRITER, world.url, TABLE, str(rate), str(seconds), str(PER_TRANSACTION)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        arrived = list(followed(world, wait_s=3.0))
        told = writer.stdout.read().split("\n")
    written = [(float(at), int(place)) for at, place in (line.split() for line in told if line)]
    lags = sorted(
        next(done for done, reached, _ in arrived if reached >= place - 4096) - at for at, place in written
    )
    changes = len(written) * PER_TRANSACTION
    took = written[-1][0] - written[0][0]
    report(
        "change_log_sustained",
        f"变更日志 {changes / took:,.0f} 条/s 持续 {took:.0f} s：滞后中位 {median(lags):.2f} s，"
        f"p95 {lags[int(len(lags) * 0.95)]:.2f} s，最大 {lags[-1]:.2f} s（{len(arrived)} 批）",
        changes=changes,
        per_s=round(changes / took),
        lag_p50_s=round(median(lags), 3),
        lag_p95_s=round(lags[int(len(lags) * 0.95)], 3),
        lag_max_s=round(lags[-1], 3),
        batches=len(arrived),
    )


def backlog(world, changes):
    progress(f"{changes:,} changes are made while nobody reads")
    part = 20_000
    with psycopg.connect(world.url, autocommit=True) as connection:
        keys = [row[0] for row in connection.execute(f"SELECT id_no FROM {TABLE} LIMIT {changes}")]
        for start in range(0, changes, part):
            some = [keys[place % len(keys)] for place in range(start, min(start + part, changes))]
            connection.execute(f"UPDATE {TABLE} SET income = income + 1 WHERE id_no = ANY(%s)", [some])
    started = time.perf_counter()
    done = sum(applied for _at, _reached, applied in followed(world, wait_s=0))
    seconds = time.perf_counter() - started
    report(
        "change_log_backlog",
        f"积压 {changes:,} 条变更 {seconds:.1f} s 追平：{changes / seconds:,.0f} 条/s",
        changes=changes,
        applied=done,
        seconds=round(seconds, 2),
        per_s=round(changes / seconds),
    )


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=5_000_000)
    asked.add_argument("--rate", type=int, default=2_000)
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--backlog", type=int, default=1_000_000)
    given = asked.parse_args()
    with postgresql_cluster() as cluster, tempfile.TemporaryDirectory(prefix="jutong-bench-") as name:
        _people.POSTGRESQL = cluster.url
        progress(f"{given.rows:,} rows are made")
        _people.make_people(TABLE, given.rows)
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute(f"ALTER TABLE {TABLE} SET LOGGED")
            connection.execute(f"CREATE INDEX ON {TABLE} (updated_at)")
        folder = Path(name)
        with Lake.open(folder / "lake", LakeSettings(threads=THREADS, memory="640MB")) as lake:
            world = World(cluster.url, folder, lake)
            full_s = full(world, given.rows)
            sustained(world, given.rate, given.seconds)
            backlog(world, given.backlog)
            increments(world, given.rows, full_s)


if __name__ == "__main__":
    main()
