"""Finding, checking and writing entries: what the use cases share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from jutong.control.catalogue.codes import SERVICE, CodeWidths, service_name
from jutong.control.catalogue.elements import both_names
from jutong.control.catalogue.errors import (
    ClassificationInvalid,
    DraftInvalid,
    EntryNotFound,
    ItemSharingLooser,
    ServiceNameInvalid,
    ServiceNameTaken,
)
from jutong.control.catalogue.models import (
    AllocatedCode,
    AllocatedService,
    Classification,
    CodeSequence,
    Entry,
    Item,
)
from jutong.control.catalogue.rows import columns_of, item_row
from jutong.control.catalogue.search.upkeep import index_many
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import next_number, system_id
from jutong.vocabulary.catalogue import SHARING_STRICTNESS
from jutong.vocabulary.contracts import FIELD_PATTERN, InformationItem, canonical_json

TEXT_LIMIT: Final = 5000
_LIMITS: Final = {
    "title": 120,
    "classification": 32,
    "provider_unit": 120,
    "basis_document": 200,
    "basis_number": 80,
    "basis_article": 80,
    "contact_name": 60,
    "contact_phone": 40,
    "contact_email": 120,
    "domain_area": 60,
    "format": 20,
    "name": 120,
    "code_list": 60,
    "data_element": 60,
    "related_codes": 64,
    "duties": 120,
    "query_keys": 64,
}
_ELEMENTS: Final = tuple(element.name for element in fields(EntryDraft))
_ITEM_LIMITS: Final = tuple(
    (name, _LIMITS.get(name, TEXT_LIMIT))
    for name in ("name", "sharing_condition", "code_list", "data_element", "description")
)
MOST_ITEMS: Final = 2_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKUP: Final = re.compile(
    r"<\s*(!--|/?\s*(base|body|br|button|div|embed|font|form|h[1-6]|head|html|iframe|img|input|li|link|meta|object|ol"
    r"|script|span|strong|style|svg|table|td|th|tr|ul|video)(?![\w-])|/?\s*[abipu]\s*(/?>|[\w-]+\s*=))",
    re.IGNORECASE,
)
_GREATEST: Final[Mapping[type, tuple[tuple[str, int], ...]]] = {
    EntryDraft: (("storage_mb", 2**63 - 1), ("row_count", 2**63 - 1)),
    InformationItem: (("length", 2**31 - 1), ("scale", 2**31 - 1)),
}


def find(service: str) -> Entry:
    """The entry's row with its provider and system.

    Raises:
        EntryNotFound: there is none.
    """
    entry = (
        Entry.objects.select_related("provider", "system", "classification").filter(service=service).first()
    )
    if entry is None:
        raise EntryNotFound(service=service)
    return entry


def check(draft: EntryDraft) -> None:
    """Refuse what can never be stored; what may be wrong but stored is for the linter to say.

    Raises:
        DraftInvalid, ItemSharingLooser, ClassificationInvalid
    """
    check_content(draft)
    if draft.classification:
        _check_classification(draft)


def check_content(draft: EntryDraft) -> None:
    """What `check` refuses without asking the database: all but an unknown classification.

    Raises:
        DraftInvalid, ItemSharingLooser
    """
    if not draft.title.strip():
        raise DraftInvalid(place=both_names("title"), reason_zh="不能为空", reason_en="it is empty")
    texts = list(_texts(draft))
    # Hardly any draft is wrong here: one look at all of its texts, and at each only where that finds something.
    together = "\n".join(text for *_, text in texts)
    if (
        any(len(text) > limit for *_, limit, text in texts)
        or _CONTROL.search(together)
        or ("<" in together and _MARKUP.search(together))
    ):
        for of_item, name, limit, text in texts:
            check_text(f"{of_item} {both_names(name)}" if of_item else name, text, limit=limit)
    _check_numbers(draft)
    _check_items(draft)
    if not all(draft.query_keys):
        raise DraftInvalid(
            place="查询键 / query_keys",
            reason_zh="有一组查询键为空，每组至少写一个信息项",
            reason_en="one of the sets is empty; each names at least one item",
        )


def check_text(place: str, text: str, *, limit: int = TEXT_LIMIT) -> None:
    """Refuse a text that is too long, broken, or a piece of a web page.

    Raises:
        DraftInvalid
    """
    problem = ("", "")
    if len(text) > limit:
        problem = (f"超过 {limit} 个字符", f"it is longer than {limit}")
    elif _CONTROL.search(text):
        problem = ("含有控制字符或残缺字符", "it has control or broken characters")
    elif _MARKUP.search(text):
        problem = ("含有网页代码，请只写文字", "it has HTML in it, write plain text")
    if problem[0]:
        raise DraftInvalid(place=both_names(place), reason_zh=problem[0], reason_en=problem[1])


def _check_numbers(draft: EntryDraft) -> None:
    for thing in (draft, *draft.items):
        for name, greatest in _GREATEST[type(thing)]:
            value = getattr(thing, name)
            if value is not None and not 0 <= value <= greatest:
                raise DraftInvalid(
                    place=both_names(name), reason_zh="数值超出范围", reason_en="the number is out of range"
                )


def _check_items(draft: EntryDraft) -> None:
    if len(draft.items) > MOST_ITEMS:
        raise DraftInvalid(
            place="信息项 / items",
            reason_zh=f"超过 {MOST_ITEMS} 个，请拆分目录",
            reason_en=f"there are more than {MOST_ITEMS}, split the entry",
        )
    seen: set[str] = set()
    for item in draft.items:
        if not re.fullmatch(FIELD_PATTERN, item.field):
            raise DraftInvalid(
                place=item.field[:64],
                reason_zh="字段名须以字母开头，只含字母、数字和下划线，最长64位",
                reason_en="a field needs up to 64 letters, digits and underscores, a letter first",
            )
        if item.field.lower() in seen:
            raise DraftInvalid(place=item.field, reason_zh="字段名重复", reason_en="the field occurs twice")
        seen.add(item.field.lower())
        if SHARING_STRICTNESS[item.sharing_type] < SHARING_STRICTNESS[draft.sharing_type]:
            raise ItemSharingLooser(field=item.field)


def _check_classification(draft: EntryDraft) -> None:
    row = Classification.objects.filter(code=draft.classification).first()
    if row is None or row.resource_class != draft.resource_class.value:
        raise ClassificationInvalid(
            key=draft.classification,
            reason_zh="不存在，或与资源属性分类不一致",
            reason_en="it does not exist or is of another class",
            widths="1+2+3+…",
        )


def _texts(draft: EntryDraft) -> Iterator[tuple[str, str, int, str]]:
    """(field of the item or "", element, longest allowed, text) of every text in a draft."""
    for name in _ELEMENTS:
        value = getattr(draft, name)
        limit = _LIMITS.get(name, TEXT_LIMIT)
        if type(value) is str:
            yield "", name, limit, value
        elif name in {"related_codes", "duties"}:
            yield from (("", name, limit, text) for text in value)
        elif name == "query_keys":
            yield from (("", name, limit, text) for keys in value for text in keys)
    for item in draft.items:
        place = item.field[:64]
        for name, limit in _ITEM_LIMITS:
            if text := getattr(item, name):
                yield place, name, limit, text
    for rule in draft.rules:
        said = canonical_json([rule.code, rule.kind, rule.fields, rule.parameters])
        yield "", "rules", TEXT_LIMIT, said


def allocate_service(service: str, *, department: str, title: str, at: datetime) -> str:
    """Take a service name for ever: the given one, or one derived from the title.

    Raises:
        ServiceNameInvalid, ServiceNameTaken
    """
    if service and not SERVICE.fullmatch(service):
        raise ServiceNameInvalid(service=service)
    attempt = 1
    while True:
        name = service or service_name(department, title, attempt)
        try:
            with transaction.atomic():
                AllocatedService.objects.create(service=name, at=at)
        except IntegrityError as error:
            if service:
                raise ServiceNameTaken(service=service) from error
            attempt += 1
            continue
        return name


def allocate_code(entry: Entry, draft: EntryDraft, widths: CodeWidths, *, at: datetime) -> str:
    """The next resource code under the draft's classification; within the caller's transaction."""
    front = widths.front_of(draft.classification or draft.resource_class.official)
    code = widths.code(front, next_number(CodeSequence, "last", front=front))
    AllocatedCode.objects.create(code=code, service=entry.service, at=at)
    return code


def write(entry: Entry, draft: EntryDraft) -> None:
    """Make the entry's columns, items and what is searched say what `draft` says."""
    for name, value in columns_of(draft).items():
        setattr(entry, name, value)
    entry.system_id = system_id(draft.system)
    entry.save()
    entry.items.all().delete()
    Item.objects.bulk_create(
        [item_row(entry, position, item) for position, item in enumerate(draft.items, start=1)]
    )
    index_many([entry.pk])
