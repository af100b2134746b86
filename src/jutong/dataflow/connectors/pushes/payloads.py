"""Payloads of pushes: JSON, JSON Lines or CSV text becomes rows of texts; what gives no row is kept with its reason."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jutong.dataflow.connectors.errors import JsonInvalid
from jutong.dataflow.connectors.json_records import at_path
from jutong.dataflow.connectors.json_values import flatten, parse_json, value_text
from jutong.dataflow.connectors.protocol import RAW_TEXT_LIMIT
from jutong.dataflow.connectors.pushes.errors import PayloadInvalid, PayloadTooLarge
from jutong.dataflow.connectors.pushes.messages import Refused
from jutong.dataflow.connectors.pushes.settings import SpoolSettings

FORMATS: Final = ("auto", "json", "jsonl", "csv")
Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Rows of one push or message, and what of it gave none."""

    rows: tuple[Row, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def count(self) -> int:
        return len(self.rows) + len(self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadForm:
    """How a source writes its messages."""

    format: str = "auto"
    records: str = ""
    """Dotted path of the records inside a JSON message."""
    columns: tuple[str, ...] = ()
    """Column names of CSV messages without a header line."""
    settings: SpoolSettings = field(default_factory=SpoolSettings)

    def read(self, content: bytes) -> Payload:
        """Every row of `content`.

        Raises:
            PayloadTooLarge: it has more bytes or rows than one push may have.
            PayloadInvalid: it is no text of this format as a whole.
        """
        limits = self.settings
        too_large = PayloadTooLarge(limit_mb=limits.max_body_mb, limit_rows=limits.max_rows)
        if len(content) > limits.max_body_mb * 1024 * 1024:
            raise too_large
        text = _text(content)
        match self._format(text):
            case "csv":
                found = self._csv(text)
            case "jsonl":
                found = _lines(text)
            case _:
                found = self._json(text)
        rows: list[Row] = []
        refused: list[Refused] = []
        for one in found:
            if isinstance(one, Refused):
                refused.append(one)
            else:
                rows.append(one)
            if len(rows) + len(refused) > limits.max_rows:
                raise too_large
        return Payload(rows=tuple(rows), refused=tuple(refused))

    def set_aside(self, content: bytes) -> Payload:
        """As `read`, but what cannot be read as a whole is set aside whole: a stream must not stop for it."""
        try:
            return self.read(content)
        except PayloadInvalid:
            reason = "json_invalid" if self.format in {"auto", "json", "jsonl"} else "fewer_columns"
        except PayloadTooLarge:
            reason = "too_large"
        text = content[:RAW_TEXT_LIMIT].decode(errors="replace")
        return Payload(refused=(Refused(line=1, reason=reason, text=text),))

    def _format(self, text: str) -> str:
        if self.format != "auto":
            return self.format
        start = text.lstrip()[:1]
        if start == "[":
            return "json"
        if start != "{":
            return "csv" if self.columns or "," in text.partition("\n")[0] else "json"
        first, _, rest = text.strip().partition("\n")
        return "jsonl" if first.rstrip().endswith("}") and rest.lstrip().startswith("{") else "json"

    def _json(self, text: str) -> Iterator[Row | Refused]:
        try:
            document = parse_json(text, name="")
        except JsonInvalid as error:
            raise PayloadInvalid(reason_zh="不是有效的 JSON", reason_en="it is no valid JSON") from error
        try:
            found = at_path(document, self.records)
        except KeyError as error:
            raise PayloadInvalid(
                reason_zh=f"没有 {self.records} 这个路径", reason_en=f"there is nothing at {self.records}"
            ) from error
        for line, value in enumerate(found if isinstance(found, list) else [found], start=1):
            yield _row(line, value)

    def _csv(self, text: str) -> Iterator[Row | Refused]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        names: Sequence[str] = self.columns
        try:
            for cells in reader:
                if not cells:
                    continue
                if not names:
                    names = _named(cells)
                    continue
                yield _cells(reader.line_num, cells, names)
        except csv.Error as error:
            raise PayloadInvalid(
                reason_zh=f"第 {reader.line_num} 行的引号不成对",
                reason_en=f"quotes of line {reader.line_num} do not match",
            ) from error
        if not names:
            raise PayloadInvalid(reason_zh="没有表头", reason_en="there is no header")


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise PayloadInvalid(
        reason_zh="编码不是 UTF-8 或 GB18030", reason_en="it is neither UTF-8 nor GB18030 text"
    )


def _lines(text: str) -> Iterator[Row | Refused]:
    for line, part in enumerate(text.split("\n"), start=1):
        if not part.strip():
            continue
        try:
            value = parse_json(part, name="", line=line)
        except JsonInvalid:
            yield Refused(line=line, reason="json_invalid", text=part[:RAW_TEXT_LIMIT])
            continue
        yield _row(line, value)


def _row(line: int, value: Any) -> Row | Refused:
    if not isinstance(value, dict) or not value:
        return Refused(line=line, reason="not_a_record", text=(value_text(value) or "")[:RAW_TEXT_LIMIT])
    return {name.encode("utf-8", "replace").decode(): text for name, text in flatten(value)}


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells)
    if len(set(names)) < len(names) or not all(names):
        raise PayloadInvalid(
            reason_zh="表头有空的或重复的列名", reason_en="column names are empty or repeated"
        )
    return names


def _cells(line: int, cells: Sequence[str], names: Sequence[str]) -> Row | Refused:
    if len(cells) == len(names):
        return {name: cell or None for name, cell in zip(names, cells, strict=True)}
    reason = "fewer_columns" if len(cells) < len(names) else "more_columns"
    return Refused(line=line, reason=reason, text=",".join(cells)[:RAW_TEXT_LIMIT])
