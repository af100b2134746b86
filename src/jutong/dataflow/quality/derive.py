"""From plain data to rules and back: `KINDS`, and what an entry's own items already demand."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from jutong.dataflow.quality.agreement import AgreesWithCitizenId
from jutong.dataflow.quality.casts import TEXTS, CastsTo
from jutong.dataflow.quality.errors import CodeListMissing, RuleInvalid, RuleItemUnknown, RuleKindUnknown
from jutong.dataflow.quality.identifiers import CitizenIdValid, UsccValid
from jutong.dataflow.quality.rules import (
    LATEST,
    DateSense,
    InCodeList,
    Length,
    Pattern,
    QualityRule,
    RegionValidAt,
    Required,
    Unique,
    WithinRange,
)
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.code_lists import code_list
from jutong.vocabulary.contracts import EntryContract, InformationItem, RuleSpec

KINDS: Final[Mapping[str, type[QualityRule]]] = {
    rule.kind: rule
    for rule in (
        Required,
        Length,
        Pattern,
        InCodeList,
        WithinRange,
        DateSense,
        CitizenIdValid,
        UsccValid,
        RegionValidAt,
        Unique,
        CastsTo,
        AgreesWithCitizenId,
    )
}

_PLATE: Final = (
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    "([A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[ABCDEFGHJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[ABCDEFGHJK])"
)

# Meaning → pattern and its words (domain reference §3.6).
_PATTERNS: Final[Mapping[Meaning, tuple[str, str]]] = {
    Meaning.MOBILE: ("1[3-9][0-9]{9}", "11 位手机号码"),
    Meaning.TELEPHONE: ("(0[0-9]{2,3}-?)?[0-9]{7,8}(-[0-9]{1,6})?|1[3-9][0-9]{9}", "区号-电话号码"),
    Meaning.POSTCODE: ("[0-9]{6}", "6 位邮政编码"),
    Meaning.EMAIL: ("[^@ ]+@[^@ ]+[.][^@ ]+", "电子邮箱地址"),
    Meaning.VIN: ("[0-9A-HJ-NPR-Z]{17}", "17 位车辆识别代号"),
    Meaning.ORGANISATION_CODE: ("[0-9A-Z]{8}-?[0-9X]", "9 位组织机构代码"),
    Meaning.REAL_ESTATE_UNIT: ("[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}", "28 位不动产单元号"),
    Meaning.PLATE: (_PLATE, "机动车号牌"),
}

# China's territory with its seas, in degrees (domain reference §3.6).
_RANGES: Final[Mapping[Meaning, tuple[float, float]]] = {
    Meaning.LONGITUDE: (73.0, 136.0),
    Meaning.LATITUDE: (3.0, 54.0),
}


def rules_of(contract: EntryContract, at: date) -> tuple[QualityRule, ...]:
    """The rules of an entry on the business date `at`: those that its items imply, then those written for it.

    Blocking by themselves are an empty key, a repeated key (the first row stays) and a value that does not have
    the promised type; everything else lands and is counted. A written rule replaces an implied one of the
    same code.

    Raises:
        RuleKindUnknown, RuleInvalid, RuleItemUnknown, CodeListMissing: the entry's rules cannot be understood.
    """
    rules: dict[str, QualityRule] = {}
    for item in contract.items:
        rules.update((rule.code, rule) for rule in _implied(item, at))
    keys = tuple(item.field for item in contract.items if item.key)
    if keys:
        code = f"{'+'.join(keys)}.unique"
        rules[code] = Unique(code=code, items=keys, blocking=True)
    known = {item.field for item in contract.items}
    for spec in contract.rules:
        missing = sorted(set(spec.fields) - known)
        if missing:
            raise RuleItemUnknown(rule=spec.code, item="、".join(missing))
        rules[spec.code] = rule_from(spec, at)
    return tuple(rules.values())


def rule_from(spec: RuleSpec, at: date) -> QualityRule:
    """The rule that `spec` writes down; a day that it leaves open is `at`.

    Raises:
        RuleKindUnknown, RuleInvalid, CodeListMissing: the kind, a parameter or a code list is unknown.
    """
    kind = KINDS.get(spec.kind)
    if kind is None:
        raise RuleKindUnknown(rule=spec.code, kind=spec.kind, known="、".join(sorted(KINDS)))
    if not spec.fields:
        raise RuleInvalid(rule=spec.code, reason="fields is empty")
    values: dict[str, Any] = dict(spec.parameters)
    unknown = sorted(set(values) - {field.name for field in msgspec.inspect.type_info(kind).fields})  # type: ignore[attr-defined]
    if unknown:
        raise RuleInvalid(rule=spec.code, reason=f"unknown parameter {'、'.join(unknown)}")
    values |= {"code": spec.code, "blocking": spec.blocking}
    values |= {"items": spec.fields} if kind is Unique else {"item": spec.fields[0]}
    if kind is AgreesWithCitizenId and len(spec.fields) > 1:
        values["id_item"] = spec.fields[1]
    if kind is CitizenIdValid or kind is RegionValidAt:
        values.setdefault("at", at)
    if kind is DateSense:
        values.setdefault("latest", at)
    if kind is InCodeList and values.get("code_list"):
        values["codes"] = _codes(str(values["code_list"]), spec.fields[0])
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise RuleInvalid(rule=spec.code, reason=str(error)) from error


def spec_of(rule: QualityRule) -> RuleSpec:
    """`rule` written down; what follows from the vocabulary (codes of a named list) is left out."""
    values = msgspec.to_builtins(rule)
    for name in ("code", "blocking", "item", "items"):
        values.pop(name, None)
    if isinstance(rule, AgreesWithCitizenId):
        values.pop("id_item")
    if isinstance(rule, InCodeList) and rule.code_list:
        values.pop("codes")
    return RuleSpec(
        code=rule.code, kind=rule.kind, fields=rule.fields, parameters=values, blocking=rule.blocking
    )


def _implied(item: InformationItem, at: date) -> Iterator[QualityRule]:
    name = item.field
    if item.required or item.key:
        yield Required(code=f"{name}.required", item=name, blocking=item.key)
    if item.data_type not in TEXTS:
        yield CastsTo(code=f"{name}.type", item=name, data_type=item.data_type, blocking=True)
    elif item.length and item.meaning is not Meaning.GEOMETRY:
        yield Length(code=f"{name}.length", item=name, most=item.length)
    if item.code_list:
        codes = _codes(item.code_list, name)
        yield InCodeList(code=f"{name}.code_list", item=name, code_list=item.code_list, codes=codes)
    if item.data_type is DataType.DATE and item.meaning not in {Meaning.DATE, Meaning.BIRTH_DATE}:
        yield DateSense(code=f"{name}.date", item=name, latest=LATEST)
    if item.meaning is not None:
        yield from _meant(name, item.meaning, at)


def _meant(name: str, meaning: Meaning, at: date) -> Iterator[QualityRule]:
    """What the meaning of an item's values demands of them."""
    if meaning in _PATTERNS:
        pattern, words = _PATTERNS[meaning]
        yield Pattern(code=f"{name}.pattern", item=name, pattern=pattern, meaning=words)
    elif meaning in _RANGES:
        low, high = _RANGES[meaning]
        yield WithinRange(code=f"{name}.range", item=name, low=low, high=high)
    elif meaning is Meaning.CITIZEN_ID:
        yield CitizenIdValid(code=f"{name}.citizen_id", item=name, at=at)
    elif meaning is Meaning.USCC:
        yield UsccValid(code=f"{name}.uscc", item=name)
    elif meaning is Meaning.REGION_CODE:
        yield RegionValidAt(code=f"{name}.region", item=name, at=at)
    elif meaning is Meaning.BIRTH_DATE:
        yield DateSense(code=f"{name}.date", item=name, latest=at)
    elif meaning is Meaning.DATE:  # terms and expiry dates lie ahead
        yield DateSense(code=f"{name}.date", item=name, latest=LATEST)


def _codes(name: str, item: str) -> tuple[str, ...]:
    try:
        return tuple(code_list(name).entries)
    except (KeyError, JutongError):
        raise CodeListMissing(item=item, name=name) from None
