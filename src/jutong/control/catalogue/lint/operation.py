"""Rules about what stands behind an entry and who uses it: hooks, deliveries, lists, one source, grants."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from jutong.control.catalogue.lint import rule as r
from jutong.control.catalogue.lint.knowledge import HookFacts, LintContext, UseFacts
from jutong.control.catalogue.lint.rule import Check, E, Element, Found, Knowledge, LintRule, W, when
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import DataType, OpenType

_A_YEAR: Final = timedelta(days=365)
_POOR_SCORE: Final = 60.0
_FAR_OFF: Final = 0.5
_HOOK, _USE = (Knowledge.HOOK,), (Knowledge.USE,)
_NUMBERS: Final = frozenset(
    {DataType.NUMBER, DataType.MONEY, DataType.INTEGER, DataType.DOUBLE, DataType.FLOAT}
)
_TEXTS: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})
_DATES: Final = frozenset({DataType.DATE, DataType.TIMESTAMP})
_FAMILIES: Final = (_NUMBERS, _TEXTS, _DATES, frozenset({DataType.BOOLEAN}))


def _hooked(place: str, wrong: Callable[[HookFacts, EntryDraft, date], bool]) -> Check:
    def check(draft: EntryDraft, context: LintContext) -> Iterable[str]:
        hook = context.hook
        return (place,) if hook is not None and hook.bound and wrong(hook, draft, context.today) else ()

    return check


def _used(place: str, wrong: Callable[[UseFacts, EntryDraft], bool]) -> Check:
    return when(place, lambda draft, context: context.use is not None and wrong(context.use, draft))


def _unhooked(_: EntryDraft, context: LintContext) -> bool:
    hook = context.hook
    return hook is not None and not hook.bound and hook.due_on is not None and hook.due_on < context.today


def _unmatched(_: EntryDraft, context: LintContext) -> Iterable[str]:
    hook = context.hook
    return () if hook is None or not hook.bound else (*hook.missing, *hook.extra)


def _uncommented(_: EntryDraft, context: LintContext) -> Iterable[str]:
    hook = context.hook
    columns = hook.columns if hook else ()
    return [column.name for column in columns if column.comment is not None and not column.comment.strip()]


def _incompatible(draft: EntryDraft, context: LintContext) -> Iterable[Found]:
    hook = context.hook
    if hook is None or not hook.columns:
        return
    columns = {column.name.lower(): column for column in hook.columns}
    for item in draft.items:
        column = columns.get(hook.mapping.get(item.field, item.field).lower())
        if column is None:
            continue
        if column.data_type is not None and not _fits(column.data_type, item.data_type):
            yield item.name, column.data_type.zh, column.data_type.en
        elif item.length and column.length and item.length > column.length:
            yield item.name, f"长度{column.length}", f"length {column.length}"


def _fits(column: DataType, item: DataType) -> bool:
    # Sources hold dates and numbers as text often enough; the other way round something is lost.
    return column in _TEXTS or any(column in family and item in family for family in _FAMILIES)


def _is_far_off(hook: HookFacts, draft: EntryDraft, _: date) -> bool:
    surveyed, actual = draft.row_count, hook.last_rows
    if not surveyed or not actual:
        return False
    return abs(surveyed - actual) > _FAR_OFF * max(surveyed, actual)


def _is_zombie(_: EntryDraft, context: LintContext) -> bool:
    record, use, hook = context.record, context.use, context.hook
    if record is None or use is None or not record.live or record.published_on is None:
        return False
    moments = [record.published_on, use.last_call_on, hook.last_success_on if hook else None]
    return max(moment for moment in moments if moment) + _A_YEAR < context.today


RULES: Final = (
    LintRule(
        code="C28", severity=W, element=Element.FREQUENCY, source=r.REGULATION, needs=_HOOK,
        zh="数据未按更新周期更新。", advice_zh="请尽快更新数据，或按实际情况调整更新周期。",
        en="The data was not updated as promised.", advice_en="Update it, or promise what can be kept.",
        check=_hooked("update_frequency", lambda hook, *_: hook.late),
    ),
    LintRule(
        code="C31", severity=W, element=Element.HOOK, needs=_HOOK,
        zh="发布后未在规定期限内挂接数据资源。", advice_zh="请登记数据源并挂接。",
        en="Not hooked to a source within the limit after publication.", advice_en="Register a source and hook it.",
        check=when("binding", _unhooked),
    ),
    LintRule(
        code="C32", severity=E, element=Element.HOOK, needs=_HOOK,
        zh="{place} 在挂接的库表与信息项之间没有对应。", advice_zh="请修改对应关系、信息项或库表。",
        en="{place} has no partner between the hooked table and the items.",
        advice_en="Change the mapping, the items or the table.",
        check=_unmatched,
    ),
    LintRule(
        code="C33", severity=W, element=Element.HOOK, source=r.PRACTICE, needs=_HOOK,
        zh="库表的列 {place} 没有中文注释。", advice_zh="请在来源数据库中补充列注释。",
        en="The column {place} has no comment.", advice_en="Comment it in the source database.",
        check=_uncommented,
    ),
    LintRule(
        code="C34", severity=W, element=Element.HOOK, needs=_HOOK,
        zh="信息项“{place}”与库表列的类型或长度不相容（库表为{detail}）。", advice_zh="请核对两者，以库表为准修改信息项。",
        en="Type or length of {place} do not fit the column ({detail}).", advice_en="Follow the table.",
        check=_incompatible,
    ),
    LintRule(
        code="C35", severity=E, element=Element.HOOK, needs=_HOOK,
        zh="挂接的资源为空或无法连接。", advice_zh="请检查数据源是否可用、库表是否有数据。",
        en="The hooked resource is empty or out of reach.", advice_en="See whether the source answers and has rows.",
        check=_hooked("binding", lambda hook, *_: hook.unreachable or hook.last_rows == 0),
    ),
    LintRule(
        code="C39", severity=W, element=Element.ITEMS, source=r.REGULATION, needs=(Knowledge.ONE_SOURCE,),
        zh="信息项“{place}”有多个部门提供，尚未确定数源部门（一数一源）。", advice_zh="请在一数一源页面申报或提请认定。",
        en="Several departments provide {place} and no source department is decided.",
        advice_en="Claim it or ask for a decision on the one-source page.",
        check=lambda _, context: context.undecided,
    ),
    LintRule(
        code="C40", severity=W, element=Element.PROVIDER, source=r.REGULATION, needs=(Knowledge.LISTS,),
        zh="已发布的目录不在责任清单中。", advice_zh="请由主管部门重新生成责任清单。",
        en="The published entry stands on no responsibility list.", advice_en="The bureau generates the list again.",
        check=when("provider", lambda _, context: context.responsible is False),
    ),
    LintRule(
        code="C45", severity=W, element=Element.USE, needs=(Knowledge.RECORD, Knowledge.USE),
        zh="12个月内没有更新，也没有使用（僵尸目录）。", advice_zh="请更新数据、推广使用，或下架。",
        en="Neither updated nor used for twelve months.", advice_en="Update it, make it known, or withdraw it.",
        check=when("use", _is_zombie),
    ),
    LintRule(
        code="P80", severity=W, element=Element.ITEMS, source=r.REGULATION, needs=(Knowledge.ONE_SOURCE,),
        zh="信息项“{place}”的数源部门是{detail}。", advice_zh="请改为从数源部门共享取得，不再重复采集。",
        en="The source department of {place} is {detail}.", advice_en="Take it from there; do not collect it again.",
        check=lambda _, context: context.sources,
    ),
    LintRule(
        code="P81", severity=W, element=Element.SURVEY, needs=_HOOK,
        zh="普查的记录数与实际归集的行数相差一半以上。", advice_zh="请核对记录数，或检查归集是否完整。",
        en="The surveyed rows and those collected differ by more than half.",
        advice_en="Check the figure, or whether the collection is complete.",
        check=_hooked("row_count", _is_far_off),
    ),
    LintRule(
        code="P82", severity=W, element=Element.HOOK, source=r.QUALITY, needs=_HOOK,
        zh="最近一次归集的质量得分低于60分。", advice_zh="请查看归集任务中的问题并整改。",
        en="The last delivery scored below 60.", advice_en="See the run's findings and mend the data.",
        check=_hooked("binding", lambda hook, *_: hook.score is not None and hook.score < _POOR_SCORE),
    ),
    LintRule(
        code="P83", severity=W, element=Element.OPENNESS, source=r.PRACTICE, needs=_USE,
        zh="目录声明无条件开放，开放门户上却没有对应的数据集。", advice_zh="请发布开放数据集，或修改开放类型。",
        en="The entry says it is open, yet the portal has no dataset of it.",
        advice_en="Open the dataset, or change the open type.",
        check=_used("open_type", lambda use, draft: draft.open_type is OpenType.UNCONDITIONAL and use.on_portal is False),
    ),
    LintRule(
        code="P84", severity=W, element=Element.USE, source=r.PRACTICE, needs=_USE,
        zh="有授权尚无可用的应用密钥，使用部门无法调用。", advice_zh="请使用部门登记应用并领取密钥。",
        en="A grant has no client system to call with.", advice_en="The consumer registers one and takes its key.",
        check=_used("grants", lambda use, _: use.keyless > 0),
    ),
    LintRule(
        code="P85", severity=W, element=Element.USE, source=r.PRACTICE, needs=(Knowledge.USE, Knowledge.HOOK),
        zh="已有部门获得授权，目录却没有可查的数据。", advice_zh="请尽快挂接并归集数据。",
        en="Consumers hold grants, yet there is no data to ask for.", advice_en="Hook the entry and collect its data.",
        check=when(
            "binding",
            lambda _, context: context.use is not None
            and context.use.grants > 0
            and context.hook is not None
            and context.hook.last_success_on is None,
        ),
    ),
)  # fmt: skip
