"""From a published entry to a delivery, an application, a grant and its end: the control plane's part of the chain."""

import json
import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jutong.control.approval import api as approval
from jutong.control.approval.api import (
    Action,
    ApplicationFilter,
    ApplicationRequest,
    ItemTerms,
    Stage,
    Terms,
)
from jutong.control.approval.errors import (
    ApplicationConflict,
    ApplicationInvalid,
    EntryNotShared,
    OwnEntry,
    SamePerson,
    SupplementAskedBefore,
    TermsInvalid,
)
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import DraftInvalid
from jutong.control.collection import api as collection
from jutong.control.collection.api import Punctuality, RunStatus, SourceDraft
from jutong.control.collection.errors import RunActive, RunConflict, SourceInvalid, WrongProvider
from jutong.control.directory import api as directory
from jutong.control.directory.api import SYSTEM_ACTOR, ClientView
from jutong.control.directory.errors import PermissionDenied
from jutong.control.grants import api as grants
from jutong.control.grants.api import GrantRequest
from jutong.control.grants.errors import GrantActionNotAllowed, OtherSideSuspended, PolicyInvalid
from jutong.kernel.crypto.keys import open_text
from jutong.vocabulary.catalogue import Level, MaskMethod, SharingType
from jutong.vocabulary.contracts import GrantedItem, PolicySnapshot, RunReport
from tests.support.control import BUREAU, CIVIL, TAX, City, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "hydj_jbxx"


@pytest.fixture
def city(tmp_path) -> City:
    city = a_city(tmp_path)
    a_published_entry(city)
    return city


def a_source(city: City, **changes: object) -> None:
    values = {
        "code": "hydj_csv",
        "name": "婚姻登记每日文件",
        "department": CIVIL,
        "kind": "csv",
        "options": {"path": "minzheng/hydj.csv"},
        "system": "hydj",
    } | changes
    collection.add_source(city.civil_engineer, SourceDraft(**values), home=city.home, clock=city.clock)


def a_client(city: City) -> ClientView:
    return directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    ).client


def a_request(city: City, **changes: object) -> ApplicationRequest:
    values = {
        "service": SERVICE,
        "items": ("cert_no", "id_no", "person"),
        "basis": "个人所得税法第六条",
        "purpose": "核验专项附加扣除",
        "scene": "汇算清缴",
        "valid_from": date(2025, 3, 3),
        "valid_until": date(2026, 3, 2),
        "clients": (a_client(city).client_id,),
        "verification": True,
    } | changes
    return ApplicationRequest(**values)


def a_submitted(city: City, **changes: object) -> str:
    drafted = approval.draft_application(
        city.tax_officer, a_request(city, **changes), consumer=TAX, clock=city.clock
    )
    approval.submit(city.tax_officer, drafted.code, home=city.home, clock=city.clock)
    return drafted.code


def decide(city: City, who: str, code: str, action: Action, **more: object):
    return approval.decide(city.actors[who], code, action, home=city.home, clock=city.clock, **more)


def snapshot(city: City) -> PolicySnapshot:
    return PolicySnapshot.from_json((city.home.policies / "current.json").read_bytes())


def a_report(run_id: str, **changes: object) -> RunReport:
    at = datetime(2025, 3, 3, 2, tzinfo=UTC)
    values = {
        "run_id": run_id,
        "service": SERVICE,
        "source": "hydj_csv",
        "started_at": at,
        "ended_at": at,
        "outcome": "succeeded",
        "read": 10,
        "landed": 9,
        "quarantined": 1,
        "version": 3,
    } | changes
    return RunReport(**values)


