"""What stands between the platform and a source, on real servers: the step that failed and what to do about it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from jutong.dataflow.connectors import CheckStep, ReadLimits, check_source
from tests.support.mariadb import mariadb_database
from tests.support.postgresql import options as postgresql_options
from tests.support.postgresql import server, table_with

LIMITS = replace(ReadLimits(), connect_timeout_s=1)
SECRET = "s3cret-value"
ROLE = "jutong_test_reader"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def postgresql() -> Iterator[dict]:
    address = server()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
        connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        try:
            with table_with(address, {"id": "int", "姓名": "text"}, [(1, "甲"), (2, "乙")]) as table:
                yield postgresql_options(address, table)
        finally:
            connection.execute(f"DROP ROLE {ROLE}")


@pytest.fixture(scope="module")
def mariadb() -> Iterator[dict]:
    with mariadb_database() as (options, cursor):
        cursor.execute("CREATE TABLE t (id int, 姓名 text)")
        cursor.execute("INSERT INTO t VALUES (1, '甲'), (2, '乙')")
        cursor.execute("CREATE TABLE other (id int)")
        cursor.execute(f"CREATE OR REPLACE USER {ROLE} IDENTIFIED BY '{SECRET}'")
        cursor.execute(f"GRANT SELECT ON other TO {ROLE}")
        try:
            yield {**options, "table": "t"}
        finally:
            cursor.execute(f"DROP USER {ROLE}")


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def failed(kind: str, options: dict, root: Path) -> tuple[str, str]:
    """(step, code) of the failure; no secret is anywhere in the answer, and what comes after was not tried."""
    found = check_source(kind, options, root=root, limits=LIMITS)
    assert SECRET not in str(found)
    assert SECRET not in str(found.to_dict())
    outcomes = [step.passed for step in found.steps]
    place = outcomes.index(False)
    assert all(outcomes[:place])
    assert not any(outcomes[place:])
    assert found.steps[place].zh.endswith("。")
    assert found.steps[place].en.endswith(".")
    return found.steps[place].step.value, found.code.removeprefix("connectors.")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_source_that_works_passes_every_step(kind, request, tmp_path):
    found = check_source(kind, request.getfixturevalue(kind), root=tmp_path, limits=LIMITS)
    assert found.passed
    assert (found.columns, found.rows) == (2, 2)
    assert [step.step for step in found.steps if step.passed][-1] is CheckStep.ROWS


@pytest.mark.parametrize(
    ("kind", "change", "step", "code"),
    [
        ("postgresql", {"host": "no-such-host.invalid"}, "name", "host_unknown"),
        ("postgresql", {"port": "1"}, "port", "port_closed"),
        ("postgresql", {"user": "no_such_user", "password": SECRET}, "sign_in", "sign_in_refused"),
        ("postgresql", {"database": "no_such_database"}, "database", "database_missing"),
        ("postgresql", {"table": "no_such_table"}, "table", "table_missing"),
        ("postgresql", {"user": ROLE}, "columns", "right_missing"),
        ("postgresql", {"host": ""}, "options", "option_invalid"),
        ("mariadb", {"host": "no-such-host.invalid"}, "name", "host_unknown"),
        ("mariadb", {"port": "1"}, "port", "port_closed"),
        ("mariadb", {"password": SECRET + "-wrong"}, "sign_in", "sign_in_refused"),
        ("mariadb", {"database": "no_such_database"}, "database", "database_missing"),
        ("mariadb", {"table": "no_such_table"}, "table", "table_missing"),
        ("mariadb", {"user": ROLE, "password": SECRET}, "columns", "right_missing"),
        ("mariadb", {"nonsense": "1"}, "options", "option_invalid"),
    ],
)
def test_the_step_that_fails_is_named(kind, change, step, code, request, tmp_path):
    assert failed(kind, request.getfixturevalue(kind) | change, tmp_path) == (step, code)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_accepts_and_says_nothing_is_given_up(kind, request, tmp_path):
    with silent_port() as port:
        begun = time.monotonic()
        step, code = failed(kind, request.getfixturevalue(kind) | {"port": port}, tmp_path)
    assert (step, code) == ("sign_in", "source_unreachable")
    assert time.monotonic() - begun < 30


def test_files_are_judged_by_steps_of_their_own(tmp_path):
    assert failed("csv", {"path": "none.csv"}, tmp_path) == ("path", "file_missing")
    assert failed("csv", {"path": "../x.csv"}, tmp_path) == ("path", "path_outside")
    assert failed("csv", {}, tmp_path) == ("options", "option_invalid")
    (tmp_path / "empty.csv").write_text("")
    assert failed("csv", {"path": "empty.csv"}, tmp_path) == ("recognised", "file_empty")
    (tmp_path / "damaged.db").write_text("not a database")
    assert failed("sqlite", {"path": "damaged.db"}, tmp_path)[0] == "recognised"
    (tmp_path / "good.csv").write_text("a,b\n1,2\n")
    assert check_source("csv", {"path": "good.csv"}, root=tmp_path, limits=LIMITS).passed


def a_certificate(certificate: Path, key: Path) -> None:
    """For localhost, signed by itself, for a day."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    signed = builder.sign(made, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="module")
def encrypted_mariadb(tmp_path_factory) -> Iterator[dict]:
    """A server of our own with a certificate, on a free port, that takes encrypted connections alone."""
    program, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if not (program and install):
        pytest.skip("no MariaDB server is installed (mariadbd)")
    home, port = tmp_path_factory.mktemp("mariadb"), free_port()
    a_certificate(home / "cert.pem", home / "key.pem")
    common = f"--no-defaults --datadir={home / 'data'}{' --user=root' if os.getuid() == 0 else ''}"
    setting_up = f"{install} {common} --auth-root-authentication-method=normal --skip-test-db"
    subprocess.run(setting_up.split(), check=True, capture_output=True)
    serving = (
        f"{program} {common} --port={port} --bind-address=127.0.0.1 --socket={home / 'm.sock'}"
        f" --innodb-buffer-pool-size=16M --ssl-cert={home / 'cert.pem'} --ssl-key={home / 'key.pem'}"
        " --require-secure-transport=ON"
    )
    started = subprocess.Popen(serving.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                connection = pymysql.connect(unix_socket=str(home / "m.sock"), user="root", autocommit=True)
                break
            except pymysql.MySQLError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE d")
            cursor.execute("CREATE TABLE d.t (id int)")
            cursor.execute("INSERT INTO d.t VALUES (1), (2)")
            cursor.execute(f"CREATE USER {ROLE} IDENTIFIED BY '{SECRET}' REQUIRE SSL")
            cursor.execute(f"GRANT SELECT ON d.* TO {ROLE}")
        place = {"host": "127.0.0.1", "port": port, "database": "d", "table": "t"}
        yield {**place, "user": ROLE, "password": SECRET}
    finally:
        started.terminate()
        started.wait(30)


def test_a_server_that_wants_encryption_says_so_and_then_works(encrypted_mariadb, tmp_path):
    assert failed("mariadb", encrypted_mariadb, tmp_path) == ("sign_in", "tls_needed")
    found = check_source("mariadb", {**encrypted_mariadb, "tls": "require"}, root=tmp_path, limits=LIMITS)
    assert (found.passed, found.rows) == (True, 2)
    verified = {**encrypted_mariadb, "tls": "verify"}  # signed by nobody that this machine trusts
    assert failed("mariadb", verified, tmp_path)[0] == "sign_in"
