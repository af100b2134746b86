"""Data past their time are destroyed by three persons and leave a proof, and no byte anywhere in the data home."""

import gzip
import sqlite3
from contextlib import closing
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.control.retention import api as retention
from jutong.control.retention.api import DestructionAction, DestructionStage, RetentionBasis, RuleDraft
from jutong.control.retention.errors import (
    DestructionConflict,
    DestructionOpen,
    Held,
    NothingDue,
    RuleInvalid,
    SamePerson,
)
from jutong.control.retention.models import Destruction
from jutong.dataflow.lake import TableName
from jutong.dataflow.lake.destroying import PastTime, count_entry
from jutong.kernel.clock import business_date
from jutong.processes import destruction as carrying_out
from jutong.processes.collection import collect_run, serve_version
from jutong.processes.lakes import lake_of
from jutong.vocabulary.catalogue import Level
from tests.support.control import CIVIL, TAX, a_city, a_published_entry
from tests.support.desk import a_delivery

pytestmark = pytest.mark.django_db

HEAD = "登记证号,公民身份号码,当事人姓名,登记日期\n"
OLD = (
    "J330106-1990-000001,11010519491231002X,陈年旧合成,1990-02-14\n"
    "J330106-1991-000002,440524198001010013,陈年旧合成,1991-05-20\n"
)
NEW = "J330106-2024-000003,34052419800101001X,王新近合成,2024-06-01\n"
CITY_RULE = RuleDraft(level=Level.L3, months=12, legal_basis="个人信息保护法第十九条")
BROKEN = "J330106-2024-000004,34052419800101001X,陈年旧合成,2024-13-41\n"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    a_published_entry(made)
    a_delivery(made, "minzheng/hydj.csv", HEAD + OLD + NEW + BROKEN)
    draft = collection.SourceDraft(
        code="hydj_csv", name="婚姻登记", department=CIVIL, kind="csv", options={"path": "minzheng/hydj.csv"}
    )
    collection.add_source(made.civil_engineer, draft, home=made.home, clock=made.clock)
    collection.bind(made.civil_engineer, service="hydj_jbxx", source="hydj_csv", clock=made.clock)
    collect(made)
    collect(made)  # an older version, which holds the rows as well
    return made


def collect(city) -> None:
    run = collection.request_run(city.civil_officer, "hydj_jbxx", clock=city.clock)
    collect_run(run.run_id, home=city.home, clock=city.clock)
    ended = collection.run(city.civil_officer, run.run_id)
    assert ended.status is RunStatus.SUCCEEDED, (ended.error_code, ended.error_detail)
    version = ended.version
    assert version is not None
    serve_version("hydj_jbxx", version, home=city.home)


def a_rule(city, **changes: object) -> None:
    draft = RuleDraft(
        service="hydj_jbxx",
        months=240,
        basis=RetentionBasis.ITEM,
        item="registered_on",
        legal_basis="婚姻登记档案管理办法",
    )
    retention.set_rule(city.civil_officer, draft if not changes else RuleDraft(**changes), clock=city.clock)


def counted(city) -> dict[str, int]:
    standing = retention.standing_of("hydj_jbxx", business_date(city.clock.now()))
    assert standing is not None
    assert standing.rule is not None
    cutoff = standing.rule.cutoff(business_date(city.clock.now()))
    assert cutoff is not None
    with lake_of(city.home) as lake:
        return count_entry(lake, "hydj_jbxx", PastTime.of(standing.rule.item, cutoff, city.clock.now()))


def proposed(city) -> str:
    a_rule(city)
    return retention.propose(city.civil_officer, "hydj_jbxx", counted=counted(city), clock=city.clock).number


def approved(city) -> str:
    number = proposed(city)
    retention.decide(city.civil_approver, number, DestructionAction.REVIEW, clock=city.clock)
    retention.decide(city.reviewer, number, DestructionAction.APPROVE, clock=city.clock)
    return number


