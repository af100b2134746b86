"""What the platform brings along: its code lists and data elements as first versions, kept up after each upgrade."""

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from django.db import transaction

from jutong.control.standards.code_lists import columns_of
from jutong.control.standards.models import CodeListVersion, ElementVersion, StandardVersion
from jutong.control.standards.rows import content_of, search_text_of
from jutong.control.standards.terms import Origin, StandardStatus
from jutong.control.standards.values import CodeItem, CodeListDraft
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.data_elements import data_elements

Row = TypeVar("Row", bound=StandardVersion)
S = StandardStatus


def install_standards() -> int:
    """Add what this release has and the database has not; how many versions were made.

    Where the city has issued a version of its own, or abolished one, that stands: the platform adds nothing.
    """
    with transaction.atomic():
        return _install_lists() + _install_elements()


@cache
def _platform_lists() -> tuple[tuple[str, dict[str, object]], ...]:
    return tuple(
        (
            one.name,
            columns_of(
                CodeListDraft(
                    name=one.name,
                    zh=one.zh,
                    en=one.en,
                    source=one.source,
                    edition=one.edition,
                    coverage=one.coverage,
                    confirmed=one.confirmed,
                    items=tuple(CodeItem(code=code, name=name) for code, name in one.entries.items()),
                )
            ),
        )
        for one in code_lists().values()
    )


def _install_lists() -> int:
    made: list[CodeListVersion] = []
    newest = _newest(CodeListVersion.objects.order_by("number"), "name")
    for name, columns in _platform_lists():
        last = newest.get(name)
        if last is None or _superseded(last, same=_says(last, columns)):
            made.append(CodeListVersion(name=name, **_first(last), **columns))
    CodeListVersion.objects.bulk_create(made)
    return len(made)


def _install_elements() -> int:
    made: list[ElementVersion] = []
    newest = _newest(ElementVersion.objects.order_by("number"), "code")
    for code, definition in data_elements().items():
        last, content = newest.get(code), content_of(definition)
        if last is None or _superseded(last, same=last.content == content):
            made.append(
                ElementVersion(
                    code=code,
                    zh=definition.zh,
                    search_text=search_text_of(definition),
                    content=content,
                    **_first(last),
                )
            )
    ElementVersion.objects.bulk_create(made)
    return len(made)


def _newest(rows: Iterable[Row], key: str) -> dict[str, Row]:
    return {getattr(row, key): row for row in rows}


def _says(row: CodeListVersion, columns: dict[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in columns.items())


def _superseded(last: StandardVersion, *, same: bool) -> bool:
    """End a version of an earlier release; False where it stands."""
    if same or last.origin != Origin.PLATFORM.value or last.status != S.IN_FORCE.value:
        return False
    last.status = S.SUPERSEDED.value
    last.save(update_fields=["status"])
    return True


def _first(last: StandardVersion | None) -> dict[str, object]:
    return {
        "number": last.number + 1 if last else 1,
        "status": S.IN_FORCE.value,
        "origin": Origin.PLATFORM.value,
    }
