"""Whether items agree with the standards they bind to, and which element an item could bind to; no database."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from jutong.control.standards.terms import BindingFaultKind
from jutong.control.standards.values import BindingFault, StandardsIndex, Suggestion
from jutong.kernel.text import bare, character_pairs, dice, normalise
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.data_elements import TEXTS, ElementDefinition, Representation, family

K = BindingFaultKind

SUGGEST_FROM: Final = 0.55
"""Below this a suggestion is noise."""

_BRACKETS: Final = re.compile(r"[（(【\[].*?[)）】\]]")


@lru_cache(maxsize=65_536)
def bare_name(name: str) -> str:
    """A name without width, case, punctuation and what stands in brackets: what names are compared by."""
    text = normalise(name)
    return bare(_BRACKETS.sub("", text)) or bare(text)


def binding_faults(items: Iterable[InformationItem], index: StandardsIndex) -> tuple[BindingFault, ...]:
    """Everything that is wrong between `items` and the standards, in the order of the items."""
    return tuple(fault for item in items for fault in _faults(item, index))


def _faults(item: InformationItem, index: StandardsIndex) -> Iterator[BindingFault]:
    if not item.data_element:
        yield from _list_faults(item, index)
        yield from _unbound(item, index)
        return
    element = index.elements.get(item.data_element)
    if element is None:
        yield _missing(item, index)
        return
    yield from _shape_faults(item, element)
    if element.code_list and item.code_list != element.code_list:
        yield _differs(
            K.CODE_LIST,
            item,
            element,
            expected=element.code_list,
            found=item.code_list or "—",
            proposed=replace(item, code_list=element.code_list),
        )
    else:
        yield from _list_faults(item, index)
    if element.meaning and item.meaning and item.meaning is not element.meaning:
        yield BindingFault(
            kind=K.MEANING,
            field=item.field,
            item_name=item.name,
            element=element.code,
            zh=f"数据元“{element.zh}”的语义是{element.meaning.zh}，信息项标为{item.meaning.zh}。请改正语义，或换绑数据元。",
            en=f"Element {element.en} means {element.meaning.en}, the item is marked {item.meaning.en}. "
            "Correct the meaning or bind to another element.",
        )


def _list_faults(item: InformationItem, index: StandardsIndex) -> Iterator[BindingFault]:
    if not item.code_list or item.code_list in index.lists:
        return
    ended = item.code_list in index.ended_lists
    yield BindingFault(
        kind=K.ABOLISHED_LIST if ended else K.UNKNOWN_LIST,
        field=item.field,
        item_name=item.name,
        element=item.data_element,
        zh=f"代码集 {item.code_list} {'已废止' if ended else '不在标准中'}。请改用现行代码集，或先登记该代码集。",
        en=f"Code list {item.code_list} {'is abolished' if ended else 'is unknown'}. Use one in force, or register it first.",
    )


def _missing(item: InformationItem, index: StandardsIndex) -> BindingFault:
    code = item.data_element
    if code not in index.ended:
        return BindingFault(
            kind=K.UNKNOWN_ELEMENT,
            field=item.field,
            item_name=item.name,
            element=code,
            zh=f"数据元 {code} 不在标准中。请从数据元目录中选择，或先登记该数据元。",
            en=f"Data element {code} is unknown. Choose one from the list, or register it first.",
        )
    successor = index.ended[code]
    return BindingFault(
        kind=K.ABOLISHED_ELEMENT,
        field=item.field,
        item_name=item.name,
        element=code,
        zh=f"数据元 {code} 已废止，"
        + (f"由 {successor} 代替。请换绑。" if successor else "请换绑现行数据元。"),
        en=f"Data element {code} is abolished"
        + (f"; {successor} replaces it. Bind to that." if successor else ". Bind to one in force."),
        proposed=replace(item, data_element=successor) if successor in index.elements else None,
    )


@lru_cache(maxsize=4096)
def _form(text: str) -> Representation | None:
    return Representation.parse(text) if text else None


def _shape_faults(item: InformationItem, element: ElementDefinition) -> Iterator[BindingFault]:
    if item.data_type not in family(element.data_type):
        yield _differs(
            K.TYPE,
            item,
            element,
            expected=element.data_type.zh,
            found=item.data_type.zh,
            expected_en=element.data_type.en,
            found_en=item.data_type.en,
            proposed=replace(item, data_type=element.data_type),
        )
        return
    form = _form(element.format)
    if form is None or form.length is None:
        return
    short = form.fixed and item.length is not None and item.length < form.length
    if item.length is not None and (item.length > form.length or short):
        yield _differs(
            K.LENGTH,
            item,
            element,
            expected=element.format,
            found=str(item.length),
            proposed=replace(item, length=form.length),
        )
    if form.scale is not None and item.scale is not None and item.scale != form.scale:
        yield _differs(
            K.SCALE,
            item,
            element,
            expected=str(form.scale),
            found=str(item.scale),
            proposed=replace(item, scale=form.scale),
        )


def _differs(
    kind: BindingFaultKind,
    item: InformationItem,
    element: ElementDefinition,
    *,
    expected: str,
    found: str,
    proposed: InformationItem,
    expected_en: str = "",
    found_en: str = "",
) -> BindingFault:
    return BindingFault(
        kind=kind,
        field=item.field,
        item_name=item.name,
        element=element.code,
        zh=f"{kind.zh}：数据元“{element.zh}”为 {expected}，信息项为 {found}。请按标准修改，或换绑数据元。",
        en=f"{kind.en}: element {element.en or element.code} has {expected_en or expected}, the item {found_en or found}. "
        "Follow the standard or bind to another element.",
        proposed=proposed,
    )


def _unbound(item: InformationItem, index: StandardsIndex) -> Iterator[BindingFault]:
    """Only a name that is the element's own or a synonym: anything less is for a person to look at."""
    code = index.by_name.get(bare_name(item.name))
    if code is None or not _fits(item, element := index.elements[code]):
        return
    yield BindingFault(
        kind=K.UNBOUND,
        field=item.field,
        item_name=item.name,
        element=code,
        zh=f"“{item.name}”与数据元“{element.zh}”（{code}）同名或同义，可以绑定。请确认后绑定。",
        en=f"“{item.name}” has the name of data element {element.en or code} ({code}) or a synonym. Bind it if so.",
        proposed=replace(item, data_element=code),
    )


