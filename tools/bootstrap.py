"""Bring a fresh machine to a working `.venv`: what `make` calls before anything of the project can be imported.

Standard library only. The Makefile has checked by then that this is Python 3.11 or later.

    python3 tools/bootstrap.py install [EXTRA…] [--for-demo]
    python3 tools/bootstrap.py await URL… [--seconds N]
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
STAMP: Final = VENV / "jutong-installed.json"
INSTALL_LOG: Final = VENV / "install.log"
VENDOR: Final = ROOT / "src/jutong/pages/static/vendor"
NEEDED_BYTES: Final = 3 * 1024**3
PORTS: Final[Mapping[str, int]] = {"JUTONG_PORT": 8000, "JUTONG_GATEWAY_PORT": 8080}

# What decides whether an installation is still the right one.
INSTALLED_FROM: Final = (
    "pyproject.toml",
    "constraints.txt",
    "hatch_build.py",
    "frontend/package.json",
    "frontend/package-lock.json",
    "frontend/files.json",
    "src/jutong/pages/locale/**/*.po",
)

# A word of pip's log → what to do. The first that is found is said.
CAUSES: Final = (
    (
        "No space left on device",
        "磁盘已满。请清理磁盘后重新运行。",
        "The disk is full. Free some space and run again.",
    ),
    (
        "No matching distribution found",
        "软件源中没有所需版本。请检查 pip 软件源（PIP_INDEX_URL）是否完整后重新运行。",
        "The package index lacks a version. Check your pip index (PIP_INDEX_URL) and run again.",
    ),
    (
        "npm error",
        "前端文件下载失败。请检查 npm 软件源（npm_config_registry）是否可达后重新运行。",
        "Front-end files could not be fetched. Check your npm registry (npm_config_registry) and run again.",
    ),
    (
        "NewConnectionError",
        "连不上软件源。请检查网络、代理（HTTPS_PROXY）或 pip 软件源（PIP_INDEX_URL）后重新运行。",
        "The package index is out of reach. Check network, proxy (HTTPS_PROXY) or PIP_INDEX_URL, run again.",
    ),
    (
        "Failed building",
        "有软件包需要编译器，而本平台只用现成的安装包。请换用 Python 3.11、3.12 或 3.13（make PYTHON=python3.12 …）。",
        "A package wants a compiler; Jutong uses ready wheels only. Use Python 3.11 to 3.13 (make PYTHON=… …).",
    ),
)


def fail(zh: str, en: str) -> NoReturn:
    """End with one sentence in each language that says what to do."""
    sys.stdout.flush()
    print(f"\n✗ {zh}\n  {en}", file=sys.stderr)
    sys.exit(1)


def tell(zh: str, en: str) -> None:
    print(f"→ {zh}  {en}", flush=True)


def require_venv_module() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        fail(
            "缺少 Python 的 venv 模块。Debian/Ubuntu：apt-get install python3-venv，然后重新运行。",
            "Python's venv module is missing. Debian/Ubuntu: apt-get install python3-venv, then run again.",
        )


def require_disk(folder: Path, needed: int = NEEDED_BYTES) -> None:
    """`needed` bytes must be free where `folder` is or will be."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        have, want = f"{free / 1024**3:.1f} GB", f"{needed / 1024**3:.0f} GB"
        fail(
            f"{folder} 所在磁盘只剩 {have}，至少需要 {want}。请清理磁盘，或用 JUTONG_HOME 把数据目录放到别处。",
            f"{have} free at {folder}, {want} needed. Free some space, or move the data home with JUTONG_HOME.",
        )


def port_of(variable: str, environ: Mapping[str, str]) -> int:
    text = environ.get(variable, "").strip() or str(PORTS[variable])
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        fail(
            f"{variable}={text} 不是端口号。请设为 1 到 65535 之间的数字。",
            f"{variable}={text} is no port. Set it to a number from 1 to 65535.",
        )
    return int(text)


