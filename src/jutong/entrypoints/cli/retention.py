"""`jutong retention`: how long data are kept, what is due, destructions and their proofs, legal holds."""

from datetime import date, datetime
from typing import Any

import click
from django.conf import settings

from jutong.control.directory.api import Permission, require
from jutong.control.retention import api
from jutong.control.retention.api import (
    DestructionAction,
    DestructionView,
    RetentionBasis,
    RuleDraft,
    Standing,
    day_begins,
)
from jutong.control.retention.errors import NothingDue
from jutong.dataflow.lake.destroying import PastTime, count_entry
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.kernel.clock import SystemClock, business_date
from jutong.processes.lakes import lake_of

_DECISIONS = ("review", "approve", "decline", "cancel")


@click.group()
def retention() -> None:
    """留存与销毁：期限、到期、三人办理、证明、冻结。

    Retention and destruction: rules, what is due, three persons' decision, proofs, legal holds.
    """


@retention.command(name="list")
@click.option("--department", default="", help="只看一个部门（代码） One department only (its code).")
@acting_option
@json_option
def list_(*, department: str, username: str, as_json: bool) -> None:
    """列出资源池中的条目及其留存期限。

    List the entries in the pools with the rule that holds for each.
    """
    found = api.standings(actor_of(username), today=_today(), department=department)
    if as_json:
        print_json([_standing(one) for one in found])
        return
    titles = (
        ("服务名", "部门", "期限（月）", "到期", "冻结"),
        ("service", "department", "months", "due", "hold"),
    )
    print_table(
        [pick(zh, en) for zh, en in zip(*titles, strict=True)],
        [(one.service, one.department_name, _months(one), one.due, one.hold) for one in found],
    )


@retention.command(name="set")
@click.argument("service")
@click.option(
    "--months", type=click.IntRange(1, 1200), help="保存多少个月；不给为永久 Months; without it: for good."
)
@click.option(
    "--item",
    default="",
    help="从这个信息项的日期起算（字段名） Count from the date in this item (its field).",
)
@click.option("--basis", required=True, help="依据 The law or document on which it rests.")
@acting_option
@json_option
def set_(service: str, *, months: int | None, item: str, basis: str, username: str, as_json: bool) -> None:
    """为一个条目规定留存期限。

    Set the retention rule of one entry.
    """
    draft = RuleDraft(
        service=service,
        months=months,
        basis=RetentionBasis.ITEM if item else RetentionBasis.COLLECTED,
        item=item,
        legal_basis=basis,
    )
    view = api.set_rule(actor_of(username), draft, clock=SystemClock())
    if as_json:
        print_json({"service": service, "months": view.months, "item": view.item, "basis": view.legal_basis})
    else:
        say(f"已规定 {service} 的留存期限。", f"The rule of {service} is set.")


@retention.command()
@click.argument("service")
@acting_option
@json_option
def due(service: str, *, username: str, as_json: bool) -> None:
    """数出一个条目现在到期的数据。

    Count what of an entry is past its time now.
    """
    require(actor_of(username), Permission.RETENTION_READ, _one(service).department)
    counted, cutoff = _counted(service)
    if as_json:
        print_json({"service": service, "before": cutoff.isoformat(), **counted})
    else:
        say(
            f"{service}：{cutoff} 以前的数据 {counted['due']} 行到期，问题数据 {counted['quarantined']} 行。",
            f"{service}: {counted['due']} rows of before {cutoff}, {counted['quarantined']} refused rows.",
        )


@retention.command()
@click.argument("service")
@click.option("--note", default="", help="说明 A note for those who decide.")
@acting_option
@json_option
def propose(service: str, *, note: str, username: str, as_json: bool) -> None:
    """提出销毁到期的数据。

    Propose to destroy what is past its time.
    """
    counted, _cutoff = _counted(service)
    made = api.propose(actor_of(username), service, counted=counted, note=note, clock=SystemClock())
    _show(made, as_json=as_json)


@retention.command()
@click.argument("number")
@click.argument("decision", type=click.Choice(_DECISIONS))
@click.option("--reason", default="", help="意见 Why.")
@acting_option
@json_option
def decide(number: str, decision: str, *, reason: str, username: str, as_json: bool) -> None:
    """复核、批准、不同意或撤销一份销毁单；批准后由作业进程执行。

    Review, approve, decline or cancel a destruction; once approved the worker carries it out.
    """
    action = DestructionAction(decision)
    _show(api.decide(actor_of(username), number, action, reason=reason, clock=SystemClock()), as_json=as_json)


