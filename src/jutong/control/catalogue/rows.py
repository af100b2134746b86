"""From rows of tables to values and back: what an entry's columns and items say as an `EntryDraft`."""

from collections.abc import Iterable
from typing import Any

import msgspec

from jutong.control.catalogue.models import Entry, Item
from jutong.control.catalogue.terms import Assignment, Provision
from jutong.control.catalogue.values import EntryDraft, EntrySummary
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    EntryStatus,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import EntryContract, InformationItem, RuleSpec

PLAIN = (
    "title",
    "provider_unit",
    "abstract",
    "format",
    "sharing_condition",
    "sharing_reason",
    "basis_document",
    "basis_number",
    "basis_article",
    "open_condition",
    "contact_name",
    "contact_phone",
    "contact_email",
    "domain_area",
    "scene",
    "without_key",
    "is_result",
    "is_certificate",
    "assessment",
    "secret",
    "storage_mb",
    "row_count",
)


def draft_from(entry: Entry, items: Iterable[Any] | None = None) -> EntryDraft:
    """What the entry's columns and items say: the published state, or the first draft.

    `items` are its rows of items where they were read already, as models or as named tuples.
    """
    rows = entry.items.all() if items is None else items
    return EntryDraft(
        **{name: getattr(entry, name) for name in PLAIN},
        resource_class=ResourceClass(entry.resource_class),
        classification=entry.classification_id or "",
        format_class=FormatClass(entry.format_class),
        items=tuple(item_from(row) for row in rows),
        sharing_type=SharingType(entry.sharing_type),
        sharing_methods=tuple(SharingMethod(value) for value in entry.sharing_methods),
        open_type=OpenType(entry.open_type),
        update_frequency=UpdateFrequency(entry.update_frequency),
        related_codes=tuple(entry.related_codes),
        declared_level=Level(entry.declared_level),
        system=entry.system.code if entry.system else "",
        business_frequency=UpdateFrequency(entry.business_frequency) if entry.business_frequency else None,
        assignment=Assignment(entry.assignment),
        duties=tuple(entry.duties),
        provision=Provision(entry.provision),
        data_grade=DataGrade(entry.data_grade),
        query_keys=tuple(tuple(keys) for keys in entry.query_keys),
        rules=tuple(msgspec.convert(rule, RuleSpec) for rule in entry.rules),
    )


def working_draft(entry: Entry) -> EntryDraft:
    """What is being edited: the pending change, or else the present state."""
    return EntryDraft.from_json(entry.pending) if entry.pending else draft_from(entry)


def columns_of(draft: EntryDraft) -> dict[str, Any]:
    """The entry's columns that a draft fills, without system and items."""
    return {
        **{name: getattr(draft, name) for name in PLAIN},
        "resource_class": draft.resource_class.value,
        "classification_id": draft.classification or None,
        "format_class": draft.format_class.value,
        "sharing_type": draft.sharing_type.value,
        "sharing_methods": [method.value for method in draft.sharing_methods],
        "open_type": draft.open_type.value,
        "update_frequency": draft.update_frequency.value,
        "related_codes": list(draft.related_codes),
        "declared_level": draft.declared_level.value,
        "level": draft.level.value,
        "business_frequency": draft.business_frequency.value if draft.business_frequency else "",
        "assignment": draft.assignment.value,
        "duties": list(draft.duties),
        "provision": draft.provision.value,
        "data_grade": draft.data_grade.value,
        "query_keys": [list(keys) for keys in draft.query_keys],
        "rules": [msgspec.to_builtins(rule) for rule in draft.rules],
    }


def item_from(row: Item) -> InformationItem:
    return InformationItem(
        name=row.name,
        field=row.field,
        data_type=DataType(row.data_type),
        length=row.length,
        scale=row.scale,
        required=row.required,
        key=row.key,
        level=Level(row.level),
        sharing_type=SharingType(row.sharing_type),
        sharing_condition=row.sharing_condition,
        open_type=OpenType(row.open_type),
        meaning=Meaning(row.meaning) if row.meaning else None,
        code_list=row.code_list,
        data_element=row.data_element,
        mask=MaskMethod(row.mask) if row.mask else None,
        description=row.description,
    )


def item_row(entry: Entry, position: int, item: InformationItem) -> Item:
    return Item(entry=entry, position=position, **item_columns(item))


def item_columns(item: InformationItem) -> dict[str, Any]:
    """The columns that an item fills, without its entry and place there."""
    return {
        "name": item.name,
        "field": item.field,
        "data_type": item.data_type.value,
        "length": item.length,
        "scale": item.scale,
        "required": item.required,
        "key": item.key,
        "level": item.level.value,
        "sharing_type": item.sharing_type.value,
        "sharing_condition": item.sharing_condition,
        "open_type": item.open_type.value,
        "meaning": item.meaning.value if item.meaning else "",
        "code_list": item.code_list,
        "data_element": item.data_element,
        "mask": item.mask.value if item.mask else "",
        "description": item.description,
    }


def contract_from(
    draft: EntryDraft, *, code: str, version: int, service: str, provider: str, provider_name: str
) -> EntryContract:
    """The contract that publishing `draft` makes."""
    return EntryContract(
        code=code,
        version=version,
        title=draft.title,
        service=service,
        provider=provider,
        provider_name=provider_name,
        items=draft.items,
        sharing_type=draft.sharing_type,
        open_type=draft.open_type,
        update_frequency=draft.update_frequency,
        level=draft.level,
        query_keys=draft.query_keys or key_items(draft),
        rules=draft.rules,
        data_grade=draft.data_grade,
    )


def key_items(draft: EntryDraft) -> tuple[tuple[str, ...], ...]:
    """Without declared look-up keys, each key item is one by itself."""
    return tuple((item.field,) for item in draft.items if item.key)


def summary_from(entry: Entry, *, item_count: int) -> EntrySummary:
    return EntrySummary(
        service=entry.service,
        code=entry.code or "",
        title=entry.title,
        abstract=entry.abstract,
        provider=entry.provider.code,
        provider_name=entry.provider.name,
        resource_class=ResourceClass(entry.resource_class),
        classification=entry.classification_id or "",
        sharing_type=SharingType(entry.sharing_type),
        open_type=OpenType(entry.open_type),
        level=Level(entry.level),
        update_frequency=UpdateFrequency(entry.update_frequency),
        status=EntryStatus(entry.status),
        live=entry.live,
        version=entry.version,
        published_version=entry.published_version,
        published_on=entry.published_on,
        item_count=item_count,
        review_due_on=entry.review_due_on,
        updated_at=entry.updated_at,
        revision=entry.revision,
    )
