"""Seeing entries: one, a list, a search, past versions, contracts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Count, Q

from jutong.control.catalogue.classification import path_of
from jutong.control.catalogue.controls import control_set, under_controls
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.catalogue.models import Entry, EntryVersion
from jutong.control.catalogue.rows import draft_from, summary_from, working_draft
from jutong.control.catalogue.search.query import count, summaries
from jutong.control.catalogue.search.values import SearchQuery
from jutong.control.catalogue.store import find
from jutong.control.catalogue.terms import EntryAction
from jutong.control.catalogue.transitions import after, permission_for
from jutong.control.catalogue.values import (
    EVERY_ENTRY,
    EntryDraft,
    EntryFilter,
    EntrySummary,
    EntryView,
    StepView,
    VersionView,
)
from jutong.control.directory.api import Actor, Permission, can, require
from jutong.kernel.clock import SHANGHAI
from jutong.kernel.paging import DEFAULT_LIMIT, Page
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.contracts import EntryContract


def require_visible(actor: Actor, entry: Entry) -> None:
    """Live entries are for all who may see entries; others for their own department and the bureau.

    Raises:
        PermissionDenied: no permission to see entries at all.
        EntryNotFound: the entry is not for the actor's eyes, so it is as if it were not there.
    """
    require(actor, Permission.ENTRY_READ)
    if not entry.live and not can(actor, Permission.ENTRY_READ, entry.provider.code):
        raise EntryNotFound(service=entry.service)


def seen_draft(actor: Actor, entry: Entry) -> EntryDraft:
    """What the actor may see of the entry: as it is being edited for its department and the bureau, else what holds."""
    if can(actor, Permission.ENTRY_READ, entry.provider.code):
        return working_draft(entry)
    return draft_from(entry)


def entry(actor: Actor, service: str) -> EntryView:
    """One entry whole; a pending change is shown to its department and the bureau only.

    Raises:
        EntryNotFound: there is none, or it is not published and belongs to another department.
    """
    row = find(service)
    require_visible(actor, row)
    present = draft_from(row)
    insider = bool(can(actor, Permission.ENTRY_READ, row.provider.code))
    status = EntryStatus(row.status)
    actions = tuple(
        action
        for action in EntryAction
        if after(status, action, live=row.live) is not None
        and can(actor, permission_for(status, action), row.provider.code)
    )
    return EntryView(
        summary=summary_from(row, item_count=len(present.items)),
        provider_uscc=row.provider.uscc,
        classification_path=path_of(row.classification_id or ""),
        present=present,
        working=working_draft(row) if insider else present,
        revision=row.revision,
        steps=tuple(_steps(row)) if insider else (),
        actions=actions,
    )


def _steps(row: Entry) -> list[StepView]:
    return [
        StepView(
            action=EntryAction(step.action),
            before=EntryStatus(step.before),
            after=EntryStatus(step.after),
            by_name=step.by_name,
            at=step.at,
            reason=step.reason,
            version=step.version,
        )
        for step in row.steps.all()
    ]


def entries(
    actor: Actor,
    where: EntryFilter = EVERY_ENTRY,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[EntrySummary]:
    """Entries that the actor may see: best matches first where there is text, else the newest."""
    rows, following = summaries(actor, SearchQuery(where=where, limit=limit, cursor=cursor))
    return Page(rows=rows, next_cursor=following)


def count_entries(actor: Actor, where: EntryFilter = EVERY_ENTRY) -> int:
    """How many entries `entries` would list in all."""
    return count(actor, where)


def versions(actor: Actor, service: str) -> tuple[VersionView, ...]:
    """Every published version, the newest first."""
    row = find(service)
    require_visible(actor, row)
    return tuple(
        _version_view(version) for version in row.versions.select_related("published_by").order_by("-number")
    )


def as_it_was(actor: Actor, service: str, on: date) -> VersionView | None:
    """The version that was published last by the end of the day `on` (Asia/Shanghai)."""
    row = find(service)
    require_visible(actor, row)
    end = datetime.combine(on, time.max, SHANGHAI)
    version = (
        row.versions.select_related("published_by").filter(published_at__lte=end).order_by("-number").first()
    )
    return _version_view(version) if version else None


def _version_view(version: EntryVersion) -> VersionView:
    return VersionView(
        number=version.number,
        published_at=version.published_at,
        published_by=version.published_by.display_name if version.published_by else "",
        reason=version.reason,
        draft=EntryDraft.from_json(version.draft),
    )


def contract_of(service: str) -> EntryContract:
    """The contract of the live published version, with what the city's controls demand of its levels now.

    Raises:
        EntryNotFound: there is none, or it is withdrawn.
    """
    row = Entry.objects.filter(service=service, live=True).first()
    if row is None or row.published_version is None:
        raise EntryNotFound(service=service)
    version = row.versions.get(number=row.published_version)
    return under_controls(EntryContract.from_json(version.contract), control_set().controls)


def live_contracts() -> tuple[EntryContract, ...]:
    """The contracts of all live entries, by service name."""
    live = Entry.objects.filter(live=True).values_list("pk", "published_version")
    numbers = dict(live)
    versions = EntryVersion.objects.filter(entry__live=True)
    controls = control_set().controls
    contracts = [
        under_controls(EntryContract.from_json(version.contract), controls)
        for version in versions
        if numbers.get(version.entry_id) == version.number
    ]
    return tuple(sorted(contracts, key=lambda contract: contract.service))


def summaries_of(ids: Sequence[int]) -> Mapping[int, EntrySummary]:
    """Summaries of the live entries among `ids` (keys of rows), by key; for what other apps show of an entry."""
    rows = (
        Entry.objects.filter(pk__in=ids, live=True)
        .select_related("provider")
        .annotate(item_count=Count("items"))
    )
    return {row.pk: summary_from(row, item_count=row.item_count) for row in rows}


def counts_by_provider() -> Mapping[str, tuple[int, int]]:
    """(live entries, all entries drawn up and not withdrawn) per department code."""
    withdrawn = Q(status=EntryStatus.WITHDRAWN.value)
    rows = Entry.objects.values("provider__code").annotate(
        live_count=Count("id", filter=Q(live=True)), all_count=Count("id", filter=~withdrawn | Q(live=True))
    )
    return {row["provider__code"]: (row["live_count"], row["all_count"]) for row in rows}


def entry_id(service: str) -> int:
    """The key of an entry's row, for the foreign keys of other apps."""
    return find(service).pk
