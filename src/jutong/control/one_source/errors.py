"""What can go wrong with one-source cases."""

from jutong.kernel.errors import ErrorKind, JutongError


class CaseNotFound(JutongError):
    code = "one_source.case_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到一数一源事项 {case}。请在列表中重新选择。"
    en = "There is no one-source case {case}. Choose again from the list."


class CaseConflict(JutongError):
    code = "one_source.case_conflict"
    kind = ErrorKind.CONFLICT
    zh = "事项 {case} 刚被他人办理（当前为「{status_zh}」），您的操作没有保存。请刷新后查看最新情况再办理。"
    en = "Case {case} was dealt with by someone else just now ({status_en}); nothing was saved. Reload and look again."


class DecisionInvalid(JutongError):
    code = "one_source.decision_invalid"
    zh = "{place}不符合要求：{reason_zh}。请修改后重新提交。"
    en = "{place} is not acceptable: {reason_en}. Change it and send again."
