"""From an approved application to one frozen policy: against the entry's contract, nothing more than was approved."""

from jutong.control.grants.errors import PolicyInvalid
from jutong.control.grants.values import GrantRequest
from jutong.kernel.crypto import provider
from jutong.vocabulary.catalogue import SHARING_STRICTNESS, SharingType
from jutong.vocabulary.contracts import EntryContract, GrantPolicy, InformationItem


def compile_policy(request: GrantRequest, contract: EntryContract, *, grant_id: str) -> GrantPolicy:
    """The policy that `request` compiles to under `contract`.

    A row can be looked up by those of the entry's query keys whose items are all granted in some form: a consumer
    who may not know an item may not search by it either.

    Raises:
        PolicyInvalid: an item is unknown or not shared, there is no client system, the term is empty, no key is left.
    """
    items = {item.field: item for item in contract.items}
    for granted in request.items:
        _check_item(granted.field, items)
    for name, _ in request.row_filter:
        _check_item(name, items)
    if not request.items:
        raise _invalid("没有可提供的信息项", "no item is let out")
    if not request.clients:
        raise _invalid("没有指定调用应用", "no client system is named")
    if request.valid_until <= request.valid_from:
        raise _invalid("使用期限为空", "the term is empty")
    if not (request.lookup or request.verification):
        raise _invalid("查询和核验均未选择", "neither look-up nor verification is chosen")
    names = {item.field for item in request.items}
    # An empty set would let the consumer list every row: nobody asked for that, nobody approved it.
    keys = tuple(keys for keys in contract.query_keys if keys and set(keys) <= names)
    if not keys:
        raise _invalid("授权项不含任何一组查询条件", "the items hold no complete look-up key")
    readable = any(not item.verification_only for item in request.items)
    return GrantPolicy(
        grant_id=grant_id,
        application_id=request.application,
        consumer=request.consumer,
        consumer_name=request.consumer_name,
        clients=request.clients,
        entry=contract.code,
        entry_title=contract.title,
        service=contract.service,
        provider=contract.provider,
        provider_name=contract.provider_name,
        items=request.items,
        query_keys=keys,
        purpose=request.purpose,
        basis=request.basis,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        # With nothing but items for verification there is nothing that a look-up could return.
        lookup=request.lookup and readable,
        verification=request.verification or not readable,
        row_filter=request.row_filter,
        daily_quota=request.daily_quota,
        rate_per_second=request.rate_per_second,
    )


def _check_item(name: str, items: dict[str, InformationItem]) -> None:
    if name not in items:
        raise _invalid(f"目录中没有信息项 {name}", f"the entry has no item {name}")
    if SHARING_STRICTNESS[items[name].sharing_type] >= SHARING_STRICTNESS[SharingType.NOT_SHARED]:
        raise _invalid(f"信息项 {name} 不予共享", f"the item {name} is not shared")


def _invalid(reason_zh: str, reason_en: str) -> PolicyInvalid:
    return PolicyInvalid(reason_zh=reason_zh, reason_en=reason_en)


def policy_digest(policy: GrantPolicy) -> str:
    """SM3 (hex) of the policy's exact text."""
    return provider("gm").digest(policy.to_json().encode()).hex()
