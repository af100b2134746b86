"""Whether a responsibility is fulfilled: computed from what happened, never reported by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.control.approval.api import AnswerCount
from jutong.control.collection.api import Delivery, Punctuality
from jutong.control.lists.terms import Check, Fulfilment
from jutong.control.lists.values import CheckView
from jutong.vocabulary.catalogue import SharingType

QUALITY_REACHED: Final = 75.0
"""The score from which quality is good enough: grade C of the default grading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of the data that a responsibility is about."""

    live: bool
    sharing_type: SharingType | None = None
    delivery: Delivery | None = None
    answers: AnswerCount | None = None


def checks_of(found: Evidence) -> tuple[CheckView, ...]:
    """Each part of fulfilling with its verdict; data that is not shared has only to be in the catalogue."""
    refused = found.sharing_type is SharingType.NOT_SHARED
    delivery, answers = found.delivery, found.answers
    collected = delivery is not None and delivery.version is not None
    verdicts: dict[Check, bool | None] = {
        Check.CATALOGUED: found.live,
        Check.HOOKED: None if refused else delivery is not None,
        Check.COLLECTED: None if refused else collected,
        Check.ON_TIME: _on_time(delivery) if collected and not refused else None,
        Check.QUALITY: None
        if refused or delivery is None or delivery.score is None
        else delivery.score >= QUALITY_REACHED,
        Check.ANSWERED: answers.in_time == answers.judged if answers and answers.judged else None,
    }
    return tuple(CheckView(check=check, passed=passed) for check, passed in verdicts.items())


def _on_time(delivery: Delivery | None) -> bool | None:
    if delivery is None or delivery.punctuality is Punctuality.EXCLUDED:
        return None
    return delivery.punctuality is not Punctuality.LATE


def status_of(checks: Sequence[CheckView], *, due_on: date | None, today: date) -> Fulfilment:
    """Fulfilled when nothing fails; overdue when the data is not there after its day; else by what was begun."""
    passed = {each.check: each.passed for each in checks}
    if all(each is not False for each in passed.values()):
        return Fulfilment.FULFILLED
    delivered = passed[Check.CATALOGUED] and passed[Check.COLLECTED] is not False
    if due_on is not None and today > due_on and not delivered:
        return Fulfilment.OVERDUE
    begun = passed[Check.HOOKED] or passed[Check.COLLECTED]
    return Fulfilment.IN_PART if begun else Fulfilment.NOT_BEGUN
