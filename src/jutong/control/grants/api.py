"""Use cases of grants: the only door for other apps, pages, processes and the demo."""

from jutong.control.grants.compiling import compile_policy, policy_digest
from jutong.control.grants.figures import standing_policies
from jutong.control.grants.life import (
    compile_grant,
    count_live,
    expire_grants,
    grant,
    grants,
    resume,
    revoke,
    suspend,
)
from jutong.control.grants.moving import move_grants
from jutong.control.grants.snapshot import compile_snapshot, publish_snapshot
from jutong.control.grants.terms import GrantAction, GrantStatus, Side
from jutong.control.grants.values import (
    EVERY_GRANT,
    GrantFilter,
    GrantRequest,
    GrantStepView,
    GrantView,
)

__all__ = [
    "EVERY_GRANT",
    "GrantAction",
    "GrantFilter",
    "GrantRequest",
    "GrantStatus",
    "GrantStepView",
    "GrantView",
    "Side",
    "compile_grant",
    "compile_policy",
    "compile_snapshot",
    "count_live",
    "expire_grants",
    "grant",
    "grants",
    "move_grants",
    "policy_digest",
    "publish_snapshot",
    "resume",
    "revoke",
    "standing_policies",
    "suspend",
]
