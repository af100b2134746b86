"""What can go wrong with applications."""

from jutong.kernel.errors import ErrorKind, JutongError


class ApplicationNotFound(JutongError):
    code = "approval.application_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到申请 {application}。请在申请列表中重新选择。"
    en = "There is no application {application}. Choose again from the list of applications."


class ApplicationActionNotAllowed(JutongError):
    code = "approval.action_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "申请 {application} 当前为「{stage_zh}」，不能执行「{action_zh}」。请刷新后查看可办理的操作。"
    en = "Application {application} is {stage_en}: {action_en} is not possible now. Reload to see what can be done."


class ApplicationConflict(JutongError):
    code = "approval.conflict"
    kind = ErrorKind.CONFLICT
    zh = "申请 {application} 刚被他人修改或办理。请刷新后重新操作，您的操作未生效。"
    en = "Application {application} was just changed by someone else. Reload and repeat; nothing was done."


class ApplicationInvalid(JutongError):
    code = "approval.application_invalid"
    zh = "申请的{place_zh}不符合要求：{reason_zh}。请修改后重新提交。"
    en = "The application's {place_en} is not acceptable: {reason_en}. Change it and submit again."


class EntryNotShared(JutongError):
    code = "approval.entry_not_shared"
    kind = ErrorKind.FORBIDDEN
    zh = "目录「{title}」不予共享，依据：{basis}。如有异议，请向提供部门 {provider} 提出。"
    en = "Entry {title} is not shared, by {basis}. If you disagree, turn to its provider {provider}."


class OwnEntry(JutongError):
    code = "approval.own_entry"
    kind = ErrorKind.CONFLICT
    zh = "目录「{title}」由本部门提供，无需申请。请直接在归集页面使用本部门数据。"
    en = "Entry {title} is your own department's: there is no need to apply. Use your own data directly."


class DecisionReasonMissing(JutongError):
    code = "approval.reason_missing"
    zh = "办理「{action_zh}」须一次性写明理由或需补充的内容。请填写后重新提交。"
    en = "{action_en} needs its reason, or all that is to be added, at once. Fill it in and submit again."


class SupplementAskedBefore(JutongError):
    code = "approval.supplement_asked_before"
    kind = ErrorKind.CONFLICT
    zh = "申请 {application} 已一次性告知过补充内容，不能再次退回。请同意或说明理由不同意。"
    en = (
        "What application {application} lacks was told once and may not be asked again. Accept or decline it."
    )


class SamePerson(JutongError):
    code = "approval.same_person"
    kind = ErrorKind.FORBIDDEN
    zh = "申请 {application} 由您本人提出或已由您审核过，须由另一人审核。请转交同事办理。"
    en = "You made or already reviewed application {application}: another person must decide. Pass it on."


class TermsInvalid(JutongError):
    code = "approval.terms_invalid"
    zh = "审核意见有误：{reason_zh}。请修改后重新提交。"
    en = "The terms are not acceptable: {reason_en}. Change them and submit again."
