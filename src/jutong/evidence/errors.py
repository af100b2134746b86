"""How keeping evidence can fail."""

from jutong.kernel.errors import ErrorKind, JutongError


class EvidenceUnavailable(JutongError):
    code = "evidence.unavailable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "留痕记录暂时无法写入磁盘（{reason}），因此不返回数据。请稍后重试；管理员请检查数据目录的磁盘空间和权限。"
    en = (
        "Evidence cannot be written to disk at the moment ({reason}), so no data is given. Try again later; "
        "administrators: check disk space and permissions of the data home."
    )


class WriterSlotTaken(JutongError):
    code = "evidence.writer_slot_taken"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "留痕写入者 {writer} 已被另一进程占用。请先停止该进程，或换一个名称。"
    en = "The evidence writer {writer} is in use by another process. Stop that process, or use another name."
