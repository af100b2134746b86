"""From an application to a grant and its end on the pages of the workbench; what is shown to whom on the way."""

import json
import re
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from jutong.control.approval import api as approval
from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.grants import api as grants
from jutong.dataflow.serving import publish_snapshot
from jutong.evidence import EvidenceRecord, open_writer
from tests.support.control import TAX, a_city, a_published_entry
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "hydj_jbxx"
APPLY = f"/desk/catalogue/{SERVICE}/apply/"
PEOPLE = {
    "cert_no": ["J330106-2024-000001", "J330106-2024-000002"],
    "id_no": ["11010519491231002X", "34052419800101001X"],
    "person": ["张合成", "王合成"],
    "registered_on": ["2024-02-14", "2024-05-20"],
}


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    settings.PUBLIC_GATEWAY_URL = "https://gateway.example.test"
    a_published_entry(made)
    return made


def a_client(city) -> str:
    made = directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    )
    return made.client.client_id


def written(desk, **changes: object) -> dict[str, object]:
    """The application form as the tax officer fills it in."""
    return inputs_of(desk.read(APPLY)) | {
        "items": ["cert_no", "id_no", "person"],
        "methods": ["lookup", "verification"],
        "basis": "个人所得税法第六条",
        "purpose": "核验专项附加扣除",
        "scene": "汇算清缴",
        **changes,
    }


def an_application(city) -> str:
    officer = at_the_desk(city, "tax_officer")
    officer.send(APPLY, **written(officer, clients=[a_client(city)]))
    (row,) = approval.applications(city.tax_officer, clock=city.clock).rows
    return row.code


def at_the_provider(city) -> str:
    code = an_application(city)
    at_the_desk(city, "tax_approver").send(f"/desk/applications/{code}/decide/", action="accept")
    return code


def some_rows(city) -> None:
    contract = catalogue.contract_of(SERVICE)
    publish_snapshot(city.home.serving, contract, [pa.RecordBatch.from_pydict(PEOPLE)], version=1)


def test_an_application_becomes_a_grant_with_a_call_to_copy(city):
    code = an_application(city)
    page = at_the_desk(city, "tax_officer").read(f"/desk/applications/{code}/")
    assert "待本部门审核" in page
    assert 'name="action"' not in page  # nobody decides on their own application
    approver = at_the_desk(city, "tax_approver")
    assert "待我办理的申请" in approver.read("/desk/")
    page = approver.send(f"/desk/applications/{code}/decide/", action="accept", reason="确需使用")
    assert "待提供部门审核" in page
    provider = at_the_desk(city, "civil_approver")
    page = provider.read(f"/desk/applications/{code}/")
    assert "个工作日）" in page  # the clock of the statutory limit
    page = provider.send(
        f"/desk/applications/{code}/decide/",
        action="accept",
        item_cert_no="whole",
        item_id_no="verify",
        item_person="mask:name",
        daily_quota="250",
    )
    assert "已授权" in page
    view = approval.application(city.tax_officer, code, clock=city.clock)
    grant = grants.grant(city.tax_officer, view.summary.grant_id)
    terms = {item.field: (item.mask, item.verification_only) for item in grant.policy.items}
    assert terms["id_no"] == (None, True)
    assert terms["person"][0] == "name"
    assert grant.policy.daily_quota == 250
    known = json.loads((city.home.policies / "current.json").read_text("utf-8"))
    assert grant.grant_id in json.dumps(known)
    page = at_the_desk(city, "tax_officer").read(f"/desk/grants/{grant.grant_id}/")
    for text in (
        "https://gateway.example.test/gateway/api/1/hydj_jbxx",
        "cert_no=<登记证号>",
        "openssl dgst -sha256 -hmac",
        f"X-Grant-Id: {grant.grant_id}",
        "CLIENT_SECRET='<应用密钥>'",
        "还没有调用记录",
    ):
        assert text in page, text


