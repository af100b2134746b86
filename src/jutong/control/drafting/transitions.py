"""The lives of a proposal and of a survey as tables that an official can read."""

from collections.abc import Mapping
from typing import Final

from jutong.control.drafting.terms import ProposalAction, ProposalStatus, SurveyAction, SurveyStatus

S, A = ProposalStatus, ProposalAction

TRANSITIONS: Final[Mapping[tuple[ProposalStatus, ProposalAction], ProposalStatus]] = {
    (S.PROPOSED, A.CONFIRM): S.CONFIRMED,
    (S.PROPOSED, A.REJECT): S.REJECTED,
    (S.PROPOSED, A.SUPERSEDE): S.SUPERSEDED,
    (S.REJECTED, A.REOPEN): S.PROPOSED,
    (S.REJECTED, A.SUPERSEDE): S.SUPERSEDED,
}

SURVEY_TRANSITIONS: Final[Mapping[tuple[SurveyStatus, SurveyAction], SurveyStatus]] = {
    (SurveyStatus.QUEUED, SurveyAction.START): SurveyStatus.RUNNING,
    # The worker was lost and another goes on with the tables that are left.
    (SurveyStatus.RUNNING, SurveyAction.START): SurveyStatus.RUNNING,
    (SurveyStatus.RUNNING, SurveyAction.FINISH): SurveyStatus.DONE,
    (SurveyStatus.RUNNING, SurveyAction.FAIL): SurveyStatus.FAILED,
    (SurveyStatus.QUEUED, SurveyAction.FAIL): SurveyStatus.FAILED,
}


def after(status: ProposalStatus, action: ProposalAction) -> ProposalStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))


def survey_after(status: SurveyStatus, action: SurveyAction) -> SurveyStatus | None:
    return SURVEY_TRANSITIONS.get((status, action))
