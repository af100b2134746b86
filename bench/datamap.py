"""The data map at the size of a city: the neighbourhood of a node, one step and two, as the page asks for it.

python -m bench.datamap [--entries 9000] [--items 31000] [--nodes 60] [--database-url postgresql://…]

Half of the nodes are entries; the others are departments, systems and items. Target: 95 of 100 within 150 ms.
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench._catalogue import REVIEWER, fill, found, prepare
from bench._support import progress, report

TARGET_MS = 150


def nodes(count):
    """Ids of nodes, spread over the whole catalogue."""
    from jutong.control.catalogue.models import Item

    rows = Item.objects.order_by("entry_id", "position").values_list(
        "entry__service", "entry__provider__code", "entry__system__code", "field"
    )
    step = max(1, rows.count() // count)
    for number, (service, provider, system, field) in enumerate(rows[::step]):
        others = (f"department:{provider}", f"system:{system}", f"item:{service}.{field}")
        yield f"entry:{service}" if number % 2 else others[number // 2 % 3]


def measure(focuses, depth):
    """(seconds, processor's seconds) of each, in order of time."""
    from jutong.control.datamap.api import graph
    from jutong.control.directory.api import actor_named
    from jutong.kernel.clock import SystemClock

    actor, clock, taken = actor_named(REVIEWER), SystemClock(), []
    for focus in focuses:
        started, used = time.perf_counter(), time.process_time()
        part = graph(actor, focus, clock=clock, depth=depth)
        taken.append((time.perf_counter() - started, time.process_time() - used, len(part.nodes), focus))
    return sorted(taken)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=9_000)
    parser.add_argument("--items", type=int, default=31_000)
    parser.add_argument("--nodes", type=int, default=60)
    parser.add_argument("--database-url", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
        prepare(Path(folder) / "home", options.database_url)
        progress(f"filling {options.entries} entries, {options.items} items")
        found()
        fill(options.entries, options.items)
        tell(list(nodes(options.nodes)))


def tell(focuses):
    from django.db import connection

    for depth in (1, 2):
        measure(focuses[:4], depth)
        taken = measure(focuses, depth)
        p50, p95 = (taken[int(len(taken) * part)] for part in (0.5, 0.95))
        report(
            f"datamap.steps_{depth}.{connection.vendor}",
            f"{connection.vendor}: 图谱 neighbourhood, {depth} 步 step(s): p50 {1000 * p50[0]:.0f} ms, "
            f"p95 {1000 * p95[0]:.0f} ms (target < {TARGET_MS} ms), slowest {taken[-1][3]}",
            p50_ms=round(1000 * p50[0], 1),
            p95_ms=round(1000 * p95[0], 1),
            p95_cpu_ms=round(1000 * sorted(one[1] for one in taken)[int(len(taken) * 0.95)], 1),
            most_nodes=max(one[2] for one in taken),
            target_ms=TARGET_MS,
        )


if __name__ == "__main__":
    main()
