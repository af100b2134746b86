"""Entries of the demo city that are still under way, so that every desk finds something to do and ranks differ."""

from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.demo.settling import REVIEWER, approver, officer
from jutong.kernel.clock import Clock
from jutong.kernel.errors import ErrorKind, JutongError
from jutong.vocabulary.catalogue import (
    DataType,
    FormatClass,
    OpenType,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem

# (department, service, title, items as (name, field), how far it is)
WAITING_FOR_DEPARTMENT: Final = (
    "civil",
    "civil_elder_home",
    "养老机构名录（合成）",
    (("机构名称", "home_name"), ("地址", "address"), ("床位数", "beds")),
)
WAITING_FOR_BUREAU: Final = (
    "tax",
    "tax_service_hall",
    "办税服务厅信息（合成）",
    (("服务厅名称", "hall_name"), ("地址", "address"), ("咨询电话", "telephone")),
)
RETURNED: Final = (
    "construction",
    "construction_property_firm",
    "物业服务企业信息（合成）",
    (("企业名称", "firm_name"), ("资质等级", "grade"), ("在管项目数", "projects")),
)
WITHOUT_SOURCE: Final = (
    "medical",
    "medical_drug",
    "医保药品目录（合成）",
    (("药品名称", "drug_name"), ("剂型", "form"), ("支付类别", "payment_class")),
)
Sketch = tuple[str, str, str, tuple[tuple[str, str], ...]]


def leave_unfinished(*, clock: Clock) -> None:
    """One entry at each stage before publication, and one that is published but has no source. Safe to repeat."""
    for sketch in (WAITING_FOR_DEPARTMENT, WAITING_FOR_BUREAU, RETURNED, WITHOUT_SOURCE):
        department, service, _title, _items = sketch
        author = officer(department)
        if _exists(author, service):
            continue
        catalogue.create_entry(
            author, provider=department, draft=_draft(sketch), service=service, clock=clock
        )
        catalogue.submit(author, service, clock=clock)
        if sketch is WAITING_FOR_DEPARTMENT:
            continue
        catalogue.accept(approver(department), service, clock=clock)
        reviewer = directory.actor_named(REVIEWER)
        if sketch is RETURNED:
            reason = "摘要没有写明数据来源和更新方式，请补充后重新提交。"
            catalogue.return_entry(reviewer, service, reason=reason, clock=clock)
        elif sketch is WITHOUT_SOURCE:
            catalogue.publish(reviewer, service, clock=clock)


def _exists(actor: directory.Actor, service: str) -> bool:
    try:
        catalogue.entry(actor, service)
    except JutongError as error:
        if error.kind is ErrorKind.NOT_FOUND:
            return False
        raise
    return True


def _draft(sketch: Sketch) -> catalogue.EntryDraft:
    _department, _service, title, items = sketch
    return catalogue.EntryDraft(
        title=title,
        classification="307",
        abstract=f"合成数据：演示城市的{title.removesuffix('（合成）')}，由业务系统登记产生，用于演示编制和审核过程。",
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        items=tuple(
            InformationItem(
                name=name,
                field=field,
                data_type=DataType.TEXT,
                length=100,
                key=place == 0,
                required=place == 0,
            )
            for place, (name, field) in enumerate(items)
        ),
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_methods=(SharingMethod.API,),
        open_type=OpenType.UNCONDITIONAL,
        update_frequency=UpdateFrequency.MONTHLY,
        contact_name="数据专员（演示）",
        contact_phone="12345",
        scene="演示编目过程",
    )