def require_ports(environ: Mapping[str, str]) -> None:
    """Both ports must be free and differ."""
    ports = {variable: port_of(variable, environ) for variable in PORTS}
    if len(set(ports.values())) < len(ports):
        fail(
            "工作台与网关不能用同一个端口。请把 JUTONG_PORT 和 JUTONG_GATEWAY_PORT 设为不同的值。",
            "Console and gateway need two ports. Set JUTONG_PORT and JUTONG_GATEWAY_PORT to different numbers.",
        )
    host = environ.get("JUTONG_HOST", "").strip() or "127.0.0.1"
    for variable, port in ports.items():
        if not is_free(host, port):
            fail(
                f"端口 {port} 已被占用（也许演示已在运行）。请停止占用它的程序，或换端口：make demo {variable}={port + 10}",
                f"Port {port} is taken (is the demo running already?). Stop the program that holds it, "
                f"or choose another: make demo {variable}={port + 10}",
            )


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def fingerprint() -> str:
    """A digest of all that an installation is made from, this folder's place included."""
    digest = hashlib.sha256(f"{ROOT}|{sys.version_info[:2]}".encode())
    for pattern in INSTALLED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def installed_extras() -> frozenset[str] | None:
    """Extras of the installation in `.venv`; None when there is none or it is out of date."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    fresh = stamp.get("fingerprint") == fingerprint() and any(VENDOR.glob("*"))
    return frozenset(stamp.get("extras", ())) if fresh else None


def venv_python() -> Path:
    return VENV / "bin" / "python"


def venv_works() -> bool:
    """False also for what an interrupted creation left behind, and for another Python version."""
    if not venv_python().exists():
        return False
    question = "import pip, sys; print(*sys.version_info[:2])"
    answer = subprocess.run([venv_python(), "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_venv() -> None:
    if venv_works():
        return
    tell("建立虚拟环境 .venv …", "Making the virtual environment …")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
    if made.returncode != 0:
        fail(
            "虚拟环境建立失败。Debian/Ubuntu 请先 apt-get install python3-venv，并确认当前目录可写，然后重新运行。",
            "No virtual environment could be made. Debian/Ubuntu: apt-get install python3-venv; "
            "check that this folder is writable; run again.",
        )


def install(extras: Sequence[str]) -> None:
    """Install the project with `extras` into `.venv`, unless exactly that is there already."""
    present = installed_extras()
    if present is not None and present.issuperset(extras) and venv_works():
        return
    require_venv_module()
    require_disk(ROOT)
    make_venv()
    wanted = sorted({*extras, *(present or ())})
    target = f".[{','.join(wanted)}]" if wanted else "."
    tell(f"安装 {target}（首次约需几分钟）…", "Installing; the first time takes a few minutes …")
    STAMP.unlink(missing_ok=True)
    INSTALL_LOG.unlink(missing_ok=True)
    command: list[str | Path] = [
        venv_python(),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]
    command += ["--log", INSTALL_LOG, "-c", "constraints.txt", "-e", target]
    # The build tools are pinned by the same file: the first name is read by pip before 25.3, the second after.
    pinned = {"PIP_CONSTRAINT": "constraints.txt", "PIP_BUILD_CONSTRAINT": "constraints.txt"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | pinned, check=False)
    if done.returncode != 0:
        fail(*cause_of_failure())
    STAMP.write_text(json.dumps({"fingerprint": fingerprint(), "extras": wanted}) + "\n", encoding="utf-8")


def cause_of_failure() -> tuple[str, str]:
    """The likeliest cause, by pip's own log, as a sentence in each language."""
    try:
        log = INSTALL_LOG.read_text(encoding="utf-8", errors="replace")
    except OSError:
        log = ""
    for mark, zh, en in CAUSES:
        if mark in log:
            return zh, en
    return (
        "安装未完成。请看上方 pip 的最后几行（完整记录：.venv/install.log），处理后重新运行，已下载的不会重来。",
        "Installation did not finish. Read pip's last lines above (all of it: .venv/install.log), then run again.",
    )


def await_ready(urls: Sequence[str], seconds: float) -> None:
    """Wait until each address answers 200."""
    deadline = time.monotonic() + seconds
    for url in urls:
        while not answers(url):
            if time.monotonic() > deadline:
                fail(
                    f"{url} 在 {seconds:.0f} 秒内没有就绪。请查看服务的输出。",
                    f"{url} was not ready within {seconds:.0f} s. Read the servers' output.",
                )
            time.sleep(1)
        tell(f"{url} 已就绪", "is ready")


def answers(url: str) -> bool:
    if not url.startswith(("http://", "https://")):
        fail(f"{url} 不是网址。请以 http:// 开头。", f"{url} is no address. Start it with http://.")
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # the scheme is checked above
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="tools/bootstrap.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    installing = commands.add_parser("install", help="make .venv and install the project")
    installing.add_argument("extras", nargs="*")
    installing.add_argument("--for-demo", action="store_true", help="check disk and ports first")
    awaiting = commands.add_parser("await", help="wait until addresses answer 200")
    awaiting.add_argument("urls", nargs="+")
    awaiting.add_argument("--seconds", type=float, default=600)
    chosen = parser.parse_args(arguments)
    if chosen.command == "await":
        await_ready(chosen.urls, chosen.seconds)
        return
    if chosen.for_demo:
        require_ports(os.environ)
        require_disk(Path(os.environ.get("JUTONG_HOME", "").strip() or ROOT / "jutong-data"))
    install(chosen.extras)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        fail("已中断。重新运行同一命令即可继续。", "Interrupted. Run the same command again to go on.")
