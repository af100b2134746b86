"""Gateway calls a second with evidence on: a look-up by key in a table of 1 M rows, two items masked.

python -m bench.gateway [--rows 1000000] [--seconds 8] [--connections 64] [--counters]

Each call is signed with a nonce of its own beforehand; wrk replays them where it is installed (its cost is small and
its own), else the generator of `bench/_load.py`. Client and server share the machine, which is stated.
"""

import argparse
import json
import multiprocessing
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from jutong.dataflow.serving import publish_snapshot
from jutong.evidence import verify_folder
from jutong.gateway.identity import sign
from jutong.gateway.shared import NonceTable
from jutong.kernel.crypto.keys import seal_text
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import (
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import (
    ClientKey,
    EntryContract,
    GrantedItem,
    GrantPolicy,
    InformationItem,
    PolicySnapshot,
    ServicePolicy,
)

CLIENT, SECRET = "bench-client", "made-up-secret"
FIELDS = ("id_no", "name", "address", "birth", "region", "sex", "nation", "mobile", "household", "updated")
WRK = """
local calls, n = {}, 0
for line in io.lines(os.getenv("CALLS")) do calls[#calls + 1] = line end
request = function()
  n = n + 1
  local ts, nonce, sig, key = string.match(calls[n], "(%S+) (%S+) (%S+) (%S+)")
  local h = {["X-Client-Id"]="bench-client", ["X-Timestamp"]=ts, ["X-Nonce"]=nonce, ["X-Signature"]=sig}
  if ALGORITHM then h["X-Signature-Algorithm"] = ALGORITHM end
  return wrk.format("GET", "/gateway/api/1/bench?id_no=" .. key, h)
end
"""


def person_id(number: int) -> str:
    return f"3301{number:013d}X"


def contract() -> EntryContract:
    return EntryContract(
        code="bench",
        version=1,
        title="测量用表（合成）",
        service="bench",
        provider="D-1",
        provider_name="合成部门",
        items=tuple(
            InformationItem(name=f, field=f, meaning=Meaning.CITIZEN_ID if f == "id_no" else None)
            for f in FIELDS
        ),
        sharing_type=SharingType.CONDITIONAL,
        open_type=OpenType.NOT_OPEN,
        update_frequency=UpdateFrequency.DAILY,
        level=Level.L3,
        query_keys=(("id_no",),),
    )


def batches(rows: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, rows, 50_000):
        numbers = range(start, min(start + 50_000, rows))
        columns = [[person_id(n) for n in numbers], [f"合成{n % 997}" for n in numbers]]
        columns += [[f"浙江省杭州市合成路{n}号" for n in numbers], ["1990-01-01"] * len(numbers)]
        columns += [[str(330100 + n % 15) for n in numbers]] + [["x"] * len(numbers) for _ in FIELDS[5:]]
        yield pa.RecordBatch.from_arrays([pa.array(c) for c in columns], names=list(FIELDS))


def prepare(home: DataHome, rows: int) -> dict[str, float]:
    home.create()
    started = time.perf_counter()
    info = publish_snapshot(home.serving, contract(), batches(rows), 1)
    built = time.perf_counter() - started
    now = datetime.now(UTC)
    masks = {"name": MaskMethod.NAME, "address": MaskMethod.ADDRESS}
    grant = GrantPolicy(
        grant_id="grt-bench",
        application_id="app",
        consumer="D-2",
        consumer_name="合成使用部门",
        clients=(CLIENT,),
        entry="bench",
        entry_title="测量用表",
        service="bench",
        provider_name="合成部门",
        items=tuple(GrantedItem(field=f, name=f, mask=masks.get(f)) for f in FIELDS),
        query_keys=(("id_no",),),
        purpose="测量",
        basis="测量",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=1),
        daily_quota=2**31,
        rate_per_second=2**31,
    )
    snapshot = PolicySnapshot(
        version=1,
        made_at=now,
        clients=(
            ClientKey(client_id=CLIENT, consumer="D-2", name="b", sealed_secret=seal_text(home, SECRET)),
        ),
        services=(ServicePolicy(service="bench", entry="bench", title="测量用表", provider_name="合成部门"),),
        grants=(grant,),
    )
    (home.policies / "current.json").write_text(snapshot.to_json())
    return {"build_s": round(built, 1), "rows": rows, "megabytes": round(info.size_bytes / 1e6)}


