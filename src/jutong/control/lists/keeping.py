"""Keeping the lists with catalogue and applications: whoever reads them brings them up to date first."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from jutong.control.approval.api import granted_applications
from jutong.control.catalogue.api import EntryFacts, LiveMark, catalogue_stamp, live_facts, live_marks
from jutong.control.directory.api import SYSTEM_ACTOR, AuditAction, record
from jutong.control.lists import numbers
from jutong.control.lists.errors import DemandConflict
from jutong.control.lists.models import Demand, ListState, NegativeItem, Responsibility
from jutong.control.lists.stepping import limit_day, move
from jutong.control.lists.terms import DemandAction, DemandStage, NegativeScope, Origin, Verdict
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import Level, OpenType, SharingType

HOOKING: Final = "C1"
_CATALOGUE: Final = "catalogue"
_BATCH: Final = 400
_BASIS: Final = ("reason", "basis_document", "basis_number", "basis_article")


def refresh(clock: Clock) -> None:
    """Bring responsibilities, refusals and demands up to date with catalogue and applications; safe to repeat."""
    if not ListState.objects.filter(name=_CATALOGUE, stamp=catalogue_stamp()).exists():
        _follow_catalogue(clock)
    _follow_demands(clock)


def _follow_catalogue(clock: Clock) -> None:
    ListState.objects.get_or_create(name=_CATALOGUE)
    state = ListState.objects.filter(name=_CATALOGUE)
    with transaction.atomic():
        # The update takes the row's lock: of two readers the later waits, and then finds the work done.
        state.update(name=_CATALOGUE)
        stamp = catalogue_stamp()
        if state.get().stamp == stamp:
            return
        counts: Counter[str] = Counter()
        changed = _changed()
        for start in range(0, len(changed), _BATCH):
            keys = changed[start : start + _BATCH]
            facts = live_facts(keys)
            counts.update(_split(keys, facts, clock.now()))
            counts.update(_refuse(keys, facts, clock.now()))
        state.update(stamp=stamp)
        if any(counts.values()):
            record(
                SYSTEM_ACTOR,
                AuditAction.RESPONSIBILITY_REFRESH,
                at=clock.now(),
                object_type="list",
                object_id=_CATALOGUE,
                detail=dict(counts),
            )


def _changed() -> list[int]:
    """Keys of entries whose responsibility is not that of what is published now: the responsibility is what remembers."""
    marks = live_marks()
    kept: dict[int, LiveMark] = {}
    gone: dict[int, None] = {}
    rows = Responsibility.objects.filter(active=True, entry__isnull=False).order_by("pk")
    for entry, version, department in rows.values_list("entry_id", "entry_version", "department_id"):
        found = LiveMark(version, department)
        if entry in marks and found.provider_key == marks[entry].provider_key:
            kept[entry] = found
        elif entry in marks or version:
            gone[entry] = None
    return list(dict.fromkeys([*gone, *(key for key, mark in marks.items() if kept.get(key) != mark)]))


def _split(keys: Collection[int], facts: Iterable[EntryFacts], at: datetime) -> dict[str, int]:
    """One responsibility a live entry, with its provider; what moved or was withdrawn ends, its number with it."""
    live = {entry.key: entry for entry in facts}
    known: set[int] = set()
    ended: dict[str, list[int]] = {"目录已下架": [], "目录已划转其他部门": []}
    renewed: list[Responsibility] = []
    for row in Responsibility.objects.filter(active=True, entry_id__in=keys):
        entry = live.get(row.entry_id or 0)
        if entry is None:
            if row.entry_version:
                ended["目录已下架"].append(row.pk)
        elif entry.provider_key != row.department_id:
            ended["目录已划转其他部门"].append(row.pk)
        else:
            known.add(entry.key)
            if row.entry_version != entry.version:
                row.entry_version = entry.version
                renewed.append(row)
    for why, rows in ended.items():
        if rows:
            Responsibility.objects.filter(pk__in=rows).update(active=False, ended_at=at, ended_because=why)
    Responsibility.objects.bulk_update(renewed, ["entry_version"])
    missing = [entry for key, entry in live.items() if key not in known]
    _make(missing, at)
    return {"made": len(missing), "ended": sum(map(len, ended.values())), "renewed": len(renewed)}


def _make(missing: Sequence[EntryFacts], at: datetime) -> None:
    given = numbers.take(numbers.RESPONSIBILITY, business_date(at), len(missing)) if missing else []
    due_on = {day: limit_day(HOOKING, day) for day in {entry.published_on for entry in missing}}
    Responsibility.objects.bulk_create(
        Responsibility(
            number=number,
            department_id=entry.provider_key,
            origin=Origin.ENTRY.value,
            entry_id=entry.key,
            entry_version=entry.version,
            due_on=due_on[entry.published_on],
            person=entry.contact_name[:60],
            created_at=at,
        )
        for number, entry in zip(given, missing, strict=True)
    )


def _refuse(keys: Collection[int], facts: Iterable[EntryFacts], at: datetime) -> dict[str, int]:
    """One row an entry or item that is refused; a changed basis goes to review again, a lifted refusal ends."""
    wanted = {
        (entry.key, field, scope): _refusal(entry, field, scope) for entry, field, scope in _refused(facts)
    }
    changed: list[NegativeItem] = []
    lifted: list[int] = []
    for row in NegativeItem.objects.filter(active=True, entry_id__in=keys):
        said = wanted.pop((row.entry_id or 0, row.field, NegativeScope(row.scope)), None)
        if said is None or said["department_id"] != row.department_id:
            lifted.append(row.pk)
            if said is not None:
                wanted[row.entry_id or 0, row.field, NegativeScope(row.scope)] = said
            continue
        keep = _BASIS if row.declared else ()
        new = {
            name: value for name, value in said.items() if name not in keep and getattr(row, name) != value
        }
        if new:
            for name, value in new.items():
                setattr(row, name, value)
            if new.keys() & set(_BASIS):
                row.verdict = Verdict.PENDING.value
                row.revision += 1  # what a reviewer looks at is not decided on unseen
            changed.append(row)
    if lifted:
        NegativeItem.objects.filter(pk__in=lifted).update(active=False, ended_at=at)
    NegativeItem.objects.bulk_update(
        changed, [*_BASIS, "name", "entry_code", "verdict", "revision"], batch_size=_BATCH
    )
    given = numbers.take(numbers.NEGATIVE, business_date(at), len(wanted)) if wanted else []
    NegativeItem.objects.bulk_create(
        NegativeItem(number=number, entry_id=key, field=field, scope=scope.value, created_at=at, **said)
        for number, ((key, field, scope), said) in zip(given, wanted.items(), strict=True)
    )
    return {"refused": len(wanted), "lifted": len(lifted), "restated": len(changed)}


def _refused(facts: Iterable[EntryFacts]) -> Iterable[tuple[EntryFacts, str, NegativeScope]]:
    for entry in facts:
        if entry.sharing_type is SharingType.NOT_SHARED:
            yield entry, "", NegativeScope.SHARING
            continue
        for item in entry.items:
            if item.sharing_type is SharingType.NOT_SHARED:
                yield entry, item.field, NegativeScope.SHARING
        if entry.open_type is OpenType.NOT_OPEN:
            yield entry, "", NegativeScope.OPENING


def _refusal(entry: EntryFacts, field: str, scope: NegativeScope) -> dict[str, Any]:
    """What the catalogue says of a refusal, as columns of its row."""
    item = next((item.name for item in entry.items if field and item.field == field), "")
    row: dict[str, Any] = {
        "department_id": entry.provider_key,
        "entry_code": entry.code,
        "name": f"{entry.title} / {item}"[:250] if item else entry.title,
        "reason": entry.sharing_reason,
        "basis_document": entry.basis_document,
        "basis_number": entry.basis_number,
        "basis_article": entry.basis_article,
    }
    if scope is NegativeScope.OPENING:
        row["reason"] = entry.open_condition or (
            f"含{entry.level.zh}数据" if entry.level.rank >= Level.L3.rank else ""
        )
    return row


def _follow_demands(clock: Clock) -> None:
    """Accepted demands whose entry is out can be applied for; what was granted since is fulfilled."""
    rows = Demand.objects.select_related("department", "entry")
    for row in rows.filter(
        stage=DemandStage.ACCEPTED.value,
        entry__live=True,
        entry__published_version__gte=F("awaited_version"),
    ):
        _move(row, DemandAction.PUBLISH, clock, note=row.entry.title if row.entry else "")
    matched = list(rows.filter(stage=DemandStage.MATCHED.value))
    grants = granted_applications({row.entry_id for row in matched if row.entry_id}) if matched else ()
    for row in matched:
        if row.entry is not None and not row.entry.live:
            _move(row, DemandAction.REOPEN, clock, note="目录已下架", entry=None)
            continue
        for entry, consumer, at, code in grants:
            if (entry, consumer) == (row.entry_id, row.department.code) and at >= row.created_at:
                _move(row, DemandAction.GRANT, clock, note=code, application=code)
                break


def _move(row: Demand, action: DemandAction, clock: Clock, *, note: str, **changes: Any) -> None:
    with suppress(DemandConflict):  # another reader was first, with the same outcome
        move(SYSTEM_ACTOR, row, action, clock=clock, note=note, **changes)
