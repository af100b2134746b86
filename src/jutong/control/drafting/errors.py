"""What can go wrong with proposals and surveys."""

from jutong.kernel.errors import ErrorKind, JutongError


class ProposalNotFound(JutongError):
    code = "drafting.proposal_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到编目建议 {proposal}。请刷新建议页面后重新选择。"
    en = "There is no proposal {proposal}. Reload the page of proposals and choose again."


class ProposalConflict(JutongError):
    code = "drafting.proposal_conflict"
    kind = ErrorKind.CONFLICT
    zh = "编目建议「{title}」当前为「{status_zh}」，不能{action_zh}。请刷新后查看最新状态。"
    en = "The proposal {title} is {status_en}: {action_en} is not possible now. Reload to see its state."


class RejectionReasonMissing(JutongError):
    code = "drafting.rejection_reason_missing"
    zh = "不采纳建议须写明理由。请补充理由后重新提交。"
    en = "A rejection needs its reason. Add it and submit again."


class SurveyNotFound(JutongError):
    code = "drafting.survey_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到数据源探查 {survey}。请在数据源页面重新发起。"
    en = "There is no survey {survey}. Start one from the page of the source."


class SurveyActive(JutongError):
    code = "drafting.survey_active"
    kind = ErrorKind.CONFLICT
    zh = "数据源 {source} 正在探查。请等它完成后再发起。"
    en = "A survey of {source} is under way. Start another when it has ended."


class SurveyEnded(JutongError):
    code = "drafting.survey_ended"
    kind = ErrorKind.CONFLICT
    zh = "数据源探查 {survey} 已经结束。请从数据源页面重新发起。"
    en = "The survey {survey} has ended. Start another from the page of the source."
