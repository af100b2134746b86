"""The release gate (发布关口): what may not go out to the public, and why."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from jutong.control.opening.values import GateFinding, OpenItem
from jutong.vocabulary.catalogue import (
    DEFAULT_MASKS,
    MaskMethod,
    Meaning,
    OpenType,
)
from jutong.vocabulary.contracts import EntryContract, InformationItem
from jutong.vocabulary.grading import ReleaseForm

# Even in part, these single out one person or can be linked to one; a mask does not help enough.
NEVER_OPEN: Final = frozenset({Meaning.CITIZEN_ID, Meaning.BANK_CARD, Meaning.MOBILE, Meaning.PERSON_NAME})

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "entry_not_open": ("目录的开放类型是不予开放。", "The entry is marked as not open."),
    "no_items": ("没有选择任何信息项。", "No item is chosen."),
    "item_unknown": ("目录中没有这个信息项。", "The entry has no such item."),
    "item_not_open": ("该信息项标为不予开放。", "The item is marked as not open."),
    "identifies_person": (
        "该信息项能直接识别个人，任何形式都不能开放。",
        "The item identifies a person in any form.",
    ),
    "name_identifies_person": (
        "该信息项的名称表明它能识别个人；如确实不是，请在目录中注明它的识别语义。",
        "The item's name says that it identifies a person; if it does not, give its meaning in the entry.",
    ),
    "item_conditional": (
        "该信息项须有条件开放，不能随无条件开放的数据集发布。",
        "The item is open on conditions; it cannot go out with a dataset that is open to all.",
    ),
    "level_too_high": ("按分级管控要求，该级别的信息项不能开放。", "Items of this level are never released."),
    "mask_needed": (
        "按分级管控要求，该级别的信息项必须脱敏后才能开放。",
        "Items of this level go out masked only.",
    ),
    "mask_unfit": (
        "所选脱敏方法不适用于该信息项，请用目录规定的方法或全部隐藏。",
        "The chosen mask does not fit the item: use the entry's own, or hide the value.",
    ),
    "values_identify_person": (
        "数据中出现了公民身份号码或手机号码。",
        "Citizen ID numbers or mobile numbers stand among the values.",
    ),
}

# An item without a meaning is judged by what it is called.
_PERSONAL_NAME: Final = re.compile(r"身份(证|号)|公民身份|证件号|手机|移动电话|银行(卡|账)号|姓名")


def release_gate(contract: EntryContract, items: Sequence[OpenItem]) -> tuple[GateFinding, ...]:
    """Everything that forbids the release of `items`; empty: it may go out."""
    known = {item.field: item for item in contract.items}
    findings = []
    if contract.open_type is OpenType.NOT_OPEN:
        findings.append(_finding("entry_not_open", ""))
    if not items:
        findings.append(_finding("no_items", ""))
    for chosen in items:
        reason = _reason(contract, known.get(chosen.field), chosen.mask)
        if reason:
            findings.append(_finding(reason, chosen.field))
    return tuple(findings)


def found_in_values(fields: Sequence[str]) -> tuple[GateFinding, ...]:
    """Findings about `fields` whose values, looked at one by one, identify persons."""
    return tuple(_finding("values_identify_person", field) for field in fields)


def propose_items(contract: EntryContract) -> tuple[OpenItem, ...]:
    """The items that pass the gate, with the masks that they need."""
    proposed = []
    for item in contract.items:
        whole = contract.controls_of(item.level).release is ReleaseForm.WHOLE
        mask = None if whole else _fitting_mask(item)
        if _reason(contract, item, mask) == "":
            proposed.append(OpenItem(field=item.field, mask=mask))
    return tuple(proposed)


def _fitting_mask(item: InformationItem) -> MaskMethod | None:
    return item.mask or (DEFAULT_MASKS.get(item.meaning) if item.meaning else None)


def _reason(contract: EntryContract, item: InformationItem | None, mask: MaskMethod | None) -> str:
    """The first reason that holds the item back; "" when it may go out with `mask`."""
    if item is None:
        return "item_unknown"
    fitting, release = _fitting_mask(item), contract.controls_of(item.level).release
    checks = (
        ("item_not_open", item.open_type is OpenType.NOT_OPEN),
        ("identifies_person", item.meaning in NEVER_OPEN),
        ("name_identifies_person", item.meaning is None and bool(_PERSONAL_NAME.search(item.name))),
        ("level_too_high", release is ReleaseForm.NEVER),
        ("mask_needed", release is ReleaseForm.MASKED and mask is None),
        (
            "mask_unfit",
            release is ReleaseForm.MASKED and fitting is not None and mask not in {fitting, MaskMethod.HIDE},
        ),
        (
            "item_conditional",
            item.open_type is OpenType.CONDITIONAL and contract.open_type is OpenType.UNCONDITIONAL,
        ),
    )
    return next((reason for reason, holds in checks if holds), "")


def _finding(code: str, field: str) -> GateFinding:
    zh, en = REASONS[code]
    return GateFinding(code=code, field=field, zh=zh, en=en)
