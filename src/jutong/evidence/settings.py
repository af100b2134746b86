"""Settings of the evidence store."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings(Settings):
    """When a segment is closed and sealed."""

    segment_minutes: int = setting(
        "JUTONG_EVIDENCE_SEGMENT_MINUTES",
        default=60,
        zh="留痕分段的最长时间（分钟），到时封存并另起一段",
        en="Minutes after which a segment of evidence is sealed and a new one begun",
    )
    segment_megabytes: int = setting(
        "JUTONG_EVIDENCE_SEGMENT_MB",
        default=64,
        zh="留痕分段的最大体积（MB）",
        en="Size in MB at which a segment of evidence is sealed and a new one begun",
    )
