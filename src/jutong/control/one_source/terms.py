"""Closed lists of one source per item."""

from jutong.vocabulary.terms import Term


class ItemRole(Term):
    """What an item is for in its entry (信息项角色)."""

    SUBSTANTIVE = "substantive", "1", "业务数据项", "Substantive"
    REFERENCE = "reference", "2", "标识项", "Identifying"
    TECHNICAL = "technical", "3", "技术字段", "Technical"


class CaseStatus(Term):
    """一数一源办理状态 of a group of items."""

    FOUND = "found", "0", "待处理", "Found"
    OPEN = "open", "1", "征求意见", "Open for opinions"
    DECIDED = "decided", "2", "已定数源", "Decided"
    NOT_SAME = "not_same", "3", "不是同一项", "Not the same"
    CLOSED = "closed", "4", "已消除", "Resolved"


class CaseAction(Term):
    """A step in the life of a case."""

    OPEN = "open", "1", "征求意见", "Ask the departments"
    CLAIM = "claim", "2", "反馈意见", "Give an opinion"
    DECIDE = "decide", "3", "确定数源", "Decide the source"
    REJECT = "reject", "4", "认定不是同一项", "Find them not the same"
    REOPEN = "reopen", "5", "重新办理", "Reopen"
    CLOSE = "close", "6", "自动消除", "Resolve"
    RENEW = "renew", "7", "再次发现", "Found again"


class ClaimKind(Term):
    """What a department says of a case."""

    CLAIM = "claim", "1", "申报为数源部门", "We are the source"
    CONCUR = "concur", "2", "同意从他处获取", "We take it from another"
    DIFFERENT = "different", "3", "认为不是同一项", "It is not the same item"
    COMMENT = "comment", "4", "其他说明", "Comment"


class Part(Term):
    """What likeness is judged by."""

    NAME = "name", "1", "名称", "Name"
    ELEMENT = "element", "2", "数据元", "Data element"
    KIND = "kind", "3", "类型和语义", "Type and meaning"
    DESCRIPTION = "description", "4", "描述", "Description"
    CONTEXT = "context", "5", "所在目录", "Entry"
    VALUES = "values", "6", "取值重合", "Shared values"
