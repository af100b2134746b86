"""The duties of the demo city's departments: those behind its registers, and some that have no data yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jutong.control.directory import api as directory
from jutong.control.drafting import api as drafting
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyFilter, DutyKind, TaskType
from jutong.demo import city
from jutong.demo.settling import REVIEWER, officer
from jutong.kernel.clock import Clock

SERIES: Final = "杭州市政务服务和权责事项清单（演示）"
_T: Final = TaskType


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDuty:
    """A duty; `services` are the registers that come from it, none for a gap that drafting shows."""

    department: str
    name: str
    task_type: TaskType
    services: tuple[str, ...] = ()
    basis: str = ""


def _duty(department: str, name: str, kind: TaskType, *services: str, basis: str = "") -> DemoDuty:
    return DemoDuty(department=department, name=name, task_type=kind, services=services, basis=basis)


DUTIES: Final = (
    _duty(
        "police", "户口登记", _T.CONFIRMATION, "police_population", "police_township_population",
        basis="中华人民共和国户口登记条例",
    ),
    _duty("police", "居住证签发", _T.CONFIRMATION, basis="居住证暂行条例（国令第663号）"),
    _duty("police", "机动车驾驶证核发", _T.LICENCE),
    _duty("police", "道路交通安全违法行为处罚", _T.PENALTY),
    _duty("health", "出生医学证明签发", _T.PUBLIC_SERVICE, "health_birth", "health_birth_monthly"),
    _duty("health", "居民死亡医学证明签发", _T.PUBLIC_SERVICE, "health_death"),
    _duty("health", "医疗机构执业登记", _T.LICENCE, basis="医疗机构管理条例"),
    _duty("health", "医师执业注册", _T.LICENCE),
    _duty("health", "预防接种政策咨询", _T.PUBLIC_SERVICE),
    _duty("civil", "婚姻登记", _T.CONFIRMATION, "civil_marriage", basis="婚姻登记条例"),
    _duty("civil", "殡葬服务", _T.PUBLIC_SERVICE, "civil_funeral", basis="殡葬管理条例"),
    _duty("civil", "收养登记", _T.CONFIRMATION, basis="中华人民共和国民法典"),
    _duty("civil", "最低生活保障金给付", _T.BENEFIT, basis="社会救助暂行办法"),
    _duty("civil", "特困人员供养金给付", _T.BENEFIT),
    _duty("civil", "社会团体成立登记", _T.LICENCE, basis="社会团体登记管理条例"),
    _duty("market", "企业登记", _T.CONFIRMATION, "market_enterprise", "market_industry_count", basis="市场主体登记管理条例"),
    _duty("market", "食品经营许可", _T.LICENCE, basis="中华人民共和国食品安全法"),
    _duty("market", "特种设备使用登记", _T.OTHER_POWER),
    _duty("market", "产品质量监督抽查", _T.INSPECTION),
    _duty("market", "对无照经营行为的处罚", _T.PENALTY, basis="无证无照经营查处办法"),
    _duty("tax", "税务登记", _T.OTHER_POWER, "tax_taxpayer", basis="中华人民共和国税收征收管理法"),
    _duty("tax", "发票领用", _T.PUBLIC_SERVICE),
    _duty("hrss", "社会保险参保登记", _T.PUBLIC_SERVICE, "hrss_insured", basis="中华人民共和国社会保险法"),
    _duty("hrss", "失业保险金申领", _T.BENEFIT),
    _duty("hrss", "职业技能等级认定备案", _T.OTHER_POWER),
    _duty("hrss", "就业政策咨询", _T.PUBLIC_SERVICE),
    _duty("education", "中小学学籍管理", _T.PUBLIC_SERVICE, "education_pupil"),
    _duty("education", "民办学校设立审批", _T.LICENCE, "education_school", basis="中华人民共和国民办教育促进法"),
    _duty("education", "教师资格认定", _T.CONFIRMATION, basis="教师资格条例"),
    _duty("land", "不动产登记", _T.CONFIRMATION, "land_parcel", "land_housing", basis="不动产登记暂行条例"),
    _duty("land", "建设工程规划许可证核发", _T.LICENCE, basis="中华人民共和国城乡规划法"),
    _duty("medical", "基本医疗保险参保登记", _T.PUBLIC_SERVICE, "medical_insured"),
    _duty("medical", "医保定点医药机构协议管理", _T.OTHER_POWER, "medical_institution"),
    _duty("construction", "商品房预售许可", _T.LICENCE, basis="城市商品房预售管理办法"),
    _duty("construction", "公共租赁住房租赁补贴给付", _T.BENEFIT),
)  # fmt: skip


def _codes() -> Iterator[tuple[str, DemoDuty]]:
    """(implementation code, duty): 31 digits, of the made-up body, level 3 (city) and a basic code of the province."""
    bodies = {one.code: one for one in city.DEPARTMENTS}
    for number, duty in enumerate(DUTIES, start=1):
        body = bodies[duty.department]
        basic = f"33{duty.task_type.official}{body.number:02d}{number:03d}000"
        yield f"{body.uscc}3{basic}", duty


def duties_of(service: str) -> tuple[str, ...]:
    """Codes of the duties that the register `service` comes from."""
    return tuple(code for code, duty in _codes() if service in duty.services)


def code_of(department: str, name: str) -> str:
    """The code of this duty."""
    return next(code for code, duty in _codes() if (duty.department, duty.name) == (department, name))


def import_duties(*, clock: Clock) -> None:
    """Import the city's list, once."""
    reviewer = directory.actor_named(REVIEWER)
    if duties.count_duties(reviewer, DutyFilter(series=SERIES)):
        return
    names = {one.code: one for one in city.DEPARTMENTS}
    records = [
        {
            "事项编码": code,
            "事项名称": duty.name,
            "事项类型": duty.task_type.zh,
            "实施部门": names[duty.department].name,
            "部门统一社会信用代码": names[duty.department].uscc,
            "区划代码": city.CITY,
            "行使层级": "市级",
            "设定依据": duty.basis,
        }
        for code, duty in _codes()
    ]
    duties.import_list(reviewer, records, series=SERIES, kind=DutyKind.SERVICE, version="演示版", clock=clock)


def propose_missing(*, clock: Clock) -> None:
    """Propose entries for the duties without data, and leave them for the visitor to confirm."""
    for department in sorted({duty.department for duty in DUTIES}):
        drafting.propose_from_duties(officer(department), department=department, clock=clock)
