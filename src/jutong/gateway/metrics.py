"""Counters for Prometheus: plain numbers a process, put together from every process when they are read."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

BOUNDS_MS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_SEPARATOR: Final = "|"


class Metrics:
    """Calls by service, operation and outcome, and how long they took; no value of a row is in them."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._path = folder / f"metrics-{worker}.json"
        self.calls: Counter[str] = Counter()
        self.buckets = [0] * (len(BOUNDS_MS) + 1)
        self.total_us = 0

    def count(self, service: str, operation: str, outcome: str, latency_us: int) -> None:
        self.calls[_SEPARATOR.join((service, operation, outcome))] += 1
        place = 0
        while place < len(BOUNDS_MS) and latency_us > BOUNDS_MS[place] * 1000:
            place += 1
        self.buckets[place] += 1
        self.total_us += latency_us

    def save(self) -> None:
        """Let the other processes read these counters."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_text(
            json.dumps({"calls": self.calls, "buckets": self.buckets, "total_us": self.total_us})
        )
        draft.replace(self._path)

    def render(self, gauges: Iterable[tuple[str, str, float]]) -> str:
        """The text of `/metrics`: every process's counters added up, and `gauges` as (name, help, value)."""
        calls, buckets, total_us = Counter(self.calls), list(self.buckets), self.total_us
        for path in self._folder.glob("metrics-*.json"):
            if path == self._path:
                continue
            try:
                other = json.loads(path.read_text())
            except (OSError, ValueError):
                continue
            calls.update(other["calls"])
            buckets = [a + b for a, b in zip(buckets, other["buckets"], strict=True)]
            total_us += other["total_us"]
        lines = [
            "# HELP jutong_gateway_calls_total Calls by service, operation and outcome.",
            "# TYPE jutong_gateway_calls_total counter",
        ]
        for key, value in sorted(calls.items()):
            service, operation, outcome = key.split(_SEPARATOR)
            labels = f'service="{service}",operation="{operation}",outcome="{outcome}"'
            lines.append(f"jutong_gateway_calls_total{{{labels}}} {value}")
        lines += _histogram(buckets, total_us)
        for name, help_text, gauge in gauges:
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {gauge:g}"]
        return "\n".join(lines) + "\n"


def _histogram(buckets: list[int], total_us: int) -> list[str]:
    name = "jutong_gateway_call_seconds"
    lines = [f"# HELP {name} Time from a call's arrival to its answer.", f"# TYPE {name} histogram"]
    so_far = 0
    for bound, count in zip(BOUNDS_MS, buckets, strict=False):
        so_far += count
        lines.append(f'{name}_bucket{{le="{bound / 1000:g}"}} {so_far}')
    everything = sum(buckets)
    lines.append(f'{name}_bucket{{le="+Inf"}} {everything}')
    lines += [f"{name}_sum {total_us / 1_000_000:g}", f"{name}_count {everything}"]
    return lines
