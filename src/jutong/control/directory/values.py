"""Frozen values that the directory gives to other apps and to pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jutong.control.directory.roles import CITY_WIDE, ROLE_PERMISSIONS, Permission, Role
from jutong.control.directory.terms import DepartmentKind, MovedNoun, RegionLevel, SystemStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorMembership:
    """One role of an actor; `covers` are the codes of the department and of all below it."""

    department: str
    department_name: str
    role: Role
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person with their roles as they are now, or the platform itself."""

    person_id: int | None
    username: str
    display_name: str
    memberships: tuple[ActorMembership, ...] = ()
    granted: frozenset[Permission] = frozenset()
    """Permissions held without a membership: the platform's own actors only."""
    language: str = "zh-hans"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(membership.role for membership in self.memberships)

    @property
    def is_city_wide(self) -> bool:
        """True for the administrators and the bureau's people, whose roles reach every department."""
        return bool(self.roles & CITY_WIDE)

    @property
    def departments(self) -> frozenset[str]:
        """Codes of the departments for which the actor holds any role, and of those below them."""
        return frozenset().union(*(m.covers | {m.department} for m in self.memberships))

    @property
    def home_department(self) -> str:
        """The department of the first membership, "" for the platform's own actors."""
        return self.memberships[0].department if self.memberships else ""

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything the actor may do somewhere; menus are made from it."""
        return self.granted.union(*(ROLE_PERMISSIONS[role] for role in self.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an act is allowed, and why (or why not)."""

    allowed: bool
    reason_zh: str
    reason_en: str

    def __bool__(self) -> bool:
        return self.allowed

    def reason(self, language: str = "zh") -> str:
        return self.reason_zh if language.startswith("zh") else self.reason_en


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionView:
    code: str
    name: str
    level: RegionLevel
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentView:
    code: str
    name: str
    short_name: str
    uscc: str
    kind: DepartmentKind
    region: str
    region_name: str
    parent: str | None
    active: bool
    successor: str | None = None
    """Who took over, once the department was merged into another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One thing that a restructuring moved from a department to another, or renamed with it."""

    noun: MovedNoun
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemView:
    code: str
    name: str
    department: str
    department_name: str
    status: SystemStatus
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView:
    id: int
    department: str
    department_name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    id: int
    username: str
    display_name: str
    active: bool
    language: str
    memberships: tuple[MembershipView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """A client system; never with its secret."""

    client_id: str
    name: str
    department: str
    department_name: str
    system: str | None
    active: bool
    created_at: datetime
    rotated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedClient:
    """A client system with its new secret, which is shown this once and never again."""

    client: ClientView
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEventView:
    sequence: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    object_type: str
    object_id: str
    department: str
    outcome: str
    """`done` or `denied`."""
    detail: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """Whether the chain of audit events is whole; if not, the first bad event and what is wrong with it."""

    intact: bool
    events: int
    first_bad: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A personal access token without its secret."""

    token_id: str
    name: str
    may_write: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A new token with its secret, which is shown this once."""

    token: TokenView
    secret: str
