"""A console of its own: a data home with a small made-up city, served as in production.

`python -m tests.support.running_site` fills the data home named by JUTONG_HOME.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = (
    "civil_officer",
    "civil_approver",
    "tax_officer",
    "tax_approver",
    "reviewer",
    "secadmin",
    "auditor",
)
START_S = 60


def fill() -> None:
    """Migrate the control database and build the city with three open datasets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.directory import api as directory
    from jutong.control.directory.api import INSTALLER_ACTOR
    from jutong.control.opening.api import Theme
    from jutong.vocabulary.catalogue import OpenType
    from tests.support.control import PASSWORD, a_city
    from tests.support.harvested import some_entries
    from tests.support.hooked import a_wall
    from tests.support.migrated import make_control_database
    from tests.support.open_datasets import an_open_dataset

    make_control_database()
    city = a_city(settings.DATA_HOME.root)
    for username in ACCOUNTS:  # hashed as in production, so that they can sign in
        directory.set_password(INSTALLER_ACTOR, username=username, password=PASSWORD, clock=city.clock)
    an_open_dataset(city)
    an_open_dataset(city, "societies", title="社会组织名录", theme=Theme.CIVIL, with_place=False)
    an_open_dataset(
        city, "welfare", title="养老服务机构名录", theme=Theme.CIVIL, open_type=OpenType.CONDITIONAL
    )
    some_entries(city)
    a_wall(city)


@contextmanager
def running_site(home: Path) -> Iterator[str]:
    """Fill `home` and serve it; the address of the console while the block runs."""
    environment = {
        **os.environ,
        "JUTONG_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    subprocess.run(
        [sys.executable, "-m", "tests.support.running_site"], check=True, env=environment, cwd=ROOT
    )
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--no-access-log", "--log-level", "warning", "jutong.entrypoints.wsgi:application"]
    with (home / "console.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(server, f"{address}/readyz", home / "console.log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the console did not come up:\n{log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    fill()
