"""How long data are kept (留存期限): the rule of the entry, else of its department and level, else of its level."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.collection.api import PooledEntry, pooled_entries
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    record,
    require,
    scope,
)
from jutong.control.retention.errors import RuleInvalid
from jutong.control.retention.holds import held_keys
from jutong.control.retention.models import Destruction, DueCount, RetentionRule
from jutong.control.retention.terms import RetentionBasis
from jutong.control.retention.values import RuleDraft, RuleView, Standing
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import DataType, Level

LONGEST_MONTHS = 1_200


def set_rule(actor: Actor, draft: RuleDraft, *, clock: Clock) -> RuleView:
    """Set or replace a rule; one of the whole city is the bureau's to set.

    Raises:
        RuleInvalid: no time, no legal basis, or an item that is no date of the entry.
        EntryNotFound: there is no such live entry.
    """
    require(actor, Permission.RETENTION_SET, _owner(draft))
    if not draft.service and not draft.department and scope(actor, Permission.RETENTION_SET) is not None:
        raise RuleInvalid(reason_zh="请指明目录条目或部门", reason_en="name an entry or a department")
    _check(draft)
    key = scope_of(draft.service, draft.department, draft.level)
    now = clock.now()
    with transaction.atomic():
        row, _made = RetentionRule.objects.update_or_create(
            scope=key,
            defaults={
                "entry_id": entry_id(draft.service) if draft.service else None,
                "department_id": department_id(draft.department) if draft.department else None,
                "level": draft.level.value if draft.level and not draft.service else "",
                "months": draft.months,
                "basis": draft.basis.value,
                "field": draft.item if draft.basis is RetentionBasis.ITEM else "",
                "legal_basis": draft.legal_basis.strip(),
                "set_by_name": actor.display_name,
                "set_at": now,
            },
        )
        record(
            actor,
            AuditAction.RETENTION_SET,
            at=now,
            object_type="retention_rule",
            object_id=key,
            department=_owner(draft) or "",
            detail={"months": draft.months, "basis": draft.basis.value, "item": row.field},
        )
    return rule_view(RetentionRule.objects.select_related("entry__provider", "department").get(pk=row.pk))


def scope_of(service: str, department: str, level: Level | None) -> str:
    """The key of a rule."""
    if service:
        return f"entry:{service}"
    if department:
        return f"department:{department}:{level.value if level else ''}"
    return f"level:{level.value if level else ''}"


def _owner(draft: RuleDraft) -> str | None:
    return contract_of(draft.service).provider if draft.service else draft.department or None


def _check(draft: RuleDraft) -> None:
    if draft.months is not None and not 1 <= draft.months <= LONGEST_MONTHS:
        raise RuleInvalid(reason_zh="期限须为1至1200个月", reason_en="the time is 1 to 1200 months")
    if not draft.legal_basis.strip():
        raise RuleInvalid(reason_zh="请写明依据", reason_en="say on what law or document it rests")
    if draft.basis is not RetentionBasis.ITEM:
        return
    if not draft.service:
        raise RuleInvalid(
            reason_zh="按信息项的日期起算只能针对一个条目",
            reason_en="counting from an item's date is for one entry alone",
        )
    dates = {
        item.field
        for item in contract_of(draft.service).items
        if item.data_type in {DataType.DATE, DataType.TIMESTAMP}
    }
    if draft.item not in dates:
        raise RuleInvalid(
            reason_zh="起算日期须是该条目的日期型信息项", reason_en="the item must be a date of the entry"
        )


def standings(actor: Actor, *, today: date, department: str = "", search: str = "") -> tuple[Standing, ...]:
    """The collected entries within the actor's scope, withdrawn ones too; a fixed number of queries."""
    require(actor, Permission.RETENTION_READ, department or None)
    reach = scope(actor, Permission.RETENTION_READ)
    return _standing_all(pooled_entries(departments=reach, department=department, search=search), today)


def standing_of(service: str, today: date) -> Standing | None:
    """One entry, for use cases that have checked the actor's right; None where nothing was collected."""
    return next(iter(_standing_all(pooled_entries(service=service), today)), None)


def _standing_all(entries: Sequence[PooledEntry], today: date) -> tuple[Standing, ...]:
    known = {
        row.scope: rule_view(row)
        for row in RetentionRule.objects.select_related("entry__provider", "department")
    }
    held_entries, held_departments = held_keys(today)
    open_ones = dict(Destruction.objects.filter(open_key__isnull=False).values_list("entry_id", "number"))
    due = dict(DueCount.objects.values_list("entry_id", "due"))
    return tuple(
        Standing(
            entry_id=entry.entry_id,
            service=entry.service,
            title=entry.title,
            department=entry.department,
            department_name=entry.department_name,
            level=entry.level,
            rows=entry.rows,
            rule=holding_rule(known, entry.service, entry.department, entry.level),
            hold=held_entries.get(entry.entry_id) or held_departments.get(entry.department_id, ""),
            destruction=open_ones.get(entry.entry_id, ""),
            due=due.get(entry.entry_id),
            live=entry.live,
        )
        for entry in entries
    )


def every_standing(actor: Actor, *, today: date) -> tuple[Standing, ...]:
    """Those that a rule limits, for the nightly count."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    return tuple(
        one
        for one in _standing_all(pooled_entries(), today)
        if one.rule is not None and one.rule.months is not None
    )


def note_due(actor: Actor, entry_id: int, due: int, *, clock: Clock) -> None:
    """Keep what the count found."""
    require(actor, Permission.DESTRUCTION_EXECUTE)
    DueCount.objects.update_or_create(entry_id=entry_id, defaults={"due": due, "counted_at": clock.now()})


def holding_rule(
    rules: Mapping[str, RuleView], service: str, department: str, level: Level
) -> RuleView | None:
    """The nearest rule: the entry's, the department's of the level, the department's, the level's of the city."""
    keys = (
        scope_of(service, "", None),
        scope_of("", department, level),
        scope_of("", department, None),
        scope_of("", "", level),
    )
    return next((rules[key] for key in keys if key in rules), None)


def rules(actor: Actor) -> tuple[RuleView, ...]:
    """The rules that hold within the actor's scope; those of the city are for everyone to see."""
    require(actor, Permission.RETENTION_READ)
    rows = RetentionRule.objects.select_related("entry__provider", "department")
    reach = scope(actor, Permission.RETENTION_READ)
    if reach is not None:
        rows = rows.filter(
            Q(entry=None, department=None)
            | Q(department__code__in=reach)
            | Q(entry__provider__code__in=reach)
        )
    return tuple(rule_view(row) for row in rows)


def rule_view(row: RetentionRule) -> RuleView:
    department = row.entry.provider if row.entry else row.department
    return RuleView(
        scope=row.scope,
        service=row.entry.service if row.entry else "",
        title=row.entry.title if row.entry else "",
        department=department.code if department else "",
        department_name=department.name if department else "",
        level=Level(row.level) if row.level else None,
        months=row.months,
        basis=RetentionBasis(row.basis),
        item=row.field,
        legal_basis=row.legal_basis,
        set_by=row.set_by_name,
        set_at=row.set_at,
    )
