"""The way of a demand (需求清单) as tables that an official can read, and one function that obeys them.

A dispute climbs three steps (国令第809号): the departments talk, the authority of the same level coordinates, the
government or common superior decides; what is decided binds.
"""

from collections.abc import Mapping
from typing import Final

from jutong.control.directory.api import Permission
from jutong.control.lists.terms import DemandAction, DemandStage, Party

S, A = DemandStage, DemandAction

DEMAND_TRANSITIONS: Final[Mapping[tuple[DemandStage, DemandAction], DemandStage]] = {
    (S.FILED, A.TAKE): S.MATCHED,
    (S.FILED, A.GO_ON): S.ASSIGNING,
    (S.FILED, A.WITHDRAW): S.WITHDRAWN,
    (S.ASSIGNING, A.ASSIGN): S.ASSIGNED,
    (S.ASSIGNING, A.POINT): S.MATCHED,
    (S.ASSIGNING, A.MERGE): S.MERGED,
    (S.ASSIGNING, A.RETURN): S.FILED,
    (S.ASSIGNING, A.WITHDRAW): S.WITHDRAWN,
    (S.ASSIGNED, A.ACCEPT): S.ACCEPTED,
    (S.ASSIGNED, A.REFUSE): S.REFUSED,
    (S.ASSIGNED, A.WITHDRAW): S.WITHDRAWN,
    (S.REFUSED, A.ASSIGN): S.ASSIGNED,
    (S.REFUSED, A.POINT): S.MATCHED,
    (S.REFUSED, A.WITHDRAW): S.WITHDRAWN,
    (S.ACCEPTED, A.PUBLISH): S.MATCHED,
    (S.MATCHED, A.GRANT): S.FULFILLED,
    (S.MATCHED, A.GO_ON): S.ASSIGNING,
    (S.MATCHED, A.REOPEN): S.ASSIGNING,
    (S.MATCHED, A.WITHDRAW): S.WITHDRAWN,
    (S.MERGED, A.REOPEN): S.ASSIGNING,
}

DISPUTE_TRANSITIONS: Final[Mapping[tuple[DemandStage, DemandAction], DemandStage]] = {
    (S.REFUSED, A.DISPUTE): S.NEGOTIATION,
    (S.MATCHED, A.DISPUTE): S.NEGOTIATION,
    (S.NEGOTIATION, A.OPINE): S.NEGOTIATION,
    (S.NEGOTIATION, A.AGREE): S.ACCEPTED,
    (S.NEGOTIATION, A.ESCALATE): S.COORDINATION,
    (S.NEGOTIATION, A.WITHDRAW): S.WITHDRAWN,
    (S.COORDINATION, A.OPINE): S.COORDINATION,
    (S.COORDINATION, A.AGREE): S.ACCEPTED,
    (S.COORDINATION, A.SHARE): S.ACCEPTED,
    (S.COORDINATION, A.ESCALATE): S.DECISION,
    (S.COORDINATION, A.WITHDRAW): S.WITHDRAWN,
    (S.DECISION, A.OPINE): S.DECISION,
    (S.DECISION, A.SHARE): S.ACCEPTED,
    (S.DECISION, A.NOT_SHARE): S.NOT_SHARED,
    (S.DECISION, A.WITHDRAW): S.WITHDRAWN,
}

PARTIES: Final[Mapping[DemandAction, tuple[Party, ...]]] = {
    A.TAKE: (Party.FILER,),
    A.GO_ON: (Party.FILER,),
    A.WITHDRAW: (Party.FILER,),
    A.DISPUTE: (Party.FILER,),
    A.OPINE: (Party.FILER, Party.SOURCE),
    A.ESCALATE: (Party.FILER, Party.SOURCE, Party.LEADER),
    A.ACCEPT: (Party.SOURCE,),
    A.REFUSE: (Party.SOURCE,),
    A.AGREE: (Party.SOURCE,),
    A.ASSIGN: (Party.BUREAU,),
    A.POINT: (Party.BUREAU,),
    A.RETURN: (Party.BUREAU,),
    A.MERGE: (Party.BUREAU,),
    A.SHARE: (Party.LEADER,),
    A.NOT_SHARE: (Party.LEADER,),
    A.PUBLISH: (Party.PLATFORM,),
    A.GRANT: (Party.PLATFORM,),
    A.REOPEN: (Party.PLATFORM,),
}

PERMISSIONS: Final[Mapping[Party, Permission]] = {
    Party.FILER: Permission.DEMAND_FILE,
    Party.SOURCE: Permission.DEMAND_ANSWER,
    Party.BUREAU: Permission.DEMAND_ASSIGN,
    Party.LEADER: Permission.DISPUTE_DECIDE,
}

ENDED: Final = frozenset({S.FULFILLED, S.NOT_SHARED, S.WITHDRAWN, S.MERGED})
DISPUTED: Final = frozenset({S.NEGOTIATION, S.COORDINATION, S.DECISION})
NEEDS_REASON: Final = frozenset(
    {A.RETURN, A.REFUSE, A.DISPUTE, A.OPINE, A.ESCALATE, A.SHARE, A.NOT_SHARE, A.WITHDRAW}
)

LIMITS: Final[Mapping[DemandStage, str]] = {
    S.ASSIGNING: "D1",
    S.REFUSED: "D1",
    S.ASSIGNED: "D2",
    S.NEGOTIATION: "D3",
    S.COORDINATION: "D4",
    S.DECISION: "D5",
    S.ACCEPTED: "D6",
}
"""Which time limit runs at a stage."""

WAITS_FOR: Final[Mapping[DemandStage, tuple[Party, ...]]] = {
    S.FILED: (Party.FILER,),
    S.ASSIGNING: (Party.BUREAU,),
    S.ASSIGNED: (Party.SOURCE,),
    S.REFUSED: (Party.FILER, Party.BUREAU),
    S.NEGOTIATION: (Party.SOURCE, Party.FILER),
    S.COORDINATION: (Party.LEADER,),
    S.DECISION: (Party.LEADER,),
    S.ACCEPTED: (Party.SOURCE,),
    S.MATCHED: (Party.FILER,),
}
"""Whose work list shows a demand at a stage."""


def after(stage: DemandStage, action: DemandAction) -> DemandStage | None:
    """The stage that `action` leads to, None when it is not allowed."""
    return DEMAND_TRANSITIONS.get((stage, action)) or DISPUTE_TRANSITIONS.get((stage, action))
