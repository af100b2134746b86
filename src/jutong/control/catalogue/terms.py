"""Closed lists of the catalogue app."""

from jutong.vocabulary.terms import Term


class EntryAction(Term):
    """A step in the life of an entry."""

    SUBMIT = "submit", "1", "提交审核", "Submit"
    RECALL = "recall", "2", "撤回提交", "Recall"
    ACCEPT = "accept", "3", "部门审核通过", "Accept (department)"
    RETURN = "return", "4", "退回修改", "Return"
    PUBLISH = "publish", "5", "发布", "Publish"
    CHANGE = "change", "6", "变更", "Change"
    DISCARD = "discard", "7", "放弃变更", "Discard the change"
    WITHDRAW = "withdraw", "8", "下架", "Withdraw"
    MOVE = "move", "9", "机构改革划转", "Moved by a restructuring"


class Assignment(Term):
    """授权方式: who decides on applications."""

    PROVIDER = "provider", "1", "提供方授权", "By the provider"
    PLATFORM = "platform", "2", "平台授权", "By the platform"


class Provision(Term):
    """数据提供方式: whether deliveries follow one another."""

    PERIODIC = "periodic", "1", "周期性提供", "Periodic"
    ONE_OFF = "one_off", "2", "一次性提供", "One-off"


class ItemChangeKind(Term):
    """What became of an item between two states of its entry."""

    ADDED = "added", "1", "新增", "Added"
    REMOVED = "removed", "2", "删除", "Removed"
    CHANGED = "changed", "3", "修改", "Changed"
    MOVED = "moved", "4", "移动", "Moved"


class ClockKind(Term):
    """Which statutory clock of an entry runs."""

    REVIEW = "review", "T3", "主管部门审核", "Bureau review"
    UPDATE = "update", "T1", "目录更新", "Update of the entry"


class ClockStage(Term):
    """How far a clock has run: the stages at which those concerned are warned."""

    RUNNING = "running", "0", "进行中", "Running"
    HALF = "half", "50", "已过半", "Half over"
    MOST = "most", "80", "即将到期", "Nearly due"
    DUE = "due", "100", "今日到期", "Due today"
    OVERDUE = "overdue", "101", "已超期", "Overdue"


class ExtensionState(Term):
    """Where the extension of an update's limit stands."""

    NONE = "none", "0", "未申请", "Not asked"
    ASKED = "asked", "1", "已申请", "Asked"
    GRANTED = "granted", "2", "同意延期", "Granted"
    REFUSED = "refused", "3", "不同意延期", "Refused"


class ReviewKind(Term):
    """What waits for a person in the catalogue."""

    DEPARTMENT = "department", "1", "部门审核", "Department review"
    BUREAU = "bureau", "2", "主管部门审核", "Bureau review"
    EXTENSION = "extension", "3", "延期申请", "Extension asked"
    RETURNED = "returned", "4", "退回待修改", "Returned, to be mended"
    UPDATE = "update", "5", "待更新", "Update owed"


class TogetherAction(Term):
    """What may be done to many entries of a list at once."""

    SUBMIT = "submit", "1", "提交审核", "Submit"
    ACCEPT = "accept", "2", "部门审核通过", "Accept (department)"
    RETURN = "return", "3", "退回修改", "Return"
    PUBLISH = "publish", "4", "发布", "Publish"
    WITHDRAW = "withdraw", "5", "下架", "Withdraw"
    LINT = "lint", "6", "检查", "Check"
    FIX = "fix", "7", "自动修改", "Repair"
