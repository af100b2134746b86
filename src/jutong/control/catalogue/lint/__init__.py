"""The linter (目录梳理规则): each rule a value with its code, severity, advice and, where it is safe, its repair."""

from jutong.control.catalogue.lint.judging import (
    RULE_OF,
    RULES,
    apply_fixes,
    fixable,
    lint_entry,
    lint_many,
)
from jutong.control.catalogue.lint.knowledge import (
    HookFacts,
    KnownSystem,
    LintContext,
    PhysicalColumn,
    RecordFacts,
    Titles,
    UseFacts,
    bare_title,
    content_of,
    system_names,
)
from jutong.control.catalogue.lint.rule import Element, Knowledge, LintRule

__all__ = [
    "RULES",
    "RULE_OF",
    "Element",
    "HookFacts",
    "Knowledge",
    "KnownSystem",
    "LintContext",
    "LintRule",
    "PhysicalColumn",
    "RecordFacts",
    "Titles",
    "UseFacts",
    "apply_fixes",
    "bare_title",
    "content_of",
    "fixable",
    "lint_entry",
    "lint_many",
    "system_names",
]
