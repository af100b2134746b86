"""Refused rows opened for those who correct them: a masked sample for the page, a workbook to take away."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.quarantine import api as quarantine
from jutong.dataflow.lake import Lake, LakeSettings
from jutong.dataflow.masking import mask
from jutong.dataflow.pipelines.correction_files import correction_workbook
from jutong.dataflow.pipelines.refused import RefusedRow, refused_rows
from jutong.dataflow.quality import rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.errors import Language
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import DEFAULT_MASKS, Level, MaskMethod
from jutong.vocabulary.collection import DriftKind
from jutong.vocabulary.contracts import EntryContract, InformationItem

SAMPLE: Final = 20
MOST_EXPORTED: Final = 100_000
"""A workbook holds a million lines, and nobody corrects more than this by hand."""

_LINES: Final[Mapping[str, tuple[str, str]]] = {
    "fewer_columns": ("这一行的列数少于表头", "the line has fewer columns than the header"),
    "more_columns": ("这一行的列数多于表头", "the line has more columns than the header"),
    "precision_lost": (
        "长数字被存成了浮点数，末几位已丢失",
        "a long number was kept as a float and lost digits",
    ),
    "json_invalid": ("这一行不是正确的 JSON", "the line is no valid JSON"),
    "not_a_record": ("这里不是一条记录", "there is no record here"),
    "type_mismatch": ("值与列的类型不符", "a value does not have its column's type"),
    DriftKind.TOTALS_ROW.value: ("这是合计行，不是一条数据", "this is a row of totals, not of data"),
    DriftKind.VALUES_CHANGED.value: (
        "含有以前没有出现过的取值",
        "it holds a value that was not there before",
    ),
}


def explained(
    contract: EntryContract, *, clock: Clock, language: Language = "zh"
) -> dict[str, tuple[tuple[str, ...], str]]:
    """Reason → the items that it concerns, and its sentence for people."""
    names = {item.field: item.name for item in contract.items}
    found: dict[str, tuple[tuple[str, ...], str]] = {
        code: ((), texts[0] if language == "zh" else texts[1]) for code, texts in _LINES.items()
    }
    for rule in rules_of(contract, business_date(clock.now())):
        text = rule.describe(language)
        for field in sorted(rule.fields, key=len, reverse=True):
            text = text.replace(field, names.get(field, field)) if language == "zh" else text
        found[rule.code] = (rule.fields, text)
    return found


@lru_cache(maxsize=1)
def _engine(folder: Path) -> Lake:
    settings = LakeSettings.read(os.environ)
    return Lake.open(folder, replace(settings, threads=1, memory="512MB"))


@contextmanager
def _lake(home: DataHome) -> Iterator[Lake]:
    with _engine(home.lake).fork() as lake:
        yield lake


def correction_file(actor: Actor, service: str, *, reason: str = "", home: DataHome, clock: Clock) -> bytes:
    """The open rows of an entry (refused for `reason`, or all) as a workbook to correct them in; audited.

    Raises:
        PermissionDenied: the actor may not correct rows of this department.
    """
    contract = catalogue.contract_of(service)
    directory.require(actor, Permission.QUARANTINE_CORRECT, contract.provider)
    rows = _opened(contract, actor, reason=reason, limit=MOST_EXPORTED, home=home, clock=clock)
    quarantine.export_rows(actor, service, rows=len(rows), reason=reason, clock=clock)
    return correction_workbook(contract, rows, explained(contract, clock=clock))


def masked_sample(
    actor: Actor, service: str, *, reason: str = "", home: DataHome, clock: Clock
) -> Sequence[RefusedRow]:
    """A few open rows with what is sensitive masked, for a page; audited. The text of a line is left out."""
    contract = catalogue.contract_of(service)
    directory.require(actor, Permission.QUARANTINE_CORRECT, contract.provider)
    rows = _opened(contract, actor, reason=reason, limit=SAMPLE, home=home, clock=clock)
    quarantine.open_rows(actor, service, rows=len(rows), reason=reason, clock=clock)
    methods = {item.field: method for item in contract.items if (method := _method(item))}
    return [
        replace(
            row,
            text="",
            values={
                name: mask(methods[name], value) if value and name in methods else value
                for name, value in row.values.items()
            },
        )
        for row in rows
    ]


def _method(item: InformationItem) -> MaskMethod | None:
    """How an item is shown on a page: by its own mask, that of its meaning, or hidden where it is sensitive."""
    known = item.mask or (DEFAULT_MASKS.get(item.meaning) if item.meaning else None)
    return known or (MaskMethod.HIDE if item.level.rank >= Level.L3.rank else None)


def _opened(
    contract: EntryContract, actor: Actor, *, reason: str, limit: int, home: DataHome, clock: Clock
) -> list[RefusedRow]:
    binding = collection.binding(actor, contract.service, clock=clock)
    mapping = binding.mapping if binding else None
    key = platform_key(home, quarantine.QUARANTINE_KEY)
    with _lake(home) as lake:
        return list(refused_rows(lake, contract, mapping, key=key, reason=reason, limit=limit))
