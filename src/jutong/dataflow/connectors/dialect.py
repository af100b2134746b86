"""How a text table separates its cells: the delimiter and quoting under which its rows have one width."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_DELIMITERS: Final = (",", "\t", ";", "|", "\x01", "^")
_RECORDS: Final = 400
_UNCLEAN: Final = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Delimiter, quote (empty: none) and escape (empty: a quote is doubled) of a text table."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterator[str], *, strict: bool) -> Any:
        """A `csv.reader` over `lines` in this dialect; a `strict` one raises where quotes are odd."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            doublequote=not self.escape,
            strict=strict,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the sample: its cells, its first line (from 1) and where it ends (in characters)."""

    cells: list[str]
    line: int
    end: int


def sample_records(text: str, dialect: Dialect, *, cut: bool) -> list[Record]:
    """The first records of `text`, blank ones included; where the text is `cut` its last record is left out."""
    return _records(text, dialect, cut=cut)[0]


def _records(text: str, dialect: Dialect, *, cut: bool) -> tuple[list[Record], bool]:
    """The records, and whether a strict reader has nothing against the quotes."""
    lines = list(io.StringIO(text, newline=""))
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line))
    for strict in (True, False):
        reader = dialect.reader(iter(lines), strict=strict)
        records: list[Record] = []
        first = 1
        try:
            for cells in reader:
                records.append(Record(cells, first, ends[reader.line_num]))
                first = reader.line_num + 1
                if len(records) > _RECORDS:
                    break
        except csv.Error:
            # A quote that does not close within the sample, or text after a closing quote.
            if strict and not (cut and records and reader.line_num == len(lines)):
                continue
        if cut and records and records[-1].end == len(text):
            records.pop()
        return records[:_RECORDS], strict
    return [], False


def sniff(text: str, *, cut: bool) -> Dialect:
    """The dialect under which most records of `text` have the same number of cells, above one if possible."""
    best, best_score = Dialect(), 0.0
    for delimiter in _DELIMITERS:
        if delimiter not in text:
            continue
        for quote, escape in _quotings(text, delimiter):
            dialect = Dialect(delimiter=delimiter, quote=quote, escape=escape)
            records, clean = _records(text, dialect, cut=cut)
            score = _score(records) * (1 if clean else _UNCLEAN)
            if score > best_score + 1e-9:
                best, best_score = dialect, score
    return best


def _quotings(text: str, delimiter: str) -> Iterator[tuple[str, str]]:
    yield '"', ""
    if '\\"' in text:
        yield '"', "\\"
    border = re.escape(delimiter)
    if '"' in text and not re.search(rf'(^|{border})"[^"]*"(?=\r?$|{border})', text, re.MULTILINE):
        yield "", ""  # quotes that enclose nothing are part of the text
    if f"'{delimiter}'" in text:
        yield "'", ""


def _score(records: list[Record]) -> float:
    """Between 0 and 1: the share of the commonest width, weighted by how much it separates."""
    widths = Counter(len(record.cells) for record in records if record.cells)
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return 0.0
    width, count = wide.most_common(1)[0]
    total = sum(widths.values())
    if count * 2 < total:
        return 0.0
    return count / total * (1 - 1 / (width + 1))
