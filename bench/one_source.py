"""Finding the same item in several departments: detection over a city's catalogue, and judging bindings.

python -m bench one_source                       # 9,000 entries, 31,000 items, SQLite
python -m bench one_source --database-url postgresql://…  [--entries N --items N --sketched N]
"""

import argparse
import tempfile
from pathlib import Path
from random import Random

from bench._catalogue import NOW, fill, found, prepare
from bench._support import median, report, timed


def _sketch(columns):
    """Make up sketches of `columns` columns: every third shares most of its values with the one before."""
    from jutong.control.catalogue.api import held_items
    from jutong.control.directory.api import SYSTEM_ACTOR
    from jutong.control.one_source import api as one_source
    from jutong.kernel.clock import FixedClock
    from jutong.vocabulary.sketches import ColumnSketch

    random, last, by_service = Random(7), [], {}
    for number, item in enumerate(held_items()):
        if number == columns:
            break
        fresh = [random.getrandbits(64) for _ in range(512)]
        last = sorted({*last[:400], *fresh[:112]}) if number % 3 == 1 else sorted(fresh)
        sketch = ColumnSketch(field=item.field, hashes=tuple(last), rows=100_000)
        by_service.setdefault(item.service, []).append(sketch)
    for service, sketches in by_service.items():
        one_source.record_sketches(SYSTEM_ACTOR, service, 1, sketches, clock=FixedClock(NOW))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=9000)
    parser.add_argument("--items", type=int, default=31_000)
    parser.add_argument("--sketched", type=int, default=3000)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder) / "home", options.database_url)
        found(people=False)
        fill(options.entries, options.items)
        _sketch(options.sketched)
        _measure(options)


def _measure(options):
    from django.db import connection

    from jutong.control.catalogue.api import EntryDraft, held_items
    from jutong.control.directory.api import SYSTEM_ACTOR
    from jutong.control.one_source import api as one_source
    from jutong.control.standards import api as standards
    from jutong.kernel.clock import FixedClock
    from jutong.vocabulary.contracts import InformationItem

    clock, database = FixedClock(NOW), connection.vendor
    first, _, outcome = timed(lambda: one_source.follow_catalogue(SYSTEM_ACTOR, clock=clock))
    again = [
        timed(lambda: one_source.follow_catalogue(SYSTEM_ACTOR, clock=clock))[0]
        for _ in range(options.repeat)
    ]
    report(
        "one_source.detect",
        f"{database}: {outcome.items:,} items → {outcome.groups} groups in {first:.1f} s, again {median(again):.1f} s",
        database=database,
        items=outcome.items,
        groups=outcome.groups,
        sketched=options.sketched,
        first_s=round(first, 2),
        again_s=round(median(again), 2),
    )
    index = standards.standards_index(NOW.date())
    items = [InformationItem(name=item.name, field=item.field, length=item.length) for item in held_items()]
    seconds = [timed(lambda: standards.binding_faults(items, index))[0] for _ in range(options.repeat)]
    report(
        "standards.binding_faults",
        f"{database}: bindings of {len(items):,} items judged in {median(seconds):.2f} s",
        database=database,
        items=len(items),
        seconds=round(median(seconds), 3),
    )
    draft = EntryDraft(title="企业基本信息", items=tuple(items[:20]))
    seconds = [
        timed(lambda: one_source.warnings_for(draft, provider="bureau"))[0] for _ in range(options.repeat)
    ]
    report(
        "one_source.warnings_for",
        f"{database}: a draft of 20 items is warned in {median(seconds) * 1000:.0f} ms",
        database=database,
        milliseconds=round(median(seconds) * 1000, 1),
    )


if __name__ == "__main__":
    main()