class TestCollection:
    def test_a_delivery_runs_under_a_lease_and_moves_the_promise_on(self, city):
        a_source(city, secret_options={"password": "geheim"})
        bound = collection.bind(city.civil_engineer, service=SERVICE, source="hydj_csv", clock=city.clock)
        assert bound.punctuality is Punctuality.WAITING
        assert collection.due_services(SYSTEM_ACTOR, clock=city.clock) == (SERVICE,)
        queued = collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
        assert collection.due_services(SYSTEM_ACTOR, clock=city.clock) == ()
        with pytest.raises(RunActive):
            collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
        job = collection.start_run(SYSTEM_ACTOR, queued.run_id, worker="w1", home=city.home, clock=city.clock)
        assert job.options == {"path": "minzheng/hydj.csv", "password": "geheim"}
        assert (job.contract.service, job.department, job.system) == (SERVICE, CIVIL, "hydj")
        assert "geheim" not in repr(job)
        with pytest.raises(RunConflict):
            collection.start_run(SYSTEM_ACTOR, queued.run_id, worker="w2", home=city.home, clock=city.clock)
        collection.record_progress(
            SYSTEM_ACTOR, queued.run_id, stage="landing", rows_done=5, rows_total=10, clock=city.clock
        )
        assert collection.run(city.civil_officer, queued.run_id).progress == 0.5
        report = a_report(queued.run_id)
        done = collection.record_report(SYSTEM_ACTOR, queued.run_id, report, clock=city.clock)
        assert (done.status, done.landed, done.on_time) == (RunStatus.SUCCEEDED, 9, True)
        assert collection.record_report(SYSTEM_ACTOR, queued.run_id, report, clock=city.clock) == done
        after = collection.binding(city.civil_officer, SERVICE, clock=city.clock)
        assert after is not None
        assert (after.last_version, after.punctuality) == (3, Punctuality.ON_TIME)
        # 10:00 on Monday in Shanghai: the next night's 02:00 is 18:00 UTC.
        assert after.next_run_at == datetime(2025, 3, 3, 18, tzinfo=UTC)
        city.clock.advance(timedelta(hours=39))
        late = collection.binding(city.civil_officer, SERVICE, clock=city.clock)
        assert late is not None
        assert late.punctuality is Punctuality.LATE

    def test_an_old_file_that_is_fetched_today_is_late_all_the_same(self, city):
        a_source(city)
        collection.bind(city.civil_engineer, service=SERVICE, source="hydj_csv", clock=city.clock)
        run = collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
        collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w1", home=city.home, clock=city.clock)
        report = replace(a_report(run.run_id), delivered_at=city.clock.now() - timedelta(days=40))
        done = collection.record_report(SYSTEM_ACTOR, run.run_id, report, clock=city.clock)
        assert (done.status, done.on_time) == (RunStatus.SUCCEEDED, False)
        bound = collection.binding(city.civil_officer, SERVICE, clock=city.clock)
        assert bound is not None
        assert bound.punctuality is Punctuality.LATE

    def test_a_run_whose_worker_is_lost_is_taken_over_by_another(self, city):
        a_source(city)
        collection.bind(city.civil_engineer, service=SERVICE, source="hydj_csv", clock=city.clock)
        run = collection.request_run(city.civil_officer, SERVICE, clock=city.clock)
        collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w1", home=city.home, clock=city.clock)
        assert collection.end_lost_runs(SYSTEM_ACTOR, clock=city.clock) == ()
        city.clock.advance(timedelta(minutes=6))
        assert collection.end_lost_runs(SYSTEM_ACTOR, clock=city.clock) == (run.run_id,)
        lost = collection.run(city.civil_officer, run.run_id)
        assert (lost.status, lost.error_code) == (RunStatus.QUEUED, "collection.lease_lost")
        collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w2", home=city.home, clock=city.clock)
        assert collection.run(city.civil_officer, run.run_id).attempt == 2

    def test_secrets_have_no_place_among_open_options(self, city):
        with pytest.raises(SourceInvalid):
            a_source(city, options={"password": "geheim"})
        with pytest.raises(SourceInvalid):
            a_source(city, options={"url": "postgresql://u:geheim@h/d"})

    def test_an_entry_is_filled_by_its_own_department_only(self, city):
        collection.add_source(
            city.tax_officer,
            SourceDraft(code="tax_csv", name="x", department=TAX, kind="csv"),
            home=city.home,
            clock=city.clock,
        )
        with pytest.raises(WrongProvider):
            collection.bind(city.civil_engineer, service=SERVICE, source="tax_csv", clock=city.clock)
        with pytest.raises(PermissionDenied):
            collection.request_run(city.tax_officer, SERVICE, clock=city.clock)


