"""Who may start a run, and when it starts: hours, priorities, one source's limit, retries, cancelling, pausing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, SourceDraft
from jutong.control.collection.errors import (
    CollectionPaused,
    NothingToRetry,
    RunActive,
    RunConflict,
    SourceInvalid,
)
from jutong.control.collection.models import Binding, CollectionRun, Source
from jutong.control.collection.windows import is_open, next_opening
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.dataflow.connectors.errors import SourceRefused
from jutong.dataflow.lake.errors import LakeLocked
from jutong.vocabulary.collection import CollectionPolicy
from jutong.vocabulary.contracts import RunReport
from tests.support.control import CIVIL, City, a_city, a_published_entry

NIGHTS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "until": "06:00"}]
WEEKEND = [{"days": [6], "from": "08:00", "until": "24:00"}, {"days": [7], "from": "00:00", "until": "12:00"}]


@pytest.mark.parametrize(
    ("windows", "at", "opens"),
    [
        # Shanghai is eight hours ahead: 10:00 on Monday 3 March, a moment within office hours.
        (NIGHTS, "2025-03-03T02:00", "2025-03-03T14:00"),
        (NIGHTS, "2025-03-03T14:00", "2025-03-03T14:00"),
        (NIGHTS, "2025-03-03T21:59", "2025-03-03T21:59"),
        (NIGHTS, "2025-03-03T22:00", "2025-03-04T14:00"),
        (WEEKEND, "2025-03-03T02:00", "2025-03-08T00:00"),
        (WEEKEND, "2025-03-08T16:30", "2025-03-08T16:30"),
        ([], "2025-03-03T02:00", "2025-03-03T02:00"),
    ],
)
def test_hours_of_a_source_are_those_of_shanghai_over_midnight_too(windows, at, opens):
    instant, opening = (datetime.fromisoformat(f"{text}:00+00:00") for text in (at, opens))
    assert next_opening(windows, instant) == opening
    assert is_open(windows, instant) is (instant == opening)


@pytest.fixture
def city(tmp_path, transactional_db) -> City:
    city = a_city(tmp_path)
    for number, title in enumerate(("婚姻登记基本信息", "收养登记基本信息", "殡葬服务基本信息")):
        a_published_entry(city, f"hydj_{number}", title=title)
    draft = SourceDraft(
        code="hydj", name="婚姻登记库", department=CIVIL, kind="csv", options={"path": "a.csv"}
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    for number in range(3):
        collection.bind(city.civil_engineer, service=f"hydj_{number}", source="hydj", clock=city.clock)
    return city


def ask(city, number=0, who="civil_officer", **more):
    return collection.request_run(city.actors[who], f"hydj_{number}", clock=city.clock, **more)


def startable(city, *, limit=10, submitted=()):
    return collection.startable_runs(SYSTEM_ACTOR, clock=city.clock, limit=limit, submitted=submitted)


def start(city, run):
    return collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w1", home=city.home, clock=city.clock)


def fail(city, run, code):
    return collection.record_failure(
        SYSTEM_ACTOR, run.run_id, error_code=code, error_detail={}, clock=city.clock
    )


def report_of(city, run, **changes):
    made = RunReport(
        run_id=run.run_id,
        service=run.service,
        source="csv",
        started_at=city.clock.now(),
        ended_at=city.clock.now(),
        outcome="succeeded",
    )
    return replace(made, **changes)


def test_one_source_is_read_by_as_many_runs_as_it_bears_the_first_by_priority(city):
    runs = [ask(city, number, priority=priority) for number, priority in enumerate((7, 2, 2))]
    assert startable(city) == (runs[1].run_id,)
    Source.objects.update(max_concurrent=2)
    assert startable(city) == (runs[1].run_id, runs[2].run_id)
    assert startable(city, submitted=[runs[1].run_id]) == (runs[2].run_id,)
    start(city, runs[1])
    start(city, runs[2])
    assert startable(city) == ()


def test_outside_its_hours_a_source_is_left_alone_unless_who_manages_it_says_so(city):
    collection.set_reading_hours(
        city.civil_engineer, "hydj", windows=NIGHTS, max_concurrent=3, clock=city.clock
    )
    waits = ask(city, 0)
    assert waits.not_before == datetime(2025, 3, 3, 14, tzinfo=UTC)
    with pytest.raises(PermissionDenied):
        ask(city, 1, who="reviewer", force=True)
    forced = ask(city, 1, who="civil_engineer", force=True)
    assert startable(city) == (forced.run_id,)
    city.clock.advance(timedelta(hours=13))
    assert startable(city) == (forced.run_id, waits.run_id)
    city.clock.advance(timedelta(hours=8))  # it has not started, and the night is over
    assert startable(city) == (forced.run_id,)
    with pytest.raises(SourceInvalid):
        collection.set_reading_hours(
            city.civil_engineer, "hydj", windows=[{"days": [8]}], max_concurrent=3, clock=city.clock
        )


def test_a_passing_fault_is_tried_again_later_each_time_another_is_not(city):
    Binding.objects.update(policy=CollectionPolicy(retries=2).to_json())
    run = ask(city)
    waits = []
    for _ in range(2):
        start(city, run)
        again = fail(city, run, LakeLocked.code)
        assert (again.status, again.error_code) == (RunStatus.QUEUED, LakeLocked.code)
        assert startable(city) == ()
        waits.append(again.not_before - city.clock.now())
        city.clock.advance(waits[-1])
        assert startable(city) == (run.run_id,)
    assert waits == [timedelta(seconds=30), timedelta(minutes=2)]
    start(city, run)
    ended = fail(city, run, LakeLocked.code)
    assert (ended.status, ended.retries, ended.attempt) == (RunStatus.FAILED, 2, 3)
    other = ask(city)
    start(city, other)
    assert fail(city, other, SourceRefused.code).status is RunStatus.FAILED


def test_a_person_need_not_wait_for_the_next_try(city):
    run = ask(city)
    start(city, run)
    with pytest.raises(NothingToRetry):
        collection.retry_run(city.civil_officer, run.run_id, clock=city.clock)
    fail(city, run, LakeLocked.code)
    assert collection.retry_run(city.civil_officer, run.run_id, clock=city.clock).not_before is None
    assert startable(city) == (run.run_id,)
    start(city, run)
    fail(city, run, SourceRefused.code)
    again = collection.retry_run(city.civil_officer, run.run_id, clock=city.clock)
    assert (again.run_id != run.run_id, again.status) == (True, RunStatus.QUEUED)


def test_a_run_is_cancelled_at_once_while_it_waits_and_by_its_worker_while_it_runs(city):
    waits = ask(city)
    done = collection.cancel_run(city.civil_officer, waits.run_id, clock=city.clock)
    assert (done.status, done.ended_at) == (RunStatus.CANCELLED, city.clock.now())
    runs = ask(city)
    start(city, runs)
    asked = collection.cancel_run(city.civil_officer, runs.run_id, clock=city.clock)
    assert (asked.status, asked.cancel_requested) == (RunStatus.RUNNING, True)
    assert collection.record_progress(
        SYSTEM_ACTOR, runs.run_id, stage="read", rows_done=1, clock=city.clock, worker="w1"
    ), "the worker is told"
    # A fault that comes in between, and a worker that never answers again, end it as well.
    assert fail(city, runs, LakeLocked.code).status is RunStatus.CANCELLED
    with pytest.raises(RunConflict):
        collection.cancel_run(city.civil_officer, runs.run_id, clock=city.clock)
    lost = ask(city)
    start(city, lost)
    collection.cancel_run(city.civil_officer, lost.run_id, clock=city.clock)
    city.clock.advance(timedelta(minutes=6))
    collection.end_lost_runs(SYSTEM_ACTOR, clock=city.clock)
    assert collection.run(SYSTEM_ACTOR, lost.run_id).status is RunStatus.CANCELLED


def test_a_paused_entry_is_left_alone_until_it_is_resumed(city):
    waits = ask(city, 0)
    for number in range(2):
        collection.pause_collection(city.civil_engineer, f"hydj_{number}", clock=city.clock)
    assert startable(city) == ()
    with pytest.raises(CollectionPaused):
        ask(city, 1)
    assert ask(city, 1, dry_run=True).dry_run
    assert collection.due_services(SYSTEM_ACTOR, clock=city.clock) == ("hydj_2",)
    collection.pause_collection(city.civil_engineer, "hydj_0", clock=city.clock, paused=False)
    assert startable(city) == (waits.run_id,)


def test_due_entries_are_asked_for_together_each_once(city):
    Binding.objects.filter(entry__service="hydj_2").update(cron="30 4 * * *")
    assert collection.request_due_runs(SYSTEM_ACTOR, clock=city.clock) == 3
    assert collection.request_due_runs(SYSTEM_ACTOR, clock=city.clock) == 0
    with pytest.raises(RunActive):
        ask(city)
    run = collection.runs(SYSTEM_ACTOR).rows[0]
    start(city, run)
    collection.record_report(SYSTEM_ACTOR, run.run_id, report_of(city, run), clock=city.clock)
    bound = collection.binding(SYSTEM_ACTOR, "hydj_2", clock=city.clock)
    assert bound.next_run_at == datetime(2025, 3, 3, 20, 30, tzinfo=UTC), "04:30 in Shanghai"


def test_a_dry_run_changes_nothing_but_its_own_report(city):
    before = collection.binding(SYSTEM_ACTOR, "hydj_0", clock=city.clock)
    run = ask(city, dry_run=True)
    assert start(city, run).dry_run
    done = collection.record_report(
        SYSTEM_ACTOR, run.run_id, report_of(city, run, read=5, landed=5), clock=city.clock
    )
    assert (done.status, done.read, done.on_time) == (RunStatus.SUCCEEDED, 5, None)
    assert collection.binding(SYSTEM_ACTOR, "hydj_0", clock=city.clock) == before


def test_a_moved_clock_and_a_stranger_do_not_disturb_a_run_that_is_carried(city):
    run = ask(city)
    start(city, run)
    city.clock.advance(timedelta(days=30))
    assert collection.end_lost_runs(SYSTEM_ACTOR, clock=city.clock, carried=[run.run_id]) == ()
    # The clock is set right: a lease of the wrong time would last for a month.
    collection.record_progress(
        SYSTEM_ACTOR, run.run_id, stage="read", rows_done=1, clock=city.clock, worker="w1"
    )
    city.clock.advance(-timedelta(days=30))
    assert collection.end_lost_runs(SYSTEM_ACTOR, clock=city.clock) == (run.run_id,)
    collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w2", home=city.home, clock=city.clock)
    with pytest.raises(RunConflict):  # the first worker was only asleep
        collection.record_progress(
            SYSTEM_ACTOR, run.run_id, stage="read", rows_done=2, clock=city.clock, worker="w1"
        )


def test_a_run_that_takes_every_worker_down_with_it_ends(city):
    run = ask(city)
    CollectionRun.objects.update(attempt=10)
    with pytest.raises(RunConflict):
        start(city, run)
    ended = collection.run(SYSTEM_ACTOR, run.run_id)
    assert (ended.status, ended.error_code) == (RunStatus.FAILED, "collection.worker_died")
