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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowSettings(Settings):
    """How change logs are followed."""

    threads: int = setting(
        "JUTONG_FOLLOW_THREADS",
        default=4,
        zh="同时跟踪变更日志的线程数；写入数据湖轮流进行",
        en="How many change logs are read side by side; writing to the lake takes turns",
    )
    serve_seconds: float = setting(
        "JUTONG_FOLLOW_SERVE_SECONDS",
        default=60.0,
        zh="变更日志有新数据时，隔多少秒更新一次查询快照",
        en="Seconds between two look-up snapshots of an entry whose log brings changes",
    )
