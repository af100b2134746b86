"""Look-up snapshots: what is published is what is found, and a switch is one step."""

import sqlite3
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from jutong.dataflow.serving import (
    ItemUnknown,
    KeySetUnknown,
    SnapshotStore,
    SnapshotUnusable,
    open_current,
    publish_snapshot,
)
from jutong.dataflow.serving import pointers as pointers_module
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem
from tests.support.contracts import a_contract, batches_of, person_rows


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr("jutong.dataflow.serving.store._CHECK_SECONDS", -1.0)
    store = SnapshotStore(tmp_path)
    yield store
    store.close()


def publish(tmp_path, rows, version=1, **contract):
    return publish_snapshot(tmp_path, a_contract(**contract), batches_of(rows), version)


def find(store, keys, columns=("id_no", "name"), limit=20, **more):
    return store.get("population").find(keys, columns=columns, limit=limit, **more)


def test_a_row_is_found_by_its_key(tmp_path, store):
    info = publish(tmp_path, person_rows(50))
    assert (info.rows, info.version) == (50, 1)
    assert find(store, {"id_no": "33010019900101007X"}) == [(8, "33010019900101007X", "合成0")]


def test_the_letter_of_an_id_number_may_be_written_either_way_and_comes_back_as_the_source_wrote_it(
    tmp_path, store
):
    publish(tmp_path, person_rows(3))
    assert find(store, {"id_no": " 33010019900101002x "})[0][1] == "33010019900101002X"


def test_every_declared_key_set_finds_and_no_other(tmp_path, store):
    publish(tmp_path, person_rows(50))
    assert len(find(store, {"name": "合成1", "birth": "1990-01-02"})) == 2
    assert len(find(store, {"birth": "1990-01-02", "name": "合成1"})) == 2
    for keys in ({"name": "合成1"}, {"address": "x"}, {}, {"rows; DROP TABLE rows": "1"}):
        with pytest.raises(KeySetUnknown):
            find(store, keys)
    with pytest.raises(ItemUnknown):
        find(store, {"id_no": "x"}, columns=('name" FROM meta --',))


def test_key_sets_use_an_index(tmp_path):
    info = publish(tmp_path, person_rows(500))
    with sqlite3.connect(info.path) as db:
        for condition in ("id_no = '1'", "name = '1' AND birth = '2'"):
            plan = db.execute(
                f'EXPLAIN QUERY PLAN SELECT * FROM rows WHERE {condition} ORDER BY "_row"'
            ).fetchall()
            assert "SEARCH" in plan[0][3]
            assert not any("SCAN" in step[3] for step in plan)
    db.close()


@pytest.mark.parametrize("text", ["' OR 1=1 --", "1; DROP TABLE rows", "%", "_", "\x00", "𠮷" * 50])
def test_sql_in_a_value_is_a_value_that_finds_nothing(tmp_path, store, text):
    publish(tmp_path, person_rows(10))
    assert find(store, {"id_no": text}) == []
    assert len(find(store, {"id_no": "33010019900101001X"})) == 1


def test_rows_with_one_key_come_by_pages(tmp_path, store):
    rows = [row | {"id_no": "33010019900101000X"} for row in person_rows(25)]
    publish(tmp_path, rows)
    seen, after = [], 0
    while page := find(store, {"id_no": "33010019900101000X"}, limit=10, after=after):
        seen += [row[0] for row in page]
        after = page[-1][0]
    assert seen == list(range(1, 26))


def test_an_empty_key_stays_empty(tmp_path, store):
    publish(tmp_path, [{**person_rows(1)[0], "id_no": None}])
    row = find(store, {"name": "合成0", "birth": "1990-01-01"})[0]
    assert row == (1, None, "合成0")


def test_only_the_rows_that_a_grant_allows_are_found(tmp_path, store):
    publish(tmp_path, person_rows(10))
    keys = {"id_no": "33010019900101001X"}
    assert len(find(store, keys, filters=[("region", ["330101", "330102"])])) == 1
    assert find(store, keys, filters=[("region", ["330103"])]) == []
    # A number of the register, and a condition that is text as every condition is.
    assert len(find(store, keys, filters=[("household", ["1", "2"])])) == 1
    assert find(store, keys, filters=[("household", ["2"])]) == []


