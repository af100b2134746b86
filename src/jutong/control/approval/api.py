"""Use cases of applications: the only door for other apps, pages, processes and the demo."""

from jutong.control.approval.figures import (
    AnswerCount,
    ApplicationFigures,
    answer_counts,
    answer_counts_of_entries,
    application_figures,
    granted_applications,
)
from jutong.control.approval.life import (
    change_application,
    decide,
    draft_application,
    submit,
    withdraw,
)
from jutong.control.approval.moving import move_applications
from jutong.control.approval.reading import (
    application,
    applications,
    count_applications,
    policy_preview,
)
from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.terms_of import default_terms
from jutong.control.approval.values import (
    EVERY_APPLICATION,
    ApplicationFilter,
    ApplicationRequest,
    ApplicationSummary,
    ApplicationView,
    DecisionView,
    ItemTerms,
    LimitClock,
    Terms,
)

__all__ = [
    "EVERY_APPLICATION",
    "Action",
    "AnswerCount",
    "ApplicationFigures",
    "ApplicationFilter",
    "ApplicationRequest",
    "ApplicationSummary",
    "ApplicationView",
    "DecisionView",
    "ItemTerms",
    "LimitClock",
    "Stage",
    "Terms",
    "answer_counts",
    "answer_counts_of_entries",
    "application",
    "application_figures",
    "applications",
    "change_application",
    "count_applications",
    "decide",
    "default_terms",
    "draft_application",
    "granted_applications",
    "move_applications",
    "policy_preview",
    "submit",
    "withdraw",
]
