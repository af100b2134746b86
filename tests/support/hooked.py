"""Hooked entries in every state: for the wall of sources, the settings of a binding and the ledger of proofs."""

from datetime import datetime, timedelta
from typing import Any

from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.collection.models import Binding, CollectionRun, Proof
from jutong.control.collection.terms import RunStatus
from jutong.vocabulary.collection import ProofReport, ProvedRange
from tests.support.control import CIVIL, City, a_published_entry
from tests.support.desk import a_delivery


def a_hooked_entry(city: City, service: str = "hydj_jbxx", **changes: Any) -> Binding:
    """A published entry of the civil affairs department, filled by a CSV file; `changes` are columns of the binding."""
    a_published_entry(city, service, title=changes.pop("title", "婚姻登记基本信息"))
    source = f"{service}_csv"
    a_delivery(city, f"minzheng/{service}.csv")
    draft = SourceDraft(
        code=source,
        name=f"{service}每日文件",
        department=CIVIL,
        kind="csv",
        options={"path": f"minzheng/{service}.csv"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=service, source=source, clock=city.clock)
    Binding.objects.filter(entry__service=service).update(**changes)
    return Binding.objects.get(entry__service=service)


def a_past_run(binding: Binding, status: RunStatus, at: datetime, **changes: Any) -> CollectionRun:
    """A run that ended, or waits, as it is kept."""
    return CollectionRun.objects.create(
        run_id=f"run-{binding.pk}-{CollectionRun.objects.count()}",
        binding=binding,
        active_key=None,
        status=status.value,
        requested_by_name="平台任务",
        requested_at=at,
        started_at=at,
        ended_at=None if status is RunStatus.HELD else at + timedelta(seconds=30),
        **changes,
    )


def a_proof(binding: Binding, at: datetime, *, complete: bool = True, repaired: int = 0) -> Proof:
    """A comparison that was made at `at`; one that found something names two ranges."""
    ranges = (
        ProvedRange(lower=None, upper="5", rows_source=3, rows_pool=2, repaired=repaired),
        ProvedRange(lower="5", upper=None, rows_source=4, rows_pool=4, repaired=0),
    )
    report = ProofReport(
        service=binding.entry.service,
        method="md5_text_v1",
        started_at=at,
        ended_at=at,
        complete=complete,
        rows_source=300,
        rows_pool=300 if complete else 299,
        ranges=8,
        mismatches=() if complete and not repaired else ranges,
        repaired=repaired,
    )
    Binding.objects.filter(pk=binding.pk).update(proved_at=at, proof_complete=complete)
    return Proof.objects.create(
        binding=binding,
        proved_at=at,
        complete=complete,
        rows_source=report.rows_source,
        rows_pool=report.rows_pool,
        repaired=repaired,
        report=report.to_json(),
    )
