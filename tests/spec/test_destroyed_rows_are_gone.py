"""What is destroyed is in no file of the lake any more: not in old versions, not in statistics, not in deleted pages."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jutong.dataflow.lake import Lake, Provenance, TableName
from jutong.dataflow.lake.destroying import PastTime, count_past, forget_history, rewrite_without
from jutong.dataflow.lake.errors import JutongError

POOL, OTHER, QUARANTINE = (
    TableName("pool", "births"),
    TableName("pool", "other"),
    TableName("quarantine", "births"),
)
OLD, NEW = "王旧合成", "李新合成"
CUTOFF = date(2020, 1, 1)


def provenance(run: str, at: datetime = datetime(2026, 1, 5, tzinfo=UTC)) -> Provenance:
    return Provenance(department="minzheng", system="hydj", run_id=run, collected_at=at)


def rows(*lines: tuple[str, str | None]) -> pa.Table:
    return pa.table({"name": [name for name, _ in lines], "born": [born for _, born in lines]})


@pytest.fixture
def lake(tmp_path):
    with Lake.open(tmp_path / "lake") as opened:
        opened.replace(POOL, rows((OLD + "甲", "2010-05-01")), provenance("run-1"))
        opened.replace(
            POOL,
            rows((OLD + "乙", "2019-12-31"), (NEW, "2020-01-01"), ("赵无日期合成", None)),
            provenance("run-2"),
        )
        opened.append(POOL, rows((OLD + "丙", "2001-01-01")), provenance("run-3"))
        opened.replace(QUARANTINE, pa.table({"raw": [OLD + "丁"]}), provenance("run-3"))
        opened.replace(OTHER, rows(("钱别表合成", "1999-01-01")), provenance("run-4"))
        yield opened


def destroy(lake: Lake, run: str = "XH-2026-0001") -> int:
    past = PastTime(column="born", cutoff=CUTOFF)
    version = rewrite_without(lake, {POOL: past, QUARANTINE: None}, run_id=run, sort_by=("name",))
    forget_history(lake, (POOL, QUARANTINE), begun_at=datetime.now(UTC))
    return version


def bytes_and_values(folder) -> str:
    """Everything that any file below the folder holds, Parquet files decoded."""
    texts = []
    for path in folder.rglob("*"):
        if path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
            if path.suffix == ".parquet":
                texts.append(str(pq.ParquetFile(path).read().to_pydict()))
    return "\n".join(texts)


def test_rows_past_their_time_are_counted_with_those_that_have_no_date(lake):
    counted = count_past(lake, POOL, PastTime(column="born", cutoff=CUTOFF))
    assert (counted.rows, counted.due, counted.undated) == (4, 2, 1)
    assert counted.digest != f"{0:016x}"
    loaded = count_past(lake, POOL, PastTime(column="_load_time", cutoff=datetime(2026, 1, 6, tzinfo=UTC)))
    assert loaded.due == 4
    assert count_past(lake, QUARANTINE, None).due == 1


def test_no_byte_of_a_destroyed_row_stays_and_every_other_row_does(lake):
    assert OLD in bytes_and_values(lake.folder)
    before = lake.versions(OTHER)[0].version
    version = destroy(lake)
    assert sorted(lake.read(POOL).column("name").to_pylist()) == [NEW, "赵无日期合成"]
    assert lake.read(POOL, version=version).num_rows == 2
    assert lake.count(QUARANTINE) == 0
    assert lake.read(OTHER, version=before).num_rows == 1
    left = bytes_and_values(lake.folder)
    assert OLD not in left
    assert NEW in left
    assert "钱别表合成" in left


def test_an_older_version_gives_nothing_any_more(lake):
    old = lake.versions(POOL)[-1].version
    destroy(lake)
    with suppress(JutongError):  # or an engine that looked before remembers the columns
        assert lake.read(POOL, version=old).num_rows == 0


def test_doing_it_again_after_an_interruption_changes_nothing(lake):
    version = destroy(lake)
    assert destroy(lake) == version
    assert lake.count(POOL) == 2
    assert lake.append(POOL, rows(("孙后来合成", "2025-01-01")), provenance("run-5")) > version
    assert lake.count(POOL) == 3


def test_a_reader_that_was_open_before_goes_on(lake):
    with lake.fork() as other:
        assert other.read(POOL).num_rows == 4
        destroy(lake)
        assert other.read(POOL).num_rows == 2


def test_what_a_running_collection_is_writing_stays(lake):
    begun = datetime.now(UTC) - timedelta(seconds=60)
    writing = lake.folder / "data/pool/births/rows-new/data_0.parquet"
    writing.parent.mkdir()
    writing.write_bytes(b"not committed yet")
    rewrite_without(lake, {POOL: PastTime(column="born", cutoff=CUTOFF)}, run_id="XH-2026-0002")
    removed = forget_history(lake, (POOL,), begun_at=begun)
    assert writing.exists()
    assert len(removed.files) == 3
    assert removed.size_bytes > 0


def test_upkeep_leaves_the_older_versions_of_what_is_held(lake):
    first, later = lake.versions(POOL)[-1].version, datetime.now(UTC) + timedelta(days=400)
    lake.maintain(now=later, held=[POOL])
    assert lake.read(POOL, version=first).num_rows == 1
    lake.maintain(now=later)
    with pytest.raises(JutongError):
        lake.read(POOL, version=first)
