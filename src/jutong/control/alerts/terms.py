"""Closed lists of alerts."""

from jutong.vocabulary.terms import Term


class DeliveryStatus(Term):
    """告警记录状态."""

    WAITING = "waiting", "1", "待发送", "Waiting"
    SENT = "sent", "2", "已送达", "Delivered"
    FAILED = "failed", "3", "未送达", "Not delivered"
