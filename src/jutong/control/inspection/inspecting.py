"""Judging the whole catalogue, and keeping what was found from one inspection to the next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from jutong.control.catalogue.api import (
    RULE_OF,
    Finding,
    Knowledge,
    StandingEntry,
    entry,
    lint_entry,
    lint_many,
    standing_entries,
    standing_entry,
)
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    city_calendar,
    city_limit,
    record,
    require,
    scope,
)
from jutong.control.inspection.errors import InspectionNotFound
from jutong.control.inspection.facts import gather
from jutong.control.inspection.models import Inspection, KnownFinding
from jutong.control.inspection.reading import inspection_view
from jutong.control.inspection.terms import InspectionStatus
from jutong.control.inspection.values import NOTHING_OBSERVED, InspectionView, Observations
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import Severity
from jutong.vocabulary.time_limits import due_date

MENDING_LIMIT: Final = "Q1"
PLACE_LENGTH: Final = 200
_BATCH: Final = 1000
_NOT_LOOKED_AT: Final = frozenset({Knowledge.USE, Knowledge.LISTS, Knowledge.ONE_SOURCE, Knowledge.CATALOGUE})
Place = tuple[int, str, str]
"""Entry, rule, place: what makes a finding the same one from day to day."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with what the rules say of it."""

    entry: StandingEntry
    findings: tuple[Finding, ...]


def request_inspection(actor: Actor, *, clock: Clock, key: str = "") -> InspectionView:
    """Ask the worker for an inspection; asked again under the same `key`, or while one waits, it is the same one."""
    require(actor, Permission.INSPECTION_RUN)
    now = clock.now()
    with transaction.atomic():
        waiting = Inspection.objects.filter(status=InspectionStatus.REQUESTED.value).first()
        if waiting is not None and not key:
            return inspection_view(waiting)
        row, made = Inspection.objects.get_or_create(
            key=key or f"{now:%Y%m%d%H%M%S%f}",
            defaults={
                "status": InspectionStatus.REQUESTED.value,
                "requested_at": now,
                "requested_by_name": actor.display_name,
            },
        )
        if made:
            record(
                actor,
                AuditAction.INSPECTION_REQUEST,
                at=now,
                object_type="inspection",
                object_id=row.key,
            )
    return inspection_view(row)


def waiting_inspections(actor: Actor) -> tuple[str, ...]:
    """Keys of the inspections that were asked for and not done yet."""
    require(actor, Permission.INSPECTION_RUN)
    rows = Inspection.objects.filter(status=InspectionStatus.REQUESTED.value).order_by("id")
    return tuple(rows.values_list("key", flat=True))


def inspect(
    actor: Actor, *, clock: Clock, key: str = "", observed: Observations = NOTHING_OBSERVED
) -> InspectionView:
    """Put every rule to every entry that is not withdrawn, and keep what was found. Done once for a `key`.

    Raises:
        InspectionNotFound: nobody asked for `key`.
    """
    require(actor, Permission.INSPECTION_RUN)
    if key and not Inspection.objects.filter(key=key).exists():
        raise InspectionNotFound(key=key)
    asked = key or request_inspection(actor, clock=clock).key
    if Inspection.objects.filter(key=asked, status=InspectionStatus.DONE.value).exists():
        return inspection_view(Inspection.objects.get(key=asked))
    now = clock.now()
    judged = judge_all(now, observed)
    with transaction.atomic():
        row = Inspection.objects.select_for_update().get(key=asked)
        if row.status == InspectionStatus.DONE.value:  # another was quicker
            return inspection_view(row)
        _keep(row, judged, now)
        record(
            actor,
            AuditAction.INSPECTION_RUN,
            at=now,
            object_type="inspection",
            object_id=row.key,
            detail={"entries": row.entries, "errors": row.errors, "warnings": row.warnings},
        )
    return inspection_view(row)


def judge_all(at: datetime, observed: Observations) -> tuple[Judged, ...]:
    """Every entry that is not withdrawn, with its findings."""
    entries = standing_entries(at)
    live = sum(1 for one in entries if one.context.record and one.context.record.live)
    facts = gather(at, observed, live=live)
    found = lint_many((one.draft, facts.around(one)) for one in entries)
    return tuple(Judged(one, findings) for one, (_, findings) in zip(entries, found, strict=True))


def lint_all(actor: Actor, *, clock: Clock, observed: Observations = NOTHING_OBSERVED) -> tuple[Judged, ...]:
    """What the rules say now of every entry of the departments whose drafts the actor may see; nothing is kept."""
    require(actor, Permission.ENTRY_READ)
    reach = scope(actor, Permission.ENTRY_READ)
    judged = judge_all(clock.now(), observed)
    return tuple(one for one in judged if reach is None or one.entry.provider in reach)


def lint(
    actor: Actor, service: str, *, clock: Clock, observed: Observations = NOTHING_OBSERVED
) -> tuple[Finding, ...]:
    """What the rules say of one entry with everything that is known around it; () for a withdrawn one.

    Raises:
        EntryNotFound, PermissionDenied
    """
    entry(actor, service)
    standing = standing_entry(service, clock.now())
    if standing is None:
        return ()
    facts = gather(clock.now(), observed, service=service)
    return lint_entry(standing.draft, facts.around(standing))


