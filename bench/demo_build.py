"""How long the demo city takes from nothing to a served site: the command that `make demo` runs, after installation.

Counted until both servers answer `/readyz`; medians over `--rounds` builds, each in a data home of its own.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from bench._support import median, progress, report

PATIENCE_S = 900


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, TimeoutError, OSError):
        return False


def build_and_serve(scale):
    """Seconds until the console and the gateway are ready."""
    console, gateway = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home:
        environ = os.environ | {
            "JUTONG_HOME": home,
            "JUTONG_PORT": str(console),
            "JUTONG_GATEWAY_PORT": str(gateway),
        }
        started = time.perf_counter()
        command = [sys.executable, "-m", "jutong.entrypoints.cli", "demo", "--scale", str(scale)]
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        try:
            while not all(answers(f"http://127.0.0.1:{port}/readyz") for port in (console, gateway)):
                assert process.poll() is None, "the demo ended before it served"
                assert time.perf_counter() - started < PATIENCE_S, "the demo did not serve in time"
                time.sleep(0.2)
            return time.perf_counter() - started
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    seconds = []
    for round_ in range(arguments.rounds):
        progress(f"building the demo city, scale {arguments.scale:g}, {round_ + 1} of {arguments.rounds}")
        seconds.append(build_and_serve(arguments.scale))
    report(
        "demo_build.seconds",
        f"演示城市从无到可访问 Demo city, nothing → served: {median(seconds):.1f} 秒 s (scale {arguments.scale:g})",
        scale=arguments.scale,
        seconds=round(median(seconds), 1),
        rounds=[round(one, 1) for one in seconds],
    )


if __name__ == "__main__":
    main()
