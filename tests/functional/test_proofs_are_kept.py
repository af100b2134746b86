"""A proof after a run and one that a person asks for are in the ledger; a source that cannot is left alone."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import psycopg
import pytest
from click.testing import CliRunner

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.collection.models import Binding, Proof
from jutong.control.directory.errors import PermissionDenied
from jutong.dataflow.lake import TableName
from jutong.entrypoints.cli import main, proving
from jutong.processes.collection import collect_run
from jutong.processes.lakes import lake_of
from jutong.processes.proving import prove_after, prove_now
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import ProofReport
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.mariadb import mariadb_database
from tests.support.postgresql import options, server, table_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
SERVICE = "hydj_jbxx"


@pytest.fixture
def city(db, tmp_path):
    return a_city(tmp_path)


def test_a_damaged_row_is_found_mended_and_written_down(city):
    address = server()
    a_published_entry(city, SERVICE)
    items = contract_of(SERVICE).items
    fields = [item.field for item in items]
    damaged = next(item.field for item in items if item.data_type is DataType.TEXT and not item.key)
    with table_with(address, dict.fromkeys(fields, "text"), []) as table:
        with psycopg.connect(address, autocommit=True) as connection:
            values = ", ".join(
                "g::text" if item.data_type is DataType.TEXT else "'2020-01-01'" for item in items
            )
            connection.execute(f"INSERT INTO {table} SELECT {values} FROM generate_series(1, 50) g")
        place = options(address, table)
        draft = SourceDraft(
            code="civil_pg",
            name="婚姻登记库",
            department=CIVIL,
            kind="postgresql",
            options={name: value for name, value in place.items() if name != "password"},
            secret_options={"password": place["password"] or "none"},
        )
        collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
        collection.bind(city.civil_engineer, service=SERVICE, source="civil_pg", clock=city.clock)
        run = collection.request_run(city.civil_engineer, SERVICE, clock=city.clock)
        assert collect_run(run.run_id, home=city.home, clock=city.clock) == "succeeded"
        after = prove_after(run.run_id, home=city.home, clock=city.clock)
        assert after is not None
        assert (after.complete, after.error_code) == (True, "")
        with lake_of(city.home) as lake:
            rows = lake.count(TableName("pool", SERVICE))
            lake.engine.run(f"UPDATE lake.pool.{SERVICE} SET {damaged} = 'damaged' WHERE _row_no = 1")
        asked = prove_now(city.civil_engineer, SERVICE, home=city.home, clock=city.clock, repair=False)
        assert not asked.complete
        with pytest.raises(PermissionDenied):
            prove_now(city.tax_officer, SERVICE, home=city.home, clock=city.clock)
    proofs = list(Proof.objects.order_by("pk"))
    assert [(one.complete, one.run is not None) for one in proofs] == [(True, True), (False, False)]
    assert ProofReport.from_json(proofs[0].report).rows_pool == rows == 50
    binding = Binding.objects.get(entry__service=SERVICE)
    assert (binding.proof_complete, binding.proved_at) == (False, asked.ended_at)


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_the_command_proves_what_has_no_hash_functions_of_its_own(city, kind, monkeypatch, request):
    a_published_entry(city, SERVICE)
    items = contract_of(SERVICE).items
    columns = ", ".join(f"{item.field} varchar(60)" for item in items)
    values = [
        tuple(str(n) if item.data_type is DataType.TEXT else "2020-01-01" for item in items)
        for n in range(50)
    ]
    rows = ", ".join(map(str, values))
    secret = {}
    if kind == "sqlite":
        options = {"path": "minzheng/people.db", "table": "people"}
        (city.home.sources / "minzheng").mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(city.home.sources / options["path"])) as connection, connection:
            connection.execute(f"CREATE TABLE people ({columns})")
            connection.execute(f"INSERT INTO people VALUES {rows}")
    else:
        options, cursor = request.getfixturevalue("a_mariadb")
        cursor.execute(f"CREATE TABLE people ({columns})")
        cursor.execute(f"INSERT INTO people VALUES {rows}")
        secret = {"password": options["password"]} if options["password"] else {}
        options = {
            **{name: value for name, value in options.items() if name != "password"},
            "table": "people",
        }
    draft = SourceDraft(
        code="civil_db", name="库", department=CIVIL, kind=kind, options=options, secret_options=secret
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=SERVICE, source="civil_db", clock=city.clock)
    run = collection.request_run(city.civil_engineer, SERVICE, clock=city.clock)
    assert collect_run(run.run_id, home=city.home, clock=city.clock) == "succeeded"
    damaged = next(item.field for item in items if item.data_type is DataType.TEXT and not item.key)
    with lake_of(city.home) as lake:
        lake.engine.run(f"UPDATE lake.pool.{SERVICE} SET {damaged} = 'damaged' WHERE _row_no = 1")
    monkeypatch.setattr(proving, "platform_settings", lambda: SimpleNamespace(data_home=city.home))
    asked = ["collect", "prove", SERVICE, "--as", city.civil_engineer.username]
    assert CliRunner().invoke(main, [*asked, "--no-repair"]).exit_code == 1
    answer = CliRunner().invoke(main, [*asked, "--json"])
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.output)
    assert (said["method"], said["repaired"], said["rows_source"], said["unhashed"]) == (
        "sha1_text_v1",
        1,
        50,
        [],
    )


@pytest.fixture
def a_mariadb():
    with mariadb_database() as opened:
        yield opened
