"""What a delivery is landed by, beside its contract: the officer's policy, what was there before, the keys."""

from dataclasses import dataclass, field
from typing import Final

from jutong.vocabulary.collection import CollectionPolicy, DriftFinding
from jutong.vocabulary.contracts import RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingTerms:
    """The defaults protect: nothing is emptied or shrunk, and refused rows are kept without their content."""

    policy: CollectionPolicy = field(default_factory=CollectionPolicy)
    before: RunReport | None = None
    """The newest successful run's report: what drift is told by."""
    confirmed: tuple[DriftFinding, ...] = ()
    """What a person has seen and said yes to."""
    sealing_key: bytes | None = field(default=None, repr=False)
    """What the content of refused rows is encrypted with (SM4); None: their content is not kept."""
    dry_run: bool = False
    """Read, check and report, and land nothing."""
    position: str = ""
    """Where reading the source goes on after this delivery; kept with its rows, in one commit."""
    position_told: str = ""
    """The position as people are shown it, where it is long; else it is shown as it is."""
    after: str | None = None
    """The position that the pool must still stand at when the rows land; None: any."""
    withdrawn: str = ""
    """The run whose rows this delivery takes the place of: they go in the same commit."""
    noticed: tuple[DriftFinding, ...] = ()
    """What is known to differ before the delivery is read."""


DEFAULT_TERMS: Final = LandingTerms()
