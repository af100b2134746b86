"""`jutong serve`: the console, the gateway and the worker of a small demo city on free ports, from start to end."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import pytest

from jutong.dataflow.serving import open_current
from jutong.entrypoints.servers import AddressUnusable, PortTaken, require_ports_free
from jutong.entrypoints.settings import PlatformSettings
from jutong.vocabulary.contracts import PolicySnapshot
from tests.support.command_line import Ran, environment, jutong, jutong_each, start
from tests.support.worker_home import wait_until


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


@dataclass(frozen=True, slots=True)
class Served:
    folder: Path
    ports: tuple[int, int]
    process: "subprocess.Popen[str]"
    built: Ran

    @property
    def settings(self) -> dict[str, str]:
        return {"JUTONG_PORT": str(self.ports[0]), "JUTONG_GATEWAY_PORT": str(self.ports[1])}

    def get(self, path: str, *, gateway: bool = False, headers: dict[str, str] | None = None):
        """(status, body) of one request."""
        address = f"http://127.0.0.1:{self.ports[gateway]}{path}"
        request = urllib.request.Request(address, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder, ports = tmp_path_factory.mktemp("serve"), free_ports()
    chosen = {"JUTONG_PORT": str(ports[0]), "JUTONG_GATEWAY_PORT": str(ports[1])}
    built = jutong(folder, "demo", "--scale", "0.02", "--no-serve", "--json", timeout_s=400, **chosen)
    assert built.code == 0, built.err
    process = start(folder, "serve", **chosen)
    try:
        announced = process.stdout.readline()
        assert f"http://127.0.0.1:{ports[0]}" in announced, process.stderr.read()
        yield Served(folder, ports, process, built)
    finally:
        process.terminate()
        process.communicate(timeout=40)


def test_console_gateway_and_portal_answer_once_serve_says_so(served):
    for gateway in (False, True):
        for path in ("/healthz", "/readyz"):
            assert served.get(path, gateway=gateway)[0] == 200
    status, page = served.get("/")
    assert status == 200
    assert "<h1" in page
    assert served.get("/datasets/")[0] == 200
    assert served.get("/sign-in/")[0] == 200


def signed(client: dict[str, str]) -> dict[str, str]:
    timestamp, nonce = str(time.time_ns() // 1_000_000), secrets.token_hex(16)
    digest = hmac.new(
        client["secret"].encode(), f"{client['client_id']}{timestamp}{nonce}".encode(), hashlib.sha256
    )
    return {
        "X-Client-Id": client["client_id"],
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": base64.b64encode(digest.digest()).decode(),
    }


def someone(home: Path, client: dict[str, str]) -> tuple[dict[str, str], set[str]]:
    """Look-up keys of a row that the demo's grant reaches, and the items that may be answered."""
    policies = PolicySnapshot.from_json((home / "policies/current.json").read_bytes())
    grant = next(grant for grant in policies.grants if client["client_id"] in grant.clients)
    keys = grant.query_keys[0]
    with open_current(home / "serving", client["service"]) as snapshot:
        (row,) = snapshot.sample(columns=keys, limit=1, filters=grant.row_filter)
    return dict(zip(keys, map(str, row), strict=True)), {item.field for item in grant.items}


def test_a_signed_call_is_answered_and_its_evidence_is_intact(served):
    home = served.folder / "home"
    client = json.loads((home / "demo/client.json").read_text())
    keys, granted = someone(home, client)
    path = f"/gateway/api/1/{client['service']}?{urlencode(keys)}"
    before = jutong(served.folder, "evidence", "verify", "--json").json()
    status, body = served.get(path, gateway=True, headers=signed(client))
    assert status == 200, body
    answer = json.loads(body)
    rows = answer["data"]["rows"]
    assert rows
    assert all(set(row) <= granted for row in rows)
    assert served.get(path, gateway=True)[0] == 401, "no signature, no answer"
    after = jutong(served.folder, "evidence", "verify", "--json")
    assert (after.code, after.json()["intact"]) == (0, True)
    assert after.json()["records"] > before["records"]
    kept = "".join(path.read_text() for path in (home / "evidence").glob("*.jsonl"))
    assert answer["request_id"] in kept
    assert not any(value in kept for value in keys.values()), "evidence holds no value of a row"


