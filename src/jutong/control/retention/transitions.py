"""The life of a destruction as a table: proposed by one, reviewed by a second, approved by a third person."""

from collections.abc import Mapping
from typing import Final

from jutong.control.directory.api import Permission
from jutong.control.retention.terms import DestructionAction as Action
from jutong.control.retention.terms import DestructionStage as Stage

TRANSITIONS: Final[Mapping[tuple[Stage, Action], Stage]] = {
    (Stage.PROPOSED, Action.REVIEW): Stage.REVIEWED,
    (Stage.PROPOSED, Action.DECLINE): Stage.DECLINED,
    (Stage.PROPOSED, Action.CANCEL): Stage.CANCELLED,
    (Stage.REVIEWED, Action.APPROVE): Stage.APPROVED,
    (Stage.REVIEWED, Action.DECLINE): Stage.DECLINED,
    (Stage.REVIEWED, Action.CANCEL): Stage.CANCELLED,
    (Stage.APPROVED, Action.CANCEL): Stage.CANCELLED,
    (Stage.APPROVED, Action.START): Stage.EXECUTING,
    # A worker that was killed: the next one goes on; every part may be done twice.
    (Stage.EXECUTING, Action.START): Stage.EXECUTING,
    (Stage.EXECUTING, Action.FINISH): Stage.DONE,
}

OPEN: Final = frozenset({Stage.PROPOSED, Stage.REVIEWED, Stage.APPROVED, Stage.EXECUTING})


def after(stage: Stage, action: Action) -> Stage | None:
    """The stage that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((stage, action))


def permission_for(stage: Stage, action: Action) -> Permission:
    """What the step needs; declining belongs to whoever would have to agree."""
    if action is Action.CANCEL:
        return Permission.DESTRUCTION_PROPOSE
    if action in {Action.START, Action.FINISH}:
        return Permission.DESTRUCTION_EXECUTE
    return Permission.DESTRUCTION_REVIEW if stage is Stage.PROPOSED else Permission.DESTRUCTION_APPROVE
