"""What can go wrong with keeping and destroying data."""

from jutong.kernel.errors import ErrorKind, JutongError


class RuleInvalid(JutongError):
    code = "retention.rule_invalid"
    zh = "留存期限设置有误：{reason_zh}。请修改后重新保存。"
    en = "The retention rule is not acceptable: {reason_en}. Change it and save again."


class NothingDue(JutongError):
    code = "retention.nothing_due"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」没有到期的数据，或没有规定留存期限。请先设置期限，或等到期后再提出。"
    en = "Nothing of {service} is due, or no retention rule applies. Set a rule, or propose again when rows are due."


class Held(JutongError):
    code = "retention.held"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」的数据已被冻结（{number}），不能销毁。请等冻结解除后再办理。"
    en = "The data of {service} are under a legal hold ({number}). Go on when the hold has been lifted."


class HoldInvalid(JutongError):
    code = "retention.hold_invalid"
    zh = "冻结登记有误：{reason_zh}。请修改后重新登记。"
    en = "The hold is not acceptable: {reason_en}. Change it and place it again."


class HoldNotFound(JutongError):
    code = "retention.hold_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到有效的冻结 {number}。请在冻结列表中重新选择。"
    en = "There is no standing hold {number}. Choose again from the list of holds."


class DestructionOpen(JutongError):
    code = "retention.destruction_open"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」已有销毁单在办理。请等它办结后再提出。"
    en = "A destruction of {service} is open. Propose another when it has ended."


class DestructionNotFound(JutongError):
    code = "retention.destruction_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到销毁单 {number}。请在列表中重新选择。"
    en = "There is no destruction {number}. Choose again from the list."


class DestructionConflict(JutongError):
    code = "retention.destruction_conflict"
    kind = ErrorKind.CONFLICT
    zh = "销毁单 {number} 当前为「{stage_zh}」，不能执行此操作。请刷新后查看最新状态。"
    en = "Destruction {number} is “{stage_en}”, so this is not possible now. Reload to see its state."


class SamePerson(JutongError):
    code = "retention.same_person"
    kind = ErrorKind.FORBIDDEN
    zh = "提出、复核和批准销毁须由三个不同的人办理。请交由其他人员办理。"
    en = "A destruction is proposed, reviewed and approved by three different persons. Leave this step to another."


class Executing(JutongError):
    code = "retention.executing"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」的销毁正在执行，已不能冻结。请查看销毁记录。"
    en = "The destruction of {service} is being carried out and can no longer be held. See its record."


class CollectionBusy(JutongError):
    code = "retention.collection_busy"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "目录「{service}」正在归集，销毁会在归集结束后自动执行。请稍后查看。"
    en = (
        "{service} is being collected; the destruction is carried out by itself afterwards. Look again later."
    )
