"""Putting the rules to drafts, and their repairs."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from jutong.control.catalogue.lint import (
    items,
    metadata,
    operation,
    protection,
    record,
    sharing,
    standards,
    titles,
)
from jutong.control.catalogue.lint.knowledge import LintContext
from jutong.control.catalogue.lint.rule import Found, LintRule
from jutong.control.catalogue.values import EntryDraft, Finding
from jutong.vocabulary.catalogue import Severity

RULES: Final[tuple[LintRule, ...]] = tuple(
    sorted(
        (
            *titles.RULES,
            *metadata.RULES,
            *sharing.RULES,
            *items.RULES,
            *protection.RULES,
            *standards.RULES,
            *record.RULES,
            *operation.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
RULE_OF: Final[Mapping[str, LintRule]] = {rule.code: rule for rule in RULES}
_IN_ORDER: Final = tuple(
    (rule.code, rule.check) for rule in sorted(RULES, key=lambda rule: rule.severity is Severity.WARNING)
)
"""Errors first, then by rule: the order of findings."""
NOTHING_KNOWN: Final = LintContext()


def lint_entry(draft: EntryDraft, context: LintContext | None = None) -> tuple[Finding, ...]:
    """Everything that the rules say of `draft`, errors first, then by rule."""
    known = context or NOTHING_KNOWN
    return tuple([_finding(code, found) for code, check in _IN_ORDER for found in check(draft, known)])


def lint_many(
    drafts: Iterable[tuple[EntryDraft, LintContext]],
) -> Iterator[tuple[LintContext, tuple[Finding, ...]]]:
    """The findings of each draft, beside its context; what the contexts share is built by the caller, once."""
    for draft, context in drafts:
        yield context, lint_entry(draft, context)


@lru_cache(16_384)
def _finding(code: str, found: Found) -> Finding:
    """Most findings are said of many drafts in the same words: they are worded once."""
    rule = RULE_OF[code]
    place, detail_zh, detail_en = _parts(found)
    return Finding(
        rule=rule.code,
        severity=rule.severity,
        place=place,
        zh=(rule.zh + rule.advice_zh).format(place=place, detail=detail_zh),
        en=f"{rule.en} {rule.advice_en}".format(place=place, detail=detail_en),
        fixable=rule.fix is not None,
    )


def _parts(found: Found) -> tuple[str, str, str]:
    if isinstance(found, str):
        return found, "", ""
    return (found[0], found[1], found[1]) if len(found) == 2 else found


def apply_fixes(draft: EntryDraft, codes: Iterable[str]) -> EntryDraft:
    """The draft with the safe repairs of these rules, in the order of the rules; those without one change nothing."""
    wanted = set(codes)
    for rule in RULES:
        if rule.code in wanted and rule.fix is not None:
            draft = rule.fix(draft)
    return draft


def fixable(draft: EntryDraft, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Codes of the rules among `findings` whose repair would change `draft`."""
    codes = sorted({finding.rule for finding in findings if finding.fixable})
    return tuple(code for code in codes if apply_fixes(draft, (code,)) != draft)
