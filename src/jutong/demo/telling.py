"""How a long build says where it stands."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Tell = Callable[[str, int, int], None]
"""(what is being done, step, steps)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of progress: which chapter, what is being done, how far."""

    chapter_zh: str
    chapter_en: str
    what: str
    done: int
    total: int


Progress = Callable[[Step], None]


class Teller:
    """Turns the steps of a chapter into progress, and keeps how long each chapter took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = time.monotonic()
        self.chapters: list[tuple[str, float]] = []

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._started, 2)

    @contextmanager
    def chapter(self, zh: str, en: str) -> Iterator[Tell]:
        started = time.monotonic()
        self._progress(Step(chapter_zh=zh, chapter_en=en, what="", done=0, total=0))

        def tell(what: str, done: int, total: int) -> None:
            self._progress(Step(chapter_zh=zh, chapter_en=en, what=what, done=done, total=total))

        yield tell
        self.chapters.append((zh, round(time.monotonic() - started, 2)))
