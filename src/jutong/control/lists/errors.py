"""What can go wrong with the three lists."""

from jutong.kernel.errors import ErrorKind, JutongError


class DemandNotFound(JutongError):
    code = "lists.demand_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到需求 {demand}。请在需求清单中重新选择。"
    en = "There is no demand {demand}. Choose again from the demand list."


class DemandInvalid(JutongError):
    code = "lists.demand_invalid"
    zh = "需求的「{place_zh}」不符合要求：{reason_zh}。请修改后重新提交。"
    en = "The demand's {place_en} is not acceptable: {reason_en}. Change it and submit again."


class DemandStepNotAllowed(JutongError):
    code = "lists.demand_step_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "需求 {demand} 当前为「{stage_zh}」，不能办理「{action_zh}」。请刷新后查看可办理的操作。"
    en = "Demand {demand} is at the stage {stage_en}: {action_en} is not possible now. Reload to see what can be done."


class DemandConflict(JutongError):
    code = "lists.demand_conflict"
    kind = ErrorKind.CONFLICT
    zh = "需求 {demand} 刚被他人办理。请刷新后重新操作，您的操作未生效，已有记录不受影响。"
    en = "Demand {demand} was just dealt with by someone else. Reload and repeat; nothing was done, nothing lost."


class StepIncomplete(JutongError):
    code = "lists.step_incomplete"
    zh = "办理「{action_zh}」还缺少：{missing_zh}。请补充后重新提交。"
    en = "{action_en} still lacks: {missing_en}. Add it and submit again."


class OwnData(JutongError):
    code = "lists.own_data"
    kind = ErrorKind.CONFLICT
    zh = "「{what}」属于需求部门自己，不能作为需求的来源。请另选一个。"
    en = "{what} is the demanding department's own and cannot be the source of its demand. Please choose another."


class EntryRefused(JutongError):
    code = "lists.entry_refused"
    kind = ErrorKind.CONFLICT
    zh = "目录「{title}」不予共享，不能直接采用。请提请主管部门分派；对不予共享有异议的，可在部门答复后提出争议。"
    en = (
        "Entry {title} is not shared and cannot be taken. Ask the data authority to assign the demand; "
        "the refusal may then be disputed."
    )


class MergeInvalid(JutongError):
    code = "lists.merge_invalid"
    kind = ErrorKind.CONFLICT
    zh = "不能并入需求 {demand}：它已办结、已并入别的需求，或就是本需求。请另选一件办理中的需求。"
    en = "Cannot merge into demand {demand}: it is over, merged itself, or this very one. Choose one that is under way."


class ResponsibilityNotFound(JutongError):
    code = "lists.responsibility_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到责任事项 {number}。请在责任清单中重新选择。"
    en = "There is no responsibility {number}. Choose again from the responsibility list."


class ResponsibilityInvalid(JutongError):
    code = "lists.responsibility_invalid"
    zh = "责任事项的「{place_zh}」不符合要求：{reason_zh}。请修改后重新提交。"
    en = "The responsibility's {place_en} is not acceptable: {reason_en}. Change it and submit again."


class ListConflict(JutongError):
    code = "lists.conflict"
    kind = ErrorKind.CONFLICT
    zh = "{number} 刚被他人修改。请刷新后重新操作，您的操作未生效，已有记录不受影响。"
    en = "{number} was just changed by someone else. Reload and repeat; nothing was done, nothing lost."


class NegativeNotFound(JutongError):
    code = "lists.negative_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到负面清单事项 {number}。请在负面清单中重新选择。"
    en = "There is no item {number} on the negative list. Choose again from the list."


class BasisMissing(JutongError):
    code = "lists.basis_missing"
    zh = "不予共享须写明依据文件名、文号和条款，还缺少：{missing_zh}。请补全；没有依据的，请改为有条件共享或无条件共享。"
    en = (
        "Refusing to share needs the document, its number and the article; missing: {missing_en}. "
        "Complete it, or share the data with or without condition."
    )


class ReviewInvalid(JutongError):
    code = "lists.review_invalid"
    zh = "审核意见有误：{reason_zh}。请修改后重新提交。"
    en = "The review is not acceptable: {reason_en}. Change it and submit again."


class EditionNotFound(JutongError):
    code = "lists.edition_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到清单版本 {edition}。请在清单页面重新选择。"
    en = "There is no edition {edition}. Choose again from the list's page."


class EditionEmpty(JutongError):
    code = "lists.edition_empty"
    kind = ErrorKind.CONFLICT
    zh = "「{list_zh}」现在没有任何事项，不能发布。请先发布目录或办理需求。"
    en = "The {list_en} is empty and cannot be published. Publish entries or deal with demands first."
