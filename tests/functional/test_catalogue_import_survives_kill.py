"""An import that is killed while it writes leaves nothing, and is written whole by the next worker."""

import subprocess
import sys

import pytest

from tests.support.worker_home import PREAMBLE, ROOT, environment, row_of, running_worker, tell, wait_until

ENTRIES = 6
FILL = f"""
from jutong.control.interchange import api as interchange
from tests.support.control import a_city, an_item
from tests.support.workbooks import a_workbook, an_export_row
from django.core.management import call_command
settings.DATA_HOME.create()
call_command("migrate", verbosity=0)
city = a_city(settings.DATA_HOME.root)
rows = [an_export_row(title=f"名录第{{n}}号", items=(an_item("key"), an_item("name"))) for n in range({ENTRIES})]
batch = interchange.start_import(city.civil_officer, "目录.xlsx", a_workbook(*rows), clock=clock)
interchange.confirm_import(city.civil_officer, batch.code, clock=clock)
answer = batch.code
"""
WRITE_AND_DIE = """
import os
from jutong.control.interchange import api as interchange
from jutong.control.catalogue import bulk
insert = bulk.insert_rows
def die(model, names, rows):
    insert(model, names, rows)
    if model is bulk.Item:
        print("written half", flush=True)
        os.kill(os.getpid(), 9)
bulk.insert_rows = die
interchange.write_import({code!r}, clock=clock)
"""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def counts(home) -> tuple[int, str]:
    entries = row_of(home, "SELECT count(*) AS n FROM catalogue_entry")["n"]
    return entries, row_of(home, "SELECT state FROM interchange_importbatch")["state"]


@pytest.mark.slow
def test_what_was_killed_in_the_middle_leaves_nothing_and_is_written_by_the_next_worker(home):
    home.mkdir()
    code = tell(home, FILL)
    killed = subprocess.run(
        [sys.executable, "-c", PREAMBLE + WRITE_AND_DIE.format(code=code)],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr[-2000:]
    assert "written half" in killed.stdout
    assert counts(home) == (0, "confirmed")
    with running_worker(home):
        wait_until(lambda: counts(home)[1] == "written", "the batch is written", seconds=120)
    assert counts(home) == (ENTRIES, "written")
