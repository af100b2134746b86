"""The catalogue over HTTP: what pages can do, for programs."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jutong.control.catalogue import api
from jutong.control.catalogue.api import EntryAction, EntryDraft, EntryFilter, EntryView, Finding
from jutong.control.catalogue.values import ClassificationView, EntrySummary, VersionView
from jutong.control.directory.http import Call, Listed, Operation, ParameterInvalid, listed
from jutong.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, LimitInvalid
from jutong.vocabulary.catalogue import (
    EntryStatus,
    FormatClass,
    Level,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesQuery:
    """Filters of the list; `text` searches as the workbench does."""

    text: str = ""
    status: EntryStatus | None = None
    provider: str = ""
    sharing_type: SharingType | None = None
    open_type: OpenType | None = None
    resource_class: ResourceClass | None = None
    classification: str = ""
    level: Level | None = None
    update_frequency: UpdateFrequency | None = None
    format_class: FormatClass | None = None
    live: bool | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """`service` is the name of its table and gateway address; "" derives one from the title."""

    provider: str
    draft: EntryDraft
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEntry:
    """`revision` is the one that was read: a later change by someone else is then a conflict."""

    draft: EntryDraft
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step in the life of an entry; returning and withdrawing need a reason.

    With `revision`, the one that was read, a step on what someone else changed since is a conflict.
    """

    action: EntryAction
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffQuery:
    """Numbers of published versions; without them, the last two, or what is being edited."""

    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayQuery:
    on: date


def page_limit(limit: int) -> int:
    """Raises `LimitInvalid` beyond what a page may hold."""
    if not 1 <= limit <= MAX_LIMIT:
        raise LimitInvalid(maximum=MAX_LIMIT)
    return limit


def _entries(call: Call) -> Listed[EntrySummary]:
    asked = {name: getattr(call.query, name) for name in EntriesQuery.__dataclass_fields__}
    limit, cursor = page_limit(asked.pop("limit")), asked.pop("cursor")
    return listed(api.entries(call.actor, EntryFilter(**asked), limit=limit, cursor=cursor or None))


def _versions(call: Call) -> tuple[VersionView, ...]:
    return api.versions(call.actor, call.path["service"])


def _as_it_was(call: Call) -> VersionView | None:
    return api.as_it_was(call.actor, call.path["service"], call.query.on)


def _diff(call: Call) -> dict[str, Any]:
    found = api.diff_of(call.actor, call.path["service"], call.query.before, call.query.after)
    return found.diff.as_data()


def _act(call: Call) -> EntryView:
    """Raises ParameterInvalid for a step that has an address of its own."""
    service, reason = call.path["service"], call.body.reason
    unseen = {EntryAction.CHANGE: api.begin_change, EntryAction.DISCARD: api.discard_change}.get(
        call.body.action
    )
    if unseen is not None:
        return unseen(call.actor, service, clock=call.clock)
    seen = call.body.revision
    simple = {
        EntryAction.SUBMIT: api.submit,
        EntryAction.RECALL: api.recall,
        EntryAction.ACCEPT: api.accept,
    }.get(call.body.action)
    if simple is not None:
        return simple(call.actor, service, clock=call.clock, revision=seen)
    with_reason = {
        EntryAction.RETURN: api.return_entry,
        EntryAction.PUBLISH: api.publish,
        EntryAction.WITHDRAW: api.withdraw,
    }.get(call.body.action)
    if with_reason is None:
        raise ParameterInvalid(reason=f"action {call.body.action.value}")
    return with_reason(call.actor, service, reason=reason, clock=call.clock, revision=seen)


OPERATIONS: Final = (
    Operation(
        name="list_entries",
        method="GET",
        path="/entries",
        zh="目录列表，可筛选和检索",
        en="Entries, filtered and searched",
        query=EntriesQuery,
        answer=Listed[EntrySummary],
        run=_entries,
    ),
    Operation(
        name="create_entry",
        method="POST",
        path="/entries",
        zh="新建目录草稿",
        en="Create a draft entry",
        body=NewEntry,
        answer=EntryView,
        status=201,
        run=lambda call: api.create_entry(
            call.actor,
            provider=call.body.provider,
            draft=call.body.draft,
            service=call.body.service,
            clock=call.clock,
        ),
    ),
    Operation(
        name="get_entry",
        method="GET",
        path="/entries/{service}",
        zh="一个目录的全部内容",
        en="One entry whole",
        answer=EntryView,
        run=lambda call: api.entry(call.actor, call.path["service"]),
    ),
    Operation(
        name="save_entry",
        method="PUT",
        path="/entries/{service}",
        zh="保存正在编辑的内容",
        en="Replace what is being edited",
        body=SavedEntry,
        answer=EntryView,
        run=lambda call: api.save_entry(
            call.actor,
            call.path["service"],
            call.body.draft,
            revision=call.body.revision,
            clock=call.clock,
        ),
    ),
    Operation(
        name="act_on_entry",
        method="POST",
        path="/entries/{service}/actions",
        zh="提交、审核、发布、变更、下架等操作",
        en="Submit, review, publish, change, withdraw",
        body=Step,
        answer=EntryView,
        run=_act,
        changes_policies=True,
    ),
    Operation(
        name="entry_versions",
        method="GET",
        path="/entries/{service}/versions",
        zh="已发布的各版本",
        en="Published versions",
        answer=tuple[VersionView, ...],
        run=_versions,
    ),
    Operation(
        name="entry_on_day",
        method="GET",
        path="/entries/{service}/as-it-was",
        zh="某日有效的版本",
        en="The version that held on a day",
        query=DayQuery,
        answer=VersionView | None,
        run=_as_it_was,
    ),
    Operation(
        name="entry_diff",
        method="GET",
        path="/entries/{service}/diff",
        zh="两个版本逐项的不同",
        en="What differs between two versions",
        query=DiffQuery,
        answer=dict[str, Any],
        run=_diff,
    ),
    Operation(
        name="lint_entry",
        method="GET",
        path="/entries/{service}/findings",
        zh="编制规则检查结果",
        en="What the rules say",
        answer=tuple[Finding, ...],
        run=lambda call: api.lint(call.actor, call.path["service"], clock=call.clock),
    ),
    Operation(
        name="list_classifications",
        method="GET",
        path="/classifications",
        zh="目录分类树",
        en="The classification tree",
        answer=tuple[ClassificationView, ...],
        run=lambda _call: api.classifications(),
    ),
)
