"""What a kind of source says of itself: its names, options, capabilities, and what it was tried on.

A connector class carries it as the attribute `spec`; whoever opens sources by a function puts the attribute
on the function. Forms, commands and the manual are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final

from jutong.dataflow.connectors.options import refuse_unknown
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.vocabulary.catalogue import FormatClass


class Place(StrEnum):
    """Where the rows of a kind of source come from."""

    FILE = "file"
    """A file below the sources folder; its option `path` starts with the department's own folder."""
    FOLDER = "folder"
    """A folder below the sources folder, named by `path` in the same way."""
    SERVER = "server"
    """A service on the network: a database, a file server, an interface."""
    SPOOL = "spool"
    """The source sends to the platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """A kind of source as forms, commands and the manual show it."""

    kind: str
    zh: str
    en: str
    place: Place
    options: tuple[OptionSpec, ...]
    capabilities: frozenset[Capability]
    format_class: FormatClass
    """What an entry made from it has as its format (1272号 core element 7)."""
    format: str
    tested_zh: str
    """On what it was tried, honestly; one sentence."""
    tested_en: str
    tables: bool = False
    """A database with many tables, of which the option `table` names one."""
    extra: str = ""
    """The optional extra of the package that brings its driver."""

    def option(self, name: str) -> OptionSpec | None:
        return next((one for one in self.options if one.name == name), None)

    def refuse_unknown(self, options: Mapping[str, Any]) -> None:
        """Raises `OptionInvalid` for an option that this kind does not have."""
        refuse_unknown(options, frozenset(one.name for one in self.options))

    def leaves_department(self, options: Mapping[str, Any], department: str) -> bool:
        """Whether a path of this source leads out of the department's own folder."""
        path = str(options.get("path") or "")
        if self.place not in {Place.FILE, Place.FOLDER} or not path:
            return False
        parts = PurePosixPath(path).parts
        return parts[0] != department or ".." in parts

    def missing(self, options: Mapping[str, Any]) -> tuple[OptionSpec, ...]:
        """Required options without a value here; one that another given option stands for is not missing."""
        return tuple(
            one
            for one in self.options
            if one.required
            and not str(options.get(one.name) or "").strip()
            and not (one.unless and str(options.get(one.unless) or "").strip())
        )


def plain_spec(kind: str) -> KindSpec:
    """For a plugged-in kind that says nothing of itself."""
    return KindSpec(
        kind=kind,
        zh=kind,
        en=kind,
        place=Place.SERVER,
        options=(),
        capabilities=frozenset({Capability.SNAPSHOT}),
        format_class=FormatClass.DATABASE,
        format=kind,
        tested_zh="插件未说明",
        tested_en="The plugin does not say.",
    )


PATH: Final = OptionSpec(
    name="path",
    zh="文件",
    en="File",
    required=True,
    hint_zh="数据源文件夹下的路径，以部门代码开头。",
    hint_en="A path below the sources folder; it starts with the department's code.",
)
HEADER: Final = OptionSpec(
    name="header",
    zh="表头",
    en="Header",
    default="auto",
    hint_zh="auto 为自动识别，none 为没有表头，或填表头所在的行号。",
    hint_en="auto finds it, none says there is none, or the number of its row.",
)
HOST: Final = OptionSpec(
    name="host",
    zh="主机",
    en="Host",
    required=True,
    hint_zh="数据库服务器的域名或 IP 地址。",
    hint_en="Name or IP address of the server.",
)
DATABASE: Final = OptionSpec(name="database", zh="库名", en="Database", required=True)
USER: Final = OptionSpec(
    name="user",
    zh="账号",
    en="User",
    required=True,
    hint_zh="请使用只读账号。",
    hint_en="Use a read-only account.",
)
PASSWORD: Final = OptionSpec(
    name="password",
    zh="口令",
    en="Password",
    secret=True,
    hint_zh="加密保存，不再显示。",
    hint_en="Kept encrypted and never shown again.",
)
TABLE: Final = OptionSpec(
    name="table",
    zh="表名",
    en="Table",
    required=True,
    hint_zh="要归集的表或视图。",
    hint_en="The table or view to collect.",
)


def port(default: int) -> OptionSpec:
    """The option of a server's port."""
    return OptionSpec(name="port", zh="端口", en="Port", default=str(default))


CAPABILITY_NAMES: Final[Mapping[Capability, tuple[str, str]]] = {
    Capability.SNAPSHOT: ("整表读取", "the whole table is read"),
    Capability.TYPED: ("保留源类型", "columns keep the source's types; otherwise every column is text"),
    Capability.REMOTE: ("经网络读取", "reached over the network"),
    Capability.CURSOR: ("按游标增量", "rows since a value of a column are read alone"),
    Capability.PUSHDOWN: ("在源端筛选", "columns, key ranges and equalities are selected at the source"),
    Capability.CHANGE_LOG: ("变更日志", "inserts, updates and deletes are followed in their order"),
    Capability.PROOF: ("完整性证明", "counts and row hashes of key ranges are computed at the source"),
    Capability.ENGINE: ("引擎直读", "the lake's engine scans the table by itself"),
    Capability.PUSH: ("来源推送", "the source sends, and what it sent is read from the spool"),
}
"""What each capability means, in Chinese and in English."""
