"""Bad input: each fault has a code of its own and a message that says what to do; nothing is half-read."""

import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jutong.dataflow.connectors import ReadLimits, kind_of, open_connector, profile_file, read_records
from jutong.kernel.errors import JutongError, error_codes
from tests.support.files import (
    OLE_MAGIC,
    write_encrypted_workbook,
    write_json,
    write_sparse_xlsx,
    write_text,
    write_xlsx,
)

SMALL = replace(
    ReadLimits(),
    max_file_mb=1,
    max_excel_mb=1,
    max_json_mb=1,
    max_line_kb=64,
    max_expanded_mb=80,
    max_columns=50,
)
TABLE = [["编号", "名称"], ["a", "甲"]]


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: write_text(path, text, encoding)


def _bomb(path: Path) -> None:
    write_xlsx(path, TABLE, padding=70 << 20)


def _lying_zip(path: Path) -> None:
    """A part declared as ten bytes that is more: the sizes that a zip declares prove nothing."""
    write_xlsx(path, TABLE, padding=1 << 20)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    directory = data.index(b"PK\x01\x02")
    while data[directory + 46 : directory + 46 + len(part.filename)] != part.filename.encode():
        directory = data.index(b"PK\x01\x02", directory + 4)
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    path.write_bytes(data)


def _plain_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")


# name of the file, how it is made, the code
BAD_FILES = [
    ("empty.csv", _bytes(b""), "connectors.file_empty"),
    ("only-bom.csv", _bytes(b"\xef\xbb\xbf"), "connectors.file_empty"),
    ("only-lines.csv", _bytes(b"\r\n\r\n \n"), "connectors.file_empty"),
    ("empty.xlsx", _bytes(b""), "connectors.file_empty"),
    ("blank.xlsx", lambda path: write_xlsx(path, []), "connectors.file_empty"),
    ("latin.csv", _bytes("name,city\ncafé,München\n".encode("latin-1")), "connectors.encoding_unknown"),
    ("cut.csv", _bytes("编号,名称\n1,甲字".encode()[:-1]), "connectors.file_cut"),
    ("utf16-cut.csv", _bytes("a,b\n1,2\n".encode("utf-16") + b"\x00"), "connectors.encoding_unknown"),
    ("nul.csv", _bytes(b"a,b\n1,\x00\n"), "connectors.nul_bytes"),
    ("image.csv", _bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "connectors.nul_bytes"),
    ("one-line.csv", _bytes(b"a,b\n" + b"x" * 100_000), "connectors.line_too_long"),
    ("quote.csv", _text('a,b\n"x,1\n2,3\n"4",5\n'), "connectors.quote_not_closed"),
    ("large.csv", _bytes(b"a,b\n" + b"1,2\n" * 300_000), "connectors.file_too_large"),
    ("wide.csv", _text(",".join(f"c{n}" for n in range(60)) + "\n"), "connectors.too_many_columns"),
    (
        "wide.xlsx",
        lambda path: write_xlsx(path, [[f"列名{n}" for n in range(60)]]),
        "connectors.too_many_columns",
    ),
    ("bomb.xlsx", _bomb, "connectors.expands_too_far"),
    ("lying.xlsx", _lying_zip, "connectors.excel_damaged"),
    ("sparse.xlsx", write_sparse_xlsx, "connectors.sheet_too_large"),
    ("password.xlsx", write_encrypted_workbook, "connectors.excel_encrypted"),
    ("password.xls", write_encrypted_workbook, "connectors.excel_encrypted"),
    ("zip.xlsx", _plain_zip, "connectors.excel_damaged"),
    ("cut.xlsx", _bytes(b"PK\x03\x04 and then nothing"), "connectors.excel_damaged"),
    ("cut.xls", _bytes(OLE_MAGIC + bytes(600)), "connectors.excel_damaged"),
    ("page.xls", _text("<html><table><tr><td>1</td></tr></table></html>"), "connectors.excel_damaged"),
    (
        "no-header.xlsx",
        lambda path: write_xlsx(path, [["甲", 1, "2020-01-01"], ["乙", 2, "2020-01-02"]]),
        "connectors.header_missing",
    ),
    ("broken.json", _text('{"a": [1, 2'), "connectors.json_invalid"),
    ("deep.json", _text("[" * 60_000 + "]" * 60_000), "connectors.json_invalid"),
    ("nothing.json", lambda path: write_json(path, []), "connectors.records_missing"),
    ("large.json", _text('[{"a": "' + "x" * (1 << 20) + '"}]'), "connectors.file_too_large"),
    ("map.geojson", lambda path: write_json(path, {"type": "Topology"}), "connectors.geojson_invalid"),
    ("map2.geojson", lambda path: write_json(path, [1]), "connectors.geojson_invalid"),
    ("broken.sqlite", _bytes(b"SQLite format 3\x00" + b"\xff" * 2_000), "connectors.database_damaged"),
    ("text.sqlite", _text("no database"), "connectors.database_damaged"),
    ("film.mp4", _text("no table"), "connectors.kind_unknown"),
]


@pytest.mark.parametrize(("name", "make", "code"), BAD_FILES, ids=[row[0] for row in BAD_FILES])
def test_a_bad_file_has_its_own_code(name, make, code, tmp_path):
    path = tmp_path / name
    make(path)
    with pytest.raises(JutongError) as raised:
        list(read_records(path, limits=SMALL))
    assert raised.value.code == code
    with pytest.raises(JutongError) as raised:
        profile_file(path, limits=SMALL)
    assert raised.value.code == code
    for language in ("zh", "en"):
        message = raised.value.message(language)
        assert "<" not in message.replace("<html", ""), "a blank of the message was not filled"
        assert str(tmp_path) not in message


