"""Closed lists of grants."""

from jutong.vocabulary.terms import Term


class GrantStatus(Term):
    """授权状态."""

    LIVE = "live", "1", "有效", "Live"
    SUSPENDED = "suspended", "2", "已暂停", "Suspended"
    REVOKED = "revoked", "3", "已撤销", "Revoked"
    EXPIRED = "expired", "4", "已到期", "Expired"


class GrantAction(Term):
    """A step in the life of a grant."""

    SUSPEND = "suspend", "1", "暂停", "Suspend"
    RESUME = "resume", "2", "恢复", "Resume"
    REVOKE = "revoke", "3", "撤销", "Revoke"
    EXPIRE = "expire", "4", "到期", "Expire"


class Side(Term):
    """Which party acts on a grant."""

    PROVIDER = "provider", "1", "提供方", "Provider"
    CONSUMER = "consumer", "2", "使用方", "Consumer"
    BUREAU = "bureau", "3", "数据主管部门", "Data authority"
