"""Closed lists of the harvest."""

from jutong.vocabulary.terms import Term


class JobStatus(Term):
    """采集任务状态."""

    QUEUED = "queued", "1", "排队中", "Queued"
    RUNNING = "running", "2", "进行中", "Running"
    HELD = "held", "3", "待人工确认", "Held for a decision"
    DONE = "done", "4", "已完成", "Done"
    FAILED = "failed", "5", "失败", "Failed"
    EXPIRED = "expired", "6", "超时关闭", "Closed after its time"


class JobAction(Term):
    """采集任务的操作."""

    START = "start", "1", "开始", "Start"
    PAUSE = "pause", "2", "让出", "Give way"
    HOLD = "hold", "3", "暂停待确认", "Hold"
    RELEASE = "release", "4", "确认继续", "Go on"
    REFUSE = "refuse", "5", "放弃本次采集", "Give up"
    FINISH = "finish", "6", "完成", "Finish"
    FAIL = "fail", "7", "失败", "Fail"
    EXPIRE = "expire", "8", "超时关闭", "Expire"


class JobStage(Term):
    """采集阶段: a job that was interrupted goes on within its stage."""

    GATHER = "gather", "1", "逐页取得", "Gather page by page"
    MAP = "map", "2", "映射", "Map"
    RECONCILE = "reconcile", "3", "比对入库", "Reconcile"


class RecordState(Term):
    """外部条目状态."""

    PRESENT = "present", "1", "在采", "Present"
    GONE = "gone", "2", "来源已删除", "Gone at its source"


class HarvestCycle(Term):
    """采集周期."""

    DAILY = "daily", "2", "每日", "Daily"
    WEEKLY = "weekly", "3", "每周", "Weekly"
    MONTHLY = "monthly", "4", "每月", "Monthly"
    BY_HAND = "by_hand", "9", "手工", "By hand"
