"""Closed lists of quarantine."""

from jutong.vocabulary.terms import Term


class OrderStatus(Term):
    """问题数据工单状态."""

    SENT = "sent", "1", "待处理", "Sent to the source department"
    CORRECTING = "correcting", "2", "更正中", "Being corrected"
    CORRECTED = "corrected", "3", "已更正，待核验", "Corrected, to be verified"
    REFUSED = "refused", "4", "部门退回", "Refused by the department"
    CLOSED = "closed", "5", "已办结", "Closed"


class OrderAction(Term):
    """A step in the life of a work order."""

    OPEN = "open", "1", "生成并发送", "Open and send"
    TAKE = "take", "2", "开始更正", "Start correcting"
    CORRECT = "correct", "3", "反馈已更正", "Report as corrected"
    REFUSE = "refuse", "4", "退回", "Refuse"
    RETURN = "return", "5", "驳回退回", "Send again"
    ACCEPT = "accept", "6", "同意退回", "Accept the refusal"
    STILL = "still", "7", "核验未通过", "Still wrong in the next delivery"
    CLOSE = "close", "8", "核验通过", "Verified"
    NOTE = "note", "9", "补充说明", "Note"
    READMIT = "readmit", "10", "补录", "Admit corrected rows"


class CorrectionState(Term):
    """更正文件状态."""

    RECEIVED = "received", "1", "等待检查", "Waiting to be checked"
    DONE = "done", "2", "已补录", "Admitted"
    FAILED = "failed", "3", "无法处理", "Failed"
