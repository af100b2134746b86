"""One search, two databases: the same hits, scores, marks, facets and pages in the same order."""

import os
import subprocess
import sys
from json import loads
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.support.postgresql import server
from tests.support.project import ROOT
from tests.support.searching import results

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def database():
    """A PostgreSQL database of its own; gone afterwards."""
    address, name = server(), f"t_{uuid4().hex[:16]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_sqlite_and_postgresql_give_the_same_hits_in_the_same_order(database, tmp_path):
    here = results(str(tmp_path / "sqlite"))
    environ = os.environ | {
        "JUTONG_HOME": str(tmp_path / "home"),
        "JUTONG_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "jutong.entrypoints.django_settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.searching", str(tmp_path / "postgresql")],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert loads(done.stdout.splitlines()[-1]) == here
    assert any(said[1] for said in here)
