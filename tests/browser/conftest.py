"""A real Chromium before a real server; what leaves this machine is stopped and written down."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.support.control import PASSWORD
from tests.support.running_site import running_site

HERE = Path(__file__).parent
# A folder for pictures of what the tests see, for people to look at; without it none are taken.
SCREENSHOTS = os.environ.get("JUTONG_TEST_SCREENSHOTS", "")
AXE = HERE.parents[1] / "frontend" / "test-tools" / "axe-core" / "axe.min.js"


@cache
def axe_script() -> str:
    return AXE.read_text("utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser: JUTONG_TEST_CHROMIUM, or `chromium` on the PATH."""
    path = (
        os.environ.get("JUTONG_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not path:
        pytest.skip("Chromium is not on this machine (apt-get install chromium, or set JUTONG_TEST_CHROMIUM)")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium):
    return {
        "executable_path": chromium,
        "headless": True,
        "chromium_sandbox": False,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@pytest.fixture(scope="session")
def site(chromium, tmp_path_factory) -> Iterator[str]:
    """The address of a running console with a small city; one for the whole run."""
    with running_site(tmp_path_factory.mktemp("site")) as address:
        yield address


@dataclass
class Visit:
    """One page as a reader meets it, and everything that went wrong on the way."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def goto(self, path: str) -> int:
        answer = self.page.goto(self.address + path)
        if self.page.locator(".jt-chart, .jt-map").count():  # these draw what they fetch
            self.page.wait_for_load_state("networkidle")
        return answer.status if answer else 0

    def sign_in(self, username: str) -> None:
        """Come in as one of `tests.support.running_site.ACCOUNTS`."""
        self.page.goto(f"{self.address}/sign-in/?next=/")
        self.page.locator("input[name=username]").fill(username)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main button[type=submit]").click()
        self.page.wait_for_url(f"{self.address}/")

    def screenshot(self, name: str) -> None:
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)

    def overflow_px(self) -> int:
        """How far the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def accessibility_faults(self) -> list[str]:
        """What axe-core finds against WCAG 2.1 A and AA: rule, impact and the first element."""
        self.page.evaluate(axe_script())
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'], "
            "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
        )
        return [
            f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"][:2]
        ]


def _open(
    browser: Browser, site: str, *, width: int, language: str, **options
) -> tuple[BrowserContext, Visit]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        timezone_id="Asia/Shanghai",
        **options,
    )
    context.add_cookies([{"name": "jutong_language", "value": language, "url": site}])
    visit = Visit(context.new_page(), site)

    def keep_inside(route: Route) -> None:
        if urlsplit(route.request.url).netloc in {urlsplit(site).netloc, ""}:
            route.continue_()
        else:
            visit.outside.append(route.request.url)
            route.abort()

    context.route("**/*", keep_inside)
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"script: {error}"))
    visit.page.on(
        "console",
        lambda line: visit.complaints.append(line.text) if line.type in {"error", "warning"} else None,
    )
    return context, visit


@pytest.fixture
def visiting(browser, site):
    """`visiting(width=…, language=…)` opens a window and gives a `Visit`; windows are closed after the test."""
    contexts = []

    def visiting(*, width: int = 1280, language: str = "zh-hans", **options) -> Visit:
        context, visit = _open(browser, site, width=width, language=language, **options)
        contexts.append(context)
        return visit

    yield visiting
    for context in contexts:
        context.close()
