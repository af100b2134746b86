"""What each sensitivity level demands (分级管控要求): frozen values that contracts carry and others obey.

The defaults follow the patterns of the local guides (北京 DB11/T 1918-2021 Annex C, 江苏 DB32/T 4608.1-2023 Annex B,
杭州 Annex A); a city replaces them by its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jutong.vocabulary.catalogue import Level, OpenType, SharingType
from jutong.vocabulary.terms import Term


class ApprovalNode(Term):
    """审批节点: whose review a level demands, beyond that of the applicant's own department."""

    PROVIDER = "provider", "1", "提供部门", "Provider"
    AUTHORITY = "authority", "2", "数据主管部门", "Data authority"


class Transport(Term):
    """传输要求."""

    TLS = "tls", "1", "TLS", "TLS"
    GM_TLS = "gm_tls", "2", "国密 TLS 或报文 SM4 加密", "GM TLS, or messages under SM4"
    SEALED = "sealed", "3", "报文 SM4 加密和 SM2 签名", "Messages under SM4, signed with SM2"


class Storage(Term):
    """存储要求."""

    PLAIN = "plain", "1", "明文", "Plain"
    DISK = "disk", "2", "磁盘加密", "Encrypted disk"
    COLUMN = "column", "3", "标识列 SM4 加密", "Identifier columns under SM4"
    COLUMN_APART = (
        "column_apart",
        "4",
        "列 SM4 加密，密钥独立，分域存放",
        "Columns under SM4, own key, own domain",
    )


class OutputForm(Term):
    """输出形式: how values of the level leave the platform unless a reviewer decides otherwise."""

    WHOLE = "whole", "1", "原文", "Whole"
    MASKED = "masked", "2", "脱敏", "Masked"
    VERIFICATION = "verification", "3", "只供核验", "Verification only"


class ReleaseForm(Term):
    """开放形式: how values of the level may go to the public."""

    WHOLE = "whole", "1", "原文", "Whole"
    MASKED = "masked", "2", "脱敏后", "Masked"
    NEVER = "never", "3", "不开放", "Never"


class Watermark(Term):
    """水印要求."""

    NONE = "none", "0", "不要求", "None"
    FILE = "file", "1", "文件和页面水印", "Files and pages"
    ROWS = "rows", "2", "文件、行列数据库水印", "Files, rows and columns"


class LogDepth(Term):
    """日志要求."""

    NORMAL = "normal", "1", "一般日志", "Normal"
    FIELD = "field", "2", "字段级日志", "By field"
    FIELD_MONTHLY = "field_monthly", "3", "字段级日志，每月复核", "By field, reviewed monthly"


class ExportRule(Term):
    """导出要求."""

    ALLOWED = "allowed", "1", "允许", "Allowed"
    APPROVED = "approved", "2", "经审批", "With approval"
    FORBIDDEN = "forbidden", "3", "禁止，仅限沙箱", "Forbidden, sandbox only"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelControls:
    """What one level demands (一个级别的管控要求)."""

    level: Level
    sharing_default: SharingType
    opening_default: OpenType
    approval: tuple[ApprovalNode, ...]
    """Reviews that the level demands even where sharing is unconditional; conditional sharing always asks the provider."""
    transport: Transport
    storage: Storage
    output: OutputForm
    release: ReleaseForm
    watermark: Watermark
    log: LogDepth
    export: ExportRule
    review_months: int
    """After how many months the grading is looked at again."""


# Level 2 by some guides asks the provider; a department may not add conditions to unconditional sharing
# (国令第809号), and conditional sharing asks it anyway.
DEFAULT_CONTROLS: Final[Mapping[Level, LevelControls]] = {
    Level.L1: LevelControls(
        level=Level.L1,
        sharing_default=SharingType.UNCONDITIONAL,
        opening_default=OpenType.UNCONDITIONAL,
        approval=(),
        transport=Transport.TLS,
        storage=Storage.PLAIN,
        output=OutputForm.WHOLE,
        release=ReleaseForm.WHOLE,
        watermark=Watermark.NONE,
        log=LogDepth.NORMAL,
        export=ExportRule.ALLOWED,
        review_months=24,
    ),
    Level.L2: LevelControls(
        level=Level.L2,
        sharing_default=SharingType.UNCONDITIONAL,
        opening_default=OpenType.UNCONDITIONAL,
        approval=(),
        transport=Transport.TLS,
        storage=Storage.DISK,
        output=OutputForm.WHOLE,
        release=ReleaseForm.WHOLE,
        watermark=Watermark.NONE,
        log=LogDepth.NORMAL,
        export=ExportRule.ALLOWED,
        review_months=12,
    ),
    Level.L3: LevelControls(
        level=Level.L3,
        sharing_default=SharingType.CONDITIONAL,
        opening_default=OpenType.CONDITIONAL,
        approval=(ApprovalNode.PROVIDER,),
        transport=Transport.GM_TLS,
        storage=Storage.COLUMN,
        output=OutputForm.MASKED,
        release=ReleaseForm.MASKED,
        watermark=Watermark.FILE,
        log=LogDepth.FIELD,
        export=ExportRule.APPROVED,
        review_months=12,
    ),
    Level.L4: LevelControls(
        level=Level.L4,
        sharing_default=SharingType.CONDITIONAL,
        opening_default=OpenType.NOT_OPEN,
        approval=(ApprovalNode.PROVIDER, ApprovalNode.AUTHORITY),
        transport=Transport.SEALED,
        storage=Storage.COLUMN_APART,
        output=OutputForm.VERIFICATION,
        release=ReleaseForm.NEVER,
        watermark=Watermark.ROWS,
        log=LogDepth.FIELD_MONTHLY,
        export=ExportRule.FORBIDDEN,
        review_months=6,
    ),
}

# How strict a value is; a set of controls never demands less of a higher level.
STRICTNESS: Final[tuple[str, ...]] = (
    "sharing_default",
    "opening_default",
    "approval",
    "transport",
    "storage",
    "output",
    "release",
    "watermark",
    "log",
    "export",
)
_SHORTEST_MONTHS, _LONGEST_MONTHS = 1, 60


def controls_for(
    levels: Iterable[Level], controls: Mapping[Level, LevelControls] = DEFAULT_CONTROLS
) -> tuple[LevelControls, ...]:
    """The controls of these levels, each once, the lowest level first."""
    return tuple(controls[level] for level in sorted(set(levels), key=lambda level: level.rank))


def weaker_places(controls: Mapping[Level, LevelControls]) -> tuple[tuple[Level, str], ...]:
    """(level, control) where a level demands less than the one below it, or reviews at no sensible interval."""
    wrong: list[tuple[Level, str]] = []
    ordered = [controls[level] for level in sorted(Level, key=lambda level: level.rank)]
    for lower, higher in pairwise(ordered):
        wrong += [(higher.level, name) for name in STRICTNESS if _rank(higher, name) < _rank(lower, name)]
        if higher.review_months > lower.review_months:
            wrong.append((higher.level, "review_months"))
    wrong += [
        (one.level, "review_months")
        for one in ordered
        if not _SHORTEST_MONTHS <= one.review_months <= _LONGEST_MONTHS
    ]
    return tuple(dict.fromkeys(wrong))


def _rank(controls: LevelControls, name: str) -> int:
    value = getattr(controls, name)
    return len(value) if isinstance(value, tuple) else int(value.official)
