"""Use cases of quarantine: the only door for other apps, pages, processes and the demo."""

from jutong.control.quarantine.correcting import (
    QUARANTINE_KEY,
    correction,
    correction_content,
    end_correction,
    export_rows,
    open_rows,
    receive_correction,
    waiting_corrections,
)
from jutong.control.quarantine.keeping import keep_orders, note_readmission, step_order, unkept
from jutong.control.quarantine.reading import corrections, order, order_counts, orders
from jutong.control.quarantine.terms import CorrectionState, OrderAction, OrderStatus
from jutong.control.quarantine.values import (
    EVERY_ORDER,
    CorrectionView,
    OrderCounts,
    OrderEventView,
    OrderFilter,
    OrderView,
)

__all__ = [
    "EVERY_ORDER",
    "QUARANTINE_KEY",
    "CorrectionState",
    "CorrectionView",
    "OrderAction",
    "OrderCounts",
    "OrderEventView",
    "OrderFilter",
    "OrderStatus",
    "OrderView",
    "correction",
    "correction_content",
    "corrections",
    "end_correction",
    "export_rows",
    "keep_orders",
    "note_readmission",
    "open_rows",
    "order",
    "order_counts",
    "orders",
    "receive_correction",
    "step_order",
    "unkept",
    "waiting_corrections",
]