def test_a_second_serve_is_told_that_the_port_is_taken(served):
    for words in (("serve",), ("demo", "--scale", "0.02")):
        answer = jutong(served.folder, *words, **served.settings)
        assert answer.code == 6
        assert "[servers.port_taken]" in answer.err
        assert str(served.ports[0]) in answer.err


def test_a_child_that_is_killed_is_started_again(served):
    for gateway in (False, True):
        victim = leader_on(served, served.ports[gateway])
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: victim not in served.children(), "the killed server's end")
        wait_until(lambda gateway=gateway: answers(served, gateway=gateway), "the next one", seconds=40)
    assert len(served.children()) == 3


def leader_on(served: Served, port: int) -> int:
    """The child of `serve` whose command line names the port."""
    named = f"--port\0{port}\0"
    return next(pid for pid in served.children() if named in Path(f"/proc/{pid}/cmdline").read_text())


def answers(served: Served, *, gateway: bool) -> bool:
    with suppress(URLError, ConnectionError, TimeoutError):
        return served.get("/readyz", gateway=gateway)[0] == 200
    return False


def test_commands_work_beside_the_running_platform(served):
    said = jutong_each(served.folder, "demo score --json", "collect status --json", **served.settings)
    assert said["demo score --json"].json()["planted"] > 0
    assert all(row["last_success_at"] for row in said["collect status --json"].json())
    run = jutong(served.folder, "collect", "run", "police_population", "--json", timeout_s=120)
    assert (run.code, run.json()["status"]) == (0, "succeeded"), run.err


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | descendants(child)
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_telling_the_supervisor_ends_every_child(tmp_path, number):
    code = (
        "import os, sys\n"
        "from jutong.entrypoints.servers import Server, Supervisor\n"
        'nest = \'import subprocess, sys, time; subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"]); '
        "time.sleep(99)'\n"
        "servers = [Server(name, (sys.executable, '-c', nest)) for name in ('one', 'other')]\n"
        "Supervisor(servers, os.environ).run(started=lambda: print('started', flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "started\n"
    wait_until(lambda: len(descendants(process.pid)) == 4, "children and their children")
    family = descendants(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert not [pid for pid in family if alive(pid)]


def test_a_child_that_keeps_ending_ends_the_others_and_says_so(tmp_path):
    code = (
        "import os, sys\n"
        "from jutong.entrypoints.servers import Server, ServerKeepsEnding, Supervisor\n"
        "servers = [Server('steady', (sys.executable, '-c', 'import time; time.sleep(99)')),\n"
        "           Server('broken', (sys.executable, '-c', 'raise SystemExit(1)'))]\n"
        "try:\n    Supervisor(servers, os.environ).run()\n"
        "except ServerKeepsEnding as error:\n    print(error.code, error.detail['server'])\n"
        "    print(open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["servers.keeps_ending", "broken"]


def test_what_is_said_of_ports_and_addresses():
    port, other = free_ports()
    require_ports_free(PlatformSettings(port=port, gateway_port=other))
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", other))
        holder.listen()
        with pytest.raises(PortTaken) as caught:
            require_ports_free(PlatformSettings(port=port, gateway_port=other))
    assert caught.value.detail["variable"] == "JUTONG_GATEWAY_PORT"
    with pytest.raises(PortTaken):
        require_ports_free(PlatformSettings(port=port, gateway_port=port))
    for host, number in (("192.0.2.1", port), ("no-such-host.invalid", port), ("127.0.0.1", 99_999)):
        with pytest.raises(AddressUnusable):
            require_ports_free(PlatformSettings(host=host, port=number, gateway_port=other))
