"""Harvest of 865 entries over HTTP from a loopback server: the first visit, one where nothing changed, one with changes.

    python -m bench.harvest

On SQLite, and on PostgreSQL where a server answers (JUTONG_BENCH_POSTGRESQL, default postgresql://postgres@127.0.0.1:5432).
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress

from bench._support import median, progress, report, timed

ENTRIES = 865
RUNS = 3
PAGE = 100
POSTGRESQL = os.environ.get("JUTONG_BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
DATABASE = "jutong_bench_harvest"


def measure():
    """In a process of its own, on the data home that the environment names."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from jutong.control.directory.api import SYSTEM_ACTOR
    from jutong.control.harvest import api as harvest
    from jutong.control.harvest.api import SourceDraft
    from jutong.dataflow.catalogues import CatalogueSettings
    from jutong.kernel.clock import SystemClock
    from jutong.processes.harvest import harvest_turn
    from jutong.vocabulary.harvest import CatalogueKind
    from tests.support.catalogues import LOOPBACK, a_dataset, a_site, turtle
    from tests.support.control import a_city

    settings.DATA_HOME.create()
    call_command("migrate", verbosity=0)
    city = a_city(settings.DATA_HOME.root)
    clock, options = SystemClock(), CatalogueSettings(allowed_networks=LOOPBACK)
    text = "Every park with its size, its trees and its opening hours. " * 12
    figures = {}

    def publish(site, kind, changed):
        if kind is CatalogueKind.DATA_JSON:
            described = [
                a_dataset(number, description=f"{text}{changed if number < 50 else ''}")
                for number in range(ENTRIES)
            ]
            site.put("/data.json", {"dataset": described})
            return "/data.json"
        for start in range(0, ENTRIES, PAGE):
            numbers = range(start, min(start + PAGE, ENTRIES))
            following = f"/page/{start + PAGE}" if start + PAGE < ENTRIES else ""
            page = turtle(*numbers, following=following, total=ENTRIES)
            if changed and start == 0:
                page = page.replace("Parks of", f"Parks ({changed}) of")
            site.put(f"/page/{start}", page, "text/turtle")
        return "/page/0"

    def visit(code):
        job = harvest.request_harvest(city.reviewer, code, clock=clock)
        harvest_turn(job.job_id, home=city.home, clock=clock, worker="bench", options=options, turn_s=600)
        return harvest.job(SYSTEM_ACTOR, job.job_id)

    with a_site() as site:
        for kind in (CatalogueKind.DATA_JSON, CatalogueKind.DCAT):
            taken = {"first": [], "unchanged": [], "changed": []}
            for run in range(RUNS):
                code = f"{kind.value}_{run}"
                path = publish(site, kind, "")
                draft = SourceDraft(code=code, name=code, kind=kind, address=f"{site.root}{path}")
                harvest.add_source(city.reviewer, draft, clock=clock)
                for name, seconds_taken in taken.items():
                    if name == "changed":
                        publish(site, kind, f"edition {run}")
                    seconds, _, job = timed(lambda code=code: visit(code))
                    assert (job.status.value, job.seen) == ("done", ENTRIES), job
                    seconds_taken.append(seconds)
            figures[kind.value] = {name: round(median(values), 2) for name, values in taken.items()}
    print(json.dumps(figures))


def run_on(database_url):
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "JUTONG_HOME": home,
            "JUTONG_DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
        }
        done = subprocess.run(
            [sys.executable, "-m", "bench.harvest", "measure"],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def tell(database, figures):
    for kind, taken in figures.items():
        report(
            f"harvest_{kind}_{database}",
            f"{ENTRIES} entries ({kind}, {database}): first visit {taken['first']} s, nothing changed "
            f"{taken['unchanged']} s, fifty or a page changed {taken['changed']} s",
            entries=ENTRIES,
            **{f"{name}_s": seconds for name, seconds in taken.items()},
        )


def main():
    progress("SQLite")
    tell("sqlite", run_on(""))
    import psycopg

    try:
        server = psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True)
    except psycopg.OperationalError:
        progress("no PostgreSQL answers: left out")
        return
    progress("PostgreSQL")
    with server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
        try:
            tell("postgresql", run_on(f"{POSTGRESQL}/{DATABASE}"))
        finally:
            with suppress(psycopg.Error):
                server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
