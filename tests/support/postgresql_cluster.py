"""A PostgreSQL server of one's own with `wal_level=logical`, on a free port, gone when the block ends."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(slots=True)
class Cluster:
    """Where it answers; `stop` and `start` are what an administrator does in the middle of things."""

    folder: Path
    binaries: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off "
            "-c wal_level=logical -c max_replication_slots=20 -c max_wal_senders=20"
        )
        log = self.folder / "log"
        _run(self.binaries / "pg_ctl", "-D", self.folder / "data", "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        _run(self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")


@contextmanager
def postgresql_cluster() -> Iterator[Cluster]:
    """A new server; the test is skipped by name where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries = found[-1].parent if found else Path(shutil.which("initdb") or "").parent
    if not (binaries / "initdb").exists():
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="jutong-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        _run(
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        cluster = Cluster(folder, binaries, port)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*as_postgres, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")
