"""What the rules of the linter may know, gathered from the control database: for one draft, or once for all of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from jutong.control.catalogue.codes import CodeWidths, class_of
from jutong.control.catalogue.every_draft import StandingRow, standing_rows
from jutong.control.catalogue.lint import (
    KnownSystem,
    LintContext,
    RecordFacts,
    Titles,
    content_of,
    system_names,
)
from jutong.control.catalogue.models import (
    AllocatedCode,
    Classification,
    Entry,
    LevelConfirmation,
)
from jutong.control.catalogue.rows import draft_from
from jutong.control.catalogue.settings import CatalogueSettings
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import SystemStatus, department, departments, systems
from jutong.control.duties.api import named
from jutong.control.standards.api import standards_index
from jutong.kernel.clock import business_date
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.divisions import valid_codes, was_ever_valid

DEFAULTS: Final = CatalogueSettings()


def context_for(draft: EntryDraft, *, provider: str, at: datetime, service: str = "") -> LintContext:
    """What the rules may know of the catalogue around one draft; `service` is its own entry's, if it has one.

    Raises:
        NotFound: there is no such department.
    """
    today = business_date(at)
    owner = department(provider)
    others = Entry.objects.exclude(status=EntryStatus.WITHDRAWN.value).exclude(service=service)
    row = Entry.objects.select_related("system").filter(service=service).first() if service else None
    asked = {*draft.related_codes, *([row.code] if row is not None and row.code else [])}
    return LintContext(
        today=today,
        service=service,
        provider=provider,
        provider_uscc=owner.uscc,
        provider_active=owner.active,
        region_in_force=_in_force(owner.region, today),
        titles=Titles.of(others.values_list("service", "title")),
        codes=dict(AllocatedCode.objects.filter(code__in=asked).values_list("code", "service")),
        classes=_classes(),
        systems=_systems(),
        duties=frozenset(named(draft.duties)) if draft.duties else None,
        standards=standards_index(today),
        record=_being_edited(row) if row is not None else None,
    )


def _being_edited(row: Entry) -> RecordFacts:
    """Of an entry that is being edited only what its officer can act on."""
    return RecordFacts(code=row.code or "", published=draft_from(row) if row.pending and row.live else None)


def _in_force(region: str, today: date) -> bool:
    # Development zones and the like have codes of their own, which no list can say anything about.
    return not was_ever_valid(region) or region in valid_codes(today)


def _classes() -> Mapping[str, str]:
    return dict(Classification.objects.values_list("code", "name"))


def _systems() -> Mapping[str, KnownSystem]:
    return {
        system.code: KnownSystem(
            name=system.name,
            department=system.department,
            running=system.status is SystemStatus.RUNNING,
        )
        for system in systems()
    }


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """An entry that is not withdrawn, as it is being edited or published, with what the rules may know of it."""

    key: int
    service: str
    title: str
    provider: str
    status: EntryStatus
    draft: EntryDraft
    context: LintContext


def standing_entries(at: datetime, *, settings: CatalogueSettings = DEFAULTS) -> tuple[StandingEntry, ...]:
    """Every entry that is not withdrawn, by service name; what the contexts share is gathered once."""
    rows = tuple(standing_rows())
    drafts = {row.service: _working(row) for row in rows}
    shared = _shared({service: draft.title for service, draft in drafts.items()}, drafts, at)
    providers = _providers(shared)
    given = defaultdict(list)
    for code, service in (shared.codes or {}).items():
        given[service].append(code)
    widths = CodeWidths.parse(settings.code_widths)
    confirmed = _confirmed()
    return tuple(
        _standing(
            row,
            drafts[row.service],
            replace(
                providers[row.provider],
                service=row.service,
                record=_record(row, tuple(given.get(row.service, ())), widths, confirmed),
            ),
        )
        for row in rows
    )


def standing_entry(
    service: str, at: datetime, *, settings: CatalogueSettings = DEFAULTS
) -> StandingEntry | None:
    """One entry with the whole of what the catalogue knows around it; None when there is none, or it is withdrawn."""
    row = next(standing_rows(service), None)
    if row is None:
        return None
    draft = _working(row)
    given = tuple(AllocatedCode.objects.filter(service=service).values_list("code", flat=True))
    widths = CodeWidths.parse(settings.code_widths)
    context = context_for(draft, provider=row.provider, at=at, service=service)
    return _standing(
        row, draft, replace(context, record=_record(row, given, widths, _confirmed(service=service)))
    )


def _working(row: StandingRow) -> EntryDraft:
    return EntryDraft.from_json(row.pending) if row.pending else row.present


def _standing(row: StandingRow, draft: EntryDraft, context: LintContext) -> StandingEntry:
    return StandingEntry(
        key=row.pk,
        service=row.service,
        title=draft.title,
        provider=row.provider,
        status=EntryStatus(row.status),
        draft=draft,
        context=context,
    )


def _confirmed(*, service: str = "") -> Mapping[tuple[int, str], str]:
    """The level that was confirmed last, by key of the entry and item."""
    rows = LevelConfirmation.objects.order_by("id")
    if service:
        rows = rows.filter(entry__service=service)
    return {(entry, field): level for entry, field, level in rows.values_list("entry_id", "field", "level")}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDraft:
    """A draft that stands in a file. `service` is its own entry's, or any name unique in the file for a new one."""

    service: str
    provider: str
    draft: EntryDraft


