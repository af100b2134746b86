"""An entry as its officer writes it and the reviewers decide on it: judged while it is typed, moved by keyboard."""

import re

from playwright.sync_api import expect


def open_faults(visit) -> list[str]:
    wide = [f"{visit.overflow_px()} px too wide"] if visit.overflow_px() > 0 else []
    return wide + visit.accessibility_faults() + visit.complaints


def test_an_entry_is_judged_while_it_is_typed_and_decided_on_in_the_queue(visiting):
    officer = visiting()
    officer.sign_in("civil_officer")
    page = officer.page
    officer.goto("/desk/catalogue/new/")
    page.locator("#id_title").fill("婚姻登记管理系统")
    expect(page.locator("#note-title")).to_contain_text("C01")
    expect(page.locator("#id_title")).to_be_focused()
    page.locator("#id_title").fill("殡葬服务单位名录")
    expect(page.locator("#note-title")).not_to_contain_text("C01")
    page.locator("#id_abstract").fill("本市殡葬服务单位的名称、地址和办公电话，用于公众查询和行业管理。")
    page.locator("#id_items-0-name").fill("单位名称")
    page.locator("#id_items-0-field").fill("unit")
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#id_items-3-name")).to_be_focused()
    page.locator("#id_items-1-name").fill("单位编号")
    page.locator("#id_items-1-field").fill("unit_no")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#id_items-0-field")).to_have_value("unit_no")
    expect(page.locator("#id_items-0-field")).to_be_focused()
    expect(page.locator("#check-summary")).to_contain_text("错误")
    for number, length in ((0, "20"), (1, "100")):
        page.locator(f"#id_items-{number}-length").fill(length)
        page.locator(f"#id_items-{number}-sharing_type").select_option("conditional")
    page.locator("#id_items-0-key").check()
    page.locator("#id_classification").fill("307")
    page.locator("#id_provider_unit").fill("社会事务处")
    page.locator("#id_sharing_type").select_option("conditional")
    page.locator("#id_sharing_condition").fill("行业管理使用")
    page.locator("#id_sharing_reason").fill("含未公开的联系方式")
    page.locator("#id_system").fill("hydj")
    page.locator("#id_query_keys").fill("unit_no")
    page.locator("#id_contact_name").fill("测试联系人")
    page.locator("#id_contact_phone").fill("0571-88888888")
    expect(page.locator("#check-summary")).not_to_contain_text(re.compile("错误 [1-9]"))
    officer.screenshot("entry-editor")
    assert open_faults(officer) == []
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("殡葬服务单位名录")
    entry = page.url
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("待部门审核").first).to_be_visible()

    approver = visiting()
    approver.sign_in("civil_approver")
    approver.goto("/desk/reviews/")
    approver.page.keyboard.press("j")
    expect(approver.page.get_by_role("link", name="殡葬服务单位名录")).to_be_focused()
    approver.page.keyboard.press("x")
    approver.screenshot("review-queue-department")
    approver.page.get_by_role("button", name="通过已勾选").click()
    expect(approver.page.get_by_text("已办理 1 条。")).to_be_visible()

    for width, language in ((1280, "zh-hans"), (360, "en")):
        reviewer = visiting(width=width, language=language)
        reviewer.sign_in("reviewer")
        faults = []
        service = entry.rstrip("/").rsplit("/", 1)[1]
        own = f"/desk/catalogue/{service}/"
        for address in ("/desk/reviews/", f"{own}grading/", own, f"{own}on/", "/desk/grading/"):
            reviewer.goto(address)
            reviewer.screenshot(f"review{address.replace('/', '-')}{width}")
            faults += [f"{address}: {fault}" for fault in open_faults(reviewer)]
        assert faults == []
    page = visiting()
    page.sign_in("reviewer")
    page.goto("/desk/reviews/")
    page.page.keyboard.press("j")
    page.page.keyboard.press("Enter")
    expect(page.page.get_by_role("heading", level=1)).to_have_text("殡葬服务单位名录")
    page.page.get_by_role("button", name="发布", exact=True).click()
    expect(page.page.get_by_text("已发布").first).to_be_visible()
    page.page.get_by_role("link", name="比上一版").click()
    expect(page.page.get_by_text("单位编号").first).to_be_visible()
    page.screenshot("entry-compare")
    assert open_faults(page) == []
