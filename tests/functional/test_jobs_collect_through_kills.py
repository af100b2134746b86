"""A worker that is killed (SIGKILL) in the middle of a collection: the run ends well, every row is there once."""

import pytest

from tests.support.forked_worker import forked_workers
from tests.support.worker_home import REQUEST, make_home, newest_run, tell, wait_until

ROWS = 20_000
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
    "as_the_source": codes == [f"{number:06d}" for number in range(20_000)],
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


def written(home):
    """The pool's data files: the first appears when rows are being landed, before anybody can see them."""
    return set((home / "lake/data/pool").rglob("*.parquet"))


def test_a_run_killed_while_it_reads_while_it_lands_and_before_it_is_served(home):
    run_id = tell(home, REQUEST)

    with forked_workers(home) as workers:
        killed = workers.killed_when(lambda: newest_run(home)["status"] == "running", "reading")
        assert (killed["status"], killed["attempt"], killed["lake_version"]) == ("running", 1, None)
        left = written(home)

        killed = workers.killed_when(lambda: written(home) - left, "landing")
        assert (killed["run_id"], killed["attempt"]) == (run_id, 2)

        killed = workers.killed_when(lambda: newest_run(home)["status"] == "succeeded", "landed")
        assert killed["attempt"] == 3

        with workers.running():
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
