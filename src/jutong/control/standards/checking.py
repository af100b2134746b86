"""What a data element or code list must fulfil before it is kept; pure, so that a file is judged like a form."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from jutong.control.standards.binding import bare_name
from jutong.control.standards.values import CodeItem, CodeListDraft
from jutong.vocabulary.data_elements import ElementDefinition, Representation
from jutong.vocabulary.errors import RepresentationInvalid

ELEMENT_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,39}")
LIST_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
MAX_ITEMS: Final = 50_000
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LIMITS: Final[Mapping[str, int]] = {"zh": 120, "en": 120, "definition": 2000, "unit": 20, "source": 200}


class Wrong(NamedTuple):
    """Which part is wrong, and why."""

    part: str
    zh: str
    en: str


def element_faults(
    element: ElementDefinition, *, names: Mapping[str, str], lists: Collection[str]
) -> Iterator[Wrong]:
    """What is wrong with `element`, where `names` are the bare names of other elements → their codes."""
    if not ELEMENT_CODE.fullmatch(element.code):
        yield Wrong(
            "code",
            "须以字母开头，只含字母、数字、点、横线和下划线，2至40位",
            "2 to 40 letters, digits, dots, hyphens and underscores, a letter first",
        )
    for part, limit in _LIMITS.items():
        yield from _text_faults(part, getattr(element, part), limit, required=part == "zh")
    yield from _form_faults(element)
    if element.code_list and element.code_list not in lists:
        yield Wrong("code_list", "该代码集不存在或未发布", "there is no such code list in force")
    if element.code_list and element.data_type.official in {"D", "T", "L"}:
        yield Wrong(
            "data_type", "有代码集的数据元应为字符或数值", "an element with codes is a text or a number"
        )
    yield from _synonym_faults(element, names)


def _form_faults(element: ElementDefinition) -> Iterator[Wrong]:
    if not element.format:
        return
    try:
        form = Representation.parse(element.format)
    except RepresentationInvalid as error:
        yield Wrong("format", error.message("zh"), error.message("en"))
        return
    if not form.allows(element.data_type):
        yield Wrong(
            "format",
            f"与数据类型“{element.data_type.zh}”不相容",
            f"it does not go with the type {element.data_type.en}",
        )


def _synonym_faults(element: ElementDefinition, names: Mapping[str, str]) -> Iterator[Wrong]:
    own = bare_name(element.zh)
    owner = names.get(own, element.code)
    if owner != element.code:
        yield Wrong("zh", f"与数据元 {owner} 同名", f"element {owner} has this name")
    seen = {own}
    for synonym in element.synonyms:
        yield from _text_faults("synonyms", synonym, 60, required=True)
        bare = bare_name(synonym)
        if bare in seen:
            yield Wrong("synonyms", f"“{synonym}”与本数据元名称重复，或列了两次", f"“{synonym}” stands twice")
        elif names.get(bare, element.code) != element.code:
            yield Wrong(
                "synonyms",
                f"“{synonym}”是数据元 {names[bare]} 的名称，不能互为同义",
                f"“{synonym}” is the name of element {names[bare]}; two elements cannot be synonyms of each other",
            )
        seen.add(bare)


def _text_faults(part: str, text: str, limit: int, *, required: bool = False) -> Iterator[Wrong]:
    if required and not text.strip():
        yield Wrong(part, "不能为空", "it must not be empty")
    if len(text) > limit:
        yield Wrong(part, f"超过 {limit} 个字符", f"it is longer than {limit} characters")
    if _UNPRINTABLE.search(text):
        yield Wrong(part, "含有不可见的控制字符", "it holds control characters")


def list_faults(draft: CodeListDraft) -> Iterator[Wrong]:
    """What is wrong with a code list as a whole."""
    if not LIST_NAME.fullmatch(draft.name):
        yield Wrong(
            "name",
            "须以小写字母开头，只含小写字母、数字和下划线，2至60位",
            "2 to 60 lower-case letters, digits and underscores, a letter first",
        )
    for part, limit in (("zh", 120), ("en", 120), ("source", 200), ("edition", 40), ("coverage", 2000)):
        yield from _text_faults(part, getattr(draft, part), limit, required=part in {"zh", "source"})
    if not draft.items:
        yield Wrong("items", "没有任何代码", "it has no code")
    if len(draft.items) > MAX_ITEMS:
        yield Wrong("items", f"超过 {MAX_ITEMS} 个代码", f"it has more than {MAX_ITEMS} codes")
    for row, wrong in code_faults(draft.items):
        yield wrong._replace(zh=f"第 {row} 个代码{wrong.zh}", en=f"code number {row}: {wrong.en}")


def code_faults(items: Sequence[CodeItem]) -> Iterator[tuple[int, Wrong]]:
    """(place from 1, fault) of codes that are empty, doubled, or hang below what is not there or below themselves."""
    counts = Counter(item.code for item in items)
    parents = {item.code: item.parent for item in items}
    in_circle = _circular(parents)
    for row, item in enumerate(items, start=1):
        for part, limit in (("code", 60), ("name", 200), ("note", 500)):
            for wrong in _text_faults(part, getattr(item, part), limit, required=part != "note"):
                yield row, wrong
        if item.code and counts[item.code] > 1:
            yield row, Wrong("code", f"“{item.code}”重复", f"“{item.code}” stands twice")
        if item.parent and item.parent not in parents:
            yield (
                row,
                Wrong("parent", f"上级“{item.parent}”不在代码集中", f"its parent “{item.parent}” is missing"),
            )
        elif item.code in in_circle:
            yield row, Wrong("parent", "上级关系成环", "its parents form a circle")


def _circular(parents: Mapping[str, str]) -> frozenset[str]:
    """Codes that are their own ancestor."""
    settled: set[str] = {""}
    circular: set[str] = set()
    for start in parents:
        path: list[str] = []
        code = start
        on_path: set[str] = set()
        while code not in settled and code not in on_path and code in parents:
            path.append(code)
            on_path.add(code)
            code = parents[code]
        if code in on_path:
            circular.update(path[path.index(code) :])
        settled.update(path)
    return frozenset(circular)
