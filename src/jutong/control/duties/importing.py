"""Importing an edition of a list: whole or not at all, compared with the edition before it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from jutong.control.directory.api import (
    Actor,
    AuditAction,
    DepartmentView,
    Permission,
    department_id,
    departments,
    next_number,
    record,
    require,
    scope,
)
from jutong.control.duties import checking
from jutong.control.duties.codes import parse_duty_code, stem_of
from jutong.control.duties.errors import ListInvalid, SeriesInvalid
from jutong.control.duties.labels import exact_department
from jutong.control.duties.models import DepartmentLabel, Duty, DutyChange, DutyList, DutySeries
from jutong.control.duties.template import read_rows, require_template
from jutong.control.duties.terms import ChangeKind, DutyAction, DutyKind, DutyStatus
from jutong.control.duties.transitions import after
from jutong.control.duties.values import COMPARED, DutyRow, ImportReport, RowFinding
from jutong.kernel.clock import Clock
from jutong.kernel.text import normalise

SAME: Final = "same"
CHUNK: Final = 500
_ACTIONS: Final[Mapping[ChangeKind, DutyAction]] = {
    ChangeKind.CHANGED: DutyAction.CHANGE,
    ChangeKind.ABOLISHED: DutyAction.ABOLISH,
    ChangeKind.RESTORED: DutyAction.RESTORE,
}


@dataclass(slots=True)
class _Plan:
    """What an edition will do, worked out before anything is written."""

    added: list[Duty] = field(default_factory=list)
    moved: list[tuple[Duty, ChangeKind, dict[str, tuple[str, str]]]] = field(default_factory=list)
    same: list[Duty] = field(default_factory=list)
    touched: list[Duty] = field(default_factory=list)
    """Of `same`, those whose link, credit code or department is another; no change that anyone must settle."""

    def counts(self) -> dict[str, int]:
        found = Counter(kind.value for _, kind, _ in self.moved)
        return {
            **{kind.value: found[kind.value] for kind in ChangeKind},
            ChangeKind.ADDED.value: len(self.added),
            SAME: len(self.same),
        }


def import_list(
    actor: Actor,
    records: Iterable[Mapping[str, str | None]],
    *,
    series: str,
    kind: DutyKind,
    clock: Clock,
    version: str = "",
    sheet: str = "",
    file_name: str = "",
    complete: bool = True,
    check_only: bool = False,
) -> ImportReport:
    """Import an edition of the list `series`: all of its rows, or none.

    In a `complete` list, a duty that the edition before had and this one lacks is abolished. The same file again
    changes nothing. With `check_only` nothing is written.

    Raises:
        SeriesInvalid, ColumnsMissing, TemplateVersionUnknown, ListEmpty, ListTooLong
        ListInvalid: rows have errors; the detail's `findings` name each.
    """
    require(actor, Permission.DUTY_MANAGE)
    if not 1 <= len(series.strip()) <= 120:
        raise SeriesInvalid
    require_template(sheet)
    rows = read_rows(records)
    resolve = _Resolver(departments())
    now = clock.now()
    with transaction.atomic():
        edition = 0 if check_only else next_number(DutySeries, "last", name=series.strip())
        findings = _findings(actor, rows, series.strip(), resolve)
        errors = [one for one in findings if one.kind.is_error]
        if errors:
            raise ListInvalid(
                count=len(errors),
                first_zh=errors[0].zh,
                first_en=errors[0].en,
                findings=[(one.row, one.kind.value, one.zh, one.en) for one in errors[:200]],
            )
        plan = _plan(rows, series.strip(), kind, edition, resolve, now, complete=complete)
        counts = plan.counts()
        number = None
        if not check_only:
            listed = DutyList.objects.create(
                series_id=series.strip(),
                number=edition,
                version=version[:60],
                kind=kind.value,
                file_name=file_name[:200],
                complete=complete,
                rows=len(rows),
                counts=counts,
                findings=[[one.row, one.kind.value, one.code, one.zh, one.en] for one in findings],
                imported_at=now,
                imported_by_name=actor.display_name,
            )
            _write(plan, listed, now)
            number = listed.pk
            record(
                actor,
                AuditAction.DUTY_IMPORT,
                at=now,
                object_type="duty_list",
                object_id=f"{series.strip()}/{edition}"[:128],
                detail={"rows": len(rows), **counts},
            )
    return ImportReport(
        number=number,
        series=series.strip(),
        version=version,
        rows=len(rows),
        counts=counts,
        findings=findings,
        checked_only=check_only,
    )


class _Resolver:
    """Which department a row means: as mapped before, else by its credit code or exact name."""

    def __init__(self, known: Sequence[DepartmentView]) -> None:
        self._known = known
        self._mapped: dict[tuple[str, str], str] = {
            (region, label): code
            for region, label, code in DepartmentLabel.objects.values_list(
                "region", "label", "department__code"
            )
        }
        self._ids: dict[str, int] = {}
        self._told: dict[tuple[str, str, frozenset[str]], str | None] = {}

    def code(self, row: DutyRow) -> str | None:
        key = (row.region, row.label)
        if key in self._mapped:
            return self._mapped[key]
        usccs = frozenset(text for text in (row.uscc, parse_duty_code(row.code).uscc) if text)
        if (*key, usccs) not in self._told:
            self._told[*key, usccs] = exact_department(row.label, usccs, row.region, self._known)
        return self._told[*key, usccs]

    def id(self, row: DutyRow) -> int | None:
        code = self.code(row)
        if code is None:
            return None
        if code not in self._ids:
            self._ids[code] = department_id(code)
        return self._ids[code]


def _findings(
    actor: Actor, rows: Sequence[DutyRow], series: str, resolve: _Resolver
) -> tuple[RowFinding, ...]:
    codes = {row.code for row in rows}
    elsewhere = Duty.objects.exclude(series_id=series).values_list("code", flat=True)
    taken = {code for code in elsewhere.iterator() if code in codes}
    found = list(checking.findings_of(rows, taken=taken))
    reach = scope(actor, Permission.DUTY_MANAGE)
    for row in rows:
        code = resolve.code(row)
        if reach is not None and code not in reach:
            found.append(checking.out_of_scope(row))
        elif code is None:
            found.append(checking.department_unknown(row))
    return tuple(sorted(found, key=lambda one: (not one.kind.is_error, one.row)))


def _plan(
    rows: Sequence[DutyRow],
    series: str,
    kind: DutyKind,
    edition: int,
    resolve: _Resolver,
    now: datetime,
    *,
    complete: bool,
) -> _Plan:
    known = {duty.code: duty for duty in Duty.objects.filter(series_id=series)}
    plan = _Plan()
    for row in rows:
        before = known.pop(row.code, None)
        values = _columns(row, resolve.id(row))
        if before is None:
            duty = Duty(
                code=row.code,
                kind=kind.value,
                series_id=series,
                edition=edition,
                status=DutyStatus.IN_FORCE.value,
                created_at=now,
                changed_at=now,
                **values,
            )
            plan.added.append(duty)
            continue
        differing = {
            name: (str(getattr(before, name)), str(values[name]))
            for name in COMPARED
            if getattr(before, name) != values[name]
        }
        fresh = {
            name: value
            for name, value in values.items()
            if getattr(before, name) != value and (name != "department_id" or value is not None)
        }
        for name, value in fresh.items():
            setattr(before, name, value)
        gone = DutyStatus(before.status) is DutyStatus.ABOLISHED
        if differing or gone:
            moved = ChangeKind.RESTORED if gone else ChangeKind.CHANGED
            plan.moved.append((before, moved, differing))
        else:
            plan.same.append(before)
            if fresh:
                plan.touched.append(before)
    if complete:
        left = (duty for duty in known.values() if DutyStatus(duty.status) is not DutyStatus.ABOLISHED)
        plan.moved += [(duty, ChangeKind.ABOLISHED, {}) for duty in left]
    return plan


def _columns(row: DutyRow, department: int | None) -> dict[str, Any]:
    code = parse_duty_code(row.code)
    texts = ("name", "main_item", "parent_code", "label", "region", "level", "basis", "basis_article")
    return {
        **{name: getattr(row, name) for name in (*texts, "results", "certificates", "materials", "link")},
        "task_type": row.task_type.value if row.task_type else "",
        "uscc": (row.uscc or code.uscc).upper(),
        "shape": code.shape.value,
        "basic": code.basic,
        "stem": stem_of(code),
        "department_id": department,
        "search_text": normalise(f"{row.name} {row.main_item} {row.code} {row.label}"),
    }


def _write(plan: _Plan, listed: DutyList, now: datetime) -> None:
    Duty.objects.bulk_create(plan.added, batch_size=500)
    for duty, kind, _ in plan.moved:
        target = after(DutyStatus(duty.status), _ACTIONS[kind])
        duty.status = target.value if target else duty.status
        duty.changed_at = now
    written = [duty for duty, _, _ in plan.moved]
    standing = [duty.pk for duty in plan.same]
    for start in range(0, len(standing), CHUNK):
        Duty.objects.filter(pk__in=standing[start : start + CHUNK]).update(edition=listed.number)
    for duty in (*written, *plan.touched):
        if duty.status != DutyStatus.ABOLISHED.value:
            duty.edition = listed.number
    names = [*COMPARED, "uscc", "shape", "basic", "stem", "department_id", "search_text", "link"]
    columns = sorted({name.removesuffix("_id") for name in names} | {"status", "edition", "changed_at"})
    Duty.objects.bulk_update([*written, *plan.touched], columns, batch_size=200)
    changes = [
        DutyChange(duty=duty, edition=listed, kind=ChangeKind.ADDED.value, at=now, settled_at=now)
        for duty in plan.added
    ]
    changes += [
        DutyChange(duty=duty, edition=listed, kind=kind.value, fields=differing, at=now)
        for duty, kind, differing in plan.moved
    ]
    DutyChange.objects.bulk_create(changes, batch_size=500)
