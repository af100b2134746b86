"""JSON and GeoJSON: where the records are, how nested values flatten, numbers as they were written."""

import json

import pytest

from jutong.dataflow.connectors.errors import JsonInvalid, OptionInvalid, RecordsMissing
from tests.support.files import collection, feature, opened, rows_of, write_json, write_text

A, B = {"id": "1", "name": "甲"}, {"id": "2", "name": "乙"}


@pytest.mark.parametrize(
    ("document", "path", "form", "rows"),
    [
        ([A, B], "", "objects", [("1", "甲"), ("2", "乙")]),
        ({"code": 0, "result": {"appList": [A, B], "other": None}}, "result.appList", "objects", None),
        ({"data": {"few": [A], "many": [A, B]}}, "data.many", "objects", None),
        ({"甲小区": {"lng": 1, "lat": 2}, "乙小区": {"lng": 3, "lat": 4}}, "", "keyed_objects", None),
        ({"s1": [{"name": "a"}, {"name": "b"}], "s2": [{"name": "c"}]}, "", "keyed_lists", None),
        ({f"小区{n}": n for n in range(10)}, "", "pairs", None),
        (
            {"date": "d", "rows": [["甲", "1套"], ["乙", "2套"]]},
            "rows",
            "arrays",
            [("甲", "1套"), ("乙", "2套")],
        ),
        ({"id": 1, "name": "甲", "at": {"x": 1}}, "", "single", [("1", "甲", "1")]),
        (["a", "b"], "", "arrays", [("a",), ("b",)]),
    ],
)
def test_records_are_found(document, path, form, rows, tmp_path):
    connector = opened(write_json(tmp_path / "a.json", document))
    assert (connector.describe()["records"], connector.describe()["form"]) == (path, form)
    if rows:
        assert rows_of(connector) == rows


def test_keys_become_a_column(tmp_path):
    path = write_json(
        tmp_path / "a.json", {"s1": [{"name": "a"}, {"name": "b"}], "s2": [{"name": "c"}], "s3": []}
    )
    assert rows_of(path) == [("s1", "a"), ("s1", "b"), ("s2", "c")]
    pairs = write_json(tmp_path / "b.json", {f"小区{n}": n or None for n in range(10)})
    assert opened(pairs).columns() == ("键", "值")
    assert rows_of(pairs)[:2] == [("小区0", None), ("小区1", "1")]


def test_a_path_can_be_given_and_values_beside_the_records_carried_along(tmp_path):
    path = write_json(tmp_path / "a.json", {"date": "2022-06-18", "a": {"x": [A]}, "b": [B, B]})
    connector = opened(path, records="a.x", context=["date"])
    assert connector.columns() == ("date", "id", "name")
    assert rows_of(connector) == [("2022-06-18", "1", "甲")]
    with pytest.raises(RecordsMissing):
        opened(path, records="a.y")
    with pytest.raises(OptionInvalid):
        opened(path, context=["day"])


def test_nested_values_flatten_and_lists_stay_json(tmp_path):
    record = {"a": {"b": {"c": "x"}}, "l": [1, "二"], "o": {}, "n": None, "t": True, "e": ""}
    connector = opened(write_json(tmp_path / "a.json", [record]))
    assert connector.columns() == ("a.b.c", "l", "o", "n", "t", "e")
    assert rows_of(connector) == [("x", '[1,"二"]', "{}", None, "true", None)]


@pytest.mark.parametrize(
    "written", ["1.10", "330102199001011234567890", "1E400", "0", "-0.50", "1e5", "9" * 500]
)
def test_numbers_keep_the_digits_they_were_written_with(written, tmp_path):
    assert rows_of(write_text(tmp_path / "a.json", f'[{{"n": {written}}}]')) == [(written,)]


def test_records_may_differ_in_their_fields(tmp_path):
    connector = opened(write_json(tmp_path / "a.json", [{"a": "1"}, {"b": "2", "a": "3"}, {"c": "4"}]))
    assert connector.columns() == ("a", "b", "c")
    assert rows_of(connector) == [("1", None, None), ("3", "2", None), (None, None, "4")]


def test_lines_of_json_that_are_none_are_set_aside(tmp_path):
    text = '{"a": 1}\n{"a": 2\n\n[1]\n{"a": 3}\n'
    connector = opened(write_text(tmp_path / "a.jsonl", text))
    assert rows_of(connector) == [("1",), ("3",)]
    assert [(line.line, line.reason) for line in connector.rejected()] == [
        (2, "json_invalid"),
        (4, "not_a_record"),
    ]


def test_json_lines_are_known_without_their_name_and_in_gb18030(tmp_path):
    lines = '{"名称": "甲"}\n{"名称": "乙"}\n'
    assert rows_of(write_text(tmp_path / "a.json", lines, "gb18030")) == [("甲",), ("乙",)]


@pytest.mark.parametrize(
    ("text", "line"),
    [('[{"a": 1},\n {"a": }]', 2), ("{", 1), ("[" * 100_000, 1), ('{"a": "\n"}', 1)],
)
def test_a_broken_document_says_where(text, line, tmp_path):
    with pytest.raises(JsonInvalid) as raised:
        opened(write_text(tmp_path / "a.json", text))
    assert raised.value.detail["line"] == line


def test_features_become_rows_with_geometry_and_coordinates(tmp_path):
    point = {"type": "Point", "coordinates": [120.158453, 30.322633]}
    area = {"type": "Polygon", "coordinates": [[[120, 30], [121, 30], [121, 31], [120, 30]]]}
    document = collection(
        feature({"name": "甲校", "at": {"year": 2022}}, point), feature({"name": "乙区"}, area)
    )
    connector = opened(write_json(tmp_path / "a.json", document))
    assert connector.kind == "geojson"
    assert connector.columns() == ("name", "at.year", "geometry", "lon", "lat")
    first, second = rows_of(connector)
    assert (first[0], first[1], *first[3:]) == ("甲校", "2022", "120.158453", "30.322633")
    assert json.loads(first[2]) == point
    assert second[3:] == (None, None)
    assert json.loads(second[2]) == area


def test_a_property_that_has_the_name_of_a_column_of_ours_keeps_it(tmp_path):
    point = {"type": "Point", "coordinates": [1, 2]}
    document = collection(feature({"lon": "自有", "geometry": "文字"}, point))
    connector = opened(write_json(tmp_path / "a.geojson", document))
    assert connector.columns() == ("lon", "geometry", "geometry_2", "lon_2", "lat")


def test_what_is_no_feature_is_set_aside(tmp_path):
    document = collection(feature({"a": "1"}, None), {"type": "Nonsense"}, None)
    connector = opened(write_json(tmp_path / "a.geojson", document))
    assert rows_of(connector) == [("1", None)]
    assert [line.line for line in connector.rejected()] == [2, 3]
