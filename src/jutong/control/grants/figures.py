"""What other apps count of grants: who may use which entry."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from jutong.control.grants.models import Grant
from jutong.control.grants.terms import GrantStatus
from jutong.vocabulary.contracts import GrantPolicy


def standing_policies(at: datetime, *, service: str = "") -> Mapping[str, tuple[GrantPolicy, ...]]:
    """The policies that hold at the instant `at` by service name; of all entries or of one."""
    rows = Grant.objects.filter(status=GrantStatus.LIVE.value, valid_until__gt=at)
    if service:
        rows = rows.filter(entry__service=service)
    found: dict[str, list[GrantPolicy]] = defaultdict(list)
    for text in rows.values_list("policy", flat=True):
        policy = GrantPolicy.from_json(text)
        found[policy.service].append(policy)
    return {service: tuple(policies) for service, policies in found.items()}
