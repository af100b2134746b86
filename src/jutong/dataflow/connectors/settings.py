"""Limits that keep one bad file from taking the whole machine down."""

import os
from dataclasses import dataclass
from typing import Self

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits(Settings):
    """How much of a source is read, and in what portions."""

    max_file_mb: int = setting(
        "JUTONG_READ_MAX_FILE_MB",
        default=20_480,
        zh="单个文本文件的大小上限（MB）",
        en="The largest text file that is read, in MB",
    )
    max_excel_mb: int = setting(
        "JUTONG_READ_MAX_EXCEL_MB",
        default=200,
        zh="单个 Excel 文件的大小上限（MB）",
        en="The largest Excel file that is read, in MB",
    )
    max_json_mb: int = setting(
        "JUTONG_READ_MAX_JSON_MB",
        default=512,
        zh="单个 JSON、GeoJSON 文件的大小上限（MB）；JSON Lines 逐行读取，不受此限",
        en="The largest JSON or GeoJSON file, in MB; JSON lines are read one by one and not limited by it",
    )
    max_line_kb: int = setting(
        "JUTONG_READ_MAX_LINE_KB",
        default=8_192,
        zh="文本文件一行的长度上限（KB）",
        en="The longest line of a text file, in KB",
    )
    max_expanded_mb: int = setting(
        "JUTONG_READ_MAX_EXPANDED_MB",
        default=1_024,
        zh="XLSX 解压后的大小上限（MB）",
        en="How far an XLSX file may expand, in MB",
    )
    max_expansion_ratio: int = setting(
        "JUTONG_READ_MAX_EXPANSION_RATIO",
        default=200,
        zh="XLSX 的压缩比上限（解压后超过 64 MB 才检查）",
        en="The highest compression ratio of an XLSX file (looked at above 64 MB expanded)",
    )
    max_cells: int = setting(
        "JUTONG_READ_MAX_CELLS",
        default=20_000_000,
        zh="一张工作表的单元格范围上限（行 × 列）",
        en="How many cells a sheet may span (rows × columns)",
    )
    max_columns: int = setting(
        "JUTONG_READ_MAX_COLUMNS", default=2_000, zh="一张表的列数上限", en="The most columns of a table"
    )
    max_rejected: int = setting(
        "JUTONG_READ_MAX_REJECTED",
        default=100_000,
        zh="读不出而搁置的行数上限，超过即停止整次读取",
        en="The most lines that may be set aside as unreadable before the reading stops",
    )
    batch_rows: int = setting(
        "JUTONG_READ_BATCH_ROWS", default=65_536, zh="每批读取的行数", en="Rows of a batch while reading"
    )
    connect_timeout_s: int = setting(
        "JUTONG_READ_CONNECT_TIMEOUT_S",
        default=10,
        zh="连接来源数据库的超时秒数",
        en="Seconds to wait for a source database to answer",
    )

    @classmethod
    def from_environment(cls) -> Self:
        """The limits of this process; raises `SettingInvalid`."""
        return cls.read(os.environ)
