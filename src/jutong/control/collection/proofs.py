"""Proofs of completeness (完整性证明) as they are asked for and recorded; `ledger` shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from jutong.control.catalogue.api import contract_of
from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding, CollectionRun, Proof
from jutong.control.collection.sources import opened_options, policy_of
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy, ProofReport
from jutong.vocabulary.contracts import EntryContract


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofJob:
    """Everything that proving one table needs; `options` hold opened secrets: never store or log it."""

    contract: EntryContract
    kind: str
    options: Mapping[str, Any] = field(repr=False)
    mapping: Mapping[str, str] | None
    mode: CollectionMode
    policy: CollectionPolicy
    department: str
    system: str


def proof_job(actor: Actor, service: str, *, home: DataHome) -> ProofJob:
    """What is compared with what.

    Raises:
        EntryNotFound: the entry is not published, or withdrawn.
        NotHooked: no source fills the entry.
    """
    contract = contract_of(service)
    require(actor, Permission.RUN_EXECUTE)
    row = _hooked(service)
    source = row.source
    return ProofJob(
        contract=contract,
        kind=source.kind,
        options=opened_options(source, home),
        mapping=row.mapping,
        mode=CollectionMode(row.mode),
        policy=policy_of(row),
        department=source.department.code,
        system=source.system.code if source.system else "",
    )


def may_prove(actor: Actor, service: str) -> None:
    """Raises where the actor may not ask for a proof of this entry's table: whoever may ask for its runs may."""
    require(actor, Permission.RUN_REQUEST, contract_of(service).provider)


def record_proof(
    actor: Actor, service: str, report: ProofReport, *, asked_by: Actor, run_id: str, clock: Clock
) -> None:
    """Keep a proof in the ledger; `run_id` is the run that it followed, empty for one that was asked for.

    Raises:
        NotHooked: no source fills the entry.
    """
    require(actor, Permission.RUN_EXECUTE)
    row = _hooked(service)
    with transaction.atomic():
        Proof.objects.create(
            binding=row,
            run=CollectionRun.objects.filter(run_id=run_id).first() if run_id else None,
            proved_at=report.ended_at,
            complete=report.complete,
            rows_source=report.rows_source,
            rows_pool=report.rows_pool,
            repaired=report.repaired,
            report=report.to_json(),
        )
        Binding.objects.filter(pk=row.pk).update(proved_at=report.ended_at, proof_complete=report.complete)
        record(
            asked_by,
            AuditAction.PROOF_RECORD,
            at=clock.now(),
            object_type="proof",
            object_id=service,
            department=row.entry.provider.code,
            detail={"complete": report.complete, "repaired": report.repaired, "error": report.error_code},
        )


def _hooked(service: str) -> Binding:
    row = (
        Binding.objects.select_related("source__department", "source__system", "entry__provider")
        .filter(entry__service=service, active=True)
        .first()
    )
    if row is None:
        raise NotHooked(service=service)
    return row
