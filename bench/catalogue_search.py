"""Search and list page over HTTP, through the console server, with a signed-in session.

python -m bench.catalogue_search [--entries 20000] [--items 70000] [--rounds 12] [--postgresql URL]

The whole page is fetched: hits with marks, facets with counts, navigation. Client and server share the machine.
PostgreSQL is measured where JUTONG_BENCH_POSTGRESQL or `--postgresql` names a server: in a database made for it.
"""

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from bench._catalogue import PASSWORD, REVIEWER
from bench._support import progress, report
from bench.demo_build import free_port

SEARCHES = (
    "婚姻登记", "社保", "身份证", "公积金 贷款", "hydj", "营业执照", "身分证", "民政局 低保", "信息", "uscc", "不动产",
    "养老机构 地址", "行政处罚", "排污许可监督检查", "工积金", "１２３４５", "養老機構", "联系电话", "公交站点坐标",
    "特种设备",
    "gongjijin", "行驶证", "残疾人证 有效期", "婚姻登记身份证号",
)  # fmt: skip
LISTS = (
    "", "?status=published", "?department=gongan", "?status=draft", "?level=l3&sharing=conditional", "?sort=updated",
    "?theme=201", "?class=theme&open=unconditional", "?sort=department", "?cycle=daily&format=database", "?density=dense",
    "?department=minzheng_xh&status=published",
)  # fmt: skip


class Session:
    """A browser's connection, kept open, signed in."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        page = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        form = {"csrfmiddlewaretoken": token, "username": REVIEWER, "password": PASSWORD, "next": "/desk/"}
        status, _ = self.send("POST", "/sign-in/", urlencode(form))
        assert status == 302, "the reviewer could not sign in"

    def send(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie = value.partition(";")[0]
                self.cookies[cookie.partition("=")[0]] = cookie.partition("=")[2]
        return answer.status, answer.read().decode()

    def get(self, path: str) -> str:
        status, text = self.send("GET", path)
        assert status == 200, f"{path}: {status}"
        return text


def fill(home: str, url: str, entries: int, items: int) -> None:
    """In a process of its own: Django is set up once in each."""
    code = (
        "import sys; from bench._catalogue import fill, found, prepare; "
        "prepare(sys.argv[1], sys.argv[2]); found(); fill(int(sys.argv[3]), int(sys.argv[4]))"
    )
    subprocess.run([sys.executable, "-c", code, home, url, str(entries), str(items)], check=True)


def serve(home: str, url: str, port: int) -> subprocess.Popen:
    environ = os.environ | {
        "JUTONG_HOME": home, "JUTONG_DATABASE_URL": url, "JUTONG_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
    }  # fmt: skip
    code = (
        "from jutong.entrypoints.servers import console; from jutong.entrypoints.settings import platform_settings; "
        "import os; c = console(platform_settings()).command; os.execv(c[0], c)"
    )
    return subprocess.Popen([sys.executable, "-c", code], env=environ)


def timed(session: Session, paths: list[str], rounds: int) -> list[float]:
    seconds = []
    for number in range(rounds):
        for path in paths:
            started = time.perf_counter()
            page = session.get(path)
            elapsed = time.perf_counter() - started
            assert "jt-hits" in page or "jt-empty" in page
            if number:  # the first round fills what is remembered
                seconds.append(elapsed)
    return sorted(seconds)


def measure(label: str, url: str, arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as home:
        progress(f"{label}: filling {arguments.entries} entries, {arguments.items} items")
        fill(home, url, arguments.entries, arguments.items)
        port = free_port()
        server = serve(home, url, port)
        try:
            wait_for(port, server)
            session = Session(port)
            for name, paths in (
                ("search", [f"/desk/catalogue/?q={quote(text)}" for text in SEARCHES]),
                ("list", [f"/desk/catalogue/{query}" for query in LISTS]),
            ):
                seconds = timed(session, paths, arguments.rounds)
                p50, p95 = (round(seconds[int(len(seconds) * part)] * 1000, 1) for part in (0.5, 0.95))
                report(
                    f"catalogue_search.{name}.{label}",
                    f"{label} {name}: p50 {p50} ms, p95 {p95} ms over HTTP, {arguments.entries} entries",
                    p50_ms=p50,
                    p95_ms=p95,
                    requests=len(seconds),
                )
        finally:
            server.terminate()
            server.wait(30)


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(300):
        assert server.poll() is None, "the console ended before it served"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("the console did not serve in time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--items", type=int, default=70_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--postgresql", default=os.environ.get("JUTONG_BENCH_POSTGRESQL", ""))
    arguments = parser.parse_args()
    measure("sqlite", "", arguments)
    if arguments.postgresql:
        with database_on(arguments.postgresql) as url:
            measure("postgresql", url, arguments)
    else:
        progress("PostgreSQL is left out: name a server with --postgresql or JUTONG_BENCH_POSTGRESQL")


class database_on:  # noqa: N801  # reads as a phrase
    """A database of its own on that server; gone afterwards."""

    def __init__(self, server: str) -> None:
        self.server, self.name = server, f"bench_{uuid4().hex[:12]}"

    def __enter__(self) -> str:
        self._run(f"CREATE DATABASE {self.name}")
        return urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


if __name__ == "__main__":
    main()
