"""Use cases of the catalogue: the only door for other apps, pages, processes and the demo."""

from jutong.control.catalogue.classification import (
    add_classification,
    classifications,
    install_classifications,
)
from jutong.control.catalogue.codes import CodeWidths
from jutong.control.catalogue.editing import create_entry, lint, lint_draft, save_entry
from jutong.control.catalogue.life import (
    accept,
    begin_change,
    discard_change,
    publish,
    recall,
    return_entry,
    submit,
    withdraw,
)
from jutong.control.catalogue.lint import RULES, LintContext, LintRule, lint_entry
from jutong.control.catalogue.reading import (
    as_it_was,
    contract_of,
    count_entries,
    counts_by_provider,
    entries,
    entry,
    entry_id,
    live_contracts,
    summaries_of,
    versions,
)
from jutong.control.catalogue.settings import CatalogueSettings
from jutong.control.catalogue.terms import Assignment, EntryAction
from jutong.control.catalogue.values import (
    EVERY_ENTRY,
    ClassificationView,
    EntryDraft,
    EntryFilter,
    EntrySummary,
    EntryView,
    Finding,
    StepView,
    VersionView,
)

__all__ = [
    "EVERY_ENTRY",
    "RULES",
    "Assignment",
    "CatalogueSettings",
    "ClassificationView",
    "CodeWidths",
    "EntryAction",
    "EntryDraft",
    "EntryFilter",
    "EntrySummary",
    "EntryView",
    "Finding",
    "LintContext",
    "LintRule",
    "StepView",
    "VersionView",
    "accept",
    "add_classification",
    "as_it_was",
    "begin_change",
    "classifications",
    "contract_of",
    "count_entries",
    "counts_by_provider",
    "create_entry",
    "discard_change",
    "entries",
    "entry",
    "entry_id",
    "install_classifications",
    "lint",
    "lint_draft",
    "lint_entry",
    "live_contracts",
    "publish",
    "recall",
    "return_entry",
    "save_entry",
    "submit",
    "summaries_of",
    "versions",
    "withdraw",
]
