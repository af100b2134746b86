"""Commands that need no data home: facts of the field, files, help; their words, codes and manners."""

import json
import signal
import time

import pytest
from click.testing import CliRunner

from jutong.entrypoints.cli import COMMANDS, facts, main
from tests.support.command_line import jutong, jutong_each, start

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """One command within this process; `language` is what JUTONG_LANGUAGE says."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_bytes("姓名,数量\n张三丰,0571\n李四光,\n".encode("gb18030"))
    (tmp_path / "header.csv").write_text("名称,数量\n", encoding="utf-8")
    (tmp_path / "empty.csv").touch()

    def invoke(line: str, language: str = ""):
        return CliRunner(env={"JUTONG_LANGUAGE": language}).invoke(main, line.split())

    return invoke


# (command, exit code, what Chinese says, what English says); `|` separates standard output from standard error
WORDS = [
    (f"validate citizen_id {ID_NUMBER}", 0, "有效", "valid"),
    (f"validate citizen_id {ID_NUMBER[:-1]}1", 1, "无效", "invalid"),
    ("validate nothing 1", 2, "|可选 citizen_id", "|is not one of"),
    ("validate", 2, "|缺少参数 KIND", "|Missing argument"),
    ("validate mobile", 2, "|缺少参数 VALUE", "|Missing argument"),
    ("region 330104", 0, "江干区", "江干区"),
    ("region 330104 --at 2020-06-30", 0, "江干区", "江干区"),
    ("region 999999", 5, "|[vocabulary.", "|[vocabulary."),
    ("region 330104 --at lately", 2, "|应为日期", "|does not match the format"),
    ("workdays 2025-09-30 1", 0, "2025-10-09", "2025-10-09"),
    ("workdays 2025-09-30 -1", 0, "2025-09-29", "2025-09-29"),
    ("workdays 2025-09-30 9999", 2, "|应为 -5000 到 5000 的数", "|is not in the range"),
    ("profile people.csv", 0, "编码：gb18030", "encoding: gb18030"),
    ("profile not-there.csv", 5, "|[connectors.file_missing]", "|[connectors.file_missing]"),
    ("profile empty.csv", 3, "|[connectors.file_empty]", "|[connectors.file_empty]"),
    ("profile .", 3, "|[connectors.", "|[connectors."),
    ("read people.csv", 0, "张三丰,0571", "张三丰,0571"),
    ("read people.csv --format xml", 2, "|可选 csv、jsonl", "|is not one of"),
    ("read header.csv", 0, "|文件中没有记录。", "|The file holds no records."),
    ("evidence verify .", 0, "完整", "intact"),
    ("evidence verify nowhere", 5, "|[evidence.folder_missing]", "|[evidence.folder_missing]"),
    ("evidence verify . --public-key nowhere", 2, "|没有这个文件", "|does not exist"),
    ("no-such-command", 2, "|没有命令 no-such-command", "|No such command"),
    ("region 330104 --unknown", 2, "|没有选项 --unknown", "|No such option"),
]


@pytest.mark.parametrize(("command", "code", "zh", "en"), WORDS, ids=[row[0] for row in WORDS])
def test_a_command_speaks_chinese_by_default_and_english_when_asked(run, command, code, zh, en):
    for language, expected in (("", zh), ("en", en)):
        answer = run(command, language)
        assert answer.exit_code == code, answer.output
        stream = answer.stderr if expected.startswith("|") else answer.stdout
        assert expected.removeprefix("|") in stream
        if code >= 2:
            assert answer.stdout == ""


@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        ("region 999999 --json", 5, "vocabulary."),
        ("profile not-there.csv --json", 5, "connectors.file_missing"),
        ("read empty.csv --json", 3, "connectors.file_empty"),
        ("evidence verify nowhere --json", 5, "evidence.folder_missing"),
    ],
)
def test_an_error_is_json_where_json_was_asked_for(run, command, code, error):
    answer = run(command)
    assert answer.exit_code == code
    said = json.loads(answer.stdout)
    assert said["code"].startswith(error)
    assert said["message"]
    assert answer.stderr == ""


def test_the_json_of_a_verdict_has_reasons_and_notes(run):
    (found,) = json.loads(run("validate citizen_id 110105491231002 --json").stdout)
    assert (found["verdict"], found["reasons"], found["notes"]) == ("valid", [], found["notes"])
    assert isinstance(found["notes"], list)
    (wrong,) = json.loads(run(f"validate citizen_id {ID_NUMBER[:-1]}1 --json").stdout)
    assert wrong["reasons"] == ["check"]


def test_records_are_read_as_they_are_in_both_forms(run):
    assert run("read people.csv").stdout == "姓名,数量\n张三丰,0571\n李四光,\n"
    rows = [json.loads(line) for line in run("read people.csv --format jsonl").stdout.splitlines()]
    assert rows == [{"姓名": "张三丰", "数量": "0571"}, {"姓名": "李四光", "数量": None}]
    assert run("read people.csv --json").stdout == run("read people.csv --format jsonl").stdout


def test_a_file_without_records_gives_its_header_and_says_so_beside(run):
    answer = run("read header.csv")
    assert answer.stdout == "名称,数量\n"
    assert answer.stderr == "文件中没有记录。\n"
    assert run("read header.csv --json").stdout == ""


def test_a_fault_of_ours_ends_in_a_sentence_with_the_place_of_its_trace(run, monkeypatch, tmp_path):
    value = f"张三丰 {ID_NUMBER}"

    def broken(*_: object, **__: object) -> None:
        raise KeyError(value)

    monkeypatch.setattr(facts, "find_region", broken)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = run("region 330104")
    assert answer.exit_code == 8
    assert "Traceback" not in answer.output
    assert "[cli.command_broken]" in answer.stderr
    said = json.loads(run("region 330104 --json").stdout)
    (first, *_) = tmp_path.glob("jutong-fault-*.log")
    trace = first.read_text(encoding="utf-8")
    assert said["code"] == "cli.command_broken"
    assert said["detail"]["fault"] == "KeyError"
    assert "in broken" in trace
    assert value not in trace + answer.output, "the message of a fault may hold a row's value"
    assert "internal error" in run("region 330104", "en").stderr


def test_help_of_every_command_makes_no_data_home(run, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    names = [[name] for name in COMMANDS]
    names += [["catalogue", name] for name in ("list", "show", "lint")]
    names += [["collect", name] for name in ("run", "history", "status")]
    names += [["source", "list"], ["evidence", "verify"], ["demo", "score"]]
    for words in names:
        answer = run(" ".join([*words, "--help"]))
        assert answer.exit_code == 0, answer.output
        assert any("一" <= letter <= "鿿" for letter in answer.output), words
    help_in_one_process = jutong(tmp_path, "catalogue", "list", "--help")
    assert help_in_one_process.code == 0, help_in_one_process.err
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_command_without_a_platform_says_how_to_make_one(tmp_path):
    answers = jutong_each(tmp_path, "catalogue list", "check x", "collect status --json")
    for answer in answers.values():
        assert answer.code == 7, answer.err
        assert "cli.database_unusable" in answer.out + answer.err
        assert "jutong init" in answer.out + answer.err
    assert not (tmp_path / "home").exists()


def test_a_setting_that_makes_no_sense_is_named(tmp_path):
    answer = jutong(tmp_path, "doctor", JUTONG_PORT="many")
    assert answer.code == 3
    assert "JUTONG_PORT" in answer.err


@pytest.fixture
def long_file(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "".join(f"{number},{number}\n" for number in range(400_000)), encoding="utf-8")
    return path


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path, long_file):
    process = start(tmp_path, "read", str(long_file))
    assert process.stdout.readline() == "a,b\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_ctrl_c_is_quiet(tmp_path, long_file):
    process = start(tmp_path, "read", str(long_file), "--json")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == ""
