"""Whether two items are the same, part by part, each with its reason in both languages; no database."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jutong.control.one_source.naming import KINDS, Naming, title_core
from jutong.control.one_source.terms import Part
from jutong.control.one_source.values import Identity, ItemFact, Judgement, PartScore
from jutong.control.standards.api import bare_name
from jutong.kernel.text import character_pairs, dice
from jutong.vocabulary.data_elements import family
from jutong.vocabulary.sketches import ColumnSketch, overlap

SAME_FROM: Final = 0.62
"""From this score on two items are taken for the same."""
NEAR_FROM: Final = 0.72
"""And from this one on where their names differ and no values speak for it."""
FEW_VALUES: Final = 30
"""Columns with fewer distinct values share them by chance: sexes, yes and no."""

_WEIGHTS: Final = {
    Part.NAME: 35,
    Part.ELEMENT: 20,
    Part.KIND: 15,
    Part.DESCRIPTION: 10,
    Part.CONTEXT: 10,
    Part.VALUES: 20,
}
_STRONG_VALUES: Final = 60
"""Weight of the values where a hundred and more are mostly common: chance cannot do that."""

_OPPOSITES: Final = (
    ("起", "止"), ("开始", "结束"), ("起始", "截止"), ("出生", "死亡"), ("申请", "办结"), ("申请", "受理"),
    ("受理", "办结"), ("应", "实"), ("收入", "支出"), ("入", "出"), ("原", "现"), ("经度", "纬度"), ("户籍", "居住"),
    ("父", "母"), ("男", "女"), ("买", "卖"), ("发证", "到期"), ("生效", "失效"), ("甲方", "乙方"), ("申请人", "被申请人"),
    ("开工", "竣工"), ("注册", "实缴"), ("结婚", "离婚"), ("本级", "上级"),
)  # fmt: skip


def judge(
    left: ItemFact,
    right: ItemFact,
    naming: Naming,
    sketches: tuple[ColumnSketch | None, ColumnSketch | None] = (None, None),
) -> Judgement:
    """How like the items are; the order of the two does not matter."""
    ours, theirs = naming.identity(left), naming.identity(right)
    parts = (
        _name(ours, theirs, naming),
        _element(left, right, ours, theirs, naming),
        _kind(left, right),
        _description(left, right),
        _context(left, right, generic=ours.generic or theirs.generic),
        _values(*sketches),
    )
    weight = sum(part.weight for part in parts)
    score = sum(part.score * part.weight for part in parts) / weight if weight else 0.0
    score = min(score, _ceiling(left, right, ours, theirs))
    by_values = parts[-1].weight == _STRONG_VALUES
    enough = SAME_FROM if parts[0].score == 1 or by_values else NEAR_FROM
    return Judgement(same=score >= enough, score=round(score, 3), parts=parts)


def _ceiling(left: ItemFact, right: ItemFact, ours: Identity, theirs: Identity) -> float:
    """What speaks so clearly against it that likeness elsewhere does not help."""
    bound_apart = left.data_element and right.data_element and left.data_element != right.data_element
    meant_apart = left.meaning and right.meaning and left.meaning is not right.meaning
    if bound_apart or meant_apart or ours.qualifier != theirs.qualifier or _opposed(ours.bare, theirs.bare):
        return 0.4
    if ours.role is not theirs.role:
        return 0.5
    if _titles(left.title, right.title) >= 0.5:
        return 1.0
    if ours.generic or theirs.generic:
        return 0.5
    subjects = {left.subject, right.subject}
    return 0.55 if not ours.concept and len(subjects) > 1 and subjects & KINDS else 1.0


@lru_cache(maxsize=65_536)
def _opposed(one: str, other: str) -> bool:
    for first, second in _OPPOSITES:
        has = (first in one, second in one, first in other, second in other)
        if has in {(True, False, False, True), (False, True, True, False)}:
            return True
    return False


@lru_cache(maxsize=262_144)
def likeness(one: str, other: str) -> float:
    """Dice's coefficient over the pairs of characters of two bare texts."""
    if one == other:
        return 1.0
    return dice(_pairs(one), _pairs(other))


@lru_cache(maxsize=65_536)
def _pairs(text: str) -> frozenset[str]:
    return character_pairs(text)


def _titles(one: str, other: str) -> float:
    return likeness(title_core(one), title_core(other))


def _part(part: Part, score: float, zh: str, en: str, *, weight: int | None = None) -> PartScore:
    weight = _WEIGHTS[part] if weight is None else weight
    return PartScore(part=part, score=round(score, 3), weight=weight, zh=zh, en=en)


def _name(ours: Identity, theirs: Identity, naming: Naming) -> PartScore:
    if ours.bare == theirs.bare:
        return _part(Part.NAME, 1.0, "名称相同", "same name")
    if ours.concept and ours.concept == theirs.concept and ours.qualifier == theirs.qualifier:
        element = naming.index.elements[ours.concept]
        return _part(
            Part.NAME,
            1.0,
            f"都是“{element.zh}”的名称或同义名称",
            f"both are names of {element.en or element.zh}",
        )
    if ours.qualifier != theirs.qualifier:
        whose = "、".join(f"“{one}”" for one in (ours.qualifier, theirs.qualifier) if one)
        return _part(Part.NAME, 0.2, f"限定不同：{whose}", f"qualified differently: {whose}")
    share = likeness(ours.bare, theirs.bare)
    return _part(Part.NAME, share, f"名称相近度 {share:.0%}", f"names are {share:.0%} alike")


