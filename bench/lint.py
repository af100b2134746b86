"""Linting 9,000 entries with 31,000 items: read from the control database and judged by every rule; and the whole inspection.

python -m bench.lint [--entries 9000] [--items 31000] [--rounds 3] [--postgresql URL]

The inspection adds what is known of sources, grants, lists and one-source decisions, and keeps what it found.
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


def one_store(home: str, url: str, entries: int, items: int, rounds: int) -> dict[str, float]:
    """Seconds of each, medians, in this process."""
    from bench._catalogue import NOW, REVIEWER, fill, found, prepare

    prepare(home, url)
    found()
    fill(entries, items)
    from jutong.control.catalogue.api import RULES, lint, lint_entry, standing_entries
    from jutong.control.directory.api import actor_named
    from jutong.control.inspection import api as inspection
    from jutong.kernel.clock import SystemClock

    actor, clock = actor_named(REVIEWER), SystemClock()
    observed = inspection.Observations(calls={})

    def judge() -> int:
        return sum(len(lint_entry(one.draft, one.context)) for one in standing_entries(NOW))

    judged = [timed(judge) for _ in range(rounds)]
    everything = [
        timed(lambda: inspection.lint_all(actor, clock=clock, observed=observed)) for _ in range(rounds)
    ]
    kept = [
        timed(lambda: inspection.inspect(actor, clock=clock, observed=observed)) for _ in range(1 + rounds)
    ]
    services = [one.entry.service for one in everything[0][2][:: max(1, entries // 20)]]
    single = [timed(lambda name=name: lint(actor, name, clock=clock)) for name in services]
    view = kept[-1][2]
    assert (view.entries, view.items) == (entries, items), (view.entries, view.items)
    return {
        "rules": len(RULES),
        "findings": judged[0][2],
        "lint_s": median(run[0] for run in judged),
        "lint_with_facts_s": median(run[0] for run in everything),
        "first_inspection_s": kept[0][0],
        "inspection_s": median(run[0] for run in kept[1:]),
        "one_entry_ms": 1000 * median(run[0] for run in single),
    }


def measure(store: str, server: str, arguments: argparse.Namespace) -> None:
    progress(f"{store}: {arguments.entries} entries, {arguments.rounds} rounds")
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home, a_database(server) as url:
        command = [
            sys.executable, "-m", "bench.lint", "--one-store", home, url or "-", "--entries", str(arguments.entries),
            "--items", str(arguments.items), "--rounds", str(arguments.rounds),
        ]  # fmt: skip
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures = {name: round(value, 2) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}
    report(
        f"lint.{store}",
        f"检查 Lint of {arguments.entries:,} 目录 entries, {arguments.items:,} 信息项 items, {figures['rules']:.0f} 条规则 "
        f"rules, {store}: {figures['lint_s']:.1f} 秒 s; 体检 inspection {figures['inspection_s']:.1f} 秒 s; "
        f"单个 one entry {figures['one_entry_ms']:.0f} ms",
        entries=arguments.entries,
        items=arguments.items,
        rounds=arguments.rounds,
        **figures,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=9_000)
    parser.add_argument("--items", type=int, default=31_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", default=os.environ.get("JUTONG_BENCH_POSTGRESQL", ""))
    parser.add_argument("--one-store", nargs=2, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one_store:
        home, url = arguments.one_store
        figures = one_store(
            home, "" if url == "-" else url, arguments.entries, arguments.items, arguments.rounds
        )
        print(json.dumps(figures))
        return
    measure("sqlite", "", arguments)
    if arguments.postgresql:
        measure("postgresql", arguments.postgresql, arguments)


if __name__ == "__main__":
    main()
