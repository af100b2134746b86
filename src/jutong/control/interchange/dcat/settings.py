"""Settings of the DCAT export."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class DcatSettings(Settings):
    """How things of the export are named."""

    base_url: str = setting(
        "JUTONG_DCAT_BASE_URL",
        default="",
        zh="DCAT 导出中各资源地址的开头，如 https://data.example.gov.cn；空则用访问时的地址。定下后不要更改",
        en="What addresses of the DCAT export begin with; empty: the address of the request. Keep it once it is set",
    )

    def root(self, otherwise: str) -> str:
        """The configured beginning, or `otherwise`; without a slash at its end."""
        return (self.base_url or otherwise).rstrip("/")
