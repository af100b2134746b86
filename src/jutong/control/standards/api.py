"""Use cases of standards: the only door for other apps, pages, processes and the demo."""

from jutong.control.standards.binding import bare_name, binding_faults, suggest_elements
from jutong.control.standards.code_lists import (
    abolish_code_list,
    code_items,
    code_list_versions,
    code_lists,
    compare_code_lists,
    discard_code_list_draft,
    issue_code_list,
    save_code_list,
)
from jutong.control.standards.elements import (
    abolish_element,
    data_element,
    data_elements,
    discard_element_draft,
    element_changes,
    element_versions,
    issue_element,
    save_element,
)
from jutong.control.standards.importing import (
    CODE_COLUMNS,
    ELEMENT_COLUMNS,
    code_rows,
    element_rows,
    import_code_list,
    import_elements,
)
from jutong.control.standards.index import index_of, standards_index
from jutong.control.standards.installing import install_standards
from jutong.control.standards.terms import BindingFaultKind, Origin, StandardAction, StandardStatus
from jutong.control.standards.values import (
    BindingFault,
    CodeItem,
    CodeListDiff,
    CodeListDraft,
    CodeListVersionView,
    ElementView,
    ImportFault,
    ImportOutcome,
    StandardsIndex,
    Suggestion,
)
from jutong.vocabulary.data_elements import ElementDefinition

__all__ = [
    "CODE_COLUMNS",
    "ELEMENT_COLUMNS",
    "BindingFault",
    "BindingFaultKind",
    "CodeItem",
    "CodeListDiff",
    "CodeListDraft",
    "CodeListVersionView",
    "ElementDefinition",
    "ElementView",
    "ImportFault",
    "ImportOutcome",
    "Origin",
    "StandardAction",
    "StandardStatus",
    "StandardsIndex",
    "Suggestion",
    "abolish_code_list",
    "abolish_element",
    "bare_name",
    "binding_faults",
    "code_items",
    "code_list_versions",
    "code_lists",
    "code_rows",
    "compare_code_lists",
    "data_element",
    "data_elements",
    "discard_code_list_draft",
    "discard_element_draft",
    "element_changes",
    "element_rows",
    "element_versions",
    "import_code_list",
    "import_elements",
    "index_of",
    "install_standards",
    "issue_code_list",
    "issue_element",
    "save_code_list",
    "save_element",
    "standards_index",
    "suggest_elements",
]
