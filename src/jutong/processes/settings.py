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
        zh="同时执行的归集任务数和其他作业数；读取可以重叠，写入数据湖轮流进行",
        en="How many runs, and how many other jobs, go side by side; reading overlaps, writing to the lake takes turns",
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
