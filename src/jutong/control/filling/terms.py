"""Closed lists of filling."""

from jutong.vocabulary.terms import Term


class TaskState(Term):
    """填报任务状态."""

    OPEN = "open", "1", "待填报", "To be filled in"
    SUBMITTED = "submitted", "2", "待审核", "To be reviewed"
    DONE = "done", "3", "已完成", "Done"
    CLOSED = "closed", "4", "已关闭", "Closed"


class SubmissionState(Term):
    """填报单状态."""

    DRAFT = "draft", "1", "草稿", "Draft"
    SUBMITTED = "submitted", "2", "已提交，待审核", "Submitted, to be reviewed"
    RETURNED = "returned", "3", "已退回", "Returned"
    ACCEPTED = "accepted", "4", "审核通过", "Accepted"
    WITHDRAWN = "withdrawn", "5", "已撤回", "Withdrawn"


class SubmissionAction(Term):
    """A step in the life of a submission."""

    SUBMIT = "submit", "1", "提交", "Submit"
    WITHDRAW = "withdraw", "2", "撤回", "Withdraw"
    RETURN = "return", "3", "退回", "Return"
    ACCEPT = "accept", "4", "审核通过", "Accept"


class CellFault(Term):
    """What may be wrong with a cell of a sheet."""

    EMPTY = "empty", "1", "必填", "is required"
    TYPE = "type", "2", "与数据类型不符", "does not have the item's type"
    LENGTH = "length", "3", "超过规定长度", "is longer than allowed"
    SCALE = "scale", "4", "小数位数过多", "has too many decimal places"
    CODE = "code", "5", "不在代码集中，请从列表中选择", "is no code of the list; choose one of it"
    IDENTIFIER = "identifier", "6", "号码不正确", "is no valid number"
    REPEATED = "repeated", "7", "与前面的行重复", "repeats an earlier row"
