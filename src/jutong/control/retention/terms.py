"""Closed lists of retention and destruction."""

from jutong.vocabulary.terms import Term


class RetentionBasis(Term):
    """从何时起算: from when the time of keeping is counted."""

    COLLECTED = "collected", "1", "归集之日", "The day of collection"
    ITEM = "item", "2", "信息项的日期", "The date in an item"


class DestructionStage(Term):
    """销毁办理阶段."""

    PROPOSED = "proposed", "1", "待复核", "Waiting for review"
    REVIEWED = "reviewed", "2", "待批准", "Waiting for approval"
    APPROVED = "approved", "3", "待执行", "Waiting to be carried out"
    EXECUTING = "executing", "4", "执行中", "Being carried out"
    DONE = "done", "5", "已销毁", "Destroyed"
    DECLINED = "declined", "6", "不同意", "Declined"
    CANCELLED = "cancelled", "7", "已撤销", "Cancelled"


class DestructionAction(Term):
    """A step of a destruction."""

    REVIEW = "review", "1", "复核同意", "Accept on review"
    APPROVE = "approve", "2", "批准", "Approve"
    DECLINE = "decline", "3", "不同意", "Decline"
    CANCEL = "cancel", "4", "撤销", "Cancel"
    START = "start", "5", "开始执行", "Start"
    FINISH = "finish", "6", "完成", "Finish"
