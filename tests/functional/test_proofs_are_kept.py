"""A proof after a run and one that a person asks for are in the ledger; a source that cannot is left alone."""

import psycopg
import pytest

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.collection.models import Binding, Proof
from jutong.control.directory.errors import PermissionDenied
from jutong.dataflow.lake import TableName
from jutong.processes.collection import collect_run
from jutong.processes.lakes import lake_of
from jutong.processes.proving import prove_after, prove_now
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import ProofReport
from tests.support.control import CIVIL, a_city, a_published_entry
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
