"""Items of the demo's entries bound to the data elements that they are; one mismatch is left for the visitor to find."""

from dataclasses import replace
from typing import Final

from jutong.control.catalogue.api import EntryDraft
from jutong.control.standards import api as standards
from jutong.control.standards.api import BindingFaultKind, StandardsIndex
from jutong.vocabulary.contracts import InformationItem

MISMATCH: Final = ("police_population", "relation", "DE01016")
"""(service, field, data element): the police write the relation in words, the element is a code."""


def bound(service: str, draft: EntryDraft, index: StandardsIndex) -> EntryDraft:
    """`draft` with each item bound that has an element's name or a synonym and agrees with it wholly."""
    return replace(draft, items=tuple(_bound(service, item, index) for item in draft.items))


def _bound(service: str, item: InformationItem, index: StandardsIndex) -> InformationItem:
    if (service, item.field) == MISMATCH[:2]:
        return replace(item, data_element=MISMATCH[2])
    for fault in standards.binding_faults((item,), index):
        proposed = fault.proposed
        if fault.kind is BindingFaultKind.UNBOUND and proposed is not None:
            return item if standards.binding_faults((proposed,), index) else proposed
    return item
