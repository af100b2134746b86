"""Use cases of restructuring: the only door for pages and the demo."""

from jutong.control.restructuring.carrying import carry_out, preview
from jutong.control.restructuring.confirming import confirm_entries
from jutong.control.restructuring.planning import cancel, plan
from jutong.control.restructuring.reading import reform, reforms, unconfirmed
from jutong.control.restructuring.terms import ReformAction, ReformKind, ReformStatus
from jutong.control.restructuring.values import ConfirmationView, MovedView, ReformDraft, ReformView

__all__ = [
    "ConfirmationView",
    "MovedView",
    "ReformAction",
    "ReformDraft",
    "ReformKind",
    "ReformStatus",
    "ReformView",
    "cancel",
    "carry_out",
    "confirm_entries",
    "plan",
    "preview",
    "reform",
    "reforms",
    "unconfirmed",
]
