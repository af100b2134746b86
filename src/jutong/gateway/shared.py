"""What gateway processes must know together: used nonces, and how often each grant was used.

Memory-mapped tables in the data home: they hold across processes and restarts. A claim costs what an insert into
SQLite without fsync does (some 12 µs of CPU, `bench/gateway.py --counters`), but no process waits for another one's
transaction and nothing has to be cleared out.
"""

import fcntl
import hashlib
import mmap
import os
import struct
from enum import Enum
from pathlib import Path
from typing import Final

from jutong.gateway.errors import CountersFull

_BUCKET_BYTES: Final = 1024
_NONCE: Final = struct.Struct("<12sI")
_NONCES: Final = _BUCKET_BYTES // _NONCE.size
_EXPIRIES: Final = struct.Struct("<" + "12xI" * _NONCES)
_UNUSED: Final = bytes(_NONCE.size)
_USAGE: Final = struct.Struct("<16sIIII")
_USAGES: Final = _BUCKET_BYTES // _USAGE.size
_USAGE_BUCKETS: Final = 1024


class _Table:
    """A file of buckets; each is locked by itself, between processes. Used by one thread a process."""

    def __init__(self, path: Path, buckets: int) -> None:
        self.buckets = buckets
        size = buckets * _BUCKET_BYTES
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        if os.fstat(self._file).st_size != size:
            # Another size puts every key elsewhere, so the table starts anew.
            os.ftruncate(self._file, 0)
        # In a sparse file a full disk would end the process (SIGBUS) at the first write into a new bucket.
        os.posix_fallocate(self._file, 0, size)
        self.memory = mmap.mmap(self._file, size)

    def lock(self, number: int) -> int:
        """Make the bucket ours until `unlock`; its offset."""
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, number)
        return number * _BUCKET_BYTES

    def unlock(self, number: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    def close(self) -> None:
        self.memory.close()
        os.close(self._file)


class NonceTable:
    """Which nonces were used and until when they count (防重放)."""

    def __init__(self, path: Path, *, megabytes: int) -> None:
        self._table = _Table(path, max(1, megabytes * 1_048_576 // _BUCKET_BYTES))

    def claim(self, client_id: str, nonce: str, *, now_s: int, until_s: int) -> bool:
        """Whether the nonce is new; from now until `until_s` it is used.

        Raises:
            CountersFull: its bucket holds nothing but live nonces.
        """
        name = hashlib.blake2b(f"{client_id}\0{nonce}".encode(), digest_size=16).digest()
        number = int.from_bytes(name[:4], "little") % self._table.buckets
        start = self._table.lock(number)
        try:
            return self._claim(start, name[4:], now_s, until_s)
        finally:
            self._table.unlock(number)

    def _claim(self, start: int, key: bytes, now_s: int, until_s: int) -> bool:
        memory, end = self._table.memory, start + _BUCKET_BYTES
        at = memory.find(key, start, end)
        while at >= 0:
            if (at - start) % _NONCE.size == 0 and _NONCE.unpack_from(memory, at)[1] >= now_s:
                return False
            at = memory.find(key, at + 1, end)
        free = self._free(start, now_s)
        _NONCE.pack_into(memory, free, key, until_s)
        return True

    def _free(self, start: int, now_s: int) -> int:
        """A slot that was never used, else one whose nonce no longer counts."""
        unused = self._table.memory.find(_UNUSED, start, start + _BUCKET_BYTES)
        if unused >= 0 and (unused - start) % _NONCE.size == 0:
            return unused
        for slot, expiry in enumerate(_EXPIRIES.unpack_from(self._table.memory, start)):
            if expiry < now_s:
                return start + slot * _NONCE.size
        raise CountersFull

    def close(self) -> None:
        self._table.close()


class Take(Enum):
    """What the counters say to one more call."""

    TAKEN = "taken"
    TOO_FAST = "too_fast"
    USED_UP = "used_up"


class UsageTable:
    """How often each grant was used today and within this second."""

    def __init__(self, path: Path) -> None:
        self._table = _Table(path, _USAGE_BUCKETS)

    def take(self, grant_id: str, *, day: int, second: int, daily_quota: int, rate_per_second: int) -> Take:
        """Count one more call, unless it is one too many; `day` is an ordinal, `second` one of the Unix epoch.

        Raises:
            CountersFull: there is no room for another grant.
        """
        key = hashlib.blake2b(grant_id.encode(), digest_size=16).digest()
        number = int.from_bytes(key[:4], "little") % _USAGE_BUCKETS
        start = self._table.lock(number)
        try:
            at = self._place(start, key, day)
            known, used_on, used, last_second, in_second = _USAGE.unpack_from(self._table.memory, at)
            if known != key or used_on != day:
                used = 0
            if known != key or last_second != second:
                in_second = 0
            if in_second >= rate_per_second:
                return Take.TOO_FAST
            if used >= daily_quota:
                return Take.USED_UP
            _USAGE.pack_into(self._table.memory, at, key, day, used + 1, second, in_second + 1)
        finally:
            self._table.unlock(number)
        return Take.TAKEN

    def _place(self, start: int, key: bytes, day: int) -> int:
        """Where the grant is counted: its own slot, else the first whose day is over."""
        free = -1
        for at in range(start, start + _BUCKET_BYTES, _USAGE.size):
            known, used_on, *_ = _USAGE.unpack_from(self._table.memory, at)
            if known == key:
                return at
            if free < 0 and used_on < day:
                free = at
        if free < 0:
            raise CountersFull
        return free

    def close(self) -> None:
        self._table.close()
