"""What can go wrong with jobs."""

from jutong.kernel.errors import ErrorKind, JutongError


class WorkerRunning(JutongError):
    code = "processes.worker_running"
    kind = ErrorKind.CONFLICT
    zh = "这个数据目录已有一个作业进程在运行。请直接使用它；要换一个，请先停止原来的（jutong serve 会自带一个）。"
    en = "A worker already runs on this data home. Use that one, or stop it first (jutong serve brings its own)."


class JobFailed(JutongError):
    """A fault of the platform itself: anything that is not one of its own errors."""

    code = "processes.job_failed"
    kind = ErrorKind.INTERNAL
    retryable = True
    zh = "作业因平台内部错误（{fault}）中止，数据没有改动。请重试；再次出现时，请把日志交给运维人员。"
    en = "The job ended by an internal error ({fault}); no data was changed. Try again; if it comes back, see the log."


class IdentifiersInRelease(JutongError):
    code = "processes.identifiers_in_release"
    kind = ErrorKind.CONFLICT
    zh = "数据集的信息项 {fields} 中出现了公民身份号码或手机号码，文件没有发布。请去掉这些信息项后重新开放。"
    en = "Citizen ID or mobile numbers stand in the items {fields}; no file was published. Leave them out and open again."


class RowsRemain(JutongError):
    """What was to be destroyed is not gone: nothing is signed."""

    code = "processes.rows_remain"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = (
        "目录「{service}」仍有 {rows} 行到期数据、{files} 个旧文件，未出具销毁证明。平台会自动再次执行；"
        "多次出现时，请检查来源是否仍在送来到期数据。"
    )
    en = (
        "{service} still has {rows} rows past their time and {files} old files; no proof was given. The platform tries "
        "again; if it keeps happening, see whether the source still delivers such rows."
    )
