"""Use cases of the inspection: the only door for other apps, pages, processes and the demo."""

from jutong.control.inspection.inspecting import (
    Judged,
    inspect,
    lint,
    lint_all,
    reconsider,
    request_inspection,
    waiting_inspections,
)
from jutong.control.inspection.mending import fix_entry, fix_rule
from jutong.control.inspection.reading import (
    by_department,
    by_rule,
    count_findings,
    findings,
    inspections,
    latest,
    standing,
)
from jutong.control.inspection.terms import FindingState, FixOutcome, InspectionStatus
from jutong.control.inspection.values import (
    EVERY_FINDING,
    NOTHING_OBSERVED,
    DepartmentCount,
    FindingFilter,
    FindingView,
    FixReport,
    InspectionView,
    Observations,
    RuleCount,
    Standing,
)
from jutong.control.inspection.waiving import end_waiver, waive

__all__ = [
    "EVERY_FINDING",
    "NOTHING_OBSERVED",
    "DepartmentCount",
    "FindingFilter",
    "FindingState",
    "FindingView",
    "FixOutcome",
    "FixReport",
    "InspectionStatus",
    "InspectionView",
    "Judged",
    "Observations",
    "RuleCount",
    "Standing",
    "by_department",
    "by_rule",
    "count_findings",
    "end_waiver",
    "findings",
    "fix_entry",
    "fix_rule",
    "inspect",
    "inspections",
    "latest",
    "lint",
    "lint_all",
    "reconsider",
    "request_inspection",
    "standing",
    "waiting_inspections",
    "waive",
]
