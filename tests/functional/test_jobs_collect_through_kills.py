"""A worker that is killed (SIGKILL) in the middle of a collection: the run ends well, every row is there once."""

import pytest

from tests.support.worker_home import (
    REQUEST,
    make_home,
    newest_run,
    running_worker,
    start_worker,
    tell,
    wait_until,
)

ROWS = 300_000
POOL = """
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.serving import current_release, open_current
pool = TableName("pool", "shops")
with Lake.open(settings.DATA_HOME.lake) as lake:
    codes = sorted(lake.read(pool, columns=["code"]).column("code").to_pylist())
    versions = [(version.run_id, version.rows) for version in lake.versions(pool)]
with open_current(settings.DATA_HOME.serving, "shops") as snapshot:
    found = snapshot.find({"code": "000007"}, columns=["name"], limit=2)
    served = (snapshot.version, snapshot.rows, [row[1] for row in found])
answer = {
    "rows": len(codes),
    "as_the_source": codes == [f"{number:06d}" for number in range(300_000)],
    "versions": versions,
    "served": served,
    "runs": [(run.run_id, run.status) for run in collection.runs(SYSTEM_ACTOR).rows],
}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kills") / "home"
    make_home(folder, rows=ROWS)
    return folder


def killed_when(home, holds, what):
    """Start a worker and kill it with SIGKILL as soon as the newest run is as described."""
    worker = start_worker(home)
    try:
        return wait_until(lambda: holds(newest_run(home)) and newest_run(home), what)
    finally:
        worker.kill()
        worker.wait()


def test_a_run_killed_while_it_reads_while_it_lands_and_before_it_is_served(home):
    run_id = tell(home, REQUEST)

    killed = killed_when(home, lambda run: run["status"] == "running" and run["rows_done"] > 0, "reading")
    assert (killed["attempt"], killed["lake_version"]) == (1, None)

    killed = killed_when(home, lambda run: run["attempt"] == 2 and run["stage"] == "land", "landing")
    assert newest_run(home)["status"] in {"running", "succeeded"}

    killed_when(home, lambda run: run["status"] == "succeeded", "landed")

    with running_worker(home):
        wait_until((home / "serving/shops/current").exists, "the snapshot")
    run = newest_run(home)
    assert (run["run_id"], run["status"], run["rows_read"], run["rows_landed"], run["rows_quarantined"]) == (
        run_id,
        "succeeded",
        ROWS,
        ROWS,
        0,
    )
    assert tell(home, POOL) == {
        "rows": ROWS,
        "as_the_source": True,
        "versions": [[run_id, ROWS]],
        "served": [run["lake_version"], ROWS, ["合成第7店"]],
        "runs": [[run_id, "succeeded"]],
    }
