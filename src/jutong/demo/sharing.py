"""Two applications of the demo: one that was granted and has a client system, one that waits for its reviewer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from jutong.control.approval import api as approval
from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.values import ApplicationRequest, ApplicationView
from jutong.control.directory import api as directory
from jutong.demo.settling import REVIEWER, approver, officer
from jutong.demo.truth import demo_folder
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.home import DataHome

CLIENT_FILE: Final = "client.json"
CONSUMER: Final = "hrss"
GRANTED: Final = "police_population"
WAITING: Final = "civil_marriage"
WAITING_CONSUMER: Final = "land"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    """The client system with which the demo's gateway calls are signed."""

    client_id: str
    secret: str = field(repr=False)
    service: str
    grant_id: str = ""
    application: str = ""


def read_client(home: DataHome) -> DemoClient | None:
    """The demo's client system with its secret, None when there is none."""
    try:
        return msgspec.json.decode((demo_folder(home.root) / CLIENT_FILE).read_bytes(), type=DemoClient)
    except (OSError, msgspec.DecodeError):
        return None


def _keep_client(home: DataHome, client: DemoClient) -> None:
    """Readable by the platform's own user alone: it holds a secret."""
    path: Path = demo_folder(home.root) / CLIENT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    values: Mapping[str, str] = msgspec.to_builtins(client)
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2), encoding="utf-8")


def grant_example(home: DataHome, *, clock: Clock) -> DemoClient:
    """人社 may look up and verify a person's name, sex and status by ID number; granted through every review."""
    kept = read_client(home)
    if kept is not None and kept.grant_id:
        return kept
    issued = directory.create_client(
        officer(CONSUMER), home=home, name="社保待遇资格核验应用（演示）", department=CONSUMER, clock=clock
    )
    view = _apply(
        ApplicationRequest(
            service=GRANTED,
            items=("id_no", "name", "sex", "birth_date", "region_code", "status"),
            basis="《社会保险经办条例》关于社会保险待遇资格核验的规定",
            purpose="核验社会保险待遇领取资格",
            scene="办理养老待遇资格认证时，按公民身份号码查询和核验姓名、出生日期与人员状态",
            clients=(issued.client.client_id,),
            lookup=True,
            verification=True,
            daily_quota=10_000,
            valid_from=business_date(clock.now()),
            valid_until=business_date(clock.now()) + timedelta(days=365),
        ),
        consumer=CONSUMER,
        home=home,
        clock=clock,
    )
    view = _carry_through(view, consumer=CONSUMER, home=home, clock=clock)
    client = DemoClient(
        client_id=issued.client.client_id,
        secret=issued.secret,
        service=GRANTED,
        grant_id=view.summary.grant_id,
        application=view.code,
    )
    _keep_client(home, client)
    return client


def leave_one_waiting(home: DataHome, *, clock: Clock) -> str:
    """自然资源 asks 民政 for marriages; its own approver has agreed, the provider has yet to decide. Its code."""
    found = approval.applications(
        officer(WAITING_CONSUMER),
        approval.ApplicationFilter(service=WAITING, consumer=WAITING_CONSUMER),
        clock=clock,
    )
    if found.rows:
        return found.rows[0].code
    issued = directory.create_client(
        officer(WAITING_CONSUMER),
        home=home,
        name="不动产登记一窗受理（演示）",
        department=WAITING_CONSUMER,
        clock=clock,
    )
    view = _apply(
        ApplicationRequest(
            service=WAITING,
            items=("male_name", "male_id", "female_name", "female_id", "registered_date", "business_type"),
            basis="《不动产登记暂行条例》关于查验申请登记材料的规定",
            purpose="办理不动产转移登记时核对婚姻状况",
            scene="夫妻共有房屋转移登记，按任一方公民身份号码查询登记信息，免于提交结婚证",
            clients=(issued.client.client_id,),
            lookup=True,
            daily_quota=2_000,
            valid_from=business_date(clock.now()),
            valid_until=business_date(clock.now()) + timedelta(days=180),
        ),
        consumer=WAITING_CONSUMER,
        home=home,
        clock=clock,
    )
    if view.summary.stage is Stage.DEPARTMENT_REVIEW:
        view = approval.decide(
            approver(WAITING_CONSUMER),
            view.code,
            Action.ACCEPT,
            home=home,
            clock=clock,
            reason="业务确需使用",
        )
    return view.code


def _apply(request: ApplicationRequest, *, consumer: str, home: DataHome, clock: Clock) -> ApplicationView:
    view = approval.draft_application(officer(consumer), request, consumer=consumer, clock=clock)
    return approval.submit(officer(consumer), view.code, home=home, clock=clock)


def _carry_through(view: ApplicationView, *, consumer: str, home: DataHome, clock: Clock) -> ApplicationView:
    """Let each reviewer accept, in the order that the application's route asks for."""
    deciders = {
        Stage.DEPARTMENT_REVIEW: (approver(consumer), "业务确需使用"),
        Stage.PROVIDER_REVIEW: (approver(view.summary.provider), "使用依据充分，同意按最小范围提供"),
        Stage.AUTHORITY_REVIEW: (directory.actor_named(REVIEWER), "符合共享要求"),
    }
    while view.summary.stage in deciders:
        who, reason = deciders[view.summary.stage]
        view = approval.decide(who, view.code, Action.ACCEPT, home=home, clock=clock, reason=reason)
    return view
