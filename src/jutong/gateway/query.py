"""What is asked for: a look-up or a verification, read from parameters or a JSON body and held against the grant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from jutong.gateway.errors import (
    BodyInvalid,
    ItemNotGranted,
    KeyMissing,
    ParameterInvalid,
    ParameterUnknown,
)
from jutong.gateway.policy import GrantPlan
from jutong.kernel.paging import CursorInvalid, decode_numbers, encode_cursor, parse_limit

Claim: TypeAlias = str | int | float | bool

MAX_VALUE: Final = 256
MAX_CLAIMS: Final = 50
_PAGING: Final = ("limit", "cursor", "fields")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows by key: which items, how many, after which row (of which version of the data)."""

    key: dict[str, str]
    columns: tuple[str, ...]
    limit: int
    after: int = 0
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """Claims about the record of a key (核验)."""

    key: dict[str, str]
    claims: dict[str, Claim]


class _VerificationBody(msgspec.Struct, forbid_unknown_fields=True):
    key: dict[str, str]
    claims: dict[str, str | int | float | bool]


def read_parameters(query_string: bytes, body: bytes) -> dict[str, str]:
    """The parameters of the address and of a JSON body together.

    Raises:
        ParameterInvalid: the address cannot be read, or gives one twice.
        BodyInvalid: the body is no JSON object of texts.
    """
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=64
        )
    except ValueError as error:
        raise ParameterInvalid(
            parameter="?", reason_zh="不是 UTF-8 编码的参数串", reason_en="not parameters in UTF-8"
        ) from error
    pairs += _body_parameters(body)
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise ParameterInvalid(parameter=_shown(name), reason_zh="重复给出", reason_en="given twice")
        found[name] = value
    return found


def _body_parameters(body: bytes) -> list[tuple[str, str]]:
    if not body:
        return []
    pairs = []
    for name, value in _decode(body, dict[str, Any]).items():
        if name == "fields" and isinstance(value, list) and all(isinstance(part, str) for part in value):
            pairs.append((name, ",".join(value)))
        elif name == "limit" and isinstance(value, int) and not isinstance(value, bool):
            pairs.append((name, str(value)))
        elif isinstance(value, str):
            pairs.append((name, value))
        else:
            raise BodyInvalid(
                reason_zh=f"{_shown(name)} 应为字符串（号码不可写成数字）",
                reason_en=f"{_shown(name)} must be a text (never write a number of a register as a JSON number)",
            )
    return pairs


def parse_lookup(parameters: Mapping[str, str], plan: GrantPlan) -> Lookup:
    """Raises KeyMissing, ParameterUnknown, ParameterInvalid, ItemNotGranted, LimitInvalid, CursorInvalid."""
    key = {name: value for name, value in parameters.items() if name not in _PAGING}
    _require_key(key, plan)
    columns = tuple(plan.given)
    if parameters.get("fields"):
        columns = tuple(dict.fromkeys(parameters["fields"].split(",")))
        _require_items(columns, plan.given, plan)
    after, version = 0, None
    if parameters.get("cursor"):
        after, version = _read_cursor(parameters["cursor"])
    return Lookup(key, columns, parse_limit(parameters.get("limit")), after, version)


def parse_verification(body: bytes, plan: GrantPlan) -> Verification:
    """Raises BodyInvalid, KeyMissing, ParameterUnknown, ParameterInvalid, ItemNotGranted."""
    asked = _decode(body, _VerificationBody)
    if not 1 <= len(asked.claims) <= MAX_CLAIMS:
        raise BodyInvalid(
            reason_zh=f"claims 应有 1 到 {MAX_CLAIMS} 项", reason_en=f"claims must be 1 to {MAX_CLAIMS}"
        )
    _require_key(asked.key, plan)
    if not asked.key:
        raise KeyMissing(key_sets=_key_sets(plan))
    _require_items(tuple(asked.claims), plan.compared, plan)
    return Verification(asked.key, dict(asked.claims))


def next_cursor(row_number: int, version: int) -> str:
    return encode_cursor((row_number, version))


def _read_cursor(text: str) -> tuple[int, int]:
    row_number, version = decode_numbers(text, width=2)
    if row_number < 0:
        raise CursorInvalid
    return row_number, version


def _decode(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise BodyInvalid(reason_zh="结构或类型不符", reason_en="its shape or types do not fit") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyInvalid(reason_zh="不是 UTF-8 编码的 JSON", reason_en="not JSON in UTF-8") from error


def _require_key(key: Mapping[str, str], plan: GrantPlan) -> None:
    for name, value in key.items():
        if name not in plan.keys:
            known = sorted(plan.keys)
            raise ParameterUnknown(parameter=_shown(name), known=", ".join([*known, *_PAGING]))
        if not value.strip():
            raise KeyMissing(key_sets=_key_sets(plan))
        if len(value) > MAX_VALUE:
            raise ParameterInvalid(
                parameter=name,
                reason_zh=f"超过 {MAX_VALUE} 个字符",
                reason_en=f"longer than {MAX_VALUE} characters",
            )
    if frozenset(key) not in plan.key_sets and not (not key and not plan.keys):
        raise KeyMissing(key_sets=_key_sets(plan))


def _require_items(names: tuple[str, ...], granted: Any, plan: GrantPlan) -> None:
    for name in names:
        if name not in granted:
            raise ItemNotGranted(grant=plan.policy.grant_id, item=_shown(name))


def _key_sets(plan: GrantPlan) -> str:
    return " / ".join("+".join(keys) for keys in plan.policy.query_keys if keys)


def _shown(name: str) -> str:
    """A parameter's name as a message may repeat it: what is no name might be a value."""
    return name if _NAME.fullmatch(name) else "?"
