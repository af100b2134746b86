"""Which entries may satisfy a demand: ranked by a score whose parts are told, no network and no training needed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jutong.control.catalogue.api import EntryFacts, ItemFacts, entries_near
from jutong.control.lists.values import Match, Reason
from jutong.kernel.text import character_pairs, dice, normalise
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.wording import Synonyms, synonyms

TITLE, ITEMS, SUMMARY, DEPARTMENT, DUTY = 45, 35, 10, 5, 5
"""Points that each part is worth; without wanted items theirs go to the title."""
ENOUGH: Final = 25
"""The score below which an entry is not shown."""
SHOWN: Final = 8
_ALIKE: Final = 0.6

# What titles and items carry without saying what the data is about.
_HOLLOW: Final = re.compile(
    r"(基本|相关|有关|全部|全量|全市|本市|市级|数据|信息|情况|资料|记录|明细|清单|名单|名录|台账|目录|表)"
)
_BRACKETS: Final = re.compile(r"[（(【\[].*?[)）】\]]")

# What items and titles of government data are called besides the platform's synonyms.
MORE_SYNONYMS: Final[Synonyms] = (
    ("居民身份证", "公民身份号码", "身份证号码", "身份证号", "居民身份证号", "身份证件号码", "身份证"),
    ("姓名", "名字"),
    ("联系电话", "手机号码", "手机号", "电话号码", "联系方式"),
    ("婚姻登记", "结婚登记", "离婚登记", "婚姻"),
    ("企业", "公司", "法人单位"),
    ("地址", "住址", "住所", "详细地址"),
    ("户籍", "户口", "常住人口登记"),
    ("死亡", "殡葬", "火化"),
    ("出生日期", "出生年月", "生日"),
    ("时间", "日期"),
    ("单位", "机构"),
)
_PARTS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a demand says, as matching needs it."""

    name: str
    items: tuple[str, ...] = ()
    text: str = ""
    """Scene and basis."""
    proposed: str = ""
    duties: tuple[str, ...] = ()
    department: str = ""
    """The demanding department: its own entries are no answer."""


def nearby(want: Want) -> tuple[EntryFacts, ...]:
    """The live entries among which matches are looked for: by parts of the title, and by names of items."""
    about = core(want.name)
    said = [about, bare(normalise(want.name)), *(word for word, group in wording().items() if group in about)]
    names = {*want.items, *map(canonical, want.items)}
    names |= {word for word, group in wording().items() if group in names}
    return entries_near(
        title_parts=sorted({pair for text in said for pair in character_pairs(text)})[:_PARTS],
        item_names=sorted(names)[:_PARTS],
    )


@cache
def wording() -> Mapping[str, str]:
    """Word → the one that stands for its group; groups that share a word are one."""
    merged: list[list[str]] = []
    for group in (*synonyms(), *MORE_SYNONYMS):
        words = [normalise(word) for word in group]
        touching = [known for known in merged if not set(known).isdisjoint(words)]
        merged = [known for known in merged if known not in touching]
        merged.append(list(dict.fromkeys([*(word for known in touching for word in known), *words])))
    return {word: group[0] for group in merged for word in group}


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(wording(), key=len, reverse=True))))


def matches(want: Want, entries: Iterable[EntryFacts], *, shown: int = SHOWN) -> tuple[Match, ...]:
    """The entries worth looking at, the best first; ties in the order of their codes."""
    found = [judged(want, entry) for entry in entries if entry.provider != want.department]
    good = [match for match in found if match.score >= ENOUGH]
    return tuple(sorted(good, key=lambda match: -match.score)[:shown])


def canonical(text: str) -> str:
    """Normalised text in which each synonym is replaced by the word that stands for its group."""
    return _words().sub(lambda hit: wording()[hit.group()], normalise(text).replace(" ", ""))


def core(text: str) -> str:
    """What a title is about: canonical, without brackets and hollow words."""
    return bare(canonical(_BRACKETS.sub("", text)))