@retention.command()
@click.argument("number")
@acting_option
@json_option
def show(number: str, *, username: str, as_json: bool) -> None:
    """查看一份销毁单和它的证明。

    Show a destruction and its proof.
    """
    _show(api.destruction(actor_of(username), number), as_json=as_json)


@retention.command()
@acting_option
@json_option
def verify(*, username: str, as_json: bool) -> None:
    """校验全部销毁证明的链条和签名；不符时退出码为 1。

    Verify chain and signatures of all proofs of destruction; exit code 1 when one does not hold.
    """
    held, broken = api.verify_proofs(actor_of(username), home=settings.DATA_HOME)
    if as_json:
        print_json({"proofs": held, "intact": not broken, "first_bad": broken or None})
    elif broken:
        say(
            f"销毁单 {broken} 的证明与链条不符。",
            f"The proof of destruction {broken} does not fit the chain.",
        )
    else:
        say(f"{held} 份销毁证明的链条和签名完好。", f"Chain and signatures of {held} proofs are intact.")
    if broken:
        raise SystemExit(1)


@retention.command()
@click.option("--service", default="", help="冻结一个条目 Hold one entry.")
@click.option("--department", default="", help="冻结整个部门（代码） Hold a whole department (its code).")
@click.option("--document", required=True, help="文书号 Number of the document.")
@click.option("--reason", required=True, help="事由 Why.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="截至 Its last day.")
@acting_option
@json_option
def hold(
    *,
    service: str,
    department: str,
    document: str,
    reason: str,
    until: datetime | None,
    username: str,
    as_json: bool,
) -> None:
    """冻结一个条目或一个部门的数据，解除前不得销毁。

    Keep the data of an entry or a department from destruction until the hold is lifted.
    """
    view = api.place_hold(
        actor_of(username),
        service=service,
        department=department,
        document=document,
        reason=reason,
        until=until.date() if until else None,
        clock=SystemClock(),
    )
    if as_json:
        print_json({"number": view.number, "service": view.service, "department": view.department})
    else:
        say(f"已冻结：{view.number}。", f"Held: {view.number}.")


@retention.command()
@click.argument("number")
@click.option("--reason", required=True, help="事由 Why.")
@acting_option
def lift(number: str, *, reason: str, username: str) -> None:
    """解除一份冻结。

    Lift a hold.
    """
    api.lift_hold(actor_of(username), number, reason=reason, clock=SystemClock())
    say(f"已解除：{number}。", f"Lifted: {number}.")


def _today() -> date:
    return business_date(SystemClock().now())


def _one(service: str) -> Standing:
    one = api.standing_of(service, _today())
    if one is None:
        raise NothingDue(service=service)
    return one


def _counted(service: str) -> tuple[dict[str, int], date]:
    """What is past its time, and of before which day."""
    rule = _one(service).rule
    cutoff = rule.cutoff(_today()) if rule else None
    if rule is None or cutoff is None:
        raise NothingDue(service=service)
    with lake_of(settings.DATA_HOME) as lake:
        return count_entry(lake, service, PastTime.of(rule.item, cutoff, day_begins(cutoff))), cutoff


def _months(one: Standing) -> int | str:
    if one.rule is None:
        return pick("没有规定", "no rule")
    return one.rule.months if one.rule.months is not None else pick("永久", "for good")


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "service": one.service,
        "title": one.title,
        "department": one.department,
        "rows": one.rows,
        "months": one.rule.months if one.rule else None,
        "item": one.rule.item if one.rule else "",
        "basis": one.rule.legal_basis if one.rule else "",
        "ruled": one.rule is not None,
        "due": one.due,
        "hold": one.hold or None,
        "destruction": one.destruction or None,
    }


def _show(one: DestructionView, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "number": one.number,
                "service": one.service,
                "stage": one.stage.value,
                "before": one.cutoff.isoformat(),
                "counted": dict(one.counted),
                "proof": dict(one.proved) or None,
                "sequence": one.sequence,
                "digest": one.digest or None,
                "previous": one.previous or None,
                "signature": one.signature or None,
            }
        )
        return
    stage = one.stage.label(language())
    say(f"{one.number} {one.title}：{stage}", f"{one.number} {one.title}: {stage}")
