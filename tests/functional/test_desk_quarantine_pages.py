"""Work orders, refused rows and held deliveries at the workbench, and from the shell."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.quarantine import api as quarantine
from jutong.control.quarantine.api import OrderFilter, OrderStatus
from jutong.entrypoints.cli.quarantine import quarantine as command
from jutong.processes.collection import collect_run
from jutong.processes.readmitting import keep_orders, readmit_correction
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.desk import at_the_desk

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE, FILE = "hydj_jbxx", "minzheng/marriages.csv"
HEADER = "登记证号,公民身份号码,当事人姓名,登记日期\n"
GOOD = "".join(f"J-{n},11010519491231002X,张合成,2024-05-0{n}\n" for n in range(1, 7))
WRONG = "J-101,11010519491231002X,李密名,2024-02-30\n"


@pytest.fixture
def city(tmp_path, settings):
    city = a_city(tmp_path / "home")
    settings.DATA_HOME = city.home
    a_published_entry(city, SERVICE)
    deliver(city, GOOD + WRONG)
    draft = SourceDraft(
        code="mz_csv", name="民政每日文件", department=CIVIL, kind="csv", options={"path": FILE}
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=SERVICE, source="mz_csv", clock=city.clock)
    return city


def deliver(city, rows):
    path = city.home.sources / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + rows, encoding="utf-8")


def collected(city):
    run = collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
    collect_run(run.run_id, home=city.home, clock=city.clock)
    keep_orders(home=city.home, clock=city.clock)
    return run.run_id


def the_order(city):
    (view,) = quarantine.orders(city.civil_engineer, OrderFilter(standing=True), clock=city.clock).rows
    return view


def test_an_engineer_takes_the_rows_away_and_brings_them_back(city):
    collected(city)
    code = the_order(city).code
    desk = at_the_desk(city, "civil_engineer")
    assert "登记日期 应为日期" in desk.read("/desk/quarantine/")
    page = desk.read(f"/desk/quarantine/{code}/")
    assert "下载 Excel" in page
    assert "李密名" not in page
    sample = desk.read(f"/desk/quarantine/{code}/rows/")
    assert "2024-02-30" in sample
    assert "李密名" not in sample
    assert "11010519491231002X" not in sample
    answer = desk.post(f"/desk/quarantine/{code}/download/")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book["问题数据"]
    assert [cell.value for cell in sheet[2]][2:] == ["J-101", "11010519491231002X", "李密名", "2024-02-30"]
    sheet.cell(2, 6).value = "2024-02-29"
    made = BytesIO()
    book.save(made)
    made.seek(0)
    made.name = "更正.xlsx"
    assert "正在检查" in desk.send(f"/desk/quarantine/{code}/upload/", file=made)
    (waiting,) = quarantine.waiting_corrections(SYSTEM_ACTOR)
    readmit_correction(waiting, home=city.home, clock=city.clock)
    page = desk.read(f"/desk/quarantine/{code}/")
    assert "已办结" in page
    assert "核验通过" in page


def test_steps_of_people_at_the_desk(city):
    collected(city)
    code = the_order(city).code
    desk = at_the_desk(city, "civil_engineer")
    desk.send(f"/desk/quarantine/{code}/act/", action="refuse", note="")
    assert "退回工单必须写明理由" in desk.text
    desk.send(f"/desk/quarantine/{code}/act/", action="refuse", note="档案原文如此")
    assert "档案原文如此" in desk.text
    authority = at_the_desk(city, "reviewer")
    page = authority.read(f"/desk/quarantine/{code}/")
    assert "下载 Excel" not in page
    authority.send(f"/desk/quarantine/{code}/act/", action="accept", note="同意")
    assert quarantine.order(city.reviewer, code, clock=city.clock).status is OrderStatus.CLOSED
    assert at_the_desk(city, "tax_officer").get(f"/desk/quarantine/{code}/").status_code == 403
    assert at_the_desk(city, "reviewer").get(f"/desk/quarantine/{code}/rows/").status_code == 403


def test_a_held_delivery_says_what_differs_and_takes_a_decision(city):
    collected(city)
    deliver(city, GOOD[: len(GOOD) // 6])
    run_id = collected(city)
    desk = at_the_desk(city, "civil_officer")
    page = desk.read(f"/desk/runs/{run_id}/")
    for text in ("等待确认", "数据量骤减", "6 行", "1 行", "确认入库", "拒绝这次交付"):
        assert text in page, text
    assert "确认入库" not in at_the_desk(city, "leader").read(f"/desk/runs/{run_id}/")
    desk.send(f"/desk/runs/{run_id}/confirm/")
    assert collection.run(city.civil_officer, run_id).status is RunStatus.QUEUED
    collect_run(run_id, home=city.home, clock=city.clock)
    assert "决定人：测试civil_officer" in desk.read(f"/desk/runs/{run_id}/")
    deliver(city, "")
    run_id = collected(city)
    desk.send(f"/desk/runs/{run_id}/refuse/", reason="源系统停机")
    assert collection.run(city.civil_officer, run_id).status is RunStatus.CANCELLED
    assert "源系统停机" in desk.read(f"/desk/runs/{run_id}/")


def test_the_same_from_the_shell(city, tmp_path):
    collected(city)
    shell = CliRunner()
    (listed,) = json.loads(shell.invoke(command, ["list", "--service", SERVICE, "--json"]).output)
    assert (listed["reason"], listed["rows_open"], listed["sample_rows"]) == ("registered_on.type", 1, [7])
    assert "待处理" in shell.invoke(command, ["list"]).output
    assert "生成并发送" in shell.invoke(command, ["show", listed["order"]]).output
    out = tmp_path / "rows.xlsx"
    refused = shell.invoke(command, ["export", SERVICE, "--out", str(out)])
    assert refused.exception is not None
    assert not out.exists()
    shell.invoke(
        command, ["export", SERVICE, "--out", str(out), "--as", "civil_engineer"], catch_exceptions=False
    )
    assert out.stat().st_mode & 0o077 == 0
    still = shell.invoke(command, ["readmit", SERVICE, str(out), "--as", "civil_engineer", "--json"])
    assert (still.exit_code, json.loads(still.output)["wrong"]) == (1, 1)
    book = load_workbook(out)
    book["问题数据"].cell(2, 6).value = "2024-02-29"
    book.save(out)
    done = shell.invoke(command, ["readmit", SERVICE, str(out), "--as", "civil_engineer"])
    assert (done.exit_code, done.output) == (0, "共 1 行：补录 1 行，仍不合格 0 行，此前已处理 0 行。\n")
    again = shell.invoke(command, ["readmit", SERVICE, "--run", "all", "--as", "civil_engineer", "--json"])
    assert json.loads(again.output)["read"] == 0
    assert shell.invoke(command, ["list"]).output == "没有待处理的问题数据工单。\n"
