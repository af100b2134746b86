"""Fixtures of every kind of test, and the switch that lets none be skipped."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

# Shrinking a counter-example may take minutes where each step runs an engine: half the phases tell enough.
settings.register_profile(
    "jutong", deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
)
settings.load_profile("jutong")

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# `.ci/run` installs and starts everything that a test may want, so there a skipped test is a failed one.
NOTHING_SKIPPED = os.environ.get("JUTONG_TEST_NOTHING_SKIPPED", "") not in {"", "0"}


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real public data beside the project; the test is skipped by name where it is missing."""
    if not REAL_DATA.is_dir():
        pytest.skip("real public data (../shared/data) is not on this machine")
    return REAL_DATA


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: the browser's driver keeps an event loop running in this thread until the
    session ends, and no test after it could run one of its own."""
    items.sort(key=lambda item: "browser" in item.nodeid.split("::")[0].split("/"))


def _fail_skipped(report: Any) -> None:
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be (JUTONG_TEST_NOTHING_SKIPPED): {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    wants_real_data = item.get_closest_marker("real_data") or "real_data" in getattr(item, "fixturenames", ())
    if not wants_real_data:
        _fail_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _fail_skipped(report)
    return report
