"""Settings of the lake and its engine."""

from dataclasses import dataclass
from pathlib import Path

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings(Settings):
    """How much of the machine the embedded engine may use, and how long a writer waits."""

    threads: int = setting(
        "JUTONG_LAKE_THREADS",
        default=2,
        zh="数据引擎使用的线程数",
        en="How many threads the engine uses",
    )
    memory: str = setting(
        "JUTONG_LAKE_MEMORY",
        default="2GB",
        zh="数据引擎的内存上限，如 2GB；超出部分写入临时目录",
        en="The engine's memory limit, e.g. 2GB; what exceeds it goes to the temporary folder",
    )
    temporary: Path | None = setting(
        "JUTONG_LAKE_TEMPORARY",
        default=None,
        zh="数据引擎的临时目录，空则用湖目录下的 tmp",
        en="The engine's temporary folder; empty: tmp below the lake's folder",
    )
    temporary_limit: str = setting(
        "JUTONG_LAKE_TEMPORARY_LIMIT",
        default="50GB",
        zh="临时目录的大小上限",
        en="How large the temporary folder may grow",
    )
    write_wait_s: float = setting(
        "JUTONG_LAKE_WRITE_WAIT",
        default=120.0,
        zh="写入前等待其他写入任务的最长秒数",
        en="How many seconds a writer waits for another one",
    )
    keep_versions_days: int = setting(
        "JUTONG_LAKE_KEEP_DAYS",
        default=180,
        zh="历史版本的保存天数",
        en="For how many days old versions are kept",
    )
