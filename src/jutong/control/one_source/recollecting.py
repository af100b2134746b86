"""Warnings for a draft: what it collects and another department already provides (重复采集)."""

from collections.abc import Iterable, Mapping

import msgspec

from jutong.control.catalogue.api import EntryDraft
from jutong.control.one_source.holders import Holder, facts_of_draft, holders
from jutong.control.one_source.judging import judge
from jutong.control.one_source.models import Holding, ItemCase
from jutong.control.one_source.naming import Naming
from jutong.control.one_source.reading import decisions_index
from jutong.control.one_source.terms import CaseStatus, ItemRole
from jutong.control.one_source.values import (
    DecisionsIndex,
    ItemFact,
    RecollectionWarning,
    SourceDecision,
)
from jutong.control.standards.api import StandardsIndex, standards_index
from jutong.kernel.clock import SHANGHAI, SystemClock

_LOOKED_AT = 40
"""Published items of one key that are compared with a drafted one."""


def warnings_for(
    draft: EntryDraft,
    *,
    provider: str,
    service: str = "",
    index: StandardsIndex | None = None,
    decisions: DecisionsIndex | None = None,
) -> tuple[RecollectionWarning, ...]:
    """The items of `draft` that another line of departments than `provider`'s provides already, in their order.

    `service` is that of the draft's own entry, where it has one. `index` and `decisions` spare their loading.
    """
    known = holders()
    own = known.get(provider) or Holder(provider, provider)
    index = index or standards_index(SystemClock().now().astimezone(SHANGHAI).date())
    decisions = decisions or decisions_index()
    naming = Naming(index)
    facts = facts_of_draft(draft, provider, own)
    keys = {fact.field: naming.identity(fact) for fact in facts}
    wanted = {one.key[:255] for one in keys.values() if one.role is ItemRole.SUBSTANTIVE}
    different = set(
        ItemCase.objects.filter(status=CaseStatus.NOT_SAME.value, key__in=wanted).values_list(
            "key", flat=True
        )
    )
    published = _published(wanted - different, own.line)
    found: list[RecollectionWarning] = []
    for fact in facts:
        key = keys[fact.field].key[:255]
        if key not in wanted:
            continue
        decision = decisions.decided.get((service, fact.field)) or decisions.by_key.get(key)
        if decision is not None:
            if known.get(decision.department, own).line != own.line:
                found.append(_decided(fact, decision))
        elif best := _nearest(fact, published.get(key, ()), naming):
            found.append(_undecided(fact, best, decisions))
    return tuple(found)


def _published(keys: Iterable[str], line: str) -> Mapping[str, tuple[ItemFact, ...]]:
    rows = Holding.objects.filter(key__in=list(keys)).exclude(line=line).order_by("pk")
    found: dict[str, tuple[ItemFact, ...]] = {}
    for key, text in rows.values_list("key", "fact"):
        if len(found.get(key, ())) < _LOOKED_AT:
            found[key] = (*found.get(key, ()), msgspec.json.decode(text, type=ItemFact))
    return found


def _nearest(fact: ItemFact, published: Iterable[ItemFact], naming: Naming) -> ItemFact | None:
    """The published item most like the drafted one, if they are the same at all."""
    verdicts = [(judge(fact, other, naming), other) for other in published]
    same = [(verdict.score, other) for verdict, other in verdicts if verdict.same]
    return max(same, key=lambda pair: pair[0])[1] if same else None


def _decided(fact: ItemFact, source: SourceDecision) -> RecollectionWarning:
    return RecollectionWarning(
        field=fact.field,
        name=fact.name,
        decided=True,
        department=source.department,
        department_name=source.department_name,
        service=source.service,
        source_field=source.field,
        title=source.title,
        case=source.case,
        zh=f"“{fact.name}”已确定数源为{source.department_name}《{source.title}》，请从该目录申请共享，不再重复采集。",
        en=f"“{fact.name}” comes from {source.department_name}, entry “{source.title}”, by decision. "
        "Apply for it there instead of collecting it again.",
    )


def _undecided(fact: ItemFact, other: ItemFact, decisions: DecisionsIndex) -> RecollectionWarning:
    waiting = decisions.undecided.get(other.place)
    return RecollectionWarning(
        field=fact.field,
        name=fact.name,
        decided=False,
        department=other.department,
        department_name=other.department_name,
        service=other.service,
        source_field=other.field,
        title=other.title,
        case=waiting.case if waiting else "",
        zh=f"“{fact.name}”已由{other.department_name}在《{other.title}》中提供，数源尚未确定。请先核实能否共享获取，避免重复采集。",
        en=f"“{fact.name}” is provided by {other.department_name} in entry “{other.title}”; its source is not decided yet. "
        "See first whether it can be shared instead of collected again.",
    )
