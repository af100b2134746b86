"""Closed lists of applications."""

from jutong.vocabulary.terms import Term


class Stage(Term):
    """申请状态."""

    DRAFT = "draft", "0", "草稿", "Draft"
    DEPARTMENT_REVIEW = "department_review", "1", "待本部门审核", "Awaiting own department"
    PROVIDER_REVIEW = "provider_review", "2", "待提供部门审核", "Awaiting the provider"
    AUTHORITY_REVIEW = "authority_review", "3", "待数据主管部门审核", "Awaiting the data authority"
    SUPPLEMENT = "supplement", "4", "待补充材料", "Awaiting supplement"
    GRANTED = "granted", "5", "已授权", "Granted"
    DECLINED = "declined", "6", "不予提供", "Declined"
    WITHDRAWN = "withdrawn", "7", "已撤回", "Withdrawn"


class Action(Term):
    """A step of an application."""

    SUBMIT = "submit", "1", "提交", "Submit"
    ACCEPT = "accept", "2", "同意", "Accept"
    DECLINE = "decline", "3", "不同意", "Decline"
    RETURN = "return", "4", "退回补充", "Return for supplement"
    WITHDRAW = "withdraw", "5", "撤回", "Withdraw"
