"""What can go wrong with the inspection."""

from jutong.kernel.errors import ErrorKind, JutongError


class FindingNotFound(JutongError):
    code = "inspection.finding_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到问题 {finding}，它可能已整改。请刷新体检页面。"
    en = "There is no finding {finding}; it may have been mended. Reload the inspection."


class WaiverInvalid(JutongError):
    code = "inspection.waiver_invalid"
    zh = "豁免须写明理由，有效期须晚于今天且不超过一年。请修改后重新提交。"
    en = "A waiver needs a reason and ends after today, within a year. Change it and submit again."


class NothingSelected(JutongError):
    code = "inspection.nothing_selected"
    zh = "没有选择问题。请先勾选要处理的问题。"
    en = "No finding was chosen. Tick those to deal with first."


class RuleUnknown(JutongError):
    code = "inspection.rule_unknown"
    zh = "没有规则 {rule}，或它不能自动修正。请在规则表中选择可自动修正的规则。"
    en = "There is no rule {rule}, or it cannot be mended by itself. Choose one that can in the table of rules."


class InspectionNotFound(JutongError):
    code = "inspection.not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到体检 {key}。请在体检记录中重新选择。"
    en = "There is no inspection {key}. Choose again from the list."
