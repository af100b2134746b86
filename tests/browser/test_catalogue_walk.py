"""A register becomes an entry of the city's catalogue, and another department finds it: the whole way in a browser.

One platform for the whole file, and the steps in their order: each stands on those before it.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, _open
from tests.support.files import write_sqlite
from tests.support.whole_platform import Platform, whole_platform
from tests.support.workbooks import column_of

TITLE, SERVICE = "最低生活保障对象信息", "minzheng_zdshbzdxxx"
ENTRY = f"/desk/catalogue/{SERVICE}/"
COLUMNS = {
    "救助证号": "VARCHAR(20) PRIMARY KEY",
    "申请人姓名": "VARCHAR(50)",
    "公民身份号码": "VARCHAR(18)",
    "联系电话": "TEXT",
    "保障人数": "INTEGER",
    "批准日期": "TEXT",
}


@pytest.fixture(scope="module")
def platform(chromium, tmp_path_factory) -> Iterator[Platform]:
    with whole_platform(tmp_path_factory.mktemp("catalogue-walk")) as made:
        rows = [
            (
                f"JZ{n:06}",
                f"合成{n}",
                "11010519491231002X",
                f"1380000{n:04}",
                n % 4 + 1,
                f"2024-0{n % 9 + 1}-12",
            )
            for n in range(1, 41)
        ]
        write_sqlite(made.home / "sources" / "minzheng" / "dibao.sqlite", COLUMNS, rows, table="低保对象")
        yield made


@pytest.fixture(scope="module")
def person(browser: Browser, platform: Platform):
    """`person(username)` is that account's window, signed in once for the whole walk."""
    windows: dict[str, Visit] = {}

    def person(username: str) -> Visit:
        if username not in windows:
            _, windows[username] = _open(browser, platform.console, width=1280, language="zh-hans")
            windows[username].sign_in(username)
        return windows[username]

    yield person
    for visit in windows.values():
        visit.page.context.close()


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """What one step learns and a later one needs."""
    return {}


def faults(visit: Visit) -> list[str]:
    """What is wrong with the page that stands open, in sight and to the ear."""
    wide = [f"{visit.overflow_px()} px too wide"] if visit.overflow_px() > 0 else []
    return wide + visit.accessibility_faults() + visit.complaints + visit.outside


def test_1_an_officer_registers_a_database_and_has_the_whole_of_it_surveyed(person):
    visit = person("civil_officer")
    page = visit.page
    visit.goto("/desk/sources/")
    page.get_by_role("link", name="登记数据源").click()
    page.locator("#id_name").fill("低保系统")
    page.locator("#id_code").fill("dibao")
    page.locator("#id_kind").select_option("sqlite")
    page.locator("#id_path").fill("minzheng/dibao.sqlite")
    page.locator("#id_table").fill("低保对象")
    page.get_by_role("button", name="登记并探查").click()
    expect(page.get_by_text("40 行，不能读入 0 行。")).to_be_visible()
    page.get_by_role("button", name="为整个数据源提出编目建议").click()
    expect(page.get_by_text("已完成", exact=True)).to_be_visible(timeout=30_000)
    assert faults(visit) == []


def test_2_the_four_confirmations_make_a_draft(person):
    visit = person("civil_officer")
    page = visit.page
    page.get_by_role("link", name="去确认建议").click()
    row = page.locator(".jt-confirmations tbody tr")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row).to_contain_text("含三级以上信息项：申请人姓名、公民身份号码、联系电话")
    row.get_by_role("textbox").fill(TITLE)
    row.locator("select[name^=sharing_type]").select_option("conditional")
    row.locator("select[name^=open_type]").select_option("not_open")
    row.locator("select[name^=update_frequency]").select_option("daily")
    row.get_by_role("checkbox").check()
    visit.screenshot("catalogue-walk-confirmations")
    assert faults(visit) == []
    row.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("1 / 1 条已生成目录草稿")).to_be_visible()


def test_3_the_editor_judges_while_one_types_and_mends_at_a_click(person):
    visit = person("civil_officer")
    page = visit.page
    page.locator("main").get_by_role("link", name=TITLE).click()
    expect(page.locator("#note-assessment")).to_contain_text("C43")
    expect(page.locator("#id_items-3-data_type option:checked")).to_have_text("字符型")
    for name, text in (
        ("provider_unit", "社会救助处"),
        ("system", "hydj"),
        ("contact_name", "测试联系人"),
        ("contact_phone", "0571-88888888"),
        ("assessment", "已评估，风险可控"),
        ("title", f"{TITLE}<b>"),
    ):
        page.locator(f"#id_{name}").fill(text)
    expect(page.locator("#note-assessment")).not_to_contain_text("C43")
    page.locator("#note-title").get_by_role("button", name="自动修正").first.click()
    expect(page.get_by_text("已按规则修正")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value(TITLE)
    expect(page.locator("#id_provider_unit")).to_have_value("社会救助处")
    expect(page.locator("#check-summary")).to_contain_text(re.compile("错误 0 处|没有发现问题"))
    visit.screenshot("catalogue-walk-editor")
    assert faults(visit) == []
    page.locator("#id_title").press("Control+Enter")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("待部门审核").first).to_be_visible()


