"""What a column means, told from its name and from how many of its values pass the check of that meaning."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from jutong.dataflow.connectors.meanings import NAMES, SIGNS, Sign
from jutong.vocabulary.catalogue import Meaning

_MOST_VALUES: Final = 1_000
# Values that stand for "not known" say nothing about the meaning.
PLACEHOLDERS: Final = frozenset(
    {
        "",
        "NA",
        "N/A",
        "n/a",
        "null",
        "NULL",
        "None",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "暂无",
        "不详",
        "未知",
        "空",
    }
)
_FEW: Final = 3
_GOOD: Final = 0.8
_FAIR: Final = 0.3
_NAMED: Final = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why: whether the name says so, how many distinct values were checked and how many passed."""

    name_matched: bool = False
    checked: int = 0
    passed: int = 0

    @property
    def share(self) -> float:
        return self.passed / self.checked if self.checked else 0.0

    def label(self, language: str = "zh") -> str:
        if language.startswith("zh"):
            name = "列名符合" if self.name_matched else "列名未提示"
            return f"{name}；抽查 {self.checked} 个不同的值，{self.passed} 个通过校验"
        name = "the name says so" if self.name_matched else "the name does not say so"
        return f"{name}; {self.passed} of {self.checked} distinct values pass the check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """`meaning` is None where nothing convinces; `confidence` runs from 0 to 1."""

    meaning: Meaning | None = None
    confidence: float = 0.0
    evidence: Evidence = Evidence()

    def to_dict(self) -> dict[str, Any]:
        return {
            "meaning": self.meaning.value if self.meaning else None,
            "zh": self.meaning.zh if self.meaning else "",
            "en": self.meaning.en if self.meaning else "",
            "confidence": round(self.confidence, 3),
            "evidence": {
                "name_matched": self.evidence.name_matched,
                "checked": self.evidence.checked,
                "passed": self.evidence.passed,
                "zh": self.evidence.label("zh"),
                "en": self.evidence.label("en"),
            },
        }


def recognise(name: str, values: Iterable[str | None], comment: str = "") -> Recognition:
    """The meaning of the column called `name` that holds `values` (a sample is enough; nulls are passed over).

    What a database says of the column (`comment`) counts like its name.
    """
    sample = _distinct(values)
    normals = [_normal(text) for text in (name, comment) if text]
    best = Recognition()
    for index, sign in enumerate(SIGNS):
        named = any(NAMES[index].fullmatch(normal) for normal in normals)
        if not named and not _worth_checking(sign, sample):
            continue
        evidence = Evidence(name_matched=named, checked=len(sample), passed=sum(map(sign.check, sample)))
        confidence = _confidence(sign, evidence)
        if _weight(confidence, evidence) > _weight(best.confidence, best.evidence):
            best = Recognition(meaning=sign.meaning, confidence=confidence, evidence=evidence)
    return best


def _weight(confidence: float, evidence: Evidence) -> float:
    """What the name says is only outdone by values that say something else much more clearly."""
    return confidence + (_NAMED if evidence.name_matched and confidence else 0.0)


def _normal(text: str) -> str:
    """Lower case, without blanks, without what is explained after it: 性别（1男2女）, 状态：0 停用."""
    plain = re.sub(r"\s+", "", text).lower()
    return re.sub(r"([（(].*?[）)]|[:：,，;；。].*)$", "", plain) or plain


def _worth_checking(sign: Sign, sample: list[str]) -> bool:
    """Whether the values might speak for themselves: the first few tell when they do not."""
    first = sample[:20]
    return bool(sign.alone) and len(sample) >= _FEW and sum(map(sign.check, first)) * 10 >= len(first) * 7


def _confidence(sign: Sign, evidence: Evidence) -> float:
    share = evidence.share
    if evidence.name_matched:
        if not evidence.checked:
            return 0.5 if sign.firm else 0.4
        if share >= _GOOD:
            return 0.6 + 0.4 * share
        if share >= _FAIR:
            return 0.4 + 0.4 * share
        return 0.4 if sign.firm else 0.0
    # Without the name nearly every value must pass, and enough of them.
    enough = min(1.0, evidence.checked / 10) if sign.alone < _GOOD else 1.0
    return sign.alone * share * enough if share >= 0.9 and sign.alone * enough >= 0.5 else 0.0


def _distinct(values: Iterable[str | None]) -> list[str]:
    seen: dict[str, None] = {}
    for value in values:
        if value is not None and (text := value.strip()) not in PLACEHOLDERS:
            seen[text] = None
            if len(seen) >= _MOST_VALUES:
                break
    return list(seen)
