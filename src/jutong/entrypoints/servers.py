"""Start the console, the gateway and the worker as child processes, and start again the one that ends by itself."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from jutong.entrypoints.settings import PlatformSettings
from jutong.kernel.errors import ErrorKind, JutongError

CONSOLE_THREADS: Final = 4
# A child that ends sooner than this after its start counts as a failed start.
QUICK_END_S: Final = 5.0
MAX_QUICK_ENDS: Final = 5
STOP_TIMEOUT_S: Final = 10.0


class PortTaken(JutongError):
    code = "servers.port_taken"
    kind = ErrorKind.CONFLICT
    zh = "端口 {port} 已被占用（地址 {host}）。请停止占用它的程序，或设置 {variable} 换一个端口后重新启动。"
    en = (
        "Port {port} is taken (address {host}). Stop the program that holds it, or set {variable} to another port "
        "and start again."
    )


class AddressUnusable(JutongError):
    code = "servers.address_unusable"
    zh = "不能在 {host}:{port} 上监听（{reason}）。请检查 JUTONG_HOST 和 {variable}，1024 以下的端口需要更高权限。"
    en = "Cannot listen on {host}:{port} ({reason}). Check JUTONG_HOST and {variable}; ports below 1024 need more rights."


class ServerKeepsEnding(JutongError):
    code = "servers.keeps_ending"
    kind = ErrorKind.UNAVAILABLE
    zh = "“{server}”连续多次启动后立即退出。请查看上方输出，或运行 jutong doctor 检查环境。"
    en = "{server} ended right after its start several times. Read the output above, or run jutong doctor."


@dataclass(frozen=True, slots=True)
class Server:
    """One child: its name, its command line, and where it answers once it is up."""

    name: str
    command: tuple[str, ...]
    address: tuple[str, int] | None = None


def console(settings: PlatformSettings) -> Server:
    command = _granian(settings, "wsgi", "jutong.entrypoints.wsgi:application", settings.port, 1)
    return Server("console", command, (settings.host, settings.port))


def gateway(settings: PlatformSettings) -> Server:
    command = _granian(
        settings,
        "asgi",
        "jutong.entrypoints.asgi:application",
        settings.gateway_port,
        settings.gateway_workers,
    )
    return Server("gateway", command, (settings.host, settings.gateway_port))


def worker() -> Server:
    return Server("worker", (sys.executable, "-m", "jutong.entrypoints.cli", "worker"))


def _granian(
    settings: PlatformSettings, interface: str, target: str, port: int, workers: int
) -> tuple[str, ...]:
    threads = ("--blocking-threads", str(CONSOLE_THREADS)) if interface == "wsgi" else ("--loop", "uvloop")
    return (
        sys.executable,
        "-m",
        "granian",
        "--interface",
        interface,
        "--host",
        settings.host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--no-access-log",
        "--workers-kill-timeout",
        "5",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
        *threads,
        target,
    )


def require_ports_free(settings: PlatformSettings) -> None:
    """See that the console and the gateway can listen.

    Raises:
        PortTaken: a port is in use, or both are the same.
        AddressUnusable: the address is none of this machine's, or the port needs more rights.
    """
    if settings.port == settings.gateway_port:
        raise PortTaken(port=settings.port, host=settings.host, variable="JUTONG_GATEWAY_PORT")
    for port, variable in (
        (settings.port, "JUTONG_PORT"),
        (settings.gateway_port, "JUTONG_GATEWAY_PORT"),
    ):
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except (OSError, OverflowError) as error:
                taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
                named = {"port": port, "host": settings.host, "variable": variable}
                if taken:
                    raise PortTaken(**named) from error
                raise AddressUnusable(reason=type(error).__name__, **named) from error


@dataclass(slots=True)
class _Child:
    server: Server
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    quick_ends: int = 0


class Supervisor:
    """Keeps the children running until it is told to stop (Ctrl-C, SIGTERM, the terminal closed)."""

    def __init__(self, servers: Sequence[Server], environ: Mapping[str, str]) -> None:
        self._servers = servers
        self._environ = dict(environ)
        self._stopping = threading.Event()

    def run(
        self, *, started: Callable[[], None] = lambda: None, stopping: Callable[[], None] = lambda: None
    ) -> None:
        """Start every child, call `started` once all answer, watch until asked to stop, then call `stopping`.

        Raises:
            ServerKeepsEnding: a child ended right after its start several times.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        children: list[_Child] = []
        told = False
        try:
            for server in self._servers:
                children.append(_Child(server, self._start(server)))  # noqa: PERF401  # those started must be ended
            while not self._stopping.wait(0.2):
                for child in children:
                    self._mind(child)
                if not told and all(_answers(server) for server in self._servers):
                    told = True
                    started()
            stopping()
        finally:
            _end(children)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _start(self, server: Server) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends the children in order.
        return subprocess.Popen(server.command, env=self._environ, start_new_session=True)  # noqa: S603

    def _mind(self, child: _Child) -> None:
        if child.process.poll() is None:
            return
        _end_group(child.process.pid, signal.SIGKILL)  # workers that outlived it hold its port
        lived = time.monotonic() - child.started
        child.quick_ends = child.quick_ends + 1 if lived < QUICK_END_S else 0
        if child.quick_ends >= MAX_QUICK_ENDS:
            raise ServerKeepsEnding(server=child.server.name)
        child.process = self._start(child.server)
        child.started = time.monotonic()


def _answers(server: Server) -> bool:
    if server.address is None:
        return True
    host, port = server.address
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # asked, not bound
    try:
        socket.create_connection((reachable, port), timeout=1).close()
    except OSError:
        return False
    return True


def _end(children: Sequence[_Child]) -> None:
    for child in children:
        _end_group(child.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        _end_group(child.process.pid, signal.SIGKILL)
        child.process.wait()


def _end_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, number)
