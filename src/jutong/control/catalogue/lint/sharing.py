"""Rules about sharing, opening and update frequency."""

import re
from dataclasses import replace
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.mending import set_where
from jutong.control.catalogue.lint.rule import E, Element, LintRule, W, items_within, when
from jutong.control.catalogue.terms import Provision
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    OpenType,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

NOT_SHARED, CONDITIONAL, FREE = SharingType.NOT_SHARED, SharingType.CONDITIONAL, SharingType.UNCONDITIONAL
_OPEN_STRICTNESS: Final = {OpenType.UNCONDITIONAL: 0, OpenType.CONDITIONAL: 1, OpenType.NOT_OPEN: 2}
_CYCLES: Final = tuple(UpdateFrequency)[:7]
"""Those with a cycle, the shortest first."""
_VAGUE: Final = re.compile(r"(无|有条件(共享)?|需?要?申请|按规定|依申请|视情况|按需|部门审核|待定)[。.]?")
_LOWER_RANK: Final = re.compile(r"(办法|细则|通知|意见|制度|方案|规程|指南)[》）)]?$")


def _looser(item: InformationItem, draft: EntryDraft) -> bool:
    # What no standard knows is for C19 to say.
    return SHARING_STRICTNESS.get(item.sharing_type, 9) < SHARING_STRICTNESS.get(draft.sharing_type, 0)


def _opened_wider(item: InformationItem, draft: EntryDraft) -> bool:
    # In an entry that is not open the items' own open types have no effect.
    return (
        draft.open_type is OpenType.CONDITIONAL
        and _OPEN_STRICTNESS[item.open_type] < _OPEN_STRICTNESS[draft.open_type]
    )


def _stricter_without_reason(item: InformationItem, draft: EntryDraft) -> bool:
    stricter = SHARING_STRICTNESS.get(item.sharing_type, 0) > SHARING_STRICTNESS.get(draft.sharing_type, 9)
    return stricter and not item.sharing_condition.strip()


def _slower_than_business(draft: EntryDraft) -> bool:
    business, data = draft.business_frequency, draft.update_frequency
    return business in _CYCLES and data in _CYCLES and _CYCLES.index(data) > _CYCLES.index(business)


