"""What a message says of many troubles: counts first, then the first of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from jutong.control.collection.api import Trouble, TroubleKind
from jutong.kernel.clock import SHANGHAI
from jutong.kernel.errors import error_codes

NAMED: Final = 20
"""So many troubles are named; the others are counted."""
IN_PAYLOAD: Final = 200


def subject_of(troubles: Sequence[Trouble]) -> str:
    counts = Counter(trouble.kind for trouble in troubles)
    listed = "，".join(f"{kind.zh} {number}" for kind, number in counts.most_common())
    return f"【聚通】{listed}"[:200]


def text_of(troubles: Sequence[Trouble], *, at: datetime) -> str:
    lines = [f"截至 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}，共 {len(troubles)} 项："]
    lines += [f"· {_line(trouble)}" for trouble in troubles[:NAMED]]
    if len(troubles) > NAMED:
        lines.append(f"……另有 {len(troubles) - NAMED} 项")
    lines.append("请登录聚通，在“归集”中查看并处理。")
    return "\n".join(lines)


def payload_of(troubles: Sequence[Trouble], *, rule: str, at: datetime) -> dict[str, Any]:
    """For programs: names, codes and counts."""
    return {
        "rule": rule,
        "at": at.isoformat(),
        "count": len(troubles),
        "troubles": [
            {
                "kind": trouble.kind.value,
                "service": trouble.service,
                "title": trouble.title,
                "department": trouble.department,
                "source": trouble.source,
                "since": trouble.since.isoformat() if trouble.since else None,
                "error_code": trouble.error_code,
                "number": trouble.number,
            }
            for trouble in troubles[:IN_PAYLOAD]
        ],
    }


def _line(trouble: Trouble) -> str:
    parts = [trouble.kind.zh, trouble.title]
    if trouble.kind is TroubleKind.LAG:
        parts.append(f"滞后 {trouble.number:,.0f} 秒")
    elif trouble.kind is TroubleKind.QUARANTINED:
        parts.append(f"{trouble.number:,.0f} 行")
    elif trouble.since is not None:
        parts.append(f"自 {trouble.since.astimezone(SHANGHAI):%m-%d %H:%M}")
    known = error_codes().get(trouble.error_code)
    if known is not None:
        parts.append(known(**trouble.error_detail).message("zh"))
    return "  ".join(part for part in parts if part)
