"""A department registers a file, sees what is in it, drafts an entry from it, hooks it and follows its collection."""

import re

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors import specs
from jutong.vocabulary.catalogue import DataType, Meaning, QualityDimension
from jutong.vocabulary.contracts import RuleOutcome, RunReport
from tests.support.control import CIVIL, TAX, a_city, a_published_entry
from tests.support.desk import a_delivery, at_the_desk, inputs_of

pytestmark = pytest.mark.django_db

NEW = {
    "department": CIVIL,
    "name": "婚姻登记每日文件",
    "code": "hydj_csv",
    "kind": "csv",
    "path": "minzheng/hydj.csv",
}
SOURCE = "/desk/sources/hydj_csv/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def engineer(city):
    return at_the_desk(city, "civil_engineer")


def a_source(city) -> None:
    a_delivery(city)
    draft = SourceDraft(
        code="hydj_csv",
        name="婚姻登记每日文件",
        department=CIVIL,
        kind="csv",
        options={"path": "minzheng/hydj.csv"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)


def a_run(city) -> str:
    a_published_entry(city)
    a_source(city)
    collection.bind(city.civil_engineer, service="hydj_jbxx", source="hydj_csv", clock=city.clock)
    return collection.request_run(city.civil_officer, "hydj_jbxx", clock=city.clock).run_id


def test_a_file_is_offered_registered_and_profiled(city, engineer):
    a_delivery(city)
    a_delivery(city, "shuiwu/secret.csv")
    offered = engineer.read("/desk/sources/new/")
    assert 'value="minzheng/hydj.csv"' in offered
    assert "shuiwu" not in offered
    page = engineer.send("/desk/sources/new/", **NEW)
    assert "3 行，不能读入 0 行" in page
    assert "公民身份号码（" in page
    assert [one.code for one in collection.sources(city.civil_engineer)] == ["hydj_csv"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"path": "shuiwu/secret.csv"}, "文件须放在本部门的文件夹内"),
        ({"path": "../control.sqlite"}, "文件须放在本部门的文件夹内"),
        ({"path": "/etc/passwd"}, "文件须放在本部门的文件夹内"),
        ({"path": ""}, "请填写“文件”"),
        ({"code": "有 空格"}, "[collection.source_invalid]"),
        ({"kind": "postgresql", "path": ""}, "请填写“主机”"),
        ({"kind": "mariadb", "host": "db.minzheng", "user": "reader", "database": "hydj"}, "请填写“表名”"),
        ({"kind": "kafka", "servers": ""}, "请填写"),
        ({"department": TAX}, "不在可用的选项中"),
    ],
)
def test_what_cannot_be_registered_is_said_and_nothing_is_lost(city, engineer, changes, said):
    page = engineer.send("/desk/sources/new/", **NEW | changes)
    assert said in page
    assert "婚姻登记每日文件" in page
    assert collection.sources(city.civil_engineer) == ()


def test_a_path_out_of_the_folder_by_way_of_the_folder_is_refused(city, engineer):
    a_delivery(city, "shuiwu/secret.csv", "密\n甲\n")
    page = engineer.send("/desk/sources/new/", **NEW | {"path": "minzheng/../shuiwu/secret.csv"})
    assert "甲" not in page
    assert "文件须放在本部门的文件夹内" in page


def test_a_taken_code_is_said_with_its_code(city, engineer):
    a_source(city)
    assert "[collection.source_exists]" in engineer.send("/desk/sources/new/", **NEW)


def test_a_file_that_is_not_there_is_a_message_with_its_code(city, engineer):
    page = engineer.send("/desk/sources/new/", **NEW | {"path": "minzheng/none.csv"})
    assert "无法读取" in page
    assert "[connectors." in page


def test_a_connection_string_is_never_shown_again(city, engineer):
    dsn = "postgresql://clerk:geheim@127.0.0.1:1/none"
    page = engineer.send(
        "/desk/sources/new/", **NEW | {"kind": "postgresql", "path": "", "table": "hydj", "dsn": dsn}
    )
    assert "已加密保存" in page
    assert "geheim" not in page


def test_each_kind_is_asked_for_its_own_options_without_a_script(engineer):
    fresh = engineer.read("/desk/sources/new/")
    assert 'name="delimiter"' in fresh
    assert 'name="host"' not in fresh
    shown = engineer.send("/desk/sources/new/", **NEW | {"kind": "mariadb", "switch": "1"})
    assert 'name="host"' in shown
    assert 'name="delimiter"' not in shown
    assert "婚姻登记每日文件" in shown
    assert engineer.complaints == []


def test_every_kind_has_a_form(engineer):
    for kind, spec in specs().items():
        page = engineer.read(f"/desk/sources/new/?kind={kind}")
        for option in spec.options:
            assert f'name="{option.name}"' in page, (kind, option.name)


