"""Hooked entries in every state: for the wall of sources, the settings of a binding and the ledger of proofs."""

from datetime import datetime, timedelta
from typing import Any

from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.collection.models import Binding, CollectionRun, Proof
from jutong.control.collection.terms import RunStatus
from jutong.control.retention import api as retention
from jutong.control.retention.api import RuleDraft
from jutong.dataflow.connectors import check_source
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


def a_wall(city: City) -> None:
    """Entries in several states, proofs, a retention rule and a hold: for whoever looks at the pages."""
    now = city.clock.now()
    fresh = {
        "last_success_at": now,
        "due_at": now + timedelta(days=9_999),
        "last_rows": 128_400,
        "last_version": 3,
    }
    green = a_hooked_entry(city, "w_green", title="低保对象信息", **fresh, mode="change_log", lag_s=1.4)
    for day in range(4, 0, -1):
        a_past_run(
            green,
            RunStatus.SUCCEEDED,
            now - timedelta(days=day),
            rows_read=128_000 + day,
            rows_landed=127_990,
        )
    a_proof(green, now - timedelta(days=1))
    a_proof(green, now, repaired=1)
    a_hooked_entry(city, "w_late", title="养老机构信息", **fresh | {"due_at": now})
    broken = a_hooked_entry(city, "w_broken", title="社会救助发放信息", **fresh)
    a_past_run(
        broken, RunStatus.FAILED, now, error_code="connectors.file_missing", error_detail={"path": "x.csv"}
    )
    tried = check_source("csv", {"path": "none.csv"}, root=city.home.sources, limits=None)
    collection.record_test(
        city.civil_engineer, "w_broken_csv", error_code=tried.code, detail=tried.to_dict(), clock=city.clock
    )
    held = a_hooked_entry(city, "w_held", title="收养登记信息", **fresh)
    a_past_run(held, RunStatus.HELD, now)
    a_hooked_entry(city, "w_paused", title="地名信息", **fresh, paused=True)
    rule = RuleDraft(service="w_green", months=240, legal_basis="城市居民最低生活保障条例")
    retention.set_rule(city.civil_officer, rule, clock=city.clock)
    retention.place_hold(
        city.reviewer,
        service="w_late",
        reason="行政诉讼举证",
        document="（2025）样01行初1号",
        clock=city.clock,
    )
