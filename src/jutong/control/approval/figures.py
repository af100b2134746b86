"""Counts of applications, for supervision: answered within the limit, overdue, granted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from jutong.control.approval.models import Application
from jutong.control.approval.terms import Stage

WAITING = (Stage.PROVIDER_REVIEW.value, Stage.AUTHORITY_REVIEW.value, Stage.DEPARTMENT_REVIEW.value)


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """Applications to one provider: answered within their limit, and those that were or should be answered."""

    in_time: int
    judged: int


@dataclass(frozen=True, slots=True)
class ApplicationFigures:
    """Applications of the whole city."""

    submitted: int
    granted: int
    overdue: int


def answer_counts(today: date) -> Mapping[str, AnswerCount]:
    """Per provider's code; an unanswered application counts once the provider's limit has passed.

    What waits for the consumer's own department or for the authority is not the provider's delay.
    """
    answered = Q(answered_in_time__isnull=False)
    overdue = Q(stage=Stage.PROVIDER_REVIEW.value, due_on__lt=today, answered_in_time__isnull=True)
    rows = Application.objects.values("provider__code").annotate(
        in_time=Count("id", filter=Q(answered_in_time=True)),
        judged=Count("id", filter=answered | overdue),
    )
    return {row["provider__code"]: AnswerCount(row["in_time"], row["judged"]) for row in rows}


def answer_counts_of_entries(today: date) -> Mapping[int, AnswerCount]:
    """As `answer_counts`, by the key of the entry that was applied for."""
    answered = Q(answered_in_time__isnull=False)
    overdue = Q(stage=Stage.PROVIDER_REVIEW.value, due_on__lt=today, answered_in_time__isnull=True)
    rows = Application.objects.values("entry_id").annotate(
        in_time=Count("id", filter=Q(answered_in_time=True)),
        judged=Count("id", filter=answered | overdue),
    )
    return {row["entry_id"]: AnswerCount(row["in_time"], row["judged"]) for row in rows}


def granted_applications(entries: Collection[int]) -> tuple[tuple[int, str, datetime, str], ...]:
    """(entry's key, consumer's code, when it was submitted, its number) of what was granted for these entries."""
    rows = Application.objects.filter(
        entry_id__in=entries, stage=Stage.GRANTED.value, submitted_at__isnull=False
    ).order_by("pk")
    found = rows.values_list("entry_id", "consumer__code", "submitted_at", "code")
    return tuple((entry, consumer, at, code) for entry, consumer, at, code in found if at is not None)


def application_figures(today: date) -> ApplicationFigures:
    return ApplicationFigures(
        submitted=Application.objects.filter(submitted_at__isnull=False).count(),
        granted=Application.objects.filter(stage=Stage.GRANTED.value).count(),
        overdue=Application.objects.filter(_overdue(today)).count(),
    )


def _overdue(today: date) -> Q:
    return Q(stage__in=WAITING, due_on__lt=today)
