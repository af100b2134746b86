"""Data elements (数据元) that government entries have in common, and the grammar of their representation (表示格式).

Codes and limits are the platform's own starting set, drawn up after the public descriptions of the standards named with
each element; none was compared with the text of its standard, so each is shown as unconfirmed.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Self

from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.errors import RepresentationInvalid

_FORMAT: Final = re.compile(
    r"(?P<kind>an|bl|by|dt|a|n|c|d|t)(?P<low>\d{1,5})?(?P<range>\.\.(?P<high>\d{1,5}|ul))?(,(?P<scale>\d{1,2}))?"
)

TEXTS: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})
NUMBERS: Final = frozenset(
    {DataType.NUMBER, DataType.MONEY, DataType.DOUBLE, DataType.INTEGER, DataType.FLOAT}
)
_TYPES: Final[Mapping[str, frozenset[DataType]]] = MappingProxyType(
    {
        "a": TEXTS,
        "an": TEXTS,
        "c": TEXTS,
        "n": TEXTS | NUMBERS,  # a code of digits is a text
        "d": frozenset({DataType.DATE}),
        "t": frozenset({DataType.TIMESTAMP}) | TEXTS,
        "dt": frozenset({DataType.TIMESTAMP}),
        "bl": frozenset({DataType.BOOLEAN}),
        "by": frozenset({DataType.GENERAL, DataType.MEMO}),
    }
)


def family(kind: DataType) -> frozenset[DataType]:
    """The types that hold the same values in another shape: all texts, all numbers, else the type alone."""
    for group in (TEXTS, NUMBERS):
        if kind in group:
            return group
    return frozenset({kind})


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """表示格式 as GB/T 19488.1 writes it: `an18` fixed, `c..50` up to, `n..10,2` with two decimals, `d8` a date."""

    kind: str
    """a letters, n digits, an letters and digits, c any characters, d date, t time, dt both, bl boolean, by binary."""
    shortest: int | None = None
    longest: int | None = None
    """None: no limit."""
    scale: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises RepresentationInvalid when `text` is not of the grammar."""
        found = _FORMAT.fullmatch(text.strip().lower())
        if found is None:
            raise RepresentationInvalid(format=text[:40])
        kind, low, high, scale = found["kind"], found["low"], found["high"], found["scale"]
        shortest = int(low) if low else None
        longest = int(high) if high and high != "ul" else (shortest if not found["range"] else None)
        wrong_scale = scale is not None and (kind != "n" or longest is None or int(scale) > longest)
        wrong_range = shortest is not None and longest is not None and shortest > longest
        if wrong_scale or wrong_range or longest == 0 or (kind in {"bl", "by"} and longest):
            raise RepresentationInvalid(format=text[:40])
        return cls(
            kind=kind, shortest=shortest, longest=longest, scale=int(scale) if scale is not None else None
        )

    @property
    def fixed(self) -> bool:
        return self.shortest is not None and self.shortest == self.longest

    def allows(self, kind: DataType) -> bool:
        """Whether values of this type can be written so."""
        return kind in _TYPES[self.kind]

    @property
    def length(self) -> int | None:
        """The length that an item of this representation declares; None for dates and the like."""
        return self.longest if self.kind in {"a", "an", "c", "n"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementDefinition:
    """What a data element says, whoever keeps it; equal definitions are the same version."""

    code: str
    zh: str
    en: str = ""
    definition: str = ""
    data_type: DataType = DataType.TEXT
    format: str = ""
    """表示格式; empty leaves length and form open."""
    code_list: str = ""
    """值域: name of the code list."""
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    """同义名称."""
    meaning: Meaning | None = None
    identifies: bool = False
    """It says which person, organisation or thing a row is about, rather than something about it."""
    source: str = ""
    """The standard it is drawn from."""
    confirmed: bool = False
    """Whether it was compared with the text of the standard."""

    @property
    def representation(self) -> Representation | None:
        return Representation.parse(self.format) if self.format else None


@cache
def data_elements() -> Mapping[str, ElementDefinition]:
    """The starting set, by code."""
    text = (files("jutong.vocabulary") / "data/data_elements.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return MappingProxyType({row["code"]: _element(row) for row in rows})


def _element(row: Mapping[str, str]) -> ElementDefinition:
    return ElementDefinition(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        definition=row["definition"],
        data_type=DataType(row["data_type"]),
        format=row["format"],
        code_list=row["code_list"],
        unit=row["unit"],
        synonyms=tuple(row["synonyms"].split("、")) if row["synonyms"] else (),
        meaning=Meaning(row["meaning"]) if row["meaning"] else None,
        identifies=row["identifies"] == "y",
        source=row["source"],
    )