def test_an_unfinished_application_keeps_what_was_written(city):
    officer = at_the_desk(city, "tax_officer")
    page = officer.send(APPLY, **written(officer, basis="", valid_until="2020-01-01"))
    assert "这个字段是必填项。" in officer.complaints
    assert "截止日期不能早于开始日期，请修改。" in officer.complaints
    for kept in ("核验专项附加扣除", "汇算清缴", "2020-01-01"):
        assert kept in page
    assert inputs_of(page)["items"] == ["cert_no", "id_no", "person"]
    page = officer.send(APPLY, **written(officer))  # no client system is registered yet
    assert "[approval.application_invalid]" in page
    assert "核验专项附加扣除" in page


def test_a_draft_is_kept_changed_and_submitted_later(city):
    officer = at_the_desk(city, "tax_officer")
    page = officer.send(APPLY, **written(officer, scene="", keep="1"))
    assert "草稿" in page
    (row,) = approval.applications(city.tax_officer, clock=city.clock).rows
    change = f"/desk/applications/{row.code}/change/"
    fields = inputs_of(officer.read(change)) | {"scene": "汇算清缴", "clients": [a_client(city)]}
    assert "待本部门审核" in officer.send(change, **fields)
    assert at_the_desk(city, "civil_approver").get(change).status_code in {403, 404}


def test_only_the_providers_people_see_rows_before_the_decision_and_each_look_is_in_the_trail(city):
    some_rows(city)
    code = at_the_provider(city)
    for username in ("tax_officer", "tax_approver", "reviewer", "leader"):
        page = at_the_desk(city, username).read(f"/desk/applications/{code}/")
        assert "试运行" not in page, username
        assert "J330106" not in page, username
    page = at_the_desk(city, "civil_approver").read(f"/desk/applications/{code}/")
    assert "试运行" in page
    assert "张**" in page
    assert "张合成" not in page
    assert "11010519491231002X" not in page
    seen = directory.audit_trail(city.auditor, action="collection:data:preview").rows
    assert [(one.actor_name, one.detail["rows"]) for one in seen] == [
        ("测试civil_approver (civil_approver)", 2)
    ]


def test_a_dry_run_shows_other_terms_without_deciding(city):
    some_rows(city)
    code = at_the_provider(city)
    provider = at_the_desk(city, "civil_approver")
    page = provider.send(
        f"/desk/applications/{code}/decide/", **{"try": "1", "item_person": "refuse", "reason": "想一想"}
    )
    assert "张**" not in page
    assert "J330106-2024-000001" in page
    assert "想一想" in page
    assert (
        approval.application(city.civil_approver, code, clock=city.clock).summary.stage == "provider_review"
    )


def test_a_refusal_needs_a_reason_and_the_choices_stay(city):
    code = at_the_provider(city)
    provider = at_the_desk(city, "civil_approver")
    page = provider.send(f"/desk/applications/{code}/decide/", action="decline", item_person="verify")
    assert "[approval.reason_missing]" in page
    assert re.search(r'<option value="verify" selected>', page)
    page = provider.send(f"/desk/applications/{code}/decide/", action="return", reason="请补充经办人名单")
    assert "待补充材料" in page
    officer = at_the_desk(city, "tax_officer")
    assert "待补充材料的申请" in officer.read("/desk/")
    assert "请补充经办人名单" in officer.read(f"/desk/applications/{code}/")


def test_an_application_is_withdrawn_with_a_reason(city):
    code = an_application(city)
    officer = at_the_desk(city, "tax_officer")
    assert "[approval.reason_missing]" in officer.send(f"/desk/applications/{code}/withdraw/", reason="")
    assert "已撤回" in officer.send(f"/desk/applications/{code}/withdraw/", reason="业务取消")


def test_nobody_applies_to_their_own_department(city):
    officer = at_the_desk(city, "civil_officer")
    fields = inputs_of(officer.read(APPLY)) | {"basis": "职责", "purpose": "自用", "keep": "1"}
    assert "[approval.own_entry]" in officer.send(APPLY, **fields)


def test_an_applicants_page_survives_the_end_of_the_entry(city):
    code = an_application(city)
    catalogue.withdraw(city.reviewer, SERVICE, reason="系统下线", clock=city.clock)
    page = at_the_desk(city, "tax_officer").read(f"/desk/applications/{code}/")
    assert "cert_no" in page


