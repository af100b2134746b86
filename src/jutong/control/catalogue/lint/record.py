"""Rules about an entry's life: codes, versions, reviews, changes and re-organisation."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import LintContext, RecordFacts
from jutong.control.catalogue.lint.rule import Check, E, Element, Knowledge, LintRule, W, when
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import SHARING_STRICTNESS, EntryStatus

_STALE_CHANGE: Final = timedelta(days=30)
_STALE_RETURN: Final = timedelta(days=14)
_RECORD: Final = (Knowledge.RECORD,)


def _recorded(place: str, wrong: Callable[[RecordFacts, LintContext], bool]) -> Check:
    def check(_: EntryDraft, context: LintContext) -> Iterable[str]:
        record = context.record
        return (place,) if record is not None and wrong(record, context) else ()

    return check


def _reused(_: EntryDraft, context: LintContext) -> bool:
    record = context.record
    return (
        record is not None
        and bool(record.codes_given)
        and (context.codes or {}).get(record.code, context.service) != context.service
    )


def _is_stale(record: RecordFacts, context: LintContext, after: timedelta) -> bool:
    return record.updated_on is not None and record.updated_on + after < context.today


def _structural_changes(draft: EntryDraft, context: LintContext) -> Iterable[str]:
    """Items that consumers hold a grant on and that the pending change removes or gives another type."""
    record, use = context.record, context.use
    if record is None or record.published is None or use is None or not use.grants:
        return ()
    after = {item.field: item for item in draft.items}
    return [
        item.name
        for item in record.published.items
        if item.field not in after or after[item.field].data_type is not item.data_type
    ]


def _lowered(draft: EntryDraft, context: LintContext) -> Iterable[str]:
    record = context.record
    if record is None or record.published is None:
        return ()
    before = {item.field: item.level.rank for item in record.published.items}
    return [item.name for item in draft.items if item.level.rank < before.get(item.field, 0)]


def _tightened(draft: EntryDraft, context: LintContext) -> bool:
    record, use = context.record, context.use
    return (
        record is not None
        and record.published is not None
        and use is not None
        and use.grants > 0
        and SHARING_STRICTNESS[draft.sharing_type] > SHARING_STRICTNESS[record.published.sharing_type]
    )


def _moved(_: EntryDraft, context: LintContext) -> bool:
    return not (context.provider_active and context.region_in_force)


RULES: Final = (
    LintRule(
        code="C05", severity=E, element=Element.CODE, source=r.PRACTICE, needs=_RECORD,
        zh="一个目录只能有一个信息资源代码，本目录有多个。", advice_zh="请由数据主管部门核对，保留一个代码。",
        en="An entry has one resource code; this one has several.", advice_en="The data authority keeps one.",
        check=_recorded("code", lambda record, _: len(set(record.codes_given)) > 1),
    ),
    LintRule(
        code="C07", severity=E, element=Element.CODE, source=r.GUIDE, needs=(Knowledge.RECORD, Knowledge.CATALOGUE),
        zh="信息资源代码曾赋给另一目录，代码不得重复使用。", advice_zh="请由数据主管部门重新赋码。",
        en="The resource code was given to another entry before; codes are never used again.",
        advice_en="The data authority gives a new one.",
        check=when("code", _reused),
    ),
    LintRule(
        code="C29", severity=E, element=Element.PUBLICATION, source=r.GUIDE, needs=_RECORD,
        zh="发布日期晚于今天。", advice_zh="请核对服务器时间和发布日期。",
        en="The date of publication lies in the future.", advice_en="Check it and the machine's clock.",
        check=_recorded(
            "published_on", lambda record, context: record.published_on is not None and record.published_on > context.today
        ),
    ),
    LintRule(
        code="C42", severity=E, element=Element.LEVEL, source=r.GRADING, needs=_RECORD,
        zh="信息项“{place}”的级别未经审核人确认。", advice_zh="请由审核人在分级页面确认。",
        en="No reviewer has confirmed the level of {place}.", advice_en="A reviewer confirms it.",
        check=lambda _, context: context.record.unconfirmed if context.record else (),
    ),
    LintRule(
        code="C47", severity=W, element=Element.PROVIDER, needs=(Knowledge.DIRECTORY,),
        zh="提供部门已撤并，或其行政区划已变更。", advice_zh="请重新确认责任部门（机构改革）。",
        en="The provider was merged or closed, or its region has changed.", advice_en="Confirm who answers for it now.",
        check=when("provider", _moved),
    ),
    LintRule(
        code="C48", severity=E, element=Element.PUBLICATION, needs=_RECORD,
        zh="变更后的版本没有写明变更原因。", advice_zh="请在下次变更发布时补充说明。",
        en="The changed version does not say why.", advice_en="Give the reason with the next change.",
        check=_recorded("version", lambda record, _: record.live and record.version > 1 and not record.reason.strip()),
    ),
    LintRule(
        code="P70", severity=E, element=Element.CODE, source=r.GUIDE, needs=_RECORD,
        zh="信息资源代码的位数不对，或首位与目录的类不一致。", advice_zh="请由数据主管部门核对分类和代码。",
        en="The resource code has not the right form, or does not begin with the digit of its class.",
        advice_en="The data authority checks class and code.",
        check=_recorded("code", lambda record, _: bool(record.code) and not record.code_fits),
    ),
    LintRule(
        code="P71", severity=E, element=Element.PUBLICATION, source=r.PRACTICE, needs=_RECORD,
        zh="状态为已发布，但门户和网关上看不到。", advice_zh="请由主管部门重新发布；仍看不到时联系系统管理员。",
        en="Published, yet neither portal nor gateway shows it.",
        advice_en="The bureau publishes it again; then ask the system administrator.",
        check=_recorded("status", lambda record, _: record.status is EntryStatus.PUBLISHED and not record.live),
    ),
    LintRule(
        code="P72", severity=W, element=Element.PUBLICATION, needs=_RECORD,
        zh="变更起草后超过30天未提交。", advice_zh="请提交或放弃变更。",
        en="The change was begun more than 30 days ago.", advice_en="Submit or discard it.",
        check=_recorded(
            "status",
            lambda record, context: record.published is not None
            and record.status is EntryStatus.DRAFT
            and _is_stale(record, context, _STALE_CHANGE),
        ),
    ),
    LintRule(
        code="P73", severity=W, element=Element.PUBLICATION, needs=_RECORD,
        zh="退回后超过14天未修改。", advice_zh="请按退回意见修改后重新提交。",
        en="Returned more than 14 days ago and not mended.", advice_en="Mend it as the review says and submit again.",
        check=_recorded(
            "status",
            lambda record, context: record.status is EntryStatus.RETURNED
            and _is_stale(record, context, _STALE_RETURN),
        ),
    ),
    LintRule(
        code="P74", severity=W, element=Element.PUBLICATION, source=r.REGULATION, needs=_RECORD,
        zh="主管部门审核已超期。", advice_zh="请主管部门尽快审核。",
        en="The bureau's review is overdue.", advice_en="The bureau reviews it.",
        check=_recorded(
            "review_due_on",
            lambda record, context: record.status is EntryStatus.BUREAU_REVIEW
            and record.review_due_on is not None
            and record.review_due_on < context.today,
        ),
    ),
    LintRule(
        code="P75", severity=W, element=Element.ITEMS, needs=(Knowledge.RECORD, Knowledge.USE),
        zh="变更会删除信息项“{place}”或改变其类型，而已有部门在使用。", advice_zh="请先通知使用部门，或保留该信息项。",
        en="The change removes {place} or its type, and consumers use it.", advice_en="Tell them first, or keep it.",
        check=_structural_changes,
    ),
    LintRule(
        code="P76", severity=W, element=Element.LEVEL, source=r.GRADING, needs=_RECORD,
        zh="变更降低了信息项“{place}”的级别。", advice_zh="请在变更原因中说明重新定级的依据。",
        en="The change lowers the level of {place}.", advice_en="Give the basis of the new grade.",
        check=_lowered,
    ),
    LintRule(
        code="P77", severity=W, element=Element.SHARING, source=r.REGULATION, needs=(Knowledge.RECORD, Knowledge.USE),
        zh="变更收紧了共享类型，而已有部门在使用。", advice_zh="请写明依据，并先与使用部门协商。",
        en="The change shares more strictly while consumers use the data.",
        advice_en="Give the basis and talk with them first.",
        check=when("sharing_type", _tightened),
    ),
)  # fmt: skip
