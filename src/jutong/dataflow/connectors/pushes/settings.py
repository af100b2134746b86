"""How much of what is pushed the platform keeps before it is collected."""

import os
from dataclasses import dataclass
from typing import Self

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSettings(Settings):
    """Limits of a source's spool and of one push."""

    max_mb: int = setting(
        "JUTONG_PUSH_MAX_SPOOL_MB",
        default=2_048,
        zh="一个数据源已推送、尚未归集的数据上限（MB），超过后请推送方稍候",
        en="How much of a source may wait to be collected, in MB; beyond it the pusher is told to wait",
    )
    segment_mb: int = setting(
        "JUTONG_PUSH_SEGMENT_MB",
        default=16,
        zh="推送暂存的分段大小（MB）",
        en="Size of a segment of the spool, in MB",
    )
    keep_free_mb: int = setting(
        "JUTONG_PUSH_KEEP_FREE_MB",
        default=512,
        zh="磁盘剩余空间低于该值（MB）时不再接收推送",
        en="Nothing is taken in while less than this is free on the disk, in MB",
    )
    max_body_mb: int = setting(
        "JUTONG_PUSH_MAX_BODY_MB",
        default=32,
        zh="一次推送或一条消息的大小上限（MB）",
        en="The largest single push or message, in MB",
    )
    max_rows: int = setting(
        "JUTONG_PUSH_MAX_ROWS",
        default=100_000,
        zh="一次推送或一条消息的行数上限",
        en="The most rows of a single push or message",
    )
    rows_at_once: int = setting(
        "JUTONG_PUSH_ROWS_AT_ONCE",
        default=1_000_000,
        zh="一次归集最多取走的推送行数，其余留给下一次",
        en="The most pushed rows that one run collects; the rest waits for the next",
    )

    @classmethod
    def from_environment(cls) -> Self:
        """The limits of this process; raises `SettingInvalid`."""
        return cls.read(os.environ)
