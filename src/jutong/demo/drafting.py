"""The entry that a real file's profile proposes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from jutong.control.catalogue.api import EntryDraft, lint_entry
from jutong.dataflow.connectors import FileProfile, propose_items
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    FormatClass,
    Level,
    OpenType,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

_FORMATS: Final[Mapping[str, tuple[FormatClass, str]]] = {
    "csv": (FormatClass.SPREADSHEET, "csv"),
    "excel": (FormatClass.SPREADSHEET, "xlsx"),
    "json": (FormatClass.SELF_DESCRIBED, "json"),
    "geojson": (FormatClass.SELF_DESCRIBED, "geojson"),
    "sqlite": (FormatClass.DATABASE, "sqlite"),
}


def draft_of(profile: FileProfile, *, title: str, system: str) -> EntryDraft:
    """The entry that a profile proposes: sensitive items make it conditional, the rest may be opened."""
    items = propose_items(profile)
    sharing = max((item.sharing_type for item in items), key=lambda kind: SHARING_STRICTNESS[kind])
    format_class, format_name = _FORMATS[profile.kind]
    if profile.name.lower().endswith(".xls"):
        format_name = "xls"
    key = tuple(item.field for item in items if item.key)
    draft = EntryDraft(
        title=title,
        classification="307",
        abstract=f"{title}：按文件“{profile.name}”识别生成，共 {profile.rows} 行 {len(items)} 列，内容以来源文件为准。"[
            :256
        ],
        format_class=format_class,
        format=format_name,
        items=_graded(items, sharing),
        sharing_type=sharing,
        sharing_condition="依法办理本部门事项可以申请" if sharing is SharingType.CONDITIONAL else "",
        sharing_reason="含敏感信息项，须确认使用依据和用途" if sharing is SharingType.CONDITIONAL else "",
        sharing_methods=(SharingMethod.API,),
        open_type=OpenType.UNCONDITIONAL,
        update_frequency=UpdateFrequency.IRREGULAR,
        system=system,
        contact_name="数据专员（演示）",
        contact_phone="12345",
        scene="真实数据导入演示",
        assessment="已完成影响评估：来源为公开数据",
        without_key=not key,
        query_keys=(key,) if key else (),
    )
    # What the linter calls sensitive by its name is treated as such, although its values did not show it.
    doubted = {finding.place for finding in lint_entry(draft) if finding.rule == "C26"}
    if not doubted:
        return draft
    guarded = tuple(
        replace(item, level=Level.L3, open_type=OpenType.NOT_OPEN) if item.name in doubted else item
        for item in draft.items
    )
    return replace(draft, items=guarded)


def _graded(items: Sequence[InformationItem], sharing: SharingType) -> tuple[InformationItem, ...]:
    """No item is shared more loosely than the entry."""
    return tuple(
        replace(item, sharing_type=max(item.sharing_type, sharing, key=lambda kind: SHARING_STRICTNESS[kind]))
        for item in items
    )


def title_of(relative: str) -> str:
    """The file's name after that of the folder it lies in."""
    path = Path(relative)
    stem = path.stem.replace("_", " ").strip()
    return (f"{path.parent.name} {stem}" if path.parent.name else stem)[:120]
