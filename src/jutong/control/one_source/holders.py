"""Who holds what: facts of every item of the catalogue, with the line of departments that each holder belongs to."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jutong.control.catalogue.api import EntryDraft, held_items
from jutong.control.directory.api import departments
from jutong.control.one_source.naming import subject_of
from jutong.control.one_source.values import ItemFact
from jutong.vocabulary.catalogue import DataType, Meaning


class Holder(NamedTuple):
    name: str
    line: str


def holders() -> Mapping[str, Holder]:
    """Code of every department → its name and its line: the topmost department above it."""
    found = departments()
    parents = {one.code: one.parent for one in found}
    return {one.code: Holder(one.name, _top(one.code, parents)) for one in found}


def _top(code: str, parents: Mapping[str, str | None]) -> str:
    seen = {code}
    while (above := parents.get(code)) and above not in seen:
        seen.add(above)
        code = above
    return code


def item_facts(known: Mapping[str, Holder]) -> Iterable[ItemFact]:
    """Every item of live entries and of those being drawn up."""
    types = {one.value: one for one in DataType}
    meanings: dict[str, Meaning | None] = {one.value: one for one in Meaning} | {"": None}
    for item in held_items():
        holder = known.get(item.provider) or Holder(item.provider, item.provider)
        yield ItemFact(
            service=item.service,
            field=item.field,
            name=item.name,
            department=item.provider,
            department_name=holder.name,
            line=holder.line,
            title=item.title,
            live=item.live,
            data_type=types[item.data_type],
            length=item.length,
            meaning=meanings[item.meaning],
            code_list=item.code_list,
            data_element=item.data_element,
            description=item.description,
            key=item.key,
        )


def facts_of_draft(draft: EntryDraft, provider: str, holder: Holder) -> tuple[ItemFact, ...]:
    """The items of a draft as facts; it has no service yet."""
    subject = subject_of(draft.title, ((item.name, item.meaning, item.key) for item in draft.items))
    return tuple(
        ItemFact(
            service="",
            field=item.field,
            name=item.name,
            department=provider,
            department_name=holder.name,
            line=holder.line,
            title=draft.title,
            live=False,
            data_type=item.data_type,
            length=item.length,
            meaning=item.meaning,
            code_list=item.code_list,
            data_element=item.data_element,
            description=item.description,
            key=item.key,
            subject=subject,
        )
        for item in draft.items
    )
