"""Seeing cases: the list, one with its evidence, what departments have to take from others."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

import msgspec
from django.db.models import Q, QuerySet

from jutong.control.catalogue.api import HeldItem, held_items
from jutong.control.directory.api import Actor, Permission, can, require, scope
from jutong.control.one_source.deciding import find
from jutong.control.one_source.errors import CaseNotFound
from jutong.control.one_source.holders import Holder, holders
from jutong.control.one_source.models import CaseItem, ItemCase
from jutong.control.one_source.sketches import sketches_at
from jutong.control.one_source.terms import CaseAction, CaseStatus, ClaimKind, ItemRole
from jutong.control.one_source.transitions import after
from jutong.control.one_source.values import (
    CaseFilter,
    CaseItemView,
    CaseStepView,
    CaseSummary,
    CaseView,
    ClaimView,
    DecisionsIndex,
    PairOverlap,
    PartScore,
    Place,
    SourceDecision,
    TakeFrom,
    UndecidedCase,
)
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.sketches import ColumnSketch, overlap

EVERY_CASE: Final = CaseFilter()
_FURTHEST: Final = 1_000_000
_COMPARED: Final = 8
"""Columns whose values are compared pair by pair on a page."""
_UNDECIDED: Final = (CaseStatus.FOUND.value, CaseStatus.OPEN.value)


def cases(
    actor: Actor,
    where: CaseFilter = EVERY_CASE,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[CaseSummary]:
    """Cases, those that matter most first; officers of departments see the cases of their own items."""
    start = min(max(decode_numbers(cursor, width=1)[0], 0), _FURTHEST) if cursor else 0
    rows = list(_matching(actor, where)[start : start + limit + 1])
    following = encode_cursor([start + limit]) if len(rows) > limit else None
    return Page(rows=_summaries(rows[:limit]), next_cursor=following)


def count_cases(actor: Actor, where: CaseFilter = EVERY_CASE) -> int:
    return _matching(actor, where).count()


def counts_by_status(actor: Actor) -> Mapping[CaseStatus, int]:
    """Status → cases of substantive items."""
    rows = _matching(actor, EVERY_CASE).values_list("status", flat=True)
    return {CaseStatus(status): count for status, count in Counter(rows).items()}


def _matching(actor: Actor, where: CaseFilter) -> QuerySet[ItemCase]:
    require(actor, Permission.ENTRY_READ)
    rows = ItemCase.objects.order_by("-rank", "id")
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        rows = rows.filter(Q(pk__in=_cases_of(reach)))
    if where.department:
        rows = rows.filter(pk__in=_cases_of({where.department}))
    if where.status is not None:
        rows = rows.filter(status=where.status.value)
    if where.role is not None:
        rows = rows.filter(role=where.role.value)
    if where.changed is not None:
        rows = rows.filter(changed=where.changed)
    for word in where.text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(items__name__icontains=word)).distinct()
    return rows


def _cases_of(departments: Iterable[str]) -> QuerySet[CaseItem, int]:
    held = CaseItem.objects.filter(department__code__in=list(departments), held=True)
    return held.values_list("case_id", flat=True)


def _summaries(rows: list[ItemCase]) -> tuple[CaseSummary, ...]:
    sources = {
        (item.case_id, item.service, item.field): (item.department.code, item.department.name)
        for item in CaseItem.objects.filter(
            case__in=[row for row in rows if row.source_service]
        ).select_related("department")
    }
    return tuple(
        _summary(row, sources.get((row.pk, row.source_service, row.source_field), ("", ""))) for row in rows
    )


def _summary(row: ItemCase, source: tuple[str, str]) -> CaseSummary:
    decided = row.status == CaseStatus.DECIDED.value
    return CaseSummary(
        code=row.code,
        name=row.name,
        status=CaseStatus(row.status),
        role=ItemRole(row.role),
        score=row.score,
        overlap=row.overlap,
        department_count=row.department_count,
        item_count=row.item_count,
        rank=row.rank,
        changed=row.changed,
        source_department=source[0] if decided else "",
        source_department_name=source[1] if decided else "",
        updated_at=row.updated_at,
    )


def case(actor: Actor, code: str) -> CaseView:
    """One case with its evidence; of items that are not published only those within the actor's reach.

    Raises:
        CaseNotFound: there is none, or none of its items is for the actor's eyes.
    """
    require(actor, Permission.ENTRY_READ)
    row = find(code)
    reach = scope(actor, Permission.ENTRY_READ)
    items = [
        item
        for item in row.items.select_related("department")
        if item.live or reach is None or item.department.code in reach
    ]
    if not items:
        raise CaseNotFound(case=code[:40])
    sketches = sketches_at((item.service, item.field) for item in items if item.held)
    said = {(one.service, one.field): one for one in held_items(services={item.service for item in items})}
    decided = row.status == CaseStatus.DECIDED.value
    source = (row.source_service, row.source_field) if decided else None
    return CaseView(
        summary=_summaries([row])[0],
        parts=tuple(msgspec.convert(part, PartScore) for part in row.parts),
        items=tuple(_item(item, source, sketches, said) for item in items),
        claims=_claims(row),
        steps=_steps(row),
        overlaps=_overlaps(sketches, source),
        source=source,
        reason=row.reason,
        basis=row.basis,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        revision=row.revision,
        actions=_actions(actor, row, items),
    )


def _item(
    item: CaseItem,
    source: Place | None,
    sketches: Mapping[Place, ColumnSketch],
    said: Mapping[Place, HeldItem],
) -> CaseItemView:
    place = item.service, item.field
    sketch, present = sketches.get(place), said.get(place)
    return CaseItemView(
        data_type=DataType(present.data_type) if present else None,
        length=present.length if present else None,
        meaning=Meaning(present.meaning) if present and present.meaning else None,
        code_list=present.code_list if present else "",
        data_element=present.data_element if present else "",
        description=present.description if present else "",
        service=item.service,
        field=item.field,
        name=item.name,
        department=item.department.code,
        department_name=item.department.name,
        title=item.title,
        live=item.live,
        excluded=item.excluded,
        held=item.held,
        is_source=place == source,
        distinct=sketch.distinct if sketch else None,
        rows=sketch.rows if sketch else None,
    )


def _overlaps(sketches: Mapping[Place, ColumnSketch], source: Place | None) -> tuple[PairOverlap, ...]:
    """The pairs of columns with the most values first; those of the source before all."""
    places = sorted(sketches, key=lambda place: (place != source, -sketches[place].distinct, place))
    found = []
    for left, right in combinations(places[:_COMPARED], 2):
        share = overlap(sketches[left], sketches[right])
        found.append(
            PairOverlap(
                left=left,
                right=right,
                jaccard=share.jaccard.share,
                low=share.jaccard.low,
                high=share.jaccard.high,
                left_in_right=share.left_in_right.share,
                right_in_left=share.right_in_left.share,
            )
        )
    return tuple(found)


def _claims(row: ItemCase) -> tuple[ClaimView, ...]:
    return tuple(
        ClaimView(
            department=one.department.code,
            department_name=one.department.name,
            kind=ClaimKind(one.kind),
            text=one.text,
            by_name=one.by_name,
            at=one.at,
        )
        for one in row.claims.select_related("department")
    )


def _steps(row: ItemCase) -> tuple[CaseStepView, ...]:
    return tuple(
        CaseStepView(
            action=CaseAction(step.action),
            before=CaseStatus(step.before),
            after=CaseStatus(step.after),
            by_name=step.by_name,
            at=step.at,
            note=step.note,
        )
        for step in row.steps.all()
    )


_PERMISSIONS: Final[Mapping[CaseAction, Permission]] = {
    CaseAction.OPEN: Permission.ONE_SOURCE_DECIDE,
    CaseAction.CLAIM: Permission.ONE_SOURCE_CLAIM,
    CaseAction.DECIDE: Permission.ONE_SOURCE_DECIDE,
    CaseAction.REJECT: Permission.ONE_SOURCE_DECIDE,
    CaseAction.REOPEN: Permission.ONE_SOURCE_DECIDE,
}


def _actions(actor: Actor, row: ItemCase, items: Iterable[CaseItem]) -> tuple[CaseAction, ...]:
    """What the actor may do now; an opinion is for departments that hold the item."""
    holding = {item.department.code for item in items if item.held}
    possible = []
    for action, permission in _PERMISSIONS.items():
        if after(CaseStatus(row.status), action) is None:
            continue
        departments: Iterable[str | None] = holding if action is CaseAction.CLAIM else (None,)
        if any(can(actor, permission, department) for department in departments):
            possible.append(action)
    return tuple(possible)


# What was decided, for other apps and pages


def _decisions(rows: Iterable[ItemCase]) -> dict[int, SourceDecision]:
    """Case → its decision, where its source still stands."""
    found = {row.pk: row for row in rows}
    items = CaseItem.objects.filter(case__in=list(found.values())).select_related("department")
    return {
        item.case_id: SourceDecision(
            case=found[item.case_id].code,
            name=found[item.case_id].name,
            department=item.department.code,
            department_name=item.department.name,
            service=item.service,
            field=item.field,
            title=item.title,
            reason=found[item.case_id].reason,
            basis=found[item.case_id].basis,
            decided_at=found[item.case_id].decided_at or found[item.case_id].updated_at,
        )
        for item in items
        if (item.service, item.field)
        == (found[item.case_id].source_service, found[item.case_id].source_field)
    }


def _decided() -> QuerySet[ItemCase]:
    return ItemCase.objects.filter(status=CaseStatus.DECIDED.value)


def source_of(service: str, field: str) -> SourceDecision | None:
    """Where this held item comes from by decision; the source itself for its own item; None while undecided."""
    held = CaseItem.objects.filter(service=service, field=field, held=True, excluded=False)
    rows = _decided().filter(pk__in=held.values("case_id"))
    return next(iter(_decisions(rows).values()), None)


def taken_from(service: str) -> tuple[TakeFrom, ...]:
    """The items of an entry that its department has to take from their sources, in order of field."""
    return _takes(CaseItem.objects.filter(service=service))


def must_take(actor: Actor, department: str = "") -> tuple[TakeFrom, ...]:
    """What a department (or all within the actor's reach) must take from others instead of collecting it."""
    require(actor, Permission.ENTRY_READ)
    items = CaseItem.objects.all()
    reach = scope(actor, Permission.ENTRY_READ)
    if reach is not None:
        items = items.filter(department__code__in=reach)
    if department:
        items = items.filter(department__code=department)
    return _takes(items)


def _takes(items: QuerySet[CaseItem]) -> tuple[TakeFrom, ...]:
    held = items.filter(held=True, excluded=False, case__status=CaseStatus.DECIDED.value)
    rows = list(held.select_related("department").order_by("department__code", "service", "field"))
    decisions = _decisions(_decided().filter(pk__in={row.case_id for row in rows}))
    known = holders()
    return tuple(
        TakeFrom(
            service=row.service,
            field=row.field,
            name=row.name,
            department=row.department.code,
            source=decision,
        )
        for row in rows
        if (decision := decisions.get(row.case_id)) and not _same_line(known, row.department.code, decision)
    )


def _same_line(known: Mapping[str, Holder], department: str, decision: SourceDecision) -> bool:
    """Offices of the source's own line hold its register with it."""
    ours, theirs = known.get(department), known.get(decision.department)
    return department == decision.department or bool(ours and theirs and ours.line == theirs.line)


def decisions_index() -> DecisionsIndex:
    """All decisions and open questions about substantive items at once; three queries."""
    rows = list(ItemCase.objects.filter(role=ItemRole.SUBSTANTIVE.value))
    decisions = _decisions(row for row in rows if row.status == CaseStatus.DECIDED.value)
    open_cases = {row.pk: row for row in rows if row.status in _UNDECIDED}
    held = CaseItem.objects.filter(held=True, excluded=False, case_id__in=[*decisions, *open_cases])
    decided: dict[Place, SourceDecision] = {}
    waiting: dict[int, list[tuple[Place, str]]] = {}
    for case_id, service, field, name in held.values_list("case_id", "service", "field", "department__name"):
        if case_id in decisions:
            decided[service, field] = decisions[case_id]
        else:
            waiting.setdefault(case_id, []).append(((service, field), name))
    return DecisionsIndex(
        decided=decided,
        undecided=_undecided(open_cases, waiting),
        by_key={row.key: decisions[row.pk] for row in rows if row.pk in decisions},
    )


def _undecided(
    open_cases: Mapping[int, ItemCase], waiting: Mapping[int, list[tuple[Place, str]]]
) -> dict[Place, UndecidedCase]:
    found: dict[Place, UndecidedCase] = {}
    for case_id, held in waiting.items():
        row = open_cases[case_id]
        names = tuple(sorted({name for _, name in held}))
        one = UndecidedCase(case=row.code, name=row.name, departments=names)
        found |= {place: one for place, _ in held}
    return found
