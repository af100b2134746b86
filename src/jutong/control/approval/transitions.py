"""The way of an application as a table that an official can read, and one function that obeys it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jutong.control.approval.terms import Action, Stage
from jutong.control.directory.api import Permission

TRANSITIONS: Final[Mapping[tuple[Stage, Action], Stage]] = {
    (Stage.DRAFT, Action.SUBMIT): Stage.DEPARTMENT_REVIEW,
    (Stage.DRAFT, Action.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DEPARTMENT_REVIEW, Action.ACCEPT): Stage.PROVIDER_REVIEW,
    (Stage.DEPARTMENT_REVIEW, Action.DECLINE): Stage.DECLINED,
    (Stage.DEPARTMENT_REVIEW, Action.RETURN): Stage.DRAFT,
    (Stage.DEPARTMENT_REVIEW, Action.WITHDRAW): Stage.WITHDRAWN,
    (Stage.PROVIDER_REVIEW, Action.ACCEPT): Stage.AUTHORITY_REVIEW,
    (Stage.PROVIDER_REVIEW, Action.DECLINE): Stage.DECLINED,
    (Stage.PROVIDER_REVIEW, Action.RETURN): Stage.SUPPLEMENT,
    (Stage.PROVIDER_REVIEW, Action.WITHDRAW): Stage.WITHDRAWN,
    (Stage.SUPPLEMENT, Action.SUBMIT): Stage.PROVIDER_REVIEW,
    (Stage.SUPPLEMENT, Action.WITHDRAW): Stage.WITHDRAWN,
    (Stage.AUTHORITY_REVIEW, Action.ACCEPT): Stage.GRANTED,
    (Stage.AUTHORITY_REVIEW, Action.DECLINE): Stage.DECLINED,
    (Stage.AUTHORITY_REVIEW, Action.WITHDRAW): Stage.WITHDRAWN,
}

REVIEWS: Final = (Stage.DEPARTMENT_REVIEW, Stage.PROVIDER_REVIEW, Stage.AUTHORITY_REVIEW)
ENDED: Final = frozenset({Stage.GRANTED, Stage.DECLINED, Stage.WITHDRAWN})
EDITABLE: Final = frozenset({Stage.DRAFT, Stage.SUPPLEMENT})
NEEDS_REASON: Final = frozenset({Action.DECLINE, Action.RETURN, Action.WITHDRAW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which reviews an application passes through; one that is left out counts as accepted."""

    own: bool = True
    provider: bool = True
    authority: bool = True

    @property
    def reviews(self) -> tuple[Stage, ...]:
        wanted = (self.own, self.provider, self.authority)
        return tuple(stage for stage, needed in zip(REVIEWS, wanted, strict=True) if needed)


def after(stage: Stage, action: Action, route: Route) -> Stage | None:
    """The stage that `action` leads to on `route`, None when it is not allowed."""
    target = TRANSITIONS.get((stage, action))
    while target in REVIEWS and target not in route.reviews:
        target = TRANSITIONS[target, Action.ACCEPT]
    return target


def permission_for(stage: Stage) -> tuple[Permission, str]:
    """Which permission a step from `stage` needs, and for which party's department (`consumer`, `provider`)."""
    return {
        Stage.DEPARTMENT_REVIEW: (Permission.APPLICATION_REVIEW_OWN, "consumer"),
        Stage.PROVIDER_REVIEW: (Permission.APPLICATION_REVIEW_PROVIDER, "provider"),
        Stage.AUTHORITY_REVIEW: (Permission.APPLICATION_REVIEW_AUTHORITY, "provider"),
    }.get(stage, (Permission.APPLICATION_APPLY, "consumer"))
