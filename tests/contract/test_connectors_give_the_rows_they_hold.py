"""What every kind of source promises: the same rows in give the same rows out, whatever holds them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from jutong.dataflow.connectors import Capability, Connector, ReadLimits, kinds, open_connector
from tests.support.files import (
    collection,
    csv_text,
    feature,
    rows_of,
    write_json,
    write_sqlite,
    write_text,
    write_xlsx,
)
from tests.support.postgresql import options, server, table_with

HEADER = ("编号", "姓名", "区划编码", "备注")
# A leading zero, a quote, a line end, a comma, a gap, a number with 18 digits, blanks that belong to the value.
ROWS = [
    ("001", "合成甲", "330102", '他说"好"'),
    ("002", "合成乙", None, "两行\n文字"),
    ("003", None, "330106", "a,b;c\td"),
    ("123456789012345678", "欧阳合成", "330102", " 前后 "),
    ("NA", "null", "0", "\\N"),
]
MANY = [(f"{number:05}", f"合成{number}", "330102", None) for number in range(1_000)]

Maker = Callable[[Path, list[tuple[str | None, ...]], ExitStack], tuple[str, dict[str, object]]]


def _csv(folder, rows, _):
    write_text(folder / "s.csv", csv_text(HEADER, rows))
    return "csv", {"path": "s.csv"}


def _csv_gb18030(folder, rows, _):
    write_text(folder / "g.csv", csv_text(HEADER, rows), "gb18030")
    return "csv", {"path": "g.csv"}


def _excel(folder, rows, _):
    write_xlsx(folder / "s.xlsx", [HEADER, *rows])
    return "excel", {"path": "s.xlsx"}


def _records(rows):
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def _json(folder, rows, _):
    write_json(folder / "s.json", {"code": 0, "result": {"list": _records(rows)}})
    return "json", {"path": "s.json"}


def _geojson(folder, rows, _):
    write_json(folder / "s.geojson", collection(*(feature(record, None) for record in _records(rows))))
    return "geojson", {"path": "s.geojson"}


def _sqlite(folder, rows, _):
    write_sqlite(folder / "s.sqlite", dict.fromkeys(HEADER, "TEXT"), rows)
    return "sqlite", {"path": "s.sqlite"}


def _postgresql(_folder, rows, stack):
    address = server()
    table = stack.enter_context(table_with(address, dict.fromkeys(HEADER, "text"), rows))
    return "postgresql", options(address, table)


@pytest.fixture(
    params=[
        pytest.param(_csv, id="csv"),
        pytest.param(_csv_gb18030, id="csv-gb18030"),
        pytest.param(_excel, id="excel"),
        pytest.param(_json, id="json"),
        pytest.param(_geojson, id="geojson"),
        pytest.param(_sqlite, id="sqlite"),
        pytest.param(_postgresql, id="postgresql", marks=pytest.mark.postgresql),
    ]
)
def source(request, tmp_path) -> Iterator[Callable[..., Connector]]:
    with ExitStack() as stack:

        def open_with(rows, **limits: int) -> Connector:
            kind, given = request.param(tmp_path, rows, stack)
            return open_connector(kind, given, root=tmp_path, limits=replace(ReadLimits(), **limits))

        yield open_with


def _cut(rows):
    return [row[: len(HEADER)] for row in rows]


def test_rows_come_out_as_they_went_in(source):
    assert _cut(rows_of(source(ROWS))) == ROWS


def test_columns_keep_the_names_and_order_of_the_source(source):
    connector = source(ROWS)
    assert connector.columns()[: len(HEADER)] == HEADER
    assert all(tuple(batch.schema.names) == connector.columns() for batch in connector.read())


def test_batches_are_bounded_and_hold_every_row_once(source):
    sizes = [batch.num_rows for batch in source(MANY, batch_rows=100).read()]
    assert max(sizes) <= 100
    assert sum(sizes) == len(MANY)


def test_a_source_can_be_read_again(source):
    connector = source(ROWS)
    assert rows_of(connector) == rows_of(connector)


def test_reading_may_stop_early(source):
    connector = source(MANY, batch_rows=100)
    batches = connector.read()
    next(batches)
    batches.close()
    assert len(rows_of(connector)) == len(MANY)


def test_nothing_is_set_aside_of_a_clean_source(source):
    connector = source(ROWS)
    rows_of(connector)
    assert list(connector.rejected()) == []


def test_a_source_says_how_it_is_read_and_what_it_can_do(source):
    connector = source(ROWS)
    assert connector.kind in kinds()
    assert Capability.SNAPSHOT in connector.capabilities
    assert isinstance(connector, Connector)
    assert connector.describe()


def test_every_column_of_a_file_is_text(source):
    connector = source(ROWS)
    if Capability.TYPED not in connector.capabilities:
        assert all(set(batch.schema.types) == {pa.string()} for batch in connector.read())
