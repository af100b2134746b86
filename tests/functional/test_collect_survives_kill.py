"""A process that is killed in the middle of a write leaves the last version whole, and the lock free."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa

from jutong.dataflow.lake import TableName
from tests.support.lakes import open_lake, provenance

BIG = TableName("pool", "big")
WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from jutong.dataflow.lake import TableName
from tests.support.lakes import open_lake, provenance
with open_lake(Path(sys.argv[1])) as lake:
    data = pa.table({"n": pa.arange(0, 300_000)})
    print("ready", flush=True)
    while True:
        lake.replace(TableName("pool", "big"), data, provenance("killed"))
"""


def test_kill_in_the_middle_of_a_write_leaves_the_last_version_whole(tmp_path):
    for delay_s in (0.05, 0.2, 0.37):
        with open_lake(tmp_path) as lake:
            lake.replace(BIG, pa.table({"n": [1, 2, 3]}), provenance("before"))
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path.cwd(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        )
        with writer:
            assert writer.stdout.readline() == "ready\n"
            time.sleep(delay_s)
            writer.send_signal(signal.SIGKILL)
        with open_lake(tmp_path) as lake:
            newest = lake.versions(BIG)[0]
            assert lake.count(BIG) == newest.rows == (300_000 if newest.run_id == "killed" else 3)
            assert lake.read(BIG).num_rows == newest.rows
            lake.replace(BIG, pa.table({"n": [4]}), provenance("after"))
            assert lake.read(BIG).column("n").to_pylist() == [4]