def file_contexts(drafts: Sequence[FileDraft], at: datetime) -> Iterator[LintContext]:
    """What the rules may know of each draft among the others of the file and the catalogue, as if it were imported."""
    standing = Entry.objects.exclude(status=EntryStatus.WITHDRAWN.value).values_list("service", "title")
    titles = {**dict(standing), **{one.service: one.draft.title for one in drafts}}
    shared = _shared(titles, {one.service: one.draft for one in drafts}, at)
    providers = _providers(shared)
    for one in drafts:
        yield replace(providers.get(one.provider, shared), service=one.service)


def _shared(titles: Mapping[str, str], drafts: Mapping[str, EntryDraft], at: datetime) -> LintContext:
    contents: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for service, draft in drafts.items():
        contents[content_of(draft)].add(service)
    known = _systems()
    return LintContext(
        today=business_date(at),
        titles=Titles.of(titles.items()),
        contents={content: frozenset(services) for content, services in contents.items()},
        codes=dict(AllocatedCode.objects.values_list("code", "service")),
        classes=_classes(),
        systems=known,
        system_names=system_names(known),
        duties=frozenset(named(sorted({code for draft in drafts.values() for code in draft.duties}))),
        standards=standards_index(business_date(at)),
    )


def _providers(shared: LintContext) -> Mapping[str, LintContext]:
    """What is known around the entries of each department."""
    return {
        owner.code: replace(
            shared,
            provider=owner.code,
            provider_uscc=owner.uscc,
            provider_active=owner.active,
            region_in_force=_in_force(owner.region, shared.today),
        )
        for owner in departments(active_only=False)
    }


def _record(
    row: StandingRow, given: tuple[str, ...], widths: CodeWidths, confirmed: Mapping[tuple[int, str], str]
) -> RecordFacts:
    code, items = row.code or "", row.present.items if row.live else ()
    return RecordFacts(
        code=code,
        codes_given=given,
        code_fits=widths.is_code(code) and class_of(code) == row.present.resource_class if code else True,
        status=EntryStatus(row.status),
        live=row.live,
        version=row.published_version or 1,
        published_on=row.published_on,
        reason=row.reason or "",
        published=row.present if row.pending and row.live else None,
        updated_on=business_date(row.updated_at),
        review_due_on=row.review_due_on,
        unconfirmed=tuple([item.name for item in items if confirmed.get((row.pk, item.field)) != item.level]),
    )