def test_a_secret_is_shown_once(city):
    officer = at_the_desk(city, "tax_officer")
    page = officer.send("/desk/clients/", name="个税核验", department=TAX)
    (secret,) = re.findall(r'id="client-secret">([^<]+)<', page)
    assert secret not in officer.read("/desk/clients/")
    (client,) = directory.clients(city.tax_officer)
    answer = officer.post(f"/desk/clients/{client.client_id}/rotate/")
    assert answer["Cache-Control"] == "no-store"
    (fresh,) = re.findall(r'id="client-secret">([^<]+)<', officer.text)
    assert fresh != secret
    assert "已停用" in officer.send(f"/desk/clients/{client.client_id}/deactivate/")
    assert (
        at_the_desk(city, "civil_officer").post(f"/desk/clients/{client.client_id}/rotate/").status_code
        == 403
    )


def test_a_grant_is_suspended_resumed_and_revoked_with_reasons(city):
    code = at_the_provider(city)
    provider = at_the_desk(city, "civil_approver")
    provider.send(f"/desk/applications/{code}/decide/", action="accept")
    grant = approval.application(city.tax_officer, code, clock=city.clock).summary.grant_id
    act = f"/desk/grants/{grant}/act/"
    page = provider.send(act, action="suspend", reason="")
    assert "[grants." in page
    assert "已暂停" in provider.send(act, action="suspend", reason="核查用途")
    known = json.loads((city.home.policies / "current.json").read_text("utf-8"))
    assert "suspended" in json.dumps(known)
    assert "核查用途" in provider.send(act, action="resume", reason="核查完毕")
    page = provider.send(act, action="revoke", reason="业务结束")
    assert "已撤销" in page
    assert 'name="action"' not in page
    assert at_the_desk(city, "tax_officer").post(act, {"action": "resume", "reason": "x"}).status_code == 403
    assert provider.post(act, {"action": "compile", "reason": "x"}).status_code == 400


def test_calls_are_seen_by_their_two_sides_and_verified(city):
    code = at_the_provider(city)
    at_the_desk(city, "civil_approver").send(f"/desk/applications/{code}/decide/", action="accept")
    grant = approval.application(city.tax_officer, code, clock=city.clock).summary.grant_id
    with open_writer(city.home, "test") as writer:
        for outcome in ("ok", "gateway.item_not_granted"):
            writer.record_and_wait(
                EvidenceRecord(
                    kind="call",
                    time=datetime(2025, 3, 3, 2, 0, tzinfo=UTC),
                    service=SERVICE,
                    operation="lookup",
                    outcome=outcome,
                    request_id=f"req_{outcome[:2]}",
                    consumer=TAX,
                    provider="minzheng",
                    grant_id=grant,
                    items=("cert_no",),
                    rows=1,
                    latency_us=1234,
                )
            )
    for username in ("tax_officer", "civil_officer", "reviewer"):
        page = at_the_desk(city, username).read("/desk/evidence/")
        assert "已应答" in page, username
        assert "信息项未授权" in page, username
    officer = at_the_desk(city, "tax_officer")
    assert "req_ok" in officer.read(f"/desk/grants/{grant}/")
    assert "req_ok" not in officer.read("/desk/evidence/?outcome=gateway.item_not_granted")
    assert "证据链完整" in officer.send("/desk/evidence/verify/")
    assert officer.get("/desk/evidence/?department=minzheng").status_code == 403
    files = [path for path in city.home.evidence.rglob("*") if path.is_file()]
    segment = next(path for path in files if path.suffix != ".sqlite" and b"req_ok" in path.read_bytes())
    segment.write_bytes(segment.read_bytes().replace(b'"rows":1', b'"rows":9', 1))
    page = officer.send("/desk/evidence/verify/")
    assert "证据链不完整" in page


def test_supervision_shows_numerators_and_denominators(city):
    page = at_the_desk(city, "leader").read("/desk/supervision/")
    assert "市民政局" in page
    assert "1 / 1" in page