def everything(city) -> str:
    """All that any file of the data home holds, but for what the department itself keeps in its folder."""
    texts = []
    for path in city.home.root.rglob("*"):
        if not path.is_file() or path.is_relative_to(city.home.sources):
            continue
        body = path.read_bytes()
        texts.append(body.decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            texts.append(str(pq.ParquetFile(path).read().to_pydict()))
        if path.suffix == ".gz":
            texts.append(gzip.decompress(body).decode("utf-8", "replace"))
        if body[:15] == b"SQLite format 3":
            with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
                texts += list(db.iterdump())
    return "\n".join(texts)


def test_what_is_due_is_counted_by_the_nearest_rule(city):
    retention.set_rule(
        city.reviewer,
        RuleDraft(level=Level.L3, months=12, legal_basis="个人信息保护法第十九条"),
        clock=city.clock,
    )
    standing = retention.standing_of("hydj_jbxx", business_date(city.clock.now()))
    assert standing is not None
    assert standing.rule is not None
    assert standing.rule.months == 12
    a_rule(city)
    assert counted(city) == {"rows": 3, "due": 2, "undated": 0, "quarantined": 1}
    standing = retention.standing_of("hydj_jbxx", business_date(city.clock.now()))
    assert standing is not None
    assert standing.rule is not None
    assert standing.rule.item == "registered_on"


@pytest.mark.parametrize(
    "draft",
    [
        RuleDraft(service="hydj_jbxx", months=240, basis=RetentionBasis.ITEM, item="person", legal_basis="x"),
        RuleDraft(service="hydj_jbxx", months=0, legal_basis="x"),
        RuleDraft(service="hydj_jbxx", months=12, legal_basis=" "),
        RuleDraft(level=Level.L3, months=12, legal_basis="x"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(city, draft):
    with pytest.raises(RuleInvalid):
        retention.set_rule(city.civil_officer, draft, clock=city.clock)


def test_three_persons_decide_and_no_other_department(city):
    number = proposed(city)
    with pytest.raises(DestructionOpen):
        retention.propose(city.civil_officer, "hydj_jbxx", counted=counted(city), clock=city.clock)
    with pytest.raises(PermissionDenied):
        retention.decide(city.tax_approver, number, DestructionAction.REVIEW, clock=city.clock)
    with pytest.raises(PermissionDenied):
        retention.destruction(city.tax_officer, number)
    with pytest.raises(DestructionConflict):
        retention.decide(city.reviewer, number, DestructionAction.APPROVE, clock=city.clock)
    Destruction.objects.filter(number=number).update(proposed_by_id=city.civil_approver.person_id)
    with pytest.raises(SamePerson):
        retention.decide(city.civil_approver, number, DestructionAction.REVIEW, clock=city.clock)
    with pytest.raises(DestructionConflict):
        carrying_out.destroy(number, home=city.home, clock=city.clock)


def test_a_legal_hold_stops_it_at_every_step_until_it_is_lifted(city):
    number = approved(city)
    hold = retention.place_hold(
        city.reviewer,
        department=CIVIL,
        reason="行政诉讼举证",
        document="（2025）样01行初1号",
        clock=city.clock,
    )
    with pytest.raises(Held):
        carrying_out.destroy(number, home=city.home, clock=city.clock)
    with pytest.raises(PermissionDenied):
        retention.lift_hold(city.tax_approver, hold.number, reason="x", clock=city.clock)
    assert retention.held_services(business_date(city.clock.now())) == {"hydj_jbxx"}
    assert retention.holds(city.tax_officer, today=business_date(city.clock.now())) == ()
    retention.lift_hold(city.reviewer, hold.number, reason="案件审结", clock=city.clock)
    assert carrying_out.destroy(number, home=city.home, clock=city.clock).stage is DestructionStage.DONE


def test_a_hold_ends_with_its_day(city):
    today = business_date(city.clock.now())
    retention.place_hold(
        city.civil_approver,
        service="hydj_jbxx",
        reason="审计",
        document="审计通知1号",
        until=today,
        clock=city.clock,
    )
    assert retention.hold_on("hydj_jbxx", today)
    assert not retention.hold_on("hydj_jbxx", today + timedelta(days=1))


def test_no_byte_stays_and_the_proof_says_what_went(city):
    number = approved(city)
    a_delivery(city, "minzheng/hydj.csv", HEAD + NEW)  # the department destroys its own as well
    assert "陈年旧合成" in everything(city)
    done = carrying_out.destroy(number, home=city.home, clock=city.clock)
    left = everything(city)
    for gone in ("陈年旧合成", "J330106-1990-000001", "440524198001010013"):
        assert gone not in left, gone
    assert "王新近合成" in left
    with lake_of(city.home) as lake:
        assert lake.count(TableName("pool", "hydj_jbxx")) == 1
    proof = done.proved
    assert (
        proof["rows_before"],
        proof["rows_destroyed"],
        proof["rows_kept"],
        proof["refused_destroyed"],
    ) == (3, 2, 1, 1)
    assert proof["reviewed_by"] == "测试civil_approver"
    assert proof["files_removed"]
    assert proof["copies_removed"]
    assert len(proof["versions_removed"]) == 2
    assert retention.verify_proofs(city.reviewer, home=city.home) == (1, "")
    binding = collection.binding(city.civil_officer, "hydj_jbxx", clock=city.clock)
    assert binding is not None
    assert (binding.last_version, binding.last_rows) == (proof["version_after"], 1)
    Destruction.objects.filter(number=number).update(
        proof=done.proof.replace('"rows_destroyed":2', '"rows_destroyed":9')
    )
    assert retention.verify_proofs(city.reviewer, home=city.home) == (0, number)
    collect(city)
    with pytest.raises(NothingDue):
        retention.propose(city.civil_officer, "hydj_jbxx", counted=counted(city), clock=city.clock)


@pytest.mark.parametrize("part", ["rewrite_without", "forget_history", "_renew_copies", "_require_gone"])
def test_a_worker_that_is_lost_at_any_part_is_followed_by_one_that_ends_it(city, monkeypatch, part):
    number = approved(city)
    real = getattr(carrying_out, part)

    def lost(*given, **named):
        real(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(carrying_out, part, lost)
    with pytest.raises(KeyboardInterrupt):
        carrying_out.destroy(number, home=city.home, clock=city.clock)
    monkeypatch.setattr(carrying_out, part, real)
    assert retention.waiting_destructions(SYSTEM_ACTOR) == (number,)
    proof = carrying_out.destroy(number, home=city.home, clock=city.clock).proved
    assert (proof["rows_before"], proof["rows_destroyed"]) == (3, 2)
    assert "陈年旧合成" not in everything(city)


def test_rules_and_holds_of_others_are_not_seen(city):
    a_rule(city)
    assert [rule.service for rule in retention.rules(city.civil_officer)] == ["hydj_jbxx"]
    assert retention.rules(city.tax_officer) == ()
    assert retention.standings(city.tax_officer, today=business_date(city.clock.now())) == ()
    with pytest.raises(PermissionDenied):
        retention.place_hold(
            city.tax_approver, service="hydj_jbxx", reason="x", document="x", clock=city.clock
        )
    with pytest.raises(PermissionDenied):
        retention.set_rule(
            city.tax_officer, RuleDraft(department=CIVIL, months=12, legal_basis="x"), clock=city.clock
        )
    retention.set_rule(
        city.tax_officer, RuleDraft(department=TAX, months=12, legal_basis="x"), clock=city.clock
    )