class TestApplications:
    def test_an_application_passes_its_own_department_and_the_provider(self, city):
        code = a_submitted(city)
        assert code == "SQ202503030001"
        at_own = approval.application(city.tax_approver, code, clock=city.clock)
        assert at_own.summary.stage is Stage.DEPARTMENT_REVIEW
        assert Action.ACCEPT in at_own.actions
        at_provider = decide(city, "tax_approver", code, Action.ACCEPT)
        assert (at_provider.summary.stage, at_provider.summary.clock.limit) == (Stage.PROVIDER_REVIEW, "T5")
        assert at_provider.summary.clock.due_on == date(2025, 3, 17)
        preview = approval.policy_preview(city.civil_approver, code)
        granted = decide(city, "civil_approver", code, Action.ACCEPT)
        grant = grants.grant(city.tax_officer, granted.summary.grant_id)
        masks = {item.field: item.mask for item in grant.policy.items}
        assert masks == {"cert_no": None, "id_no": MaskMethod.CITIZEN_ID, "person": MaskMethod.NAME}
        assert grant.policy.items == preview.items
        assert grant.policy.query_keys == preview.query_keys
        assert grant.policy.provider == CIVIL  # evidence carries it: the provider finds its calls by it
        assert grant.policy.valid_until == datetime(2026, 3, 2, 16, tzinfo=UTC)
        assert [d.in_time for d in granted.decisions] == [None, None, True]

    def test_the_snapshot_holds_exactly_the_grant_and_is_for_the_platforms_eyes(self, city):
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        granted = decide(city, "civil_approver", code, Action.ACCEPT)
        path = city.home.policies / "current.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        published = snapshot(city)
        assert [policy.grant_id for policy in published.grants] == [granted.summary.grant_id]
        assert [service.service for service in published.services] == [SERVICE]
        assert len(open_text(city.home, published.clients[0].sealed_secret)) == 43
        again = grants.publish_snapshot(city.home, clock=city.clock)
        assert again.version == published.version

    def test_terms_of_the_provider_bind_and_never_widen(self, city):
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        wider = Terms(items=(ItemTerms(field="registered_on"),))
        with pytest.raises(TermsInvalid):
            decide(city, "civil_approver", code, Action.ACCEPT, terms=wider)
        narrower = Terms(
            items=(
                ItemTerms(field="cert_no"),
                ItemTerms(field="id_no", verification_only=True),
                ItemTerms(field="person", refused=True),
            ),
            daily_quota=50,
        )
        granted = decide(city, "civil_approver", code, Action.ACCEPT, terms=narrower)
        policy = grants.grant(city.tax_officer, granted.summary.grant_id).policy
        assert [(item.field, item.verification_only) for item in policy.items] == [
            ("cert_no", False),
            ("id_no", True),
        ]
        assert policy.daily_quota == 50

    def test_level_four_needs_the_data_authority_too_and_another_person(self, city):
        items = (*a_draft().items, an_item("diagnosis", name="备案情形", level=Level.L4))
        a_published_entry(city, "hydj_l4", title="婚姻登记备案信息", items=items)
        code = a_submitted(city, service="hydj_l4", items=("cert_no", "diagnosis"))
        decide(city, "tax_approver", code, Action.ACCEPT)
        waiting = decide(city, "civil_approver", code, Action.ACCEPT)
        assert (waiting.summary.stage, waiting.summary.grant_id) == (Stage.AUTHORITY_REVIEW, "")
        with pytest.raises(PermissionDenied):
            decide(city, "civil_approver", code, Action.ACCEPT)
        granted = decide(city, "reviewer", code, Action.ACCEPT)
        policy = grants.grant(city.reviewer, granted.summary.grant_id).policy
        assert {item.field: item.verification_only for item in policy.items} == {
            "cert_no": False,
            "diagnosis": True,
        }

    def test_what_is_shared_without_condition_is_granted_once_the_own_department_agrees(self, city):
        items = (
            an_item("org_code", name="机构编号", key=True, sharing_type=SharingType.UNCONDITIONAL),
            an_item("org_name", sharing_type=SharingType.UNCONDITIONAL),
        )
        a_published_entry(
            city,
            "djjg",
            title="婚姻登记机关名录",
            items=items,
            sharing_type=SharingType.UNCONDITIONAL,
            query_keys=(("org_code",),),
        )
        code = a_submitted(city, service="djjg", items=("org_code", "org_name"))
        granted = decide(city, "tax_approver", code, Action.ACCEPT)
        assert granted.summary.stage is Stage.GRANTED
        assert granted.route == (Stage.DEPARTMENT_REVIEW,)

    def test_what_is_missing_is_told_once_and_the_clock_starts_anew(self, city):
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        back = decide(city, "civil_approver", code, Action.RETURN, reason="请补充使用范围")
        assert (back.summary.stage, back.summary.clock.limit) == (Stage.SUPPLEMENT, "T7")
        city.clock.advance(timedelta(days=1))
        changed = approval.change_application(
            city.tax_officer,
            code,
            a_request(city, scene="汇算清缴，全市"),
            revision=back.revision,
            clock=city.clock,
        )
        assert changed.request.scene == "汇算清缴，全市"
        again = approval.submit(city.tax_officer, code, home=city.home, clock=city.clock)
        assert again.summary.clock.due_on == date(2025, 3, 18)
        with pytest.raises(SupplementAskedBefore):
            decide(city, "civil_approver", code, Action.RETURN, reason="还要")

    def test_an_answer_after_its_limit_is_kept_as_late(self, city):
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        city.clock.advance(timedelta(days=15))
        waiting = approval.applications(
            city.civil_approver, ApplicationFilter(overdue=True, mine_to_decide=True), clock=city.clock
        )
        assert [row.code for row in waiting.rows] == [code]
        assert (waiting.rows[0].clock.warning, waiting.rows[0].clock.overdue) == (100, True)
        declined = decide(city, "civil_approver", code, Action.DECLINE, reason="依据不足")
        assert declined.decisions[-1].in_time is False

    def test_what_was_changed_since_the_page_was_drawn_is_not_decided_unseen(self, city):
        code = a_submitted(city)
        shown = approval.application(city.tax_approver, code, clock=city.clock).revision
        with pytest.raises(ApplicationConflict):
            approval.decide(
                city.tax_approver,
                code,
                Action.ACCEPT,
                home=city.home,
                clock=city.clock,
                revision=shown - 1,
            )

    def test_nobody_reviews_their_own_application(self, city):
        drafted = approval.draft_application(
            city.tax_approver, a_request(city), consumer=TAX, clock=city.clock
        )
        sent = approval.submit(city.tax_approver, drafted.code, home=city.home, clock=city.clock)
        assert sent.summary.stage is Stage.PROVIDER_REVIEW
        other = a_submitted(city)
        directory.give_role(
            city.secadmin,
            username="tax_officer",
            department=TAX,
            role=directory.Role.DEPARTMENT_APPROVER,
            clock=city.clock,
        )
        city.actors["tax_officer"] = directory.actor_named("tax_officer")
        with pytest.raises(SamePerson):
            decide(city, "tax_officer", other, Action.ACCEPT)

    def test_what_is_refused_by_law_and_what_is_ones_own_cannot_be_applied_for(self, city):
        items = tuple(
            an_item(
                item.field,
                name=item.name,
                level=item.level,
                key=item.key,
                sharing_type=SharingType.NOT_SHARED,
            )
            for item in a_draft().items
        )
        a_published_entry(
            city,
            "mmsj",
            title="涉密婚姻档案信息",
            items=items,
            sharing_type=SharingType.NOT_SHARED,
            basis_document="某条例",
            basis_number="国令第1号",
            basis_article="第九条",
        )
        with pytest.raises(EntryNotShared, match="第九条"):
            approval.draft_application(
                city.tax_officer, a_request(city, service="mmsj"), consumer=TAX, clock=city.clock
            )
        with pytest.raises(OwnEntry):
            approval.draft_application(city.civil_officer, a_request(city), consumer=CIVIL, clock=city.clock)

    @pytest.mark.parametrize(
        "lacking", [{"basis": " "}, {"purpose": ""}, {"scene": ""}, {"clients": ()}, {"items": ("person",)}]
    )
    def test_an_incomplete_application_is_not_sent(self, city, lacking):
        drafted = approval.draft_application(
            city.tax_officer, a_request(city, **lacking), consumer=TAX, clock=city.clock
        )
        with pytest.raises(ApplicationInvalid):
            approval.submit(city.tax_officer, drafted.code, home=city.home, clock=city.clock)

    @pytest.mark.parametrize("valid_until", [date(9999, 12, 31), date(2100, 1, 1)])
    def test_a_term_without_end_is_refused_at_once(self, city, valid_until):
        with pytest.raises(ApplicationInvalid):
            approval.draft_application(
                city.tax_officer, a_request(city, valid_until=valid_until), consumer=TAX, clock=city.clock
            )

    def test_no_application_opens_the_whole_list_of_an_entry(self, city):
        code = a_submitted(city)
        contract = catalogue.contract_of(SERVICE)
        listed = replace(contract, query_keys=((), *contract.query_keys))
        request = GrantRequest(
            application=code,
            service=SERVICE,
            consumer=TAX,
            consumer_name="税务",
            clients=("app_1",),
            items=(GrantedItem(field="cert_no", name="证号"),),
            purpose="x",
            basis="y",
            valid_from=city.clock.now(),
            valid_until=city.clock.now() + timedelta(days=1),
        )
        assert grants.compile_policy(request, listed, grant_id="g").query_keys == (("cert_no",),)
        with pytest.raises(PolicyInvalid):
            grants.compile_policy(request, replace(contract, query_keys=((),)), grant_id="g")
        with pytest.raises(DraftInvalid):
            a_published_entry(city, "quanliang", query_keys=((), ("cert_no",)))

    def test_two_reviewers_at_once_get_one_decision_and_one_conflict(self, city, monkeypatch):
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        from jutong.control.approval import life

        stale = life.find(code)
        decide(city, "civil_approver", code, Action.DECLINE, reason="依据不足")
        monkeypatch.setattr(life, "find", lambda _: stale)
        with pytest.raises(ApplicationConflict):
            decide(city, "civil_approver", code, Action.ACCEPT)
        monkeypatch.undo()
        assert (
            approval.application(city.civil_approver, code, clock=city.clock).summary.stage is Stage.DECLINED
        )
        assert grants.grants(city.civil_approver).rows == ()


