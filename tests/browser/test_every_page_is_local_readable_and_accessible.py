"""Every page, wide and narrow, in both languages: nothing from outside, no fault, usable by everyone."""

import pytest

PUBLIC_PAGES = {
    "home": "/",
    "datasets": "/datasets/",
    "datasets-narrowed": "/datasets/?q=名录&theme=civil",
    "datasets-none": "/datasets/?q=没有这样的数据",
    "dataset": "/datasets/schools/",
    "dataset-without-place": "/datasets/societies/",
    "dataset-conditional": "/datasets/welfare/",
    "statistics": "/statistics/",
    "design": "/design/",
    "sign-in": "/sign-in/",
    "about": "/about/",
}
# The two other pairs show nothing new at every run: they are left to `make test-slow`.
WINDOWS = (
    (1280, "zh-hans"),
    (360, "en"),
    pytest.param(360, "zh-hans", marks=pytest.mark.slow),
    pytest.param(1280, "en", marks=pytest.mark.slow),
)


@pytest.mark.parametrize(("width", "language"), WINDOWS)
@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_asks_nobody_else_and_can_be_read_by_everyone(visiting, name, width, language):
    visit = visiting(width=width, language=language)
    status = visit.goto(PUBLIC_PAGES[name])
    visit.screenshot(f"{name}-{width}-{language}")
    assert status == 200
    assert visit.outside == []
    assert visit.complaints == []
    assert visit.overflow_px() <= 0
    assert visit.page.locator("h1").count() == 1
    assert visit.page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh-hans" else "en")
    assert visit.accessibility_faults() == []


def test_a_page_that_is_not_there_is_readable_too(visiting):
    visit = visiting(width=360)
    assert visit.goto("/no-such-page/") == 404
    visit.screenshot("not-found-360-zh-hans")
    assert visit.outside == []
    assert visit.overflow_px() <= 0
    assert visit.accessibility_faults() == []
