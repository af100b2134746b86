"""A whole table into the pool: PostgreSQL and MariaDB, with types, rules, provenance and proof; peers in the same run.

Peers: a bare copy of the table by DuckDB's scanner into DuckLake; dlt 1.31 (`sql_table`, connectorx and pyarrow
backends, into Parquet files) in a throw-away environment; for MariaDB ConnectorX's bare read.
Each part runs in its own process, so that its peak memory is its own. Medians of `--rounds`, taken in turns.

    python -m bench.collect_full                     # 5 M rows of PostgreSQL, 1 M of MariaDB
    python -m bench.collect_full --rows 1000000 --no-dlt
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from bench._people import POSTGRESQL, drop_people, make_mariadb, make_people
from bench._support import THREADS, median, progress, report

TABLE = "jutong_bench_people"


def ours(folder, kind, rows):
    """Collect and prove; seconds of each."""
    from bench._people import contract, options
    from jutong.dataflow.connectors.registry import open_connector
    from jutong.dataflow.lake import Lake, LakeSettings
    from jutong.dataflow.pipelines import collect
    from jutong.dataflow.pipelines.proof import ProofTerms, can_prove, prove
    from jutong.dataflow.quality import rules_of
    from jutong.kernel.clock import SystemClock, business_date

    opened = open_connector(kind, options(kind, TABLE), root=folder)
    # A worker has the patterns of its rules ready, as dlt has its modules loaded when its clock starts.
    for rule in rules_of(contract(), business_date(SystemClock().now())):
        rule.violation()
    with Lake.open(folder / "lake", LakeSettings(threads=THREADS, memory="640MB")) as lake:
        started = time.perf_counter()
        done = collect(
            contract(),
            opened,
            lake=lake,
            department="bench",
            system="bench",
            run_id="r1",
            clock=SystemClock(),
        )
        collected = time.perf_counter() - started
        assert done.read == done.landed + done.quarantined == rows, done
        proved = None
        if can_prove(opened):
            started = time.perf_counter()
            terms = ProofTerms(department="bench", system="bench", proof_id="p1")
            proof = prove(contract(), opened, lake=lake, mapping=None, terms=terms, clock=SystemClock())
            proved = time.perf_counter() - started
            assert proof.complete, proof
            assert not proof.mismatches, proof
    return {"collect_s": collected, "proof_s": proved, "landed": done.landed, "rules": len(done.rules)}


def bare(folder, _kind, rows):
    """The scanner's copy into DuckLake, nothing checked, nothing added."""
    import duckdb

    from jutong.dataflow.lake.extensions import load_extensions

    with duckdb.connect() as opened:
        opened.execute(
            f"SET threads = {THREADS}; SET memory_limit = '640MB'; SET preserve_insertion_order = false"
        )
        load_extensions(opened, "sqlite_scanner", "ducklake", "postgres_scanner")
        opened.execute(f"ATTACH 'ducklake:sqlite:{folder}/bare.sqlite' AS lake (DATA_PATH '{folder}/bare')")
        opened.execute("CALL lake.set_option('parquet_compression', 'zstd')")
        opened.execute(f"ATTACH '{POSTGRESQL}' AS source (TYPE postgres, READ_ONLY)")
        started = time.perf_counter()
        opened.execute(f"CREATE TABLE lake.people AS SELECT * FROM source.public.{TABLE}")
        seconds = time.perf_counter() - started
        assert opened.execute("SELECT count(*) FROM lake.people").fetchone()[0] == rows
    return {"collect_s": seconds}


def connectorx(_folder, _kind, rows):
    """ConnectorX reads the whole table into memory, and nothing more."""
    import connectorx as cx

    from bench._people import MARIADB

    started = time.perf_counter()
    table = cx.read_sql(MARIADB, f"SELECT * FROM {TABLE}", return_type="arrow")
    seconds = time.perf_counter() - started
    assert table.num_rows == rows
    return {"collect_s": seconds}


DLT_SCRIPT = """
import json, sys, time, resource
import dlt
from dlt.sources.sql_database import sql_table
folder, url, table, backend = sys.argv[1:]
destination = dlt.destinations.filesystem(bucket_url=folder + "/files")
extra = {"backend_kwargs": {"return_type": "arrow"}} if backend == "connectorx" else {}
pipeline = dlt.pipeline("bench_" + backend, destination=destination, dataset_name="bench", pipelines_dir=folder)
started = time.perf_counter()
source = sql_table(url, table=table, backend=backend, chunk_size=100_000, **extra)
pipeline.run(source, loader_file_format="parquet", write_disposition="replace")
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"collect_s": seconds, "peak_mb": round(peak)}))
"""


def dlt_environment(folder):
    """The interpreter of a new environment with dlt, or None where it cannot be installed."""
    place = folder / "dlt"
    try:
        venv.create(place, with_pip=True)
        python = place / "bin" / "python"
        packages = ["dlt[parquet,filesystem]==1.31.*", "SQLAlchemy>=2,<2.1", "connectorx", "psycopg2-binary"]
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", *packages], capture_output=True, timeout=240, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode:
        progress("dlt cannot be installed here; its part is left out")
        return None
    return python


