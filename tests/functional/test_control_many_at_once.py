"""Several processes on one control database: numbers are given once, the chain of the trail stays whole."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.support.postgresql import server

WRITERS, EACH = 3, 15

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""

WRITE = """
import json, sys
import django; django.setup()
from django.db import transaction
from jutong.control.approval.models import ApplicationSequence
from jutong.control.directory.api import AuditAction, SYSTEM_ACTOR, next_number, record
from jutong.kernel.clock import SystemClock
given = []
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        given.append(next_number(ApplicationSequence, "last", day="20250303"))
        record(SYSTEM_ACTOR, AuditAction.RUN_END, at=SystemClock().now(), object_type="run", object_id=str(number))
print(json.dumps(given))
"""

VERIFY = """
import json
import django; django.setup()
from jutong.control.directory.audit import verify_chain
verdict = verify_chain()
print(json.dumps([verdict.intact, verdict.events, verdict.problem]))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def environment(request, tmp_path) -> Iterator[dict[str, str]]:
    values = os.environ | {
        "JUTONG_HOME": str(tmp_path),
        "JUTONG_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
    }
    if request.param == "sqlite":
        yield values
        return
    address, name = server(), f"jutong_{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield values | {"JUTONG_DATABASE_URL": address.rpartition("/")[0] + f"/{name}"}
        connection.execute(f'DROP DATABASE "{name}"')


def start(code: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def result(process: subprocess.Popen[str]) -> object:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return json.loads(output or "null")


def test_numbers_are_given_once_and_the_trail_stays_whole(environment):
    result(start(PREPARE, environment))
    writers = [start(WRITE, environment, str(EACH)) for _ in range(WRITERS)]
    given = [number for writer in writers for number in result(writer)]
    assert sorted(given) == list(range(1, WRITERS * EACH + 1))
    assert result(start(VERIFY, environment)) == [True, WRITERS * EACH, ""]
