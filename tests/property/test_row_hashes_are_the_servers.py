"""The pool's side of a proof hashes every value as a real PostgreSQL server does."""

from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jutong.dataflow.connectors.postgresql_engine import TableColumn
from jutong.dataflow.connectors.postgresql_proof import row_hash
from jutong.dataflow.connectors.protocol import HashedColumn
from jutong.dataflow.pipelines.fingerprints import _hashed
from jutong.vocabulary.catalogue import DataType
from tests.support.postgresql import server

pytestmark = pytest.mark.postgresql

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
FORMS = {
    DataType.TEXT: ("text", pa.string(), TEXT),
    DataType.INTEGER: ("int8", pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    DataType.MONEY: (
        "numeric",
        pa.decimal128(18, 4),
        st.integers(-(10**18) + 1, 10**18 - 1).map(lambda n: Decimal(n).scaleb(-4))
        | st.integers(-10, 10).map(lambda n: Decimal(n) * 10000),
    ),
    DataType.DOUBLE: ("float8", pa.float64(), st.floats(allow_nan=False, allow_infinity=False)),
    DataType.BOOLEAN: ("bool", pa.bool_(), st.booleans()),
    DataType.DATE: ("date", pa.date32(), st.dates()),
    DataType.TIMESTAMP: ("timestamp", pa.timestamp("us"), st.datetimes()),
}


@pytest.fixture(scope="module")
def connection():
    with psycopg.connect(server(), autocommit=True) as opened:
        opened.execute("SET timezone = 'UTC'")
        yield opened


def servers(connection, kind, data_type, values, cast=None):
    column = {"v": TableColumn(name="v", kind=cast or kind, modifier=-1)}
    hashed = (
        row_hash([HashedColumn(name="v", data_type=data_type)], column)
        .as_string(connection)
        .replace("%", "%%")
    )
    query = (
        f"SELECT {hashed} FROM (SELECT v::{cast or kind} AS v, n FROM unnest(%s::{kind}[]) "
        "WITH ORDINALITY AS t(v, n)) s ORDER BY n"
    )
    return [row[0] % 2**64 for row in connection.execute(query, (values,)).fetchall()]


def ours(data_type, kind, values):
    column = pa.array(values, kind)
    return _hashed(column.cast(pa.int32()) if kind == pa.bool_() else column, data_type, 2).tolist()


@pytest.mark.parametrize("data_type", list(FORMS), ids=lambda one: one.value)
def test_every_type(connection, data_type):
    kind, arrow, one = FORMS[data_type]

    @settings(max_examples=40, deadline=None)
    @given(values=st.lists(st.none() | one, min_size=1, max_size=40))
    def check(values):
        assert ours(data_type, arrow, values) == servers(connection, kind, data_type, values)

    check()


@pytest.mark.parametrize(
    ("data_type", "texts", "values"),
    [
        (DataType.DATE, ["2001-9-1", "20010901", "2001/09/01 10:00", " 1900-02-28", "2000-02-29"],
         [date(2001, 9, 1)] * 3 + [date(1900, 2, 28), date(2000, 2, 29)]),
        (DataType.TIMESTAMP, ["2001-09-01 10:20:30", "2001-9-1", "1999-12-31T23:59:59.5"],
         [datetime(2001, 9, 1, 10, 20, 30), datetime(2001, 9, 1), datetime(1999, 12, 31, 23, 59, 59, 500000)]),
        (DataType.INTEGER, ["007", "12.0", "-5", "+3"], [7, 12, -5, 3]),
        (DataType.MONEY, ["1.50", "-0.10", "10000", "0"], [Decimal("1.5"), Decimal("-0.1"), Decimal(10000), Decimal(0)]),
        (DataType.DOUBLE, ["0.1", "1e3", ".5"], [0.1, 1000.0, 0.5]),
        (DataType.BOOLEAN, ["是", "N", "true"], [True, False, True]),
    ],
    ids=lambda one: one.value if isinstance(one, DataType) else "",
)  # fmt: skip
def test_a_text_hashes_like_what_the_entry_makes_of_it(connection, data_type, texts, values):
    arrow = FORMS[data_type][1]
    assert ours(data_type, arrow, values) == servers(connection, "text", data_type, texts)


def test_what_the_entry_refuses_has_no_hash_and_stops_nothing(connection):
    texts = ["1990-02-30", "x", "", "99999999999999999999", "1e999", "infinity", None]
    for data_type in FORMS:
        if data_type is not DataType.TEXT:
            assert len(servers(connection, "text", data_type, texts)) == len(texts)
    assert servers(connection, "date", DataType.DATE, ["infinity", None]) == [0, 0]


def test_an_instant_hashes_as_the_clock_in_shanghai(connection):
    moments = [datetime(2026, 1, 1, tzinfo=UTC), datetime(1988, 7, 1, tzinfo=UTC)]
    walls = [datetime(2026, 1, 1, 8), datetime(1988, 7, 1, 9)]  # summer time, 1986 to 1991
    assert ours(DataType.TIMESTAMP, pa.timestamp("us"), walls) == servers(
        connection, "timestamptz", DataType.TIMESTAMP, moments
    )


def test_long_texts_that_repeat_hash_as_they_do_alone():
    texts = [*(f"{'文三路' * 5}{number}号" for number in range(50)), None, ""]
    column = pa.array([texts[n % len(texts)] for n in range(6000)], pa.string())
    alone = [_hashed(column.slice(n, 1), DataType.TEXT, 4)[0] for n in range(len(texts))]
    assert _hashed(column, DataType.TEXT, 4).tolist() == [alone[n % len(texts)] for n in range(6000)]
