"""Builders for the three lists: a demand of the tax office for data of civil affairs, taken step by step."""

from dataclasses import replace
from datetime import date

from jutong.control.catalogue.api import EntryFacts, ItemFacts
from jutong.control.directory.api import Actor
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandAction, DemandDraft, DemandView, StepData
from jutong.vocabulary.catalogue import Level, OpenType, SharingMethod, SharingType, UpdateFrequency
from tests.support.control import CIVIL, TAX, City


def a_demand(**changes: object) -> DemandDraft:
    """Marriage registrations, as the tax office asks for them."""
    draft = DemandDraft(
        name="婚姻登记数据",
        items=("登记证号", "身份证号", "当事人姓名", "登记日期", "婚姻状态"),
        basis="个人所得税法第六条",
        scene="核验专项附加扣除",
    )
    return replace(draft, **changes)


def a_filed_demand(city: City, **changes: object) -> DemandView:
    return lists.file_demand(city.tax_officer, a_demand(**changes), department=TAX, clock=city.clock)


def stepped(city: City, actor: Actor, number: str, action: DemandAction, **data: object) -> DemandView:
    """The demand after one step, with a reason where one is wanted."""
    reason = str(data.pop("reason", "测试理由"))
    return lists.take_step(actor, number, action, reason=reason, data=StepData(**data), clock=city.clock)


def an_assigned_demand(city: City, **changes: object) -> DemandView:
    """One that no entry satisfied and that the bureau gave to civil affairs."""
    number = a_filed_demand(city, **changes).number
    stepped(city, city.tax_officer, number, DemandAction.GO_ON)
    return stepped(city, city.reviewer, number, DemandAction.ASSIGN, department=CIVIL)


def a_disputed_demand(city: City, **changes: object) -> DemandView:
    """One that civil affairs refused and that is before the government."""
    number = an_assigned_demand(city, **changes).number
    stepped(city, city.civil_approver, number, DemandAction.REFUSE)
    stepped(city, city.tax_officer, number, DemandAction.DISPUTE)
    stepped(city, city.tax_officer, number, DemandAction.ESCALATE)
    return stepped(city, city.leader, number, DemandAction.ESCALATE)


def entry_facts(title: str, *items: str, provider: str = CIVIL, abstract: str = "") -> EntryFacts:
    """A live entry as matching sees it."""
    return EntryFacts(
        key=1,
        service=f"s_{title}",
        code="307/000001",
        title=title,
        abstract=abstract,
        provider=provider,
        provider_name="市民政局",
        provider_key=1,
        version=1,
        published_on=date(2025, 3, 3),
        sharing_type=SharingType.CONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        basis_document="",
        basis_number="",
        basis_article="",
        open_type=OpenType.NOT_OPEN,
        open_condition="",
        level=Level.L2,
        methods=(SharingMethod.API,),
        update_frequency=UpdateFrequency.DAILY,
        system_name="",
        contact_name="",
        duties=(),
        items=tuple(
            ItemFacts(field=f"f{place}", name=name, sharing_type=SharingType.CONDITIONAL)
            for place, name in enumerate(items)
        ),
    )
