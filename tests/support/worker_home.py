"""A data home with one hooked entry and a real file to collect, and the platform's own worker on it.

`python -m tests.support.worker_home ROWS [opened]` fills the home named by JUTONG_HOME.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SERVICE, SOURCE_FILE = "shops", "minzheng/shops.csv"
HEADER = "code,name,district,pupils,founded,lon,lat\n"

PREAMBLE = """
import json, django; django.setup()
from django.conf import settings
from jutong.control.collection import api as collection
from jutong.control.opening import api as opening
from jutong.control.directory.api import SYSTEM_ACTOR, actor_named
from jutong.kernel.clock import SystemClock
clock = SystemClock()
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process of the platform that lives in `home`."""
    return {
        **os.environ,
        "JUTONG_HOME": str(home),
        "JUTONG_WORKER_POLL_SECONDS": "0.1",
        "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **more,
    }


def write_source(home: Path, rows: int, *, first: int = 0) -> None:
    """The department's file: made-up places, numbered from `first`."""
    path = home / "sources" / SOURCE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(first, first + rows):
            file.write(f"{number:06d},合成第{number}店,甲区,{number % 900},2001-09-01,118.5,35.5\n")


def fill(rows: int, *, opened: bool) -> None:
    """Migrate, make the small city, publish an entry, hook it to the file, open it to the public if wanted."""
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.collection import api as collection
    from jutong.control.opening import api as opening
    from jutong.vocabulary.catalogue import FormatClass, OpenType, SharingType, UpdateFrequency
    from tests.support.control import CIVIL, a_city, a_published_entry
    from tests.support.migrated import make_control_database
    from tests.support.open_datasets import SCHOOL_ITEMS

    make_control_database()
    city = a_city(settings.DATA_HOME.root)
    a_published_entry(
        city,
        SERVICE,
        title="零售店名录",
        abstract="本市零售店名录，含名称、所在区县和规模，供公众查询使用。全部为合成数据。",
        items=SCHOOL_ITEMS,
        format_class=FormatClass.DATABASE,
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        open_type=OpenType.UNCONDITIONAL,
        update_frequency=UpdateFrequency.IRREGULAR,
        query_keys=(("code",),),
    )
    write_source(settings.DATA_HOME.root, rows)
    draft = collection.SourceDraft(
        code="shops_csv",
        name="零售店文件",
        department=CIVIL,
        kind="csv",
        options={"path": SOURCE_FILE},
        system="hydj",
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=SERVICE, source="shops_csv", clock=city.clock)
    if opened:
        chosen = [opening.OpenItem(field=item.field) for item in SCHOOL_ITEMS]
        opening.open_dataset(
            city.civil_approver, SERVICE, items=chosen, theme=opening.Theme.BUSINESS, clock=city.clock
        )
    # The schedule would ask for the first delivery by itself; the tests say when.
    from jutong.control.collection.models import Binding

    Binding.objects.update(next_run_at=None)


def make_home(folder: Path, *, rows: int, opened: bool = False, **more: str) -> None:
    command = [sys.executable, "-m", "tests.support.worker_home", str(rows), *(["opened"] if opened else [])]
    subprocess.run(command, check=True, env=environment(folder, **more), cwd=ROOT)


def tell(home: Path, code: str, **more: str) -> Any:
    """Run `code` within the platform of `home`; what it leaves in `answer`."""
    script = f"{PREAMBLE}\n{code}\nprint(json.dumps(answer, default=str))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(home, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


REQUEST = "answer = collection.request_run(SYSTEM_ACTOR, 'shops', clock=clock).run_id"


def start_worker(home: Path, **more: str) -> subprocess.Popen[bytes]:
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jutong.entrypoints.cli", "worker"],
            env=environment(home, **more),
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def running_worker(home: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker while the block runs, told to stop at its end."""
    worker = start_worker(home, **more)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


def row_of(home: Path, query: str) -> Mapping[str, Any] | None:
    """The first row of a query on the control database, read beside the running platform."""
    path = home / "control.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        row = database.execute(query).fetchone()
        return dict(row) if row else None


def newest_run(home: Path) -> Mapping[str, Any]:
    return row_of(home, "SELECT * FROM collection_collectionrun ORDER BY id DESC LIMIT 1") or {}


def wait_until(holds: Callable[[], Any], what: str, *, seconds: float = 60, pause_s: float = 0.02) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(pause_s)


if __name__ == "__main__":
    fill(int(sys.argv[1]), opened="opened" in sys.argv)
