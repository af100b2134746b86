"""JSON files: an array of records, JSON lines, or records somewhere inside an interface's answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.encoding import TextFacts, open_utf8, scan_text
from jutong.dataflow.connectors.errors import (
    JsonInvalid,
    OptionInvalid,
    RecordsMissing,
    TooManyColumns,
)
from jutong.dataflow.connectors.json_records import Records, at_path, find_records
from jutong.dataflow.connectors.json_values import flatten, load_json, parse_json, value_text
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.options import flag_option, text_option
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

_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "arrays": (
        "记录是没有字段名的数组，各列已按位置命名",
        "Records are arrays without names; columns are numbered",
    ),
    "keyed_objects": (
        "记录以键值表形式存放，键已成为“键”列",
        "Records are keyed; the key became the column 键",
    ),
    "keyed_lists": (
        "每个键下有多条记录，键已成为“键”列",
        "Each key holds several records; the key became a column",
    ),
    "pairs": ("文件是键值对，已转成“键”“值”两列", "The file holds pairs; they became the columns 键 and 值"),
    "single": ("文件只有一条记录", "The file holds a single record"),
}


class JsonConnector:
    """Records of a JSON file. Every value is text as written; nested objects become dotted columns."""

    kind = "json"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="JSON、JSON Lines 文件",
        en="JSON or JSON Lines file",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="records",
                zh="记录路径",
                en="Path of the records",
                hint_zh="如 data.rows；不填自动查找最长的记录列表。",
                hint_en="Such as data.rows; without it the longest list of records.",
            ),
            OptionSpec(
                name="lines",
                zh="每行一个 JSON",
                en="One JSON a line",
                choices=("", "yes", "no"),
                hint_zh="不填自动识别。",
                hint_en="Found by itself where it is not given.",
            ),
            OptionSpec(
                name="context",
                zh="每行都带的外层值",
                en="Outer values that every row repeats",
                hint_zh="用点号路径，多个用逗号分开。",
                hint_en="Dotted paths from the top, separated by commas.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.SELF_DESCRIBED,
        format="json",
        tested_zh="各城市开放数据接口的真实返回",
        tested_en="Real answers of cities' open-data interfaces.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        self._rejected = self._no_rejected()
        lines = flag_option(options, "lines")
        self._lines = is_json_lines(self._path) if lines is None else lines
        self._records: Records | None = None
        self._context: dict[str, str | None] = {}
        if self._lines:
            self._facts = scan_text(self._path, max_line_bytes=limits.max_line_kb * 1024)
        else:
            self._facts = self._load(options)
        self._names = self._find_names()

    def columns(self) -> tuple[str, ...]:
        return self._names

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        if self._records is None:
            return ()
        findings = []
        if self._records.form in _FORMS:
            zh, en = _FORMS[self._records.form]
            findings.append(Finding(code=f"json_{self._records.form}", zh=zh, en=en))
        others = self._records.others
        if others:
            findings.append(
                Finding(
                    code="json_other_lists",
                    zh=f"读取的是最长的记录列表“{self._records.path}”；另有 {len(others)} 个列表没有读取",
                    en=f"The longest list of records, {self._records.path}, was read; {len(others)} others were not",
                    detail={"read": self._records.path, "others": list(others)},
                )
            )
        return tuple(findings)

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = {
            "encoding": self._facts.encoding,
            "bom": self._facts.bom_bytes > 0,
            "lines": self._lines,
        }
        if self._records is not None:
            described |= {"records": self._records.path, "form": self._records.form}
        return described

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = self._no_rejected()
        yield from batches_of(self._flat(), self._names, self._limits.batch_rows)

    def _load(self, options: Mapping[str, Any]) -> TextFacts:
        require_size(self._path, limit_mb=self._limits.max_json_mb, variable="JUTONG_READ_MAX_JSON_MB")
        document, facts = load_json(self._path, self._limits)
        path = text_option(options, "records")
        try:
            self._records = find_records(document, path)
        except KeyError as error:
            raise RecordsMissing(name=self._path.name, path=path or "/") from error
        context = options.get("context") or ()
        if isinstance(context, str):
            context = [part.strip() for part in context.split(",") if part.strip()]
        for name in context:
            try:
                self._context[name] = value_text(at_path(document, name))
            except (KeyError, AttributeError) as error:
                raise OptionInvalid(
                    option="context",
                    reason_zh="文件中没有这个路径",
                    reason_en="the file has nothing at that path",
                ) from error
        return facts

    def _find_names(self) -> tuple[str, ...]:
        """The union of all records' names, in the order in which they first appear."""
        names = dict.fromkeys(self._context)
        for record in self._flat():
            names.update(dict.fromkeys(record))
            if len(names) > self._limits.max_columns:
                raise TooManyColumns(name=self._path.name, columns=len(names), limit=self._limits.max_columns)
        if not names:
            raise RecordsMissing(name=self._path.name, path=self._records.path if self._records else "/")
        self._rejected = self._no_rejected()
        return tuple(names)

    def _flat(self) -> Iterator[dict[str, str | None]]:
        for line, record in self._each():
            if isinstance(record, dict):
                yield self._context | dict(flatten(record))
            else:
                self._set_aside(line, "not_a_record", value_text(record) or "")

    def _each(self) -> Iterator[tuple[int, Any]]:
        if self._records is not None:
            yield from enumerate(self._records.items, start=1)
            return
        with open_utf8(self._path, self._facts, skip_bytes=0) as stream:
            for number, raw in enumerate(_lines(stream), start=1):
                text = raw.decode().strip()
                if not text:
                    continue
                try:
                    record = parse_json(text, name=self._path.name, line=number)
                except JsonInvalid:
                    self._set_aside(number, "json_invalid", text)
                    continue
                yield number, record

    def _set_aside(self, line: int, reason: str, text: str) -> None:
        self._rejected.add(RejectedLine(line=line, reason=reason, text=text[:RAW_TEXT_LIMIT]))

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._path.name, limit=self._limits.max_rejected)


def batches_of(
    records: Iterable[Mapping[str, str | None]], names: Sequence[str], rows: int
) -> Iterator[pa.RecordBatch]:
    """Text records as batches of at most `rows` rows with the columns `names`."""
    schema = pa.schema([(name, pa.string()) for name in names])
    held: list[Mapping[str, str | None]] = []
    for record in records:
        held.append(record)
        if len(held) == rows:
            yield _batch(held, schema)
            held = []
    if held:
        yield _batch(held, schema)


def _batch(records: Sequence[Mapping[str, str | None]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [pa.array([record.get(name) for record in records], pa.string()) for name in schema.names]
    return pa.record_batch(columns, schema=schema)


def _lines(stream: pa.NativeFile) -> Iterator[bytes]:
    tail = b""
    while chunk := stream.read(1 << 20):
        *lines, tail = (tail + chunk).split(b"\n")
        yield from lines
    if tail:
        yield tail


def is_json_lines(path: Path) -> bool:
    """Whether the file is one JSON value a line rather than one document."""
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return True
    with path.open("rb") as file:
        first = file.readline(1 << 16).strip().removeprefix(b"\xef\xbb\xbf")
        second = file.readline(64).strip()
    return first.startswith(b"{") and first.endswith(b"}") and second.startswith(b"{")
