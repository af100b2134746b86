"""The whole platform as `jutong serve` starts it: console, gateway and worker on a data home of their own.

`python -m tests.support.whole_platform` fills the data home named by JUTONG_HOME.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from tests.support.gateway_server import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "hydj_jbxx"
START_S = 90


@dataclass(frozen=True, slots=True)
class Platform:
    """Where it answers, and where its data is."""

    console: str
    gateway: str
    home: Path


def fill() -> None:
    """The made-up city with one published entry and the file that will fill it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.directory import api as directory
    from jutong.control.directory.api import INSTALLER_ACTOR
    from tests.support.control import PASSWORD, STAFF, a_city, a_published_entry
    from tests.support.desk import a_delivery
    from tests.support.migrated import make_control_database

    make_control_database()
    city = a_city(settings.DATA_HOME.root)
    for username, _, _ in STAFF:  # hashed as in production, so that they can sign in
        directory.set_password(INSTALLER_ACTOR, username=username, password=PASSWORD, clock=city.clock)
    a_published_entry(city, SERVICE)
    a_delivery(city)


@contextmanager
def whole_platform(home: Path) -> Iterator[Platform]:
    """Fill `home`, start everything on it, and stop it when the block ends."""
    port, gateway_port = free_port(), free_port()
    environment = {
        **os.environ,
        "JUTONG_HOME": str(home),
        "JUTONG_PORT": str(port),
        "JUTONG_GATEWAY_PORT": str(gateway_port),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    filling = [sys.executable, "-m", "tests.support.whole_platform"]
    subprocess.run(filling, check=True, env=environment, cwd=ROOT)
    command = [sys.executable, "-m", "jutong.entrypoints.cli", "serve"]
    log = home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        made = Platform(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{gateway_port}", home)
        try:
            for address in (made.console, made.gateway):
                _wait(server, f"{address}/readyz", log)
            yield made
        finally:
            _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"{address} did not answer:\n{log.read_text(errors='replace')[-3000:]}")


if __name__ == "__main__":
    fill()
