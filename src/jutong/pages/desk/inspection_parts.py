"""The parts of the inspection's pages: tiles, tables, conditions, and a finding as a row shows it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue.api import RULE_OF, RULES
from jutong.control.inspection.api import (
    DepartmentCount,
    FindingState,
    FindingView,
    InspectionView,
    RuleCount,
    Standing,
)
from jutong.pages.components import (
    Badge,
    Chart,
    Column,
    Empty,
    Filters,
    Link,
    Option,
    Select,
    Series,
    Table,
    Tile,
    Tone,
)
from jutong.pages.context import error_language
from jutong.vocabulary.catalogue import Severity

SEVERITY_TONES: Final = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARNING}
STATE_TONES: Final = {
    FindingState.NEW: Tone.INFO,
    FindingState.STANDING: Tone.NEUTRAL,
    FindingState.WAIVED: Tone.NEUTRAL,
    FindingState.GONE: Tone.GOOD,
}


def _address(**conditions: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in conditions.items())
    return reverse("desk:inspection") + (f"?{query}#findings" if query else "")


def tiles_of(standing: Standing) -> list[Tile]:
    """What stands now; each figure leads to its findings."""
    return [
        Tile(
            title=_("错误"),
            value=standing.errors,
            note=_("不改正不能提交审核"),
            href=_address(severity="error"),
            tone=Tone.BAD if standing.errors else Tone.GOOD,
        ),
        Tile(
            title=_("超期未整改"),
            value=standing.overdue,
            note=_("错误须在10个工作日内整改"),
            href=_address(overdue="1"),
            tone=Tone.BAD if standing.overdue else Tone.GOOD,
        ),
        Tile(
            title=_("提示"),
            value=standing.warnings,
            href=_address(severity="warning"),
            tone=Tone.WARNING if standing.warnings else Tone.GOOD,
        ),
        Tile(title=_("新发现"), value=standing.appeared, href=_address(state="new")),
        Tile(title=_("可自动修正"), value=standing.fixable, href=_address(fixable="1"), tone=Tone.INFO),
        Tile(title=_("已豁免"), value=standing.waived, href=_address(state="waived")),
    ]


def rule_rows(counts: Sequence[RuleCount]) -> list[dict[str, Any]]:
    """Rules with findings: what is wrong in a sentence, how often, and whether it can be mended at once."""
    return [
        {
            "code": count.rule,
            "text": rule_text(count.rule),
            "badge": Badge(text=count.severity.label(error_language()), tone=SEVERITY_TONES[count.severity]),
            "findings": count.findings,
            "entries": count.entries,
            "fixable": count.fixable,
            "href": _address(rule=count.rule),
        }
        for count in counts
    ]


def rule_text(code: str) -> str:
    """The rule as a heading, without the place that it would name."""
    rule = RULE_OF.get(code)
    if rule is None:  # a rule of an earlier version of the platform
        return code
    zh = error_language().startswith("zh")
    return (rule.zh if zh else rule.en).format(place="…", detail="…")


def departments_table(counts: Sequence[DepartmentCount]) -> Table:
    return Table(
        caption=_("按部门"),
        columns=[
            Column(key="department", title=_("部门")),
            Column(key="errors", title=_("错误"), numeric=True),
            Column(key="overdue", title=_("超期"), numeric=True),
            Column(key="warnings", title=_("提示"), numeric=True),
            Column(key="entries", title=_("目录数"), numeric=True),
        ],
        rows=[
            {
                "department": Link(text=count.department_name, href=_address(department=count.department)),
                "errors": count.errors,
                "overdue": Badge(text=str(count.overdue), tone=Tone.BAD) if count.overdue else 0,
                "warnings": count.warnings,
                "entries": count.entries,
            }
            for count in counts
        ],
        empty=Empty(title=_("各部门都没有问题")),
        first_is_header=True,
    )


def trend_of(history: Sequence[InspectionView]) -> Chart:
    """Errors and warnings from one inspection to the next, the oldest first."""
    done = [view for view in reversed(history) if view.done_at is not None]
    return Chart(
        id="inspection-trend",
        title=_("问题数变化"),
        categories=[f"{view.done_at:%m-%d %H:%M}" for view in done],
        series=[
            Series(name=_("错误"), values=[view.errors for view in done]),
            Series(name=_("提示"), values=[view.warnings for view in done]),
        ],
        kind="line",
        category_title=_("体检时间"),
    )


def filters_of(given: Mapping[str, str], departments: Sequence[tuple[str, str]]) -> Filters:
    language = error_language()
    anything = Option(value="", text=_("全部"))
    selects = [
        Select(
            name="severity",
            label=_("程度"),
            options=[anything, *(Option(value=one.value, text=one.label(language)) for one in Severity)],
            chosen=given.get("severity", ""),
        ),
        Select(
            name="state",
            label=_("状态"),
            options=[
                Option(value="", text=_("待整改")),
                *(Option(value=one.value, text=one.label(language)) for one in FindingState),
            ],
            chosen=given.get("state", ""),
        ),
        Select(
            name="rule",
            label=_("规则"),
            options=[
                anything,
                *(Option(value=rule.code, text=f"{rule.code} {rule_text(rule.code)}"[:40]) for rule in RULES),
            ],
            chosen=given.get("rule", ""),
        ),
    ]
    if len(departments) > 1:
        options = [anything, *(Option(value=code, text=name) for code, name in departments)]
        chosen = given.get("department", "")
        selects.insert(0, Select(name="department", label=_("部门"), options=options, chosen=chosen))
    kept = [(name, given[name]) for name in ("overdue", "fixable", "service") if given.get(name)]
    return Filters(
        search_name="q",
        search_label=_("目录名称、信息项"),
        search=given.get("q", ""),
        selects=selects,
        reset_href=reverse("desk:inspection") if given else "",
        hidden=kept,
    )


def row_of(finding: FindingView) -> dict[str, Any]:
    """A finding as the list shows it."""
    language = error_language()
    return {
        "finding": finding,
        "message": finding.message(language),
        "href": reverse("desk:entry", args=[finding.service]),
        "severity": Badge(text=finding.severity.label(language), tone=SEVERITY_TONES[finding.severity]),
        "state": Badge(text=finding.state.label(language), tone=STATE_TONES[finding.state]),
        "stands": finding.state in {FindingState.NEW, FindingState.STANDING},
        "waived": finding.state is FindingState.WAIVED,
    }


def rules_table() -> Table:
    """Every rule as an official reads it."""
    language = error_language()
    zh = language.startswith("zh")
    return Table(
        caption=_("编目规则"),
        caption_hidden=True,
        columns=[
            Column(key="code", title=_("编号"), code=True),
            Column(key="severity", title=_("程度"), nowrap=True),
            Column(key="element", title=_("元数据")),
            Column(key="text", title=_("问题")),
            Column(key="advice", title=_("怎么办")),
            Column(key="fix", title=_("自动修正"), nowrap=True),
            Column(key="source", title=_("来源")),
        ],
        rows=[
            {
                "code": Link(text=rule.code, href=_address(rule=rule.code)),
                "severity": Badge(text=rule.severity.label(language), tone=SEVERITY_TONES[rule.severity]),
                "element": rule.element.label(language),
                "text": rule_text(rule.code),
                "advice": (rule.advice_zh if zh else rule.advice_en).format(place="…", detail="…"),
                "fix": _("可以") if rule.fix else None,
                "source": rule.source,
            }
            for rule in RULES
        ],
    )
