"""Duties and drafting from the shell: import, compare, propose, survey, with exit codes for scripts."""

import pytest

from tests.support.command_line import jutong_each
from tests.support.worker_home import make_home

LIST = "实施编码,事项名称,事项类型,部门\nA-1,养老机构设立许可,行政许可,市民政局\nA-2,政策咨询,公共服务,市民政局\n"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each command said, on a platform with one published entry."""
    folder = tmp_path_factory.mktemp("duties")
    make_home(folder / "home", rows=5)
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    (folder / "twice.csv").write_text(f"{LIST}A-1,又一次,行政许可,市民政局\n", encoding="utf-8")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04")
    return jutong_each(folder, *(line for line, _, _ in WORDS))


# (command, exit code, what it says)
WORDS = [
    ("duties import list.csv --series 清单 --check --as reviewer", 0, "2 个事项"),
    ("duties list", 0, "编码"),
    ("duties import list.csv --series 清单 --as reviewer --json", 0, '"added": 2'),
    ("duties import twice.csv --series 清单 --as reviewer", 3, "[duties.list_invalid]"),
    ("duties import broken.xlsx --series 清单 --as reviewer", 3, "[connectors."),
    ("duties import list.csv --series 清单", 4, "[directory.permission_denied]"),
    ("duties list 养老 --json", 0, '"code": "A-1"'),
    ("duties gaps --as reviewer", 1, "缺数据 1"),
    ("draft duties --as reviewer", 0, "新建议 1"),
    ("draft list --as reviewer --json", 0, "养老机构设立许可结果信息"),
    ("draft survey shops_csv --as civil_engineer --json", 0, '"outcome": "done"'),
    ("draft survey nothing --as civil_engineer", 5, "[collection.source_not_found]"),
    ("duties template template.xlsx", 0, "已写出 template.xlsx"),
]


@pytest.mark.parametrize(("line", "code", "words"), WORDS)
def test_a_command_says_what_it_did(said, line, code, words):
    done = said[line]
    assert (done.code, words in done.out + done.err) == (code, True), done.out + done.err
