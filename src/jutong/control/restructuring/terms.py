"""Closed lists of restructuring."""

from jutong.vocabulary.terms import Term


class ReformKind(Term):
    """What a decision on the organisation (机构改革文件) does."""

    RENAME = "rename", "1", "更名", "Renaming"
    MERGE = "merge", "2", "合并", "Merger"
    TRANSFER = "transfer", "3", "职能划转", "Transfer of functions"


class ReformStatus(Term):
    """机构改革办理状态."""

    PLANNED = "planned", "1", "待办理", "Planned"
    CARRIED_OUT = "carried_out", "2", "待重新确认", "Awaiting re-confirmation"
    COMPLETED = "completed", "3", "已完成", "Completed"
    CANCELLED = "cancelled", "4", "已取消", "Cancelled"


class ReformAction(Term):
    """A step of a restructuring."""

    CARRY_OUT = "carry_out", "1", "办理", "Carry out"
    CONFIRM = "confirm", "2", "重新确认目录", "Re-confirm entries"
    CANCEL = "cancel", "3", "取消", "Cancel"
