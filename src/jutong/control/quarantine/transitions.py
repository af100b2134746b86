"""The life of a work order as a table; what people do, and what deliveries bring about."""

from collections.abc import Mapping
from typing import Final

from jutong.control.quarantine.terms import OrderAction, OrderStatus

A, S = OrderAction, OrderStatus
TRANSITIONS: Final[Mapping[tuple[OrderStatus, OrderAction], OrderStatus]] = {
    (S.SENT, A.TAKE): S.CORRECTING,
    (S.SENT, A.CORRECT): S.CORRECTED,
    (S.CORRECTING, A.CORRECT): S.CORRECTED,
    (S.SENT, A.REFUSE): S.REFUSED,
    (S.CORRECTING, A.REFUSE): S.REFUSED,
    # The data authority says that the rows are wrong all the same, or that the rule was.
    (S.REFUSED, A.RETURN): S.SENT,
    (S.REFUSED, A.ACCEPT): S.CLOSED,
    # The next delivery, or a file of corrections, decides.
    (S.CORRECTED, A.STILL): S.CORRECTING,
    (S.SENT, A.CLOSE): S.CLOSED,
    (S.CORRECTING, A.CLOSE): S.CLOSED,
    (S.CORRECTED, A.CLOSE): S.CLOSED,
    (S.REFUSED, A.CLOSE): S.CLOSED,
}

BY_DEPARTMENT: Final = (A.TAKE, A.CORRECT, A.REFUSE)
BY_AUTHORITY: Final = (A.RETURN, A.ACCEPT)


def after(status: OrderStatus, action: OrderAction) -> OrderStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
