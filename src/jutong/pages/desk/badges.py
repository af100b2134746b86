"""Which colour a status has; the word says it too."""

from collections.abc import Mapping
from typing import Final

from jutong.control.approval.terms import Stage
from jutong.control.grants.terms import GrantStatus
from jutong.control.opening.terms import DatasetStatus
from jutong.pages.components import Badge, Tone
from jutong.pages.context import error_language
from jutong.vocabulary.catalogue import EntryStatus, Level
from jutong.vocabulary.terms import Term

TONES: Final[Mapping[Term, Tone]] = {
    Stage.DRAFT: Tone.NEUTRAL,
    Stage.DEPARTMENT_REVIEW: Tone.INFO,
    Stage.PROVIDER_REVIEW: Tone.INFO,
    Stage.AUTHORITY_REVIEW: Tone.INFO,
    Stage.SUPPLEMENT: Tone.WARNING,
    Stage.GRANTED: Tone.GOOD,
    Stage.DECLINED: Tone.BAD,
    Stage.WITHDRAWN: Tone.NEUTRAL,
    GrantStatus.LIVE: Tone.GOOD,
    GrantStatus.SUSPENDED: Tone.WARNING,
    GrantStatus.REVOKED: Tone.BAD,
    GrantStatus.EXPIRED: Tone.NEUTRAL,
    DatasetStatus.OPEN: Tone.GOOD,
    DatasetStatus.PREPARING: Tone.INFO,
    DatasetStatus.WITHDRAWN: Tone.NEUTRAL,
    EntryStatus.DRAFT: Tone.NEUTRAL,
    EntryStatus.SUBMITTED: Tone.INFO,
    EntryStatus.BUREAU_REVIEW: Tone.INFO,
    EntryStatus.RETURNED: Tone.WARNING,
    EntryStatus.PUBLISHED: Tone.GOOD,
    EntryStatus.WITHDRAWN: Tone.NEUTRAL,
    Level.L1: Tone.GOOD,
    Level.L2: Tone.INFO,
    Level.L3: Tone.WARNING,
    Level.L4: Tone.BAD,
}


def badge(term: Term) -> Badge:
    return Badge(text=term.label(error_language()), tone=TONES.get(term, Tone.NEUTRAL))