def test_a_wrong_encoding_is_told_with_the_byte(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 500_000 + b"\xff\xff,2\n")
    with pytest.raises(JutongError) as raised:
        list(read_records(path))
    assert raised.value.detail["offset"] == 4 + 4 * 500_000


def test_a_nul_byte_is_told_with_its_place(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 500_000 + b"\x00")
    with pytest.raises(JutongError) as raised:
        list(read_records(path))
    assert raised.value.detail["offset"] == 4 + 4 * 500_000


def test_a_line_of_two_gigabytes_is_refused_without_reading_it_all(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"id,name\n" + b"x" * (9 << 20))
        # The rest is a hole in the file: it would be NUL bytes if anybody read that far.
        file.truncate(2 << 30)
    with pytest.raises(JutongError) as raised:
        list(read_records(path))
    assert (raised.value.code, raised.value.detail["line"]) == ("connectors.line_too_long", 2)


def test_a_quote_that_swallows_megabytes_is_found(tmp_path):
    path = write_text(tmp_path / "a.csv", 'a,b\n"1",2\n"x,1\n' + "2,3\n" * 3_000_000)
    with pytest.raises(JutongError) as raised:
        list(read_records(path))
    assert (raised.value.code, raised.value.detail["line"]) == ("connectors.quote_not_closed", 3)


@pytest.fixture
def drop_folder(tmp_path):
    """A drop folder with one file, and another file beside it that nobody may read through it."""
    root = tmp_path / "sources"
    (root / "sub").mkdir(parents=True)
    write_text(root / "a.csv", "a,b\n1,2\n")
    write_text(tmp_path / "secret.csv", "a,b\n1,2\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "folder-link").symlink_to(tmp_path)
    (root / "inside.csv").symlink_to(root / "a.csv")
    (root / "loop.csv").symlink_to(root / "loop.csv")
    write_text(root / "sub" / "b.csv", "a,b\n1,2\n")
    (root / "other").mkdir()
    write_text(root / "other" / "c.csv", "a,b\n1,2\n")
    (root / "sub" / "theirs.csv").symlink_to(root / "other" / "c.csv")
    (root / "sub" / "folder").symlink_to(root / "other")
    os.mkfifo(root / "pipe.csv")
    return root


OUTSIDE = "connectors.path_outside"


@pytest.mark.parametrize("kind", ["csv", "excel", "json", "geojson", "sqlite"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../secret.csv", OUTSIDE),
        ("sub/../../secret.csv", OUTSIDE),
        ("/etc/passwd", OUTSIDE),
        ("link.csv", OUTSIDE),
        ("folder-link/secret.csv", OUTSIDE),
        # The first folder is a department's: what lies in another one's is another one's.
        ("sub/../other/c.csv", OUTSIDE),
        ("sub/../a.csv", OUTSIDE),
        ("sub/theirs.csv", OUTSIDE),
        ("sub/folder/c.csv", OUTSIDE),
        ("no-such.csv", "connectors.file_missing"),
        ("a.csv/x.csv", "connectors.file_missing"),
        ("sub", "connectors.not_a_file"),
        ("pipe.csv", "connectors.not_a_file"),
        ("", "connectors.option_invalid"),
        ("a\0.csv", "connectors.option_invalid"),
        (None, "connectors.option_invalid"),
        (7, "connectors.option_invalid"),
    ],
)
def test_only_files_of_the_drop_folder_are_read(kind, path, code, drop_folder):
    with pytest.raises(JutongError) as raised:
        open_connector(kind, {"path": path}, root=drop_folder)
    assert raised.value.code == code


def test_a_loop_of_links_is_no_file(drop_folder):
    with pytest.raises(JutongError) as raised:
        open_connector("csv", {"path": "loop.csv"}, root=drop_folder)
    assert raised.value.code in {OUTSIDE, "connectors.file_missing", "connectors.file_unreadable"}


@pytest.mark.parametrize("path", ["a.csv", "sub/b.csv", "sub/../sub/b.csv", "inside.csv"])
def test_paths_that_stay_inside_are_fine(path, drop_folder):
    assert open_connector("csv", {"path": path}, root=drop_folder).columns() == ("a", "b")


def test_an_unknown_kind_of_source_is_named(tmp_path):
    with pytest.raises(JutongError) as raised:
        open_connector("fax", {}, root=tmp_path)
    assert raised.value.code == "connectors.kind_unknown"
    with pytest.raises(JutongError):
        kind_of(write_text(tmp_path / "a.bin", "text"))


def test_every_error_says_what_to_do_in_both_languages():
    ours = {code: error for code, error in error_codes().items() if code.startswith("connectors.")}
    assert len(ours) >= 25
    for code, error in ours.items():
        assert "请" in error.zh, code
        assert error.en.endswith((".", "?")), code
    retryable = {code for code, error in ours.items() if error.retryable}
    assert retryable == {
        "connectors.file_changing",
        "connectors.file_unreadable",
        "connectors.host_unknown",
        "connectors.place_unreachable",
        "connectors.http_busy",
        "connectors.http_changed_while_reading",
        "connectors.http_cut_off",
        "connectors.http_failing",
        "connectors.http_unreachable",
        "connectors.port_closed",
        "connectors.port_silent",
        "connectors.slot_busy",
        "connectors.source_changed",
        "connectors.source_unreachable",
    }
