"""Importing 9,000 entries with 31,000 items from Excel: read, check with every rule, write in one transaction.

python -m bench.catalogue_import [--entries 9000] [--items 31000] [--rounds 3] [--postgresql URL]

Each round imports into a founded, empty catalogue of its own, through the same use cases as the page and the command.
PostgreSQL is measured where JUTONG_BENCH_POSTGRESQL or `--postgresql` names a server: in a database made for it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

from bench._support import median, progress, report, timed


def workbook(entries: int, items: int) -> bytes:
    from bench._catalogue import drafts
    from jutong.control.interchange.api import ExportRow, write_workbook

    target = BytesIO()
    rows = (ExportRow(draft=draft, provider=code) for code, draft in drafts(entries, items))
    write_workbook(target, rows)
    return target.getvalue()


def one_round(home: str, url: str, entries: int, items: int) -> dict[str, float]:
    """Seconds of each stage, in this process."""
    from bench._catalogue import REVIEWER, found, prepare

    prepare(home, url)
    found()
    from jutong.control.catalogue.api import count_entries
    from jutong.control.directory.api import actor_named
    from jutong.control.interchange import api as interchange
    from jutong.kernel.clock import SystemClock

    content = workbook(entries, items)
    actor, clock = actor_named(REVIEWER), SystemClock()
    reading, _, _ = timed(lambda: interchange.read_workbook(content))
    checked, checked_cpu, batch = timed(
        lambda: interchange.start_import(actor, "catalogue.xlsx", content, clock=clock)
    )
    assert batch.counts.problems == 0, batch.counts
    interchange.confirm_import(actor, batch.code, clock=clock)
    written, written_cpu, state = timed(lambda: interchange.write_import(batch.code, clock=clock))
    assert state == "written", interchange.import_batch(actor, batch.code).failure_en
    assert count_entries(actor) == entries
    target = BytesIO()
    exported, _, _ = timed(lambda: interchange.export_workbook(actor, target, clock=clock))
    again, _, same = timed(
        lambda: interchange.start_import(actor, "again.xlsx", target.getvalue(), clock=clock)
    )
    assert same.counts.same == entries, same.counts
    return {
        "read": reading, "read_and_check": checked, "write": written,
        "total": checked + written, "total_cpu": checked_cpu + written_cpu,
        "export": exported, "unchanged_again": again,
    }  # fmt: skip


@contextmanager
def a_database(server: str) -> Iterator[str]:
    """A database of its own on the server, dropped afterwards; "" for SQLite."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"jutong_bench_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def measure(store: str, server: str, arguments: argparse.Namespace) -> None:
    rounds = []
    for number in range(arguments.rounds):
        progress(f"{store}: round {number + 1} of {arguments.rounds}")
        with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home, a_database(server) as url:
            command = [
                sys.executable, "-m", "bench.catalogue_import", "--one-round", home, url or "-",
                "--entries", str(arguments.entries), "--items", str(arguments.items),
            ]  # fmt: skip
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            rounds.append(json.loads(done.stdout.splitlines()[-1]))
    figures = {name: round(median([one[name] for one in rounds]), 2) for name in rounds[0]}
    report(
        f"catalogue_import.{store}",
        f"导入 Import of {arguments.entries:,} 目录 entries, {arguments.items:,} 信息项 items, {store}: "
        f"{figures['total']:.1f} 秒 s (读取检查 read and check {figures['read_and_check']:.1f}, 写入 write "
        f"{figures['write']:.1f}; CPU {figures['total_cpu']:.1f}); 导出 export {figures['export']:.1f}",
        entries=arguments.entries,
        items=arguments.items,
        rounds=arguments.rounds,
        **figures,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=9000)
    parser.add_argument("--items", type=int, default=31000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", default=os.environ.get("JUTONG_BENCH_POSTGRESQL", ""))
    parser.add_argument("--one-round", nargs=2, metavar=("HOME", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one_round:
        home, url = arguments.one_round
        print(json.dumps(one_round(home, "" if url == "-" else url, arguments.entries, arguments.items)))
        return
    measure("sqlite", "", arguments)
    if arguments.postgresql:
        measure("postgresql", arguments.postgresql, arguments)


if __name__ == "__main__":
    main()
