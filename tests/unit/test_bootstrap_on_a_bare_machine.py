"""What `make` says and does before anything of the project is installed."""

import importlib.util
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools/bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentence(capsys, call):
    with pytest.raises(SystemExit):
        call()
    return capsys.readouterr().err


def test_a_taken_port_is_named_with_the_command_that_avoids_it(bootstrap, capsys):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = sentence(capsys, lambda: bootstrap.require_ports({"JUTONG_PORT": str(port)}))
    assert f"端口 {port} 已被占用" in said
    assert "make demo JUTONG_PORT=" in said


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1"])
def test_what_is_no_port_is_refused(bootstrap, capsys, text):
    assert "不是端口号" in sentence(capsys, lambda: bootstrap.require_ports({"JUTONG_PORT": text}))


def test_console_and_gateway_need_two_ports(bootstrap, capsys):
    assert "同一个端口" in sentence(capsys, lambda: bootstrap.require_ports({"JUTONG_PORT": "8080"}))


def test_a_full_disk_is_said_with_what_is_there_and_what_is_needed(bootstrap, capsys, tmp_path):
    said = sentence(capsys, lambda: bootstrap.require_disk(tmp_path / "not" / "yet", needed=2**60))
    assert "JUTONG_HOME" in said
    bootstrap.require_disk(tmp_path, needed=1)


def test_missing_venv_names_the_debian_package(bootstrap, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    assert "apt-get install python3-venv" in sentence(capsys, bootstrap.require_venv_module)


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("NewConnectionError: Failed to establish", "连不上软件源"),
        ("ERROR: No matching distribution found for x", "没有所需版本"),
        ("error: Failed building wheel for x", "编译器"),
        ("something new", ".venv/install.log"),
    ],
)
def test_a_failed_installation_is_explained_by_pips_own_log(bootstrap, monkeypatch, tmp_path, log, word):
    path = tmp_path / "install.log"
    path.write_text(log, encoding="utf-8")
    monkeypatch.setattr(bootstrap, "INSTALL_LOG", path)
    assert word in bootstrap.cause_of_failure()[0]


def test_an_installation_is_repeated_when_a_dependency_changed(bootstrap, monkeypatch, tmp_path):
    stamp, vendor, pins = tmp_path / "stamp", tmp_path / "vendor", tmp_path / "constraints.txt"
    vendor.mkdir()
    (vendor / "htmx.js").touch()
    pins.write_text("a==1", encoding="utf-8")
    for name, value in {"STAMP": stamp, "VENDOR": vendor, "ROOT": tmp_path}.items():
        monkeypatch.setattr(bootstrap, name, value)
    assert bootstrap.installed_extras() is None
    stamp.write_text(
        json.dumps({"fingerprint": bootstrap.fingerprint(), "extras": ["test"]}), encoding="utf-8"
    )
    assert bootstrap.installed_extras() == {"test"}
    pins.write_text("a==2", encoding="utf-8")
    assert bootstrap.installed_extras() is None


def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "test-slow", "check", "fix", "bench", "docs", "clean", "test-<kind>"):
        assert f"make {target}" in listed


def test_a_python_that_is_not_there_is_answered_with_a_sentence():
    asked = subprocess.run(
        ["make", "demo", "PYTHON=no-such-python"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert asked.returncode != 0
    assert "Python 3.11" in asked.stderr


def test_every_kind_of_test_has_its_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    kinds = set(next(line for line in makefile.splitlines() if line.startswith("KINDS")).split()[2:])
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"support", "__pycache__"}
    assert kinds == folders


def test_waiting_ends_with_a_sentence_when_nothing_answers(bootstrap, capsys):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{holder.getsockname()[1]}/readyz"
        assert "没有就绪" in sentence(capsys, lambda: bootstrap.await_ready([url], 0))


def test_the_bootstrap_needs_the_standard_library_alone():
    command = [sys.executable, "-I", "-S", str(ROOT / "tools/bootstrap.py"), "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
