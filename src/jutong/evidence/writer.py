"""The writer of evidence: one chain, group commit, nothing answered before it is on disk."""

import asyncio
import fcntl
import os
import threading
import time
from collections import defaultdict
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Final, Self

from jutong.evidence.errors import EvidenceUnavailable, WriterSlotTaken
from jutong.evidence.records import Chain, EvidenceRecord, chain_record
from jutong.evidence.segments import (
    FIRST_HASH,
    PUBLIC_KEY_FILE,
    SegmentName,
    Tail,
    list_segments,
    mend_tail,
    replace_durably,
    seal_path,
    sync_folder,
    write_seal,
)
from jutong.evidence.settings import EvidenceSettings
from jutong.kernel.crypto import CryptoProvider, KeyPair, provider
from jutong.kernel.crypto.keys import platform_keypair
from jutong.kernel.home import DataHome

Waiter = asyncio.Future[None] | Future[None]

SEAL_KEY: Final = "evidence-seal"
_RETRY_SECONDS: Final = 2.0
_SLOTS: Final = 256


class EvidenceWriter:
    """Appends records to segments `<writer_id>.<number>.jsonl` of `folder`, one chain over all of them.

    A thread takes all that is waiting, chains it, writes it with one fdatasync and wakes everyone who waits.
    After a disk error every caller is refused until a new segment could be started.
    """

    def __init__(
        self,
        folder: Path,
        writer_id: str,
        *,
        keys: KeyPair,
        suite: CryptoProvider | None = None,
        settings: EvidenceSettings | None = None,
    ) -> None:
        """Raises WriterSlotTaken when another process writes under `writer_id`; OSError when the disk refuses."""
        self.folder = folder
        self.writer_id = writer_id
        self._suite = suite or provider("gm")
        self._keys = keys
        limits = settings or EvidenceSettings()
        self._segment_seconds = limits.segment_minutes * 60.0
        self._segment_bytes = limits.segment_megabytes * 1_000_000
        self._queue: SimpleQueue[tuple[EvidenceRecord, Waiter] | None] = SimpleQueue()
        self._broken = ""
        self._closed = False
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _take_slot(folder, writer_id)
        replace_durably(folder / PUBLIC_KEY_FILE, keys.public.hex().encode())
        self._file = -1
        self._chain = Chain(0, FIRST_HASH)
        self._continue_chain()
        self._thread = threading.Thread(target=self._run, name=f"evidence-{writer_id}", daemon=True)
        self._thread.start()

    @property
    def healthy(self) -> bool:
        return not self._broken and not self._closed

    async def record(self, record: EvidenceRecord) -> None:
        """Return once `record` is on disk.

        Raises:
            EvidenceUnavailable: it is not; the caller must not give the data.
        """
        waiter = asyncio.get_running_loop().create_future()
        self._submit(record, waiter)
        await waiter

    def record_and_wait(self, record: EvidenceRecord) -> None:
        """As `record`, for threads; raises EvidenceUnavailable likewise."""
        waiter: Future[None] = Future()
        self._submit(record, waiter)
        waiter.result()

    def close(self) -> None:
        """Write what waits, seal the segment and let the slot go."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(self, record: EvidenceRecord, waiter: Waiter) -> None:
        if self._broken or self._closed:
            raise EvidenceUnavailable(reason=self._broken or "closed")
        self._queue.put((record, waiter))

    # What follows runs in the writer's thread (and, before it starts, in the constructor).

    def _run(self) -> None:
        while True:
            batch, stop = self._take_batch()
            if self._broken:
                self._refuse(batch)
                self._try_again()
            elif batch:
                self._commit(batch)
            if stop:
                self._finish()
                return
            if not self._broken and self._lines > 1 and self._segment_is_due():
                self._roll()

    def _take_batch(self) -> tuple[list[tuple[EvidenceRecord, Waiter]], bool]:
        due_in = self._opened_at + self._segment_seconds - time.monotonic()
        timeout = _RETRY_SECONDS if self._broken or due_in <= 0 else due_in
        try:
            items = [self._queue.get(timeout=timeout)]
        except Empty:
            return [], False
        items += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        return [item for item in items if item is not None], None in items

    def _commit(self, batch: list[tuple[EvidenceRecord, Waiter]]) -> None:
        chain = Chain(self._chain.seq, self._chain.last_hash)
        try:
            text = b"".join([chain_record(chain, record, self._suite) for record, _ in batch])
            _write_all(self._file, text)
            os.fdatasync(self._file)
        except Exception as error:  # noqa: BLE001 - were this thread to end, every caller would wait for ever
            self._broken = getattr(error, "strerror", None) or type(error).__name__
            self._refuse(batch)
            return
        self._chain = chain
        self._lines += len(batch)
        self._size += len(text)
        _wake([waiter for _, waiter in batch], None)

    def _refuse(self, batch: list[tuple[EvidenceRecord, Waiter]]) -> None:
        _wake([waiter for _, waiter in batch], EvidenceUnavailable(reason=self._broken))

    def _segment_is_due(self) -> bool:
        return (
            self._size >= self._segment_bytes or time.monotonic() - self._opened_at >= self._segment_seconds
        )

    def _roll(self) -> None:
        try:
            self._seal_current()
            self._start_segment(self._number + 1)
        except OSError as error:
            self._broken = error.strerror or type(error).__name__

    def _try_again(self) -> None:
        """After a disk error: cut off what was never answered, and go on in a new segment."""
        try:
            os.truncate(self._path, self._size)
            self._seal_current()
            self._start_segment(self._number + 1)
        except OSError as error:
            self._broken = error.strerror or type(error).__name__
        else:
            self._broken = ""

    def _finish(self) -> None:
        try:
            self._seal_current()
        except OSError as error:
            self._broken = error.strerror or type(error).__name__
        os.close(self._file)

    def _seal_current(self) -> None:
        tail = Tail(self._lines, self._chain.seq, self._chain.last_hash)
        write_seal(self._path, tail, suite=self._suite, keys=self._keys, sealed_at=_now())

    def _continue_chain(self) -> None:
        """Mend and seal what this writer left, and start the segment after it."""
        number, torn = 0, 0
        for path in reversed(
            [p for p in list_segments(self.folder) if SegmentName.of(p).writer == self.writer_id]
        ):
            tail = mend_tail(path)
            if tail is None:
                continue
            number, torn = SegmentName.of(path).number, tail.torn_bytes
            self._chain = Chain(tail.seq, tail.last_hash)
            if not seal_path(path).exists():
                write_seal(path, tail, suite=self._suite, keys=self._keys, sealed_at=_now())
            break
        self._start_segment(number + 1, torn_bytes=torn)

    def _start_segment(self, number: int, *, torn_bytes: int = 0) -> None:
        path = self.folder / SegmentName(self.writer_id, number).file
        chain = Chain(self._chain.seq, self._chain.last_hash)
        header = {
            "kind": "segment",
            "time": _now(),
            "writer": self.writer_id,
            "number": number,
            "previous": SegmentName(self.writer_id, number - 1).file if number > 1 else "",
            "torn_bytes": torn_bytes,
        }
        line = chain_record(chain, header, self._suite)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o640)
        try:
            _write_all(file, line)
            os.fsync(file)
            sync_folder(self.folder)
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        if self._file >= 0:
            os.close(self._file)
        self._file, self._path, self._number = file, path, number
        self._chain, self._lines, self._size = chain, 1, len(line)
        self._opened_at = time.monotonic()


def open_writer(home: DataHome, role: str, *, settings: EvidenceSettings | None = None) -> EvidenceWriter:
    """A writer for one more process of `role` (`gateway`, `console`): the first free of `<role>-1`, `<role>-2` …

    Raises:
        WriterSlotTaken: every slot of the role is taken.
    """
    keys = platform_keypair(home, SEAL_KEY)
    for slot in range(1, _SLOTS + 1):
        try:
            return EvidenceWriter(home.evidence, f"{role}-{slot}", keys=keys, settings=settings)
        except WriterSlotTaken:
            continue
    raise WriterSlotTaken(writer=role)


class _Slot:
    """Holds a writer's name for this process; the system lets it go when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)


def _take_slot(folder: Path, writer_id: str) -> _Slot:
    descriptor = os.open(folder / f"{writer_id}.lock", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise WriterSlotTaken(writer=writer_id) from error
    return _Slot(descriptor)


def _write_all(file: int, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(file, rest) :]


def _wake(waiters: list[Waiter], error: EvidenceUnavailable | None) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
    for waiter in waiters:
        if isinstance(waiter, Future):
            _settle(waiter, error)
        else:
            by_loop[waiter.get_loop()].append(waiter)
    for loop, futures in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, futures, error)
        except RuntimeError:
            continue  # the loop has ended: nobody waits any more


def _settle_all(futures: list[asyncio.Future[None]], error: EvidenceUnavailable | None) -> None:
    for future in futures:
        _settle(future, error)


def _settle(waiter: Waiter, error: EvidenceUnavailable | None) -> None:
    if waiter.done():
        return  # the caller has gone
    if error is None:
        waiter.set_result(None)
    else:
        waiter.set_exception(EvidenceUnavailable(**error.detail))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
