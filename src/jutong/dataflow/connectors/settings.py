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
    http_networks: str = setting(
        "JUTONG_READ_HTTP_NETWORKS",
        default="",
        zh="接口数据源另外允许的网段，逗号分隔，如 127.0.0.0/8；内网和公网地址已允许，本机和云平台元数据地址须写在这里",
        en="Networks that interfaces may also lie in, separated by commas; private and public ones may anyway, "
        "this machine's own and cloud metadata addresses only if named here",
    )
    http_page_mb: int = setting(
        "JUTONG_READ_HTTP_PAGE_MB",
        default=64,
        zh="接口数据源一页返回的大小上限（MB，解压后）",
        en="How large a page of an interface may be (MB, unpacked)",
    )
    http_page_s: float = setting(
        "JUTONG_READ_HTTP_PAGE_SECONDS",
        default=60.0,
        zh="取得接口数据源一页的时间上限（秒）",
        en="How long a page of an interface may take (seconds)",
    )
    http_pages: int = setting(
        "JUTONG_READ_HTTP_PAGES",
        default=100_000,
        zh="一次读取接口数据源的页数上限",
        en="How many pages one reading of an interface may have",
    )
    http_minutes: int = setting(
        "JUTONG_READ_HTTP_MINUTES",
        default=360,
        zh="一次读取接口数据源的时间上限（分钟）",
        en="How long one reading of an interface may take (minutes)",
    )
    http_backoff_s: float = setting(
        "JUTONG_READ_HTTP_BACKOFF_SECONDS",
        default=1.0,
        zh="接口数据源出错后第一次重试前等待的秒数，以后每次加倍",
        en="Seconds before the first new attempt at an interface, doubled each time",
    )

    @classmethod
    def from_environment(cls) -> Self:
        """The limits of this process; raises `SettingInvalid`."""
        return cls.read(os.environ)