def a_database(city) -> None:
    draft = SourceDraft(
        code="hydj_db",
        name="婚姻登记库",
        department=CIVIL,
        kind="mariadb",
        options={"host": "127.0.0.1", "port": "1", "database": "hydj", "user": "reader", "table": "hydj"},
        secret_options={"password": "geheim"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)


def test_a_source_is_changed_and_an_empty_secret_stays(city, engineer):
    a_database(city)
    page = engineer.read("/desk/sources/hydj_db/edit/")
    assert "留空则保持原来的" in page
    assert "geheim" not in page
    engineer.send("/desk/sources/hydj_db/edit/", **inputs_of(page) | {"name": "新名称", "table": "other"})
    kind, options = collection.source_options(city.civil_engineer, "hydj_db", home=city.home)
    assert (kind, options["table"], options["password"]) == ("mariadb", "other", "geheim")
    assert collection.source(city.civil_engineer, "hydj_db").name == "新名称"


def test_a_kept_password_is_never_sent_to_another_address(city, engineer):
    a_database(city)
    page = engineer.read("/desk/sources/hydj_db/edit/")
    moved = inputs_of(page) | {"host": "elsewhere.example"}
    assert "须重新填写口令" in engineer.send("/desk/sources/hydj_db/edit/", **moved)
    engineer.send("/desk/sources/hydj_db/edit/", **moved | {"password": "neu"})
    _, options = collection.source_options(city.civil_engineer, "hydj_db", home=city.home)
    assert (options["host"], options["password"]) == ("elsewhere.example", "neu")


def test_a_connection_test_says_which_step_failed_and_what_to_do(city, engineer):
    a_database(city)
    page = engineer.send("/desk/sources/hydj_db/test/")
    assert "[connectors.port_closed]" in page
    assert "请核对端口" in page
    assert "geheim" not in page
    a_source(city)
    assert "连接正常" in engineer.send(f"{SOURCE}test/")
    assert collection.source(city.civil_engineer, "hydj_csv").test_code == ""


def test_hours_are_decided_and_shown(city, engineer):
    a_source(city)
    address = f"{SOURCE}hours/"
    page = engineer.read(address)
    assert "请选择星期" in engineer.send(address, **inputs_of(page) | {"from_1": "22:00"})
    wrong = {"days_1": ["1"], "from_1": "25:00", "until_1": "06:00"}
    assert "时间窗口" in engineer.send(address, **inputs_of(page) | wrong)
    hours = {"days_1": ["1", "5"], "from_1": "22:00", "until_1": "06:00", "max_concurrent": "2"}
    assert "周一、周五 22:00–06:00" in engineer.send(address, **inputs_of(page) | hours)
    assert collection.source(city.civil_engineer, "hydj_csv").max_concurrent == 2


def test_another_department_neither_tests_nor_changes_a_source(city):
    a_source(city)
    desk = at_the_desk(city, "tax_officer")
    for act in ("test/", "edit/", "hours/"):
        answer = desk.post(f"{SOURCE}{act}")
        assert answer.status_code in {403, 404}, act


def test_an_entry_is_drafted_from_the_columns_of_a_source(city):
    a_source(city)
    officer = at_the_desk(city, "civil_officer")
    page = officer.send(f"{SOURCE}propose/")
    assert "已按数据源的列生成草稿" in page
    (row,) = catalogue.entries(city.civil_officer).rows
    items = {item.name: item for item in catalogue.entry(city.civil_officer, row.service).working.items}
    assert items["公民身份号码"].meaning is Meaning.CITIZEN_ID
    assert list(items) == ["登记证号", "公民身份号码", "当事人姓名", "登记日期"]
    assert items["登记日期"].data_type in {DataType.DATE, DataType.TEXT}
    assert at_the_desk(city, "tax_officer").post(f"{SOURCE}propose/").status_code == 403


def test_columns_are_matched_to_items_by_name_and_by_choice(city, engineer):
    a_published_entry(city)
    a_source(city)
    assert "婚姻登记基本信息" in engineer.read(SOURCE)
    page = engineer.read(f"{SOURCE}bind/?service=hydj_jbxx")
    assert page.count(" selected>") == 4  # each column of the file has the name of an item
    page = engineer.send(
        f"{SOURCE}bind/", service="hydj_jbxx", mode="append", column_0="cert_no", column_1="id_no"
    )
    assert "已挂接" in page
    bound = collection.binding(city.civil_engineer, "hydj_jbxx", clock=city.clock)
    assert bound is not None
    assert bound.mapping == {"登记证号": "cert_no", "公民身份号码": "id_no"}
    assert bound.mode == "append"
    assert "婚姻登记每日文件" in at_the_desk(city, "civil_officer").read("/desk/catalogue/hydj_jbxx/")
    assert "已解除挂接" in engineer.send(f"{SOURCE}unbind/", service="hydj_jbxx")


def test_two_columns_for_one_item_are_refused_and_the_choice_stays(city, engineer):
    a_published_entry(city)
    a_source(city)
    page = engineer.send(f"{SOURCE}bind/", service="hydj_jbxx", column_0="id_no", column_1="id_no")
    assert "[collection.mapping_invalid]" in page
    assert page.count('value="id_no" selected') == 2


def test_a_run_is_asked_for_once_and_its_page_follows_it(city):
    a_published_entry(city)
    a_source(city)
    collection.bind(city.civil_engineer, service="hydj_jbxx", source="hydj_csv", clock=city.clock)
    officer = at_the_desk(city, "civil_officer")
    page = officer.send(f"{SOURCE}run/", service="hydj_jbxx")
    assert "排队中" in page
    assert 'hx-trigger="every 2s"' in page
    assert "[collection.run_active]" in officer.send(f"{SOURCE}run/", service="hydj_jbxx")
    assert officer.post(f"{SOURCE}run/", {"service": "none"}).status_code == 404


def test_progress_moves_and_ends_with_a_reload(city):
    run = a_run(city)
    officer = at_the_desk(city, "civil_officer")
    collection.start_run(SYSTEM_ACTOR, run, worker="w", home=city.home, clock=city.clock)
    collection.record_progress(
        SYSTEM_ACTOR, run, stage="landing", rows_done=120, rows_total=300, clock=city.clock
    )
    fragment = officer.read(f"/desk/runs/{run}/progress/")
    assert 'value="120" max="300"' in fragment
    assert "<html" not in fragment
    collection.record_failure(
        SYSTEM_ACTOR,
        run,
        error_code="connectors.file_missing",
        error_detail={"path": "hydj.csv"},
        clock=city.clock,
    )
    answer = officer.get(f"/desk/runs/{run}/progress/")
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")
    page = officer.read(f"/desk/runs/{run}/")
    assert "归集失败，资源池仍是上一版数据" in page
    assert "[connectors.file_missing]" in page
    assert "归集失败的条目" in officer.read("/desk/")
    assert run in officer.read("/desk/runs/?status=failed")
    assert run not in officer.read("/desk/runs/?status=succeeded")


def test_a_run_that_ended_shows_its_counts_its_rules_and_why_rows_were_set_aside(city):
    run = a_run(city)
    collection.start_run(SYSTEM_ACTOR, run, worker="w", home=city.home, clock=city.clock)
    rules = [
        RuleOutcome(
            code=f"id_no.{kind}",
            kind=kind,
            dimension=QualityDimension.ACCURACY,
            fields=("id_no",),
            checked=300,
            failed=failed,
            blocking=kind == "required",
            sample_keys=("17", "23"),
        )
        for kind, failed in (("required", 4), ("citizen_id", 9))
    ]
    report = RunReport(
        run_id=run,
        service="hydj_jbxx",
        source="hydj_csv",
        started_at=city.clock.now(),
        ended_at=city.clock.now(),
        outcome="succeeded",
        read=300,
        landed=295,
        quarantined=5,
        version=7,
        rules=tuple(rules),
        quarantine_reasons={"id_no.required": 4, "width": 1},
        missing_columns=("person",),
        extra_columns=("备注",),
    )
    collection.record_report(SYSTEM_ACTOR, run, report, clock=city.clock)
    assert collection.run(city.civil_officer, run).status is RunStatus.SUCCEEDED
    page = at_the_desk(city, "civil_officer").read(f"/desk/runs/{run}/")
    for text in (
        "公民身份号码：非空",
        "隔离原因",
        "17、23",
        "295",
        "版本 7",
        "源中没有的信息项",
        "当事人姓名",
        "备注",
        'data-chart="rules-data"',
    ):
        assert text in page, text
    assert at_the_desk(city, "tax_officer").get(f"/desk/runs/{run}/").status_code in {403, 404}


def test_many_sources_are_listed_fifty_at_a_time_and_found_by_what_they_fill(city, engineer):
    for number in range(52):
        draft = SourceDraft(
            code=f"file_{number:02}",
            name=f"文件{number:02}",
            department=CIVIL,
            kind="csv",
            options={"path": "minzheng/x.csv"},
        )
        collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    a_published_entry(city)
    collection.bind(city.civil_engineer, service="hydj_jbxx", source="file_51", clock=city.clock)
    first = engineer.read("/desk/sources/")
    assert ("文件49" in first, "文件50" in first, "/desk/entries/hydj_jbxx/" in first) == (True, False, False)
    following = re.search(r'href="(\?cursor=[^"]+)"', first)
    assert following
    second = engineer.read("/desk/sources/" + following[1])
    assert ("文件49" in second, "文件50" in second) == (False, True)
    title = collection.binding(city.civil_engineer, "hydj_jbxx", clock=city.clock).title
    found = engineer.read(f"/desk/sources/?q={title}")
    assert ("文件51" in found, "文件50" in found) == (True, False)
