"""A small made-up city for tests of the control plane: departments, people of every role, drafts that pass the linter."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.test import override_settings

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryDraft, EntryView
from jutong.control.directory import api as directory
from jutong.control.directory.api import INSTALLER_ACTOR, Actor, DepartmentKind, RegionLevel, Role
from jutong.kernel.clock import FixedClock
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import DataType, Level, Meaning, SharingType
from jutong.vocabulary.contracts import EntryContract, InformationItem

# A Monday morning in Shanghai, with five ordinary working days after it.
MONDAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
PASSWORD = "Jutong-test-2025"

BUREAU, CIVIL, TAX, DISTRICT = "shujuju", "minzheng", "shuiwu", "minzheng_xh"
# (account, department, role)
STAFF = (
    ("sysadmin", BUREAU, Role.SYSTEM_ADMIN),
    ("secadmin", BUREAU, Role.SECURITY_ADMIN),
    ("auditor", BUREAU, Role.AUDIT_ADMIN),
    ("reviewer", BUREAU, Role.BUREAU_REVIEWER),
    ("leader", BUREAU, Role.BUREAU_LEADER),
    ("civil_officer", CIVIL, Role.DEPARTMENT_OFFICER),
    ("civil_approver", CIVIL, Role.DEPARTMENT_APPROVER),
    ("civil_engineer", CIVIL, Role.DEPARTMENT_ENGINEER),
    ("tax_officer", TAX, Role.DEPARTMENT_OFFICER),
    ("tax_approver", TAX, Role.DEPARTMENT_APPROVER),
    ("tax_developer", TAX, Role.DEVELOPER),
    ("district_officer", DISTRICT, Role.DEPARTMENT_OFFICER),
)


@dataclass(slots=True)
class City:
    """The city's home, clock and people; `city.civil_officer` is that account's actor."""

    home: DataHome
    clock: FixedClock
    actors: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[name]
        except KeyError as error:
            raise AttributeError(name) from error


def a_city(folder: Path) -> City:
    """Two departments beside the bureau, one district office below, one person a role."""
    home, clock, installer = DataHome(folder), FixedClock(MONDAY), INSTALLER_ACTOR
    home.create()
    for code, name, level, parent in (
        ("000000", "全国", RegionLevel.NATION, None),
        ("330000", "浙江省", RegionLevel.PROVINCE, "000000"),
        ("330100", "样例市", RegionLevel.CITY, "330000"),
        ("330106", "样例区", RegionLevel.COUNTY, "330100"),
    ):
        directory.add_region(installer, code=code, name=name, level=level, parent=parent, clock=clock)
    for code, name, uscc, kind, region, parent in (
        (BUREAU, "市大数据局", "11330100MB0000001K", DepartmentKind.BUREAU, "330100", None),
        (CIVIL, "市民政局", "11330100002492381M", DepartmentKind.DEPARTMENT, "330100", None),
        (TAX, "市税务局", "11330100002492382G", DepartmentKind.DEPARTMENT, "330100", None),
        (DISTRICT, "样例区民政局", "11330106002492383E", DepartmentKind.DISTRICT, "330106", CIVIL),
    ):
        directory.add_department(
            installer,
            code=code,
            name=name,
            uscc=with_check(uscc),
            kind=kind,
            region=region,
            parent=parent,
            clock=clock,
        )
    catalogue.install_classifications(installer, clock=clock)
    directory.add_system(installer, code="hydj", name="婚姻登记管理系统", department=CIVIL, clock=clock)
    actors: dict[str, Actor] = {}
    # The real hasher takes its time on purpose; twelve accounts a test need a quick one.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        for username, _, _ in STAFF:
            directory.create_person(
                installer, username=username, display_name=f"测试{username}", password=PASSWORD, clock=clock
            )
    for username, department, role in STAFF:
        directory.give_role(installer, username=username, department=department, role=role, clock=clock)
        actors[username] = directory.actor_named(username)
    return City(home, clock, actors)


def with_check(uscc: str) -> str:
    """The code with its last character replaced by the right check character, its organisation code too."""
    from jutong.vocabulary.identifiers.organisation import organisation_check, uscc_check

    body = uscc[:16] + organisation_check(uscc[8:16])
    return body + uscc_check(body)


def an_item(field: str = "name", **changes: object) -> InformationItem:
    item = InformationItem(
        name="登记机关名称", field=field, length=60, level=Level.L2, sharing_type=SharingType.CONDITIONAL
    )
    return replace(item, **changes)


PERSON_ITEMS = (
    an_item("cert_no", name="登记证号", key=True, required=True),
    an_item("id_no", name="公民身份号码", length=18, meaning=Meaning.CITIZEN_ID, level=Level.L3),
    an_item("person", name="当事人姓名", meaning=Meaning.PERSON_NAME, level=Level.L3),
    an_item("registered_on", name="登记日期", data_type=DataType.DATE, length=None),
)


def a_draft(**changes: object) -> EntryDraft:
    """A draft of marriage registrations that no rule objects to."""
    draft = EntryDraft(
        title="婚姻登记基本信息",
        classification="307",
        provider_unit="社会事务处",
        abstract="本市婚姻登记机关办理的结婚、离婚登记的基本信息，用于核验婚姻状况。",
        items=PERSON_ITEMS,
        sharing_condition="用于核验婚姻状况",
        sharing_reason="涉及个人信息",
        system="hydj",
        contact_name="测试联系人",
        contact_phone="0571-88888888",
        assessment="已评估，风险可控",
        query_keys=(("cert_no",), ("id_no",)),
    )
    return replace(draft, **changes)


def a_published_entry(city: City, service: str = "hydj_jbxx", **changes: object) -> EntryView:
    """An entry of the civil affairs department that went all the way."""
    draft = a_draft(**changes)
    catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=draft, service=service, clock=city.clock)
    catalogue.submit(city.civil_officer, service, clock=city.clock)
    catalogue.accept(city.civil_approver, service, clock=city.clock)
    return catalogue.publish(city.reviewer, service, clock=city.clock)


def a_contract(**changes: object) -> EntryContract:
    """The contract that publishing `a_draft()` makes."""
    draft = a_draft()
    items = changes.get("items", draft.items)
    contract = EntryContract(
        code="307000000000/000001",
        version=1,
        title=draft.title,
        service="hydj_jbxx",
        provider=CIVIL,
        provider_name="市民政局",
        items=draft.items,
        sharing_type=draft.sharing_type,
        open_type=draft.open_type,
        update_frequency=draft.update_frequency,
        level=max((item.level for item in items), key=lambda level: level.rank),
        query_keys=draft.query_keys,
    )
    return replace(contract, **changes)
