"""Collection in the demo city as it goes on: a delivery that shrank, one with a new column, increments, rules, a hold."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from jutong.control.collection import api as collection
from jutong.control.collection.api import BindingSettings, RunFilter, set_policy
from jutong.control.directory.api import actor_named
from jutong.control.retention import api as retention
from jutong.control.retention.api import RetentionBasis, RuleDraft
from jutong.demo.jobs import Jobs
from jutong.demo.nouns import Delivery, Register
from jutong.demo.registers import registers
from jutong.demo.settling import REVIEWER, officer
from jutong.demo.telling import Tell
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome
from jutong.processes.destruction import count_due
from jutong.vocabulary.catalogue import Level
from jutong.vocabulary.collection import CollectionMode

SHRUNK: Final = "health_birth"
"""A CSV whose next delivery has a tenth of its rows: it waits for a person."""
WIDENED: Final = "land_housing"
"""A CSV whose next delivery has a column more: it is accepted, and the run says so."""
NIGHTLY: Final = "hrss_insured"
PAUSED: Final = "statistics_county"
HELD: Final = "tax_taxpayer"
KEPT: Final = "civil_funeral"
_KEPT_SHARE: Final = 10
_CHANGED_ROWS: Final = 12


def read_increments(register: Register, *, clock: Clock) -> None:
    """A table that says when each of its rows was changed is collected by that; safe to repeat."""
    delivery, author = register.delivery, officer(register.department)
    if delivery.kind != "sqlite" or not delivery.changed_column:
        return
    hooked = collection.binding(author, register.service, clock=clock)
    if hooked is not None and hooked.mode is CollectionMode.REPLACE:
        chosen = BindingSettings(
            mode=CollectionMode.INCREMENTAL, policy=replace(hooked.policy, cursor=delivery.changed_column)
        )
        set_policy(author, register.service, chosen, offered={CollectionMode.INCREMENTAL}, clock=clock)


def go_on_collecting(home: DataHome, jobs: Jobs, *, clock: Clock, tell: Tell) -> None:
    """A day after the first collection; safe to repeat."""
    _decide(clock)
    wanted = []
    for service, change in ((SHRUNK, _shrink), (WIDENED, _widen)):
        register = next(one for one in registers(postgresql=False) if one.service == service)
        author = officer(register.department)
        if len(collection.runs(author, RunFilter(service=service), limit=2).rows) < 2:
            change(home.sources / register.delivery.path)
            wanted.append(collection.request_run(author, service, clock=clock).run_id)
    wanted += _increments(home, clock)
    jobs.collect(wanted, tell)
    _keep(clock)
    count_due(home=home, clock=clock)


def _increments(home: DataHome, clock: Clock) -> list[str]:
    """Some rows change at each source that is read by increments; the runs that fetch them."""
    wanted = []
    for register in registers(postgresql=False):
        author = officer(register.department)
        hooked = collection.binding(author, register.service, clock=clock)
        if hooked is None or hooked.mode is not CollectionMode.INCREMENTAL:
            continue
        if len(collection.runs(author, RunFilter(service=register.service), limit=2).rows) < 2:
            _change_rows(home.sources / register.delivery.path, register.delivery, clock)
            wanted.append(collection.request_run(author, register.service, clock=clock).run_id)
    return wanted


def _change_rows(file: Path, delivery: Delivery, clock: Clock) -> None:
    """A few enterprises move within the day."""
    now = clock.now().strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            f'UPDATE "{delivery.table}" SET dom = dom || ?, "{delivery.changed_column}" = ? '  # noqa: S608
            "WHERE rowid <= ? AND dom <> ''",
            ("（迁址）", now, _CHANGED_ROWS),
        )
        database.commit()


def _shrink(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: max(2, len(lines) // _KEPT_SHARE)]))


def _widen(file: Path) -> None:
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    if not head.endswith(",办理窗口"):
        file.write_text("\n".join([f"{head},办理窗口", *(f"{row},1" for row in rows), ""]), encoding="utf-8")


def _decide(clock: Clock) -> None:
    """One entry has hours of its own and goes first; one is paused."""
    author = officer("hrss")
    hooked = collection.binding(author, NIGHTLY, clock=clock)
    if hooked is not None and not hooked.cron:
        nightly = BindingSettings(mode=hooked.mode, policy=hooked.policy, priority=2, cron="30 1 * * *")
        set_policy(author, NIGHTLY, nightly, offered={CollectionMode.REPLACE, hooked.mode}, clock=clock)
    collection.pause_collection(officer("statistics"), PAUSED, clock=clock)


def _keep(clock: Clock) -> None:
    """A rule of the city, one of an entry by the date in an item, and a legal hold."""
    reviewer = actor_named(REVIEWER)
    if retention.rules(reviewer):
        return
    city_wide = RuleDraft(
        level=Level.L3, months=360, legal_basis="《个人信息保护法》第十九条；市政务数据留存期限表"
    )
    retention.set_rule(reviewer, city_wide, clock=clock)
    funeral = RuleDraft(
        service=KEPT,
        months=240,
        basis=RetentionBasis.ITEM,
        item="service_date",
        legal_basis="《殡葬管理条例》；民政业务档案保管期限表",
    )
    retention.set_rule(officer("civil"), funeral, clock=clock)
    if not retention.hold_on(HELD, business_date(clock.now())):
        retention.place_hold(
            reviewer,
            service=HELD,
            reason="行政诉讼举证，案件审结前保全",
            document="（2026）样01行初12号",
            clock=clock,
        )
