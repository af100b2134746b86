"""The gateway as it runs in production: Granian in processes of its own, on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class GatewayServer:
    """One start of the server; `kill` ends every process of it at once, as a power cut would."""

    def __init__(self, home: Path, *, workers: int = 1) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
        command += [
            "--port",
            str(self.port),
            "--workers",
            str(workers),
            "--loop",
            "uvloop",
            "--no-access-log",
        ]
        command += ["--log-level", "warning", "jutong.entrypoints.asgi:application"]
        environ = os.environ | {"JUTONG_HOME": str(home), "JUTONG_GATEWAY_NONCE_MB": "1"}
        self.process = subprocess.Popen(command, env=environ, start_new_session=True)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), self.connection() as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            assert self.process.poll() is None, "the gateway ended by itself"
            time.sleep(0.05)
        self.kill()
        raise AssertionError("the gateway did not get ready")

    @contextlib.contextmanager
    def connection(self) -> Iterator[HTTPConnection]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            yield connection
        finally:
            connection.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
