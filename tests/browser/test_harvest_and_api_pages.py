"""A department officer and a bureau reviewer at harvested entries, and the documentation of the API."""

import re

import pytest

PAGES = {
    "reviewer": ("/desk/harvest/", "/desk/harvest/sources/gardens/", "/desk/harvest/sources/gardens/edit/"),
    "civil_officer": ("/desk/harvest/?adopted=proposes", "/api/v1/"),
}


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (360, "en")])
def test_pages_with_entries_on_them_can_be_read_by_everyone(visiting, width, language):
    faults = []
    for username, places in PAGES.items():
        visit = visiting(width=width, language=language)
        visit.sign_in(username)
        for place in places:
            assert visit.goto(place) == 200
            visit.screenshot(f"harvest-{re.sub('[^a-z]+', '-', place)}-{width}")
            faults += [f"{place}: {fault}" for fault in visit.accessibility_faults() + visit.complaints]
            if visit.overflow_px() > 0:
                faults.append(f"{place}: {visit.overflow_px()} px too wide")
        assert visit.outside == []
    assert faults == []


def test_an_officer_sees_a_change_at_the_source_and_takes_it_over(visiting):
    visit = visiting()
    visit.sign_in("civil_officer")
    visit.goto("/desk/harvest/?adopted=proposes")
    visit.page.get_by_role("link", name="第19公园绿地和古树名录").click()
    visit.screenshot("harvest-change")
    assert visit.accessibility_faults() == []
    visit.page.get_by_role("button", name="接受变化").click()
    assert "第19公园绿地和古树名录" in visit.page.locator("h1").inner_text()
