"""The three lists over 9,000 entries: split from the catalogue, read, exported; a demand matched against all of them.

python -m bench.lists [--entries 9000] [--items 31000] [--rounds 5] [--postgresql URL]

PostgreSQL is measured where JUTONG_BENCH_POSTGRESQL or `--postgresql` names a server: in a database made for it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from bench._support import median, progress, report, timed
from bench.catalogue_import import a_database

WANTS = (
    ("婚姻登记信息", ("身份证号", "登记日期")),
    ("社保缴费记录", ("姓名", "身份证号", "缴费基数")),
    ("企业登记信息", ("统一社会信用代码", "法定代表人")),
    ("水库水位监测", ("水库名称", "水位")),
)


def one_store(home: str, url: str, entries: int, items: int, rounds: int) -> dict[str, float]:
    """Times in this process, medians."""
    from bench._catalogue import REVIEWER, fill, found, prepare

    prepare(home, url)
    found()
    fill(entries, items)
    from jutong.control.directory.api import actor_named
    from jutong.control.lists import api as lists
    from jutong.control.lists.api import Fulfilment, ListKind, ResponsibilityFilter
    from jutong.kernel.clock import SystemClock

    actor, clock = actor_named(REVIEWER), SystemClock()
    split = timed(lambda: lists.refresh(clock))

    def middle(act) -> float:
        return median(timed(act)[0] for _ in range(rounds))

    late = ResponsibilityFilter(status=Fulfilment.NOT_BEGUN)
    wanted = [
        timed(lambda want=want: lists.demands_matching(actor, name=want[0], items=want[1]))
        for want in WANTS
        for _ in range(rounds)
    ]
    return {
        "responsibilities": lists.count_responsibilities(actor, clock=clock),
        "split_s": split[0],
        "up_to_date_ms": 1000 * middle(lambda: lists.refresh(clock)),
        "page_ms": 1000 * middle(lambda: lists.responsibilities(actor, clock=clock, limit=50)),
        "page_by_status_ms": 1000
        * middle(lambda: lists.responsibilities(actor, late, clock=clock, limit=50)),
        "rates_ms": 1000 * middle(lambda: lists.fulfilment_by_department(actor, clock=clock)),
        "match_ms": 1000 * median(run[0] for run in wanted),
        "match_worst_ms": 1000 * max(run[0] for run in wanted),
        "export_s": timed(
            lambda: lists.workbook_of(lists.sheet_of(actor, ListKind.RESPONSIBILITY, clock=clock))
        )[0],
    }


def measure(store: str, server: str, arguments: argparse.Namespace) -> None:
    progress(f"{store}: {arguments.entries} entries, {arguments.rounds} rounds")
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home, a_database(server) as url:
        command = [
            sys.executable, "-m", "bench.lists", "--one-store", home, url or "-", "--entries", str(arguments.entries),
            "--items", str(arguments.items), "--rounds", str(arguments.rounds),
        ]  # fmt: skip
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures = {name: round(value, 2) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}
    report(
        f"lists.{store}",
        f"三清单 Lists of {arguments.entries:,} 目录 entries, {store}: 拆分 split {figures['split_s']:.1f} 秒 s; "
        f"匹配 match {figures['match_ms']:.0f} ms; 一页 page {figures['page_ms']:.0f} ms; "
        f"导出 export {figures['export_s']:.1f} 秒 s",
        entries=arguments.entries,
        items=arguments.items,
        rounds=arguments.rounds,
        **figures,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=9_000)
    parser.add_argument("--items", type=int, default=31_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", default=os.environ.get("JUTONG_BENCH_POSTGRESQL", ""))
    parser.add_argument("--one-store", nargs=2, metavar=("HOME", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one_store:
        home, url = arguments.one_store
        figures = one_store(
            home, "" if url == "-" else url, arguments.entries, arguments.items, arguments.rounds
        )
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    measure("sqlite", "", arguments)
    if arguments.postgresql:
        measure("postgresql", arguments.postgresql, arguments)


if __name__ == "__main__":
    main()
