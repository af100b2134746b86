"""A department without a system fills in its rows: on the page, in Excel, against a receipt; into the pool once."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from jutong.control.collection import api as collection
from jutong.control.filling import api as filling
from jutong.control.filling.errors import TaskExists, TooLateToWithdraw
from jutong.control.filling.models import FillingTask, Submission
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.lake import TableName
from jutong.processes.carrying_pushes import request_pushed
from jutong.processes.collection import collect_run
from jutong.processes.filling import hand_on_accepted
from jutong.processes.lakes import lake_of
from tests.support.control import PERSON_ITEMS, a_city, a_published_entry, an_item
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "hydj_jbxx"
DUE = date(2099, 3, 31)
RIGHT = {"cert_no": "J-1", "id_no": "11010519491231002X", "person": "张合成", "registered_on": "2024-02-14"}
WRONG = {"cert_no": "J-2", "id_no": "110105194912310021", "person": "李合成", "registered_on": "2024-02-30"}


@pytest.fixture
def city(tmp_path, settings):
    city = a_city(tmp_path / "home")
    settings.DATA_HOME = city.home
    a_published_entry(
        city,
        SERVICE,
        items=(*PERSON_ITEMS, an_item("sex", name="当事人性别", code_list="sex", length=1)),
    )
    return city


def asked(city):
    return filling.ask(city.reviewer, SERVICE, period="2025 年 3 月", due_on=DUE, clock=city.clock).key


def posted(page, *rows):
    fields = inputs_of(page)
    for number, row in enumerate(rows):
        fields |= {f"r{number}-{name}": text for name, text in row.items()}
    return fields


def pool(city):
    request_pushed(city.home, clock=city.clock)
    queued = collection.runs(city.civil_officer, collection.RunFilter(status=collection.RunStatus.QUEUED))
    for run in queued.rows:
        collect_run(run.run_id, home=city.home, clock=city.clock)
    with lake_of(city.home) as lake:
        read = lake.read(TableName("pool", SERVICE), columns=("cert_no", "person", "registered_on"))
    return [(row["cert_no"], row["person"], str(row["registered_on"])) for row in read.to_pylist()]


def test_a_form_with_errors_then_a_receipt_a_return_and_the_pool(city):
    task = asked(city)
    desk, approver = at_the_desk(city, "civil_officer"), at_the_desk(city, "civil_approver")
    assert "2025 年 3 月" in desk.read("/desk/filling/")
    address = f"/desk/filling/{task}/"
    page = desk.read(address)
    page = desk.send(f"{address}save/", **posted(page, RIGHT, WRONG), action="submit")
    assert "其中 2 处需要更正" in page
    assert "号码不正确" in page
    assert "与数据类型不符" in page
    assert "张合成" in page
    assert "2024-02-30" in page
    mended = WRONG | {"id_no": "440524198001010013", "registered_on": "2024年2月29日", "sex": "2"}
    page = desk.send(f"{address}save/", **posted(page, RIGHT, mended), action="submit")
    assert "填报回执" in page
    (sent,) = filling.task(city.civil_officer, task, clock=city.clock).submissions
    receipt = filling.receipt(city.civil_officer, sent.number)
    assert (receipt.rows, len(receipt.digest), receipt.late) == (2, 64, False)
    assert receipt.digest in page
    assert "李合成" in approver.read(address)
    approver.send(f"{address}act/", action="return", reason="")
    assert "退回必须写明理由" in approver.text
    approver.send(f"{address}act/", action="return", reason="请核对姓名")
    assert "请核对姓名" in desk.read(address)
    page = desk.send(f"{address}save/", **inputs_of(desk.text), action="submit")
    assert "填报回执" in page
    hand_on_accepted(city.home, clock=city.clock)
    approver.send(f"{address}act/", action="accept")
    hand_on_accepted(city.home, clock=city.clock)
    Submission.objects.update(handed_on_at=None)  # as if the worker was killed before it noted this
    hand_on_accepted(city.home, clock=city.clock)
    assert Spool.of(city.home, FillingTask.objects.get().source).end() == 1
    expected = [("J-1", "张合成", "2024-02-14"), ("J-2", "李合成", "2024-02-29")]
    assert sorted(pool(city)) == expected
    assert sorted(pool(city)) == expected
    assert filling.task(city.civil_officer, task, clock=city.clock).submissions[0].handed_on_at


def test_a_workbook_comes_back_with_comments(city):
    task = asked(city)
    desk = at_the_desk(city, "civil_officer")
    address = f"/desk/filling/{task}/"
    book = load_workbook(BytesIO(b"".join(desk.get(f"{address}template/").streaming_content)))
    sheet = book["填报"]
    assert [cell.value for cell in sheet[1]][:2] == ["登记证号*", "公民身份号码"]
    assert sheet.row_dimensions[2].hidden
    for line, row in enumerate((RIGHT | {"sex": "男性"}, WRONG | {"sex": "9x"}), start=3):
        for column, value in enumerate(row.values(), start=1):
            sheet.cell(line, column).value = value
    page = desk.send(f"{address}upload/", file=saved(book))
    assert "其中 3 处需要更正" in page
    marked = load_workbook(BytesIO(b"".join(desk.get(f"{address}marked/").streaming_content)))
    sheet = marked["填报"]
    commented = [cell.coordinate for row in sheet.iter_rows(min_row=3) for cell in row if cell.comment]
    assert commented == ["B4", "D4", "E4"]
    sheet["B4"], sheet["D4"], sheet["E4"] = "440524198001010013", date(2024, 2, 29), "2 女性"
    assert "没有发现问题" in desk.send(f"{address}upload/", file=saved(marked))
    rows = filling.sheet(city.civil_officer, task, home=city.home, clock=city.clock).rows
    assert [(row["sex"], row["registered_on"]) for row in rows] == [("1", "2024-02-14"), ("2", "2024-02-29")]
    assert "填报模板" in desk.send(f"{address}upload/", file=named(b"not a workbook"))
    assert "填报回执" in desk.send(f"{address}act/", action="submit")


def saved(book):
    made = BytesIO()
    book.save(made)
    return named(made.getvalue())


def named(content):
    file = BytesIO(content)
    file.name = "填报.xlsx"
    return file


def test_taking_back_deadlines_and_who_may(city):
    task = asked(city)
    with pytest.raises(TaskExists):
        asked(city)
    filling.save_draft(city.civil_officer, task, [RIGHT], home=city.home, clock=city.clock)
    filling.submit(city.civil_officer, task, home=city.home, clock=city.clock)
    filling.withdraw(city.civil_officer, task, clock=city.clock)
    draft = filling.sheet(city.civil_officer, task, home=city.home, clock=city.clock)
    assert draft.rows[0]["person"] == "张合成"
    filling.save_draft(city.civil_officer, task, draft.rows, home=city.home, clock=city.clock)
    filling.submit(city.civil_officer, task, home=city.home, clock=city.clock)
    stranger = at_the_desk(city, "tax_officer")
    assert stranger.get(f"/desk/filling/{task}/").status_code == 403
    assert f"/desk/filling/{task}/" not in stranger.read("/desk/filling/")
    assert "张合成" not in at_the_desk(city, "reviewer").read(f"/desk/filling/{task}/")
    city.clock.at = city.clock.at.replace(year=2100)
    with pytest.raises(TooLateToWithdraw):
        filling.withdraw(city.civil_officer, task, clock=city.clock)
