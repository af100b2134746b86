"""What a visitor does on the portal, with and without scripts, by mouse and by keyboard."""

import pytest


def test_a_visitor_finds_a_dataset_and_downloads_it(visiting):
    visit = visiting()
    visit.goto("/")
    page = visit.page
    page.get_by_label("搜索数据集").fill("中小学")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="中小学校名录").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename == "中小学校名录_v1.csv"
    assert waiting.value.path().read_text("utf-8-sig").startswith("学校代码,学校名称")
    assert visit.outside == []
    assert visit.complaints == []


def test_without_scripts_the_figures_of_a_chart_are_a_table(visiting):
    visit = visiting(java_script_enabled=False)
    visit.goto("/datasets/schools/")
    page = visit.page
    assert page.get_by_role("row", name="甲区 20", exact=True).is_visible()
    assert not page.locator("[data-chart]").first.is_visible()
    assert not page.locator("[data-geojson]").is_visible()
    assert page.get_by_role("link", name="XLSX").is_visible()


def test_without_scripts_the_list_can_be_narrowed_and_the_language_changed(visiting):
    visit = visiting(java_script_enabled=False)
    visit.goto("/datasets/")
    visit.page.get_by_role("link", name="教育文化").click()
    assert visit.page.get_by_role("article").count() == 1
    visit.page.get_by_role("button", name="English").click()
    assert visit.page.get_by_role("heading", level=1).inner_text() == "Datasets"
    assert visit.page.get_by_role("article").count() == 1


def test_the_map_shows_every_place_and_tells_about_one(visiting):
    visit = visiting()
    visit.goto("/datasets/schools/")
    shapes = visit.page.locator("#dataset-map path.leaflet-interactive")
    assert shapes.count() == 60
    shapes.first.click()
    assert "合成第" in visit.page.locator(".leaflet-popup").inner_text()
    assert visit.outside == []


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(visiting):
    visit = visiting()
    visit.goto("/datasets/")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "跳到正文"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"


def test_what_is_under_the_keyboard_is_marked(visiting):
    visit = visiting()
    visit.goto("/")
    for _ in range(3):
        visit.page.keyboard.press("Tab")
    width = visit.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2


def test_a_job_asks_for_its_state_until_it_is_done(visiting):
    visit = visiting()
    visit.goto("/design/")
    visit.page.get_by_text("归集完成").wait_for(timeout=15_000)
    assert visit.page.locator(".jt-progress[hx-get]").count() == 0


def test_a_server_that_is_gone_is_told_to_the_reader(visiting):
    visit = visiting()
    visit.goto("/design/")
    visit.page.context.set_offline(True)
    visit.page.get_by_text("暂时连不上服务器").wait_for(timeout=15_000)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_person_signs_in_and_out(visiting, width):
    visit = visiting(width=width)
    visit.sign_in("civil_officer")
    visit.screenshot(f"signed-in-{width}")
    assert visit.page.get_by_role("link", name="工作台").is_visible()
    assert visit.overflow_px() <= 0
    visit.page.get_by_role("button", name="退出登录").click()
    assert visit.page.get_by_role("link", name="登录").is_visible()


def test_a_wrong_password_is_explained_beside_the_form(visiting):
    visit = visiting()
    visit.goto("/sign-in/")
    visit.page.locator("input[name=username]").fill("nobody")
    visit.page.locator("input[name=password]").fill("wrong")
    visit.page.locator("main button[type=submit]").click()
    assert visit.page.get_by_role("alert").first.is_visible()
    assert visit.accessibility_faults() == []
