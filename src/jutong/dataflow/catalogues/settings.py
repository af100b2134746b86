"""Settings of the harvest of other catalogues."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSettings(Settings):
    """Where a harvest may go, and its bounds."""

    allowed_networks: str = setting(
        "JUTONG_HARVEST_ALLOWED_NETWORKS",
        default="",
        zh="允许采集的内网网段，逗号分隔，如 10.32.0.0/16；空则只能采集公网地址",
        en="Private networks that may be harvested, separated by commas; empty: public addresses alone",
    )
    page_mb: int = setting(
        "JUTONG_HARVEST_PAGE_MB",
        default=64,
        zh="一页内容的大小上限（MB，解压后）",
        en="How large a page may be (MB, unpacked)",
    )
    page_seconds: float = setting(
        "JUTONG_HARVEST_PAGE_SECONDS",
        default=120.0,
        zh="取得一页的时间上限（秒）",
        en="How long a page may take (seconds)",
    )
    pages: int = setting(
        "JUTONG_HARVEST_PAGES", default=2000, zh="一次采集的页数上限", en="How many pages a harvest may have"
    )
