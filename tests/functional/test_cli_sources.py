"""`jutong source`: registered, tested, profiled and listed from a shell; secrets never on the command line."""

import sqlite3
from contextlib import closing

import pytest

from tests.support.command_line import jutong_each
from tests.support.worker_home import make_home

SECRET = "s3cret-value"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("platform")
    make_home(folder / "home", rows=10)
    with closing(sqlite3.connect(folder / "home/sources/minzheng/s.db")) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO t VALUES (1, '甲'), (2, '乙')")
        connection.commit()
    (folder / "password.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    return folder


BY = "--as civil_engineer"
ADD = f"source add --department minzheng --name 库 {BY}"
SERVER = "-o host=127.0.0.1 -o port=1 -o database=d -o user=u -o table=t"


@pytest.fixture(scope="module")
def said(place):
    """Every line of this file that needs no other to come first, in one process."""
    return jutong_each(place, *LINES, *(line for line, _, _ in WRONG), DB_PASSWORD=SECRET)


LINES = [
    f"{ADD} one --kind sqlite -o path=minzheng/s.db -o table=t --json",
    f"source test one {BY} --json",
    f"source test one {BY}",
    f"source profile one {BY} --json",
    f"{ADD} by_file --kind mariadb {SERVER} --secret-file password=password.txt",
    f"{ADD} by_env --kind mariadb {SERVER} --secret-env password=DB_PASSWORD",
    f"source test by_file {BY} --json",
    f"source test by_env {BY} --json",
    "source list --json",
    "source kinds --json",
]
# (command, exit code, what it says)
WRONG = [
    (f"{ADD} x_1 --kind mariadb {SERVER} -o password={SECRET}", 2, "加密参数"),
    (f"{ADD} x_1 --kind mariadb -o host", 2, "名称=值"),
    (f"{ADD} x_1 --kind mariadb --secret-file password=none.txt", 2, "读不出文件"),
    (f"{ADD} x_1 --kind mariadb --secret-env password=NO_SUCH_VARIABLE", 2, "没有环境变量"),
    (f"{ADD} x_1 --kind mariadb -o host=h", 3, "[connectors.option_invalid]"),
    (f"{ADD} x_1 --kind fax", 3, "[connectors.kind_unknown]"),
    (f"{ADD} x_1 --kind csv -o path=shuiwu/x.csv", 4, "[connectors.path_outside]"),
    (f"{ADD} Bad-Code --kind csv -o path=minzheng/x.csv", 3, "[collection.source_invalid]"),
    (f"{ADD} shops_csv --kind csv -o path=minzheng/x.csv", 6, "[collection.source_exists]"),
    (f"{ADD.replace(BY, '')} x_1 --kind csv -o path=minzheng/x.csv", 4, "[directory.permission_denied]"),
    ("source test nothing", 5, "[collection.source_not_found]"),
    ("source test shops_csv", 4, "[directory.permission_denied]"),
    ("source profile nothing", 5, "[collection.source_not_found]"),
]


def test_a_source_is_registered_tested_profiled_and_listed(said):
    added, tested, shown, profiled = (said[line] for line in LINES[:4])
    assert (added.code, added.json()["code"]) == (0, "one"), added.err
    assert (tested.json()["passed"], tested.json()["columns"], tested.json()["rows"]) == (True, 2, 2)
    assert "✓ 表存在" in shown.out
    assert [column["name"] for column in profiled.json()["columns"]] == ["id", "name"]
    listed = {row["code"]: row for row in said["source list --json"].json()}
    assert listed["one"]["tested_at"]
    assert listed["one"]["test_code"] == ""
    assert listed["by_env"]["test_code"] == "connectors.port_closed"


def test_a_secret_comes_from_a_file_or_a_variable_and_is_never_shown(said, place):
    for line in LINES[4:8]:
        assert SECRET not in said[line].out + said[line].err
        assert said[line].code == (1 if "test" in line else 0), said[line].err
    assert SECRET.encode() not in (place / "home/control.sqlite").read_bytes()


@pytest.mark.parametrize(("line", "code", "words"), WRONG)
def test_what_is_wrong_is_said_with_its_exit_code(said, line, code, words):
    assert (said[line].code, words in said[line].err) == (code, True), said[line].err
    assert SECRET not in said[line].out + said[line].err


def test_the_kinds_are_listed_with_their_options(said):
    found = {one["kind"]: one for one in said["source kinds --json"].json()}
    assert {"csv", "postgresql", "mariadb", "sqlserver", "oracle", "dameng", "kingbase"} <= found.keys()
    password = next(one for one in found["mariadb"]["options"] if one["name"] == "password")
    assert password["secret"]
    assert "没有" in found["oracle"]["tested_zh"]
