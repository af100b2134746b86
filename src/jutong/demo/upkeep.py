"""Keeping the demo city's catalogue alive: a clock that presses, changes, a grading, and an inspection."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryDraft
from jutong.control.directory.api import actor_named, city_calendar, city_limit
from jutong.control.inspection import api as inspection
from jutong.control.inspection.api import FindingFilter
from jutong.demo.settling import REVIEWER, officer, publish_entry
from jutong.demo.unfinished import WAITING_FOR_BUREAU, WITHOUT_SOURCE
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome
from jutong.processes.inspection import inspect_catalogue
from jutong.vocabulary.catalogue import DataType, EntryStatus, SharingType, UpdateFrequency
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.time_limits import progress

UPDATE_LIMIT: Final = "T1"
PRESSING: Final = 80
OWED: Final = "civil_marriage"
CHANGING: Final = "education_school"
REGION_CODES: Final = "P62"
_OWED_BECAUSE: Final = (
    "婚姻登记办事指南按《婚姻登记条例》（国令第804号）调整，不再收取户口簿，信息项须相应更新"
)
_WAIVED_BECAUSE: Final = "区划代码由平台按历次区划变更核验，含已撤销代码的生效期间，不另引用单一版本的代码集"


def keep_alive(*, clock: Clock) -> None:
    """Everything but the inspection; safe to repeat."""
    _owe_update(clock)
    _prepare_change(clock)
    _publish_second_version(clock)
    _confirm_grading(clock)


def _owe_update(clock: Clock) -> None:
    """The law behind an entry changed so long ago that four fifths of the time are over."""
    who = officer("civil")
    if not catalogue.update_duties(who, OWED):
        day = pressing_since(business_date(clock.now()))
        catalogue.open_update_duty(who, (OWED,), reason=_OWED_BECAUSE, started_on=day, clock=clock)


def pressing_since(today: date) -> date:
    """The latest day on which an update clock began that has run for four fifths of its time."""
    limit, calendar = city_limit(UPDATE_LIMIT), city_calendar()
    day = today
    while progress(limit, day, today, calendar=calendar).warning < PRESSING:
        day -= timedelta(days=1)
    return day


def _prepare_change(clock: Clock) -> None:
    """The schools' next version is being written; what is published holds meanwhile."""
    who = officer("education")
    view = catalogue.entry(who, CHANGING)
    if view.summary.status is EntryStatus.PUBLISHED:
        view = catalogue.begin_change(who, CHANGING, clock=clock)
    if view.summary.status is EntryStatus.DRAFT and not view.has_pending_change:
        draft = _changed_school(view.working)
        catalogue.save_entry(who, CHANGING, draft, revision=view.revision, clock=clock)


def _changed_school(draft: EntryDraft) -> EntryDraft:
    pupils = InformationItem(
        name="在校学生数",
        field="pupils",
        data_type=DataType.INTEGER,
        sharing_type=SharingType.UNCONDITIONAL,
        description="每学期开学后第二周的在籍学生数",
    )
    return replace(
        draft,
        abstract=f"{draft.abstract}自本学年起增加在校学生数，每月更新。",
        update_frequency=UpdateFrequency.MONTHLY,
        items=(*draft.items, pupils),
    )


def _publish_second_version(clock: Clock) -> None:
    department, service = WITHOUT_SOURCE[:2]
    who = officer(department)
    view = catalogue.entry(who, service)
    if (view.summary.published_version or 0) > 1:
        return
    if view.summary.status is EntryStatus.PUBLISHED:
        view = catalogue.begin_change(who, service, clock=clock)
    if view.summary.status is EntryStatus.DRAFT and not view.has_pending_change:
        price = InformationItem(
            name="医保支付标准（元）",
            field="pay_standard",
            data_type=DataType.MONEY,
            scale=2,
            sharing_type=SharingType.UNCONDITIONAL,
        )
        draft = replace(view.working, items=(*view.working.items, price))
        catalogue.save_entry(who, service, draft, revision=view.revision, clock=clock)
    reason = "按医保支付标准公布要求增加一个信息项"
    publish_entry(department, service, view.working, reason=reason, clock=clock)


def _confirm_grading(clock: Clock) -> None:
    """The bureau has looked at one item of the entry that it is reviewing, and not at the rest."""
    reviewer, service = actor_named(REVIEWER), WAITING_FOR_BUREAU[1]
    grading = catalogue.grading_of(reviewer, service)
    if any(item.confirmed for item in grading.items):
        return
    item = next(one for one in catalogue.entry(reviewer, service).working.items if one.field == "telephone")
    catalogue.confirm_levels(
        reviewer, service, {item.field: item.level}, reason="对外公布的窗口电话，不属于个人信息", clock=clock
    )


def inspect_city(home: DataHome, *, clock: Clock) -> None:
    """Put every rule to every entry, and leave alone what the platform itself takes care of; once."""
    reviewer = actor_named(REVIEWER)
    if inspection.latest(reviewer) is None:
        asked = inspection.request_inspection(reviewer, clock=clock)
        inspect_catalogue(asked.key, home=home, clock=clock)
    found = inspection.findings(reviewer, FindingFilter(rule=REGION_CODES), clock=clock, limit=200).rows
    if found:
        until = business_date(clock.now()) + timedelta(days=180)
        inspection.waive(
            reviewer, [one.key for one in found], reason=_WAIVED_BECAUSE, until=until, clock=clock
        )
