"""Entries that duties suggest: siblings together, each with its type's template; pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from jutong.control.catalogue.api import EntryDraft
from jutong.control.drafting.duty_templates import DutyTemplate, template_of
from jutong.control.drafting.terms import Origin
from jutong.control.drafting.values import Suggested
from jutong.control.duties.api import DutyStatus, DutyView, TaskType
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    FormatClass,
    Level,
    SharingMethod,
    SharingType,
)
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.surveys import Evidence

TITLE_LIMIT: Final = 60
# Advice, enquiries and events leave no data of their own behind.
_WITHOUT_DATA: Final = re.compile(
    r".*(咨询|查询|预约|指南|讲座|展览|展演|宣传|阅览|参观|热线|信息公开|政策解读|信息发布|公告|公示|指导|引导|推荐|打印|邮寄)"
    r"(服务|及办理|活动)?([（(].*[）)])?$"
)
_POWERS: Final = frozenset(TaskType) - {TaskType.PUBLIC_SERVICE}
_ASIDE: Final = re.compile(r"[（(【\[].*?[）)】\]]|（.*$")
# Steps in the life of one licence or case: siblings differ in nothing else.
_STEPS: Final = re.compile(
    r"(新办|首次|新设|初审|变更|延续|延期|补办|补发|补证|换发|换证|注销|撤销|续期|遗失|到期|核发|申请|申领|办理|受理|审批|审核"
    r"|审查|核准|登记表|报批|给付|发放)+$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyGroup:
    """Duties of one department whose results make one table."""

    key: str
    provider: str
    provider_name: str
    name: str
    task_type: TaskType
    duties: tuple[DutyView, ...]


def is_without_data(duty: DutyView) -> bool:
    """Whether the duty gives no data of its own; powers always do."""
    return duty.task_type not in _POWERS and bool(_WITHOUT_DATA.fullmatch(duty.name.strip()))


def groups_of(duties: Iterable[DutyView]) -> tuple[DutyGroup, ...]:
    """Duties in force that give data, grouped: sub-items of a main item, and steps of one licence or case."""
    found: dict[tuple[str, TaskType, str], list[DutyView]] = defaultdict(list)
    for duty in duties:
        if not duty.department or duty.status is DutyStatus.ABOLISHED or is_without_data(duty):
            continue
        task_type = duty.task_type or TaskType.OTHER_POWER
        found[duty.department, task_type, core_of(duty.main_item or duty.name)].append(duty)
    return tuple(
        DutyGroup(
            key=f"{department}:{task_type.value}:{core}"[:255],
            provider=department,
            provider_name=members[0].department_name,
            name=core,
            task_type=task_type,
            duties=tuple(members),
        )
        for (department, task_type, core), members in found.items()
    )


def core_of(name: str) -> str:
    """What the duty is about, without remarks in brackets and without the step of its handling."""
    plain = re.sub(r"\s|[“”\"]", "", _ASIDE.sub("", name)).strip("，。、；;,.") or name.strip()
    core = _STEPS.sub("", plain)
    return core if len(core) >= 4 else plain


def suggested_by(group: DutyGroup) -> Suggested:
    """The entry that a group of duties suggests."""
    template = template_of(group.task_type, group.name)
    items, sharing = _items_of(template)
    names = "、".join(duty.name for duty in group.duties[:3])
    more = f"等 {len(group.duties)} 个事项" if len(group.duties) > 3 else ""
    basis = next((duty for duty in group.duties if duty.basis), None)
    certificates = "、".join(sorted({duty.certificates for duty in group.duties if duty.certificates}))
    draft = EntryDraft(
        title=title_of(group.name, template),
        classification="307",
        abstract=f"{group.provider_name}办理“{names}”{more}形成的数据，记录{template.holds}。"[:256],
        format_class=FormatClass.DATABASE,
        format="mysql",
        items=items,
        sharing_type=sharing,
        sharing_condition="依法履行职责需要，按申请的用途使用" if sharing is SharingType.CONDITIONAL else "",
        sharing_reason="含个人或企业的敏感信息项，须确认使用依据"
        if sharing is SharingType.CONDITIONAL
        else "",
        sharing_methods=(SharingMethod.API, SharingMethod.VERIFICATION),
        open_type=template.open_type,
        open_condition="脱敏后开放" if template.open_type.value == "conditional" else "",
        update_frequency=template.update_frequency,
        is_result=True,
        is_certificate=bool(certificates),
        duties=tuple(duty.code for duty in group.duties),
        query_keys=tuple((item.field,) for item in items if item.key),
        scene=f"事项依据：{basis.basis}{basis.basis_article}"[:500] if basis else "",
    )
    return Suggested(
        origin=Origin.DUTY,
        origin_key=group.key,
        provider=group.provider,
        draft=draft,
        evidence=_evidence(group, template),
    )


def title_of(core: str, template: DutyTemplate) -> str:
    """The duty's name and what is kept of it, without saying a word twice, at most `TITLE_LIMIT` characters."""
    suffix = template.suffix
    for length in range(min(len(core), len(suffix)), 1, -1):
        if core.endswith(suffix[:length]):
            suffix = suffix[length:]
            break
    return core[: TITLE_LIMIT - len(suffix)] + suffix


def _items_of(template: DutyTemplate) -> tuple[tuple[InformationItem, ...], SharingType]:
    """The template's items under its sharing type; none is shared more loosely than the entry."""
    sharing = template.sharing_type
    if any(item.level.rank >= Level.L3.rank for item in template.items):
        sharing = max(sharing, SharingType.CONDITIONAL, key=SHARING_STRICTNESS.__getitem__)
    return tuple(replace(item, sharing_type=sharing) for item in template.items), sharing


def _evidence(group: DutyGroup, template: DutyTemplate) -> Mapping[str, Evidence]:
    kind, count = group.task_type, len(group.duties)
    sensitive = sum(item.level.rank >= Level.L3.rank for item in template.items)
    together_zh = f"，合并 {count} 个同类事项" if count > 1 else ""
    together_en = f", {count} sibling duties together" if count > 1 else ""
    return {
        "title": Evidence(
            confidence=template.confidence,
            zh=f"由{kind.zh}事项名称加“{template.suffix}”{together_zh}",
            en=f"the name of the duty ({kind.en.lower()}) and what is kept of it{together_en}",
        ),
        "sharing_type": Evidence(
            confidence=0.8,
            zh=f"{kind.zh}结果含 {sensitive} 个敏感信息项" if sensitive else f"{kind.zh}结果不含敏感信息项",
            en=f"{sensitive} sensitive items are among its results",
        ),
        "open_type": Evidence(
            confidence=0.7,
            zh=f"按{template.source}的惯例",
            en=f"as is usual for {template.source}",
        ),
        "update_frequency": Evidence(
            confidence=0.6,
            zh=f"{kind.zh}一般{template.update_frequency.zh}产生新的结果，请按实际业务核对",
            en=f"results usually come {template.update_frequency.en.lower()}; compare with the business",
        ),
        "items": Evidence(
            confidence=template.confidence,
            zh=f"{kind.zh}的标准结果项（{template.source}），共 {len(template.items)} 项",
            en=f"the {len(template.items)} standard items of such results ({template.source})",
        ),
        "duties": Evidence(
            confidence=0.95,
            zh=f"来自 {count} 个事项：{'、'.join(duty.name for duty in group.duties[:5])}",
            en=f"from {count} duties",
        ),
    }
