"""What the sensitivity levels propose, and what a reviewer may change of it (domain §4.3)."""

from typing import Final

from jutong.control.approval.errors import ApplicationInvalid, TermsInvalid
from jutong.control.approval.transitions import Route
from jutong.control.approval.values import ApplicationRequest, ItemTerms, Terms
from jutong.vocabulary.catalogue import DEFAULT_MASKS, DataGrade, MaskMethod, SharingType
from jutong.vocabulary.contracts import EntryContract, GrantedItem, InformationItem
from jutong.vocabulary.grading import ApprovalNode, OutputForm

LAST_YEAR: Final = 2099
"""Of a term: "for ever" is no term, and the day after the calendar's last cannot be reckoned."""


def route_for(contract: EntryContract, request: ApplicationRequest, *, applicant_approves: bool) -> Route:
    """Which reviews the application needs.

    What is shared without condition (无条件共享) is granted without the provider's review unless the level of an
    item asked for demands it; the data authority reviews where the entry's level does, and important data (重要数据).
    """
    asked = [item for item in contract.items if item.field in request.items]
    free = contract.sharing_type is SharingType.UNCONDITIONAL and all(
        item.sharing_type is SharingType.UNCONDITIONAL
        and ApprovalNode.PROVIDER not in contract.controls_of(item.level).approval
        for item in asked
    )
    return Route(
        own=not applicant_approves,
        provider=not free,
        authority=ApprovalNode.AUTHORITY in contract.controls.approval
        or contract.data_grade is not DataGrade.GENERAL,
    )


def default_terms(contract: EntryContract, request: ApplicationRequest) -> Terms:
    """What the levels demand of output: for verification only, masked, or whole."""
    return Terms(
        items=tuple(
            _proposed(item, contract.controls_of(item.level).output)
            for item in contract.items
            if item.field in request.items
        ),
        daily_quota=request.daily_quota,
    )


def _proposed(item: InformationItem, output: OutputForm) -> ItemTerms:
    if output is OutputForm.VERIFICATION:
        return ItemTerms(field=item.field, verification_only=True)
    if output is OutputForm.MASKED:
        return ItemTerms(field=item.field, mask=mask_of(item))
    return ItemTerms(field=item.field)


def mask_of(item: InformationItem) -> MaskMethod:
    """The item's own mask, that of its meaning, or the hiding of the whole value."""
    fallback = DEFAULT_MASKS.get(item.meaning, MaskMethod.HIDE) if item.meaning else MaskMethod.HIDE
    return item.mask or fallback


def check_terms(contract: EntryContract, request: ApplicationRequest, terms: Terms) -> None:
    """Refuse terms that let out more than was asked for.

    Raises:
        TermsInvalid: an item was not asked for, is named twice, or nothing is left.
    """
    named = [item.field for item in terms.items]
    if len(named) != len(set(named)):
        raise TermsInvalid(reason_zh="信息项重复", reason_en="an item is named twice")
    extra = sorted(set(named) - set(request.items))
    if extra:
        raise TermsInvalid(
            reason_zh=f"{', '.join(extra)} 不在申请范围内", reason_en=f"{', '.join(extra)} was not asked for"
        )
    if all(item.refused for item in terms.items):
        raise TermsInvalid(
            reason_zh="没有保留任何信息项；不同意请选择“不同意”",
            reason_en="no item is left; to refuse everything, decline",
        )
    if terms.daily_quota < 1 or terms.rate_per_second < 1:
        raise TermsInvalid(reason_zh="配额须大于0", reason_en="quotas are above 0")
    known = {item.field for item in contract.items}
    if any(name not in known for name, _ in terms.row_filter):
        raise TermsInvalid(reason_zh="行条件含未知信息项", reason_en="a row condition names an unknown item")


def granted_items(contract: EntryContract, terms: Terms) -> tuple[GrantedItem, ...]:
    """The terms as the items of a policy, without what was refused."""
    decided = {item.field: item for item in terms.items if not item.refused}
    return tuple(
        GrantedItem(
            field=item.field,
            name=item.name,
            mask=decided[item.field].mask,
            verification_only=decided[item.field].verification_only,
        )
        for item in contract.items
        if item.field in decided
    )


def check_request(contract: EntryContract, request: ApplicationRequest, *, complete: bool) -> None:
    """Refuse a request that names unknown items; when `complete`, also one that leaves something out.

    Raises:
        ApplicationInvalid: naming the place and what is expected.
    """
    known = {item.field: item for item in contract.items}
    unknown = sorted(set(request.items) - set(known))
    if unknown or not request.items:
        raise _invalid(
            "信息项", "items", "须从目录的信息项中选择", f"choose from the entry's items {unknown}"
        )
    hidden = [name for name in request.items if known[name].sharing_type is SharingType.NOT_SHARED]
    if hidden:
        raise _invalid(
            "信息项", "items", f"{', '.join(hidden)} 不予共享", f"{', '.join(hidden)} is not shared"
        )
    _check_term(request)
    if complete:
        _check_complete(contract, request)


def _check_term(request: ApplicationRequest) -> None:
    if request.valid_until < request.valid_from:
        raise _invalid("使用期限", "term", "结束日期早于开始日期", "it ends before it begins")
    if request.valid_until.year > LAST_YEAR:
        raise _invalid(
            "使用期限", "term", f"结束日期晚于 {LAST_YEAR} 年", f"it ends after the year {LAST_YEAR}"
        )


def _check_complete(contract: EntryContract, request: ApplicationRequest) -> None:
    for text, zh, en in (
        (request.basis, "使用依据", "basis"),
        (request.purpose, "用途", "purpose"),
        (request.scene, "应用场景", "scene"),
    ):
        if not text.strip():
            raise _invalid(zh, en, "不能为空", "it is empty")
    if not request.clients:
        raise _invalid("调用应用", "client systems", "至少选择一个", "choose at least one")
    if not (request.lookup or request.verification):
        raise _invalid("共享方式", "methods", "查询和核验至少选一", "choose look-up or verification")
    if not any(keys and set(keys) <= set(request.items) for keys in contract.query_keys):
        raise _invalid(
            "信息项",
            "items",
            "须包含至少一组完整的查询条件",
            "they need at least one complete look-up key",
        )


def _invalid(place_zh: str, place_en: str, reason_zh: str, reason_en: str) -> ApplicationInvalid:
    return ApplicationInvalid(place_zh=place_zh, place_en=place_en, reason_zh=reason_zh, reason_en=reason_en)
