"""From rows of tables to values and back."""

import json
from collections.abc import Iterable

import msgspec

from jutong.control.standards.models import CodeListVersion, ElementVersion
from jutong.control.standards.terms import Origin, StandardStatus
from jutong.control.standards.values import CodeItem, CodeListVersionView, ElementView
from jutong.kernel.text import normalise
from jutong.vocabulary.data_elements import ElementDefinition


def definition_of(row: ElementVersion) -> ElementDefinition:
    return msgspec.json.decode(row.content, type=ElementDefinition)


def content_of(definition: ElementDefinition) -> str:
    return msgspec.json.encode(definition).decode()


def search_text_of(definition: ElementDefinition) -> str:
    parts = (
        definition.code,
        definition.zh,
        definition.en,
        *definition.synonyms,
        definition.definition,
        definition.source,
    )
    return normalise(" ".join(parts))


def element_view(row: ElementVersion) -> ElementView:
    return ElementView(
        definition=definition_of(row),
        number=row.number,
        status=StandardStatus(row.status),
        origin=Origin(row.origin),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        replaced_by=row.replaced_by,
        reason=row.reason,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def list_view(row: CodeListVersion) -> CodeListVersionView:
    return CodeListVersionView(
        name=row.name,
        number=row.number,
        zh=row.zh,
        en=row.en,
        source=row.source,
        edition=row.edition,
        coverage=row.coverage,
        confirmed=row.confirmed,
        status=StandardStatus(row.status),
        origin=Origin(row.origin),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        reason=row.reason,
        item_count=row.item_count,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def items_text(items: Iterable[CodeItem]) -> str:
    """Each code as [code, name, parent, note], without the empty ends."""
    cells = ([item.code, item.name, item.parent, item.note] for item in items)
    return json.dumps([_trimmed(row) for row in cells], ensure_ascii=False, separators=(",", ":"))


def _trimmed(row: list[str]) -> list[str]:
    while len(row) > 2 and not row[-1]:
        row.pop()
    return row


def items_from(text: str) -> tuple[CodeItem, ...]:
    return tuple(
        CodeItem(**dict(zip(("code", "name", "parent", "note"), row, strict=False)))
        for row in json.loads(text)
    )
