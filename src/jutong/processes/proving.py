"""Completeness proofs: after each run where the entry's policy wants it and the source can, and when asked for."""

import logging

from jutong.control.collection import api as collection
from jutong.control.collection.api import ProofJob
from jutong.control.directory.api import SYSTEM_ACTOR, Actor
from jutong.control.quarantine.api import QUARANTINE_KEY
from jutong.dataflow.connectors import Connector, ReadLimits, open_connector
from jutong.dataflow.connectors.protocol import Capability
from jutong.dataflow.connectors.registry import spec_of
from jutong.dataflow.pipelines.proof import ProofTerms, run_proof
from jutong.kernel.clock import Clock
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.processes.lakes import lake_of
from jutong.vocabulary.collection import CollectionMode, ProofReport

log = logging.getLogger("jutong.worker")


def prove_now(
    actor: Actor, service: str, *, home: DataHome, clock: Clock, repair: bool = True
) -> ProofReport:
    """Prove the entry's table now, for a person who may ask for its runs; the report is in the ledger as well.

    Raises:
        EntryNotFound, NotHooked, NotPermitted: there is nothing to prove, or not for this person.
    """
    collection.may_prove(actor, service)
    task = collection.proof_job(SYSTEM_ACTOR, service, home=home)
    return _proved(task, actor, home=home, clock=clock, run_id="", repair=repair)


def prove_after(run_id: str, *, home: DataHome, clock: Clock) -> ProofReport | None:
    """Prove what a run has landed; None where it is not wanted or the source cannot.

    What goes wrong here is in the ledger and the log: the run itself has succeeded.
    """
    run = collection.run(SYSTEM_ACTOR, run_id)
    if run.dry_run or run.mode is CollectionMode.LOGICAL:
        return None
    try:
        task = collection.proof_job(SYSTEM_ACTOR, run.service, home=home)
        if not task.policy.prove or Capability.PROOF not in spec_of(task.kind).capabilities:
            return None
        return _proved(task, SYSTEM_ACTOR, home=home, clock=clock, run_id=run_id, repair=True)
    except JutongError as error:
        log.warning("the proof after run %s failed: %s", run_id, error.code)
        return None


def _proved(
    task: ProofJob, actor: Actor, *, home: DataHome, clock: Clock, run_id: str, repair: bool
) -> ProofReport:
    limits = ReadLimits.from_environment()

    def source() -> Connector:
        return open_connector(task.kind, task.options, root=home.sources, limits=limits)

    terms = ProofTerms(
        department=task.department,
        system=task.system,
        proof_id=new_id("proof"),
        mode=task.mode,
        repair=repair,
        sealing_key=platform_key(home, QUARANTINE_KEY),
    )
    with lake_of(home) as lake:
        report = run_proof(task.contract, source, lake=lake, mapping=task.mapping, terms=terms, clock=clock)
    service = task.contract.service
    collection.record_proof(SYSTEM_ACTOR, service, report, asked_by=actor, run_id=run_id, clock=clock)
    return report
