"""What can go wrong with work orders and corrections."""

from jutong.kernel.errors import ErrorKind, JutongError


class OrderNotFound(JutongError):
    code = "quarantine.order_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到问题数据工单 {order}。请在工单列表中重新选择。"
    en = "There is no work order {order}. Choose again from the list of work orders."


class OrderConflict(JutongError):
    code = "quarantine.order_conflict"
    kind = ErrorKind.CONFLICT
    zh = "工单 {order} 当前为“{status_zh}”，不能执行此操作。请刷新后查看最新状态。"
    en = "Work order {order} is in the state {status_en}, so this is not possible now. Reload to see its state."


class ReasonMissing(JutongError):
    code = "quarantine.reason_missing"
    zh = "退回工单必须写明理由。请说明为什么这些数据没有问题，再提交。"
    en = "A refusal needs its reason. Say why these rows are right, then send it again."


class CorrectionNotFound(JutongError):
    code = "quarantine.correction_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到更正文件 {correction}。请在工单页面重新上传。"
    en = "There is no file of corrections {correction}. Upload it again on the page of the work order."


class CorrectionTooLarge(JutongError):
    code = "quarantine.correction_too_large"
    zh = "更正文件超过 {limit_mb} MB。请分成几个文件上传，一次更正一部分行。"
    en = "The file of corrections is larger than {limit_mb} MB. Upload it in several files, some rows at a time."


class CorrectionFailed(JutongError):
    code = "quarantine.correction_failed"
    kind = ErrorKind.INTERNAL
    zh = "更正文件未能处理（{fault}），数据没有改动。请重新上传；仍不成功时，把错误代码交给平台运维人员。"
    en = (
        "The file of corrections could not be carried out ({fault}); no data was changed. "
        "Upload it again, and report the code to the operators if that does not help."
    )
