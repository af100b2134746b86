"""A harvest in a process and data home of its own, to be killed and gone on with.

`python -m tests.support.harvest_home begin ADDRESS` and then `… go-on`, which prints the status and how many came.
"""

import sys


def main(step: str, address: str = "") -> None:
    import django

    django.setup()
    from django.conf import settings

    from jutong.control.directory.api import SYSTEM_ACTOR
    from jutong.control.harvest import api as harvest
    from jutong.control.harvest.api import SourceDraft
    from jutong.kernel.clock import SystemClock
    from jutong.processes.harvest import harvest_turn
    from jutong.vocabulary.harvest import CatalogueKind
    from tests.support.control import a_city
    from tests.support.migrated import make_control_database

    clock = SystemClock()
    if step == "begin":
        make_control_database()
        city = a_city(settings.DATA_HOME.root)
        draft = SourceDraft(code="parks", name="园林平台", kind=CatalogueKind.DCAT, address=address)
        harvest.add_source(city.reviewer, draft, clock=clock)
        harvest.request_harvest(city.reviewer, "parks", clock=clock)
    # A worker that is started again has the name of the one that was killed.
    job = harvest.jobs(SYSTEM_ACTOR).rows[0]
    harvest_turn(job.job_id, home=settings.DATA_HOME, clock=clock, worker="worker")
    ended = harvest.job(SYSTEM_ACTOR, job.job_id)
    sys.stdout.write(f"{ended.status.value} {ended.added}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
