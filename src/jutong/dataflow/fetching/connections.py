"""A connection to the very address that was checked, cut when its time is over."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection, HTTPSConnection

from jutong.dataflow.fetching.guard import Target


def connection_to(target: Target, timeout_s: float) -> HTTPConnection:
    """To the IP address that was checked: a second look-up of the name could give another one."""
    if target.scheme == "https":
        return HTTPSConnection(
            target.ip,
            target.port,
            timeout=timeout_s,
            server_hostname=target.host,
            assert_hostname=target.host,
            cert_reqs="CERT_REQUIRED",
        )
    return HTTPConnection(target.ip, target.port, timeout=timeout_s)


@contextmanager
def ended_after(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """Connect, and cut the connection when its time is over: who sends a letter now and then is never silent for long."""
    held: list[socket.socket] = []

    def cut() -> None:
        for sock in (*held, connection.sock):
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.connect()
        # Where the other side says that it will close, the connection lets go of its socket before the body is read.
        held.append(connection.sock)
        yield
    finally:
        timer.cancel()


def host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = (target.scheme, target.port) in {("http", 80), ("https", 443)}
    return host if usual else f"{host}:{target.port}"
