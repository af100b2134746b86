"""Every source at a glance, how an entry is collected, and when it was last proved complete."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jutong.control.collection import api as collection
from jutong.control.collection.models import Binding
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.wall import WallFilter, WallState, wall
from jutong.control.directory import api as directory
from jutong.vocabulary.collection import CollectionMode, DriftAction, DriftKind
from tests.support.control import a_city
from tests.support.desk import at_the_desk, inputs_of
from tests.support.hooked import a_hooked_entry, a_past_run, a_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def in_every_state(city) -> None:
    """One entry a state, each named by it."""
    now = city.clock.now()
    fresh = {"last_success_at": now, "due_at": now + timedelta(days=1), "last_rows": 1200}
    a_hooked_entry(city, "green", title="正常的", **fresh, mode="change_log", lag_s=1.4)
    a_hooked_entry(city, "late", title="逾期的", **fresh | {"due_at": now - timedelta(days=1)})
    a_hooked_entry(city, "paused", title="暂停的", **fresh, paused=True)
    a_hooked_entry(city, "waiting", title="等首次的")
    a_past_run(
        a_hooked_entry(city, "broken", title="失败的", **fresh),
        RunStatus.FAILED,
        now,
        error_code="connectors.file_missing",
    )
    a_past_run(a_hooked_entry(city, "held", title="待人工的", **fresh), RunStatus.HELD, now)
    a_proof(a_hooked_entry(city, "differs", title="不一致的", **fresh), now, complete=False)
    a_hooked_entry(city, "running", title="执行中的", **fresh)
    collection.request_run(city.civil_officer, "running", clock=city.clock)


def test_each_state_has_its_cell_its_count_and_its_words(city):
    in_every_state(city)
    found = wall(city.reviewer, WallFilter(), now=city.clock.now())
    states = {cell.service: cell.state for cell in found.cells}
    assert states == {
        "green": WallState.GREEN,
        "late": WallState.LATE,
        "paused": WallState.PAUSED,
        "waiting": WallState.WAITING,
        "broken": WallState.BROKEN,
        "held": WallState.HELD,
        "differs": WallState.BROKEN,
        "running": WallState.RUNNING,
    }
    page = at_the_desk(city, "reviewer").read("/desk/wall/")
    for text in (
        "✕",
        "[connectors.file_missing]",
        "与来源不一致",
        "落后 1.4 s",
        "1,200 行",
        "市民政局",
        'hx-trigger="every 20s"',
    ):
        assert text in page, text
    table = at_the_desk(city, "reviewer").read("/desk/wall/?view=table&state=broken")
    assert "失败的" in table
    assert "逾期的" not in table


def test_the_wall_is_narrowed_and_only_sends_what_changed(city):
    in_every_state(city)
    desk = at_the_desk(city, "civil_officer")
    assert "逾期的" in desk.read("/desk/wall/?q=逾期")
    assert "失败的</strong>" not in desk.read("/desk/wall/?q=逾期")
    assert "没有符合条件的数据源" in desk.read("/desk/wall/?kind=postgresql")
    page = desk.read("/desk/wall/?screen=1")
    assert "工作台导航" not in page
    renew = page.split('hx-get="')[1].split('"')[0]
    asking = {"HX-Request": "true"}
    assert desk.get(renew, headers=asking).status_code == 204
    Binding.objects.filter(entry__service="green").update(last_rows=1300)
    assert desk.get(renew, headers=asking).status_code == 200
    assert "1,300 行" in desk.text
    assert "<html" not in desk.text


def test_another_department_sees_none_of_it(city):
    in_every_state(city)
    page = at_the_desk(city, "tax_officer").read("/desk/wall/")
    assert "还没有数据源" in page
    assert "失败的" not in page
    assert at_the_desk(city, "tax_officer").get("/desk/wall/?department=minzheng").status_code == 403
    for address in ("/desk/bindings/late/", "/desk/proofs/late/"):
        assert at_the_desk(city, "tax_officer").get(address).status_code == 403
    assert "逾期的" not in at_the_desk(city, "tax_officer").read("/desk/proofs/")
    assert at_the_desk(city, "secadmin").get("/desk/wall/").status_code == 403


def test_more_entries_ask_no_more_queries(city):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            wall(city.reviewer, WallFilter(), now=city.clock.now())
        return len(asked)

    a_hooked_entry(city, "first")
    few = queries()
    in_every_state(city)
    assert queries() == few <= 5


def test_settings_are_chosen_from_what_the_source_can(city):
    a_hooked_entry(city)
    desk = at_the_desk(city, "civil_engineer")
    page = desk.read("/desk/bindings/hydj_jbxx/")
    assert "全量替换：" in page
    assert "变更日志</strong>" in page  # among those that a CSV file cannot
    form = inputs_of(page) | {
        "mode": "append", "drift_empty": "accept", "shrink_percent": "70", "max_quarantined_percent": "2.5",
        "schedule": "cron", "cron": "30 22 * * 1-5", "priority": "2", "retries": "1", "overlap": "0",
    }  # fmt: skip
    assert "下一次归集从头开始" in desk.send("/desk/bindings/hydj_jbxx/", **form)
    view = collection.binding(city.civil_engineer, "hydj_jbxx", clock=city.clock)
    assert view is not None
    assert (view.mode, view.priority, view.cron) == (CollectionMode.APPEND, 2, "30 22 * * 1-5")
    assert view.policy.action(DriftKind.EMPTY) is DriftAction.ACCEPT
    assert view.policy.action(DriftKind.SHRUNK) is DriftAction.STOP
    assert (view.policy.max_quarantined_percent, view.policy.shrink_percent) == (2.5, 70)
    (change,) = [
        event
        for event in directory.audit_trail(city.auditor, limit=50).rows
        if event.action == "collection:binding:change"
    ]
    assert change.detail["mode"] == ["replace", "append"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "change_log"}, "选择一个有效的选项"),
        ({"schedule": "cron", "cron": "每天"}, "[collection.setting_invalid]"),
        ({"schedule": "cron", "cron": ""}, "请填写定时表达式"),
        ({"shrink_percent": "130"}, "小于或等于"),
    ],
)
def test_settings_that_do_not_fit_are_said_and_kept_on_the_page(city, changes, said):
    a_hooked_entry(city)
    desk = at_the_desk(city, "civil_engineer")
    form = (
        inputs_of(desk.read("/desk/bindings/hydj_jbxx/")) | {"mode": "replace", "schedule": "cycle"} | changes
    )
    assert said in desk.send("/desk/bindings/hydj_jbxx/", **form)
    view = collection.binding(city.civil_engineer, "hydj_jbxx", clock=city.clock)
    assert view is not None
    assert view.mode is CollectionMode.REPLACE


def test_an_entry_is_paused_and_goes_on(city):
    a_hooked_entry(city)
    desk = at_the_desk(city, "civil_engineer")
    assert "恢复归集" in desk.send("/desk/bindings/hydj_jbxx/pause/", paused="1")
    assert "暂停归集" in desk.send("/desk/bindings/hydj_jbxx/pause/", paused="0")
    assert at_the_desk(city, "civil_approver").post("/desk/bindings/hydj_jbxx/pause/").status_code == 403
    assert "保存设置" not in at_the_desk(city, "reviewer").read("/desk/bindings/hydj_jbxx/")


def test_the_ledger_says_what_was_proved_and_what_was_repaired(city):
    now = city.clock.now()
    binding = a_hooked_entry(city)
    a_hooked_entry(city, "never", title="未证明的")
    a_proof(binding, now - timedelta(days=1))
    a_proof(binding, now, complete=True, repaired=1)
    desk = at_the_desk(city, "civil_officer")
    page = desk.read("/desk/proofs/")
    assert "尚未证明" in page
    assert "2025-03-03 10:00" in page
    history = desk.read("/desk/proofs/hydj_jbxx/")
    for text in ("修复后完整", "不一致的主键区间", "md5_text_v1", "历次证明"):
        assert text in history, text
    answer = desk.get("/desk/proofs/?standing=complete&export=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    lines = list(sheet.iter_rows(values_only=True))
    assert [line[2] for line in lines[1:]] == ["hydj_jbxx"]
    assert lines[1][-1] == "1"
