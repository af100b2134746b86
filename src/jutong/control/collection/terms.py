"""Closed lists of collection."""

from jutong.vocabulary.terms import Term


class RunStatus(Term):
    """归集任务状态."""

    QUEUED = "queued", "1", "排队中", "Queued"
    RUNNING = "running", "2", "执行中", "Running"
    SUCCEEDED = "succeeded", "3", "成功", "Succeeded"
    FAILED = "failed", "4", "失败", "Failed"
    HELD = "held", "5", "待确认", "Held for confirmation"
    CANCELLED = "cancelled", "6", "已取消", "Cancelled"


class RunAction(Term):
    """A step in the life of a run."""

    START = "start", "1", "开始", "Start"
    SUCCEED = "succeed", "2", "成功", "Succeed"
    FAIL = "fail", "3", "失败", "Fail"
    HOLD = "hold", "4", "等待确认", "Hold for confirmation"
    CONFIRM = "confirm", "5", "确认", "Confirm"
    CANCEL = "cancel", "6", "取消", "Cancel"
    RETRY = "retry", "7", "重试", "Try again"


class Punctuality(Term):
    """更新及时性 against the promised update frequency (domain §2.6)."""

    ON_TIME = "on_time", "1", "及时", "On time"
    LATE = "late", "2", "逾期", "Late"
    WAITING = "waiting", "3", "待首次归集", "Waiting for the first delivery"
    EXCLUDED = "excluded", "4", "不考核", "Not judged"
