"""Which code list a column's values belong to, told by the values and, for short codes, by the name as well."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from jutong.dataflow.connectors.recognise import PLACEHOLDERS
from jutong.vocabulary.code_lists import code_lists

# Lists that say something about a column; those of regions of other years and parts of identifiers do not.
_LISTS: Final[Mapping[str, str]] = {
    "sex": r".*(性别|xb|sex|gender).*",
    "marital_status": r".*(婚姻|hyzk|marital).*",
    "nation": r".*(民族|mz|nation|ethnic).*",
    "education": r".*(学历|文化程度|xl|education).*",
    "political_status": r".*(政治面貌|zzmm|political).*",
    "overseas_status": r".*(港澳台侨|gatq).*",
    "economic_type": r".*(经济类型|jjlx|economic_type).*",
    "registration_type": r".*(登记注册类型|企业类型|djzclx|qylx|registration_type).*",
    "certificate_status": r".*(证照状态|证书状态|zzzt|certificate_status).*",
    "employment_status": r".*(从业状况|就业状态|employment).*",
    "family_relation": r".*(家庭关系|与户主关系|yhzgx|relation).*",
    "industry": r".*(行业|hy(dm|lb)|industry).*",
    "matter_type": r".*(事项类型|sxlx|task_?type|matter_?type).*",
    "exercise_level": r".*(行使层级|xscj|use_?level).*",
    "holder_code_type": r".*(证件类型|zjlx|cert_?type|id_?type).*",
    "region": r".*(区划|xzqh|region|adcode|area_?code).*",
}
_SAMPLE: Final = 500
_ENOUGH: Final = 4
_GOOD: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedColumn:
    """A list and how well the distinct values fit it; `by_name`: names stand in the column, not codes."""

    code_list: str
    checked: int
    passed: int
    named: bool
    by_name: bool

    @property
    def confidence(self) -> float:
        share = self.passed / self.checked
        return round(share * (0.95 if self.named else 0.7), 3)


def recognise_code_list(name: str, values: Iterable[str | None], comment: str = "") -> CodedColumn | None:
    """The list that at least nine of ten distinct values are of; None where none convinces.

    Digits alone say nothing (1, 2, 3 fit many lists): codes need the column's name, names of entries do not.
    """
    sample = _distinct(values)
    if not sample:
        return None
    texts = [re.sub(r"\s", "", text).lower() for text in (name, comment) if text]
    best: CodedColumn | None = None
    for one, pattern in _LISTS.items():
        named = any(re.fullmatch(pattern, text) for text in texts)
        for by_name, known in enumerate(_entries()[one]):
            if not named and not (by_name and len(sample) >= _ENOUGH):
                continue
            passed = sum(value in known for value in sample)
            found = CodedColumn(
                code_list=one, checked=len(sample), passed=passed, named=named, by_name=bool(by_name)
            )
            if passed / len(sample) >= _GOOD and (best is None or found.confidence > best.confidence):
                best = found
    return best


def _distinct(values: Iterable[str | None]) -> list[str]:
    found: dict[str, None] = {}
    for value in values:
        if value is not None and (text := value.strip()) not in PLACEHOLDERS:
            found[text] = None
            if len(found) >= _SAMPLE:
                break
    return list(found)


@cache
def _entries() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """List → (codes, names)."""
    known = code_lists()
    return {
        name: (frozenset(known[name].entries), frozenset(known[name].entries.values()))
        for name in _LISTS
        if name in known
    }
