"""Reading one record's values: what is wrong with them is noted with whose matter it is; a wrong value is left out."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from jutong.dataflow.catalogues.mappings import format_named, frequency_named, theme_named
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.harvest import RecordFinding, Side

TITLE_LIMIT: Final = 120
TEXT_LIMIT: Final = 5000
SHORT_LIMIT: Final = 200
SHOWN: Final = 80
KEYWORDS: Final = 50

_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MARKUP: Final = re.compile(
    r"<\s*/?\s*(?:p|br|div|span|a|b|i|ul|ol|li|h[1-6]|table|script|style|img|iframe)\b[^>]*>", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

# code → (zh, en); {what} is a name or a short value from the record.
THEIRS: Final[Mapping[str, tuple[str, str]]] = {
    "title_missing": ("没有名称", "there is no title"),
    "description_missing": ("没有摘要", "there is no description"),
    "publisher_missing": ("没有提供单位", "there is no publisher"),
    "identifier_missing": ("没有标识，按内容推定", "there is no identifier; one was derived"),
    "identifier_repeated": ("标识重复，只取第一条", "the identifier occurs twice; the first one is taken"),
    "field_missing": ("缺少必填项 {what}", "the required field {what} is missing"),
    "wrong_type": ("{what} 的数据类型不对", "{what} is of the wrong type"),
    "date_invalid": ("日期「{what}」无法识别", "the date “{what}” cannot be read"),
    "address_invalid": ("地址「{what}」不正确", "the address “{what}” is not valid"),
    "email_invalid": ("联系邮箱不正确", "the contact's e-mail address is not valid"),
    "distribution_missing": ("没有任何获取方式", "there is no distribution"),
    "text_broken": ("含有控制字符或残缺字符，已替换", "control or broken characters were replaced"),
    "markup": ("文字中含有网页标记，按原文显示", "there is markup in the text; it is shown as written"),
    "spatial_invalid": ("空间范围无法识别", "the spatial extent cannot be read"),
    "not_an_object": ("不是一条记录", "it is not a record"),
}
OURS: Final[Mapping[str, tuple[str, str]]] = {
    "theme_unmapped": ("主题「{what}」没有对应的分类", "there is no mapping for the theme “{what}”"),
    "frequency_unmapped": (
        "更新周期「{what}」没有对应的代码",
        "there is no mapping for the frequency “{what}”",
    ),
    "format_unmapped": ("格式「{what}」没有对应的代码", "there is no mapping for the format “{what}”"),
    "access_unmapped": (
        "访问级别「{what}」没有对应的开放类型",
        "there is no mapping for the access “{what}”",
    ),
    "shortened": (
        "{what} 超过长度上限，已截短（原文保留）",
        "{what} was too long and is shortened; the original is kept",
    ),
    "context_not_fetched": ("没有读取外部的 JSON-LD 上下文", "the JSON-LD context elsewhere was not fetched"),
    "list_cut": ("{what} 数量过多，只取前面的", "there are too many of {what}; the first ones are taken"),
}


def finding(side: Side, code: str, place: str, what: str = "") -> RecordFinding:
    """One of the table, its blank filled with at most 80 characters."""
    zh, en = (OURS if side is Side.OURS else THEIRS)[code]
    shown = _BROKEN.sub("\ufffd", " ".join(what.split()))[:SHOWN]
    return RecordFinding(
        side=side, code=code, place=place, zh=zh.replace("{what}", shown), en=en.replace("{what}", shown)
    )


class Notes:
    """Findings of one record, in order, each once."""

    def __init__(self) -> None:
        self._found: dict[RecordFinding, None] = {}

    @property
    def findings(self) -> tuple[RecordFinding, ...]:
        return tuple(self._found)

    def ours(self, code: str, place: str, what: str = "") -> None:
        self._found[finding(Side.OURS, code, place, what)] = None

    def theirs(self, code: str, place: str, what: str = "") -> None:
        self._found[finding(Side.THEIRS, code, place, what)] = None

    def text(self, value: Any, place: str, *, limit: int = SHORT_LIMIT) -> str:
        """A text whole and trimmed, of at most `limit` characters; numbers are texts too."""
        if value is None or value is False or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.theirs("wrong_type", place, place)
            return ""
        text = str(value)
        if _BROKEN.search(text):
            self.theirs("text_broken", place)
            text = _BROKEN.sub("\ufffd", text)
        text = text.strip() if limit > SHORT_LIMIT else " ".join(text.split())
        if len(text) > limit:
            self.ours("shortened", place, place)
            text = text[: limit - 1] + "…"
        # The first part tells enough, and a pattern over ten megabytes takes its time.
        if limit >= TEXT_LIMIT and _MARKUP.search(text):
            self.theirs("markup", place)
        return text

    def texts(self, value: Any, place: str, *, count: int = KEYWORDS) -> tuple[str, ...]:
        """Texts of a list, of one value, or of one text with commas; each once."""
        values = value if isinstance(value, list) else [] if value is None else str(value).split(",")
        if len(values) > count:
            self.ours("list_cut", place, place)
        found = (self.text(each, place) for each in values[:count])
        return tuple(dict.fromkeys(text for text in found if text))

    def day(self, value: Any, place: str) -> str:
        """An ISO 8601 day or instant as text; "" for none."""
        text = self.text(value, place)
        if not text:
            return ""
        try:
            return _iso(text)
        except ValueError:
            self.theirs("date_invalid", place, text)
            return ""

    def address(self, value: Any, place: str) -> str:
        """An http, https or ftp address; "" for none and for what is none."""
        text = self.text(value, place, limit=2000)
        if not text:
            return ""
        try:
            parts = urlsplit(text)
            valid = parts.scheme.lower() in {"http", "https", "ftp"} and bool(parts.hostname)
            valid = valid and not re.search(r"\s", text) and (parts.port or 1) > 0
        except ValueError:
            valid = False
        if valid:
            return text
        self.theirs("address_invalid", place, text)
        return ""

    def email(self, value: Any, place: str) -> str:
        text = self.text(value, place).removeprefix("mailto:").strip()
        if text and not _EMAIL.fullmatch(text):
            self.theirs("email_invalid", place)
            return ""
        return text

    def frequency(self, value: Any, place: str) -> UpdateFrequency | None:
        text = self.text(value, place)
        known = frequency_named(text)
        if text and known is None:
            self.ours("frequency_unmapped", place, text)
        return known

    def theme(self, values: tuple[str, ...], place: str) -> str:
        """The first theme that we know; those that none of ours stands for are noted only where no other is known."""
        known = [theme_named(value) for value in values]
        chosen = next((each for each in known if each), "")
        if not chosen:
            for value in values[:10]:
                self.ours("theme_unmapped", place, value)
        return chosen

    def format(self, *values: Any, place: str) -> str:
        """The format that the first known of `values` names (short name, media type, EU file type)."""
        texts = [text for value in values if (text := self.text(value, place))]
        for text in texts:
            known = format_named(text)
            if known:
                return known
        if texts:
            self.ours("format_unmapped", place, texts[0])
        return ""


def _iso(text: str) -> str:
    """Raises ValueError for what is no ISO 8601 day, month, year or instant, nor an interval that begins with one."""
    first = text.split("/", 1)[0].strip()
    if re.fullmatch(r"\d{4}", first):
        return str(date(int(first), 1, 1).year)
    if re.fullmatch(r"\d{4}-\d{2}", first):
        return date.fromisoformat(f"{first}-01").isoformat()[:7]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first):
        return date.fromisoformat(first).isoformat()
    return datetime.fromisoformat(first).isoformat()