def reconsider(services: Iterable[str], *, clock: Clock, observed: Observations = NOTHING_OBSERVED) -> None:
    """Judge these entries again and let go of what is gone; new findings wait for the next inspection."""
    now = clock.now()
    for service in services:
        standing = standing_entry(service, now)
        if standing is None:
            continue
        facts = gather(now, observed, service=service)
        found = {
            (finding.rule, finding.place[:PLACE_LENGTH])
            for finding in lint_entry(standing.draft, facts.around(standing))
        }
        known = KnownFinding.objects.filter(entry_id=standing.key, gone_at=None)
        gone = [
            key
            for key, rule, place in known.values_list("pk", "rule", "place")
            # What only the whole platform's view shows was not looked at here.
            if (rule, place) not in found and _was_looked_at(rule)
        ]
        KnownFinding.objects.filter(pk__in=gone).update(gone_at=now)


def _keep(row: Inspection, judged: tuple[Judged, ...], now: datetime) -> None:
    found = {
        (one.entry.key, finding.rule, finding.place[:PLACE_LENGTH]): finding
        for one in judged
        for finding in one.findings
    }
    known = {
        (entry, rule, place): (pk, gone_at, zh)
        for pk, entry, rule, place, gone_at, zh in KnownFinding.objects.values_list(
            "pk", "entry_id", "rule", "place", "gone_at", "zh"
        ).iterator(5000)
    }
    appeared = [place for place in found if place not in known]
    returned = [known[place][0] for place in found if place in known and known[place][1] is not None]
    gone = [pk for place, (pk, gone_at, _) in known.items() if gone_at is None and place not in found]
    _add(row, appeared, found, now)
    _bring_back(row, returned, now)
    _let_go(gone, now)
    _reword({known[p][0]: f for p, f in found.items() if p in known and known[p][2] != f.zh})
    _count(row, judged, now, appeared=len(appeared) + len(returned), gone=len(gone))


def _add(row: Inspection, places: Iterable[Place], found: Mapping[Place, Finding], now: datetime) -> None:
    due = due_date(city_limit(MENDING_LIMIT), business_date(now), calendar=city_calendar())
    KnownFinding.objects.bulk_create(
        [
            KnownFinding(
                entry_id=entry_key,
                rule=rule,
                place=place,
                severity=found[entry_key, rule, place].severity.value,
                zh=found[entry_key, rule, place].zh,
                en=found[entry_key, rule, place].en,
                fixable=found[entry_key, rule, place].fixable,
                first_seen_at=now,
                first_seen_in=row,
                due_on=due if found[entry_key, rule, place].severity is Severity.ERROR else None,
            )
            for entry_key, rule, place in places
        ],
        batch_size=_BATCH,
    )


def _bring_back(row: Inspection, keys: list[int], now: datetime) -> None:
    """A finding that comes back is new again; an old waiver does not cover it."""
    due = due_date(city_limit(MENDING_LIMIT), business_date(now), calendar=city_calendar())
    for start in range(0, len(keys), _BATCH):
        rows = KnownFinding.objects.filter(pk__in=keys[start : start + _BATCH])
        rows.update(gone_at=None, first_seen_at=now, first_seen_in=row, waived_until=None, waive_reason="")
        rows.filter(severity=Severity.ERROR.value).update(due_on=due)


def _let_go(keys: list[int], now: datetime) -> None:
    for start in range(0, len(keys), _BATCH):
        KnownFinding.objects.filter(pk__in=keys[start : start + _BATCH]).update(gone_at=now)


def _reword(findings: Mapping[int, Finding]) -> None:
    """Messages follow the rules and what they found: a new version of the platform may say it better."""
    rows = [
        KnownFinding(pk=pk, zh=f.zh, en=f.en, severity=f.severity.value, fixable=f.fixable)
        for pk, f in findings.items()
    ]
    KnownFinding.objects.bulk_update(rows, ["zh", "en", "severity", "fixable"], batch_size=_BATCH)


def _count(row: Inspection, judged: tuple[Judged, ...], now: datetime, *, appeared: int, gone: int) -> None:
    waived = set(
        KnownFinding.objects.filter(gone_at=None, waived_until__gte=business_date(now)).values_list(
            "entry_id", "rule", "place"
        )
    )
    severities: Counter[Severity] = Counter()
    rules: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    departments: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in judged:
        departments[one.entry.provider]
        for finding in one.findings:
            if (one.entry.key, finding.rule, finding.place[:PLACE_LENGTH]) in waived:
                continue
            column = 0 if finding.severity is Severity.ERROR else 1
            severities[finding.severity] += 1
            rules[finding.rule][column] += 1
            departments[one.entry.provider][column] += 1
    row.status = InspectionStatus.DONE.value
    row.done_at = now
    row.entries = len(judged)
    row.items = sum(len(one.entry.draft.items) for one in judged)
    row.faultless = sum(not one.findings for one in judged)
    row.errors, row.warnings = severities[Severity.ERROR], severities[Severity.WARNING]
    row.waived, row.appeared, row.gone = len(waived), appeared, gone
    row.by_rule, row.by_department = dict(rules), dict(departments)
    row.save()


def _was_looked_at(rule: str) -> bool:
    return rule not in RULE_OF or not set(RULE_OF[rule].needs) & _NOT_LOOKED_AT
