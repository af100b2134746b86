"""Tables of the lake: versions, provenance, several readers and writers, names, errors."""

import multiprocessing
import threading
from datetime import timedelta

import pyarrow as pa
import pytest
from sqlglot import exp

from jutong.dataflow.lake import PROVENANCE_COLUMNS, Lake, LakeSettings, TableName, TableWrite
from jutong.dataflow.lake.errors import (
    ColumnsDiffer,
    ColumnUnknown,
    LakeLocked,
    LakeUnreachable,
    NameInvalid,
    RowsLost,
    RunLanded,
    TableUnknown,
    VersionUnknown,
)
from jutong.dataflow.lake.lock import write_lock
from tests.support.deliveries import NOON
from tests.support.lakes import SMALL, open_lake, provenance

PEOPLE = TableName("pool", "people")


def rows(*names):
    return pa.table({"name": list(names)})


def names(lake, version=None):
    return sorted(lake.read(PEOPLE, version, columns=["name"]).column("name").to_pylist())


@pytest.fixture
def lake(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        yield lake


def test_every_version_stays_readable(lake):
    first = lake.replace(PEOPLE, rows("a", "b"), provenance("r1"))
    second = lake.append(PEOPLE, rows("c"), provenance("r2"))
    third = lake.replace(PEOPLE, rows("d"), provenance("r3"))
    assert first < second < third
    assert [names(lake, version) for version in (first, second, third, None)] == [
        ["a", "b"],
        ["a", "b", "c"],
        ["d"],
        ["d"],
    ]
    assert [lake.count(PEOPLE, version) for version in (first, second, third)] == [2, 3, 1]
    listed = lake.versions(PEOPLE)
    assert [(v.version, v.rows, v.mode, v.run_id) for v in listed] == [
        (third, 1, "replace", "r3"),
        (second, 3, "append", "r2"),
        (first, 2, "replace", "r1"),
    ]


def test_a_version_is_kept_over_a_restart(tmp_path):
    with open_lake(tmp_path) as lake:
        version = lake.replace(PEOPLE, rows("a"), provenance())
    with open_lake(tmp_path) as lake:
        assert names(lake, version) == ["a"]


def test_a_lake_can_be_moved_with_its_folder(tmp_path):
    with open_lake(tmp_path / "here") as lake:
        lake.replace(PEOPLE, rows("a"), provenance())
    (tmp_path / "here").rename(tmp_path / "there")
    with open_lake(tmp_path / "there") as lake:
        assert names(lake) == ["a"]


def test_every_row_says_where_it_came_from(lake):
    lake.replace(PEOPLE, rows("a", "a", "b"), provenance("r1"))
    assert lake.columns(PEOPLE) == ("name", *PROVENANCE_COLUMNS)
    landed = sorted(lake.read(PEOPLE).to_pylist(), key=lambda row: row["_row_no"])
    assert [row["_row_no"] for row in landed] == [1, 2, 3]
    assert {(row["_src_dept"], row["_src_sys"], row["_batch_no"], row["_op"]) for row in landed} == {
        ("police", "hukou", "r1", "I")
    }
    assert landed[0]["_hash"] == landed[1]["_hash"] != landed[2]["_hash"]


def test_a_new_column_is_added_and_a_missing_one_is_empty(lake):
    lake.replace(PEOPLE, rows("a"), provenance())
    lake.append(PEOPLE, pa.table({"age": [7]}), provenance())
    found = lake.read(PEOPLE, columns=["name", "age"]).to_pylist()
    assert {"name": "a", "age": None} in found
    assert {"name": None, "age": 7} in found


def test_several_tables_change_together_or_not_at_all(lake):
    other = TableName("quarantine", "people")
    lake.replace(PEOPLE, rows("a"), provenance("r1"))
    lake.engine.register("more", rows("b", "c"))
    source = exp.select("*").from_("more")
    writes = [
        TableWrite(table=PEOPLE, source=source, expected_rows=2),
        TableWrite(table=other, source=source, expected_rows=3),
    ]
    with pytest.raises(RowsLost):
        lake.write(writes, provenance("r2"))
    assert names(lake) == ["a"]
    assert not lake.exists(other)
    assert [version.run_id for version in lake.versions(PEOPLE)] == ["r1"]


def test_a_table_is_sorted_by_its_key(lake):
    data = pa.table({"name": [f"{n * 7919 % 5000:05d}" for n in range(5000)]})
    lake.replace(PEOPLE, data, provenance(), sort_by=("name",))
    read = list(lake.batches(PEOPLE, columns=["name"], batch_rows=1000))
    found = [name for batch in read for name in batch.column(0).to_pylist()]
    assert len(read) > 1
    assert found == sorted(found)


def test_reading_takes_columns_conditions_and_a_limit(lake):
    lake.replace(PEOPLE, pa.table({"name": ["a", "b", "b"], "n": [1, 2, 3]}), provenance())
    assert lake.read(PEOPLE, columns=["n"], where={"name": "b"}, limit=1).num_rows == 1
    assert lake.read(PEOPLE, columns=["n"], where={"name": "' OR 1=1 --"}).num_rows == 0
    ordered = lake.batches(PEOPLE, columns=["n"], order_by=("n",))
    assert [n for batch in ordered for n in batch.column(0).to_pylist()] == [1, 2, 3]


def test_a_dropped_table_is_gone_and_may_come_again(lake):
    old = lake.replace(PEOPLE, rows("a"), provenance())
    lake.drop(PEOPLE)
    assert lake.tables() == ()
    assert lake.versions(PEOPLE) == []
    assert names(lake, old) == ["a"]
    lake.replace(PEOPLE, rows("b"), provenance())
    assert len(lake.versions(PEOPLE)) == 1


def test_versions_past_keeping_are_removed_and_the_last_one_stays(lake):
    old = lake.replace(PEOPLE, rows("a"), provenance())
    lake.replace(PEOPLE, rows("b"), provenance())
    lake.maintain(now=lake.versions(PEOPLE)[0].made_at + timedelta(days=lake.settings.keep_versions_days + 1))
    assert names(lake) == ["b"]
    with pytest.raises(VersionUnknown):
        lake.count(PEOPLE, old)


def test_the_present_version_of_a_quiet_table_outlives_its_keeping_time(lake):
    quiet = lake.replace(PEOPLE, rows("a", "b"), provenance("r1"))
    busy = TableName("pool", "parcels")
    old, new = (lake.replace(busy, rows(name), provenance(f"q{name}")) for name in "cd")
    lake.maintain(now=lake.versions(busy)[0].made_at + timedelta(days=lake.settings.keep_versions_days + 1))
    assert [version.version for version in lake.versions(PEOPLE)] == [quiet]
    assert names(lake, quiet) == ["a", "b"]
    assert [version.version for version in lake.versions(busy)] == [new]
    with pytest.raises(VersionUnknown):
        lake.count(busy, old)


def test_a_run_that_another_process_landed_meanwhile_is_not_landed_twice(lake):
    lake.engine.register("new", rows("a"))
    delivery = [TableWrite(table=PEOPLE, source=exp.select("*").from_("new"), mode="append")]
    lake.write(delivery, provenance("r1"), once=True)
    with pytest.raises(RunLanded):
        lake.write(delivery, provenance("r1"), once=True)
    assert names(lake) == ["a"]
    lake.write(delivery, provenance("r2"), once=True)
    assert names(lake) == ["a", "a"]


@pytest.mark.parametrize("name", ["", "A", "1a", "a-b", "a;drop", 'a"b', "表", "a" * 64])
def test_only_plain_names_become_tables(name):
    with pytest.raises(NameInvalid):
        TableName("pool", name)


def test_what_is_not_there_is_named(lake):
    with pytest.raises(TableUnknown):
        lake.count(PEOPLE)
    with pytest.raises(TableUnknown):
        lake.drop(PEOPLE)
    lake.replace(PEOPLE, rows("a"), provenance())
    with pytest.raises(VersionUnknown):
        lake.read(PEOPLE, 99)
    with pytest.raises(ColumnUnknown):
        lake.read(PEOPLE, columns=["nobody"])


def test_rows_of_another_type_are_refused_without_quoting_them(lake):
    lake.replace(PEOPLE, pa.table({"n": [1]}), provenance())
    with pytest.raises(ColumnsDiffer) as caught:
        lake.append(PEOPLE, pa.table({"n": ["secret"]}), provenance())
    assert "secret" not in caught.value.message("zh") + str(caught.value)
    assert lake.count(PEOPLE) == 1


def test_a_writer_that_waits_too_long_says_so(tmp_path):
    with open_lake(tmp_path, LakeSettings(threads=1, write_wait_s=0.2)) as lake:
        with write_lock(tmp_path / "write.lock", 1), pytest.raises(LakeLocked) as caught:
            lake.replace(PEOPLE, rows("a"), provenance())
        assert caught.value.retryable
        lake.replace(PEOPLE, rows("a"), provenance())


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeUnreachable):
        open_lake(tmp_path / "file" / "lake")


