"""A survey of a whole source: table by table, each kept at once, so that a broken-off one goes on where it was."""

from django.conf import settings
from django.db import close_old_connections

from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.drafting import api as drafting
from jutong.dataflow.connectors import ReadLimits, source_tables, survey_tables
from jutong.kernel.clock import Clock, SystemClock, business_date
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.errors import JobFailed
from jutong.processes.jobs import job, step


def survey_source(survey_id: str, *, home: DataHome, clock: Clock) -> str:
    """Carry out the survey; its outcome, `done` or `failed`, is recorded either way. Safe to repeat.

    Raises:
        SurveyEnded: there is nothing left to do.
    """
    try:
        task = drafting.start_survey(SYSTEM_ACTOR, survey_id, home=home, clock=clock)
        limits = ReadLimits.from_environment()
        names = task.waiting
        if not task.listed:
            names = source_tables(task.kind, task.options, root=home.sources, limits=limits)
            drafting.list_tables(SYSTEM_ACTOR, survey_id, names)
        found = survey_tables(
            task.kind, task.options, names, root=home.sources, today=business_date(clock.now()), limits=limits
        )
        for table in found:
            drafting.record_table(SYSTEM_ACTOR, survey_id, table, clock=clock, duties=task.duties)
    except drafting.SurveyEnded:
        raise
    except JutongError as error:
        return drafting.fail_survey(SYSTEM_ACTOR, survey_id, error, clock=clock).status.value
    except Exception as error:  # a fault of ours must not leave the survey running
        fault = JobFailed(fault=type(error).__name__)
        drafting.fail_survey(SYSTEM_ACTOR, survey_id, fault, clock=clock)
        raise
    return drafting.end_survey(SYSTEM_ACTOR, survey_id, clock=clock).status.value


@step("survey.tables")
def _survey(survey_id: str) -> str:
    close_old_connections()
    return survey_source(survey_id, home=settings.DATA_HOME, clock=SystemClock())


@job("survey")
def survey_job(survey_id: str) -> str:
    """Look at every table of a source and propose entries from them."""
    return _survey(survey_id)
