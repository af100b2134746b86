"""What an entry of our catalogue would say, made from another catalogue's record."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any, Final

from jutong.control.catalogue.api import EntryDraft
from jutong.vocabulary.catalogue import (
    FORMATS,
    FormatClass,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.harvest import CatalogueRecord

# EU data theme → 项 of the starting classification (domain §2.1).
CLASSIFICATION_OF_THEME: Final = {
    "AGRI": "204",
    "ECON": "206",
    "EDUC": "201",
    "ENER": "207",
    "ENVI": "211",
    "GOVE": "201",
    "HEAL": "202",
    "JUST": "205",
    "REGI": "209",
    "SOCI": "203",
    "TRAN": "201",
}
ABSTRACT_LIMIT: Final = 5000


def propose(record: CatalogueRecord, *, source_name: str, classes: Collection[str]) -> EntryDraft:
    """A first draft; `classes` are the codes of the city's classification.

    Whoever adopts it adds what no open-data catalogue says: information items, system, levels.
    """
    classification = CLASSIFICATION_OF_THEME.get(record.theme, "")
    classification = classification if classification in classes else ""
    opening = record.openness or OpenType.CONDITIONAL
    free = opening is OpenType.UNCONDITIONAL
    named = next((one.format for one in record.distributions if one.format), "csv")
    kind = next((kind for kind, names in FORMATS.items() if named in names), FormatClass.SELF_DESCRIBED)
    return EntryDraft(
        title=record.title,
        resource_class=ResourceClass.THEME if classification else ResourceClass.DEPARTMENT,
        classification=classification,
        provider_unit=record.publisher[:120],
        abstract=_abstract(record, source_name),
        format_class=kind,
        format=named,
        sharing_type=SharingType.UNCONDITIONAL if free else SharingType.CONDITIONAL,
        sharing_condition="" if free else "按来源平台的规定使用",
        sharing_methods=(SharingMethod.API if kind is FormatClass.SERVICE else SharingMethod.FILE,),
        open_type=opening,
        open_condition="按来源平台的规定使用" if opening is OpenType.CONDITIONAL else "",
        update_frequency=record.frequency or UpdateFrequency.IRREGULAR,
        contact_name=record.contact_name[:60],
        contact_email=record.contact_email[:120],
        scene="、".join(record.keywords)[:ABSTRACT_LIMIT],
    )


def _abstract(record: CatalogueRecord, source_name: str) -> str:
    origin = f"来源：{source_name}" + (f"，{record.landing_page}" if record.landing_page else "")
    room = ABSTRACT_LIMIT - len(origin) - 1
    text = record.description if len(record.description) <= room else record.description[: room - 1] + "…"
    return f"{text}\n{origin}" if text else origin


def differing(before: EntryDraft, after: EntryDraft) -> dict[str, Any]:
    """Fields that the source changed, with their new values."""
    return {
        field.name: getattr(after, field.name)
        for field in fields(EntryDraft)
        if getattr(before, field.name) != getattr(after, field.name)
    }


def merged(present: EntryDraft, before: EntryDraft, after: EntryDraft) -> EntryDraft:
    """`present` with what the source changed since `before`; all that people added to it stays."""
    return replace(present, **differing(before, after))
