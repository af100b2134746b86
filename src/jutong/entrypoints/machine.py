"""What `jutong doctor` looks at: one function a thing, each giving its findings as values."""

import hashlib
import importlib.metadata
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from jutong.entrypoints.settings import PlatformSettings

PACKAGE: Final = Path(__file__).resolve().parents[1]
CONSTRAINTS: Final = PACKAGE.parents[1] / "constraints.txt"
FREE_BYTES: Final = 3 * 1024**3
LOW_BYTES: Final = 1024**3
OLDEST_SQLITE: Final = (3, 35, 0)
CHROMIUM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FONT_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts")


class Verdict(Enum):
    OK = "ok"
    WARNING = "warning"
    """The platform runs; something that it can use is not there."""
    MISSING = "missing"
    """The platform does not run, or not rightly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: its name, what was found, and the next step where it is not in order."""

    code: str
    zh: str
    en: str
    verdict: Verdict
    found: str = ""
    todo_zh: str = ""
    todo_en: str = ""

    @property
    def is_missing(self) -> bool:
        return self.verdict is Verdict.MISSING

    def to_dict(self) -> dict[str, str]:
        return asdict(self) | {"verdict": self.verdict.value}


Checks = Iterator[Check]
Look = Callable[[PlatformSettings], Checks]


def finding(
    name: str, verdict: Verdict, found: str = "", todo_zh: str = "", todo_en: str = "", *, of: str = ""
) -> Check:
    zh, en = TITLES[name]
    suffix = f" {of}" if of else ""
    return Check(
        code=name,
        zh=zh + suffix,
        en=en + suffix,
        verdict=verdict,
        found=found,
        todo_zh=todo_zh if verdict is not Verdict.OK else "",
        todo_en=todo_en if verdict is not Verdict.OK else "",
    )


def _python(_settings: PlatformSettings) -> Checks:
    version = sys.version_info[:3]
    verdict = Verdict.OK if (3, 11) <= version[:2] <= (3, 13) else Verdict.WARNING
    if version[:2] < (3, 11):
        verdict = Verdict.MISSING
    yield finding(
        "python",
        verdict,
        ".".join(map(str, version)),
        "请改用 Python 3.11、3.12 或 3.13。",
        "Use Python 3.11, 3.12 or 3.13.",
    )


def _packages(_settings: PlatformSettings) -> Checks:
    installed = {
        _normal(each.metadata["Name"]): each.version
        for each in importlib.metadata.distributions()
        if each.name
    }
    required = [
        _requirement_name(line)
        for line in importlib.metadata.requires("jutong") or ()
        if "extra ==" not in line
    ]
    absent = sorted(name for name in required if name not in installed)
    yield finding(
        "packages",
        Verdict.MISSING if absent else Verdict.OK,
        ", ".join(absent) or str(len(required)),
        "请安装缺少的软件包：pip install -c constraints.txt jutong。",
        "Install what is missing: pip install -c constraints.txt jutong.",
    )
    pinned = _pinned()
    if not pinned:
        return
    differing = sorted(
        f"{name} {installed[name]} ({pinned[name]})"
        for name in pinned.keys() & installed.keys()
        if installed[name] != pinned[name]
    )
    yield finding(
        "versions",
        Verdict.WARNING if differing else Verdict.OK,
        ", ".join(differing) or str(len(pinned)),
        "这些版本未经测试。请运行 pip install -c constraints.txt jutong 恢复。",
        "These versions are untested. Run pip install -c constraints.txt jutong to go back.",
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirement_name(requirement: str) -> str:
    return _normal(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])


def _pinned() -> dict[str, str]:
    """Exact versions of the constraints file; empty where the package was installed without the project."""
    if not CONSTRAINTS.is_file():
        return {}
    lines = (line.partition("#")[0].strip() for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("==") for line in lines if "==" in line)
    return {_normal(name): version for name, _, version in pairs}


def _ports(settings: PlatformSettings) -> Checks:
    for port, variable in ((settings.port, "JUTONG_PORT"), (settings.gateway_port, "JUTONG_GATEWAY_PORT")):
        free = _can_bind(settings.host, port)
        yield finding(
            "port",
            Verdict.OK if free else Verdict.WARNING,
            "" if free else "taken 已被占用",
            f"如果不是聚通自己在运行，请停止占用它的程序，或设置 {variable}。",
            f"If this is not Jutong itself, stop the program that holds it, or set {variable}.",
            of=f"{settings.host}:{port}",
        )


