"""From a list of duties to draft entries, as a reviewer and an officer do it in Chromium, by keyboard."""

import re

LIST = (
    "实施编码,事项名称,事项类型,主项名称,部门,部门统一社会信用代码,区划代码\n"
    "511A0138000001-330100000000-000-11330100002492381M-1-00,养老机构设立许可,行政许可,养老机构设立许可,民政部门,,330100\n"
    "511F33033003-330100000000-000-11330100002492381M-1-00,慈善组织认定,行政确认,,民政部门,,330100\n"
    "511G33033004-330100000000-000-083372204-1-00,困难残疾人生活补贴给付,行政给付,,民政部门,,330100\n"
    "512B0156000000-330100000000-000-083372204-1-00,社会救助政策咨询,公共服务,,民政部门,,330100\n"
)


def test_a_list_becomes_draft_entries(visiting):
    visit = visiting()
    page = visit.page
    visit.sign_in("reviewer")
    visit.goto("/desk/duties/import/")
    page.get_by_label("清单名称").fill("浏览器测试清单")
    page.get_by_label("文件").set_input_files(
        files=[{"name": "清单.csv", "mimeType": "text/csv", "buffer": LIST.encode("utf-8")}]
    )
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_text("已导入 4 个事项").wait_for()
    visit.screenshot("drafting-imported-1280-zh-hans")
    assert visit.accessibility_faults() == []
    page.get_by_role("link", name="下一步：部门对应").click()
    visit.screenshot("drafting-departments-1280-zh-hans")
    assert visit.accessibility_faults() == []
    page.get_by_role("button", name="保存对应关系").click()
    page.get_by_text("已对应 1 个部门").wait_for()

    officer = visiting()
    desk = officer.page
    officer.sign_in("civil_officer")
    officer.goto("/desk/drafting/gaps/")
    officer.screenshot("drafting-gaps-1280-zh-hans")
    desk.get_by_role("button", name="为缺数据的事项提出编目建议").click()
    desk.get_by_text("新提出 3 条建议").wait_for()
    officer.screenshot("drafting-proposals-1280-zh-hans")
    assert officer.accessibility_faults() == []
    assert officer.overflow_px() == 0
    first = desk.locator("input[name^=title-]").first
    first.fill("养老机构许可结果")
    first.press("Enter")
    desk.get_by_text(re.compile("3 / 3 条已生成目录草稿")).wait_for()
    officer.screenshot("drafting-confirmed-1280-zh-hans")
    assert officer.accessibility_faults() == []
    officer.goto("/desk/drafting/?status=confirmed")
    desk.get_by_role("link", name="养老机构设立许可结果信息").click()
    officer.screenshot("drafting-proposal-1280-zh-hans")
    assert officer.accessibility_faults() == []
    assert visit.outside + officer.outside == []
    assert visit.complaints + officer.complaints == []