def test_4_the_department_accepts_by_keyboard(person):
    visit = person("civil_approver")
    page = visit.page
    visit.goto("/desk/reviews/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=TITLE)).to_be_focused()
    page.keyboard.press("x")
    page.get_by_role("button", name="通过已勾选").press("Enter")
    expect(page.get_by_text("已办理 1 条。")).to_be_visible()
    assert faults(visit) == []


def test_5_the_bureau_confirms_the_level_and_publishes(person):
    visit = person("reviewer")
    page = visit.page
    visit.goto("/desk/reviews/")
    expect(page.get_by_text("首次发布")).to_be_visible()
    page.get_by_role("link", name="项级别待确认").click()
    for box in page.locator("input[name=item]").all():
        box.check()
    visit.screenshot("catalogue-walk-grading")
    page.get_by_role("button", name="确认已勾选各项").click()
    expect(page.get_by_text("已确认 6 项的级别")).to_be_visible()
    expect(page.locator("main")).to_contain_text("三级（较敏感）")
    page.get_by_role("link", name="返回条目").click()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布").first).to_be_visible()
    visit.goto(f"/desk/lists/responsibility/?q={TITLE}")
    row = page.locator("main tbody tr")
    expect(row).to_contain_text("未落实")
    expect(row).to_contain_text("未挂接、未归集")
    visit.screenshot("catalogue-walk-responsibility")
    assert faults(visit) == []


def test_6_another_department_asks_in_its_own_words_and_is_led_to_apply(person):
    visit = person("tax_officer")
    page = visit.page
    visit.goto("/desk/lists/")
    page.get_by_role("link", name="提出数据需求").click()
    page.locator("#id_name").fill("低保人员")
    page.locator("#id_items").fill("身份证号\n申请人姓名")
    page.locator("#id_basis").fill("个人所得税法第六条")
    page.locator("#id_scene").fill("核验困难家庭减免")
    page.get_by_role("button", name="提交并匹配目录").click()
    first = page.locator("#matches article").first
    expect(first.get_by_role("heading")).to_have_text(TITLE)
    expect(first.locator("li").first).to_contain_text("低保")
    visit.screenshot("catalogue-walk-matches")
    assert faults(visit) == []
    first.get_by_role("button", name="采用这个目录").click()
    page.get_by_role("link", name="去申请使用").click()
    expect(page.get_by_label(re.compile("申请人姓名"))).to_be_checked()
    expect(page.get_by_label(re.compile("公民身份号码"))).to_be_checked()
    expect(page.get_by_label(re.compile("联系电话"))).not_to_be_checked()
    expect(page.get_by_label(re.compile("使用依据"))).to_have_value("个人所得税法第六条")
    assert faults(visit) == []


def test_7_it_is_found_by_initials_and_on_the_map_by_keyboard(person):
    visit = person("tax_officer")
    page, keys = visit.page, visit.page.keyboard
    visit.goto("/desk/catalogue/")
    page.locator("main h1").click()
    keys.press("/")
    keys.type("zdshbz")
    keys.press("Enter")
    page.wait_for_url("**/desk/catalogue/?q=*")
    expect(page.locator("[data-row]").first).to_contain_text(TITLE)
    visit.goto(f"/desk/map/?q={TITLE}")
    page.locator(".jt-map-found a").first.press("Enter")
    page.wait_for_url("**focus=*")
    page.locator(".jt-map-centre").focus()
    expect(page.locator("#map-said")).to_contain_text(TITLE)
    keys.press("ArrowRight")
    expect(page.locator("[data-node]:focus")).to_have_attribute("aria-label", re.compile("^信息项 "))
    visit.screenshot("catalogue-walk-map")
    assert faults(visit) == []


def changed(content: bytes) -> bytes:
    """The workbook after an officer rewrote the entry's abstract."""
    book = load_workbook(BytesIO(content))
    sheet = book["目录"]
    titles, abstracts = column_of(sheet, "信息资源名称"), column_of(sheet, "信息资源摘要")
    number = next(row[0].row for row in sheet.iter_rows() if row[titles - 1].value == TITLE)
    sheet.cell(row=number, column=abstracts).value = "本市最低生活保障对象的基本信息，用于核验救助资格。"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_8_a_changed_workbook_comes_back_as_a_pending_change(person):
    visit = person("civil_officer")
    page = visit.page
    visit.goto("/desk/interchange/")
    page.locator("#provider").select_option("minzheng")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    content = changed(Path(download.value.path()).read_bytes())
    page.locator("#id_file").set_input_files(
        {"name": "目录.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="上传并检查").click()
    visit.screenshot("catalogue-walk-import")
    assert faults(visit) == []
    page.get_by_role("button", name="确认写入目录").click()
    expect(page.get_by_text("已导入", exact=True).first).to_be_visible(timeout=30_000)
    visit.goto(ENTRY)
    expect(page.get_by_text("有尚未发布的变更")).to_be_visible()
    expect(page.locator("main")).to_contain_text("用于核验救助资格")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("待部门审核").first).to_be_visible()
    approver = person("civil_approver")
    approver.goto("/desk/reviews/")
    approver.page.locator("summary", has_text="与现行版本的差异").click()
    expect(approver.page.get_by_role("row", name=re.compile("信息资源摘要"))).to_contain_text("核验救助资格")
    assert faults(visit) + faults(approver) == []
