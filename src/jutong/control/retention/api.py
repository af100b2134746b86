"""Use cases of retention and destruction: the only door for other apps, pages, processes and the demo."""

from jutong.control.retention.destruction import (
    decide,
    destruction,
    destructions,
    finish,
    note_failure,
    note_progress,
    propose,
    start,
    verify_proofs,
    waiting_destructions,
)
from jutong.control.retention.holds import held_services, hold_on, holds, lift_hold, place_hold
from jutong.control.retention.rules import (
    every_standing,
    note_due,
    rules,
    set_rule,
    standing_of,
    standings,
)
from jutong.control.retention.terms import DestructionAction, DestructionStage, RetentionBasis
from jutong.control.retention.values import (
    DestructionView,
    HoldView,
    RuleDraft,
    RuleView,
    Standing,
    day_begins,
)

__all__ = [
    "DestructionAction",
    "DestructionStage",
    "DestructionView",
    "HoldView",
    "RetentionBasis",
    "RuleDraft",
    "RuleView",
    "Standing",
    "day_begins",
    "decide",
    "destruction",
    "destructions",
    "every_standing",
    "finish",
    "held_services",
    "hold_on",
    "holds",
    "lift_hold",
    "note_due",
    "note_failure",
    "note_progress",
    "place_hold",
    "propose",
    "rules",
    "set_rule",
    "standing_of",
    "standings",
    "start",
    "verify_proofs",
    "waiting_destructions",
]
