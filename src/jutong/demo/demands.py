"""Demands of the demo city's departments (需求清单), each carried to another stage by those whose step it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jutong.control.directory.api import actor_named
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandAction, DemandDraft, DemandFilter, DemandStage, StepData
from jutong.demo import duties
from jutong.demo.settling import REVIEWER, officer
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import UpdateFrequency

_A: Final = DemandAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step that an account takes; `into` is the name of the demand to merge into."""

    who: str
    action: DemandAction
    reason: str = ""
    department: str = ""
    service: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A department's demand and what became of it."""

    department: str
    draft: DemandDraft
    acts: tuple[Act, ...]


def _searched(account: str) -> Act:
    return Act(who=account, action=_A.GO_ON, reason="已检索目录，没有合适的条目")


def _assigned(department: str) -> Act:
    return Act(who=REVIEWER, action=_A.ASSIGN, department=department, reason="按职责分派")


LOW_INCOME: Final = "最低生活保障对象信息"
DISPUTED: Final = "纳税人个人所得申报信息"


def wants() -> Iterator[Want]:
    """Two that a published entry meets, and one each: assigned, merged, accepted, in dispute."""
    yield Want(
        department="hrss",
        draft=DemandDraft(
            name="常住人口基本信息",
            items=("公民身份号码", "姓名", "人员状态"),
            basis="《社会保险经办条例》关于社会保险待遇资格核验的规定",
            scene="养老待遇资格认证时核验参保人状态",
            proposed="police",
        ),
        acts=(Act(who="hrss_officer", action=_A.TAKE, service="police_population"),),
    )
    yield Want(
        department="land",
        draft=DemandDraft(
            name="婚姻登记信息",
            items=("男方姓名", "女方姓名", "登记日期"),
            basis="《不动产登记暂行条例》关于查验申请登记材料的规定",
            scene="夫妻共有房屋转移登记，免于提交结婚证",
            proposed="civil",
        ),
        acts=(Act(who="land_officer", action=_A.TAKE, service="civil_marriage"),),
    )
    yield Want(
        department="construction",
        draft=DemandDraft(
            name=LOW_INCOME,
            items=("户主姓名", "公民身份号码", "保障人数", "保障起始年月"),
            basis="《公共租赁住房管理办法》关于保障对象资格审核的规定",
            scene="公共租赁住房租赁补贴资格联审",
            proposed="civil",
            duties=(duties.code_of("construction", "公共租赁住房租赁补贴给付"),),
            update_frequency=UpdateFrequency.MONTHLY,
        ),
        acts=(_searched("construction_officer"), _assigned("civil")),
    )
    yield Want(
        department="medical",
        draft=DemandDraft(
            name="最低生活保障对象名单",
            items=("姓名", "公民身份号码"),
            basis="《社会救助暂行办法》关于医疗救助对象的规定",
            scene="医疗救助费用一站式结算",
            proposed="civil",
            update_frequency=UpdateFrequency.MONTHLY,
        ),
        acts=(
            _searched("medical_officer"),
            Act(who=REVIEWER, action=_A.MERGE, into=LOW_INCOME, reason="与住保房管局的需求为同一数据"),
        ),
    )
    yield Want(
        department="health",
        draft=DemandDraft(
            name="食品经营许可信息",
            items=("许可证编号", "经营者名称", "经营场所", "有效期至"),
            basis="《中华人民共和国食品安全法》关于食源性疾病调查的规定",
            scene="食源性疾病流行病学调查时核对经营单位",
            proposed="market",
            duties=(duties.code_of("market", "食品经营许可"),),
            update_frequency=UpdateFrequency.WEEKLY,
        ),
        acts=(
            _searched("health_officer"),
            _assigned("market"),
            Act(who="market_approver", action=_A.ACCEPT, reason="属于本部门职责数据，同意编目提供"),
        ),
    )
    yield Want(
        department="hrss",
        draft=DemandDraft(
            name=DISPUTED,
            items=("纳税人姓名", "公民身份号码", "所得项目", "收入额"),
            basis="《社会保险法》关于缴费基数核定的规定",
            scene="灵活就业人员缴费基数核定",
            proposed="tax",
        ),
        acts=(
            _searched("hrss_officer"),
            _assigned("tax"),
            Act(
                who="tax_approver",
                action=_A.REFUSE,
                reason="《中华人民共和国税收征收管理法》第八条要求税务机关为纳税人的情况保密",
            ),
            Act(
                who="hrss_officer",
                action=_A.DISPUTE,
                reason="只需核对收入是否高于基数下限，不取用明细，不涉及保密事项",
            ),
            Act(who="tax_approver", action=_A.OPINE, reason="可以研究以核验方式返回“是”或“否”，范围须由主管部门确定"),
            Act(
                who="hrss_officer",
                action=_A.ESCALATE,
                reason="双方对核验方式和范围未能达成一致，请主管部门协调",
            ),
        ),
    )  # fmt: skip


def file_demands(*, clock: Clock) -> None:
    """File each demand once and take the steps that were not taken yet."""
    for want in wants():
        number = _number_of(want, clock) or _file(want, clock)
        view = lists.demand(officer(want.department), number, clock=clock)
        for act in want.acts[len(view.steps) :]:
            view = _take(number, act, clock)
        if view.summary.stage is DemandStage.ACCEPTED and not view.summary.service:
            lists.draw_up_entry(officer(view.summary.assigned), number, clock=clock)


def _file(want: Want, clock: Clock) -> str:
    who = officer(want.department)
    return lists.file_demand(who, want.draft, department=want.department, clock=clock).number


def _take(number: str, act: Act, clock: Clock) -> lists.DemandView:
    lead = next((want for want in wants() if want.draft.name == act.into), None)
    data = StepData(
        department=act.department,
        service=act.service,
        into=(lead and _number_of(lead, clock)) or "",
    )
    return lists.take_step(
        actor_named(act.who), number, act.action, reason=act.reason, data=data, clock=clock
    )


def _number_of(want: Want, clock: Clock) -> str:
    """The number under which the demand stands, "" before it was filed."""
    where = DemandFilter(text=want.draft.name, department=want.department)
    found = lists.demands(officer(want.department), where, clock=clock).rows
    return next((one.number for one in found if one.name == want.draft.name), "")
