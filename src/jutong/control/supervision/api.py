"""Use cases of supervision: figures that compute themselves from what happened (评价自动生成)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from jutong.control.approval.api import AnswerCount, answer_counts, application_figures
from jutong.control.catalogue.api import counts_by_provider
from jutong.control.collection.api import (
    Punctuality,
    StandingDelivery,
    failed_bindings,
    standing_deliveries,
)
from jutong.control.directory.api import Actor, DepartmentView, Permission, departments, require
from jutong.control.grants.api import count_live
from jutong.control.opening.api import facets
from jutong.control.supervision.values import CityFigures, DepartmentScore, Indicator, IndicatorScore
from jutong.kernel.clock import business_date

__all__ = ["CityFigures", "DepartmentScore", "Indicator", "IndicatorScore", "city_figures", "ranking"]


def ranking(
    actor: Actor, *, at: datetime, calls: Mapping[str, int] | None = None
) -> tuple[DepartmentScore, ...]:
    """Departments with anything to judge, best first; equal scores share a rank, in the order of their codes.

    `calls`: service → gateway calls, from the evidence.
    """
    require(actor, Permission.RANKING_READ)
    hooked = standing_deliveries(at)
    answers = answer_counts(business_date(at))
    counts = counts_by_provider()
    by_provider: dict[str, list[StandingDelivery]] = {}
    for delivery in hooked:
        by_provider.setdefault(delivery.provider, []).append(delivery)
    scored = [
        _scored(
            department,
            counts.get(department.code, (0, 0)),
            by_provider.get(department.code, []),
            answers.get(department.code),
            calls or {},
        )
        for department in departments()
    ]
    judged = [one for one in scored if any(part.rate is not None for part in one.indicators)]
    judged.sort(key=lambda one: (-one.score, one.department))
    places: dict[float, int] = {}
    for place, one in enumerate(judged, start=1):
        places.setdefault(one.score, place)
    return tuple(replace(one, rank=places[one.score]) for one in judged)


def _scored(
    department: DepartmentView,
    entries: tuple[int, int],
    own: list[StandingDelivery],
    answers: AnswerCount | None,
    calls: Mapping[str, int],
) -> DepartmentScore:
    """The department's figures, still without a rank."""
    indicators = _indicators(entries, own, answers, calls)
    return DepartmentScore(
        rank=0,
        department=department.code,
        department_name=department.name,
        score=_score(indicators),
        indicators=indicators,
        published=entries[0],
        with_data=sum(binding.version is not None for binding in own),
        calls=sum(calls.get(binding.service, 0) for binding in own),
    )


def _indicators(
    entries: tuple[int, int],
    own: list[StandingDelivery],
    answers: AnswerCount | None,
    calls: Mapping[str, int],
) -> tuple[IndicatorScore, ...]:
    published, drawn_up = entries
    filled = [binding for binding in own if binding.version is not None]
    judged = [b for b in own if b.punctuality in {Punctuality.ON_TIME, Punctuality.LATE}]
    on_time = sum(binding.punctuality is Punctuality.ON_TIME for binding in judged)
    scores = [binding.score for binding in filled if binding.score is not None]
    figures = {
        Indicator.CATALOGUE: (published, drawn_up),
        Indicator.HOOKED: (len(filled), published),
        Indicator.ON_TIME: (on_time, len(judged)),
        Indicator.QUALITY: (round(sum(scores) / 100, 3), len(scores)),
        Indicator.ANSWERED: (answers.in_time, answers.judged) if answers else (0, 0),
        Indicator.USED: (sum(calls.get(one.service, 0) > 0 for one in filled), len(filled)),
    }
    return tuple(
        IndicatorScore(indicator=one, numerator=figures[one][0], denominator=figures[one][1])
        for one in Indicator
    )


def _score(indicators: tuple[IndicatorScore, ...]) -> float:
    """Weighted mean of the rates that can be judged, times 100."""
    judged = [(one.indicator.weight, one.rate) for one in indicators if one.rate is not None]
    weights = sum(weight for weight, _ in judged)
    return round(100 * sum(weight * rate for weight, rate in judged) / weights, 1) if weights else 0.0


def city_figures(actor: Actor, *, at: datetime, calls: int = 0) -> CityFigures:
    """Figures of the whole city at the instant `at`."""
    require(actor, Permission.RANKING_READ)
    hooked = standing_deliveries(at)
    applications = application_figures(business_date(at))
    return CityFigures(
        departments=len(departments()),
        entries_published=sum(published for published, _ in counts_by_provider().values()),
        entries_with_data=sum(binding.version is not None for binding in hooked),
        rows=sum(binding.rows or 0 for binding in hooked),
        applications=applications.submitted,
        applications_granted=applications.granted,
        applications_overdue=applications.overdue,
        grants_live=count_live(at),
        datasets_open=facets().total,
        runs_failed=failed_bindings(),
        entries_late=sum(binding.punctuality is Punctuality.LATE for binding in hooked),
        calls=calls,
        on=business_date(at),
    )
