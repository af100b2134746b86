"""Settings of the data gateway."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings(Settings):
    """How calls are checked and what they may cost."""

    timestamp_minutes: int = setting(
        "JUTONG_GATEWAY_TIMESTAMP_MINUTES",
        default=10,
        zh="调用时间戳允许偏差的分钟数，随机串在此期间不可重复",
        en="Minutes by which a call's timestamp may be off; a nonce cannot be used twice within them",
    )
    body_bytes: int = setting(
        "JUTONG_GATEWAY_BODY_BYTES",
        default=65_536,
        zh="请求体的最大字节数",
        en="Longest body of a request, in bytes",
    )
    nonce_megabytes: int = setting(
        "JUTONG_GATEWAY_NONCE_MB",
        default=64,
        zh="防重放表的大小（MB），64 MB 约可承受每秒 3000 次持续调用",
        en="Size in MB of the table of used nonces; 64 MB carry about 3,000 calls a second",
    )
    least_free_megabytes: int = setting(
        "JUTONG_GATEWAY_LEAST_FREE_MB",
        default=100,
        zh="数据目录磁盘剩余空间低于此值（MB）时不再就绪",
        en="Below this free disk space (MB) in the data home the gateway is not ready",
    )
