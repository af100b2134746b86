"""Bad XML, Parquet, Shapefiles, packed files and odd encodings: each its own code, each told before any row is given."""

import gzip
import zipfile
from dataclasses import replace

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapefile

from jutong.dataflow.connectors import ReadLimits, kind_of, open_connector, profile_file, read_records
from jutong.kernel.errors import JutongError
from tests.support.files import opened, rows_of, write_text

BIG5 = "編號,名稱,備註\n1,臺灣省臺北市政府資訊局測試資料,這是繁體\n"
LIMITS = replace(ReadLimits(), max_file_mb=80, max_line_kb=64, max_columns=50)


def write_layer(folder, encoding="utf-8", without=()):
    with shapefile.Writer(str(folder / "layer"), encoding=encoding) as writer:
        writer.field("名称", "C", 20)
        writer.field("编号", "N", 18, 0)
        writer.field("日期", "D")
        writer.point(118.35, 35.05)
        writer.record("临沂", 371300000000000001, "20240102")
        writer.null()
        writer.record("杭州", 2, None)
    for suffix in without:
        (folder / f"layer{suffix}").unlink()
    return folder / "layer.shp"


def _parquet(path, cut=0):
    pq.write_table(pa.table({"a": [1, 2], "s": ["", "x"], "l": [[1], None]}), path)
    path.write_bytes(path.read_bytes()[: -cut or None])


def _formula(path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "值"])
    book.active.append(["a", "=1+1"])
    book.save(path)


def _zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a><b>&y;</b></a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><b>&x;</b></a>'
BAD = [
    ("cut.xml", lambda p: write_text(p, "<a><b><c>1</c></b>"), "xml_invalid"),
    ("bomb.xml", lambda p: write_text(p, BOMB), "xml_refused"),
    ("outside.xml", lambda p: write_text(p, OUTSIDE), "xml_refused"),
    ("deep.xml", lambda p: write_text(p, "<a>" * 500 + "</a>" * 500), "xml_record_too_large"),
    ("large.xml", lambda p: write_text(p, f"<r><a><b>{'x' * 70_000}</b></a></r>"), "xml_record_too_large"),
    ("nothing.xml", lambda p: write_text(p, "<a/>"), "records_missing"),
    ("cut.parquet", lambda p: _parquet(p, cut=20), "parquet_damaged"),
    ("text.parquet", lambda p: write_text(p, "no parquet"), "parquet_damaged"),
    ("cut.csv.gz", lambda p: p.write_bytes(gzip.compress(b"a,b\n1,2\n" * 99)[:-4]), "pack_damaged"),
    ("bomb.csv.gz", lambda p: p.write_bytes(gzip.compress(bytes(70 << 20), 1)), "expands_too_far"),
    ("text.csv.gz", lambda p: write_text(p, "a,b\n1,2\n"), "pack_damaged"),
    ("cut.zip", lambda p: p.write_bytes(b"PK\x03\x04 and then nothing"), "pack_damaged"),
    ("two.zip", lambda p: _zip(p, {"a.csv": "a\n1\n", "b.csv": "a\n1\n"}), "pack_member_unclear"),
    ("part.zip", lambda p: _zip(p, {"a.shp": "x"}), "shapefile_part_missing"),
    ("big5.csv", lambda p: p.write_bytes(BIG5.encode("big5")), "encoding_doubtful"),
    ("joined.csv", lambda p: p.write_bytes(b"a,b\n1,2\n\xef\xbb\xbfa,b\n3,4\n"), "files_joined"),
    ("million.csv", lambda p: write_text(p, ",".join(map(str, range(1_000_000)))), "line_too_long"),
    ("formula.xlsx", _formula, "formula_not_computed"),
]


