"""Findings as a file that a department works through: CSV, or a workbook with a filter on every column."""

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Final

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from jutong.control.inspection.api import FindingView
from jutong.kernel.text import guard_formula
from jutong.pages.context import error_language

_WIDTHS: Final = (22, 34, 24, 8, 8, 20, 70, 10, 12, 12)


def _head() -> tuple[str, ...]:
    return (
        _("部门"),
        _("目录名称"),
        _("服务名"),
        _("规则"),
        _("程度"),
        _("位置"),
        _("问题和建议"),
        _("状态"),
        _("首次发现"),
        _("整改期限"),
    )


def _lines(findings: Sequence[FindingView]) -> Iterator[tuple[str, ...]]:
    language = error_language()
    for finding in findings:
        yield (
            finding.provider_name,
            finding.title,
            finding.service,
            finding.rule,
            finding.severity.label(language),
            finding.place,
            finding.message(language),
            finding.state.label(language),
            finding.first_seen_at.date().isoformat(),
            finding.due_on.isoformat() if finding.due_on else "",
        )


def as_csv(findings: Sequence[FindingView]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel opens it."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(_head())
    writer.writerows([guard_formula(text) for text in line] for line in _lines(findings))
    return made.getvalue().encode("utf-8-sig")


def as_workbook(findings: Sequence[FindingView]) -> bytes:
    """One sheet; every cell is a text, nothing is taken for a formula."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as book:
        sheet = book.add_worksheet(_("体检问题"))
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "valign": "vcenter"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.write_row(0, 0, _head(), bold)
        for row, line in enumerate(_lines(findings), start=1):
            sheet.write_row(row, 0, line, wrapped)
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        sheet.autofilter(0, 0, max(1, len(findings)), len(_WIDTHS) - 1)
        sheet.freeze_panes(1, 2)
    return made.getvalue()
