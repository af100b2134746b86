"""Every page of the workbench on a city's database: median time and queries of each, for a reviewer and an officer.

python -m bench.desk_pages [--entries 9000] [--items 31000] [--rounds 3] [--postgresql URL] [--slow 300]

The lists are split, the catalogue inspected, items compared, a demand filed and a change begun before the walk, so that
no page is empty for want of data. Pages are asked for in this process: no server and no network are in the figures.
Those above `--slow` milliseconds are marked. PostgreSQL is measured where JUTONG_BENCH_POSTGRESQL or `--postgresql`
names a server: in a database made for it.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from time import perf_counter

from bench._support import median, progress, report
from bench.catalogue_import import a_database


class Queries:
    """Counts what is asked of the database while it wraps a connection."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def plain_pages():
    """(name, address) of every page of the workbench that takes no parameter."""
    from django.urls import NoReverseMatch, reverse

    from jutong.pages.desk.urls import urlpatterns

    for name in dict.fromkeys(_names(urlpatterns)):
        try:
            yield name, reverse(f"desk:{name}")
        except NoReverseMatch:
            continue


def _names(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def happen(clock):
    """Let a day of the city happen; the pages of single nouns that it leaves behind, as (name, address)."""
    from django.urls import reverse

    from bench._catalogue import OFFICER, REVIEWER
    from jutong.control.catalogue import api as catalogue
    from jutong.control.directory.api import SYSTEM_ACTOR, actor_named
    from jutong.control.inspection import api as inspection
    from jutong.control.lists import api as lists
    from jutong.control.one_source import api as one_source

    reviewer, officer = actor_named(REVIEWER), actor_named(OFFICER)
    lists.refresh(clock)
    inspection.inspect(reviewer, clock=clock, observed=inspection.Observations(calls={}))
    one_source.follow_catalogue(SYSTEM_ACTOR, clock=clock)
    found = catalogue.entries(officer, catalogue.EntryFilter(provider="minzheng"), limit=20).rows
    service = next(row.service for row in found if row.live)
    draft = next((row.service for row in found if not row.live), service)
    catalogue.begin_change(officer, service, clock=clock)
    wanted = lists.DemandDraft(
        name="不动产登记信息", items=("不动产单元号", "权利人名称"), basis="行政许可法", scene="核验"
    )
    demand = lists.file_demand(officer, wanted, department="minzheng", clock=clock)
    (duty, *_), (refusal, *_) = (
        lists.responsibilities(reviewer, clock=clock, limit=1),
        lists.refusals(reviewer, clock=clock, limit=1),
    )
    named = {
        "entry": service, "entry-edit": draft, "entry-diff": service, "entry-on": service, "entry-grading": service,
        "apply": service, "lists-want": demand.summary.number, "lists-duty": duty.number,
        "lists-refusal": refusal.number,
    }  # fmt: skip
    pages = [(name, reverse(f"desk:{name}", args=[value])) for name, value in named.items()]
    listing = reverse("desk:lists-responsibility")
    return [*pages, ("lists-responsibility by status", f"{listing}?status=not_begun")]


def hook(entries, runs_each):
    """Hook `entries` published entries to a source each, with runs and a proof: what the wall of sources shows."""
    from datetime import timedelta

    from jutong.control.catalogue.models import Entry
    from jutong.control.collection.models import Binding, CollectionRun, Proof, Source
    from jutong.kernel.clock import SystemClock
    from jutong.vocabulary.collection import ProofReport

    now = SystemClock().now()
    chosen = list(Entry.objects.filter(live=True).order_by("pk")[:entries])
    sources = [
        Source(
            code=f"s{entry.pk}", name=f"库 {entry.pk}", department_id=entry.provider_id, kind="postgresql",
            created_at=now, updated_at=now,
        )
        for entry in chosen
    ]  # fmt: skip
    sources = Source.objects.bulk_create(sources, batch_size=500)
    bindings = Binding.objects.bulk_create(
        [
            Binding(
                entry=entry, source=source, created_at=now, last_success_at=now, last_rows=1000 + place, last_version=place,
                due_at=now + timedelta(days=1 if place % 7 else -1), proved_at=now, proof_complete=place % 11 != 0,
            )
            for place, (entry, source) in enumerate(zip(chosen, sources, strict=True))
        ],
        batch_size=500,
    )  # fmt: skip
    proved = ProofReport(
        service="", method="md5_text_v1", started_at=now, ended_at=now, complete=True
    ).to_json()
    Proof.objects.bulk_create(
        [Proof(binding=one, proved_at=now, complete=True, report=proved) for one in bindings], batch_size=500
    )
    CollectionRun.objects.bulk_create(
        [
            CollectionRun(
                run_id=f"r{one.pk}-{number}", binding=one, status="failed" if one.pk % 13 == number else "succeeded",
                requested_by_name="平台任务", requested_at=now, started_at=now, ended_at=now,
            )
            for number in range(runs_each)
            for one in bindings
        ],
        batch_size=500,
    )  # fmt: skip
    return len(bindings)


def one_store(home, url, entries, items, rounds):
    """(person, page, milliseconds, queries) of every page that the person may see."""
    from bench._catalogue import OFFICER, REVIEWER, fill, found, prepare

    prepare(home, url)
    found()
    fill(entries, items)
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    from jutong.kernel.clock import SystemClock

    logging.disable(logging.WARNING)  # pages that a person may not see are left out, not told
    settings.ALLOWED_HOSTS = ["*"]
    progress(f"hooked {hook(1_200, 20):,} entries")
    pages = [*plain_pages(), *happen(SystemClock())]
    for person in (REVIEWER, OFFICER):
        client = Client()
        client.force_login(get_user_model().objects.get(username=person))
        for name, address in pages:
            client.get(address)  # the first time fills what is remembered
            seen = [visit(client, address) for _ in range(rounds)]
            status, _, queries = seen[0]
            if status == 200:
                yield person, name, 1000 * median(seconds for _, seconds, _ in seen), queries


def visit(client, address):
    from django.db import connection

    queries = Queries()
    with connection.execute_wrapper(queries):
        started = perf_counter()
        answer = client.get(address)
        if answer.streaming:
            list(answer.streaming_content)
        return answer.status_code, perf_counter() - started, queries.count


def measure(store, server, arguments):
    progress(f"{store}: {arguments.entries} entries, {arguments.rounds} rounds")
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home, a_database(server) as url:
        command = [
            sys.executable, "-m", "bench.desk_pages", "--one-store", home, url or "-", "--entries", str(arguments.entries),
            "--items", str(arguments.items), "--rounds", str(arguments.rounds),
        ]  # fmt: skip
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    rows = sorted(json.loads(done.stdout.splitlines()[-1]), key=lambda row: -row[2])
    for person, name, milliseconds, queries in rows:
        mark = "!" if milliseconds > arguments.slow else " "
        print(f"{mark} {person:15} {name:32} {milliseconds:7.0f} ms {queries:4d} queries")
    slow = [row for row in rows if row[2] > arguments.slow]
    report(
        f"desk_pages.{store}",
        f"工作台 {len(rows)} pages over {arguments.entries:,} 目录 entries, {store}: "
        f"median {median(row[2] for row in rows):.0f} ms, slowest {rows[0][1]} {rows[0][2]:.0f} ms; "
        f"{len(slow)} above {arguments.slow} ms",
        entries=arguments.entries,
        items=arguments.items,
        pages=len(rows),
        median_ms=round(median(row[2] for row in rows), 1),
        slowest=rows[0][1],
        slowest_ms=round(rows[0][2], 1),
        most_queries=max(row[3] for row in rows),
        slow=[row[1] for row in slow],
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=9_000)
    parser.add_argument("--items", type=int, default=31_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", type=int, default=300)
    parser.add_argument("--postgresql", default=os.environ.get("JUTONG_BENCH_POSTGRESQL", ""))
    parser.add_argument("--one-store", nargs=2, metavar=("HOME", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one_store:
        home, url = arguments.one_store
        rows = one_store(
            home, "" if url == "-" else url, arguments.entries, arguments.items, arguments.rounds
        )
        print(json.dumps(list(rows), ensure_ascii=False))
        return
    measure("sqlite", "", arguments)
    if arguments.postgresql:
        measure("postgresql", arguments.postgresql, arguments)


if __name__ == "__main__":
    main()
