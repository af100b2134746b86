"""What the data plane's benchmarks share: medians, the machine, and one line of JSON with a stable name."""

import json
import os
import statistics
import sys
import time

import duckdb

THREADS = 2


def machine():
    return {"cores": os.cpu_count(), "threads": THREADS, "load": round(os.getloadavg()[0], 1)}


def timed(work):
    """Seconds of wall and of CPU that `work` takes, and what it gives."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def median(values):
    return statistics.median(values)


def report(name, human, **figures):
    """Print the figures as one JSON line, and a line for people."""
    print(json.dumps({"bench": name, **figures, "machine": machine()}, ensure_ascii=False))
    print(f"  {human}", flush=True)


def progress(text):
    print(f"  … {text}", file=sys.stderr, flush=True)


def weighted(body, weights):
    """SQL for the weighted sum of the leading digits of `body`."""
    return " + ".join(f"cast(substr({body}, {n}, 1) AS int) * {w}" for n, w in enumerate(weights, 1))


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("330102", "330105", "330106", "330108", "330109", "330110", "110105", "440106")


def persons(rows):
    """SQL of made-up persons: ID numbers with a right check character, one in 997 a wrong one, none repeated."""
    regions = ", ".join(f"'{code}'" for code in REGIONS)
    check = f"substr('10X98765432', ({weighted('body', ID_WEIGHTS)}) % 11 + 1, 1)"
    return f"""
        WITH numbered AS (
            SELECT i, i % 8 AS r, i // 8 % 25000 AS d, i // 200000 AS s FROM range({rows}) t(i)
        ), bodied AS (
            SELECT i, date '1940-01-01' + cast(d AS int) AS born, [{regions}][r + 1] AS region,
                [{regions}][r + 1] || strftime(date '1940-01-01' + cast(d AS int), '%Y%m%d')
                    || lpad(cast(s AS text), 3, '0') AS body
            FROM numbered
        )
        SELECT i, born, region,
            body || CASE WHEN i % 997 > 0 THEN {check} WHEN {check} = '0' THEN '1' ELSE '0' END AS id_no
        FROM bodied
    """


def connection():
    opened = duckdb.connect()
    opened.execute(f"SET threads = {THREADS}; SET enable_progress_bar = false")
    return opened
