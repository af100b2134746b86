"""Duties without data, data without duty, and what seems to belong together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from jutong.control.catalogue.api import (
    BulkRow,
    EntryDuties,
    create_or_change_many,
    entries_with_duties,
    whole_entries,
)
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.drafting.from_duties import is_without_data
from jutong.control.drafting.from_tables import overlap, pairs_of
from jutong.control.drafting.models import Proposal
from jutong.control.drafting.terms import ProposalStatus
from jutong.control.drafting.values import ChoiceResult, Gaps, LinkSuggestion, LooseEntry
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyFilter, DutyStatus, DutyView
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError

MOST_SUGGESTIONS = 100
_LIKELY = 0.6
_COMMONEST = 100
"""A pair of characters that more duties of a department have says nothing about any of them."""


def gaps(actor: Actor, department: str = "") -> Gaps:
    """Both directions of the comparison, of one department or of all that the actor may see."""
    require(actor, Permission.ENTRY_READ, department or None)
    known = {
        one.code: one
        for one in duties.all_duties(actor, DutyFilter(department=department))
        if one.status is not DutyStatus.ABOLISHED
    }
    entries = entries_with_duties(actor, department)
    held = {code for entry in entries for code in entry.duties}
    open_rows = Proposal.objects.filter(status=ProposalStatus.PROPOSED.value)
    if department:
        open_rows = open_rows.filter(provider__code=department)
    proposed = _proposed_codes(open_rows.values_list("draft", flat=True))
    bare = tuple(
        one
        for one in known.values()
        if one.code not in held and one.code not in proposed and not is_without_data(one)
    )
    named = duties.named(sorted(held))
    loose = tuple(_loose(entries, named))
    return Gaps(
        duties=len(known),
        covered=sum(code in held for code in known),
        without_data=sum(is_without_data(one) and one.code not in held for one in known.values()),
        bare_duties=bare,
        proposed_duties=sum(code in proposed and code not in held for code in known),
        entries=len(entries),
        loose_entries=loose,
        open_proposals=open_rows.count(),
        suggestions=link_suggestions(loose, [one for one in known.values() if one.code not in held]),
    )


class _Duties(msgspec.Struct):
    """The one element of a stored draft that the comparison reads."""

    duties: tuple[str, ...] = ()


def _proposed_codes(drafts: Iterable[str]) -> frozenset[str]:
    return frozenset(code for text in drafts for code in msgspec.json.decode(text, type=_Duties).duties)


def _loose(entries: Iterable[EntryDuties], named: Mapping[str, DutyView]) -> Iterable[LooseEntry]:
    for entry in entries:
        standing = [
            code for code in entry.duties if code in named and named[code].status is not DutyStatus.ABOLISHED
        ]
        if not standing:
            yield LooseEntry(
                service=entry.service,
                title=entry.title,
                provider=entry.provider,
                status=entry.status,
                unknown=entry.duties,
            )


def link_suggestions(
    entries: Sequence[LooseEntry], open_duties: Sequence[DutyView]
) -> tuple[LinkSuggestion, ...]:
    """Pairs of one department whose names share most of their character pairs, the likeliest first.

    Duties are looked up by their pairs, so that a city's thousands are not compared each with each.
    """
    by_pair: dict[tuple[str, str], set[int]] = defaultdict(set)
    pairs = [pairs_of(duty.name) for duty in open_duties]
    for place, duty in enumerate(open_duties):
        for pair in pairs[place]:
            by_pair[duty.department, pair].add(place)
    found: list[LinkSuggestion] = []
    for entry in entries:
        wanted = pairs_of(entry.title)
        rare = (by_pair.get((entry.provider, pair), set()) for pair in wanted)
        places = {place for found_at in rare if len(found_at) <= _COMMONEST for place in found_at}
        for place in places:
            score = overlap(wanted, pairs[place])
            if score >= _LIKELY:
                found.append(_suggestion(entry, open_duties[place], score, wanted & pairs[place]))
    found.sort(key=lambda one: (-one.score, one.service, one.duty))
    return tuple(found[:MOST_SUGGESTIONS])


def _suggestion(entry: LooseEntry, duty: DutyView, score: float, shared: frozenset[str]) -> LinkSuggestion:
    words = "、".join(sorted(shared, key=duty.name.find)[:6])
    return LinkSuggestion(
        service=entry.service,
        title=entry.title,
        duty=duty.code,
        duty_name=duty.name,
        score=round(score, 2),
        zh=f"名称中共有“{words}”（{score:.0%}）",
        en=f"{score:.0%} of the shorter name's character pairs are in both",
    )


def link_duties(actor: Actor, pairs: Sequence[tuple[str, str]], *, clock: Clock) -> tuple[ChoiceResult, ...]:
    """Let each entry (service) name the duty (code); a published entry gets a pending change to submit.

    One result an entry; what is wrong with one never stops the others.
    """
    require(actor, Permission.ENTRY_DRAFT)
    wanted: dict[str, list[str]] = {}
    for service, code in pairs:
        wanted.setdefault(service, []).append(code)
    known = duties.named([code for codes in wanted.values() for code in codes])
    held = {one.service: one for one in whole_entries(actor, list(wanted))}
    results = []
    for number, (service, codes) in enumerate(wanted.items()):
        entry = held.get(service)
        try:
            for code in codes:
                if code not in known:
                    duties.duty(actor, code)  # says what is wrong
            if entry is None:
                raise EntryNotFound(service=service)
            require(actor, Permission.ENTRY_DRAFT, entry.provider)
            named = tuple(dict.fromkeys((*entry.draft.duties, *codes)))
            if named != entry.draft.duties:
                draft = replace(entry.draft, duties=named)
                row = BulkRow(provider=entry.provider, draft=draft, service=service, revision=entry.revision)
                create_or_change_many(actor, [row], clock=clock)
                record(
                    actor,
                    AuditAction.DUTY_LINK,
                    at=clock.now(),
                    object_type="entry",
                    object_id=service,
                    department=entry.provider,
                    detail={"duties": codes},
                )
            results.append(ChoiceResult(number=number, title=entry.draft.title, service=service))
        except JutongError as error:
            results.append(
                ChoiceResult(
                    number=number,
                    title=entry.draft.title if entry else service,
                    code=error.code,
                    zh=error.message("zh"),
                    en=error.message("en"),
                )
            )
    return tuple(results)
