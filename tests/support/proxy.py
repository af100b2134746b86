"""A TCP proxy on loopback that can be cut, stalled and healed: a network between the platform and a source."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Forwards to `target`. `cut` breaks every connection and refuses new ones; `after_bytes` cuts by itself."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.after_bytes: int | None = None
        self.passed = 0
        self._target, self._open, self._healthy = target, set[socket.socket](), True
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._healthy = False
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        self._healthy, self.after_bytes = True, None

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._healthy:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._open |= {near, far}
            for source, sink, counts in ((near, far, False), (far, near, True)):
                arguments = (source, sink, counts)
                threading.Thread(target=self._forward, args=arguments, daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if counts:
                    self.passed += len(data)
                    if self.after_bytes is not None and self.passed > self.after_bytes:
                        self.cut()
                        break
                sink.sendall(data)
        for one in (source, sink):
            self._open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    made = Proxy((host, port))
    try:
        yield made
    finally:
        made.close()
