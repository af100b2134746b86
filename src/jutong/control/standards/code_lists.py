"""Code lists (代码集): found, drafted, issued, compared, abolished."""

from datetime import date
from typing import Final

from django.db import transaction

from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.control.standards import versions
from jutong.control.standards.checking import list_faults
from jutong.control.standards.errors import CodeListNotFound, StandardExists, StandardInvalid
from jutong.control.standards.index import holding_on
from jutong.control.standards.models import CodeListVersion
from jutong.control.standards.rows import items_from, items_text, list_view
from jutong.control.standards.terms import StandardStatus
from jutong.control.standards.values import CodeItem, CodeListDiff, CodeListDraft, CodeListVersionView
from jutong.kernel.clock import Clock
from jutong.kernel.text import normalise

KIND: Final = "code_list"


def code_lists(text: str = "") -> tuple[CodeListVersionView, ...]:
    """The newest version of every code list (the issued one before a draft), by name."""
    newest: dict[str, CodeListVersion] = {}
    for row in CodeListVersion.objects.defer("items").order_by("name", "number"):
        if row.name not in newest or row.status != StandardStatus.DRAFT.value:
            newest[row.name] = row
    words = normalise(text).split()
    return tuple(
        list_view(row)
        for row in newest.values()
        if all(word in normalise(f"{row.name} {row.zh} {row.en} {row.source}") for word in words)
    )


def code_list_versions(name: str) -> tuple[CodeListVersionView, ...]:
    """Every version, the newest first.

    Raises:
        CodeListNotFound: there is none.
    """
    rows = CodeListVersion.objects.defer("items").filter(name=name).order_by("-number")
    found = tuple(list_view(row) for row in rows)
    if not found:
        raise CodeListNotFound(name=name)
    return found


def code_items(name: str, *, at: date | None = None, number: int | None = None) -> tuple[CodeItem, ...]:
    """The codes in their order: as they were on the day `at`, of version `number`, or as last issued.

    Raises:
        CodeListNotFound: there is no such list or version.
    """
    rows = CodeListVersion.objects.filter(name=name).order_by("-number")
    if number is not None:
        rows = rows.filter(number=number)
    elif at is not None:
        rows = rows.filter(holding_on(at))
    else:
        rows = rows.exclude(status=StandardStatus.DRAFT.value)
    row = rows.first()
    if row is None:
        raise CodeListNotFound(name=name)
    return items_from(row.items)


def compare_code_lists(name: str, before: int, after: int) -> CodeListDiff:
    """What changed from version `before` to version `after`.

    Raises:
        CodeListNotFound: there is no such version.
    """
    return diff_of(code_items(name, number=before), code_items(name, number=after))


def diff_of(before: tuple[CodeItem, ...], after: tuple[CodeItem, ...]) -> CodeListDiff:
    old, new = ({item.code: item for item in items} for items in (before, after))
    return CodeListDiff(
        added=tuple(item for code, item in new.items() if code not in old),
        removed=tuple(item for code, item in old.items() if code not in new),
        renamed=tuple((old[code], item) for code, item in new.items() if code in old and old[code] != item),
    )


def save_code_list(
    actor: Actor,
    draft: CodeListDraft,
    *,
    clock: Clock,
    reason: str = "",
    revision: int | None = None,
    new: bool = False,
) -> CodeListVersionView:
    """Keep a draft of the list: of a `new` one, of its next version, or the draft with this `revision`.

    Raises:
        StandardInvalid: a part of it is not acceptable.
        StandardExists: it should be new and is not.
        StandardConflict: someone else drafted or changed it meanwhile.
    """
    require(actor, Permission.STANDARD_MANAGE)
    for wrong in list_faults(draft):
        raise StandardInvalid(place=wrong.part, reason_zh=wrong.zh, reason_en=wrong.en)
    if new and CodeListVersion.objects.filter(name=draft.name).exists():
        raise StandardExists(name=draft.name)
    with transaction.atomic():
        row = versions.keep_draft(
            actor,
            CodeListVersion,
            {"name": draft.name},
            columns_of(draft) | {"reason": reason},
            revision=revision,
            clock=clock,
        )
        _note(actor, AuditAction.STANDARD_SAVE, row, clock)
    return list_view(row)


def columns_of(draft: CodeListDraft) -> dict[str, object]:
    plain = ("zh", "en", "source", "edition", "coverage", "confirmed")
    return {
        **{name: getattr(draft, name) for name in plain},
        "items": items_text(draft.items),
        "item_count": len(draft.items),
    }


def issue_code_list(
    actor: Actor, name: str, *, valid_from: date, revision: int, clock: Clock
) -> CodeListVersionView:
    """Draft → in force from `valid_from`; see `versions.issue`."""
    require(actor, Permission.STANDARD_MANAGE)
    with transaction.atomic():
        row = versions.issue(
            actor, CodeListVersion, {"name": name}, valid_from=valid_from, revision=revision, clock=clock
        )
        _note(actor, AuditAction.STANDARD_ISSUE, row, clock)
    return list_view(row)


def abolish_code_list(
    actor: Actor, name: str, *, valid_to: date, reason: str, revision: int, clock: Clock
) -> CodeListVersionView:
    """In force → abolished; see `versions.abolish`."""
    require(actor, Permission.STANDARD_MANAGE)
    with transaction.atomic():
        versions.abolish(
            actor,
            CodeListVersion,
            {"name": name},
            valid_to=valid_to,
            reason=reason,
            revision=revision,
            clock=clock,
        )
        row = CodeListVersion.objects.filter(name=name, status=StandardStatus.ABOLISHED.value).latest(
            "number"
        )
        _note(actor, AuditAction.STANDARD_ABOLISH, row, clock)
    return list_view(row)


def discard_code_list_draft(actor: Actor, name: str, *, revision: int, clock: Clock) -> None:
    """Throw the draft away."""
    require(actor, Permission.STANDARD_MANAGE)
    with transaction.atomic():
        versions.discard(CodeListVersion, {"name": name}, revision=revision)
        versions.note(actor, AuditAction.STANDARD_SAVE, KIND, name, at=clock.now(), discarded="draft")


def _note(actor: Actor, action: AuditAction, row: CodeListVersion, clock: Clock) -> None:
    versions.note(actor, action, KIND, row.name, at=clock.now(), version=row.number, items=row.item_count)
