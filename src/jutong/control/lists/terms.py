"""Closed lists of the three lists."""

from jutong.vocabulary.terms import Term


class ListKind(Term):
    """三清单 (domain: responsibility, negative and demand list)."""

    RESPONSIBILITY = "responsibility", "1", "责任清单", "Responsibility list"
    NEGATIVE = "negative", "2", "负面清单", "Negative list"
    DEMAND = "demand", "3", "需求清单", "Demand list"


class DemandStage(Term):
    """需求状态: where a demand stands on its way to the data."""

    FILED = "filed", "1", "待确认匹配", "Matches to be looked at"
    ASSIGNING = "assigning", "2", "待分派", "To be assigned"
    ASSIGNED = "assigned", "3", "待认领", "To be answered"
    REFUSED = "refused", "4", "不认领", "Refused"
    NEGOTIATION = "negotiation", "5", "争议：部门协商", "Dispute: talks"
    COORDINATION = "coordination", "6", "争议：主管部门协调", "Dispute: coordination"
    DECISION = "decision", "7", "争议：政府裁决", "Dispute: decision"
    ACCEPTED = "accepted", "8", "已认领", "Accepted"
    MATCHED = "matched", "9", "有目录可申请", "Entry can be applied for"
    FULFILLED = "fulfilled", "10", "已落实", "Fulfilled"
    NOT_SHARED = "not_shared", "11", "裁决不予共享", "Decided not to be shared"
    WITHDRAWN = "withdrawn", "12", "已撤回", "Withdrawn"
    MERGED = "merged", "13", "已并入", "Merged into another"


class DemandAction(Term):
    """A step of a demand."""

    TAKE = "take", "1", "采用匹配的目录", "Take a matching entry"
    GO_ON = "go_on", "2", "没有合适目录，提请分派", "Nothing fits: ask for a source"
    ASSIGN = "assign", "3", "分派给部门", "Assign to a department"
    POINT = "point", "4", "指向已有目录", "Point to an entry"
    RETURN = "return", "5", "退回修改", "Return"
    MERGE = "merge", "6", "并入同类需求", "Merge into a like demand"
    ACCEPT = "accept", "7", "认领", "Accept"
    REFUSE = "refuse", "8", "不认领", "Refuse"
    DISPUTE = "dispute", "9", "提出争议", "Dispute"
    OPINE = "opine", "10", "陈述意见", "State an opinion"
    AGREE = "agree", "11", "协商同意共享", "Agree to share"
    ESCALATE = "escalate", "12", "提请上一级处理", "Take it one step up"
    SHARE = "share", "13", "决定共享", "Decide: to be shared"
    NOT_SHARE = "not_share", "14", "裁决不予共享", "Decide: not to be shared"
    PUBLISH = "publish", "15", "目录已发布", "Entry published"
    GRANT = "grant", "16", "申请已授权", "Application granted"
    REOPEN = "reopen", "17", "重新分派", "Opened again"
    WITHDRAW = "withdraw", "18", "撤回需求", "Withdraw"


class Party(Term):
    """Who takes a step of a demand."""

    FILER = "filer", "1", "需求部门", "Demanding department"
    SOURCE = "source", "2", "被分派部门", "Assigned department"
    BUREAU = "bureau", "3", "数据主管部门", "Data authority"
    LEADER = "leader", "4", "主管部门领导", "Leader of the data authority"
    PLATFORM = "platform", "5", "平台", "Platform"


class Urgency(Term):
    """紧急程度 of a demand."""

    NORMAL = "normal", "1", "一般", "Normal"
    URGENT = "urgent", "2", "紧急", "Urgent"
    CRITICAL = "critical", "3", "特急", "Critical"


class Origin(Term):
    """Where a responsibility comes from."""

    ENTRY = "entry", "1", "目录拆分", "Split from the catalogue"
    DEMAND = "demand", "2", "需求认领", "Accepted demand"
    BUREAU = "bureau", "3", "主管部门增补", "Added by the authority"


class Fulfilment(Term):
    """落实状态 of a responsibility, computed from what happened."""

    NOT_BEGUN = "not_begun", "1", "未落实", "Not begun"
    IN_PART = "in_part", "2", "部分落实", "In part"
    FULFILLED = "fulfilled", "3", "已落实", "Fulfilled"
    OVERDUE = "overdue", "4", "逾期未落实", "Overdue"


class Check(Term):
    """What fulfilling a responsibility consists of."""

    CATALOGUED = "catalogued", "1", "已编目", "Catalogued"
    HOOKED = "hooked", "2", "已挂接", "Hooked to its source"
    COLLECTED = "collected", "3", "已归集", "Collected"
    ON_TIME = "on_time", "4", "更新及时", "On time"
    QUALITY = "quality", "5", "质量达标", "Quality reached"
    ANSWERED = "answered", "6", "申请按时答复", "Applications answered in time"


class Period(Term):
    """考核周期: how often a responsibility is judged."""

    MONTHLY = "monthly", "1", "按月", "Monthly"
    QUARTERLY = "quarterly", "2", "按季度", "Quarterly"
    HALF_YEARLY = "half_yearly", "3", "按半年", "Half-yearly"
    YEARLY = "yearly", "4", "按年", "Yearly"


class NegativeScope(Term):
    """What is refused: sharing among departments, or opening to the public."""

    SHARING = "sharing", "1", "不予共享", "Not shared"
    OPENING = "opening", "2", "不予开放", "Not open"


class Verdict(Term):
    """审核意见 of the authority on a refusal."""

    PENDING = "pending", "1", "待审核", "To be reviewed"
    ACCEPTED = "accepted", "2", "审核通过", "Accepted"
    RETURNED = "returned", "3", "退回补正", "Returned"


class NegativeState(Term):
    """How a refusal stands today."""

    BLOCKED = "blocked", "1", "缺少依据", "Basis missing"
    PENDING = "pending", "2", "待审核", "To be reviewed"
    RETURNED = "returned", "3", "退回补正", "Returned"
    IN_FORCE = "in_force", "4", "有效", "In force"
    DUE = "due", "5", "待复审", "To be examined again"
    EXPIRED = "expired", "6", "已到期", "Expired"
