"""Settings of the catalogue."""

from dataclasses import dataclass

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSettings(Settings):
    """How resource codes are made (1272号: 类 1, 项 2, 目 3, 细目 and 顺序码 of free width)."""

    code_widths: str = setting(
        "JUTONG_CATALOGUE_CODE_WIDTHS",
        default="1,2,3,6,6",
        zh="信息资源代码的段宽：类,项,目,细目,顺序码（位数）",
        en="Widths of a resource code's segments: class, item, sub-item, detail, sequence (digits)",
    )
