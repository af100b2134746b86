"""The list of the catalogue and the data map by keyboard alone, and what a reader's ear is told."""


def test_the_list_is_searched_walked_chosen_and_opened_by_keys(visiting):
    visit = visiting()
    visit.sign_in("reviewer")
    visit.goto("/desk/catalogue/")
    keys, page = visit.page.keyboard, visit.page
    page.locator("main h1").click()
    keys.press("/")
    keys.type("名录")
    keys.press("Enter")
    page.wait_for_url("**/desk/catalogue/?q=*")
    page.locator("main h1").click()
    keys.press("j")
    keys.press("x")
    assert page.locator("[data-row] input:checked").count() == 1
    assert "1" in page.locator("[data-chosen]").inner_text()
    keys.press("Enter")
    page.wait_for_url(lambda address: "?q=" not in address)
    assert visit.outside == []


def test_the_map_is_walked_along_its_edges_and_says_where_one_is(visiting):
    visit = visiting()
    visit.sign_in("reviewer")
    visit.goto("/desk/map/?focus=department:minzheng")
    page, keys = visit.page, visit.page.keyboard
    page.locator(".jt-map-centre").focus()
    assert "市民政局" in page.locator("#map-said").inner_text()
    keys.press("ArrowRight")
    chosen = page.locator("[data-node]:focus").get_attribute("data-node")
    assert not chosen.startswith("department:")
    assert page.locator(".jt-map-edge-lit").count() > 0
    keys.press("Enter")
    page.wait_for_url("**focus=*")
    page.locator(f'.jt-map-centre[data-node="{chosen}"]').focus()
    keys.press("Escape")
    page.wait_for_url("**focus=department*")
    assert visit.accessibility_faults() == []
    assert visit.outside == []
