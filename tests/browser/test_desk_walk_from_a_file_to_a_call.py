"""The main chain as people walk it in a browser: a file is hooked and collected, applied for, granted, called, proven.

One platform for the whole file, and the steps in their order: each stands on those before it.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, _open
from tests.support.whole_platform import SERVICE, Platform, whole_platform

CITIZEN, NAME = "11010519491231002X", "张合成"


@pytest.fixture(scope="module")
def platform(chromium, tmp_path_factory) -> Iterator[Platform]:
    with whole_platform(tmp_path_factory.mktemp("platform")) as made:
        yield made


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """What one step learns and a later one needs: the secret, the application, the grant."""
    return {}


@pytest.fixture
def person(browser: Browser, platform: Platform):
    """`person(username, width=…)` is a window in which that account is signed in."""
    contexts = []

    def person(username: str, *, width: int = 1280, language: str = "zh-hans", **options) -> Visit:
        context, visit = _open(browser, platform.console, width=width, language=language, **options)
        contexts.append(context)
        visit.sign_in(username)
        return visit

    yield person
    for context in contexts:
        context.close()


def run(command: str, *, secret: str) -> str:
    """The copied command with its blanks filled in, run as a developer would."""
    for tool in ("bash", "curl", "openssl"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not on this machine")
    filled = command.replace("<应用密钥>", secret).replace("<公民身份号码>", CITIZEN)
    filled = filled.replace("<登记证号>", "J330106-2024-000001").replace("<当事人姓名>", NAME)
    assert "<" not in filled.replace("<<", "")
    done = subprocess.run(["bash", "-c", filled], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_1_an_engineer_registers_a_file_hooks_it_and_watches_it_being_collected(person):
    visit = person("civil_engineer")
    page = visit.page
    visit.goto("/desk/sources/")
    page.get_by_role("link", name="登记数据源").click()
    page.get_by_label("名称", exact=False).first.fill("婚姻登记每日文件")
    page.locator("#id_code").fill("hydj_csv")
    page.locator("#id_kind").select_option("csv")
    offered = page.locator("#known-files option").first.get_attribute("value")
    page.locator("#id_path").fill(offered or "")
    page.get_by_role("button", name="登记并探查").click()
    expect(page.get_by_text("3 行，不能读入 0 行。")).to_be_visible()
    visit.screenshot("walk-1-profile")
    page.get_by_role("button", name="下一步：列的对应").click()
    visit.screenshot("walk-1-columns")
    page.get_by_role("button", name="挂接", exact=True).click()
    expect(page.get_by_text("已挂接，平台会按更新周期归集")).to_be_visible()
    page.get_by_role("button", name=re.compile("立即归集")).click()
    # Either the run just asked for, or the scheduled one that the new binding was due for at once.
    if "/runs/" not in page.url:
        visit.goto("/desk/runs/")
        page.locator("main table a").first.click()
    expect(page.get_by_text("成功", exact=True).first).to_be_visible(timeout=60_000)
    visit.screenshot("walk-1-run")
    assert page.get_by_text("质量规则的结果").count() == 1
    assert visit.complaints == []


def test_2_an_officer_registers_a_client_and_applies(person, known):
    visit = person("tax_officer")
    page = visit.page
    visit.goto("/desk/clients/")
    page.get_by_label("应用名称").fill("个税核验")
    page.get_by_role("button", name="登记", exact=True).click()
    known["secret"] = page.locator("#client-secret").inner_text()
    page.get_by_role("link", name="已保存，返回").click()
    visit.goto("/desk/catalogue/?q=婚姻")
    page.get_by_role("link", name="婚姻登记基本信息").click()
    page.get_by_role("link", name="申请使用").click()
    for item in ("登记证号", "公民身份号码", "当事人姓名"):
        page.get_by_label(re.compile(item)).check()
    page.get_by_label(re.compile("核验：")).check()
    page.get_by_label(re.compile("使用依据")).fill("个人所得税法第六条")
    page.get_by_label(re.compile("用途")).fill("核验专项附加扣除")
    page.get_by_label("应用场景").fill("汇算清缴")
    page.get_by_label(re.compile("个税核验")).check()
    visit.screenshot("walk-2-application")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("待本部门审核").first).to_be_visible()
    known["application"] = page.url
    assert visit.complaints == []


def test_3_the_own_approver_and_the_provider_decide_by_keyboard(person, known):
    own = person("tax_approver")
    own.page.goto(known["application"])
    own.page.get_by_label("意见").fill("确需使用")
    button = own.page.get_by_role("button", name="同意", exact=True)
    own.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    own.page.keyboard.press("Enter")
    expect(own.page.get_by_text("待提供部门审核").first).to_be_visible()
    provider = person("civil_approver")
    provider.goto("/desk/")
    provider.screenshot("walk-3-to-do")
    provider.page.get_by_role("link", name="婚姻登记基本信息").click()
    expect(provider.page.get_by_text("张**").first).to_be_visible()
    assert provider.page.get_by_text(NAME).count() == 0
    provider.screenshot("walk-3-decision")
    provider.page.get_by_role("button", name="同意", exact=True).focus()
    provider.page.keyboard.press("Space")
    expect(provider.page.get_by_text("已授权").first).to_be_visible()
    assert own.complaints + provider.complaints == []


def test_4_the_shown_calls_are_answered_and_in_the_evidence(person, known):
    visit = person("tax_officer")
    page = visit.page
    page.goto(known["application"])
    page.get_by_role("link", name="查看授权和调用方法").click()
    known["grant"] = page.url
    lookup = page.locator("#curl-lookup").inner_text()
    verification = page.locator("#curl-verification").inner_text()
    # The gateway looks for a new policy every few seconds.
    page.wait_for_timeout(3_000)
    answer = run(lookup, secret=known["secret"])
    assert '"code":"ok"' in answer, answer
    assert "张**" in answer
    assert NAME not in answer
    assert CITIZEN not in answer
    answer = run(verification, secret=known["secret"])
    assert '"matches":{' in answer, answer
    page.reload()
    rows = page.locator("#calls tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("核验")
    expect(rows.nth(1)).to_contain_text("查询")
    visit.screenshot("walk-4-grant")
    visit.goto("/desk/evidence/")
    page.get_by_role("button", name="校验证据链").click()
    expect(page.get_by_text("证据链完整")).to_be_visible()
    assert visit.complaints == []


def test_5_a_suspended_grant_is_refused_within_seconds(person, known):
    page = person("civil_approver").page
    page.goto(known["grant"])
    lookup = page.locator("#curl-lookup").inner_text()
    page.get_by_text("变更授权").click()
    page.get_by_label(re.compile("理由")).fill("核查用途")
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_text("已暂停").first).to_be_visible()
    page.wait_for_timeout(3_000)
    assert "gateway.grant_suspended" in run(lookup, secret=known["secret"])


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "zh-hans")])
def test_6_every_page_of_one_thing_is_local_readable_and_accessible(person, known, width, language):
    pages = {
        "civil_officer": [
            f"/desk/catalogue/{SERVICE}/",
            "/desk/catalogue/new/",
            "/desk/sources/hydj_csv/?profile=1",
            f"/desk/sources/hydj_csv/bind/?service={SERVICE}",
            f"/desk/datasets/{SERVICE}/",
        ],
        "civil_approver": [
            known["application"].split("/", 3)[3],
            known["grant"].split("/", 3)[3],
        ],
        "tax_officer": [f"/desk/catalogue/{SERVICE}/apply/", "/desk/catalogue/no_such/"],
    }
    faults = []
    for username, addresses in pages.items():
        visit = person(username, width=width, language=language)
        for address in addresses:
            path = "/" + address.lstrip("/")
            visit.goto(path)
            visit.complaints = [text for text in visit.complaints if "404" not in text]
            visit.screenshot(f"one{re.sub('[^a-z0-9_]+', '-', path)}-{username}-{width}-{language}")
            if visit.page.locator("h1").count() != 1 or visit.overflow_px() > 0:
                faults.append(f"{path}: h1 or {visit.overflow_px()} px too wide")
            faults += [f"{path}: {fault}" for fault in visit.accessibility_faults() + visit.complaints]
        assert visit.outside == []
    assert faults == []


def test_7_without_scripts_a_form_grows_and_a_run_is_followed_by_reloading(person):
    visit = person("civil_officer", java_script_enabled=False)
    page = visit.page
    visit.goto("/desk/catalogue/new/")
    page.locator("#id_title").fill("写了一半")
    page.get_by_role("button", name="再加 10 行").click()
    expect(page.locator("#id_title")).to_have_value("写了一半")
    expect(page.locator("input.jt-item-name")).to_have_count(13)
    visit.goto("/desk/sources/hydj_csv/")
    page.get_by_role("button", name=re.compile("立即归集")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("婚姻登记基本信息")
