"""Text tables (CSV, TSV …): dialect and header found by looking, rows streamed as text by Arrow."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv

from jutong.dataflow.connectors.dialect import Dialect, Record, sample_records, sniff
from jutong.dataflow.connectors.encoding import TextFacts, open_utf8, sample_text, scan_text
from jutong.dataflow.connectors.errors import (
    FileUnreadable,
    OptionInvalid,
    QuoteNotClosed,
    TooManyColumns,
    TooManyRejected,
)
from jutong.dataflow.connectors.headers import (
    column_names,
    find_header,
    no_header_finding,
    title_finding,
)
from jutong.dataflow.connectors.kinds import HEADER, PATH, KindSpec, Place
from jutong.dataflow.connectors.options import header_option, text_option
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import (
    RAW_TEXT_LIMIT,
    Capability,
    Finding,
    OptionSpec,
    RejectedLine,
    RejectedLines,
    bounded,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_SAMPLE_BYTES: Final = 256 * 1024
_BLOCK_BYTES: Final = 4 << 20
_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "big5": "big5hkscs",
}


class CsvConnector:
    """One text table. Every column is text; an empty cell is null; `NA`, spaces and zeros stay as they are.

    What is found by looking can be overruled by the options.
    """

    kind = "csv"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="CSV、TSV 等文本表格",
        en="CSV, TSV and other text tables",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="encoding",
                zh="编码",
                en="Encoding",
                default="auto",
                hint_zh="自动识别；认错时填写，如 gb18030。",
                hint_en="Found by itself; give it where it is found wrong, such as gb18030.",
            ),
            OptionSpec(
                name="delimiter",
                zh="分隔符",
                en="Delimiter",
                hint_zh="自动识别；认错时填写一个半角字符，制表符写 tab。",
                hint_en="Found by itself; otherwise one ASCII character, or tab.",
            ),
            OptionSpec(
                name="quote",
                zh="引号",
                en="Quote",
                hint_zh="自动识别；认错时填写一个半角字符。",
                hint_en="Found by itself; otherwise one ASCII character.",
            ),
            HEADER,
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="各城市开放数据的真实文件和公开的 CSV 一致性测试集",
        tested_en="Real files of cities' open data, and public conformance suites.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        self._facts = scan_text(
            self._path, max_line_bytes=limits.max_line_kb * 1024, encoding=_encoding(options)
        )
        sample, cut = sample_text(self._path, self._facts, _sample_bytes(self._facts))
        self._dialect = _dialect(options, sample, cut=cut)
        self._require_closed_quotes()
        records = sample_records(sample, self._dialect, cut=cut)
        self._layout = _Layout.of(records, header_option(options), sample)
        if len(self._layout.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._path.name, columns=len(self._layout.names), limit=limits.max_columns
            )
        self._empty = not cut and not sample[self._layout.end :].strip("\r\n")
        self._rejected = self._no_rejected()

    def columns(self) -> tuple[str, ...]:
        return self._layout.names

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        return self._layout.findings

    def describe(self) -> dict[str, Any]:
        return {
            "encoding": self._facts.encoding,
            "bom": self._facts.bom_bytes > 0,
            "dialect": {
                "delimiter": self._dialect.delimiter,
                "quote": self._dialect.quote,
                "escape": self._dialect.escape,
            },
            "title_rows": self._layout.title_rows,
            "header_rows": list(self._layout.header_lines),
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = self._no_rejected()
        if self._empty:
            return
        ragged: list[Any] = []
        try:
            with (
                open_utf8(self._path, self._facts, skip_bytes=self._layout.skip_bytes) as stream,
                self._open(stream, ragged) as reader,
            ):
                for batch in reader:
                    yield from bounded(batch, self._limits.batch_rows)
        except pa.ArrowInvalid as error:
            if len(ragged) > self._limits.max_rejected:
                raise TooManyRejected(name=self._path.name, limit=self._limits.max_rejected) from error
            # Arrow gives up where a record is larger than its blocks: a quote was opened and never closed.
            raise QuoteNotClosed(name=self._path.name, line=self._open_record_line()) from error
        except OSError as error:  # it was there when it was opened
            raise FileUnreadable(name=self._path.name, reason=type(error).__name__) from error
        self._keep(ragged)

    def _open(self, stream: pa.NativeFile, ragged: list[Any]) -> pacsv.CSVStreamingReader:
        names = list(self._layout.names)
        return pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(
                column_names=names,
                block_size=max(_BLOCK_BYTES, 2 * self._facts.longest_line_bound),
                use_threads=False,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char=self._dialect.quote or False,
                double_quote=not self._dialect.escape,
                escape_char=self._dialect.escape or False,
                newlines_in_values=bool(self._dialect.quote) and self._has_quotes,
                invalid_row_handler=partial(self._set_aside, ragged),
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )

    def _set_aside(self, ragged: list[Any], row: Any) -> str:
        # An exception would not come out of Arrow's call-back, so the limit is looked at afterwards.
        if len(ragged) <= self._limits.max_rejected:
            ragged.append((row.number, row.expected_columns, row.actual_columns, row.text[:RAW_TEXT_LIMIT]))
            return "skip"
        return "error"

    def _keep(self, ragged: list[Any]) -> None:
        lines = self._lines_of([number for number, *_ in ragged])
        for number, expected, actual, text in ragged:
            self._rejected.add(
                RejectedLine(
                    line=lines.get(number, number),
                    reason="fewer_columns" if actual < expected else "more_columns",
                    text=text,
                )
            )

    def _lines_of(self, numbers: list[int]) -> Mapping[int, int]:
        """The first line in the file of each record number (both from 1) below the header."""
        if not numbers:
            return {}
        before = self._layout.lines_before_data
        wanted, found = set(numbers), {}
        number, first = 0, before + 1
        with self._text() as text:
            reader = self._dialect.reader(text, strict=False)
            try:
                for cells in reader:
                    number += bool(cells)
                    if cells and number in wanted:
                        found[number] = first
                        if len(found) == len(wanted):
                            break
                    first = before + reader.line_num + 1
            except csv.Error:
                pass  # beyond what Python's reader takes, the record's number must do
        return found

    def _require_closed_quotes(self) -> None:
        """An odd number of quotes may mean that one swallows the rest of the file: look closely, once."""
        if self._dialect.quote == '"' and not self._dialect.escape and self._facts.quotes % 2:
            line = self._open_record_line(strict=True)
            if line:
                raise QuoteNotClosed(name=self._path.name, line=line)

    def _open_record_line(self, *, strict: bool = False) -> int:
        """The first line of the record that does not end; 0 if all end (`strict`), else a line is named."""
        first = 1
        with open_utf8(self._path, self._facts, skip_bytes=0) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            reader = csv.reader(
                text, delimiter=self._dialect.delimiter, quotechar=self._dialect.quote or None, strict=True
            )
            while True:
                try:
                    for _ in reader:
                        first = reader.line_num + 1
                except csv.Error as error:
                    if "expected after" in str(error) and reader.line_num == first:
                        first += 1
                        continue  # text after a closing quote in one line: odd, yet the record ends
                    return first
                return 0 if strict else first

    def _text(self) -> io.TextIOWrapper:
        stream = open_utf8(self._path, self._facts, skip_bytes=self._layout.skip_bytes)
        return io.TextIOWrapper(stream, encoding="utf-8", newline="")

    @property
    def _has_quotes(self) -> bool:
        return self._facts.quotes > 0 or self._dialect.quote not in {"", '"'}

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._path.name, limit=self._limits.max_rejected)


class _Layout:
    """Where the rows of a text table begin, and under which names."""

    def __init__(
        self,
        *,
        names: tuple[str, ...],
        findings: tuple[Finding, ...],
        title_rows: int,
        header_lines: tuple[int, ...],
        text_before: str,
    ) -> None:
        self.names = names
        self.findings = findings
        self.title_rows = title_rows
        self.header_lines = header_lines
        self.end = len(text_before)
        self.skip_bytes = len(text_before.encode())
        self.lines_before_data = sum(1 for _ in io.StringIO(text_before, newline=""))

    @classmethod
    def of(cls, records: list[Record], header: int | None, sample: str) -> "_Layout":
        filled = [record for record in records if record.cells]
        widths = Counter(len(record.cells) for record in filled[:200])
        width = widths.most_common(1)[0][0] if widths else 1
        if header is None:
            found = find_header([record.cells for record in filled], width)
            first, present = found.first, found.present
        else:
            first, present = max(header - 1, 0), header > 0
        if first >= len(filled):
            raise OptionInvalid(
                option="header", reason_zh="表头行超出了文件", reason_en="the header's row is beyond the file"
            )
        findings = [title_finding(first)] if first else []
        before = filled[first - 1].end if first else 0
        if not present:
            names, _ = column_names([""] * width, generated=True)
            findings.append(no_header_finding())
            return cls(
                names=names,
                findings=tuple(findings),
                title_rows=first,
                header_lines=(),
                text_before=sample[:before],
            )
        record = filled[first]
        names, named = column_names(_fit(record.cells, width))
        return cls(
            names=names,
            findings=(*findings, *named),
            title_rows=first,
            header_lines=(record.line,),
            text_before=sample[: record.end],
        )


def _fit(cells: list[str], width: int) -> list[str]:
    """Header cells at the width of the data: blank ones beyond it are dropped, missing ones added."""
    trimmed = list(cells)
    while len(trimmed) > width and not trimmed[-1].strip():
        trimmed.pop()
    return trimmed + [""] * (width - len(trimmed))


def _sample_bytes(facts: TextFacts) -> int:
    return min(max(_SAMPLE_BYTES, 2 * facts.longest_line_bound), 16 << 20)


def _encoding(options: Mapping[str, Any]) -> str:
    given = text_option(options, "encoding").lower()
    if given in {"", "auto"}:
        return ""
    if given not in _ENCODINGS:
        raise OptionInvalid(
            option="encoding",
            reason_zh=f"可用编码为 {'、'.join(_ENCODINGS)}",
            reason_en=f"it must be one of {', '.join(_ENCODINGS)}",
        )
    return _ENCODINGS[given]


def _dialect(options: Mapping[str, Any], sample: str, *, cut: bool) -> Dialect:
    found = sniff(sample, cut=cut)
    delimiter = options.get("delimiter") or found.delimiter
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    quote = options.get("quote", found.quote)
    for name, value, longest in (("delimiter", delimiter, 1), ("quote", quote, 1)):
        if not isinstance(value, str) or len(value) > longest or not value.isascii() or value in {"\r", "\n"}:
            raise OptionInvalid(
                option=name, reason_zh="应为一个半角字符", reason_en="it must be one ASCII character"
            )
    return Dialect(delimiter=delimiter, quote=quote, escape=found.escape)
