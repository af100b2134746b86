"""Refused rows become work orders, leave as a workbook, come back corrected, and land exactly once."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.db import connection
from openpyxl import load_workbook

from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, SourceDraft
from jutong.control.collection.models import Binding
from jutong.control.directory.api import audit_trail
from jutong.control.directory.errors import PermissionDenied
from jutong.control.quarantine import api as quarantine
from jutong.control.quarantine.api import CorrectionState, OrderAction, OrderFilter, OrderStatus
from jutong.control.quarantine.errors import OrderConflict, ReasonMissing
from jutong.dataflow.lake import TableName
from jutong.pages.refused_files import correction_file
from jutong.processes.collection import collect_run
from jutong.processes.lakes import lake_of
from jutong.processes.readmitting import keep_orders, readmit_correction
from jutong.vocabulary.collection import CollectionPolicy, DriftKind
from tests.support.control import CIVIL, a_city, a_published_entry

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE, FILE = "hydj_jbxx", "minzheng/marriages.csv"
HEADER = "登记证号,公民身份号码,当事人姓名,登记日期,备注"
GOOD = [f"J-{n:03d},11010519491231002X,合成{n},2024-05-{n:02d},甲" for n in range(1, 9)]
WRONG = [
    "J-101,11010519491231002X,密名甲,2024-02-30,日期不存在",
    "J-102,11010519491231002X,密名乙,去年春天,日期不是日期",
    ",11010519491231002X,密名丙,2024-05-01,没有登记证号",
]


@pytest.fixture
def city(tmp_path):
    city = a_city(tmp_path / "home")
    a_published_entry(city, SERVICE)
    draft = SourceDraft(
        code="mz_csv", name="民政每日文件", department=CIVIL, kind="csv", options={"path": FILE}
    )
    deliver(city, GOOD)
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=SERVICE, source="mz_csv", clock=city.clock)
    return city


def deliver(city, rows, header=HEADER):
    path = city.home.sources / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def collected(city, rows=None, *, header=HEADER):
    """A run of this delivery, and the work orders after it."""
    if rows is not None:
        deliver(city, rows, header)
    run = collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
    collect_run(run.run_id, home=city.home, clock=city.clock)
    keep_orders(home=city.home, clock=city.clock)
    return collection.run(city.civil_officer, run.run_id)


def standing(city):
    page = quarantine.orders(city.civil_engineer, OrderFilter(standing=True), clock=city.clock)
    return {view.reason: view for view in page.rows}


def pool(city, *columns):
    with lake_of(city.home) as lake:
        return lake.read(TableName("pool", SERVICE), columns=columns).to_pylist()


def corrected(city, changes):
    """The downloaded workbook with these values put in: {登记证号 or the row's place from 1: {item: value}}."""
    content = correction_file(city.civil_engineer, SERVICE, home=city.home, clock=city.clock)
    book = load_workbook(BytesIO(content))
    sheet = book["问题数据"]
    names = [cell.value for cell in sheet[1]]
    for line in sheet.iter_rows(min_row=2):
        number = line[names.index("登记证号")].value or None
        for item, value in changes.get(number, {}).items():
            line[names.index(item)].value = value
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def upload(city, content):
    view = quarantine.receive_correction(
        city.civil_engineer, SERVICE, "更正.xlsx", content, home=city.home, clock=city.clock
    )
    return readmit_correction(view.code, home=city.home, clock=city.clock)


def test_rows_are_sent_back_corrected_and_admitted_once(city):
    run = collected(city, [*GOOD, *WRONG])
    assert (run.landed, run.quarantined) == (8, 3)
    orders = standing(city)
    assert {reason: order.rows_open for reason, order in orders.items()} == {
        "registered_on.type": 2,
        "cert_no.required": 1,
    }
    assert (orders["registered_on.type"].samples, orders["registered_on.type"].limit_code) == ((9, 10), "Q1")
    assert keep_orders(home=city.home, clock=city.clock) == ()

    content = correction_file(city.civil_engineer, SERVICE, home=city.home, clock=city.clock)
    sheet = load_workbook(BytesIO(content))["问题数据"]
    assert [cell.value for cell in sheet[1]][:3] == ["问题行编号", "问题原因", "登记证号"]
    comments = [cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment]
    assert any("日期" in text for text in comments)

    # One is put right, one is still wrong, one is left as it was.
    fixed = corrected(city, {"J-101": {"登记日期": "2024-02-29"}, "J-102": {"登记日期": "2024年春"}})
    report = upload(city, fixed).report
    assert (report.read, report.readmitted, report.wrong, report.closed) == (3, 1, 2, 0)
    assert report.reasons == {"cert_no.required": 1, "registered_on.type": 1}
    landed = {row["cert_no"]: str(row["registered_on"]) for row in pool(city, "cert_no", "registered_on")}
    assert (len(landed), landed["J-101"]) == (9, "2024-02-29")
    assert {reason: one.rows_open for reason, one in standing(city).items()} == {
        "registered_on.type": 1,
        "cert_no.required": 1,
    }

    # The same file again admits nothing twice; the same upload again gives its report again.
    again = upload(city, fixed)
    assert (again.report.readmitted, again.report.closed, again.report.wrong) == (0, 1, 2)
    assert readmit_correction(again.code, home=city.home, clock=city.clock) == again
    assert len(pool(city, "cert_no")) == 9

    fixed = corrected(city, {"J-102": {"登记日期": "2024-04-01"}, None: {"登记证号": "J-103"}})
    report = upload(city, fixed).report
    assert (report.readmitted, report.wrong) == (2, 0)
    assert standing(city) == {}
    assert len(pool(city, "cert_no")) == 11
    binding = collection.binding(city.civil_engineer, SERVICE, clock=city.clock)
    assert binding is not None
    assert binding.last_version == report.version
    assert list(city.home.corrections.iterdir()) == []
    actions = [event.action for event in audit_trail(city.auditor).rows]
    assert actions.count("quarantine:row:export") == 3
    assert actions.count("quarantine:row:readmit") == 3


def test_rows_that_no_later_delivery_holds_close_their_order(city):
    collected(city, [*GOOD, *WRONG])
    order = standing(city)["registered_on.type"]
    quarantine.step_order(city.civil_engineer, order.code, OrderAction.TAKE, clock=city.clock)
    quarantine.step_order(
        city.civil_engineer, order.code, OrderAction.CORRECT, note="源表已改", clock=city.clock
    )
    collected(city, [*GOOD, *WRONG[:1]])
    view = quarantine.order(city.civil_engineer, order.code, clock=city.clock)
    assert (view.status, view.rows_open) == (OrderStatus.CORRECTING, 1)
    collected(city, GOOD)
    view = quarantine.order(city.civil_engineer, order.code, clock=city.clock)
    assert (view.status, view.rows_open, view.rows_most) == (OrderStatus.CLOSED, 0, 2)
    assert [event.action for event in view.events] == [
        OrderAction.OPEN,
        OrderAction.TAKE,
        OrderAction.CORRECT,
        OrderAction.STILL,
        OrderAction.CLOSE,
    ]
    with pytest.raises(OrderConflict):
        quarantine.step_order(city.civil_engineer, order.code, OrderAction.TAKE, clock=city.clock)
    collected(city, [*GOOD, *WRONG])
    assert standing(city)["registered_on.type"].code != order.code


def test_a_department_may_refuse_and_the_authority_decides(city):
    collected(city, [*GOOD, *WRONG])
    code = standing(city)["registered_on.type"].code
    with pytest.raises(ReasonMissing):
        quarantine.step_order(city.civil_engineer, code, OrderAction.REFUSE, clock=city.clock)
    with pytest.raises(PermissionDenied):
        quarantine.step_order(city.tax_officer, code, OrderAction.TAKE, clock=city.clock)
    refused = quarantine.step_order(
        city.civil_engineer, code, OrderAction.REFUSE, note="历史档案如此", clock=city.clock
    )
    assert refused.status is OrderStatus.REFUSED
    with pytest.raises(PermissionDenied):
        quarantine.step_order(city.civil_engineer, code, OrderAction.ACCEPT, clock=city.clock)
    sent = quarantine.step_order(city.reviewer, code, OrderAction.RETURN, note="请核实", clock=city.clock)
    assert sent.status is OrderStatus.SENT
    counts = quarantine.order_counts(city.leader, clock=city.clock)[CIVIL]
    assert (counts.standing, counts.overdue, counts.rows_open) == (2, 0, 3)


def test_refused_rows_are_opened_by_their_department_alone_and_lie_sealed_in_the_files(city):
    run = collected(city, [*GOOD, *WRONG])
    assert run.quarantined == 3
    for actor in (city.tax_officer, city.reviewer, city.sysadmin):
        with pytest.raises(PermissionDenied):
            correction_file(actor, SERVICE, home=city.home, clock=city.clock)
    connection.close()
    with lake_of(city.home) as lake:
        rows = lake.read(TableName("quarantine", SERVICE)).to_pylist()
    assert all(row["raw"].startswith("sm4-gcm:") for row in rows)
    assert len({row["key"] for row in rows if row["key"]}) == 2
    secrets = [word.encode() for word in ("密名甲", "密名乙", "密名丙", "J-101")]
    parquet = list((city.home.lake / "data").rglob("*.parquet"))
    assert any("quarantine" in str(path) for path in parquet)
    with lake_of(city.home) as lake:  # as plain text: Parquet itself is compressed
        for path in parquet:
            text = str(lake.engine.sql(f"SELECT * FROM read_parquet('{path}')").to_pylist()).encode()
            assert not any(word in text for word in secrets), path


def test_a_later_good_row_closes_the_refused_one_of_its_key(city):
    Binding.objects.update(mode="append")
    collected(city, [*GOOD, *WRONG])
    assert standing(city)["registered_on.type"].rows_open == 2
    more = [f"J-2{n:02d},11010519491231002X,合成{n},2024-06-01,乙" for n in range(8)]
    collected(city, [*more, "J-101,11010519491231002X,密名甲,2024-02-29,改好"])
    assert {reason: one.rows_open for reason, one in standing(city).items()} == {
        "registered_on.type": 1,
        "cert_no.required": 1,
    }


# Held deliveries.


def test_a_shrunken_delivery_waits_and_lands_with_a_yes(city):
    collected(city, GOOD)
    held = collected(city, GOOD[:2])
    assert (held.status, held.landed) == (RunStatus.HELD, 0)
    assert [found.kind for found in collection.drift_of(held.report)] == [DriftKind.SHRUNK]
    assert len(pool(city, "cert_no")) == 8
    with pytest.raises(PermissionDenied):
        collection.confirm_run(city.tax_officer, held.run_id, clock=city.clock)
    # A yes is not for what shrank further meanwhile.
    deliver(city, GOOD[:1])
    collection.confirm_run(city.civil_officer, held.run_id, clock=city.clock)
    collect_run(held.run_id, home=city.home, clock=city.clock)
    assert collection.run(city.civil_officer, held.run_id).status is RunStatus.HELD
    assert len(pool(city, "cert_no")) == 8
    deliver(city, GOOD[:2])
    queued = collection.confirm_run(city.civil_officer, held.run_id, clock=city.clock)
    assert (queued.status, queued.confirmed_by) == (RunStatus.QUEUED, "测试civil_officer")
    collect_run(held.run_id, home=city.home, clock=city.clock)
    assert collection.run(city.civil_officer, held.run_id).status is RunStatus.SUCCEEDED
    assert len(pool(city, "cert_no")) == 2


def test_a_no_keeps_the_earlier_data_and_plans_the_next_delivery(city):
    collected(city, GOOD)
    held = collected(city, [])
    assert [found.kind for found in collection.drift_of(held.report)] == [DriftKind.EMPTY]
    refused = collection.refuse_run(city.civil_officer, held.run_id, reason="源系统故障", clock=city.clock)
    assert (refused.status, refused.error_detail) == (RunStatus.CANCELLED, {"reason": "源系统故障"})
    binding = collection.binding(city.civil_officer, SERVICE, clock=city.clock)
    assert binding is not None
    assert binding.next_run_at is not None
    assert binding.next_run_at > city.clock.now()
    assert len(pool(city, "cert_no")) == 8
    assert collected(city, GOOD).status is RunStatus.SUCCEEDED


def test_a_renamed_column_stays_renamed_after_the_yes(city):
    collected(city, GOOD)
    renamed = HEADER.replace("登记证号", "婚姻登记证号")
    held = collected(city, header=renamed, rows=GOOD)
    assert held.status is RunStatus.HELD
    collection.confirm_run(city.civil_officer, held.run_id, clock=city.clock)
    collect_run(held.run_id, home=city.home, clock=city.clock)
    assert collection.run(city.civil_officer, held.run_id).landed == 8
    after = collected(city)
    assert (after.status, after.landed, after.report.drift) == (RunStatus.SUCCEEDED, 8, ())


def test_too_many_refused_rows_fail_the_run_and_keep_the_data(city):
    Binding.objects.update(policy=CollectionPolicy(max_quarantined_rows=2).to_json())
    collected(city, GOOD)
    failed = collected(city, [*GOOD, *WRONG])
    assert (failed.status, failed.error_code) == (RunStatus.FAILED, "pipelines.too_many_refused")
    assert len(pool(city, "cert_no")) == 8
    assert standing(city) == {}


def test_a_worker_that_ends_between_its_steps_admits_nothing_twice(city, monkeypatch):
    collected(city, [*GOOD, *WRONG])
    fixed = corrected(city, {"J-101": {"登记日期": "2024-02-29"}})
    view = quarantine.receive_correction(
        city.civil_engineer, SERVICE, "更正.xlsx", fixed, home=city.home, clock=city.clock
    )

    class Ended(BaseException):
        pass

    def ends(*_: object, **__: object) -> None:
        raise Ended

    # The lake has committed; the control database knows nothing of it yet.
    for step in ("keep_orders", "end_correction"):
        with monkeypatch.context() as patch:
            patch.setattr(quarantine, step, ends)
            with pytest.raises(Ended):
                readmit_correction(view.code, home=city.home, clock=city.clock)
        assert len(pool(city, "cert_no")) == 9
    done = readmit_correction(view.code, home=city.home, clock=city.clock)
    assert (done.state, done.report.readmitted, done.report.wrong) == (CorrectionState.DONE, 1, 2)
    assert len(pool(city, "cert_no")) == 9
    events = quarantine.order(
        city.civil_engineer, standing(city)["cert_no.required"].code, clock=city.clock
    ).events
    assert [event.action for event in events].count(OrderAction.READMIT) == 1


def test_two_files_with_the_same_row_admit_it_once(city):
    collected(city, [*GOOD, *WRONG])
    files = [corrected(city, {"J-101": {"登记日期": day}}) for day in ("2024-02-29", "2024-02-28")]
    codes = [
        quarantine.receive_correction(
            city.civil_engineer, SERVICE, "更正.xlsx", file, home=city.home, clock=city.clock
        ).code
        for file in files
    ]
    with ThreadPoolExecutor(2) as pool_of_two:
        reports = list(pool_of_two.map(lambda code: readmitted_apart(code, city), codes))
    assert sorted(report.readmitted for report in reports) == [0, 1]
    assert len(pool(city, "cert_no")) == 9


def readmitted_apart(code, city):
    """As a worker's thread does it, with a connection of its own."""
    try:
        return readmit_correction(code, home=city.home, clock=city.clock).report
    finally:
        connection.close()


def test_a_file_that_is_no_workbook_of_ours_is_refused_with_its_reason(city):
    collected(city, [*GOOD, *WRONG])
    for content, code in (
        (b"PK\x03\x04 broken", "connectors."),
        ("甲,乙\n1,2\n".encode(), "pipelines.correction_unreadable"),
    ):
        view = quarantine.receive_correction(
            city.civil_engineer,
            SERVICE,
            "更正.csv" if content[:2] != b"PK" else "更正.xlsx",
            content,
            home=city.home,
            clock=city.clock,
        )
        done = readmit_correction(view.code, home=city.home, clock=city.clock)
        assert done.state is CorrectionState.FAILED
        assert done.report.error_code.startswith(code)
    assert len(pool(city, "cert_no")) == 8
    assert list(city.home.corrections.iterdir()) == []
