"""Drop folders: the newest whole file is the delivery; missing days are told; unfinished files wait."""

import os
from datetime import UTC, datetime

import pytest

from jutong.dataflow.connectors import open_connector
from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.kernel.errors import JutongError
from tests.support.files import rows_of, write_text


def _open(root, **options):
    return open_connector("folder", {"path": "住建", "pattern": "成交_{date}.csv", **options}, root=root)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "住建"
    folder.mkdir()
    for day in ("2024-01-01", "20240102", "2024-01-05"):
        path = write_text(folder / f"成交_{day}.csv", f"编号,日期\n1,{day}\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    write_text(folder / "成交_2024-01-06.csv.part", "编号\n")
    write_text(folder / "成交_2024-01-07.csv", "编号,日期\n1,2024")
    write_text(folder / "说明.txt", "x")
    return tmp_path


def test_the_newest_whole_file_is_read_and_missing_days_are_told(root):
    source = _open(root)
    assert rows_of(source) == [("1", "2024-01-05")]
    found = {one.code: one for one in source.findings()}
    assert found["days_missing"].detail["days"] == ["2024-01-03", "2024-01-04"]
    assert "files_unfinished" in found
    assert source.describe()["day"] == "2024-01-05"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"path": "../x"}, "path_outside"),
        ({"path": "没有"}, "file_missing"),
        ({"pattern": "a.csv"}, "option_invalid"),
        ({"pattern": "别的_{date}.csv"}, "file_missing"),
    ],
)
def test_what_cannot_be_found_is_told(options, code, root):
    with pytest.raises(JutongError) as raised:
        _open(root, **options)
    assert raised.value.code == f"connectors.{code}"


def test_the_real_daily_files_of_a_city(real_data):
    root = real_data / "2_city_open_data" / "杭州"
    given = {"path": "商品房成交_每日", "pattern": "trade-{date}.json", "quiet_s": "0"}
    source = open_connector("folder", given, root=root)
    found = {one.code: one for one in source.findings()}
    assert len(found["days_missing"].detail["days"]) == 3
    assert source.describe()["day"] == "2022-12-31"
    assert rows_of(source)


def test_a_file_was_delivered_on_the_day_of_its_name(root):
    assert _open(root).delivered_at == datetime(2024, 1, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("{date:%Y%m%d}_x.csv", "20240131_x.csv"), ("x.{date:%d.%m.%Y}.csv", "x.31.01.2024.csv")],
)
def test_days_are_written_as_the_pattern_says(pattern, name, tmp_path):
    (tmp_path / "住建").mkdir()
    write_text(tmp_path / "住建" / name, "a\n1\n")
    write_text(tmp_path / "住建" / "x2024-01-32.csv", "a\n1\n")
    assert str(_open(tmp_path, pattern=pattern, quiet_s="0").chosen.day) == "2024-01-31"


@pytest.mark.parametrize(
    "pattern", ["{date:%Y%m}.csv", "{date:%y%m%d}.csv", "{date}{date}.csv", "a/{date}.csv"]
)
def test_a_pattern_without_a_whole_day_is_refused(pattern, root):
    with pytest.raises(OptionInvalid):
        _open(root, pattern=pattern)
