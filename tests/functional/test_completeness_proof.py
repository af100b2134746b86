"""What differs between source and pool is found down to its key and mended; what the rules refuse is accounted for."""

from dataclasses import replace

import psycopg
import pytest

from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines import proof as proofs
from jutong.dataflow.pipelines.errors import ProofUnsupported
from jutong.dataflow.pipelines.proof import ProofTerms, prove, run_proof
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType, Level, Meaning
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import InformationItem
from tests.support.deliveries import NOON, PEOPLE, MemorySource, people_contract
from tests.support.lakes import open_lake
from tests.support.postgresql import options, server, table_with

pytestmark = pytest.mark.postgresql

POOL = TableName("pool", "person")
ROWS = 300
KEYS = {
    "int": ("int PRIMARY KEY", DataType.INTEGER, lambda n: n * 7 - 400),
    "text": ("text PRIMARY KEY", DataType.TEXT, lambda n: f"{'甲乙丙丁'[n % 4]}-{n:04d}"),
    "uuid": ("uuid PRIMARY KEY", DataType.TEXT, lambda n: f"{n * 7919:08x}-0000-4000-8000-0123456789ab"),
}


class Place:
    """One table of a server, the lake that it is collected into, and the entry between them."""

    def __init__(self, folder, source, contract, lake):
        self.source, self.contract, self.lake, self._folder = source, contract, lake, folder

    def connector(self):
        return open_connector("postgresql", self.source, root=self._folder)

    def collect(self, mode="replace", run_id="r1"):
        return collect(
            self.contract,
            self.connector(),
            lake=self.lake,
            department="d",
            system="s",
            run_id=run_id,
            clock=FixedClock(NOON),
            mode=mode,
        )

    def prove(self, **terms):
        given = ProofTerms(department="d", system="s", proof_id="proof-1", **terms)
        return prove(
            self.contract, self.connector(), lake=self.lake, mapping=None, terms=given, clock=FixedClock(NOON)
        )

    def at_source(self, statement):
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(statement.replace("TABLE", self.source["table"]))

    def in_pool(self, statement):
        self.lake.engine.run(statement.replace("TABLE", "lake.pool.person"))

    def rows(self):
        fields = [item.field for item in self.contract.items]
        return sorted(self.lake.read(POOL, columns=fields).to_pylist(), key=repr)


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch):
    """Tables of some hundred rows are parted and bisected like those of millions."""
    monkeypatch.setattr(proofs, "_ROWS_A_RANGE", 40)
    monkeypatch.setattr(proofs, "_LISTED_ROWS", 10)
    monkeypatch.setattr(proofs, "_SPLIT", 4)


@pytest.fixture
def place(tmp_path, request):
    kind, data_type, key = KEYS[getattr(request, "param", "int")]
    columns = {"id": kind, "name": "text", "born": "text", "pay": "numeric(12,2)", "seen": "timestamptz"}
    rows = [
        (
            key(n),
            f"名{n}" if n % 9 else None,
            f"19{n % 90 + 10}-{n % 12 + 1}-{n % 28 + 1}",
            n - 150,
            "2026-01-01 00:00+00",
        )
        for n in range(ROWS)
    ]
    items = (
        InformationItem(name="号", field="id", key=True, data_type=data_type),
        InformationItem(name="名", field="name"),
        InformationItem(name="生", field="born", data_type=DataType.DATE),
        InformationItem(name="薪", field="pay", data_type=DataType.MONEY),
        InformationItem(name="时", field="seen", data_type=DataType.TIMESTAMP),
    )
    contract = replace(people_contract(), items=items, rules=(), query_keys=())
    address = server()
    with table_with(address, columns, rows) as name, open_lake(tmp_path / "lake") as lake:
        yield Place(tmp_path, options(address, name), contract, lake)


