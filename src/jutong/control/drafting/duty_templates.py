"""What data a duty of each type gives: the items that its results are recorded in.

The items of licences and penalties follow the public notice of both (行政许可和行政处罚等信用信息公示, 双公示; the
numbers of its standard are to be checked against the city's own), those of the other types the results of
GB/T 39554.2 handling records (办件结果). All of it is a product default: a city changes this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from jutong.control.duties.api import TaskType
from jutong.vocabulary.catalogue import (
    DEFAULT_LEVELS,
    DEFAULT_MASKS,
    DataType,
    Level,
    Meaning,
    OpenType,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

NOTICE: Final = "双公示"
HANDLING: Final = "GB/T 39554.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTemplate:
    """The entry that a duty of a type suggests; `suffix` follows the duty's name in the title."""

    suffix: str
    holds: str
    """What the data records, as the abstract says it."""
    holds_en: str
    items: tuple[InformationItem, ...]
    source: str
    confidence: float
    """How surely a duty of this type keeps such data."""
    sharing_type: SharingType = SharingType.CONDITIONAL
    open_type: OpenType = OpenType.NOT_OPEN
    update_frequency: UpdateFrequency = UpdateFrequency.DAILY


def _item(
    name: str,
    field: str,
    *,
    length: int | None = 100,
    data_type: DataType = DataType.TEXT,
    meaning: Meaning | None = None,
    key: bool = False,
    required: bool = False,
) -> InformationItem:
    level = DEFAULT_LEVELS.get(meaning, Level.L1) if meaning else Level.L1
    return InformationItem(
        name=name,
        field=field,
        data_type=data_type,
        length=length if data_type is DataType.TEXT else None,
        key=key,
        required=key or required,
        level=level,
        open_type=OpenType.UNCONDITIONAL if level is Level.L1 else OpenType.NOT_OPEN,
        meaning=meaning,
        mask=DEFAULT_MASKS.get(meaning) if meaning else None,
    )


def _day(name: str, field: str, *, required: bool = False) -> InformationItem:
    return _item(name, field, data_type=DataType.DATE, meaning=Meaning.DATE, required=required)


_COUNTERPART: Final = (
    _item("行政相对人名称", "xdr_mc", length=200, required=True),
    _item("行政相对人类别", "xdr_lb", length=20),
    _item("统一社会信用代码", "xdr_shxym", length=18, meaning=Meaning.USCC),
    _item("证件类型", "xdr_zjlx", length=20),
    _item("证件号码", "xdr_zjhm", length=18, meaning=Meaning.CITIZEN_ID),
    _item("法定代表人", "fddbr", length=50, meaning=Meaning.PERSON_NAME),
)
_MADE_BY: Final = (
    _item("办理机关", "bljg", length=200, meaning=Meaning.ORGANISATION_NAME, required=True),
    _item("办理机关统一社会信用代码", "bljg_shxym", length=18, meaning=Meaning.USCC),
)
_APPLICANT: Final = (
    _item("申请人姓名或名称", "sqr_mc", length=200, meaning=Meaning.PERSON_NAME, required=True),
    _item("申请人证件类型", "sqr_zjlx", length=20),
    _item("申请人证件号码", "sqr_zjhm", length=18, meaning=Meaning.CITIZEN_ID),
)
_HANDLED: Final = (
    _item("办件编号", "bjbh", length=50, key=True),
    _item("事项编码", "sxbm", length=80, required=True),
    _item("事项名称", "sxmc", length=200),
)