class TestGrants:
    @pytest.fixture
    def grant_id(self, city) -> str:
        code = a_submitted(city)
        decide(city, "tax_approver", code, Action.ACCEPT)
        return decide(city, "civil_approver", code, Action.ACCEPT).summary.grant_id

    def test_the_gateway_learns_of_suspension_and_revocation_at_once(self, city, grant_id):
        more = {"reason": "核查", "home": city.home, "clock": city.clock}
        grants.suspend(city.civil_approver, grant_id, **more)
        assert snapshot(city).grants[0].suspended
        with pytest.raises(OtherSideSuspended):
            grants.resume(city.tax_approver, grant_id, **more)
        grants.resume(city.civil_approver, grant_id, **more)
        assert not snapshot(city).grants[0].suspended
        revoked = grants.revoke(city.tax_approver, grant_id, **more)
        assert [step.side for step in revoked.steps] == ["provider", "provider", "consumer"]
        assert snapshot(city).grants == ()
        with pytest.raises(GrantActionNotAllowed):
            grants.resume(city.reviewer, grant_id, **more)

    def test_a_grant_ends_with_its_term_and_the_gateway_may_still_say_so(self, city, grant_id):
        assert grants.count_live(city.clock.now()) == 1
        city.clock.advance(timedelta(days=366))
        assert grants.expire_grants(SYSTEM_ACTOR, clock=city.clock) == (grant_id,)
        assert grants.count_live(city.clock.now()) == 0
        assert len(grants.publish_snapshot(city.home, clock=city.clock).grants) == 1

    def test_an_approver_who_also_leads_the_bureau_does_not_act_for_the_city(self, city, grant_id):
        approver = directory.Role.DEPARTMENT_APPROVER
        directory.give_role(
            city.secadmin, username="leader", department=BUREAU, role=approver, clock=city.clock
        )
        leader = directory.actor_named("leader")
        assert grants.grant(leader, grant_id).actions == ()
        with pytest.raises(PermissionDenied):
            grants.revoke(leader, grant_id, reason="核查", home=city.home, clock=city.clock)

    def test_a_stranger_sees_no_grant(self, city, grant_id):
        assert grants.grants(city.district_officer).rows == ()

    def test_everything_that_happened_is_in_the_trail_and_the_chain_holds(self, city, grant_id):
        verdict = directory.verify_audit(city.auditor)
        assert verdict.intact
        events = directory.audit_trail(city.auditor, object_type="grant", object_id=grant_id).rows
        assert [event.action for event in events] == ["grants:grant:compile"]
        assert "geheim" not in json.dumps([dict(event.detail) for event in events])