RULES: Final = (
    LintRule(
        code="C19", severity=E, element=Element.SHARING, source=r.GUIDE,
        zh="{place} 没有共享类型，或共享类型不是“无条件共享、有条件共享、不予共享”之一。", advice_zh="请选择。",
        en="{place} has no sharing type, or none of the three.", advice_en="Choose one.",
        check=lambda draft, _: [
            *(() if isinstance(draft.sharing_type, SharingType) else ("sharing_type",)),
            *(item.name for item in draft.items if not isinstance(item.sharing_type, SharingType)),
        ],
    ),
    LintRule(
        code="C20", severity=E, element=Element.SHARING, source=r.REGULATION,
        zh="有条件共享须填写共享条件和理由。", advice_zh="请补充。",
        en="Conditional sharing needs its condition and its reason.", advice_en="Add them.",
        check=when(
            "sharing_condition",
            lambda draft, _: draft.sharing_type is CONDITIONAL
            and not (draft.sharing_condition.strip() and draft.sharing_reason.strip()),
        ),
    ),
    LintRule(
        code="C21", severity=E, element=Element.SHARING, source=r.REGULATION,
        zh="不予共享须写明法律、行政法规或国务院决定的文件名、文号和条款（国令第809号）。", advice_zh="请补充依据。",
        en="A refusal to share must cite law, regulation or State Council decision: document, number, article.",
        advice_en="Add it.",
        check=when(
            "basis_document",
            lambda draft, _: draft.sharing_type is NOT_SHARED
            and not (draft.basis_document.strip() and draft.basis_number.strip() and draft.basis_article.strip()),
        ),
    ),
    LintRule(
        code="C22", severity=W, element=Element.SHARING, source=r.GUIDE,
        zh="无条件共享须通过共享平台提供。", advice_zh="请至少选择一种平台共享方式。",
        en="Unconditional sharing goes through the platform.", advice_en="Choose at least one of its methods.",
        check=when("sharing_methods", lambda draft, _: draft.sharing_type is FREE and not draft.sharing_methods),
    ),
    LintRule(
        code="C23", severity=E, element=Element.SHARING, source=r.REGULATION,
        zh="信息项“{place}”的共享类型比目录宽松。", advice_zh="请改为相同或更严格的类型。",
        en="The item {place} is shared more loosely than its entry.",
        advice_en="Give it the same type or a stricter one.",
        check=items_within(_looser),
        fix=set_where(_looser, lambda _, draft: {"sharing_type": draft.sharing_type}),
    ),
    LintRule(
        code="C24", severity=E, element=Element.OPENNESS, source=r.GUIDE,
        zh="不予共享的数据不能无条件开放。", advice_zh="请修改开放类型。",
        en="What is not shared cannot be open without condition.", advice_en="Change the open type.",
        check=when(
            "open_type",
            lambda draft, _: draft.sharing_type is NOT_SHARED and draft.open_type is OpenType.UNCONDITIONAL,
        ),
        fix=lambda draft: replace(draft, open_type=OpenType.NOT_OPEN)
        if draft.sharing_type is NOT_SHARED and draft.open_type is OpenType.UNCONDITIONAL
        else draft,
    ),
    LintRule(
        code="C25", severity=E, element=Element.OPENNESS, source=r.GUIDE,
        zh="有条件开放须填写开放条件。", advice_zh="请补充。",
        en="Conditional opening needs its condition.", advice_en="Add it.",
        check=when(
            "open_condition",
            lambda draft, _: draft.open_type is OpenType.CONDITIONAL and not draft.open_condition.strip(),
        ),
    ),
    LintRule(
        code="C27", severity=W, element=Element.FREQUENCY,
        zh="实时更新只适用于服务接口。", advice_zh="请改用接口方式，或调整更新周期。",
        en="Real-time updates need a service interface.", advice_en="Use one, or change the frequency.",
        check=when(
            "update_frequency",
            lambda draft, _: draft.update_frequency is UpdateFrequency.REAL_TIME
            and SharingMethod.API not in draft.sharing_methods,
        ),
    ),
    LintRule(
        code="P20", severity=W, element=Element.OPENNESS,
        zh="目录有条件开放，信息项“{place}”却无条件开放。", advice_zh="请改为与目录一致。",
        en="The entry is open with a condition, its item {place} without.", advice_en="Give it the entry's type.",
        check=items_within(_opened_wider),
        fix=set_where(_opened_wider, lambda _, draft: {"open_type": draft.open_type}),
    ),
    LintRule(
        code="P21", severity=W, element=Element.SHARING, source=r.REGULATION,
        zh="共享条件过于笼统，使用部门无法判断能否申请。",
        advice_zh="请写明用于何种职责、何种事项可以共享；不得自行增设条件。",
        en="The sharing condition is too vague to tell who may apply.",
        advice_en="Name the duties and matters for which it is shared; conditions may not be invented.",
        check=when(
            "sharing_condition",
            lambda draft, _: draft.sharing_type is CONDITIONAL
            and bool(_VAGUE.fullmatch(draft.sharing_condition.strip())),
        ),
    ),
    LintRule(
        code="P22", severity=W, element=Element.SHARING,
        zh="无条件共享，却填写了共享条件。", advice_zh="请删除条件，或改为有条件共享。",
        en="Shared without condition, yet a condition is written.", advice_en="Remove it or share conditionally.",
        check=when(
            "sharing_condition",
            lambda draft, _: draft.sharing_type is FREE and draft.sharing_condition.strip() not in {"", "无", "无条件"},
        ),
    ),
    LintRule(
        code="P23", severity=W, element=Element.SHARING,
        zh="不予共享，却选择了共享方式。", advice_zh="请清空共享方式。",
        en="Not shared, yet methods of sharing are chosen.", advice_en="Clear them.",
        check=when(
            "sharing_methods", lambda draft, _: draft.sharing_type is NOT_SHARED and bool(draft.sharing_methods)
        ),
        fix=lambda draft: replace(draft, sharing_methods=()) if draft.sharing_type is NOT_SHARED else draft,
    ),
    LintRule(
        code="P24", severity=W, element=Element.SHARING, source=r.REGULATION,
        zh="不予共享的依据像是规章以下的文件。", advice_zh="请引用法律、行政法规或国务院决定，否则改为有条件共享。",
        en="The basis of the refusal looks like a document below a regulation.",
        advice_en="Cite a law, regulation or State Council decision, or share conditionally.",
        check=when(
            "basis_document",
            lambda draft, _: draft.sharing_type is NOT_SHARED
            and bool(_LOWER_RANK.search(draft.basis_document.strip())),
        ),
    ),
    LintRule(
        code="P25", severity=W, element=Element.SHARING, source=r.REGULATION,
        zh="信息项“{place}”比目录更严格，但没有写明条件或依据。", advice_zh="请填写信息项的共享条件。",
        en="The item {place} is stricter than its entry without saying why.", advice_en="Write its own condition.",
        check=items_within(_stricter_without_reason),
    ),
    LintRule(
        code="P26", severity=W, element=Element.FREQUENCY,
        zh="数据一次性提供，更新周期却是定期更新。", advice_zh="请改为周期性提供，或将更新周期改为不更新。",
        en="The data is provided once, yet updated regularly.",
        advice_en="Provide it periodically, or set the frequency to never.",
        check=when(
            "update_frequency",
            lambda draft, _: draft.provision is Provision.ONE_OFF and draft.update_frequency in _CYCLES,
        ),
    ),
    LintRule(
        code="P27", severity=W, element=Element.FREQUENCY,
        zh="更新周期为不更新，提供方式却是周期性提供。", advice_zh="请改为一次性提供。",
        en="The data is never updated, yet provided periodically.", advice_en="Provide it once.",
        check=when("provision", lambda draft, _: _never_yet_periodic(draft)),
        fix=lambda draft: replace(draft, provision=Provision.ONE_OFF) if _never_yet_periodic(draft) else draft,
    ),
    LintRule(
        code="P28", severity=W, element=Element.FREQUENCY,
        zh="数据更新比业务更新慢。", advice_zh="请缩短数据更新周期，或说明原因。",
        en="The data is updated less often than the business.", advice_en="Shorten the data's cycle.",
        check=when("update_frequency", lambda draft, _: _slower_than_business(draft)),
    ),
)  # fmt: skip


def _never_yet_periodic(draft: EntryDraft) -> bool:
    return draft.update_frequency is UpdateFrequency.NEVER and draft.provision is Provision.PERIODIC
