"""Closed lists of the way in."""

from jutong.vocabulary.terms import Term


class BatchState(Term):
    """How far the import of a file is."""

    RECEIVED = "received", "1", "已接收", "Received"
    READ = "read", "2", "已读取", "Read"
    CHECKED = "checked", "3", "待确认", "Awaiting confirmation"
    CONFIRMED = "confirmed", "4", "待写入", "Confirmed"
    WRITTEN = "written", "5", "已导入", "Imported"
    FAILED = "failed", "6", "失败", "Failed"
    ABANDONED = "abandoned", "7", "已放弃", "Abandoned"


class BatchAction(Term):
    """A step of an import."""

    READ = "read", "1", "读取", "Read"
    CHECK = "check", "2", "检查", "Check"
    RECHECK = "recheck", "3", "重新检查", "Check again"
    CONFIRM = "confirm", "4", "确认导入", "Confirm"
    WRITE = "write", "5", "写入", "Write"
    FAIL = "fail", "6", "失败", "Fail"
    ABANDON = "abandon", "7", "放弃", "Abandon"


class Outcome(Term):
    """What writing a row of the file does."""

    CREATE = "create", "1", "新建", "New"
    CHANGE = "change", "2", "变更", "Changed"
    SAME = "same", "3", "无变化", "Unchanged"
    WRONG = "wrong", "4", "有误", "Wrong"
