"""1,200 hooked tables with small deliveries, collected in one cycle: what scheduling adds to each table.

    python -m bench.collect_many [TABLES]

Overhead: wall time a table from the moment that all are asked for until the last run has ended, less the same
deliveries collected one after another by the pipeline alone (read, check, land; no runs, no audit, no snapshots).
The share of the snapshots for look-ups is measured apart and printed.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

from bench._support import progress, report, timed

TABLES = 1_200
ROWS = 20
CYCLES = 2
HEADER = "code,name,district,pupils,founded,lon,lat\n"


def measure(tables):
    """In a process of its own, on the data home that the environment names."""
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.collection.models import Binding, CollectionRun
    from jutong.kernel.clock import SystemClock
    from jutong.processes.dispatch import worker_is_alive
    from jutong.processes.settings import WorkerSettings
    from jutong.processes.worker import run_worker

    made, _, services = timed(lambda: fill(settings.DATA_HOME, tables))
    progress(f"{tables} entries hooked in {made:.0f} s")
    alone, alone_cpu = pipeline_alone(settings.DATA_HOME, services)
    serving = snapshots_alone(settings.DATA_HOME, services)
    cycles, cpus = [], []
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, kwargs={"stop": stop, "clock": SystemClock()})
    worker.start()
    while not worker_is_alive(settings.DATA_HOME):
        time.sleep(0.1)
    for cycle in range(CYCLES):
        before, cpu = CollectionRun.objects.count(), time.process_time()
        Binding.objects.update(next_run_at=SystemClock().now())  # asked for by the next sweep, within 30 s
        mine = CollectionRun.objects.order_by("pk")[before:]
        while (ended := sum(run.ended_at is not None for run in mine)) < tables:
            time.sleep(0.5)
            mine = CollectionRun.objects.order_by("pk")[before:]
        runs = list(mine)
        assert {run.status for run in runs} == {"succeeded"}, {run.error_code for run in runs}
        first, last = min(run.requested_at for run in runs), max(run.ended_at for run in runs)
        cycles.append((last - first).total_seconds())
        cpus.append(time.process_time() - cpu)
        progress(
            f"cycle {cycle + 1}: {ended} runs in {cycles[-1]:.1f} s, {cycles[-1] / tables * 1000:.0f} ms each"
        )
    stop.set()
    worker.join()
    whole = min(cycles) / tables * 1000
    overhead = whole - alone
    report(
        "collect_many",
        f"{tables} tables of {ROWS} rows in {min(cycles):.1f} s: {whole:.1f} ms a table, of which the pipeline alone "
        f"takes {alone:.1f} and the look-up snapshot {serving:.1f}; scheduling {overhead:.1f} ms (limit 50), "
        f"{overhead - serving:.1f} without the snapshot; "
        f"in CPU, which a loaded machine leaves alone: {min(cpus) / tables * 1000 - alone_cpu:.1f} ms",
        tables=tables,
        concurrency=WorkerSettings.read(os.environ).concurrency,
        whole_ms=round(whole, 1),
        alone_ms=round(alone, 1),
        snapshot_ms=round(serving, 1),
        overhead_ms=round(overhead, 1),
        overhead_cpu_ms=round(min(cpus) / tables * 1000 - alone_cpu, 1),
    )


def fill(home, tables):
    """Migrate, publish `tables` entries of one department, hook each to a file of its own."""
    from django.core.management import call_command

    from jutong.control.collection import api as collection
    from jutong.control.collection.models import Binding, Source
    from jutong.vocabulary.catalogue import FormatClass, OpenType, SharingType, UpdateFrequency
    from tests.support.control import CIVIL, a_city, a_published_entry
    from tests.support.open_datasets import SCHOOL_ITEMS

    home.create()
    call_command("migrate", verbosity=0)
    city = a_city(home.root)
    folder = home.sources / "many"
    folder.mkdir(parents=True)
    services = [f"shops_{number:04d}" for number in range(tables)]
    for number, service in enumerate(services):
        a_published_entry(
            city,
            service,
            title=f"零售店名录{number:04d}号",
            abstract="本市零售店名录，含名称、所在区县和规模，供公众查询使用。全部为合成数据。",
            items=SCHOOL_ITEMS,
            format_class=FormatClass.DATABASE,
            sharing_type=SharingType.UNCONDITIONAL,
            sharing_condition="",
            sharing_reason="",
            open_type=OpenType.UNCONDITIONAL,
            update_frequency=UpdateFrequency.DAILY,
            query_keys=(("code",),),
        )
        lines = [f"{row:06d},合成第{row}店,甲区,{row},2001-09-01,118.5,35.5\n" for row in range(ROWS)]
        (folder / f"{service}.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
        draft = collection.SourceDraft(
            code=service,
            name=f"零售店文件{number:04d}号",
            department=CIVIL,
            kind="csv",
            options={"path": f"many/{service}.csv"},
        )
        collection.add_source(city.civil_engineer, draft, home=home, clock=city.clock)
        collection.bind(city.civil_engineer, service=service, source=service, clock=city.clock)
    Source.objects.update(max_concurrent=4)
    Binding.objects.update(next_run_at=None)
    return services


def pipeline_alone(home, services):
    """ms a table of the same deliveries, collected one after another without runs."""
    from jutong.control.catalogue.api import contract_of
    from jutong.dataflow.connectors import ReadLimits, open_connector
    from jutong.dataflow.pipelines import run_collection
    from jutong.kernel.clock import SystemClock
    from jutong.kernel.ids import new_id
    from jutong.processes.lakes import lake_of

    contracts = [contract_of(service) for service in services]

    def collect_all():
        for contract in contracts:
            options = {"path": f"many/{contract.service}.csv"}
            with lake_of(home) as lake:
                done = run_collection(
                    contract,
                    lambda options=options: open_connector(
                        "csv", options, root=home.sources, limits=ReadLimits()
                    ),
                    lake=lake,
                    department="minzheng",
                    system="",
                    run_id=new_id("alone"),
                    clock=SystemClock(),
                )
            assert done.outcome == "succeeded", done.error_code

    wall, cpu, _ = timed(collect_all)
    progress(f"the pipeline alone: {wall:.1f} s ({cpu:.1f} s of CPU)")
    return wall / len(services) * 1000, cpu / len(services) * 1000


def snapshots_alone(home, services):
    """ms a table of writing its look-up snapshot."""
    from jutong.dataflow.lake import TableName
    from jutong.processes.collection import serve_version
    from jutong.processes.lakes import lake_of

    some = services[:: max(1, len(services) // 40)]
    with lake_of(home) as lake:
        versions = {service: lake.versions(TableName("pool", service))[0].version for service in some}
    wall, _, _ = timed(lambda: [serve_version(name, number, home=home) for name, number in versions.items()])
    return wall / len(some) * 1000


def main():
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home:
        script = f"from bench.collect_many import measure; measure({tables})"
        environment = {
            **os.environ,
            "JUTONG_HOME": home,
            "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
        }
        return subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
