"""The attribute table of a Shapefile (dBASE III): fixed-width fields, their text as it was written."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jutong.dataflow.connectors.file_errors import ShapefileDamaged

_HEADER: Final = struct.Struct("<4xIHH17xB2x")
_FIELD: Final = struct.Struct("<11sc4xBB14x")
_END: Final = 0x0D
_DELETED: Final = 0x2A
# The byte that says which code page a table is in; only those that Chinese systems write.
_DRIVERS: Final = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


@dataclass(frozen=True, slots=True)
class DbfField:
    """A column: its name's bytes, its letter (`C`, `N`, `F`, `D`, `L`), its width in bytes."""

    name: bytes
    letter: str
    width: int


@dataclass(frozen=True, slots=True)
class DbfTable:
    """A table as its header describes it."""

    path: Path
    rows: int
    first: int
    row_bytes: int
    fields: tuple[DbfField, ...]
    driver: str
    """The encoding that the header names; empty where it names none."""

    @classmethod
    def open(cls, path: Path) -> "DbfTable":
        """Raises `ShapefileDamaged`: the header is none, or the file is shorter than it says."""
        try:
            with path.open("rb") as file:
                rows, first, row_bytes, driver = _HEADER.unpack(file.read(32))
                fields = []
                while (raw := file.read(32)) and raw[0] != _END:
                    name, letter, width, _decimals = _FIELD.unpack(raw)
                    fields.append(DbfField(name.split(b"\0")[0].strip(), letter.decode("ascii"), width))
        except (struct.error, UnicodeDecodeError) as error:
            raise ShapefileDamaged(name=path.name) from error
        whole = row_bytes == 1 + sum(field.width for field in fields)
        if not fields or not whole or path.stat().st_size < first + rows * row_bytes:
            raise ShapefileDamaged(name=path.name)
        return cls(path, rows, first, row_bytes, tuple(fields), _DRIVERS.get(driver, ""))

    def records(self) -> Iterator[tuple[bytes, ...] | None]:
        """The fields of each row without their padding; None for a row marked as deleted."""
        with self.path.open("rb") as file:
            file.seek(self.first)
            for _ in range(self.rows):
                raw = file.read(self.row_bytes)
                if raw[0] == _DELETED:
                    yield None
                    continue
                values, at = [], 1
                for field in self.fields:
                    values.append(raw[at : at + field.width].strip(b" \0"))
                    at += field.width
                yield tuple(values)
