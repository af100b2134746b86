"""What outsiders script against: the JSON of commands and their exit codes. A key may come; none may go or change."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jutong.entrypoints.cli import main
from tests.support.shapes import assert_keeps, shape

SHAPES = json.loads((Path(__file__).parent / "command_shapes.json").read_text(encoding="utf-8"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("command", SHAPES)
def test_the_json_of(command, run):
    answer = run(*command.split())
    assert answer.exit_code in {0, 1}, answer.output
    assert_keeps(SHAPES[command], shape(json.loads(answer.output)))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("validate uscc 91350100M000100Y43", 0),
        ("validate uscc 91350100M000100Y44", 1),
        ("validate nothing 1", 2),
        ("region 330104", 0),
        ("region 999999", 5),
        ("workdays 2026-09-30 5", 0),
        ("workdays yesterday 5", 2),
        ("evidence verify .", 0),
        ("evidence verify not-there", 5),
        ("profile not-there.csv", 5),
        ("no-such-command", 2),
    ],
)
def test_the_exit_code_of(command, code, run):
    answer = run(*command.split())
    assert answer.exit_code == code, answer.output


def test_an_error_has_one_shape_on_request(run):
    answer = run("region", "999999", "--json")
    assert set(json.loads(answer.output)) == {"code", "message", "detail", "request_id"}


def test_profile_and_read_of_a_file(run, tmp_path):
    (tmp_path / "people.csv").write_bytes("姓名,数量\n张三丰,0571\n李四光,\n".encode("gb18030"))
    profile = json.loads(run("profile", "people.csv", "--json").output)
    assert {"encoding", "rows", "columns", "findings"} <= set(profile)
    assert {"name", "type", "meaning"} <= set(profile["columns"][0])
    records = [
        json.loads(line) for line in run("read", "people.csv", "--format", "jsonl").output.splitlines()
    ]
    assert records[0]["数量"] == "0571", "a leading zero stays"
    assert run("read", "people.csv", "--format", "csv").output.splitlines()[0] == "姓名,数量"
