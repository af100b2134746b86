"""Shapefiles (.shp with .shx and .dbf, or one .zip of them): attributes as text, the geometry as GeoJSON text."""

import json
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import shapefile

from jutong.dataflow.connectors.dbf_tables import DbfField, DbfTable
from jutong.dataflow.connectors.encoding import scan_text
from jutong.dataflow.connectors.errors import EncodingUnknown, NulBytes, TooManyColumns
from jutong.dataflow.connectors.file_errors import (
    PackDamaged,
    PackEncrypted,
    PackMemberUnclear,
    ShapefileDamaged,
    ShapefilePartMissing,
)
from jutong.dataflow.connectors.headers import column_names
from jutong.dataflow.connectors.json_files import batches_of
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.packs import copy_bounded, private_folder
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import (
    RAW_TEXT_LIMIT,
    Capability,
    Finding,
    OptionSpec,
    RejectedLine,
    RejectedLines,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_NEEDED: Final = (".shx", ".dbf")
_BESIDE: Final = (".cpg", ".prj")
_DAMAGE: Final = (
    shapefile.ShapefileException,
    shapefile.error,
    OSError,
    EOFError,
    ValueError,
    IndexError,
    TypeError,
)
_PAGES: Final = {
    "936": "gb18030",
    "cp936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "65001": "utf-8",
}
_TRUE: Final = {
    "T": "true",
    "t": "true",
    "Y": "true",
    "y": "true",
    "F": "false",
    "f": "false",
    "N": "false",
    "n": "false",
}
_CRS: Final = (
    ("CGCS2000", "CGCS2000"),
    ("China_2000", "CGCS2000"),
    ("WGS_1984", "WGS 84"),
    ("Beijing_1954", "北京54"),
    ("Xian_1980", "西安80"),
)


class ShapefileConnector:
    """One layer. Attributes are text as written; coordinates stay as they are: no system is converted to another.

    Columns: the attributes, then `geometry` (GeoJSON text), and `lon`, `lat` where the layer holds points.
    The attributes' encoding is what `.cpg` says, else the table's own mark, else UTF-8 or GB18030 by looking.
    """

    kind = "shapefile"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="Shapefile（.shp 或 .zip）",
        en="Shapefile (.shp or .zip)",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="encoding",
                zh="属性编码",
                en="Encoding of the attributes",
                default="auto",
                hint_zh="自动识别；认错时填写，如 gb18030。",
                hint_en="Found by itself; give it where it is found wrong, such as gb18030.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.SELF_DESCRIBED,
        format="shp",
        tested_zh="pyshp 写出的点、线、面图层，UTF-8 和 GBK 属性，缺件和截断的文件",
        tested_en="Layers of points, lines and areas written by pyshp, in UTF-8 and GBK, with parts missing or cut.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        given = file_inside(root, options.get("path"))
        self._name = given.name
        require_size(given, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        if given.suffix.lower() == ".zip":
            root = private_folder(self)
            given = _unpacked(given, root, limits)
        self._shp = given
        self._parts = _parts(given, root)
        self._table = DbfTable.open(self._parts[".dbf"])
        self._shape_type = self._check_shapes()
        self._encoding = self._find_encoding(text_option(options, "encoding"))
        self._crs = self._find_crs()
        names, self._named = column_names([self._decoded(field.name) for field in self._table.fields])
        self._attributes = tuple(names)
        taken = set(names)
        extra = ["geometry", *(("lon", "lat") if self._shape_type.startswith("POINT") else ())]
        self._extra = tuple(_free(name, taken) for name in extra)
        self._rejected = RejectedLines(name=self._name, limit=limits.max_rejected)
        if len(self.columns()) > limits.max_columns:
            raise TooManyColumns(name=self._name, columns=len(self.columns()), limit=limits.max_columns)

    def columns(self) -> tuple[str, ...]:
        return (*self._attributes, *self._extra)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        if self._crs:
            return (
                *self._named,
                Finding(
                    code="crs_declared",
                    zh="图层声明了坐标系；平台按原坐标保存，请确认是否为 CGCS2000",
                    en="The layer declares a coordinate system; coordinates are kept as they are. Is it CGCS2000?",
                    detail={"crs": self._crs},
                ),
            )
        return (
            *self._named,
            Finding(
                code="crs_missing",
                zh="图层没有 .prj 文件，坐标系未知；请向提供部门核实",
                en="The layer has no .prj: its coordinate system is unknown. Ask the provider",
            ),
        )

    def describe(self) -> dict[str, Any]:
        return {
            "encoding": self._encoding,
            "crs": self._crs,
            "geometries": [self._shape_type],
            "rows_declared": self._table.rows,
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = RejectedLines(name=self._name, limit=self._limits.max_rejected)
        yield from batches_of(self._rows(), self.columns(), self._limits.batch_rows)

    def _rows(self) -> Iterator[dict[str, str | None]]:
        reader = self._reader()
        try:
            # The two stand side by side: a deleted row of the table has its shape still.
            for line, (values, shape) in enumerate(
                zip(self._table.records(), reader.iterShapes(), strict=True), start=1
            ):
                if values is None:
                    continue
                try:
                    row: dict[str, str | None] = {
                        name: self._text(field, value)
                        for name, field, value in zip(
                            self._attributes, self._table.fields, values, strict=True
                        )
                    }
                except UnicodeDecodeError:
                    self._rejected.add(_undecodable(line, values))
                    continue
                yield row | self._geometry(shape)
        except _DAMAGE as error:
            raise ShapefileDamaged(name=self._name) from error
        finally:
            reader.close()

    def _geometry(self, shape: Any) -> dict[str, str | None]:
        if shape is None or shape.shapeType == shapefile.NULL or not shape.points:
            return {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rings in another order than GeoJSON asks for are put right
            geometry = shape.__geo_interface__
        found: dict[str, str | None] = {self._extra[0]: json.dumps(geometry, separators=(",", ":"))}
        if len(self._extra) > 1:
            found[self._extra[1]], found[self._extra[2]] = map(str, geometry["coordinates"][:2])
        return found

    def _text(self, field: DbfField, value: bytes) -> str | None:
        text = self._decoded(value)
        if field.letter == "D" and len(text) == 8 and text.isdigit():
            return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text != "00000000" else None
        if field.letter == "L":
            return _TRUE.get(text)
        if field.letter in "NF" and set(text) <= {"*"}:
            return None  # a number that did not fit its width, or none
        return text or None

    def _decoded(self, raw: bytes) -> str:
        return raw.decode(self._encoding)

    def _check_shapes(self) -> str:
        """The type of the layer's shapes, having compared the count of both files."""
        reader = self._reader()
        try:
            shapes, name = len(reader), str(reader.shapeTypeName)
        except _DAMAGE as error:
            raise ShapefileDamaged(name=self._name) from error
        finally:
            reader.close()
        if shapes != self._table.rows:
            raise ShapefileDamaged(name=self._name)
        return name

    def _reader(self) -> shapefile.Reader:
        try:
            return shapefile.Reader(shp=self._shp.open("rb"), shx=self._parts[".shx"].open("rb"))
        except _DAMAGE as error:
            raise ShapefileDamaged(name=self._name) from error

    def _find_encoding(self, given: str) -> str:
        if given.lower() not in {"", "auto"}:
            return _known(given) or "gb18030"
        page = self._parts.get(".cpg")
        named = _known(page.read_bytes()[:40].decode("ascii", "ignore")) if page else ""
        if named or self._table.driver:
            return named or self._table.driver
        longest = max(self._limits.max_line_kb * 1024, self._table.row_bytes * (self._table.rows + 1))
        with tempfile.NamedTemporaryFile(prefix="jutong-", suffix=".txt") as texts:
            texts.write(b"-")
            for values in self._table.records():
                texts.write(b"\n".join(values or ()).replace(b"\0", b"") + b"\n")
            texts.flush()
            try:
                return scan_text(Path(texts.name), max_line_bytes=longest).encoding
            except (EncodingUnknown, NulBytes):
                return "gb18030"  # what cannot be decoded is set aside row by row

    def _find_crs(self) -> str:
        projection = self._parts.get(".prj")
        if projection is None:
            return ""
        text = projection.read_bytes()[:8_000].decode("utf-8", "replace")
        return next((name for sign, name in _CRS if sign.lower() in text.lower()), text.strip()[:120])


def _known(name: str) -> str:
    """An encoding that Python has under this name, or under what `.cpg` files call it."""
    plain = name.strip().lower().removeprefix("ansi ").replace("windows-", "cp")
    plain = _PAGES.get(plain, plain)
    try:
        b"".decode(plain or "-")
    except (LookupError, UnicodeError):
        return ""
    return plain


def _undecodable(line: int, values: tuple[bytes, ...]) -> RejectedLine:
    text = "\t".join(value.decode("gb18030", "backslashreplace") for value in values)
    return RejectedLine(line=line, reason="not_decodable", text=text[:RAW_TEXT_LIMIT])


def _parts(shp: Path, root: Path) -> dict[str, Path]:
    """The files beside `shp` by suffix; each of them must lie below `root` too.

    Raises:
        ShapefilePartMissing: one that every layer needs is not there.
    """
    beside = {path.suffix.lower(): path for path in shp.parent.iterdir() if path.stem == shp.stem}
    missing = [suffix for suffix in _NEEDED if suffix not in beside]
    if missing or shp.suffix.lower() != ".shp":
        raise ShapefilePartMissing(name=shp.name, missing="、".join(missing or [".shp"]))
    base = root.resolve()
    return {
        suffix: file_inside(base, beside[suffix].relative_to(base))
        for suffix in (*_NEEDED, *_BESIDE)
        if suffix in beside
    }


def _unpacked(pack: Path, folder: Path, limits: ReadLimits) -> Path:
    """The one layer of a .zip, unpacked into `folder` within the limits; its names there are our own."""
    try:
        with zipfile.ZipFile(pack) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            layers = [one for one in members if one.filename.lower().endswith(".shp")]
            if len(layers) != 1:
                raise PackMemberUnclear(
                    name=pack.name, members="、".join(one.filename[:60] for one in layers[:5]) or ".shp"
                )
            stem = layers[0].filename[:-4]
            left = limits.max_expanded_mb << 20
            for member in members:
                base, suffix = member.filename[:-4], member.filename[-4:].lower()
                if base != stem or suffix not in {".shp", *_NEEDED, *_BESIDE}:
                    continue
                if member.flag_bits & 1:
                    raise PackEncrypted(name=pack.name)
                with archive.open(member) as packed, (folder / f"layer{suffix}").open("wb") as file:
                    left -= copy_bounded(
                        packed,
                        file,
                        name=pack.name,
                        packed_bytes=member.compress_size,
                        most=left,
                        limits=limits,
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise PackDamaged(name=pack.name) from error
    return folder / "layer.shp"


def _free(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    taken.add(chosen)
    return chosen