def signed_calls(count: int, rows: int, algorithm: str) -> Iterator[tuple[str, str, str, str]]:
    run = secrets.token_hex(6)
    for number in range(count):
        timestamp, nonce = str(time.time_ns() // 1_000_000), f"{run}{number:08d}"
        signature = sign(CLIENT, timestamp, nonce, SECRET.encode(), algorithm=algorithm)
        yield timestamp, nonce, signature, person_id(number * 7919 % rows)


class Server:
    def __init__(self, home: Path, workers: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(self.port)]
        command += [
            "--workers",
            str(workers),
            "--loop",
            "uvloop",
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        command += ["jutong.entrypoints.asgi:application"]
        environ = os.environ | {"JUTONG_HOME": str(home)}
        self.process = subprocess.Popen(command, env=environ, start_new_session=True)
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1.5)  # every worker has started

    def cpu_seconds(self) -> float:
        """User and system time of the master and its workers so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid:  # the process group
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def with_wrk(port: int, folder: Path, calls: list, connections: int, seconds: float, algorithm: str) -> dict:
    (folder / "calls").write_text("\n".join(" ".join(call) for call in calls))
    named = f'ALGORITHM = "{algorithm}"\n' if algorithm != "HMAC-SHA256" else ""
    (folder / "replay.lua").write_text(named + WRK)
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        "--latency",
        "-s",
        str(folder / "replay.lua"),
    ]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/"],
        env=os.environ | {"CALLS": str(folder / "calls")},
        capture_output=True,
        text=True,
        check=True,
    )
    text = done.stdout

    def milliseconds(label: str) -> float:
        value, unit = re.search(rf"{label}%\s+([\d.]+)(us|ms|s)", text).groups()
        return round(float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 2)

    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "calls": int(re.search(r"(\d+) requests in", text)[1]),
        "failed": int(failed[1]) if failed else 0,
        "per_second": round(float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])),
        "p50_ms": milliseconds("50"),
        "p99_ms": milliseconds("99"),
    }


def with_python(
    port: int, folder: Path, calls: list, connections: int, seconds: float, algorithm: str
) -> dict:
    with (folder / "requests").open("wb") as file:
        for timestamp, nonce, signature, key in calls:
            file.write(
                f"GET /gateway/api/1/bench?id_no={key} HTTP/1.1\r\nHost: bench\r\nX-Client-Id: {CLIENT}\r\n"
                f"X-Timestamp: {timestamp}\r\nX-Nonce: {nonce}\r\nX-Signature: {signature}\r\n"
                f"X-Signature-Algorithm: {algorithm}\r\n\r\n".encode()
            )
    command = [
        sys.executable,
        "-m",
        "bench._load",
        str(port),
        str(folder / "requests"),
        str(connections),
        str(seconds),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def measure(
    home: DataHome, arguments: argparse.Namespace, workers: int, connections: int, algorithm: str
) -> dict:
    generator = "wrk" if shutil.which("wrk") else "python"
    load = with_wrk if generator == "wrk" else with_python
    server = Server(home.root, workers)
    try:
        with tempfile.TemporaryDirectory() as folder:
            calls = list(signed_calls(int(arguments.seconds * 20_000), arguments.rows, algorithm))
            load(server.port, Path(folder), calls[:20_000], connections, 1, algorithm)
            before = server.cpu_seconds()
            result = load(
                server.port, Path(folder), calls[20_000:], connections, arguments.seconds, algorithm
            )
            used = server.cpu_seconds() - before
    finally:
        server.stop()
    return {
        "workers": workers,
        "connections": connections,
        "algorithm": algorithm,
        **result,
        "cpu_us_per_call": round(used / max(result["calls"], 1) * 1e6),
        "generator": generator,
    }


def claim_in_table(folder: Path, worker: int, count: int) -> None:
    table = NonceTable(folder / "table", megabytes=64)
    for number in range(count):
        table.claim("c", f"{worker} {number}", now_s=1, until_s=600)
    table.close()


def claim_in_sqlite(folder: Path, worker: int, count: int) -> None:
    db = sqlite3.connect(folder / "nonces.sqlite", isolation_level=None, timeout=30)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("CREATE TABLE IF NOT EXISTS nonces (name TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID")
    for number in range(count):
        db.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?)", (f"c {worker} {number}", 600))
    db.close()


def counters() -> dict:
    """What one claim of a nonce costs (µs): the shared table, and SQLite that does not wait for the disk."""
    count, line = 20_000, {}
    context = multiprocessing.get_context("fork")
    for name, claim in (("shared_table", claim_in_table), ("sqlite", claim_in_sqlite)):
        for processes in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                workers = [
                    context.Process(target=claim, args=(Path(folder), n, count)) for n in range(processes)
                ]
                started, before = time.perf_counter(), os.times()
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.join()
                after = os.times()
                cpu = (
                    after.children_user
                    + after.children_system
                    - before.children_user
                    - before.children_system
                )
                wall = time.perf_counter() - started
            line[f"{name}_{processes}p"] = {
                "wall_us": round(wall / count / processes * 1e6, 1),
                "cpu_us": round(cpu / count / processes * 1e6, 1),
            }
    return line


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--counters", action="store_true", help="measure the nonce table alone")
    arguments = parser.parse_args()
    print(json.dumps({"bench": "gateway.counters", **counters()}))
    if arguments.counters:
        return 0
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; client and server share them"
    print(f"机器 Machine: {machine}")
    root = Path(tempfile.mkdtemp(prefix="jutong-bench-"))
    try:
        home = DataHome(root)
        print(json.dumps({"bench": "gateway.snapshot", **prepare(home, arguments.rows)}), flush=True)
        for workers, connections, algorithm in (
            (1, 64, "HMAC-SHA256"),
            (2, 64, "HMAC-SHA256"),
            (2, 64, "HMAC-SM3"),
            (2, 4, "HMAC-SHA256"),
        ):
            result = measure(home, arguments, workers, connections, algorithm)
            print(json.dumps({"bench": "gateway.calls", **result}))
            print(
                f"  {workers} 进程 worker(s), {connections} 连接 connections, {algorithm}: "
                f"{result['per_second']} 次/秒 calls/s, p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms, "
                f"{result['cpu_us_per_call']} µs CPU, 失败 failed {result['failed']}",
                flush=True,
            )
        started = time.perf_counter()
        verdict = verify_folder(home.evidence)
        rate = round(verdict.records / (time.perf_counter() - started))
        line = {"ok": verdict.ok, "records": verdict.records, "records_per_second": rate}
        print(json.dumps({"bench": "gateway.evidence_verify", **line}))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main())
