"""Comparing what a workbook says with the catalogue: what each entry would do, and which cells stand against it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from jutong.control.catalogue.api import (
    CHANGEABLE,
    DraftDiff,
    FileDraft,
    Finding,
    WholeEntry,
    check_many,
    circles_of,
    diff_drafts,
    entries_held,
    file_contexts,
    lint_entry,
    services_given,
    titles_in_use,
)
from jutong.control.catalogue.errors import ClassificationInvalid, DraftInvalid, RelationCircular
from jutong.control.directory.api import Actor, DepartmentView, Permission, departments, scope, systems
from jutong.control.interchange.columns import ENTRY_COLUMNS, ITEM_SHEET
from jutong.control.interchange.problems import in_order, problem
from jutong.control.interchange.terms import Outcome
from jutong.control.interchange.values import CellProblem, SheetEntry, WorkbookReading
from jutong.kernel.errors import JutongError
from jutong.kernel.text import normalise

NOTHING: Final = DraftDiff()
COLUMN_OF: Final = {
    name: column.key for column in ENTRY_COLUMNS for name in (column.zh, column.en, column.key)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One entry of the file with the names in it looked up, and what writing it does."""

    entry: SheetEntry
    provider: str
    """Code of the department; as written where it is unknown."""
    provider_name: str
    outcome: Outcome
    service: str = ""
    revision: int | None = None
    diff: DraftDiff = NOTHING
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the directory and the catalogue hold, looked up once for the whole file."""

    departments: Mapping[str, DepartmentView]
    """By code, name, short name and unified social credit code, normalised."""
    systems: Mapping[tuple[str, str], str]
    """(department, code or name) → code."""
    reach: frozenset[str] | None
    held: Mapping[str, WholeEntry]
    by_code: Mapping[str, WholeEntry]
    titles: Mapping[tuple[str, str], str]
    given: frozenset[str]


def judge(
    actor: Actor, reading: WorkbookReading, at: datetime
) -> tuple[tuple[Judgement, ...], tuple[CellProblem, ...]]:
    """What each entry would do, and all problems of the file: those of reading and those of the comparison."""
    known = _look_up(actor, reading.entries)
    judgements: list[Judgement] = []
    problems = list(reading.problems)
    for entry in reading.entries:
        found = list(_compare(reading, entry, known))
        judgement = found.pop()
        assert isinstance(judgement, Judgement)
        problems += [one for one in found if isinstance(one, CellProblem)]
        judgements.append(judgement)
    refused = _refusals(reading, judgements, _circles(judgements, known))
    problems += [one for one in refused if one is not None]
    judgements = [
        replace(one, outcome=Outcome.WRONG) if refusal else one
        for one, refusal in zip(judgements, refused, strict=True)
    ]
    return tuple(_linted(judgements, at)), tuple(sorted(problems, key=in_order))


def _look_up(actor: Actor, entries: Sequence[SheetEntry]) -> _Known:
    active = departments()
    names = {
        normalise(name): one
        for one in active
        for name in (one.short_name, one.name, one.uscc, one.code)
        if name
    }
    held = entries_held((one.service for one in entries), (one.code for one in entries if one.code))
    owners = {found.code for one in entries if (found := names.get(normalise(one.provider)))}
    return _Known(
        departments=names,
        systems={(one.department, text): one.code for one in systems() for text in (one.name, one.code)},
        reach=scope(actor, Permission.ENTRY_IMPORT),
        held=held,
        by_code={one.code: one for one in held.values() if one.code},
        titles=titles_in_use(owners),
        given=services_given(one.service for one in entries if one.service),
    )


def _compare(reading: WorkbookReading, entry: SheetEntry, known: _Known) -> Iterator[CellProblem | Judgement]:
    """The problems of one entry, and at the end its judgement."""

    def wrong(code: str, key: str, **blanks: Any) -> CellProblem:
        return problem(code, entry.sheet, reading.cell(entry.sheet, key, entry.row), **blanks)

    found: list[CellProblem] = []
    owner = known.departments.get(normalise(entry.provider))
    if owner is None:
        found.append(wrong("provider_unknown", "provider"))
    elif entry.provider_uscc and entry.provider_uscc != owner.uscc:
        found.append(wrong("provider_differs", "provider_uscc"))
    elif known.reach is not None and owner.code not in known.reach:
        found.append(wrong("provider_forbidden", "provider"))
    code = owner.code if owner else entry.provider
    if owner and entry.draft.system:
        system = known.systems.get((owner.code, entry.draft.system.strip()))
        if system is None:
            found.append(wrong("system_unknown", "system"))
        else:
            entry = replace(entry, draft=replace(entry.draft, system=system))
    held, fault = (None, None) if found else _own_entry(entry, code, known)
    if fault:
        found.append(wrong(*fault))
    if held and held.status not in CHANGEABLE:
        found.append(wrong("under_review", "title", status_zh=held.status.zh, status_en=held.status.en))
    if not found and held is None and (code, entry.draft.title) in known.titles:
        # A list that is read again brings its titles again; in the template it would be a second entry.
        known_as = known.titles[code, entry.draft.title]
        found.append(wrong("title_exists", "title", service=known_as, warning=not reading.template_version))
    yield from found
    yield _judgement(entry, code, owner.name if owner else entry.provider, held, found)


def _own_entry(
    entry: SheetEntry, provider: str, known: _Known
) -> tuple[WholeEntry | None, tuple[str, str] | None]:
    """The entry that the row means, or what is wrong with the names by which it calls it (problem, column)."""
    by_service, by_code = known.held.get(entry.service), known.by_code.get(entry.code)
    if entry.code and by_code is None:
        return None, ("code_unknown", "code")
    if by_service and by_code and by_service.service != by_code.service:
        return None, ("identity_differs", "service")
    held = by_service or by_code
    if held is None:
        return None, ("service_taken", "service") if entry.service in known.given else None
    if entry.service and entry.service != held.service:
        return None, ("identity_differs", "service")
    if held.provider != provider:
        visible = known.reach is None or held.provider in known.reach
        return None, ("provider_changed", "provider") if visible else ("service_taken", "service")
    return held, None


def _judgement(
    entry: SheetEntry,
    provider: str,
    name: str,
    held: WholeEntry | None,
    found: Sequence[CellProblem],
) -> Judgement:
    diff = diff_drafts(held.draft, entry.draft) if held and not found else NOTHING
    outcome = Outcome.CREATE if held is None and not found else Outcome.CHANGE if diff else Outcome.SAME
    if any(not one.warning for one in found):
        outcome = Outcome.WRONG
    return Judgement(
        entry=entry,
        provider=provider,
        provider_name=name,
        outcome=outcome,
        service=held.service if held else entry.service,
        revision=held.revision if held else None,
        diff=diff,
    )


def _circles(judgements: Sequence[Judgement], known: _Known) -> Mapping[str, JutongError]:
    """The service of each entry whose related codes would lead back to it → what is wrong."""
    services = {
        held.code: one.service
        for one in judgements
        if (held := known.held.get(one.service)) and held.code and one.outcome is not Outcome.WRONG
    }
    drafts = {one.service: one.entry.draft for one in judgements}
    found = circles_of({code: drafts[service] for code, service in services.items()})
    return {services[code]: error for code, error in found.items()}


def _refusals(
    reading: WorkbookReading, judgements: Sequence[Judgement], circles: Mapping[str, JutongError]
) -> list[CellProblem | None]:
    """What the catalogue would refuse to store of each, said of its row."""
    checked = check_many(one.entry.draft for one in judgements)
    refused = (error or circles.get(one.service) for one, error in zip(judgements, checked, strict=True))
    return [
        _refusal(reading, one.entry, error) if error else None
        for one, error in zip(judgements, refused, strict=True)
    ]


def _refusal(reading: WorkbookReading, entry: SheetEntry, error: JutongError) -> CellProblem:
    if isinstance(error, ClassificationInvalid):
        where = reading.cell(entry.sheet, "classification", entry.row)
        return problem("classification_unknown", entry.sheet, where)
    place = str(error.detail.get("place", "")) if isinstance(error, DraftInvalid) else ""
    if isinstance(error, RelationCircular):
        place = "related_codes"
    sheet, where = address_of(reading, entry, place)
    return problem(
        "draft_refused", sheet, where, reason_zh=error.message("zh"), reason_en=error.message("en")
    )


def address_of(reading: WorkbookReading, entry: SheetEntry, place: str) -> tuple[str, str]:
    """(sheet, cell) of an element or of an item, known by any of its names; the title's where it is neither."""
    said = {place, *place.split(" / "), place.split(" ", maxsplit=1)[0]}
    for row, item in zip(entry.item_rows, entry.draft.items, strict=False):
        if said & {item.field, item.name}:
            return ITEM_SHEET, reading.cell(ITEM_SHEET, "name", row)
    key = next((COLUMN_OF[name] for name in said if name in COLUMN_OF), "title")
    return entry.sheet, reading.cell(entry.sheet, key, entry.row)


def _linted(judgements: Sequence[Judgement], at: datetime) -> Iterator[Judgement]:
    """Each judgement with what the rules say of its draft among the others of the file."""
    drafts = [
        FileDraft(service=one.service or f"#{one.entry.row}", provider=one.provider, draft=one.entry.draft)
        for one in judgements
    ]
    for one, context in zip(judgements, file_contexts(drafts, at), strict=True):
        if one.outcome in {Outcome.WRONG, Outcome.SAME}:
            yield one
        else:
            yield replace(one, findings=lint_entry(one.entry.draft, context))