def bare(text: str) -> str:
    """`text` without hollow words, unless nothing else is in it."""
    return _HOLLOW.sub("", text) or text


def likeness(one: str, other: str) -> float:
    """0 to 1: shared character pairs of both (Dice), 1 where one contains the other's whole core."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    alike = dice(character_pairs(one), character_pairs(other))
    if min(len(one), len(other)) >= 2 and (one in other or other in one):
        return max(alike, 0.85)
    return alike


def judged(want: Want, entry: EntryFacts) -> Match:
    title = likeness(core(want.name), core(entry.title))
    found, missing = _covered(want, entry.items)
    share = len(found) / len(want.items) if want.items else title
    named = want.proposed == entry.provider
    duties = sorted(set(want.duties) & set(entry.duties))
    summary = _mentioned(want, entry)
    points = (
        TITLE * title
        + ITEMS * share
        + SUMMARY * summary
        + (DEPARTMENT if named else 0)
        + (DUTY if duties else 0)
    )
    items = {item.name: item for item in entry.items}
    shared = [
        items[name].field for _, name in found if items[name].sharing_type is not SharingType.NOT_SHARED
    ]
    return Match(
        service=entry.service,
        title=entry.title,
        provider=entry.provider,
        provider_name=entry.provider_name,
        sharing_type=entry.sharing_type,
        score=min(100, round(points)),
        found=found,
        missing=missing,
        fields=tuple(dict.fromkeys(shared)),
        reasons=_reasons(want, entry, title=title, found=found, summary=summary, named=named, duties=duties),
    )


def _covered(want: Want, items: Collection[ItemFacts]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """((wanted, item) pairs that were found, wanted ones that were not); the likest item is taken."""
    known = [(item.name, canonical(item.name)) for item in items]
    found, missing = [], []
    for wanted in want.items:
        sought = canonical(wanted)
        best = max(known, key=lambda pair: likeness(sought, pair[1]), default=None)
        if best and likeness(sought, best[1]) >= _ALIKE:
            found.append((wanted, best[0]))
        else:
            missing.append(wanted)
    return tuple(found), tuple(missing)


def _mentioned(want: Want, entry: EntryFacts) -> float:
    """Which share of the name's core stands in the entry's summary."""
    pairs = character_pairs(core(want.name))
    summary = canonical(entry.abstract)
    return sum(pair in summary for pair in pairs) / len(pairs) if pairs else 0.0


def _reasons(
    want: Want,
    entry: EntryFacts,
    *,
    title: float,
    found: Sequence[tuple[str, str]],
    summary: float,
    named: bool,
    duties: Sequence[str],
) -> tuple[Reason, ...]:
    reasons = []
    if title >= 0.5:
        reasons.append(
            Reason(
                zh=f"名称相近：所需“{want.name}”，目录“{entry.title}”",
                en=f"The names are alike: {want.name} and {entry.title}",
            )
        )
    if want.items:
        count, wanted = len(found), len(want.items)
        reasons.append(
            Reason(
                zh=f"所需 {wanted} 个信息项中，有 {count} 个在“{entry.title}”中",
                en=f"{count} of {wanted} wanted items are in {entry.title}",
            )
        )
    if summary >= 0.5:
        reasons.append(Reason(zh="目录摘要提到所需数据", en="The entry's summary speaks of the wanted data"))
    if named:
        reasons.append(
            Reason(
                zh=f"由拟提供部门“{entry.provider_name}”提供",
                en=f"Its provider {entry.provider_name} is the one that was proposed",
            )
        )
    if duties:
        codes = "、".join(duties)
        reasons.append(
            Reason(zh=f"关联同一事项：{codes}", en=f"It comes from the same duty: {', '.join(duties)}")
        )
    if entry.sharing_type is SharingType.NOT_SHARED:
        reasons.append(
            Reason(
                zh="注意：该目录不予共享，不能直接申请",
                en="Note: this entry is not shared and cannot be applied for",
            )
        )
    return tuple(reasons)
