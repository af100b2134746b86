"""A load generator for signed calls, in a process of its own: raw sockets, pre-signed requests, latency of each.

python -m bench._load PORT REQUESTS_FILE CONNECTIONS SECONDS → one JSON line
"""

import asyncio
import json
import sys
import time
from pathlib import Path


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next."""

    def __init__(self, requests, latencies, failures, until, done):
        self.requests, self.latencies, self.failures, self.until, self.done = (
            requests,
            latencies,
            failures,
            until,
            done,
        )
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport
        self._next()

    def _next(self):
        request = next(self.requests, None)
        if request is None or time.perf_counter() >= self.until:
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data):
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        lower = self.buffer[:head].lower()
        start = lower.index(b"content-length: ") + 16
        length = int(lower[start:].split(b"\r\n", 1)[0])
        if len(self.buffer) < head + 4 + length:
            return
        self.latencies.append(time.perf_counter() - self.sent)
        if not self.buffer.startswith(b"HTTP/1.1 200"):
            self.failures.append(self.buffer[9:12].decode())
        self.buffer = b""
        self._next()

    def connection_lost(self, _error):
        if not self.done.done():
            self.done.set_result(None)


async def load(port, requests, connections, seconds):
    loop = asyncio.get_running_loop()
    latencies, failures, until = [], [], time.perf_counter() + seconds
    ends = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(
            lambda end=end: _Connection(requests, latencies, failures, until, end), "127.0.0.1", port
        )
    await asyncio.gather(*ends)
    return time.perf_counter() - started, latencies, failures


def main():
    port, path, connections, seconds = (
        int(sys.argv[1]),
        Path(sys.argv[2]),
        int(sys.argv[3]),
        float(sys.argv[4]),
    )
    requests = iter([part + b"\r\n\r\n" for part in path.read_bytes().split(b"\r\n\r\n") if part])
    elapsed, latencies, failures = asyncio.run(load(port, requests, connections, seconds))
    latencies.sort()
    print(
        json.dumps(
            {
                "calls": len(latencies),
                "failed": len(failures),
                "per_second": round(len(latencies) / elapsed),
                "p50_ms": round(latencies[len(latencies) // 2] * 1000, 2),
                "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
            }
        )
    )


if __name__ == "__main__":
    try:
        import uvloop

        uvloop.install()
    except ImportError:
        pass
    main()
