"""The platform's worker without its start: a process that imports it once and forks one for every line that it reads.

    python -m tests.support.forked_worker     # in the environment of a data home; answers each line with a process id

It opens no database and starts no thread itself, so that each child is as a worker started from the shell.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.worker_home import ROOT, environment, newest_run, wait_until


class ForkedWorkers:
    """Workers of one data home, of which one runs at a time."""

    def __init__(self, home: Path, process: "subprocess.Popen[str]") -> None:
        self._home, self._process = home, process

    def start(self) -> int:
        """A worker begins; its process id."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def killed_when(self, holds: Callable[[], Any], what: str) -> Mapping[str, Any]:
        """Start a worker and kill it with SIGKILL as soon as `holds()`; the newest run as it was then."""
        worker = self.start()
        try:
            wait_until(holds, what, pause_s=0.01)
        finally:
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: _is_gone(worker), "the end of a killed worker")
        return newest_run(self._home)

    @contextmanager
    def running(self) -> Iterator[int]:
        """A worker while the block runs, told to stop at its end."""
        worker = self.start()
        try:
            yield worker
        finally:
            os.kill(worker, signal.SIGTERM)
            wait_until(lambda: _is_gone(worker), "the end of a worker that was told to stop")


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def forked_workers(home: Path) -> Iterator[ForkedWorkers]:
    """Workers on `home` while the block runs; what they say is in its `worker.log`."""
    with (home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.forked_worker"],
            env=environment(home),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:  # the end of its input is the end of it
        yield ForkedWorkers(home, process)


def _serve() -> None:
    import django

    django.setup()
    from jutong.entrypoints.cli import main
    from jutong.entrypoints.cli import setting_up as _all_that_a_worker_imports  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: they go when they end
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.argv = ["jutong", "worker"]
            try:
                main()
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
