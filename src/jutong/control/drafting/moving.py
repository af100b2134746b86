"""What a merger of departments changes in drafting: whose the open proposals are."""

from jutong.control.directory.api import Actor, Permission, department_id, require
from jutong.control.drafting.models import Proposal
from jutong.control.drafting.store import OPEN


def move_proposals(actor: Actor, before: str, after: str) -> None:
    """Proposals of the department `before` that are open wait for `after`; what was settled stays as it was."""
    require(actor, Permission.RESTRUCTURE)
    rows = Proposal.objects.filter(provider__code=before, status__in=[status.value for status in OPEN])
    rows.update(provider_id=department_id(after))
