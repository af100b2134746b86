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
    zh = "服务名 {service} 不可用：须以小写字母开头，只含小写字母、数字和下划线，3至63位，不用页面保留名。请修改后重试。"
    en = "The service name {service} needs 3 to 63 lower-case letters, digits, underscores, and is no page's. Change it."


class ServiceNameTaken(JutongError):
    code = "catalogue.service_name_taken"
    kind = ErrorKind.CONFLICT
    zh = "服务名 {service} 已被使用过（下架后也不再分配）。请换一个名称。"
    en = "The service name {service} has been given before and is never given again. Choose another one."


class ClassificationInvalid(JutongError):
    code = "catalogue.classification_invalid"
    zh = "分类编码 {key} 不可用：{reason_zh}。请按分类段宽 {widths} 选择或新增。"
    en = "The classification code {key} cannot be used: {reason_en}. The segments are {widths} digits wide."


class RelationCircular(JutongError):
    code = "catalogue.relation_circular"
    zh = "关联资源代码形成循环：{path}。请只关联来源资源，或由互为同一资源的双方互相关联。"
    en = "The related codes run in a circle: {path}. Name what the resource comes from, or let both sides name each other."


class NotForThisPlatform(JutongError):
    code = "catalogue.not_for_this_platform"
    zh = "目录「{service}」标为涉密或核心数据，不得进入本平台。请核实后修改，或按保密规定另行管理。"
    en = "Entry {service} is marked as a state secret or core data and must not be here. Correct it or keep it elsewhere."


class LevelsUnconfirmed(JutongError):
    code = "catalogue.levels_unconfirmed"
    zh = "目录「{service}」有 {count} 个信息项的级别低于建议级别且未经确认：{items}。请在分级页逐项确认或调高后再发布。"
    en = "{count} items of entry {service} are graded below the proposal, unconfirmed: {items}. Confirm or raise them first."


class LevelsNotAllowed(JutongError):
    code = "catalogue.levels_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」的信息项 {item} 现在不能定为该级别：{reason_zh}。请刷新分级页后重新确认。"
    en = "Item {item} of entry {service} cannot get this level now: {reason_en}. Reload the grading page."


class ControlsInvalid(JutongError):
    code = "catalogue.controls_invalid"
    zh = "分级管控要求不成立：{reason_zh}。请使高级别的要求不低于低级别。"
    en = "The controls do not hold: {reason_en}. A higher level demands at least what a lower one does."


class ControlsConflict(JutongError):
    code = "catalogue.controls_conflict"
    kind = ErrorKind.CONFLICT
    zh = "分级管控要求已由他人更新为第 {version} 版，您的修改未保存。请核对最新内容后重新提交。"
    en = "Someone else has made version {version} of the controls; nothing of yours was saved. Look at it and submit again."


class UpdateDutyNotFound(JutongError):
    code = "catalogue.update_duty_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到更新任务 {duty}。请在审核页重新查找。"
    en = "There is no update duty {duty}. Look for it on the review page."


class UpdateDutyInvalid(JutongError):
    code = "catalogue.update_duty_invalid"
    zh = "不能要求更新：{reason_zh}。请修改后重试。"
    en = "The update cannot be asked for: {reason_en}. Change it and try again."


class ExtensionNotAllowed(JutongError):
    code = "catalogue.extension_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」的更新任务现在不能办理延期：每项任务在到期前可申请一次，由主管部门决定一次。请刷新页面查看。"
    en = "The update of entry {service} cannot be extended now: asked once before it is due, decided once. Reload the page."


class SavedSearchInvalid(JutongError):
    code = "catalogue.saved_search_invalid"
    zh = "检索没有保存：{reason_zh}。请修改后重试。"
    en = "The search was not saved: {reason_en}. Change it and try again."


class SavedSearchNotFound(JutongError):
    code = "catalogue.saved_search_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到保存的检索，或它已被删除。请回到目录重新选择。"
    en = "There is no such saved search, or it was deleted. Choose again in the catalogue."


class SynonymsInvalid(JutongError):
    code = "catalogue.synonyms_invalid"
    zh = "同义词没有保存：{reason_zh}。请修改后重试。"
    en = "The synonyms were not saved: {reason_en}. Change them and try again."
