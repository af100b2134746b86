"""`jutong lists export`: the same sheet as a file and as JSON, for one department or all, with an exit code."""

import json

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from jutong.entrypoints.cli import main
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.lists import a_filed_demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    city = a_city(tmp_path / "home")
    a_published_entry(city)
    a_filed_demand(city)
    return lambda *arguments: CliRunner().invoke(main, ["lists", "export", *arguments])


def test_a_list_is_written_as_officials_print_it_and_printed_for_programs(run, tmp_path):
    answer = run("responsibility", "--department", CIVIL, "--out", "责任.xlsx")
    assert answer.exit_code == 0, answer.output
    assert "已导出责任清单 1 项" in answer.output
    rows = CalamineWorkbook.from_path(tmp_path / "责任.xlsx").get_sheet_by_index(0).to_python()
    printed = json.loads(run("responsibility", "--json").output)
    assert printed["columns"][:3] == ["序号", "责任编号", "责任部门"]
    assert list(printed["rows"][0].values()) == [str(cell) for cell in rows[4]]
    assert (printed["list"], printed["file"]) == ("responsibility", None)
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["责任.xlsx"]


def test_what_the_command_says_and_how_it_ends(run):
    for arguments, code, said in (
        (("demand",), 0, "1 项"),
        (("demand", "--department", CIVIL), 0, "0 项"),
        (("negative", "--json"), 0, '"不予开放"'),
        (("demand", "--department", "nowhere"), 5, "[directory.not_found]"),
        (("demand", "--out", "nowhere/x.xlsx"), 3, "[lists.file_not_written]"),
        (("demand", "--as", "secadmin"), 4, "[directory.permission_denied]"),
        (("wishes",), 2, ""),
    ):
        answer = run(*arguments)
        assert answer.exit_code == code, (arguments, answer.output)
        assert said in answer.output, arguments
