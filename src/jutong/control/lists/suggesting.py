"""Which department may be the source of a demand that no entry satisfies, each with its reasons."""

from collections import defaultdict
from typing import Final

from jutong.control.directory.api import (
    Actor,
    DepartmentKind,
    DepartmentView,
    Permission,
    departments,
    require,
)
from jutong.control.duties.api import DutyFilter, all_duties
from jutong.control.lists.demands import want_of
from jutong.control.lists.matching import (
    SHOWN,
    Want,
    canonical,
    core,
    judged,
    likeness,
    nearby,
)
from jutong.control.lists.reading import find
from jutong.control.lists.values import Reason, Suggestion

NAMED, PROPOSED, DUTY_CODE, DUTY_NAME, ENTRY = 40, 40, 40, 25, 30
"""Points of each reason; those of one kind count once."""
_ENDS: Final = ("局", "委员会", "委", "厅", "办公室", "办", "中心")


def suggested_sources(actor: Actor, number: str) -> tuple[Suggestion, ...]:
    """Departments that may hold what the demand asks for, the likeliest first."""
    require(actor, Permission.ENTRY_READ)
    return sources_of(actor, want_of(find(number)))


def sources_of(actor: Actor, want: Want) -> tuple[Suggestion, ...]:
    others = {
        one.code: one
        for one in departments()
        if one.code != want.department and one.kind is not DepartmentKind.BUREAU
    }
    reasons: dict[str, dict[int, tuple[int, Reason]]] = defaultdict(dict)
    for place, (department, points, reason) in enumerate(
        [*_named(want, others), *_by_duties(actor, want), *_by_entries(want)]
    ):
        if department in others:
            reasons[department][place] = (points, reason)
    found = [
        Suggestion(
            department=code,
            name=others[code].name,
            score=min(100, sum(points for points, _ in given.values())),
            reasons=tuple(reason for _, reason in given.values()),
        )
        for code, given in reasons.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.department))[:SHOWN])


def _named(want: Want, others: dict[str, DepartmentView]) -> list[tuple[str, int, Reason]]:
    found = []
    if want.proposed:
        found.append(
            (
                want.proposed,
                PROPOSED,
                Reason(zh="需求部门拟定的提供部门", en="The demanding department proposes it"),
            )
        )
    text = f"{want.name}\n{want.text}"
    for code, one in others.items():
        known_as = {one.name, one.short_name, _stem(one.name)}
        hit = next(
            (name for name in sorted(known_as, key=len, reverse=True) if len(name) > 1 and name in text), ""
        )
        if hit:
            found.append(
                (
                    code,
                    NAMED,
                    Reason(zh=f"需求文字中提到「{hit}」", en=f"The demand's text speaks of {hit}"),
                )
            )
    return found


def _stem(name: str) -> str:
    """市民政局 → 民政: what a department is called in passing."""
    bare = name.removeprefix("市").removeprefix("省")
    for end in _ENDS:
        if bare.endswith(end) and len(bare) > len(end) + 1:
            return bare[: -len(end)]
    return bare


def _by_duties(actor: Actor, want: Want) -> list[tuple[str, int, Reason]]:
    """Owners of the duties that the demand names, and of duties about the same thing."""
    found: list[tuple[str, int, Reason]] = []
    for code in want.duties:
        for duty in all_duties(actor, DutyFilter(text=code)):
            if duty.code == code and duty.department:
                zh, en = f"负责事项「{duty.name}」（{code}）", f"It is in charge of {duty.name} ({code})"
                found.append((duty.department, DUTY_CODE, Reason(zh=zh, en=en)))
    about = core(want.name)
    seen = {department for department, _, _ in found}
    for duty in all_duties(actor, DutyFilter(text=about[:4])) if len(about) > 1 else ():
        alike = likeness(about, core(duty.name)) >= 0.3
        if duty.department and duty.department not in seen and alike:
            seen.add(duty.department)
            zh, en = f"有相关事项「{duty.name}」", f"It has the duty {duty.name}"
            found.append((duty.department, DUTY_NAME, Reason(zh=zh, en=en)))
    return found


def _by_entries(want: Want) -> list[tuple[str, int, Reason]]:
    """Providers of entries that are near, if not near enough to be a match; the nearest of each."""
    found: dict[str, tuple[str, int, Reason]] = {}
    entries = [entry for entry in nearby(want) if entry.provider != want.department]
    about = canonical(want.name)
    ranked = sorted((judged(want, entry) for entry in entries), key=lambda match: -match.score)
    for match in ranked:
        near = match.found or likeness(about, canonical(match.title)) >= 0.25
        if near and match.provider not in found:
            zh = f"已有相近目录「{match.title}」，含所需信息项 {len(match.found)} 个"
            en = f"It has the entry {match.title}, with {len(match.found)} of the wanted items"
            found[match.provider] = (
                match.provider,
                round(ENTRY * min(1.0, match.score / 60)),
                Reason(zh=zh, en=en),
            )
    return list(found.values())