def test_another_thread_reads_while_one_writes(lake):
    lake.replace(PEOPLE, rows("a"), provenance())
    seen: list[int] = []

    def read():
        fork = lake.fork()
        seen.extend(fork.count(PEOPLE) for _ in range(20))
        fork.close()

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(5):
        lake.append(PEOPLE, rows(str(number)), provenance())
    reader.join()
    assert seen == sorted(seen)
    assert lake.count(PEOPLE) == 6


def _append_in_process(folder, name, times):
    with Lake.open(folder, SMALL) as lake:
        for number in range(times):
            lake.append(PEOPLE, rows(f"{name}{number}"), provenance(f"{name}{number}"))
            lake.count(PEOPLE)


def test_processes_take_turns_and_lose_nothing(tmp_path):
    with open_lake(tmp_path) as lake:
        lake.replace(PEOPLE, rows("first"), provenance())
        context = multiprocessing.get_context("spawn")
        writers = [context.Process(target=_append_in_process, args=(tmp_path, name, 6)) for name in "ab"]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            assert 1 <= lake.count(PEOPLE) <= 13
        for writer in writers:
            writer.join()
        assert [writer.exitcode for writer in writers] == [0, 0]
        assert names(lake) == sorted(["first", *(f"{name}{number}" for name in "ab" for number in range(6))])


def test_the_time_of_a_version_is_an_instant(lake):
    lake.replace(PEOPLE, rows("a"), provenance())
    assert lake.versions(PEOPLE)[0].made_at.tzinfo is not None
    assert NOON.tzinfo is not None
