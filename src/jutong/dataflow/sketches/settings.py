"""Settings of sketches."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchSettings(Settings):
    """How columns are sketched for finding items that several departments hold (一数一源)."""

    size: int = setting(
        "JUTONG_SKETCH_SIZE",
        default=512,
        zh="每列保留的最小散列个数（256 到 1024；越大越准，512 时重合率误差不超过约 6 个百分点）",
        en="How many of the smallest hashes are kept of a column (256 to 1024; at 512 an overlap is within about 6 points)",
    )
    highest_level: int = setting(
        "JUTONG_SKETCH_HIGHEST_LEVEL",
        default=3,
        zh="参与比对的最高敏感级别；默认不为四级信息项生成概要",
        en="The highest level of items that are sketched; items of level 4 are left out by default",
    )
