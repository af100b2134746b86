"""Detection over the whole catalogue: groups become cases, cases follow what departments hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import F

from jutong.control.directory.api import Actor, AuditAction, Permission, department_id, record, require
from jutong.control.one_source.grouping import groups_of
from jutong.control.one_source.holders import Holder, holders, item_facts
from jutong.control.one_source.models import CaseItem, CaseStep, Holding, ItemCase
from jutong.control.one_source.naming import Naming, with_subjects
from jutong.control.one_source.sketches import SketchShelf, samples
from jutong.control.one_source.terms import CaseAction, CaseStatus, ItemRole
from jutong.control.one_source.transitions import after
from jutong.control.one_source.values import Group, ItemFact, Place
from jutong.control.standards.api import StandardsIndex, standards_index
from jutong.kernel.clock import SHANGHAI, Clock

_AT_ONCE = 1000
S = CaseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionReport:
    """What a detection found: items looked at, groups, and what became of the cases."""

    items: int
    groups: int
    made: int
    changed: int
    closed: int


def detect(actor: Actor, *, clock: Clock) -> DetectionReport:
    """Compare every item of the catalogue and bring the cases up to date; what was decided stays decided."""
    require(actor, Permission.ONE_SOURCE_DECIDE)
    return _detect(actor, clock)


def follow_catalogue(actor: Actor, *, clock: Clock) -> DetectionReport:
    """The same as a job of the platform."""
    require(actor, Permission.RUN_EXECUTE)
    return _detect(actor, clock)


def _detect(actor: Actor, clock: Clock) -> DetectionReport:
    known, now = holders(), clock.now()
    facts = list(item_facts(known))
    index = standards_index(now.astimezone(SHANGHAI).date())
    groups = groups_of(facts, index, sketches=SketchShelf(), samples=samples())
    with transaction.atomic():
        report = _Bringing(actor, known, now).cases(groups, len(facts))
        _keep_holdings(facts, index)
        record(
            actor,
            AuditAction.ONE_SOURCE_DETECT,
            at=now,
            object_type="one_source",
            object_id="*",
            detail={"items": report.items, "groups": report.groups, "made": report.made},
        )
    return report


class _Bringing:
    """Brings the stored cases to what was found, within one transaction."""

    def __init__(self, actor: Actor, known: Mapping[str, Holder], now: datetime) -> None:
        self.actor, self.known, self.now = actor, known, now
        self.departments = {code: department_id(code) for code in known}
        self.steps: list[CaseStep] = []

    def cases(self, groups: Sequence[Group], items: int) -> DetectionReport:
        stored = {case.key: case for case in ItemCase.objects.all()}
        held: dict[int, dict[Place, CaseItem]] = {}
        for row in CaseItem.objects.all():
            held.setdefault(row.case_id, {})[row.service, row.field] = row
        found = {group.key[:255]: group for group in groups}
        made = self._make([group for key, group in found.items() if key not in stored])
        changed = sum(
            self._follow(case, found.get(key), held.get(case.pk, {})) for key, case in stored.items()
        )
        CaseStep.objects.bulk_create(self.steps, batch_size=_AT_ONCE)
        closed = sum(step.action == CaseAction.CLOSE.value for step in self.steps)
        return DetectionReport(items=items, groups=len(groups), made=made, changed=changed, closed=closed)

    def _make(self, groups: Sequence[Group]) -> int:
        cases = [
            ItemCase(
                key=group.key[:255],
                status=S.FOUND.value,
                created_at=self.now,
                updated_at=self.now,
                **_figures(group),
            )
            for group in groups
        ]
        ItemCase.objects.bulk_create(cases, batch_size=_AT_ONCE)
        rows = (
            self._row(case, fact) for case, group in zip(cases, groups, strict=True) for fact in group.members
        )
        CaseItem.objects.bulk_create(rows, batch_size=_AT_ONCE)
        return len(cases)

    def _row(self, case: ItemCase, fact: ItemFact) -> CaseItem:
        return CaseItem(
            case=case,
            service=fact.service,
            field=fact.field,
            name=fact.name,
            department_id=self.departments[fact.department],
            title=fact.title,
            live=fact.live,
        )

    def _follow(self, case: ItemCase, group: Group | None, rows: Mapping[Place, CaseItem]) -> bool:
        """Bring one stored case up to date; whether anything of its items changed."""
        members = {fact.place: fact for fact in group.members} if group else {}
        moved = self._update_items(case, members, rows)
        status = S(case.status)
        remaining = {
            fact.line for place, fact in members.items() if place not in rows or not rows[place].excluded
        }
        if len(remaining) < 2 and after(status, CaseAction.CLOSE):
            self._step(case, CaseAction.CLOSE, "现在只有一个部门条线持有")
        elif len(remaining) > 1 and status is S.CLOSED:
            self._step(case, CaseAction.RENEW, "又有多个部门条线持有")
        elif status is S.DECIDED and (case.source_service, case.source_field) not in members:
            self._step(case, CaseAction.REOPEN, "数源部门的目录不再提供该信息项")
        values = _figures(group) if group else {}
        if moved:
            values |= {"updated_at": self.now, "revision": F("revision") + 1}
            if status in {S.DECIDED, S.NOT_SAME}:
                values["changed"] = True
        if values:
            ItemCase.objects.filter(pk=case.pk).update(**values)
        return moved

    def _update_items(
        self, case: ItemCase, members: Mapping[Place, ItemFact], rows: Mapping[Place, CaseItem]
    ) -> bool:
        new = [self._row(case, fact) for place, fact in members.items() if place not in rows]
        CaseItem.objects.bulk_create(new, batch_size=_AT_ONCE)
        came_or_went = bool(new)
        for place, row in rows.items():
            fact = members.get(place)
            held = fact is not None
            wanted = self._row(case, fact) if fact else row
            present = (row.held, row.live, row.title, row.name, row.department_id)
            if present != (held, wanted.live, wanted.title, wanted.name, wanted.department_id):
                came_or_went |= row.held != held
                wanted.pk, wanted.held, wanted.excluded = row.pk, held, row.excluded
                wanted.save()
        return came_or_went

    def _step(self, case: ItemCase, action: CaseAction, note: str) -> None:
        before = S(case.status)
        target = after(before, action)
        if target is None:
            return
        case.status = target.value
        ItemCase.objects.filter(pk=case.pk).update(
            status=target.value, updated_at=self.now, revision=F("revision") + 1
        )
        self.steps.append(
            CaseStep(
                case=case,
                action=action.value,
                before=before.value,
                after=target.value,
                by_id=self.actor.person_id,
                by_name=self.actor.display_name,
                at=self.now,
                note=note,
            )
        )


def _figures(group: Group) -> dict[str, object]:
    return {
        "name": group.name[:160],
        "role": group.role.value,
        "score": group.score,
        "overlap": group.overlap,
        "rank": group.rank,
        "department_count": len(group.lines),
        "item_count": len(group.members),
        "parts": msgspec.to_builtins(group.parts),
    }


def _keep_holdings(facts: Sequence[ItemFact], index: StandardsIndex) -> None:
    """Every published item under its key, for drafts to be warned by."""
    naming, subjects = Naming(index), with_subjects(facts)
    rows = []
    for fact in facts:
        if not fact.live:
            continue
        whole = replace(fact, subject=subjects[fact.service])
        identity = naming.identity(whole)
        if identity.role is ItemRole.SUBSTANTIVE:
            rows.append(
                Holding(key=identity.key[:255], line=fact.line, fact=msgspec.json.encode(whole).decode())
            )
    Holding.objects.all().delete()
    Holding.objects.bulk_create(rows, batch_size=_AT_ONCE)
