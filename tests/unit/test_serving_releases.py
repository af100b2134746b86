"""The files of a release are whole, open in the usual tools, and add up."""

import csv
import hashlib
import json

import pytest
from python_calamine import CalamineWorkbook

from jutong.dataflow.serving import (
    ItemUnknown,
    current_release,
    release_file_path,
    write_release,
)
from jutong.dataflow.serving import files as files_module
from jutong.kernel.crypto import provider
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.contracts import InformationItem
from tests.support.contracts import a_contract, batches_of, person_rows

FIELDS = ("id_no", "name", "birth", "region", "household")


@pytest.fixture
def release(tmp_path):
    info = write_release(tmp_path, a_contract(), FIELDS, batches_of(person_rows(200), size=64), 1)
    return tmp_path / info.folder, info


def test_every_file_has_every_row(release):
    folder, info = release
    with (folder / "population.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == ["公民身份号码", "姓名", "出生日期", "行政区划代码", "人数"]
    assert len(table) == 201
    assert (folder / "population.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    records = json.loads((folder / "population.json").read_text())
    assert len(records) == 200
    assert records[3]["household"] == 3
    sheet = CalamineWorkbook.from_path(str(folder / "population.xlsx")).get_sheet_by_name("数据").to_python()
    assert len(sheet) == 201
    assert sheet[1][0] == "33010019900101000X"
    assert info.rows == 200


def test_an_18_digit_number_stays_a_text_in_excel(tmp_path):
    rows = [{**person_rows(1)[0], "id_no": "330100199001010012"}]
    info = write_release(tmp_path, a_contract(), ("id_no",), batches_of(rows), 1)
    workbook = CalamineWorkbook.from_path(str(tmp_path / info.folder / "population.xlsx"))
    assert workbook.get_sheet_by_index(0).to_python()[1] == ["330100199001010012"]


def test_sizes_and_digests_are_those_of_the_files(release):
    folder, info = release
    for file in info.files:
        content = (folder / file.name).read_bytes()
        assert file.size_bytes == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert file.sm3 == provider("gm").digest(content).hex()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 571", "'+86 571"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("正常", "正常"),
        ("", ""),
        (None, None),
        (7, 7),
        (True, "true"),
    ],
)
def test_formulas_are_guarded_and_numbers_left_alone(value, written):
    assert files_module.guard(value) == written


def test_preview_has_thirty_rows_and_summary_a_chart(release):
    folder, info = release
    preview = json.loads((folder / "preview.json").read_text())
    assert len(preview["rows"]) == 30
    assert [column["field"] for column in preview["columns"]] == list(FIELDS)
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["rows"] == 200
    by_field = {chart["field"]: chart for chart in summary["charts"]}
    assert sum(by_field["region"]["values"]) == 200
    assert sorted(by_field["region"]["categories"]) == ["330100", "330101", "330102", "330103"]
    assert release_file_path(folder.parents[1], info, "preview.json") == folder / "preview.json"
    assert release_file_path(folder.parents[1], info, "../../secrets/x") is None


def test_numbers_give_a_histogram_and_dates_a_line(tmp_path):
    items = (
        InformationItem(name="面积", field="area", data_type=DataType.NUMBER),
        InformationItem(name="签约日期", field="signed", data_type=DataType.DATE),
    )
    rows = [{"area": f"{n}.5", "signed": f"2025-{n % 12 + 1:02d}-01"} for n in range(100)]
    info = write_release(
        tmp_path, a_contract(items=items, query_keys=()), ("area", "signed"), batches_of(rows), 1
    )
    charts = json.loads((tmp_path / info.folder / "summary.json").read_text())["charts"]
    assert {chart["kind"]: sum(chart["values"]) for chart in charts} == {"histogram": 100, "line": 100}


