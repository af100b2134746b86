"""Departments as lists write them, told by credit code, name and likeness; pure."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from jutong.control.directory.api import DepartmentView
from jutong.control.duties.values import Suggestion
from jutong.vocabulary.identifiers import is_uscc

SHOWN: Final = 3
_LIKELY: Final = 0.55
# What an abbreviation leaves out of the full name, or puts in its place.
_SAME: Final = (
    ("市场监督管理", "市监"), ("市场监管", "市监"), ("人力资源和社会保障", "人社"), ("住房和城乡建设", "住建"),
    ("卫生健康委员会", "卫健局"), ("卫健委", "卫健局"), ("发展和改革委员会", "发改局"), ("发改委", "发改局"),
    ("发展和改革", "发改"), ("经济和信息化", "经信"), ("教育和体育", "教体"), ("文化和旅游", "文旅"),
    ("文化广电和旅游", "文广旅"), ("文化广电旅游", "文广旅"), ("规划和自然资源", "规资"), ("城市管理", "城管"),
    ("残疾人联合会", "残联"), ("教育科技和体育", "教科体"), ("综合行政执法", "综合执法"), ("公共资源交易管理", "公管"),
)  # fmt: skip


def exact_department(
    label: str, usccs: Iterable[str], region: str, departments: Sequence[DepartmentView]
) -> str | None:
    """The department whose credit code or name it is; None where there is none, or more than one."""
    codes = {uscc.upper() for uscc in usccs}
    found = {one.code for one in departments if one.uscc and one.uscc in codes}
    if not found:
        near = [one for one in departments if not region or one.region == region]
        found = {one.code for one in near if label and label in {one.name, one.short_name}}
    return found.pop() if len(found) == 1 else None


def suggestions(
    label: str, usccs: Iterable[str], region: str, departments: Sequence[DepartmentView]
) -> tuple[Suggestion, ...]:
    """The likeliest departments, the best first, each with its reason."""
    bodies = {uscc[8:17].upper() for uscc in usccs if is_uscc(uscc)}
    found = [one for view in departments if (one := _suggestion(label, bodies, region, view))]
    return tuple(sorted(found, key=lambda one: (-one.score, one.department))[:SHOWN])


def _suggestion(label: str, bodies: set[str], region: str, view: DepartmentView) -> Suggestion | None:
    if view.uscc and view.uscc[8:17] in bodies:
        return Suggestion(
            department=view.code,
            name=view.name,
            score=0.95,
            reason_zh="信用代码中的组织机构代码相同，登记区划不同",
            reason_en="the same organisation code, registered in another region",
        )
    alike = max(likeness(label, view.name), likeness(label, view.short_name))
    score = alike * (1.0 if not region or view.region == region else 0.8)
    if score < _LIKELY:
        return None
    place_zh = "" if not region or view.region == region else "，但区划不同"
    place_en = "" if not region or view.region == region else ", of another region"
    return Suggestion(
        department=view.code,
        name=view.name,
        score=round(score, 2),
        reason_zh=f"名称相近（{alike:.0%}）{place_zh}",
        reason_en=f"a similar name ({alike:.0%}){place_en}",
    )


def likeness(short: str, full: str) -> float:
    """From 0 to 1 how far one name may stand for the other; places in front do not count."""
    one, other = _core(short), _core(full)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    shorter, longer = sorted((one, other), key=len)
    letters = iter(longer)
    within = all(letter in letters for letter in shorter)
    return max(ratio, 0.6 + 0.3 * ratio) if within else ratio


def _core(name: str) -> str:
    text = re.sub(r"[（(].*?[)）]|\s", "", name)
    text = re.sub(r"^.{0,12}?(省|市|自治州|区|县|旗)(?=.{2,})", "", text)
    for full, short in _SAME:
        text = text.replace(full, short)
    return re.sub(r"(委员会|管理局|办公室|部门|局|委|厅|办)$", "", text) or text
