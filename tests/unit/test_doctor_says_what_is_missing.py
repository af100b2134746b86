"""The doctor's findings as values, on this machine and on one that lacks things."""

import socket

from jutong.entrypoints import machine
from jutong.entrypoints.doctor import render_checks, run_checks
from jutong.entrypoints.machine import Check, Verdict
from jutong.entrypoints.settings import PlatformSettings

LACKING = Check(code="x", zh="甲", en="A", verdict=Verdict.MISSING, todo_zh="请装甲。", todo_en="Install A.")
WARNED = Check(
    code="y", zh="乙", en="B", verdict=Verdict.WARNING, found="旧", todo_zh="建议更新。", todo_en="Update."
)


def test_a_finding_turns_into_plain_values_for_programs():
    assert LACKING.is_missing
    assert not WARNED.is_missing
    assert WARNED.to_dict()["verdict"] == "warning"


def test_the_next_step_stands_below_the_finding_in_the_language_asked_for():
    assert "✗ 甲\n    请装甲。" in render_checks([LACKING], "zh")
    assert "! B: 旧\n    Update.\nFit to run." in render_checks([WARNED], "en")


def test_this_machine_has_python_sqlite_duckdb_and_sm2(tmp_path):
    found = {check.code: check for check in run_checks(PlatformSettings(home=tmp_path / "home"))}
    for name in ("python", "sqlite", "duckdb", "sm2", "home"):
        assert found[name].verdict is Verdict.OK, found[name]
    assert found["database"].verdict is Verdict.WARNING
    assert not (tmp_path / "home").exists(), "looking must not make anything"


def test_a_taken_port_names_the_variable_to_set(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        settings = PlatformSettings(home=tmp_path, port=holder.getsockname()[1])
        taken = next(check for check in run_checks(settings) if check.code == "port")
    assert taken.verdict is Verdict.WARNING
    assert "JUTONG_PORT" in taken.todo_zh


def test_a_home_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    found = {check.code: check for check in run_checks(PlatformSettings(home=tmp_path / "file" / "home"))}
    assert found["home"].verdict is Verdict.MISSING


def test_a_check_that_breaks_does_not_stop_the_others(tmp_path, monkeypatch):
    def broken(_settings):
        raise OSError("no such library")

    monkeypatch.setattr(
        "jutong.entrypoints.doctor.CHECKS", {"duckdb": broken, "python": machine.CHECKS["python"]}
    )
    checks = run_checks(PlatformSettings(home=tmp_path))
    assert [check.verdict for check in checks] == [Verdict.MISSING, Verdict.OK]
    assert checks[0].todo_zh.startswith("请")