def test_places_give_a_geojson(tmp_path):
    items = (
        InformationItem(name="学校", field="school"),
        InformationItem(name="经度", field="lon", meaning=Meaning.LONGITUDE),
        InformationItem(name="纬度", field="lat", meaning=Meaning.LATITUDE),
    )
    rows = [
        {"school": "A", "lon": "120.1", "lat": "30.2"},
        {"school": "B", "lon": "", "lat": None},
        {"school": "C", "lon": "1201", "lat": "30"},
    ]
    contract = a_contract(items=items, query_keys=())
    info = write_release(tmp_path, contract, ("school", "lon", "lat"), batches_of(rows), 1)
    features = json.loads((tmp_path / info.folder / "population.geojson").read_text())["features"]
    assert [f["geometry"] for f in features] == [{"type": "Point", "coordinates": [120.1, 30.2]}, None, None]
    assert {file.format for file in info.files} == {"csv", "json", "xlsx", "geojson"}


def test_a_geometry_is_taken_as_it_is(tmp_path):
    items = (InformationItem(name="边界", field="shape", meaning=Meaning.GEOMETRY),)
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    rows = [{"shape": json.dumps(shape)}, {"shape": "POINT(1 2)"}]
    info = write_release(tmp_path, a_contract(items=items, query_keys=()), ("shape",), batches_of(rows), 1)
    features = json.loads((tmp_path / info.folder / "population.geojson").read_text())["features"]
    assert [feature["geometry"] for feature in features] == [shape, None]
    assert features[0]["properties"] == {}


def test_more_rows_than_a_sheet_holds_go_to_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "SHEET_ROWS", 11)
    info = write_release(tmp_path, a_contract(), ("name",), batches_of(person_rows(25)), 1)
    workbook = CalamineWorkbook.from_path(str(tmp_path / info.folder / "population.xlsx"))
    assert [len(workbook.get_sheet_by_index(n).to_python()) for n in range(3)] == [11, 11, 6]


def test_items_of_one_name_keep_columns_of_their_own(tmp_path):
    items = (InformationItem(name="电话", field="a"), InformationItem(name="电话", field="b"))
    contract = a_contract(items=items, query_keys=())
    info = write_release(tmp_path, contract, ("a", "b"), batches_of([{"a": "1", "b": "2"}]), 1)
    assert (tmp_path / info.folder / "population.csv").read_text("utf-8-sig").splitlines()[
        0
    ] == "电话（a）,电话（b）"


def test_an_empty_dataset_has_files_with_headers(tmp_path):
    info = write_release(tmp_path, a_contract(), ("name",), [], 1)
    folder = tmp_path / info.folder
    assert (folder / "population.csv").read_text("utf-8-sig").strip() == "姓名"
    assert json.loads((folder / "population.json").read_text()) == []
    assert CalamineWorkbook.from_path(str(folder / "population.xlsx")).get_sheet_by_index(0).to_python() == [
        ["姓名"]
    ]


def test_the_current_release_is_the_last_one_that_was_finished(tmp_path):
    assert current_release(tmp_path, "population") is None
    first = write_release(tmp_path, a_contract(), FIELDS, batches_of(person_rows(2)), 1)

    def failing():
        yield from batches_of(person_rows(2))
        raise OSError("source lost")

    with pytest.raises(OSError, match="source lost"):
        write_release(tmp_path, a_contract(), FIELDS, failing(), 2)
    assert current_release(tmp_path, "population") == first
    assert sorted(p.name for p in (tmp_path / "population").iterdir()) == ["current", "v1.1"]


def test_a_version_that_is_released_again_gets_a_folder_of_its_own(tmp_path):
    write_release(tmp_path, a_contract(), FIELDS, batches_of(person_rows(2)), 1)
    again = write_release(tmp_path, a_contract(), a_contract().items[:2], batches_of(person_rows(2)), 1)
    assert current_release(tmp_path, "population") == again
    assert again.folder == "population/v1.2"
    assert again.to_dict()["columns"][1]["field"] == "name"


def test_only_items_of_the_entry_go_out(tmp_path):
    with pytest.raises(ItemUnknown):
        write_release(tmp_path, a_contract(), ("password",), [], 1)