TEMPLATES: Final[Mapping[TaskType, DutyTemplate]] = {
    TaskType.LICENCE: DutyTemplate(
        suffix="许可结果信息",
        holds="行政许可的相对人、决定文书、许可内容和有效期",
        holds_en="holder, decision, content and term of each licence",
        items=(
            _item("行政许可决定文书号", "xk_wsh", key=True),
            _item("行政许可决定文书名称", "xk_xkws", length=200),
            *_COUNTERPART,
            _item("许可类别", "xk_xklb", length=20),
            _item("许可证书名称", "xk_xkzs", length=200),
            _item("许可编号", "xk_xkbh"),
            _item("许可内容", "xk_nr", length=2000, required=True),
            _day("许可决定日期", "xk_jdrq", required=True),
            _day("有效期自", "xk_yxqz"),
            _day("有效期至", "xk_yxqzi"),
            _item("当前状态", "xk_zt", length=10),
            *_MADE_BY,
        ),
        source=NOTICE,
        confidence=0.9,
        open_type=OpenType.CONDITIONAL,
    ),
    TaskType.PENALTY: DutyTemplate(
        suffix="行政处罚信息",
        holds="行政处罚的相对人、违法事实、处罚依据、种类和内容",
        holds_en="subject, facts, basis, kind and content of each penalty",
        items=(
            _item("行政处罚决定文书号", "cf_wsh", key=True),
            *_COUNTERPART,
            _item("违法行为类型", "cf_wfxw", length=200),
            _item("违法事实", "cf_wfss", length=2000, required=True),
            _item("处罚依据", "cf_yj", length=2000, required=True),
            _item("处罚类别", "cf_cflb", length=50, required=True),
            _item("处罚内容", "cf_nr", length=2000),
            _item("罚款金额（万元）", "cf_nr_fk", data_type=DataType.MONEY),
            _item("没收违法所得金额（万元）", "cf_nr_wfff", data_type=DataType.MONEY),
            _item("暂扣或吊销证照名称及编号", "cf_nr_zkdx", length=200),
            _day("处罚决定日期", "cf_jdrq", required=True),
            _day("公示截止期", "cf_gsjzq"),
            *_MADE_BY,
        ),
        source=NOTICE,
        confidence=0.9,
        open_type=OpenType.CONDITIONAL,
    ),
    TaskType.COERCION: DutyTemplate(
        suffix="行政强制信息",
        holds="行政强制措施的相对人、决定、种类和期限",
        holds_en="subject, decision, kind and term of each measure",
        items=(
            _item("行政强制决定文书号", "qz_wsh", key=True),
            *_COUNTERPART,
            _item("强制种类", "qz_zl", length=50, required=True),
            _item("强制事由", "qz_sy", length=2000),
            _day("决定日期", "qz_jdrq", required=True),
            _day("解除日期", "qz_jcrq"),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.75,
    ),
    TaskType.LEVY: DutyTemplate(
        suffix="征收信息",
        holds="行政征收的对象、项目、金额和缴纳情况",
        holds_en="payer, item, amount and payment of each levy",
        items=(
            _item("征收单据号", "zs_djh", key=True),
            *_COUNTERPART,
            _item("征收项目", "zs_xm", length=200, required=True),
            _item("征收金额", "zs_je", data_type=DataType.MONEY, required=True),
            _day("征收日期", "zs_rq", required=True),
            _item("缴纳状态", "zs_zt", length=20),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.75,
    ),
    TaskType.BENEFIT: DutyTemplate(
        suffix="发放信息",
        holds="行政给付的对象、标准、金额和发放情况",
        holds_en="recipient, standard, amount and payment of each benefit",
        items=(
            *_HANDLED,
            *_APPLICANT,
            _item("给付标准", "gf_bz", length=200),
            _item("发放金额", "gf_je", data_type=DataType.MONEY, required=True),
            _day("发放日期", "gf_rq", required=True),
            _item("发放状态", "gf_zt", length=20),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.85,
        update_frequency=UpdateFrequency.MONTHLY,
    ),
    TaskType.INSPECTION: DutyTemplate(
        suffix="检查结果信息",
        holds="行政检查的对象、内容、结果和处理情况",
        holds_en="subject, matter, result and follow-up of each inspection",
        items=(
            _item("检查编号", "jc_bh", key=True),
            _item("检查对象名称", "jc_dxmc", length=200, required=True),
            _item("检查对象统一社会信用代码", "jc_dxshxym", length=18, meaning=Meaning.USCC),
            _item("检查事项", "jc_sx", length=500),
            _day("检查日期", "jc_rq", required=True),
            _item("检查结果", "jc_jg", length=500, required=True),
            _item("处理意见", "jc_clyj", length=1000),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.85,
        sharing_type=SharingType.UNCONDITIONAL,
        open_type=OpenType.UNCONDITIONAL,
    ),
    TaskType.CONFIRMATION: DutyTemplate(
        suffix="确认结果信息",
        holds="行政确认的对象、结果、证书和有效期",
        holds_en="subject, result, certificate and term of each confirmation",
        items=(
            *_HANDLED,
            *_APPLICANT,
            _item("确认结果", "qr_jg", length=500, required=True),
            _item("证书名称", "qr_zsmc", length=200),
            _item("证书编号", "qr_zsbh"),
            _day("确认日期", "qr_rq", required=True),
            _day("有效期至", "qr_yxqz"),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.85,
    ),
    TaskType.REWARD: DutyTemplate(
        suffix="奖励信息",
        holds="行政奖励的对象、名称和批准情况",
        holds_en="recipient, name and approval of each reward",
        items=(
            _item("奖励文号", "jl_wh", key=True),
            _item("奖励对象", "jl_dx", length=200, meaning=Meaning.PERSON_NAME, required=True),
            _item("奖励名称", "jl_mc", length=200, required=True),
            _day("批准日期", "jl_rq", required=True),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.75,
        update_frequency=UpdateFrequency.YEARLY,
    ),
    TaskType.ADJUDICATION: DutyTemplate(
        suffix="裁决结果信息",
        holds="行政裁决的当事人、争议和裁决结果",
        holds_en="parties, dispute and outcome of each adjudication",
        items=(
            _item("裁决文书号", "cj_wsh", key=True),
            _item("申请人", "cj_sqr", length=200, meaning=Meaning.PERSON_NAME, required=True),
            _item("被申请人", "cj_bsqr", length=200, meaning=Meaning.PERSON_NAME),
            _item("争议事项", "cj_sx", length=1000),
            _item("裁决结果", "cj_jg", length=2000, required=True),
            _day("裁决日期", "cj_rq", required=True),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.75,
        update_frequency=UpdateFrequency.MONTHLY,
    ),
    TaskType.OTHER_POWER: DutyTemplate(
        suffix="办理结果信息",
        holds="事项的申请人、办理结果和结果文书",
        holds_en="applicant, result and its document",
        items=(
            *_HANDLED,
            *_APPLICANT,
            _item("申请人统一社会信用代码", "sqr_shxym", length=18, meaning=Meaning.USCC),
            _item("办理结果", "bl_jg", length=200, required=True),
            _item("结果文书编号", "bl_wsbh"),
            _day("办结日期", "bl_rq", required=True),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.7,
    ),
    TaskType.PUBLIC_SERVICE: DutyTemplate(
        suffix="办理信息",
        holds="服务事项的申请人、申请内容和办理结果",
        holds_en="applicant, matter and result of each case",
        items=(
            *_HANDLED,
            *_APPLICANT,
            _item("办理结果", "bl_jg", length=200, required=True),
            _day("申请日期", "bl_sqrq", required=True),
            _day("办结日期", "bl_rq"),
            *_MADE_BY,
        ),
        source=HANDLING,
        confidence=0.55,
    ),
}


def template_of(task_type: TaskType, name: str) -> DutyTemplate:
    """The template of a type; a 备案 (filing) among other powers has a filing number and no dispute about its name."""
    found = TEMPLATES[task_type]
    if task_type is TaskType.OTHER_POWER and "备案" in name:
        return replace(
            found,
            suffix="信息",
            holds="备案的主体、内容、编号和日期",
            holds_en="subject, matter, number and day of each filing",
            confidence=0.85,
        )
    return found
