"""Data elements (数据元): found, drafted, issued, abolished."""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.control.standards import versions
from jutong.control.standards.binding import bare_name
from jutong.control.standards.checking import element_faults
from jutong.control.standards.errors import ElementNotFound, StandardExists, StandardInvalid
from jutong.control.standards.index import holding_on
from jutong.control.standards.models import CodeListVersion, ElementVersion
from jutong.control.standards.rows import content_of, definition_of, element_view, search_text_of
from jutong.control.standards.terms import StandardStatus
from jutong.control.standards.values import ElementView
from jutong.kernel.clock import Clock
from jutong.kernel.text import normalise
from jutong.vocabulary.data_elements import ElementDefinition

KIND: Final = "data_element"


def data_elements(
    text: str = "", *, status: StandardStatus | None = None, code_list: str = ""
) -> tuple[ElementView, ...]:
    """The newest version of every element, by code; those that contain each word of `text`.

    An element with a draft beside its version in force is shown as it is in force.
    """
    rows = ElementVersion.objects.all()
    for word in normalise(text).split()[:8]:
        rows = rows.filter(search_text__contains=word)
    newest: dict[str, ElementVersion] = {}
    for row in rows.order_by("code", "number"):
        known = newest.get(row.code)
        if known is None or row.status != StandardStatus.DRAFT.value:
            newest[row.code] = row
    views = (element_view(row) for row in newest.values())
    return tuple(
        view
        for view in views
        if status in {None, view.status} and code_list in {"", view.definition.code_list}
    )


def data_element(code: str, *, at: date | None = None) -> ElementView:
    """The element as it was on the day `at`; without a day its newest issued version, else its draft.

    Raises:
        ElementNotFound: there is none (that held on that day).
    """
    rows = ElementVersion.objects.filter(code=code)
    row = rows.filter(holding_on(at)).order_by("-number").first() if at else _newest(rows)
    if row is None:
        raise ElementNotFound(element=code)
    return element_view(row)


def _newest(rows: QuerySet[ElementVersion]) -> ElementVersion | None:
    issued = rows.exclude(status=StandardStatus.DRAFT.value).order_by("-number").first()
    return issued or rows.first()


def element_versions(code: str) -> tuple[ElementView, ...]:
    """Every version, the newest first.

    Raises:
        ElementNotFound: there is none.
    """
    rows = ElementVersion.objects.filter(code=code).order_by("-number")
    found = tuple(element_view(row) for row in rows)
    if not found:
        raise ElementNotFound(element=code)
    return found


def names_in_use(*, without: str = "") -> dict[str, str]:
    """Bare name → code of the elements in force or in draft."""
    standing = (StandardStatus.IN_FORCE.value, StandardStatus.DRAFT.value)
    rows = ElementVersion.objects.filter(status__in=standing).exclude(code=without)
    return {bare_name(zh): code for code, zh in rows.values_list("code", "zh")}


def lists_in_force() -> frozenset[str]:
    rows = CodeListVersion.objects.filter(status=StandardStatus.IN_FORCE.value)
    return frozenset(rows.values_list("name", flat=True))


def save_element(
    actor: Actor,
    definition: ElementDefinition,
    *,
    clock: Clock,
    reason: str = "",
    revision: int | None = None,
    new: bool = False,
) -> ElementView:
    """Keep a draft of the element: of a `new` one, of its next version, or the draft with this `revision`.

    Raises:
        StandardInvalid: a part of it is not acceptable.
        StandardExists: it should be new and is not.
        StandardConflict: someone else drafted or changed it meanwhile.
    """
    require(actor, Permission.STANDARD_MANAGE)
    names = names_in_use(without=definition.code)
    for wrong in element_faults(definition, names=names, lists=lists_in_force()):
        raise StandardInvalid(place=wrong.part, reason_zh=wrong.zh, reason_en=wrong.en)
    if new and ElementVersion.objects.filter(code=definition.code).exists():
        raise StandardExists(name=definition.code)
    with transaction.atomic():
        row = versions.keep_draft(
            actor,
            ElementVersion,
            {"code": definition.code},
            _columns(definition, reason),
            revision=revision,
            clock=clock,
        )
        _note(actor, AuditAction.STANDARD_SAVE, row, clock)
    return element_view(row)


def _columns(definition: ElementDefinition, reason: str) -> dict[str, str]:
    return {
        "zh": definition.zh,
        "search_text": search_text_of(definition),
        "content": content_of(definition),
        "reason": reason,
    }


def issue_element(actor: Actor, code: str, *, valid_from: date, revision: int, clock: Clock) -> ElementView:
    """Draft → in force from `valid_from`; see `versions.issue`."""
    require(actor, Permission.STANDARD_MANAGE)
    with transaction.atomic():
        row = versions.issue(
            actor, ElementVersion, {"code": code}, valid_from=valid_from, revision=revision, clock=clock
        )
        _note(actor, AuditAction.STANDARD_ISSUE, row, clock)
    return element_view(row)


def abolish_element(
    actor: Actor,
    code: str,
    *,
    valid_to: date,
    reason: str,
    revision: int,
    clock: Clock,
    replaced_by: str = "",
) -> ElementView:
    """In force → abolished, where given with the element that takes its place.

    Raises:
        ElementNotFound: the successor is not in force.
        StandardInvalid, StandardConflict: see `versions.abolish`.
    """
    require(actor, Permission.STANDARD_MANAGE)
    if replaced_by:
        _require_successor(code, replaced_by)
    with transaction.atomic():
        versions.abolish(
            actor,
            ElementVersion,
            {"code": code},
            valid_to=valid_to,
            reason=reason,
            revision=revision,
            clock=clock,
            replaced_by=replaced_by,
        )
        row = ElementVersion.objects.filter(code=code, status=StandardStatus.ABOLISHED.value).latest("number")
        _note(actor, AuditAction.STANDARD_ABOLISH, row, clock)
    return element_view(row)


def _require_successor(code: str, successor: str) -> None:
    if successor == code:
        raise StandardInvalid(
            place="代替 / successor", reason_zh="不能是它自己", reason_en="it is the element itself"
        )
    if not ElementVersion.objects.filter(code=successor, status=StandardStatus.IN_FORCE.value).exists():
        raise ElementNotFound(element=successor)


def discard_element_draft(actor: Actor, code: str, *, revision: int, clock: Clock) -> None:
    """Throw the draft away."""
    require(actor, Permission.STANDARD_MANAGE)
    with transaction.atomic():
        versions.discard(ElementVersion, {"code": code}, revision=revision)
        versions.note(actor, AuditAction.STANDARD_SAVE, KIND, code, at=clock.now(), discarded="draft")


def element_changes(
    before: ElementDefinition, after: ElementDefinition
) -> tuple[tuple[str, object, object], ...]:
    """(field, before, after) of every field that differs."""
    fields = before.__dataclass_fields__
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in fields)
    return tuple((name, old, new) for name, old, new in pairs if old != new)


def _note(actor: Actor, action: AuditAction, row: ElementVersion, clock: Clock) -> None:
    versions.note(actor, action, KIND, row.code, at=clock.now(), version=row.number)


def definition_in_force(code: str) -> ElementDefinition | None:
    row = ElementVersion.objects.filter(code=code, status=StandardStatus.IN_FORCE.value).first()
    return definition_of(row) if row else None
