"""Upserts and deletes by key, positions, and finding what a run did among very many commits."""

from datetime import timedelta

import pyarrow as pa
import pytest
from sqlglot import exp

from jutong.dataflow.lake import TableName, TableWrite, WriteCounts
from jutong.dataflow.lake.errors import KeysInvalid
from tests.support.lakes import open_lake, provenance

PEOPLE = TableName("pool", "people")


@pytest.fixture
def lake(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        yield lake


def merge(lake, rows, gone=(), *, run="r", position=None, table=PEOPLE):
    """`rows` is {id: name}; what the merge did to the table."""
    did: list[WriteCounts] = []
    lake.engine.register("upserts", pa.table({"id": list(rows), "name": list(rows.values())}, SCHEMA))
    lake.engine.register("gone", pa.table({"id": pa.array(list(gone), pa.int64())}))
    write = TableWrite(
        table=table,
        source=exp.select("*").from_("upserts"),
        mode="merge",
        keys=("id",),
        deletes=exp.select("*").from_("gone"),
        position=position,
        sort_by=("id",),
    )
    lake.write([write], provenance(run), note=lambda counts: did.extend(counts) or "")
    return did[0]


SCHEMA = pa.schema([("id", pa.int64()), ("name", pa.string())])


def people(lake):
    return {row["id"]: (row["name"], row["_op"]) for row in lake.read(PEOPLE).to_pylist()}


def test_the_first_merge_makes_the_table(lake):
    assert merge(lake, {1: "a", 2: "b"}) == WriteCounts(rows=2, inserted=2)
    assert people(lake) == {1: ("a", "I"), 2: ("b", "I")}


def test_rows_go_in_change_stay_and_go(lake):
    merge(lake, {1: "a", 2: "b", 3: "c", 4: "d"})
    did = merge(lake, {2: "b", 3: "C", 5: "e"}, gone=[4, 9])
    assert did == WriteCounts(rows=4, inserted=1, updated=1, deleted=1, unchanged=1)
    assert people(lake) == {1: ("a", "I"), 2: ("b", "I"), 3: ("C", "U"), 5: ("e", "I")}
    assert lake.versions(PEOPLE)[0].rows == lake.count(PEOPLE) == 4


def test_a_key_deleted_and_put_in_again_has_its_new_row(lake):
    merge(lake, {1: "a"})
    assert merge(lake, {1: "a"}, gone=[1]) == WriteCounts(rows=1, updated=1)
    assert people(lake) == {1: ("a", "U")}


def test_rows_that_shared_a_key_become_one(lake):
    lake.replace(PEOPLE, pa.table({"id": [1, 1], "name": ["a", "b"]}, SCHEMA), provenance())
    assert merge(lake, {1: "a"}).rows == 1
    assert people(lake) == {1: ("a", "U")}


def test_an_empty_or_repeated_key_is_refused_and_changes_nothing(lake):
    merge(lake, {1: "a"})
    for ids in ([2, None], [2, 2]):
        lake.engine.register("wrong", pa.table({"id": ids, "name": ["x", "y"]}, SCHEMA))
        write = TableWrite(table=PEOPLE, source=exp.select("*").from_("wrong"), mode="merge", keys=("id",))
        with pytest.raises(KeysInvalid):
            lake.write([write], provenance())
    assert people(lake) == {1: ("a", "I")}


def test_a_position_stands_with_the_rows_and_outlives_writes_that_do_not_name_one(lake):
    assert lake.position(PEOPLE) == ""
    merge(lake, {1: "a"}, position="0/1")
    merge(lake, {2: "b"}, position="0/2")
    assert lake.position(PEOPLE) == "0/2"
    lake.replace(PEOPLE, pa.table({"id": [1], "name": ["z"]}, SCHEMA), provenance())
    assert lake.position(PEOPLE) == "0/2"
    lake.drop(PEOPLE)
    assert lake.position(PEOPLE) == ""


def test_what_a_run_did_is_found_by_its_name(lake):
    for number in range(5):
        merge(lake, {number: "a"}, run=f"r{number}")
    found = lake.landed(PEOPLE, "r2")
    assert found is not None
    assert found.rows == 3
    assert lake.landed(PEOPLE, "r9' OR 1=1 --") is None
    assert [version.run_id for version in lake.versions(PEOPLE, limit=2)] == ["r4", "r3"]


def test_of_merges_past_their_day_the_last_one_is_kept(lake):
    for number in range(4):
        merge(lake, {number: "a"}, run=f"r{number}", position=str(number))
    lake.maintain(now=lake.versions(PEOPLE)[0].made_at + timedelta(days=3))
    assert [version.run_id for version in lake.versions(PEOPLE)] == ["r3"]
    assert lake.position(PEOPLE) == "3"
    assert lake.count(PEOPLE) == 4
