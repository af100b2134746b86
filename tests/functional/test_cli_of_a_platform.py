"""Commands on a platform with data: catalogue, sources, collection, checks, and who may."""

import pytest

from tests.support.command_line import jutong, jutong_each
from tests.support.worker_home import REQUEST, make_home, tell, write_source


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder whose data home has one published entry, hooked to a file of 40 rows, three of them wrong."""
    folder = tmp_path_factory.mktemp("platform")
    make_home(folder / "home", rows=40)
    source = folder / "home/sources/minzheng/shops.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    for number in (3, 4, 5):
        lines[number] = lines[number].replace(",2001-09-01,", ",2001-13-01,")
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def collected(place):
    """The first delivery, carried out by the command itself: no worker is running."""
    return jutong(place, "collect", "run", "shops", "--json")


def test_init_twice_changes_nothing_and_shows_passwords_once(tmp_path):
    first = jutong(tmp_path, "init", "--region-name", "样例市")
    assert first.code == 0, first.err
    assert "sysadmin" in first.out
    again = jutong(tmp_path, "init", JUTONG_LANGUAGE="en")
    assert (again.code, again.out) == (0, "The platform is set up already; nothing was changed.\n")
    later = jutong_each(tmp_path, "migrate", "catalogue list --json")
    assert later["migrate"].code == 0
    assert later["catalogue list --json"].json() == []


def test_a_collection_without_a_worker_is_carried_out_by_the_command(collected):
    assert collected.code == 0, collected.err
    run = collected.json()
    assert (run["status"], run["read"], run["landed"] + run["quarantined"]) == ("succeeded", 40, 40)
    assert {"run_id", "version", "score", "rules", "error_code"} <= set(run)
    assert collected.err == ""


# (command, exit code, what it says)
WORDS = [
    ("catalogue list", 0, "零售店名录"),
    ("catalogue list 零售", 0, "零售店名录"),
    ("catalogue list --status draft", 0, "服务名"),
    ("catalogue list --status none", 2, "可选 draft"),
    ("catalogue list --limit 0", 2, "应为 1 到 200 的数"),
    ("catalogue show shops", 0, "学校代码"),
    ("catalogue show nothing", 5, "[catalogue.entry_not_found]"),
    ("catalogue lint shops", 0, "规则"),
    ("catalogue diff shops", 0, "没有不同"),
    ("catalogue diff shops 9", 5, "[catalogue.version_not_found]"),
    ("source list", 0, "shops_csv"),
    ("source list --as tax_developer", 4, "[directory.permission_denied]"),
    ("source list --as nobody", 5, "[directory."),
    ("collect status", 0, "零售店名录"),
    ("collect history", 0, "成功"),
    ("collect history shops", 0, "成功"),
    ("collect pause shops --as civil_engineer", 0, "已暂停归集"),
    ("collect run shops", 6, "[collection.paused]"),
    ("collect run shops --dry-run", 0, "试运行，未入库"),
    ("collect resume shops --as civil_engineer", 0, "下次归集"),
    ("collect cancel run_0", 5, "[collection.run_not_found]"),
    ("collect retry run_0", 5, "[collection.run_not_found]"),
    ("alerts test nowhere --as civil_engineer", 5, "[alerts.channel_not_found]"),
    ("alerts check", 0, "送达 0 条"),
    ("collect run nothing", 5, "[catalogue.entry_not_found]"),
    ("collect run shops --as auditor", 4, "[directory.permission_denied]"),
    ("check nothing", 5, "[catalogue.entry_not_found]"),
    ("evidence verify", 0, "完整"),
    ("demo score", 5, "[demo."),
]
AS_JSON = (
    "catalogue list --json",
    "catalogue show shops --json",
    "source list --json",
    "collect status --json",
    "collect history --json",
    "collect run shops --as auditor --json",
    "check shops",
    "check shops --json",
)


@pytest.fixture(scope="module")
def answers(place, collected):
    return jutong_each(place, *(row[0] for row in WORDS), *AS_JSON)


@pytest.mark.parametrize(("command", "code", "expected"), WORDS, ids=[row[0] for row in WORDS])
def test_what_a_command_says_and_how_it_ends(answers, command, code, expected):
    answer = answers[command]
    assert answer.code == code, answer.err
    assert expected in (answer.out if code < 2 else answer.err)


def test_the_same_as_json(answers):
    (entry,) = answers["catalogue list --json"].json()
    assert (entry["service"], entry["status"]) == ("shops", "published")
    shown = answers["catalogue show shops --json"].json()
    assert [item["field"] for item in shown["items"]][:2] == ["code", "name"]
    (source,) = answers["source list --json"].json()
    assert (source["code"], source["services"]) == ("shops_csv", ["shops"])
    (status,) = answers["collect status --json"].json()
    assert (status["service"], status["source"]) == ("shops", "shops_csv")
    assert answers["collect history --json"].json()[-1]["status"] == "succeeded"
    denied = answers["collect run shops --as auditor --json"]
    assert (denied.code, denied.json()["code"]) == (4, "directory.permission_denied")


def test_check_judges_what_the_pool_holds(answers):
    answer = answers["check shops --json"]
    rules = answer.json()
    failed = sum(rule["failed"] for rule in rules)
    assert answer.code == (1 if failed else 0)
    assert {"code", "kind", "fields", "checked", "failed", "blocking", "sample_rows"} <= set(rules[0])
    assert "检查" in answers["check shops"].out


def test_a_delivery_that_fails_ends_with_1_and_its_reason(place, collected):
    path = place / "home/sources/minzheng/shops.csv"
    kept = path.read_bytes()
    path.unlink()
    try:
        answer = jutong(place, "collect", "run", "shops", JUTONG_LANGUAGE="en")
        assert answer.code == 1
        assert "[connectors.file_missing]" in answer.err
        assert "No worker is running" in answer.err
        assert "failed" in answer.out.lower()
    finally:
        path.write_bytes(kept)


def test_a_run_that_a_broken_off_command_left_queued_is_taken_up(place, collected):
    write_source(place / "home", 30)
    run_id = tell(place / "home", REQUEST)
    answer = jutong(place, "collect", "run", "shops", "--json")
    assert answer.code == 0, answer.err
    assert (answer.json()["run_id"], answer.json()["landed"]) == (run_id, 30)


def test_doctor_says_whether_the_machine_is_fit(place):
    answers = jutong_each(place, "doctor --json", "doctor", JUTONG_LANGUAGE="en")
    answer = answers["doctor --json"]
    checks = {check["code"]: check["verdict"] for check in answer.json()}
    assert checks["database"] == checks["migrations"] == "ok"
    assert answer.code == (1 if "missing" in checks.values() else 0)
    assert "Control database" in answers["doctor"].out