@pytest.mark.parametrize("place", list(KEYS), indirect=True)
def test_wrong_missing_and_extra_rows_are_found_and_mended(place):
    place.collect()
    whole = place.rows()
    report = place.prove()
    assert (report.complete, report.mismatches, report.rows_source, report.rows_pool) == (
        True,
        (),
        ROWS,
        ROWS,
    )
    assert report.ranges > 4
    ids = [row["id"] for row in whole]
    place.in_pool(f"UPDATE TABLE SET name = '错' WHERE id = '{ids[17]}'")
    place.in_pool(f"UPDATE TABLE SET pay = -pay WHERE id = '{ids[100]}'")
    place.in_pool(f"DELETE FROM TABLE WHERE id = '{ids[200]}'")
    place.in_pool(f"UPDATE TABLE SET id = '{'9' * 5}' WHERE id = '{ids[250]}'")
    seen = place.prove(repair=False)
    assert (seen.complete, seen.repaired) == (False, 0)
    assert sum(one.rows_source >= 0 for one in seen.mismatches) >= 3
    report = place.prove()
    assert (report.complete, report.repaired) == (True, 5)
    assert report.rows_pool == ROWS
    assert place.rows() == whole
    assert place.prove().mismatches == ()


def test_what_changed_at_the_source_since_the_run_reaches_the_pool(place):
    place.collect()
    place.at_source("UPDATE TABLE SET name = '新' WHERE id = -393")
    place.at_source("DELETE FROM TABLE WHERE id = -386")
    report = place.prove()
    assert (report.complete, report.repaired) == (True, 2)
    assert {"新"} <= {row["name"] for row in place.rows()}
    assert len(place.rows()) == ROWS - 1


def test_rows_that_are_rightly_in_quarantine_are_no_difference(place):
    place.at_source("UPDATE TABLE SET born = '1990-02-30' WHERE id IN (-393, 1000)")
    run = place.collect()
    assert run.quarantined == 2
    report = place.prove()
    assert (report.complete, report.mismatches, report.repaired, report.rows_quarantined) == (True, (), 0, 2)
    assert report.rows_source == report.rows_pool + report.rows_quarantined


def test_a_table_without_a_key_is_compared_as_a_whole(place):
    items = tuple(replace(item, key=False) for item in place.contract.items)
    place.contract = replace(place.contract, items=items)
    place.collect()
    assert place.prove().complete
    place.in_pool("UPDATE TABLE SET name = '错' WHERE id = -400")
    report = place.prove()
    assert (report.complete, report.ranges, report.repaired) == (False, 1, 0)


def test_of_an_entry_that_is_added_to_the_newest_delivery_is_compared(place):
    place.collect("append", "r1")
    place.at_source("UPDATE TABLE SET name = '新' WHERE id = -393")
    place.collect("append", "r2")
    report = place.prove(mode=CollectionMode.APPEND)
    assert (report.complete, report.rows_source, report.rows_pool) == (True, ROWS, ROWS)


def test_a_key_of_several_items(tmp_path):
    address = server()
    columns = {"area": "text", "n": "int", "v": "double precision", "PRIMARY": "KEY (area, n)"}
    del columns["PRIMARY"]
    rows = [(f"区{n % 3}", n // 3, n / 7) for n in range(90)]
    items = (
        InformationItem(name="区", field="area", key=True),
        InformationItem(name="序", field="n", key=True, data_type=DataType.INTEGER),
        InformationItem(name="值", field="v", data_type=DataType.DOUBLE),
    )
    contract = replace(people_contract(), items=items, rules=(), query_keys=())
    with table_with(address, columns, rows) as name, open_lake(tmp_path / "lake") as lake:
        place = Place(tmp_path, options(address, name), contract, lake)
        place.collect()
        whole = place.rows()
        place.in_pool("UPDATE TABLE SET v = 0.5 WHERE area = '区1' AND n = 4")
        report = place.prove()
        assert (report.complete, place.rows()) == (True, whole)


def test_the_ledger_does_not_hold_a_persons_number(place):
    items = tuple(
        replace(item, level=Level.L3, meaning=Meaning.MOBILE) if item.key else item
        for item in place.contract.items
    )
    place.at_source("UPDATE TABLE SET id = 13800000000 - 12000000000 WHERE id = -400")
    place.contract = replace(place.contract, items=items)
    place.collect()
    place.in_pool("UPDATE TABLE SET name = '错' WHERE id > 1700000000")
    assert {one.lower for one in place.prove().mismatches} == {"180000…"}


def test_a_source_that_cannot_is_refused_in_words(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        terms = ProofTerms(department="d", system="s", proof_id="p")
        report = run_proof(
            people_contract(),
            lambda: MemorySource(PEOPLE),
            lake=lake,
            mapping=None,
            terms=terms,
            clock=FixedClock(NOON),
        )
    assert (report.complete, report.error_code) == (False, ProofUnsupported.code)
