"""Closed lists of drafting."""

from jutong.vocabulary.terms import Term


class ProposalStatus(Term):
    """状态 of a proposal."""

    PROPOSED = "proposed", "1", "待确认", "To be confirmed"
    CONFIRMED = "confirmed", "2", "已确认", "Confirmed"
    REJECTED = "rejected", "3", "不采纳", "Rejected"
    SUPERSEDED = "superseded", "4", "已被替代", "Superseded"


class ProposalAction(Term):
    """A step in the life of a proposal."""

    CONFIRM = "confirm", "1", "确认", "Confirm"
    REJECT = "reject", "2", "不采纳", "Reject"
    REOPEN = "reopen", "3", "恢复", "Reopen"
    SUPERSEDE = "supersede", "4", "替代", "Supersede"


class Origin(Term):
    """What a proposal was made from."""

    DUTY = "duty", "1", "权责和服务事项", "Duties"
    TABLE = "table", "2", "数据源", "A source's table"


class SurveyStatus(Term):
    """状态 of a survey of a source."""

    QUEUED = "queued", "1", "排队中", "Queued"
    RUNNING = "running", "2", "探查中", "Running"
    DONE = "done", "3", "已完成", "Done"
    FAILED = "failed", "4", "失败", "Failed"


class SurveyAction(Term):
    """A step in the life of a survey."""

    START = "start", "1", "开始", "Start"
    FINISH = "finish", "2", "完成", "Finish"
    FAIL = "fail", "3", "失败", "Fail"


class TableOutcome(Term):
    """What became of a table of a survey."""

    WAITING = "waiting", "1", "待探查", "Waiting"
    PROPOSED = "proposed", "2", "已提出建议", "Proposed"
    UNCHANGED = "unchanged", "3", "建议没有变化", "Unchanged"
    HELD = "held", "4", "已编目", "Catalogued already"
    SKIPPED = "skipped", "5", "不编目", "Passed over"
