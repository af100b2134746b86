"""Alerts: what is told, to whom, once; many in one message; channels that fail explain themselves and hold up nobody."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from jutong.control.alerts import api as alerts
from jutong.control.alerts.api import ChannelDraft, DeliveryStatus, RuleDraft
from jutong.control.alerts.errors import ChannelInvalid, RuleInvalid
from jutong.control.alerts.models import AlertDelivery
from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft, Trouble, TroubleKind
from jutong.control.collection.models import Binding
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.dataflow.messaging import ChannelKind, Message, MessagingSettings, Outlet, PostalTerms, send
from jutong.dataflow.messaging.errors import (
    MailLoginRefused,
    MailNotEncrypted,
    ReceiverBusy,
    ReceiverNotAllowed,
    ReceiverRefused,
    ReceiverUnreachable,
    RecipientsRefused,
)
from jutong.dataflow.messaging.signing import signature
from jutong.processes.alerting import look_and_send
from tests.support.control import BUREAU, CIVIL, DISTRICT, TAX, City, a_city, a_published_entry
from tests.support.desk import at_the_desk
from tests.support.receivers import http_receiver, mail_receiver, own_certificate

PAGE = "/desk/alerts/"
LOOPBACK = MessagingSettings(allowed_networks="127.0.0.0/8", timeout_s=2.0)
HELLO = Message(id="alert_1", subject="【聚通】归集失败 1", text="· 归集失败  婚姻登记", payload={"count": 1})


@pytest.fixture(scope="module")
def receiver():
    with http_receiver() as found:
        yield found


@pytest.fixture(autouse=True)
def _as_new(receiver):
    receiver.status, receiver.answer, receiver.delay_s = 200, b'{"errcode": 0}', 0.0
    receiver.got.clear()


class TestSending:
    def test_a_webhook_is_signed_so_that_its_receiver_can_tell(self, receiver):
        for digest, name in (("sha256", "hmac-sha256"), ("sm3", "hmac-sm3")):
            outlet = Outlet(
                kind=ChannelKind.WEBHOOK,
                address=f"http://127.0.0.1:{receiver.port}/hook?a=1",
                secret="geheim",
                digest=digest,
            )
            send(outlet, HELLO, settings=LOOPBACK)
            path, headers, body = receiver.got[-1]
            assert path == "/hook?a=1"
            assert json.loads(body) == {
                "id": "alert_1",
                "subject": HELLO.subject,
                "text": HELLO.text,
                "count": 1,
            }
            stamp = int(headers["X-Jutong-Timestamp"])
            assert headers["X-Jutong-Signature"] == signature("geheim", digest, timestamp=stamp, body=body)
            assert headers["X-Jutong-Signature"].startswith(name + "=")
        signed = hmac.new(b"geheim", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        assert signature("geheim", "sha256", timestamp=stamp, body=body) == f"hmac-sha256={signed}"

    @pytest.mark.parametrize("kind", [ChannelKind.WECOM, ChannelKind.DINGTALK])
    def test_robots_get_their_plain_text_and_their_own_refusal_counts(self, receiver, kind):
        outlet = Outlet(kind=kind, address=f"http://127.0.0.1:{receiver.port}/robot?key=1", secret="SEC1")
        send(outlet, HELLO, settings=LOOPBACK)
        path, _, body = receiver.got[-1]
        assert json.loads(body) == {"msgtype": "text", "text": {"content": f"{HELLO.subject}\n{HELLO.text}"}}
        assert ("&sign=" in path) is (kind is ChannelKind.DINGTALK)
        receiver.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
        with pytest.raises(ReceiverRefused, match="310000"):
            send(outlet, HELLO, settings=LOOPBACK)

    def test_what_is_wrong_with_an_address_is_said(self, receiver):
        outlet = Outlet(kind=ChannelKind.WEBHOOK, address=f"http://127.0.0.1:{receiver.port}/")
        for status, error in (
            (302, ReceiverRefused),
            (403, ReceiverRefused),
            (429, ReceiverBusy),
            (503, ReceiverBusy),
        ):
            receiver.status = status
            with pytest.raises(error):
                send(outlet, HELLO, settings=LOOPBACK)
        usual = MessagingSettings()
        for address in (
            "http://127.0.0.1/",
            "http://169.254.169.254/x",
            "http://100.100.100.200/",
            "http://[::1]/",
        ):
            with pytest.raises(ReceiverNotAllowed):
                send(replace(outlet, address=address), HELLO, settings=usual)
        with pytest.raises(ReceiverUnreachable):
            send(replace(outlet, address="http://127.0.0.1:9/"), HELLO, settings=LOOPBACK)

    def test_a_receiver_that_never_answers_is_left_when_its_time_is_over(self, receiver):
        receiver.delay_s = 30
        outlet = Outlet(kind=ChannelKind.WEBHOOK, address=f"http://127.0.0.1:{receiver.port}/")
        started = time.monotonic()
        with pytest.raises(ReceiverUnreachable):
            send(outlet, HELLO, settings=MessagingSettings(allowed_networks="127.0.0.0/8", timeout_s=0.3))
        assert time.monotonic() - started < 5

    def test_mail_arrives_or_says_why_not(self):
        post = PostalTerms(
            security="none", sender="jutong@city.test", recipients=("a@city.test", "b@city.test")
        )
        with mail_receiver() as server:
            outlet = Outlet(kind=ChannelKind.EMAIL, address=f"127.0.0.1:{server.port}", post=post)
            send(outlet, HELLO, settings=LOOPBACK)
            ((to, mail),) = server.got
            assert (to, mail["Subject"]) == (["a@city.test", "b@city.test"], HELLO.subject)
            assert mail.get_content().strip() == HELLO.text
            for refusal, error in (("450 later", ReceiverBusy), ("550 no", RecipientsRefused)):
                server.refuse = refusal
                with pytest.raises(error):
                    send(outlet, HELLO, settings=LOOPBACK)
            with pytest.raises(MailNotEncrypted):
                send(replace(outlet, post=replace(post, security="starttls")), HELLO, settings=LOOPBACK)
        with pytest.raises(ReceiverUnreachable):
            send(outlet, HELLO, settings=LOOPBACK)


def a_channel(city, address, department=CIVIL, who="civil_engineer", **more):
    values = {
        "code": f"hook_{department}",
        "name": "值班群",
        "kind": "webhook",
        "address": address,
        "secret": "geheim",
    }
    draft = ChannelDraft(department=department, **(values | more))
    return alerts.add_channel(city.actors[who], draft, home=city.home, clock=city.clock).code


def troubles(*numbers, kind=TroubleKind.RUN_FAILED, department=CIVIL):
    return [
        Trouble(kind=kind, service=f"s{number}", title=f"目录{number}", department=department, number=number)
        for number in numbers
    ]


@pytest.fixture
def city(tmp_path, transactional_db) -> City:
    return a_city(tmp_path)


class TestTelling:
    def told(self, city, found):
        before = AlertDelivery.objects.count()
        alerts.observe(SYSTEM_ACTOR, found, clock=city.clock)
        return [row.troubles for row in AlertDelivery.objects.order_by("pk")[before:]]

    def test_a_thousand_failing_tables_are_one_message_told_once(self, city):
        channel = a_channel(city, "http://10.0.0.1/")
        rule = RuleDraft(name="失败", kinds=(TroubleKind.RUN_FAILED,))
        alerts.add_rule(city.civil_engineer, channel, rule, clock=city.clock)
        many = troubles(*range(1000))
        assert self.told(city, many) == [1000]
        (message,) = alerts.deliveries(city.civil_engineer)
        assert message.subject == "【聚通】归集失败 1000"
        assert message.text.count("·") == 20
        assert "另有 980 项" in message.text
        city.clock.advance(timedelta(minutes=1))
        assert self.told(city, [*many, *troubles(1000, 1001)]) == [], "grouped: ten minutes have not passed"
        city.clock.advance(timedelta(minutes=10))
        assert self.told(city, [*many, *troubles(1000, 1001)]) == [2]
        city.clock.advance(timedelta(hours=1))
        assert self.told(city, many[:999]) == []
        assert self.told(city, many) == [1], "it ended and came back"

    def test_quiet_hours_keep_it_for_the_morning(self, city):
        channel = a_channel(city, "http://10.0.0.1/")
        rule = RuleDraft(name="夜间", kinds=(TroubleKind.LATE,), quiet_from="09:00", quiet_until="11:00")
        alerts.add_rule(city.civil_engineer, channel, rule, clock=city.clock)
        late = troubles(1, kind=TroubleKind.LATE)
        assert self.told(city, late) == [], "10:00 in Shanghai"
        city.clock.advance(timedelta(hours=1))
        assert self.told(city, late) == [1]

    def test_each_department_is_told_of_its_own_and_the_bureau_of_all(self, city):
        kinds = (TroubleKind.RUN_FAILED, TroubleKind.LAG, TroubleKind.WORKER_SILENT)
        for department, who in ((CIVIL, "civil_engineer"), (TAX, "tax_officer"), (BUREAU, "reviewer")):
            channel = a_channel(city, "http://10.0.0.1/", department, who)
            rule = RuleDraft(name=department, kinds=kinds, lag_s=60)
            alerts.add_rule(city.actors[who], channel, rule, clock=city.clock)
        found = [
            *troubles(1),
            *troubles(2, department=DISTRICT),
            *troubles(3, department=TAX),
            *troubles(60, kind=TroubleKind.LAG, department=TAX),
            *troubles(61, kind=TroubleKind.LAG, department=TAX),
        ]
        alerts.observe(SYSTEM_ACTOR, found, clock=city.clock)
        assert {row.rule_name: row.troubles for row in AlertDelivery.objects.all()} == {
            CIVIL: 2,
            TAX: 2,
            BUREAU: 4,
        }
        assert [one.rule for one in alerts.deliveries(city.tax_officer)] == [TAX]
        with pytest.raises(PermissionDenied):
            alerts.opened_channel(city.tax_officer, f"hook_{CIVIL}", home=city.home)

    def test_what_cannot_be_a_channel_or_a_rule_is_refused(self, city):
        for wrong in (
            {"kind": "fax"},
            {"address": "ftp://10.0.0.1/"},
            {
                "kind": "email",
                "address": "10.0.0.1:25",
                "options": {"sender": "x", "recipients": ["a@b.test"]},
            },
            {"kind": "email", "address": "10.0.0.1:25", "options": {"sender": "a@b.test", "recipients": []}},
        ):
            with pytest.raises(ChannelInvalid):
                a_channel(city, wrong.pop("address", "http://10.0.0.1/"), **wrong)
        channel = a_channel(city, "http://10.0.0.1/")
        with pytest.raises(RuleInvalid):
            alerts.add_rule(city.civil_engineer, channel, RuleDraft(name="x", kinds=()), clock=city.clock)


def test_from_a_late_entry_to_the_receiver_again_while_it_is_away_and_without_a_secret_shown(city, receiver):
    a_published_entry(city)
    draft = SourceDraft(
        code="hydj", name="婚姻登记库", department=CIVIL, kind="csv", options={"path": "a.csv"}
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service="hydj_jbxx", source="hydj", clock=city.clock)
    Binding.objects.update(due_at=city.clock.now() - timedelta(hours=1))
    channel = a_channel(city, f"http://127.0.0.1:{receiver.port}/hook")
    rule = RuleDraft(name="逾期", kinds=(TroubleKind.LATE, TroubleKind.WORKER_SILENT))
    alerts.add_rule(city.civil_engineer, channel, rule, clock=city.clock)
    receiver.status = 503
    assert look_and_send(city.home, clock=city.clock, settings=LOOPBACK) == (0, 1)
    (waiting,) = alerts.deliveries(city.civil_engineer)
    assert (waiting.status, waiting.error_code, waiting.attempts) == (
        DeliveryStatus.WAITING,
        "messaging.busy",
        1,
    )
    receiver.status = 200
    assert look_and_send(city.home, clock=city.clock, settings=LOOPBACK) == (0, 0), (
        "not before a minute has passed"
    )
    city.clock.advance(timedelta(minutes=1))
    assert look_and_send(city.home, clock=city.clock, settings=LOOPBACK) == (1, 0)
    assert [one["count"] for one in receiver.bodies] == [1, 1]
    assert receiver.bodies[0]["id"] == receiver.bodies[1]["id"], "the receiver can tell that it is the same"
    assert "geheim" not in repr(alerts.channels(city.civil_engineer)) + repr(AlertDelivery.objects.values())


def test_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted(tmp_path, monkeypatch):
    certificate = own_certificate(tmp_path)
    post = PostalTerms(user="jutong", sender="jutong@city.test", recipients=("a@city.test",))
    with mail_receiver(password="right", certificate=certificate) as server:
        address = f"127.0.0.1:{server.port}"
        outlet = Outlet(kind=ChannelKind.EMAIL, address=address, secret="right", post=post)
        with pytest.raises(MailNotEncrypted):
            send(outlet, HELLO, settings=LOOPBACK)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(MailLoginRefused):
            send(replace(outlet, secret="wrong"), HELLO, settings=LOOPBACK)
        send(outlet, HELLO, settings=LOOPBACK)
        assert len(server.got) == 1


def test_a_channel_is_registered_tested_and_given_a_rule_at_the_desk(city, receiver, settings, monkeypatch):
    settings.DATA_HOME = city.home
    monkeypatch.setenv("JUTONG_ALERTS_ALLOWED_NETWORKS", "127.0.0.0/8")
    desk = at_the_desk(city, "civil_engineer")
    assert "还没有告警渠道" in desk.read(PAGE)
    channel = {"code": "duty", "name": "值班群", "department": CIVIL, "kind": "webhook", "digest": "sm3"}
    channel |= {
        "address": f"http://127.0.0.1:{receiver.port}/hook",
        "secret": "geheim",
        "security": "starttls",
    }
    page = desk.post(PAGE, channel, follow=True).content.decode()
    assert "请先发一条测试消息" in page
    assert "geheim" not in page
    assert "编码 duty 已存在" in desk.post(PAGE, channel).content.decode()
    receiver.status = 403
    assert "[messaging.refused]" in desk.send(f"{PAGE}channels/duty/test/")
    receiver.status = 200
    assert "测试消息已送达" in desk.send(f"{PAGE}channels/duty/test/")
    rule = {
        "channel": "duty",
        "name": "失败",
        "kinds": ["run_failed", "late"],
        "lag_s": 300,
        "quarantined": 100,
    }
    page = desk.send(PAGE, **rule, group_minutes=10, quiet_from="22:00", quiet_until="07:00")
    assert "22:00–07:00" in page
    assert "值班群" not in at_the_desk(city, "tax_officer").read(PAGE)
    assert "告警渠道已删除" in desk.send(f"{PAGE}channels/duty/remove/")
    assert alerts.rules(city.civil_engineer) == ()
