"""What can go wrong with sources, bindings and runs."""

from jutong.kernel.errors import ErrorKind, JutongError


class SourceNotFound(JutongError):
    code = "collection.source_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到数据源 {source}。请在数据源列表中重新选择。"
    en = "There is no source {source}. Choose again from the list of sources."


class SourceExists(JutongError):
    code = "collection.source_exists"
    kind = ErrorKind.CONFLICT
    zh = "数据源编码 {source} 已存在。请换一个编码，或修改已有的数据源。"
    en = "The source {source} exists already. Choose another code or change the existing source."


class SourceInvalid(JutongError):
    code = "collection.source_invalid"
    zh = "数据源的{place}不符合要求：{reason_zh}。请修改后重新保存。"
    en = "The source's {place} is not acceptable: {reason_en}. Change it and save again."


class NotHooked(JutongError):
    code = "collection.not_hooked"
    kind = ErrorKind.NOT_FOUND
    zh = "目录「{service}」尚未挂接数据源。请先在数据源页面完成挂接。"
    en = "Entry {service} has no source yet. Bind one on the page of sources first."


class AlreadyHooked(JutongError):
    code = "collection.already_hooked"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」已由数据源 {source} 归集，不用填报。确需改为填报时，请先在数据源页面解除挂接。"
    en = "Entry {service} is collected from the source {source}. To fill it in instead, unbind that source first."


class MappingInvalid(JutongError):
    code = "collection.mapping_invalid"
    zh = "字段对应关系有误：{fields} 不是目录「{service}」的信息项，或被对应了两次。请修改对应关系。"
    en = "The mapping is wrong: {fields} are no items of {service}, or are filled twice. Correct the mapping."


class WrongProvider(JutongError):
    code = "collection.wrong_provider"
    kind = ErrorKind.FORBIDDEN
    zh = "数据源 {source} 不属于目录「{service}」的提供部门。请选择本部门的数据源。"
    en = "Source {source} is not the providing department's of {service}. Choose one of its own."


class RunActive(JutongError):
    code = "collection.run_active"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」已有任务在排队或执行。请等它结束后再发起。"
    en = "A run of {service} is queued or running. Start another when it has ended."


class RunNotFound(JutongError):
    code = "collection.run_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到归集任务 {run_id}。请在任务列表中重新选择。"
    en = "There is no run {run_id}. Choose again from the list of runs."


class RunConflict(JutongError):
    code = "collection.run_conflict"
    kind = ErrorKind.CONFLICT
    zh = "归集任务 {run_id} 当前为「{status_zh}」，不能执行此操作。请刷新后查看最新状态。"
    en = "Run {run_id} is {status_en}, so this is not possible now. Reload to see its state."


class LeaseLost(JutongError):
    code = "collection.lease_lost"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "归集任务中断：执行进程在约定时间内没有回应，任务已重新排队。数据未重复、未丢失，请等待它继续执行。"
    en = (
        "The run was interrupted: its worker stopped answering, and it was queued again. Nothing was lost or "
        "doubled; wait until it goes on."
    )


class WorkerDied(JutongError):
    code = "collection.worker_died"
    kind = ErrorKind.INTERNAL
    zh = "归集任务执行 {times} 次都没有结束，执行进程每次都中断。数据未改动，请运维人员检查内存和日志后再发起。"
    en = (
        "The run was started {times} times and took its worker down each time. No data was changed; have the "
        "operators look at memory and log before it is started again."
    )


class RunCancelled(JutongError):
    code = "collection.run_cancelled"
    kind = ErrorKind.CONFLICT
    zh = "归集任务已按要求取消，没有写入任何数据。需要时请重新发起。"
    en = "The run was cancelled as asked; nothing was landed. Start it again when it is wanted."


class CollectionPaused(JutongError):
    code = "collection.paused"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」的归集已暂停。请先恢复归集，再发起任务。"
    en = "The collection of {service} is paused. Resume it first, then start the run."


class NothingToRetry(JutongError):
    code = "collection.nothing_to_retry"
    kind = ErrorKind.CONFLICT
    zh = "归集任务 {run_id} 当前为「{status_zh}」，只有失败、已取消或等待重试的任务可以重试。请查看任务列表。"
    en = "Run {run_id} is {status_en}; only one that failed, was cancelled or waits to be retried can be. See the list."


class ModeNotCarried(JutongError):
    code = "collection.mode_not_carried"
    kind = ErrorKind.CONFLICT
    zh = "“{mode_zh}”方式的目录不由归集任务读取。请在归集设置中查看它的数据是如何送达的。"
    en = "Entries collected as “{mode_en}” are read by no run. See in the settings how their data arrive."


class LeftAtSource(JutongError):
    code = "collection.left_at_source"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」采用逻辑集中，数据留在来源，不做归集。需要归集时，请先在归集设置中更换归集方式。"
    en = "The rows of {service} stay at their source and are not collected. Choose another mode to collect them."
