"""Settings of messages."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagingSettings(Settings):
    """Where messages may go, and how long a receiver may take."""

    allowed_networks: str = setting(
        "JUTONG_ALERTS_ALLOWED_NETWORKS",
        default="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        zh="告警可以发往的内网网段，逗号分隔；本机和云主机元数据地址只有写在这里才能发往",
        en="Private networks that alerts may go to; loopback and metadata addresses only when they are named here",
    )
    timeout_s: float = setting(
        "JUTONG_ALERTS_TIMEOUT",
        default=10.0,
        zh="发送一条告警的时间上限（秒）",
        en="How long sending one alert may take (seconds)",
    )
