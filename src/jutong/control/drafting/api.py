"""Use cases of drafting: the only door for other apps, pages, processes and the demo."""

from jutong.control.drafting.confirming import confirm, recollection_warnings
from jutong.control.drafting.duty_templates import TEMPLATES, DutyTemplate
from jutong.control.drafting.errors import SurveyEnded
from jutong.control.drafting.from_duties import groups_of, is_without_data, suggested_by
from jutong.control.drafting.from_tables import suggested_from
from jutong.control.drafting.gaps import gaps, link_duties
from jutong.control.drafting.moving import move_proposals
from jutong.control.drafting.proposing import apply_duty_changes, propose_from_duties
from jutong.control.drafting.store import (
    count_proposals,
    numbers_of,
    proposal,
    proposals,
    reject,
    reopen,
)
from jutong.control.drafting.surveys import (
    SurveyJob,
    end_survey,
    fail_survey,
    list_tables,
    record_table,
    request_survey,
    start_survey,
    survey,
    surveyed_tables,
    surveys,
    waiting_surveys,
)
from jutong.control.drafting.terms import (
    Origin,
    ProposalAction,
    ProposalStatus,
    SurveyAction,
    SurveyStatus,
    TableOutcome,
)
from jutong.control.drafting.values import (
    EVERY_PROPOSAL,
    FOUR,
    Choice,
    ChoiceResult,
    Drafted,
    Gaps,
    LinkSuggestion,
    LooseEntry,
    ProposalFilter,
    ProposalView,
    Suggested,
    SurveyView,
    TableView,
)

__all__ = [
    "EVERY_PROPOSAL",
    "FOUR",
    "TEMPLATES",
    "Choice",
    "ChoiceResult",
    "Drafted",
    "DutyTemplate",
    "Gaps",
    "LinkSuggestion",
    "LooseEntry",
    "Origin",
    "ProposalAction",
    "ProposalFilter",
    "ProposalStatus",
    "ProposalView",
    "Suggested",
    "SurveyAction",
    "SurveyEnded",
    "SurveyJob",
    "SurveyStatus",
    "SurveyView",
    "TableOutcome",
    "TableView",
    "apply_duty_changes",
    "confirm",
    "count_proposals",
    "end_survey",
    "fail_survey",
    "gaps",
    "groups_of",
    "is_without_data",
    "link_duties",
    "list_tables",
    "move_proposals",
    "numbers_of",
    "proposal",
    "proposals",
    "propose_from_duties",
    "recollection_warnings",
    "record_table",
    "reject",
    "reopen",
    "request_survey",
    "start_survey",
    "suggested_by",
    "suggested_from",
    "survey",
    "surveyed_tables",
    "surveys",
    "waiting_surveys",
]
