"""What can go wrong with catalogue entries."""

from jutong.kernel.errors import ErrorKind, JutongError


class EntryNotFound(JutongError):
    code = "catalogue.entry_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到目录「{service}」，或它尚未发布。请在目录列表中重新查找。"
    en = "There is no entry {service}, or it is not published. Look for it in the catalogue again."


class VersionNotFound(JutongError):
    code = "catalogue.version_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "目录「{service}」没有第 {version} 版，已发布的版本有：{known}。请从版本列表中选择。"
    en = "Entry {service} has no version {version}; published ones are {known}. Choose one of them."


class ActionNotAllowed(JutongError):
    code = "catalogue.action_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」当前为「{status_zh}」，不能执行「{action_zh}」。请刷新页面查看可办理的操作。"
    en = "Entry {service} is {status_en}: {action_en} is not possible now. Reload to see what can be done."


class EditConflict(JutongError):
    code = "catalogue.edit_conflict"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」已被他人修改或办理。请刷新后在最新内容上重新操作，您的修改未保存。"
    en = "Entry {service} was changed by someone else. Reload and repeat your change; nothing was saved."


class LintErrors(JutongError):
    code = "catalogue.lint_errors"
    zh = "目录「{service}」有 {count} 处错误，须改正后才能提交：{first_zh}"
    en = "Entry {service} has {count} errors that must be corrected before it is submitted: {first_en}"


class ItemSharingLooser(JutongError):
    code = "catalogue.item_sharing_looser"
    zh = "信息项 {field} 的共享类型比目录宽松。请将其改为与目录相同或更严格的共享类型。"
    en = "Item {field} is shared more loosely than its entry. Give it the entry's sharing type or a stricter one."


class DraftInvalid(JutongError):
    code = "catalogue.draft_invalid"
    zh = "{place}不符合要求：{reason_zh}。请修改后重新保存。"
    en = "{place} is not acceptable: {reason_en}. Change it and save again."


class ReasonMissing(JutongError):
    code = "catalogue.reason_missing"
    zh = "办理「{action_zh}」须填写理由。请补充理由后重新提交。"
    en = "{action_en} needs a reason. Add it and submit again."


class ServiceNameInvalid(JutongError):
    code = "catalogue.service_name_invalid"
    zh = "服务名 {service} 不符合要求：须以小写字母开头，只含小写字母、数字和下划线，3至63位。请修改后重试。"
    en = "The service name {service} needs 3 to 63 lower-case letters, digits, underscores, a letter first. Change it."


class ServiceNameTaken(JutongError):
    code = "catalogue.service_name_taken"
    kind = ErrorKind.CONFLICT
    zh = "服务名 {service} 已被使用过（下架后也不再分配）。请换一个名称。"
    en = "The service name {service} has been given before and is never given again. Choose another one."


class ClassificationInvalid(JutongError):
    code = "catalogue.classification_invalid"
    zh = "分类编码 {key} 不可用：{reason_zh}。请按分类段宽 {widths} 选择或新增。"
    en = "The classification code {key} cannot be used: {reason_en}. The segments are {widths} digits wide."
