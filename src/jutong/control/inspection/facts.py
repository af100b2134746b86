"""What stands around entries in the whole platform: hooks, grants, lists, portal; gathered once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.api import HookFacts, LintContext, StandingEntry, UseFacts
from jutong.control.collection.api import LastDelivery, Punctuality, last_deliveries, standing_bindings
from jutong.control.collection.values import BindingView
from jutong.control.directory.api import city_calendar, city_limit, client_keys
from jutong.control.grants.api import standing_policies
from jutong.control.inspection.values import Observations
from jutong.control.lists.api import responsibility_facts
from jutong.control.one_source.api import DecisionsIndex, decisions_index
from jutong.control.opening.api import open_services
from jutong.kernel.clock import business_date
from jutong.vocabulary.contracts import GrantPolicy
from jutong.vocabulary.time_limits import due_date

HOOK_LIMIT: Final = "C1"
OUT_OF_REACH: Final = frozenset(
    f"connectors.{reason}"
    for reason in (
        "source_unreachable", "source_refused", "database_missing", "table_missing", "file_missing", "database_damaged",
    )
)  # fmt: skip
"""Codes of failed runs that say the source does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The platform around the catalogue at one instant."""

    observed: Observations
    bindings: Mapping[str, BindingView]
    deliveries: Mapping[str, LastDelivery]
    policies: Mapping[str, tuple[GrantPolicy, ...]]
    active_clients: frozenset[str]
    on_portal: frozenset[str]
    sourcing: DecisionsIndex
    uncovered: frozenset[str] | None
    """Live entries on no responsibility list; None while no list was drawn up."""

    def around(self, entry: StandingEntry) -> LintContext:
        """What the rules may know of `entry` with all this."""
        record = entry.context.record
        context = replace(
            entry.context, undecided=self._undecided(entry), sources=self._taken_from_elsewhere(entry)
        )
        if record is None or not record.live:
            return context
        uncovered = self.uncovered
        return replace(
            context,
            hook=self._hook(entry.service, record.published_on),
            use=self._use(entry.service),
            responsible=None if uncovered is None else entry.service not in uncovered,
        )

    def _undecided(self, entry: StandingEntry) -> tuple[str, ...]:
        asked = self.sourcing.undecided
        return tuple(item.name for item in entry.draft.items if (entry.service, item.field) in asked)

    def _taken_from_elsewhere(self, entry: StandingEntry) -> tuple[tuple[str, str], ...]:
        found = ((item, self.sourcing.decided.get((entry.service, item.field))) for item in entry.draft.items)
        return tuple(
            (item.name, decision.department_name)
            for item, decision in found
            if decision is not None and decision.department != entry.provider
        )

    def _hook(self, service: str, published_on: date | None) -> HookFacts:
        binding = self.bindings.get(service)
        if binding is None:
            return HookFacts(bound=False, due_on=_hook_due(published_on) if published_on else None)
        last = self.deliveries.get(service, LastDelivery())
        return HookFacts(
            bound=True,
            columns=self.observed.columns.get(service, ()),
            mapping={field: column for column, field in (binding.mapping or {}).items()},
            missing=last.missing_columns,
            extra=last.extra_columns,
            last_success_on=business_date(binding.last_success_at) if binding.last_success_at else None,
            last_rows=binding.last_rows,
            late=binding.punctuality is Punctuality.LATE,
            unreachable=last.error_code in OUT_OF_REACH,
            score=binding.last_score,
        )

    def _use(self, service: str) -> UseFacts | None:
        if self.observed.calls is None:
            return None
        policies = self.policies.get(service, ())
        keyless = sum(not self.active_clients & set(policy.clients) for policy in policies)
        return UseFacts(
            last_call_on=self.observed.calls.get(service),
            grants=len(policies),
            keyless=keyless,
            on_portal=service in self.on_portal,
        )


@lru_cache(maxsize=10_000)
def _hook_due(published_on: date) -> date:
    """By when an entry that was published on that day is to be hooked; the city's limits are read once a process."""
    return due_date(city_limit(HOOK_LIMIT), published_on, calendar=city_calendar())


def gather(at: datetime, observed: Observations, *, live: int = 0, service: str = "") -> Facts:
    """The facts around all entries, of which `live` are live; or around one, then without the lists."""
    return Facts(
        observed=observed,
        bindings={binding.service: binding for binding in standing_bindings(at, service=service)},
        deliveries=last_deliveries(service=service),
        policies=standing_policies(at, service=service),
        active_clients=frozenset(client.client_id for client in client_keys() if client.active),
        on_portal=open_services(),
        sourcing=decisions_index(),
        uncovered=None if service else _uncovered(live),
    )


def _uncovered(live: int) -> frozenset[str] | None:
    uncovered = frozenset(responsibility_facts().uncovered)
    return uncovered if len(uncovered) < live else None