def _can_bind(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _home(settings: PlatformSettings) -> Checks:
    root = settings.data_home.root
    place = root
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            writable = True
    except OSError:
        writable = False
    yield finding(
        "home",
        Verdict.OK if writable else Verdict.MISSING,
        str(root),
        "请让运行平台的用户可以写入该目录，或用 JUTONG_HOME 指定另一个目录。",
        "Let the platform's user write there, or name another folder with JUTONG_HOME.",
    )
    free = shutil.disk_usage(place).free
    verdict = Verdict.OK if free >= FREE_BYTES else Verdict.WARNING
    yield finding(
        "disk",
        Verdict.MISSING if free < LOW_BYTES else verdict,
        f"{free / 1024**3:.1f} GB",
        "请清理磁盘；剩余不足时网关会停止返回数据，以免留痕丢失。",
        "Free some space: without room for evidence the gateway stops answering.",
    )


def _sqlite(_settings: PlatformSettings) -> Checks:
    connection = sqlite3.connect(":memory:")
    try:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    finally:
        connection.close()
    fit = sqlite3.sqlite_version_info >= OLDEST_SQLITE and "ENABLE_FTS5" in options
    yield finding(
        "sqlite",
        Verdict.OK if fit else Verdict.MISSING,
        sqlite3.sqlite_version,
        "请换用自带 SQLite 3.35 以上并含 FTS5 的 Python。",
        "Use a Python whose SQLite is 3.35 or later and has FTS5.",
    )


def _duckdb(_settings: PlatformSettings) -> Checks:
    import duckdb

    from jutong.dataflow.lake.extensions import load_extensions

    extensions = ("sqlite_scanner", "ducklake")
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        load_extensions(connection, *extensions)
    yield finding("duckdb", Verdict.OK, f"{duckdb.__version__} + {', '.join(extensions)}")


def _cryptography(_settings: PlatformSettings) -> Checks:
    native = "sm3" in hashlib.algorithms_available
    yield finding(
        "sm3",
        Verdict.OK if native else Verdict.WARNING,
        "OpenSSL" if native else "cryptography",
        "系统 OpenSSL 没有 SM3，平台会改用 cryptography，速度稍慢；建议换用带 SM3 的 Python。",
        "The system's OpenSSL lacks SM3; cryptography's is used, a little slower. Prefer a Python with SM3.",
    )
    from jutong.kernel.crypto import provider

    suite = provider("gm")
    pair = suite.generate_keypair()
    signs = suite.verify(pair.public, b"jutong", suite.sign(pair.private, b"jutong"))
    yield finding(
        "sm2",
        Verdict.OK if signs else Verdict.MISSING,
        f"gmssl-pyx {importlib.metadata.version('gmssl-pyx')}",
        "请重新安装 gmssl-pyx。",
        "Install gmssl-pyx again.",
    )


def _vendor(_settings: PlatformSettings) -> Checks:
    folder = PACKAGE / "pages/static/vendor"
    count = sum(1 for path in folder.rglob("*") if path.suffix in {".js", ".css"})
    yield finding(
        "vendor",
        Verdict.OK if count else Verdict.MISSING,
        str(count),
        "前端文件没有构建。请在项目目录运行 make install。",
        "The front-end files were not built. Run make install in the project.",
    )


def _fonts(_settings: PlatformSettings) -> Checks:
    found = _cjk_font()
    yield finding(
        "fonts",
        Verdict.OK if found else Verdict.WARNING,
        found,
        "本机没有中文字体（只影响在本机截图和打印）。Debian：apt-get install fonts-noto-cjk。",
        "No Chinese font here (matters for screenshots and printing on this machine only). "
        "Debian: apt-get install fonts-noto-cjk.",
    )


def _cjk_font() -> str:
    lister = shutil.which("fc-list")
    if lister:
        listed = subprocess.run(  # noqa: S603  # a path that `which` found, and constants
            [lister, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False
        )
        return next((line.split(",")[0] for line in sorted(listed.stdout.splitlines()) if line), "")
    names = ("*NotoSansCJK*", "*wqy*", "*SourceHanSans*", "*simsun*")
    paths = (path for folder in FONT_FOLDERS for name in names for path in Path(folder).rglob(name))
    return next((path.stem for path in paths), "")


def _chromium(_settings: PlatformSettings) -> Checks:
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), "")
    yield finding(
        "chromium",
        Verdict.OK if found else Verdict.WARNING,
        found,
        "只有浏览器测试需要它。Debian：apt-get install chromium。",
        "Only browser tests need it. Debian: apt-get install chromium.",
    )


def _database(settings: PlatformSettings) -> Checks:
    if not settings.database_url.reveal() and not settings.data_home.control_database.exists():
        yield finding(
            "database",
            Verdict.WARNING,
            todo_zh="平台尚未初始化。请运行 jutong init。",
            todo_en="Not set up yet: run jutong init.",
        )
        return
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    _start_django()
    try:
        connection.ensure_connection()
    except DatabaseError:
        yield finding(
            "database",
            Verdict.MISSING,
            connection.vendor,
            "控制库连不上。请检查数据库服务和 JUTONG_DATABASE_URL。",
            "The control database does not answer. Check the server and JUTONG_DATABASE_URL.",
        )
        return
    yield finding("database", Verdict.OK, connection.vendor)
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield finding(
        "migrations",
        Verdict.MISSING if waiting else Verdict.OK,
        str(waiting) if waiting else "",
        "数据库结构需要更新。新平台请运行 jutong init，升级后请运行 jutong migrate。",
        "The database must be moved on. New platform: jutong init. After an upgrade: jutong migrate.",
    )


def _start_django() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
        django.setup()


TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "python": ("Python 版本", "Python"),
    "packages": ("所需软件包", "Packages"),
    "versions": ("软件包版本与 constraints.txt 一致", "Package versions as in constraints.txt"),
    "home": ("数据目录可写", "Data home can be written"),
    "disk": ("剩余磁盘空间", "Free disk"),
    "port": ("端口空闲", "Port is free"),
    "sqlite": ("SQLite（含 FTS5）", "SQLite with FTS5"),
    "duckdb": ("DuckDB 与扩展可离线加载", "DuckDB and its extensions load offline"),
    "sm3": ("SM3", "SM3"),
    "sm2": ("SM2 签名", "SM2 signatures"),
    "vendor": ("前端文件", "Front-end files"),
    "database": ("控制库", "Control database"),
    "migrations": ("数据库结构", "Migrations"),
    "fonts": ("中文字体", "Chinese font"),
    "chromium": ("Chromium（仅测试用）", "Chromium (tests only)"),
}

CHECKS: Final[Mapping[str, Look]] = {
    "python": _python,
    "packages": _packages,
    "home": _home,
    "port": _ports,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "sm3": _cryptography,
    "vendor": _vendor,
    "database": _database,
    "fonts": _fonts,
    "chromium": _chromium,
}