def test_an_entry_without_keys_is_listed_by_pages(tmp_path, store):
    items = (InformationItem(name="学校", field="school"), InformationItem(name="区", field="district"))
    publish(tmp_path, [{"school": f"S{n}", "district": "上城"} for n in range(5)], items=items, query_keys=())
    assert find(store, {}, columns=("school",), limit=2, after=2) == [(3, "S2"), (4, "S3")]


def test_a_keyed_entry_is_listed_where_its_contract_says_so(tmp_path, store):
    publish(tmp_path, person_rows(5), query_keys=(("id_no",), ()))
    assert [row[0] for row in find(store, {}, limit=3, after=1)] == [2, 3, 4]


def test_types_of_the_lake_become_text_numbers_and_booleans(tmp_path, store):
    items = tuple(
        InformationItem(name=n, field=n, data_type=DataType.TEXT) for n in ("k", "d", "m", "i", "b", "f")
    )
    batch = pa.RecordBatch.from_pylist(
        [
            {
                "k": 7,
                "d": date(2026, 3, 2),
                "m": Decimal("1.10"),
                "i": 3,
                "b": True,
                "f": float("nan"),
                "_src_dept": "x",
            }
        ]
    )
    publish_snapshot(tmp_path, a_contract(items=items, query_keys=(("k",),)), [batch], 1)
    assert find(store, {"k": "7"}, columns=("k", "d", "m", "i", "b", "f")) == [
        (1, "7", "2026-03-02", "1.10", 3, 1, None)
    ]


def test_a_new_version_is_seen_and_old_ones_go_after_a_grace(tmp_path, store, monkeypatch):
    publish(tmp_path, person_rows(1), 1)
    assert store.get("population").version == 1
    for version in (2, 3):
        publish(tmp_path, person_rows(version), version)
    assert store.get("population").version == 3
    assert len(list((tmp_path / "population").glob("v*.sqlite"))) == 3
    monkeypatch.setattr(pointers_module, "GRACE_SECONDS", -1.0)
    publish(tmp_path, person_rows(4), 4)
    assert sorted(p.name for p in (tmp_path / "population").glob("v*.sqlite")) == ["v3.sqlite", "v4.sqlite"]


def test_a_failure_in_the_middle_publishes_nothing(tmp_path, store):
    publish(tmp_path, person_rows(2), 1)

    def failing():
        yield batches_of(person_rows(5))[0]
        raise OSError("source lost")

    with pytest.raises(OSError, match="source lost"):
        publish_snapshot(tmp_path, a_contract(), failing(), 2)
    assert store.get("population").rows == 2
    assert sorted(p.name for p in (tmp_path / "population").iterdir()) == ["current", "v1.sqlite"]


def test_a_version_that_is_published_again_is_replaced_under_open_readers(tmp_path, store):
    publish(tmp_path, person_rows(1), 1)
    assert store.get("population").rows == 1
    publish(tmp_path, person_rows(2), 1)
    assert store.get("population").rows == 2


def test_a_query_key_must_be_an_item(tmp_path):
    with pytest.raises(ItemUnknown):
        publish(tmp_path, person_rows(1), query_keys=(("passport",),))


def test_nothing_published_is_none_and_a_damaged_file_is_an_error(tmp_path, store):
    assert store.get("population") is None
    info = publish(tmp_path, person_rows(1))
    assert open_current(tmp_path, "other") is None
    with open_current(tmp_path, "population") as snapshot:
        assert snapshot.sample(columns=("name",), limit=5) == [("合成0",)]
        assert snapshot.sample(columns=("name",), limit=5, filters=[("region", ["999999"])]) == []
    info.path.write_bytes(b"not a database" * 100)
    with pytest.raises(SnapshotUnusable):
        store.get("population")


def test_an_empty_table_is_published(tmp_path, store):
    publish(tmp_path, [])
    assert find(store, {"id_no": "x"}) == []
