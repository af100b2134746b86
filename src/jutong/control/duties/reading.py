"""Seeing duties: one, a list, the editions, the changes, and departments as the lists write them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    departments,
    record,
    require,
    scope,
)
from jutong.control.duties.errors import DutyNotFound, LabelUnknown, ListNotFound
from jutong.control.duties.labels import suggestions
from jutong.control.duties.models import DepartmentLabel, Duty, DutyChange, DutyList
from jutong.control.duties.terms import (
    ChangeKind,
    CodeShape,
    DutyAction,
    DutyKind,
    DutyStatus,
    FindingKind,
    TaskType,
)
from jutong.control.duties.transitions import after
from jutong.control.duties.values import (
    EVERY_DUTY,
    ChangeView,
    DutyFilter,
    DutyView,
    LabelView,
    ListView,
    RowFinding,
)
from jutong.kernel.clock import Clock
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.kernel.text import normalise


def duties(
    actor: Actor, where: DutyFilter = EVERY_DUTY, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[DutyView]:
    """Duties in the order of their lists; the lists are public within the government."""
    rows = _matching(actor, where).order_by("pk")
    if cursor:
        (last,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__gt=last)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(map(view_of, found[:limit])), next_cursor=following)


def all_duties(actor: Actor, where: DutyFilter = EVERY_DUTY) -> tuple[DutyView, ...]:
    """Every duty that matches, for comparing them with the catalogue."""
    return tuple(map(view_of, _matching(actor, where).order_by("pk")))


def count_duties(actor: Actor, where: DutyFilter = EVERY_DUTY) -> int:
    return _matching(actor, where).count()


def _matching(actor: Actor, where: DutyFilter) -> QuerySet[Duty]:
    require(actor, Permission.ENTRY_READ)
    rows = Duty.objects.select_related("department")
    exact: Mapping[str, object] = {
        "department__code": where.department,
        "series_id": where.series,
        "kind": where.kind,
        "task_type": where.task_type,
        "status": where.status,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in {None, ""}})
    if where.unmapped:
        rows = rows.filter(department=None)
    for word in normalise(where.text).split()[:8]:
        rows = rows.filter(search_text__contains=word)
    return rows


def duty(actor: Actor, code: str) -> DutyView:
    """One duty.

    Raises:
        DutyNotFound: there is none.
    """
    require(actor, Permission.ENTRY_READ)
    row = Duty.objects.select_related("department").filter(code=code).first()
    if row is None:
        raise DutyNotFound(duty=code)
    return view_of(row)


def named(codes: Sequence[str]) -> Mapping[str, DutyView]:
    """The duties among `codes` that are known, by code; for what other apps show of an entry."""
    rows = Duty.objects.select_related("department").filter(code__in=list(codes))
    return {row.code: view_of(row) for row in rows}


def editions(actor: Actor) -> tuple[ListView, ...]:
    """Every edition of every list that was imported, the newest first."""
    require(actor, Permission.ENTRY_READ)
    return tuple(_list_view(row) for row in DutyList.objects.defer("findings")[:200])


def edition(actor: Actor, number: int) -> ListView:
    """One edition with everything that was found in it.

    Raises:
        ListNotFound: there is none.
    """
    require(actor, Permission.ENTRY_READ)
    row = DutyList.objects.filter(pk=number).first()
    if row is None:
        raise ListNotFound(number=number)
    return _list_view(row, findings=tuple(_finding(*one) for one in row.findings))


def series_names() -> tuple[str, ...]:
    """Names of the lists, for filters and forms."""
    return tuple(DutyList.objects.order_by("series_id").values_list("series_id", flat=True).distinct())


def changes(
    actor: Actor, *, duty: str = "", unsettled: bool = False, limit: int = 500
) -> tuple[ChangeView, ...]:
    """What editions did to duties, the newest first; `unsettled`: of which entries were not told yet."""
    require(actor, Permission.ENTRY_READ)
    rows = DutyChange.objects.select_related("duty__department", "edition").order_by("-pk")
    if duty:
        rows = rows.filter(duty__code=duty)
    if unsettled:
        rows = rows.filter(settled_at=None)
    return tuple(_change_view(row) for row in rows[:limit])


def settle_change(actor: Actor, number: int, *, clock: Clock) -> None:
    """Note that the entries based on the duty were told of the change; again does nothing."""
    known = DutyChange.objects.select_related("duty__department").filter(pk=number).first()
    owner = known.duty.department if known else None
    require(actor, Permission.DUTY_MANAGE, owner.code if owner else None)
    with transaction.atomic():
        moved = DutyChange.objects.filter(pk=number, settled_at=None).update(settled_at=clock.now())
        row = DutyChange.objects.select_related("duty").filter(pk=number).first()
        if not moved or row is None or row.duty.changes.filter(settled_at=None).exists():
            return
        target = after(DutyStatus(row.duty.status), DutyAction.SETTLE)
        if target is not None:
            Duty.objects.filter(pk=row.duty.pk).update(status=target.value)


def labels(actor: Actor, *, only_unmapped: bool = False) -> tuple[LabelView, ...]:
    """Departments as the lists write them; for those that are not mapped, what they may be."""
    require(actor, Permission.DUTY_MANAGE)
    known = departments()
    rows = Duty.objects.values("region", "label", "department__code", "department__name")
    found = []
    for row in rows.annotate(count=Count("pk")).order_by("region", "label"):
        mapped = row["department__code"] or ""
        if only_unmapped and mapped:
            continue
        where = Duty.objects.filter(region=row["region"], label=row["label"], department__code=mapped or None)
        usccs = tuple(sorted(set(where.exclude(uscc="").values_list("uscc", flat=True))))
        found.append(
            LabelView(
                region=row["region"],
                label=row["label"],
                usccs=usccs,
                duties=row["count"],
                department=mapped,
                department_name=row["department__name"] or "",
                suggestions=() if mapped else suggestions(row["label"], usccs, row["region"], known),
            )
        )
    return tuple(found)


def map_label(actor: Actor, *, region: str, label: str, department: str, clock: Clock) -> int:
    """A list's `label` means the department `department`, now and in every later edition; how many duties moved.

    Duties that are another department's move only by someone who keeps its duties too.

    Raises:
        LabelUnknown: no list has it.
        NotFound: there is no such department.
    """
    require(actor, Permission.DUTY_MANAGE, department)
    owner, now = department_id(department), clock.now()
    rows = Duty.objects.filter(region=region, label=label)
    for held in sorted(set(rows.exclude(department=None).values_list("department__code", flat=True))):
        require(actor, Permission.DUTY_MANAGE, held)
    with transaction.atomic():
        if not rows.exists():
            raise LabelUnknown(name=label)
        DepartmentLabel.objects.update_or_create(
            region=region,
            label=label,
            defaults={"department_id": owner, "at": now, "by_name": actor.display_name},
        )
        moved = rows.update(department_id=owner)
        record(
            actor,
            AuditAction.DUTY_MAP,
            at=now,
            object_type="duty_label",
            object_id=f"{region} {label}"[:128],
            department=department,
            detail={"duties": moved},
        )
    return moved


def move_duties(actor: Actor, before: str, after: str, *, at: datetime) -> tuple[str, ...]:
    """Duties of the department `before`, and its names in the lists, belong to `after` (机构改革); their codes."""
    require(actor, Permission.RESTRUCTURE)
    owner = department_id(after)
    with transaction.atomic():
        rows = Duty.objects.filter(department__code=before)
        codes = tuple(rows.values_list("code", flat=True))
        rows.update(department_id=owner)
        DepartmentLabel.objects.filter(department__code=before).update(department_id=owner, at=at)
    return codes


def manageable(actor: Actor) -> frozenset[str] | None:
    """Departments whose duties the actor keeps; None means every department."""
    return scope(actor, Permission.DUTY_MANAGE)


def view_of(row: Duty) -> DutyView:
    texts = ("code", "name", "main_item", "parent_code", "label", "uscc", "region", "level", "basic", "stem")
    more = ("basis", "basis_article", "results", "certificates", "materials", "link", "edition", "changed_at")
    return DutyView(
        **{name: getattr(row, name) for name in (*texts, *more)},
        kind=DutyKind(row.kind),
        task_type=TaskType(row.task_type) if row.task_type else None,
        department=row.department.code if row.department else "",
        department_name=row.department.name if row.department else "",
        shape=CodeShape(row.shape),
        status=DutyStatus(row.status),
        series=row.series_id,
    )


def _list_view(row: DutyList, *, findings: tuple[RowFinding, ...] = ()) -> ListView:
    return ListView(
        number=row.pk,
        series=row.series_id,
        edition=row.number,
        version=row.version,
        kind=DutyKind(row.kind),
        file_name=row.file_name,
        complete=row.complete,
        rows=row.rows,
        counts=row.counts,
        findings=findings,
        imported_at=row.imported_at,
        imported_by=row.imported_by_name,
    )


def _finding(row: int, kind: str, code: str, zh: str, en: str) -> RowFinding:
    return RowFinding(row=row, kind=FindingKind(kind), code=code, zh=zh, en=en)


def _change_view(row: DutyChange) -> ChangeView:
    return ChangeView(
        id=row.pk,
        duty=row.duty.code,
        name=row.duty.name,
        department=row.duty.department.code if row.duty.department else "",
        kind=ChangeKind(row.kind),
        series=row.edition.series_id,
        edition=row.edition.number,
        fields={name: (pair[0], pair[1]) for name, pair in row.fields.items()},
        at=row.at,
        settled_at=row.settled_at,
    )