def dlt_run(python, folder, backend):
    run = folder / f"dlt-{backend}-{time.monotonic_ns()}"
    run.mkdir()
    environment = {
        **os.environ,
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        "HOME": str(run),
    }
    url = (
        POSTGRESQL.replace("postgresql://", "postgresql+psycopg2://")
        if backend != "connectorx"
        else POSTGRESQL
    )
    try:
        done = subprocess.run(
            [python, "-c", DLT_SCRIPT, run, url, TABLE, backend],
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
            env=environment,
            cwd=run,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if not lines:
            progress(f"dlt {backend} failed: {done.stderr.strip().splitlines()[-1:]}")
            return None
        return json.loads(lines[-1])
    except subprocess.TimeoutExpired:
        progress(f"dlt {backend} took longer than 150 s")
        return {"collect_s": 150.0, "peak_mb": 0, "at_least": True}
    finally:
        shutil.rmtree(run, ignore_errors=True)


def apart(what, kind, rows):
    """`what` in a process of its own: its figures with its peak memory."""
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.collect_full", "--part", what),
                *("--kind", kind, "--rows", str(rows), "--folder", folder),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).resolve().parent.parent,
        )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1])


def part(arguments):
    found = PARTS[arguments.part](Path(arguments.folder), arguments.kind, arguments.rows)
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(found))


PARTS = {"ours": ours, "bare": bare, "connectorx": connectorx}


def postgresql(arguments, folder):
    rows = arguments.rows
    python = None if arguments.no_dlt else dlt_environment(folder)
    bares, collected, dlts = [], [], {"connectorx": [], "pyarrow": []}
    for number in range(arguments.rounds):
        bares.append(apart("bare", "postgresql", rows))
        collected.append(apart("ours", "postgresql", rows))
        if python and number == 0:  # by far the slowest: once
            for backend, runs in dlts.items():
                if (run := dlt_run(python, folder, backend)) is not None:
                    runs.append(run)
        progress(f"round {number + 1}: bare {bares[-1]['collect_s']:.1f} s, ours {collected[-1]}")
    bare_s = median(run["collect_s"] for run in bares)
    collect_s = median(run["collect_s"] for run in collected)
    proof_s = median(run["proof_s"] for run in collected)
    whole = median(run["collect_s"] + run["proof_s"] for run in collected)
    best = min((run["collect_s"] for runs in dlts.values() for run in runs), default=None)
    report(
        "collect_full.postgresql",
        f"PostgreSQL {rows:,} 行 rows, {collected[-1]['rules']} 条规则 rules, 含证明 with proof: "
        f"{rows / whole:,.0f} 行/秒 rows/s; "
        f"裸复制 bare copy {rows / bare_s:,.0f}, 比值 ratio {bare_s / whole:.2f}; "
        f"dlt {rows / best if best else 0:,.0f}, 比值 ratio {best / whole if best else 0:.2f}; "
        f"证明 proof {proof_s / collect_s:.0%}; 内存 peak {max(run['peak_mb'] for run in collected)} MB",
        rows=rows,
        rules=collected[-1]["rules"],
        collect_s=round(collect_s, 2),
        proof_s=round(proof_s, 2),
        rows_per_second=round(rows / whole),
        bare_rows_per_second=round(rows / bare_s),
        ratio_to_bare=round(bare_s / whole, 3),
        dlt_rows_per_second={name: round(rows / runs[0]["collect_s"]) for name, runs in dlts.items() if runs},
        ratio_to_dlt=round(best / whole, 3) if best else None,
        proof_share=round(proof_s / collect_s, 3),
        peak_mb=max(run["peak_mb"] for run in collected),
        bare_peak_mb=max(run["peak_mb"] for run in bares),
        rounds=arguments.rounds,
    )


def mariadb(arguments):
    rows = arguments.mariadb_rows
    read, collected = [], []
    for number in range(arguments.rounds):
        read.append(apart("connectorx", "mariadb", rows))
        collected.append(apart("ours", "mariadb", rows))
        progress(
            f"round {number + 1}: ConnectorX {read[-1]['collect_s']:.1f} s, ours {collected[-1]['collect_s']:.1f} s"
        )
    read_s, collect_s = (
        median(run["collect_s"] for run in read),
        median(run["collect_s"] for run in collected),
    )
    report(
        "collect_full.mariadb",
        f"MariaDB {rows:,} 行 rows: {rows / collect_s:,.0f} 行/秒 rows/s; ConnectorX {rows / read_s:,.0f}; "
        f"比值 ratio {read_s / collect_s:.2f}; 内存 peak {max(run['peak_mb'] for run in collected)} MB",
        rows=rows,
        rows_per_second=round(rows / collect_s),
        connectorx_rows_per_second=round(rows / read_s),
        ratio_to_connectorx=round(read_s / collect_s, 3),
        peak_mb=max(run["peak_mb"] for run in collected),
        connectorx_peak_mb=max(run["peak_mb"] for run in read),
        rounds=arguments.rounds,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--mariadb-rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-dlt", action="store_true")
    parser.add_argument("--no-mariadb", action="store_true")
    parser.add_argument("--part", choices=sorted(PARTS))
    parser.add_argument("--kind", default="postgresql")
    parser.add_argument("--folder", default="")
    arguments = parser.parse_args()
    if arguments.part:
        part(arguments)
        return
    folder = Path(tempfile.mkdtemp(prefix="jutong-bench-"))
    try:
        progress(f"making {arguments.rows} made-up people in PostgreSQL")
        make_people(TABLE, arguments.rows)
        postgresql(arguments, folder)
        if not arguments.no_mariadb:
            progress(f"making {arguments.mariadb_rows} made-up people in MariaDB")
            make_mariadb(TABLE, arguments.mariadb_rows)
            mariadb(arguments)
    finally:
        drop_people(TABLE)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
