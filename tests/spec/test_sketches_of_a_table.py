"""Columns of the lake are sketched by the engine: like values meet, keys part them, and memory stays small."""

import pytest

from jutong.dataflow.lake import TableName
from jutong.dataflow.lake.errors import ColumnUnknown, VersionUnknown
from jutong.dataflow.sketches import sketch_table
from jutong.vocabulary.sketches import overlap
from tests.support.lakes import open_lake, provenance

TABLE = TableName("pool", "people")
QUERY = """
    SELECT lpad(i::VARCHAR, 8, '0') AS id, '  ' || lpad((i + 5000)::VARCHAR, 8, '0') AS other,
        i AS whole, i::DOUBLE AS fraction, CASE WHEN i % 2 = 0 THEN ' ' END AS gaps, i % 7 AS code,
        'ab' || i AS lower, 'ＡＢ' || i AS wide
    FROM range(10000) r(i)
"""
FIELDS = ("id", "other", "whole", "fraction", "gaps", "code", "lower", "wide")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with open_lake(tmp_path_factory.mktemp("lake")) as lake:
        version = lake.replace(TABLE, lake.engine.sql(QUERY), provenance())
        yield lake, version


@pytest.fixture(scope="module")
def sketches(made):
    lake, version = made
    return {one.field: one for one in sketch_table(lake, TABLE, version, FIELDS, key=b"secret", k=512)}


def test_distinct_values_are_estimated_and_empty_ones_counted(sketches):
    one = sketches["id"]
    assert len(one.hashes) == 512
    assert abs(one.distinct - 10_000) <= one.distinct_error * 10_000
    assert (sketches["code"].distinct, sketches["code"].complete) == (7.0, True)
    assert (sketches["gaps"].hashes, sketches["gaps"].empty) == ((), 10_000)
    assert one.rows == 10_000


def test_half_of_the_values_are_common(sketches):
    found = overlap(sketches["id"], sketches["other"])
    assert found.left_in_right.low <= 0.5 <= found.left_in_right.high
    assert found.jaccard.low <= 1 / 3 <= found.jaccard.high


@pytest.mark.parametrize(("one", "other"), [("whole", "fraction"), ("lower", "wide")])
def test_the_same_value_written_otherwise_is_the_same(sketches, one, other):
    assert overlap(sketches[one], sketches[other]).jaccard.share == 1.0


def test_another_key_gives_other_hashes_and_the_same_key_the_same(made, sketches):
    lake, version = made
    (again,) = sketch_table(lake, TABLE, version, ["id"], key=b"secret", k=512)
    (other,) = sketch_table(lake, TABLE, version, ["id"], key=b"another", k=512)
    assert again == sketches["id"]
    assert not set(again.hashes) & set(other.hashes)


def test_what_is_not_there_is_said(made):
    lake, version = made
    with pytest.raises(ColumnUnknown):
        list(sketch_table(lake, TABLE, version, ["nothing"], key=b"k", k=64))
    with pytest.raises(VersionUnknown):
        list(sketch_table(lake, TABLE, version + 99, ["id"], key=b"k", k=64))