@pytest.mark.parametrize(("name", "make", "code"), BAD, ids=[row[0] for row in BAD])
def test_each_fault_has_its_own_code(name, make, code, tmp_path):
    path = tmp_path / name
    make(path)
    for look in (lambda: list(read_records(path, limits=LIMITS)), lambda: profile_file(path, limits=LIMITS)):
        with pytest.raises(JutongError) as raised:
            look()
        assert raised.value.code == f"connectors.{code}"
        assert "<" not in raised.value.message("zh") + raised.value.message("en")


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_a_shapefile_without_a_part_says_which(missing, tmp_path):
    path = write_layer(tmp_path, without=[missing])
    with pytest.raises(JutongError) as raised:
        rows_of(path)
    assert raised.value.code == "connectors.shapefile_part_missing"
    assert raised.value.detail["missing"] == missing


def test_a_formula_is_told_with_its_cell(tmp_path):
    _formula(tmp_path / "f.xlsx")
    with pytest.raises(JutongError) as raised:
        rows_of(tmp_path / "f.xlsx")
    assert raised.value.detail["place"] == "B2"


def test_big5_is_read_where_a_person_says_so(tmp_path):
    (tmp_path / "a.csv").write_bytes(BIG5.encode("big5"))
    assert rows_of(tmp_path / "a.csv", encoding="big5") == [
        ("1", "臺灣省臺北市政府資訊局測試資料", "這是繁體")
    ]


def test_xml_of_a_chinese_system_is_read_with_its_names_spaces_and_lists(tmp_path):
    text = (
        '<?xml version="1.0" encoding="GB2312"?>\n<r xmlns:x="u"><total>2</total><rows>'
        '<x:row id="1"><name>张㐀镕</name><addr><街道>甲</街道></addr><t>1</t><t>2</t></x:row>'
        '<x:row id="2"><name> 乙 </name></x:row></rows></r>'
    )
    path = write_text(tmp_path / "a.xml", text, "gb18030")
    source = opened(path)
    assert source.columns() == ("@id", "name", "addr.街道", "t")
    assert rows_of(source) == [("1", "张㐀镕", "甲", '["1","2"]'), ("2", " 乙 ", None, None)]
    assert rows_of(path, record="r/rows/row") == rows_of(source) == rows_of(path, record="row")


def test_parquet_keeps_types_and_nested_values(tmp_path):
    _parquet(tmp_path / "a.parquet")
    source = opened(tmp_path / "a.parquet")
    assert [str(kind) for kind in next(source.read()).schema.types] == ["int64", "string", "string"]
    assert rows_of(source) == [("1", None, "[1]"), ("2", "x", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_layer_gives_attributes_and_shapes_from_parts_and_from_a_zip(encoding, tmp_path):
    path = write_layer(tmp_path, encoding)
    point = '{"type":"Point","coordinates":[118.35,35.05]}'
    rows = [
        ("临沂", "371300000000000001", "2024-01-02", point, "118.35", "35.05"),
        ("杭州", "2", None, None, None, None),
    ]
    assert rows_of(path) == rows
    _zip(tmp_path / "l.zip", {f"map/{one.name}": one.read_bytes() for one in tmp_path.glob("layer.*")})
    assert kind_of(tmp_path / "l.zip") == "shapefile"
    assert rows_of(tmp_path / "l.zip") == rows


def test_packed_tables_are_read_like_what_is_in_them(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress("a,b\n1,甲\n".encode("gb18030")))
    assert rows_of(tmp_path / "a.csv.gz") == [("1", "甲")]
    _zip(tmp_path / "two.zip", {"x/a.csv": "a\n1\n", "b.json": '[{"a": 2}]'})
    assert rows_of(tmp_path / "two.zip", member="b.json") == [("2",)]


@pytest.mark.parametrize("kind", ["xml", "parquet", "shapefile", "packed"])
@pytest.mark.parametrize("path", ["../secret.csv", "link.csv", "/etc/passwd"])
def test_new_kinds_stay_below_the_sources_folder(kind, path, tmp_path):
    root = tmp_path / "sources"
    root.mkdir()
    write_text(tmp_path / "secret.csv", "a\n1\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(JutongError) as raised:
        open_connector(kind, {"path": path}, root=root)
    assert raised.value.code == "connectors.path_outside"
