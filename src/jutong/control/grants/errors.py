"""What can go wrong with grants."""

from jutong.kernel.errors import ErrorKind, JutongError


class GrantNotFound(JutongError):
    code = "grants.not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到授权 {grant_id}。请在授权列表中重新选择。"
    en = "There is no grant {grant_id}. Choose again from the list of grants."


class GrantActionNotAllowed(JutongError):
    code = "grants.action_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "授权 {grant_id} 当前为「{status_zh}」，不能执行「{action_zh}」。请刷新后查看可办理的操作。"
    en = "Grant {grant_id} is {status_en}: {action_en} is not possible now. Reload to see what can be done."


class OtherSideSuspended(JutongError):
    code = "grants.other_side_suspended"
    kind = ErrorKind.FORBIDDEN
    zh = "授权 {grant_id} 由{side_zh}暂停，须由其恢复。请联系对方说明情况。"
    en = "Grant {grant_id} was suspended by the {side_en}, who alone may resume it. Get in touch with them."


class GrantConflict(JutongError):
    code = "grants.conflict"
    kind = ErrorKind.CONFLICT
    zh = "授权 {grant_id} 刚被他人办理。请刷新后重试。"
    en = "Grant {grant_id} was just changed by someone else. Reload and try again."


class GrantReasonMissing(JutongError):
    code = "grants.reason_missing"
    zh = "办理「{action_zh}」须填写理由。请补充理由后重新提交。"
    en = "{action_en} needs a reason. Add it and submit again."


class PolicyInvalid(JutongError):
    code = "grants.policy_invalid"
    zh = "无法生成授权策略：{reason_zh}。请修改申请或审核意见后重试。"
    en = "The policy cannot be compiled: {reason_en}. Change the application or its terms and try again."
