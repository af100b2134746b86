"""Settings of the worker."""

from dataclasses import dataclass
from datetime import timedelta

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings(Settings):
    """How jobs are found and run."""

    concurrency: int = setting(
        "JUTONG_WORKER_CONCURRENCY",
        default=1,
        zh="同时运行的作业数（湖目录为 SQLite 时保持 1）",
        en="How many jobs run at once (keep 1 while the lake's catalogue is SQLite)",
    )
    poll_seconds: float = setting(
        "JUTONG_WORKER_POLL_SECONDS",
        default=0.5,
        zh="查找待办作业的间隔秒数",
        en="Seconds between two looks for waiting jobs",
    )

    @property
    def poll(self) -> timedelta:
        return timedelta(seconds=self.poll_seconds)
