"""The entry that a surveyed table suggests, each element with how sure it is and why; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.api import EntryDraft
from jutong.control.drafting.terms import Origin
from jutong.control.drafting.values import Suggested
from jutong.control.duties.api import DutyStatus, DutyView
from jutong.kernel.text import bigram_tokens
from jutong.vocabulary.catalogue import (
    FormatClass,
    Level,
    Meaning,
    OpenType,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.surveys import Evidence, TableSurvey

_FORMATS: Final[Mapping[str, tuple[FormatClass, str]]] = {
    "csv": (FormatClass.SPREADSHEET, "csv"),
    "excel": (FormatClass.SPREADSHEET, "xlsx"),
    "json": (FormatClass.SELF_DESCRIBED, "json"),
    "geojson": (FormatClass.SELF_DESCRIBED, "geojson"),
    "sqlite": (FormatClass.DATABASE, "sqlite"),
    "postgresql": (FormatClass.DATABASE, "postgresql"),
}
_LOOKED_UP: Final = frozenset({Meaning.CITIZEN_ID, Meaning.USCC, Meaning.REAL_ESTATE_UNIT, Meaning.VIN})
_PLAIN: Final = re.compile(r"(数据表|信息表|登记表|记录表|明细表|台账|表)$")
_LIKELY_DUTY: Final = 0.6
_MOST_DUTIES: Final = 5


def suggested_from(
    survey: TableSurvey,
    *,
    origin_key: str,
    provider: str,
    provider_name: str,
    system: str = "",
    duties: Sequence[DutyView] = (),
) -> Suggested:
    """The entry that `survey` suggests; `duties` are the department's, to find those that it comes from."""
    items = tuple(column.item for column in survey.columns)
    sharing, sharing_said = _sharing(items)
    opening, opening_said = _opening(items)
    title, title_said = title_of(survey)
    frequency, frequency_said = _frequency(survey)
    likely = likely_duties(title, duties)
    format_class, format_name = _FORMATS.get(survey.kind, (FormatClass.DATABASE, survey.kind[:20]))
    shared = tuple(replace(item, sharing_type=sharing) for item in items)
    looked_up = tuple((item.field,) for item in items if item.key or item.meaning in _LOOKED_UP)
    draft = EntryDraft(
        title=title,
        classification="307",
        abstract=_abstract(survey, title, provider_name, items),
        format_class=format_class,
        format=format_name,
        items=_opened(shared, opening),
        sharing_type=sharing,
        sharing_condition="依法履行职责需要，按申请的用途使用" if sharing is SharingType.CONDITIONAL else "",
        sharing_reason=sharing_said.zh if sharing is SharingType.CONDITIONAL else "",
        sharing_methods=(SharingMethod.API,),
        open_type=opening,
        open_condition="脱敏后开放" if opening is OpenType.CONDITIONAL else "",
        update_frequency=frequency,
        declared_level=max((item.level for item in items), key=lambda level: level.rank, default=Level.L1),
        system=system,
        without_key=not any(item.key for item in items),
        row_count=survey.rows,
        storage_mb=survey.size_mb,
        duties=tuple(duty.code for duty, _ in likely),
        query_keys=tuple(dict.fromkeys(looked_up))[:4],
    )
    evidence = {
        "title": title_said,
        "sharing_type": sharing_said,
        "open_type": opening_said,
        "update_frequency": frequency_said,
        "items": _items_said(survey),
    }
    if likely:
        best = likely[0]
        evidence["duties"] = Evidence(
            confidence=round(best[1], 2),
            zh=f"名称与事项“{best[0].name[:40]}”相近",
            en="the name is like that of a duty",
        )
    return Suggested(
        origin=Origin.TABLE,
        origin_key=origin_key,
        provider=provider,
        draft=draft,
        evidence=evidence,
        columns=survey.columns,
    )


def title_of(survey: TableSurvey) -> tuple[str, Evidence]:
    """The table's comment without “表”; the survey puts a name from the dictionary there where it has none."""
    said = _PLAIN.sub("", survey.comment.strip()) or survey.comment.strip()
    if re.search(r"[㐀-鿿]", said):
        title = said if said.endswith(("信息", "数据", "名单", "目录", "记录", "情况")) else f"{said}信息"
        return title[:60], Evidence(
            confidence=0.85,
            zh=f"取自表注释或文件名“{survey.comment.strip()[:60]}”",
            en="from the table's comment or the file's name",
        )
    if re.search(r"[㐀-鿿]", survey.table):
        return survey.table[:60], Evidence(
            confidence=0.7, zh=f"取自表名“{survey.table[:60]}”", en="from the table's name, which is Chinese"
        )
    return survey.table[:60], Evidence(
        confidence=0.15,
        zh=f"表 {survey.table} 没有注释，请填写中文名称",
        en=f"{survey.table} has no comment; give it a Chinese name",
    )


