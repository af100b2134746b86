"""Settings of the platform as a whole: where it keeps its data and where it answers."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jutong.kernel.home import DataHome
from jutong.kernel.settings import Secret, Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSettings(Settings):
    """What every process of the platform shares."""

    home: Path = setting(
        "JUTONG_HOME",
        default=Path("jutong-data"),
        zh="数据目录，平台的全部数据都在其中",
        en="The data home: everything the platform keeps is below it",
    )
    host: str = setting(
        "JUTONG_HOST", default="127.0.0.1", zh="监听地址", en="The address on which the servers listen"
    )
    port: int = setting(
        "JUTONG_PORT", default=8000, zh="工作台和门户的端口", en="The port of the workbench and the portal"
    )
    gateway_port: int = setting(
        "JUTONG_GATEWAY_PORT", default=8080, zh="数据网关的端口", en="The port of the data gateway"
    )
    gateway_workers: int = setting(
        "JUTONG_GATEWAY_WORKERS", default=1, zh="数据网关的进程数", en="How many gateway processes run"
    )
    gateway_url: str = setting(
        "JUTONG_GATEWAY_URL",
        default="",
        zh="对外公布的网关地址，空则由监听地址和端口得出",
        en="The gateway's address as consumers see it; empty: made from host and port",
    )
    database_url: Secret = setting(
        "JUTONG_DATABASE_URL",
        default=Secret(""),
        zh="控制库地址，如 postgresql://用户:口令@主机/库；空则用数据目录下的 SQLite",
        en="The control database, e.g. postgresql://user:password@host/name; empty: SQLite in the data home",
    )
    secret_key: Secret = setting(
        "JUTONG_SECRET_KEY",
        default=Secret(""),
        zh="会话签名密钥；空则在数据目录中生成并保存",
        en="The key that signs sessions; empty: made and kept in the data home",
    )
    allowed_hosts: str = setting(
        "JUTONG_ALLOWED_HOSTS",
        default="127.0.0.1,localhost,[::1]",
        zh="允许访问的域名，逗号分隔",
        en="Host names that may be used, separated by commas",
    )
    https: bool = setting(
        "JUTONG_HTTPS",
        default=False,
        zh="是否只经 HTTPS 访问（安全 Cookie）",
        en="Whether the site is reached by HTTPS only (secure cookies)",
    )
    session_minutes: int = setting(
        "JUTONG_SESSION_MINUTES", default=30, zh="无操作自动退出的分钟数", en="Idle minutes before sign-out"
    )

    @property
    def data_home(self) -> DataHome:
        return DataHome(self.home.absolute())

    @property
    def public_gateway_url(self) -> str:
        return self.gateway_url.rstrip("/") or f"http://{self.host}:{self.gateway_port}"


@lru_cache(maxsize=1)
def platform_settings() -> PlatformSettings:
    """The settings of this process, read once from its environment."""
    return PlatformSettings.read(os.environ)