def _fits(item: InformationItem, element: ElementDefinition) -> bool:
    if item.meaning and element.meaning and item.meaning is not element.meaning:
        return False
    if item.data_type in family(element.data_type):
        return True
    form = _form(element.format)
    # A code of digits may be kept as a number, and a date as a text: to be corrected once it is bound.
    return bool(form and form.allows(item.data_type)) or item.data_type in TEXTS


def suggest_elements(
    item: InformationItem, index: StandardsIndex, *, limit: int = 5
) -> tuple[Suggestion, ...]:
    """Elements that the item could bind to, the best first, each with its reason."""
    name = bare_name(item.name)
    pairs = character_pairs(name)
    codes = {code for pair in pairs for code in index.by_pair.get(pair, ())}
    if item.meaning or item.code_list:
        codes |= {code for code, one in index.elements.items() if _same_values(item, one)}
    found = (_suggestion(item, name, pairs, index.elements[code]) for code in codes)
    ranked = sorted(
        (one for one in found if one.score >= SUGGEST_FROM), key=lambda one: (-one.score, one.element.code)
    )
    return tuple(ranked[:limit])


def _same_values(item: InformationItem, element: ElementDefinition) -> bool:
    by_meaning = item.meaning is not None and item.meaning is element.meaning
    return by_meaning or bool(item.code_list and item.code_list == element.code_list)


def _suggestion(
    item: InformationItem, name: str, pairs: frozenset[str], element: ElementDefinition
) -> Suggestion:
    score, zh, en = _name_score(name, pairs, element)
    if _same_values(item, element):
        score = min(1.0, max(score, 0.5) + 0.15)
        zh, en = f"{zh}，语义或代码集相同", f"{en}; same meaning or code list"
    if not _fits(item, element):
        score *= 0.5
        zh, en = f"{zh}，但数据类型或语义不同", f"{en}; but type or meaning differ"
    return Suggestion(element=element, score=round(score, 2), zh=zh, en=en)


def _name_score(name: str, pairs: frozenset[str], element: ElementDefinition) -> tuple[float, str, str]:
    own = bare_name(element.zh)
    if name == own:
        return 1.0, "名称相同", "same name"
    best = (0.0, "名称不同", "different name")
    for other in (own, *map(bare_name, element.synonyms)):
        if name == other:
            return 0.95, f"是“{element.zh}”的同义名称", f"a synonym of {element.en or element.zh}"
        if len(other) >= 3 and name.endswith(other):
            best = max(best, (0.7, f"名称以“{other}”结尾", f"its name ends in {other}"))
        alike = dice(pairs, character_pairs(other))
        best = max(best, (0.85 * alike, "名称相近", "similar name"))
    return best
