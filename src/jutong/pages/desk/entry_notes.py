"""What is wrong with an entry's form while it is being written: a note for each field, each row, and the rest."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jutong.control.catalogue.api import fixable
from jutong.control.catalogue.values import EntryDraft, Finding
from jutong.pages.context import error_language
from jutong.pages.desk.entry_inputs import EntryForm
from jutong.vocabulary.catalogue import Severity

Note = tuple[str, str, str]
"""Tone, text, and the rule that mends it by itself, if one does."""


def notes_of(form: EntryForm, rows: Any, draft: EntryDraft, findings: Sequence[Finding]) -> dict[str, Any]:
    """The context of the fragment: notes by field, by row, those without a place, and how many there are."""
    language, row_of = error_language(), _row_numbers(rows)
    mends = fixable(draft, findings)
    fields: dict[str, list[Note]] = defaultdict(list)
    numbered: dict[int, list[Note]] = defaultdict(list)
    rest: list[Note] = []
    for name, said in form.errors.items():
        fields[name] += [("bad", str(error), "") for error in said]
    for number, row in enumerate(rows):
        numbered[number] += [("bad", str(error), "") for said in row.errors.values() for error in said]
    for finding in findings:
        tone = "bad" if finding.severity is Severity.ERROR else "warning"
        mend = finding.rule if finding.rule in mends else ""
        note = (tone, f"{finding.message(language)}（{finding.rule}）", mend)
        if finding.place in form.fields:
            fields[finding.place].append(note)
        elif finding.place in row_of:
            numbered[row_of[finding.place]].append(note)
        else:
            rest.append(note)
    every = [note for notes in (*fields.values(), *numbered.values(), rest) for note in notes]
    errors = sum(tone == "bad" for tone, _text, _mend in every)
    return {
        "fields": [(name, fields.get(name, ())) for name in form.fields],
        "rows": [(number, numbered.get(number, ())) for number in range(len(rows.forms))],
        "rest": rest,
        "mends": len(mends),
        "summary": _summary(errors, len(every) - errors),
        "tone": "bad" if errors else "warning" if every else "good",
    }


def _row_numbers(rows: Any) -> Mapping[str, int]:
    """Name and field of each item → number of its row."""
    found: dict[str, int] = {}
    for number, row in enumerate(rows):
        for name in ("name", "field"):
            value = row[name].value()
            if value:
                found.setdefault(value, number)
    return found


def _summary(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return _("编制检查没有发现问题")
    return _("错误 %(errors)d 处，提示 %(warnings)d 处") % {"errors": errors, "warnings": warnings}