def _sharing(items: Sequence[InformationItem]) -> tuple[SharingType, Evidence]:
    sensitive = [item.name for item in items if item.level.rank >= Level.L3.rank]
    if sensitive:
        listed = "、".join(sensitive[:5])
        return SharingType.CONDITIONAL, Evidence(
            confidence=0.85,
            zh=f"含三级以上信息项：{listed}",
            en=f"{len(sensitive)} items are of level 3 or above",
        )
    return SharingType.UNCONDITIONAL, Evidence(
        confidence=0.7, zh="没有三级以上信息项", en="no item is of level 3 or above"
    )


def _opening(items: Sequence[InformationItem]) -> tuple[OpenType, Evidence]:
    highest = max((item.level for item in items), key=lambda level: level.rank, default=Level.L1)
    opening = {Level.L1: OpenType.UNCONDITIONAL, Level.L2: OpenType.CONDITIONAL}.get(
        highest, OpenType.NOT_OPEN
    )
    return opening, Evidence(
        confidence=0.75 if highest.rank > 1 else 0.6,
        zh=f"最高的信息项为{highest.zh}，按分级管控默认{opening.zh}",
        en=f"the strictest item is {highest.en.lower()}: {opening.en.lower()} by default",
    )


def _opened(items: tuple[InformationItem, ...], opening: OpenType) -> tuple[InformationItem, ...]:
    """Items are opened no further than their entry."""
    order = list(OpenType)
    return tuple(replace(item, open_type=max(item.open_type, opening, key=order.index)) for item in items)


def _frequency(survey: TableSurvey) -> tuple[UpdateFrequency, Evidence]:
    if survey.frequency is not None and survey.frequency_evidence is not None:
        return survey.frequency, survey.frequency_evidence
    return UpdateFrequency.IRREGULAR, Evidence(
        confidence=0.2,
        zh="没有能看出更新规律的日期列，请按业务填写",
        en="no column of days shows a rhythm; fill it in from the business",
    )


def _items_said(survey: TableSurvey) -> Evidence:
    known = sum("meaning" in column.evidence for column in survey.columns)
    named = sum(
        column.evidence["name"].confidence >= 0.5 for column in survey.columns if "name" in column.evidence
    )
    total = len(survey.columns)
    return Evidence(
        confidence=round(named / total, 2) if total else 0.0,
        zh=f"{total} 列中 {named} 列有中文名称，{known} 列识别出含义；抽样 {survey.sampled:,} 行",
        en=f"{named} of {total} columns have a Chinese name, {known} a known meaning; {survey.sampled:,} rows sampled",
    )


def _abstract(survey: TableSurvey, title: str, provider_name: str, items: Sequence[InformationItem]) -> str:
    listed = "、".join(item.name for item in items[:8])
    about = "" if survey.rows_exact else "约 "
    return (
        f"{provider_name}的“{title}”，包含{listed}等 {len(items)} 个信息项，{about}{survey.rows:,} 条，"
        f"来自数据表 {survey.table}。"
    )[:256]


def likely_duties(title: str, duties: Sequence[DutyView]) -> list[tuple[DutyView, float]]:
    """Duties in force whose name shares most of its character pairs with `title`, the likeliest first."""
    wanted = pairs_of(title)
    scored = ((duty, overlap(wanted, pairs_of(duty.name))) for duty in duties)
    found = [
        (duty, score)
        for duty, score in scored
        if score >= _LIKELY_DUTY and duty.status is not DutyStatus.ABOLISHED
    ]
    found.sort(key=lambda pair: (-pair[1], pair[0].code))
    return found[:_MOST_DUTIES]


_COMMON: Final = frozenset(
    {"信息", "结果", "办理", "数据", "登记", "管理", "申请", "许可", "审批", "备案", "确认", "发放", "事项"}
)


@lru_cache(maxsize=65_536)
def pairs_of(name: str) -> frozenset[str]:
    """Character pairs that say what a name is about; words that half of all names have are left out."""
    return frozenset(token for token in bigram_tokens(name) if len(token) > 1) - _COMMON


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter name's pairs that the other has too; 0 where a name says next to nothing."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= 2 else 0.0