def _element(left: ItemFact, right: ItemFact, ours: Identity, theirs: Identity, naming: Naming) -> PartScore:
    if left.data_element and right.data_element:
        same = left.data_element == right.data_element
        if same:
            return _part(
                Part.ELEMENT,
                1.0,
                f"绑定同一数据元 {left.data_element}",
                f"bound to the same element {left.data_element}",
            )
        return _part(
            Part.ELEMENT,
            0.0,
            f"绑定不同数据元：{left.data_element}、{right.data_element}",
            f"bound to different elements: {left.data_element}, {right.data_element}",
        )
    if ours.concept and ours.concept == theirs.concept:
        element = naming.index.elements[ours.concept]
        return _part(
            Part.ELEMENT,
            0.8,
            f"按名称都对应数据元“{element.zh}”，未全部绑定",
            f"by their names both are element {element.en or element.zh}, not all bound",
        )
    return _part(
        Part.ELEMENT, 0.0, "没有绑定数据元，不作依据", "not bound to an element: not judged", weight=0
    )


def _kind(left: ItemFact, right: ItemFact) -> PartScore:
    type_same = right.data_type in family(left.data_type)
    score = (0.4 if type_same else 0.0) + _agreement(left.meaning, right.meaning, 0.4)
    score += _agreement(left.code_list, right.code_list, 0.2)
    zh = ["类型相容" if type_same else f"类型不同：{left.data_type.zh}、{right.data_type.zh}"]
    en = ["types go together" if type_same else f"types differ: {left.data_type.en}, {right.data_type.en}"]
    if left.meaning and left.meaning is right.meaning:
        zh.append(f"语义都是{left.meaning.zh}")
        en.append(f"both mean {left.meaning.en}")
    if left.code_list and left.code_list == right.code_list:
        zh.append(f"同用代码集 {left.code_list}")
        en.append(f"both use code list {left.code_list}")
    return _part(Part.KIND, score, "，".join(zh), "; ".join(en))


def _agreement(one: object, other: object, full: float) -> float:
    """Full where both say the same, nothing where they differ, most of it where one is silent."""
    if one and other:
        return full if one == other else 0.0
    return full * 0.75


def _description(left: ItemFact, right: ItemFact) -> PartScore:
    one, other = bare_name(left.description), bare_name(right.description)
    if len(one) < 4 or len(other) < 4:
        return _part(Part.DESCRIPTION, 0.0, "描述不全，不作依据", "no description: not judged", weight=0)
    share = likeness(one, other)
    return _part(
        Part.DESCRIPTION, share, f"描述相近度 {share:.0%}", f"their descriptions are {share:.0%} alike"
    )


def _context(left: ItemFact, right: ItemFact, *, generic: bool) -> PartScore:
    titles = _titles(left.title, right.title)
    if left.subject == right.subject:
        score, zh, en = 0.7 + 0.3 * titles, "目录对象相同", "their entries are about the same kind of thing"
    else:
        score, zh, en = 0.4 * titles, "目录对象不同", "their entries are about different things"
    zh, en = f"{zh}，目录名称相近度 {titles:.0%}", f"{en}; titles are {titles:.0%} alike"
    return _part(Part.CONTEXT, score, zh, en, weight=25 if generic else None)


def _values(left: ColumnSketch | None, right: ColumnSketch | None) -> PartScore:
    if left is None or right is None:
        return _part(Part.VALUES, 0.0, "没有可比的数据", "no data to compare", weight=0)
    fewest = min(left.distinct, right.distinct)
    if fewest < FEW_VALUES:
        return _part(Part.VALUES, 0.0, "取值太少，重合不作依据", "too few distinct values to tell", weight=0)
    found = overlap(left, right)
    share = max(found.left_in_right.share, found.right_in_left.share)
    bounds = f"{found.jaccard.low:.0%}–{found.jaccard.high:.0%}"
    zh = f"取值重合 {found.jaccard.share:.0%}（{bounds}），最多 {share:.0%} 包含于对方"
    en = (
        f"{found.jaccard.share:.0%} of the values are common ({bounds}); "
        f"up to {share:.0%} of one are in the other"
    )
    strong = share >= 0.5 and fewest >= 100
    return _part(Part.VALUES, share, zh, en, weight=_STRONG_VALUES if strong else None)


def best_representative(members: Iterable[ItemFact]) -> ItemFact:
    """The member that says most about itself: published, bound, described; the first by place among equals."""

    def fullness(fact: ItemFact) -> tuple[int, int, str, str]:
        said = 4 * fact.live + 4 * bool(fact.data_element) + 2 * bool(fact.meaning) + bool(fact.code_list)
        return -said, -min(len(fact.description), 80), fact.service, fact.field

    return min(members, key=fullness)
