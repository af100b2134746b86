"""A worker killed (kill -9) while it admits corrected rows: carried out again, each row is in the pool once."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines.correction_files import Correction
from jutong.dataflow.pipelines.readmit import readmit
from jutong.dataflow.pipelines.refused import state_counts
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType, Level
from jutong.vocabulary.contracts import InformationItem
from tests.support.deliveries import NOON, MemorySource, people_contract
from tests.support.lakes import open_lake

KEY = bytes(range(16))
ROWS = 2_000
# Without a key nothing but the state of the refused row tells whether it is in already.
CONTRACT = people_contract(
    level=Level.L1,
    items=(
        InformationItem(name="线路", field="line"),
        InformationItem(name="日期", field="day", data_type=DataType.DATE),
    ),
)
WORKER = """
import sys
from pathlib import Path
from tests.functional.test_readmit_survives_kill import admit
from tests.support.lakes import open_lake
with open_lake(Path(sys.argv[1])) as lake:
    print("ready", flush=True)
    admit(lake, int(sys.argv[2]))
"""


def contract_of(number):
    return replace(CONTRACT, service=f"trips_{number}")


def refuse_rows(lake, number):
    """A delivery of one good row, all others with a day that no calendar has."""
    rows = [{"线路": "L0", "日期": "2024-05-01"}]
    rows += [{"线路": f"L{n}", "日期": "2024-02-30"} for n in range(1, ROWS + 1)]
    report = collect(
        contract_of(number),
        MemorySource(rows, batch_rows=500),
        lake=lake,
        department="d",
        system="s",
        run_id="r1",
        clock=FixedClock(NOON),
        terms=LandingTerms(sealing_key=KEY),
    )
    assert (report.landed, report.quarantined) == (1, ROWS)


def admit(lake, number, *, code="fix"):
    """The rows as a person sends them in: those that are in already among them."""
    rows = [
        Correction(row_id=f"r1:{n + 1}", values={"line": f"L{n}", "day": "2024-02-29"})
        for n in range(1, ROWS + 1)
    ]
    return readmit(
        contract_of(number),
        rows,
        lake=lake,
        correction=code,
        department="d",
        system="s",
        clock=FixedClock(NOON),
    )


def killed(folder, number, delay_s):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path.cwd(),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
    )
    with worker:
        assert worker.stdout.readline() == "ready\n"
        time.sleep(delay_s)
        worker.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.slow)])
def test_each_row_is_admitted_once(tmp_path, kills):
    chosen = random.Random(kills)
    for number in range(kills):
        with open_lake(tmp_path) as lake:
            refuse_rows(lake, number)
        killed(tmp_path, number, chosen.uniform(0.0, 0.6))
        service, pool = f"trips_{number}", TableName("pool", f"trips_{number}")
        with open_lake(tmp_path) as lake:
            landed = lake.count(pool) - 1
            assert landed in {0, ROWS}
            assert state_counts(lake, service) == {"readmitted" if landed else "open": ROWS}
            assert admit(lake, number).readmitted == ROWS
            assert admit(lake, number, code="again").closed == ROWS
            lines = lake.read(pool, columns=["line"]).column("line").to_pylist()
            assert sorted(lines) == sorted(f"L{n}" for n in range(ROWS + 1))
