"""A MariaDB server of its own in a temporary folder, with the settings that change logs need; gone afterwards."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymysql
import pytest
from pymysql.cursors import Cursor

_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_LOG = ("--log-bin=log", "--server-id=1", "--binlog-format=ROW", "--binlog-row-metadata=FULL")


class MariadbCluster:
    """`root` has no password; `options` are a connector's without its table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._user = "mysql" if os.geteuid() == 0 else ""
        if self._user:
            folder.chmod(0o755)
            shutil.chown(folder, self._user)
        subprocess.run(
            [
                _program("mariadb-install-db"), "--no-defaults", *self._as_user(), f"--datadir={folder / 'data'}",
                "--skip-test-db", "--auth-root-authentication-method=normal", "--skip-name-resolve",
            ],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        self.start()

    @property
    def options(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "user": "root", "password": "", "database": "city"}

    def start(self) -> None:
        with (self._folder / "errors").open("ab") as errors:
            self._process = subprocess.Popen(
                [
                    _program("mariadbd"), "--no-defaults", *self._as_user(), f"--datadir={self._folder / 'data'}",
                    f"--socket={self._folder / 'socket'}", "--bind-address=127.0.0.1", f"--port={self.port}",
                    "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", *_LOG,
                ],
                stderr=errors,
            )  # fmt: skip
        until = time.monotonic() + 30
        while True:
            try:
                return self.connect(database=None).close()
            except pymysql.MySQLError:
                if time.monotonic() > until or self._process.poll() is not None:
                    self.stop()
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def connect(self, **more: Any) -> "pymysql.connections.Connection[Cursor]":
        settings = {**self.options, "charset": "utf8mb4", "autocommit": True, **more}
        return pymysql.connect(**settings)

    def _as_user(self) -> list[str]:
        return [f"--user={self._user}"] if self._user else []


@contextmanager
def mariadb_cluster() -> Iterator[MariadbCluster]:
    """Running, with an empty database `city`; the test is skipped by name where the program is missing."""
    if shutil.which("mariadbd", path=_PATH) is None:
        pytest.skip("mariadbd is not installed")
    with TemporaryDirectory(prefix="mariadb-") as folder:
        cluster = MariadbCluster(Path(folder))
        try:
            with cluster.connect(database=None) as connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE city CHARACTER SET utf8mb4")
            yield cluster
        finally:
            cluster.stop()


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name
