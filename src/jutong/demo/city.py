"""The city as the platform's directory and catalogue see it: regions, departments, systems, people, entries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

from jutong.control.catalogue.api import EntryDraft, apply_fixes
from jutong.control.collection.values import SourceDraft
from jutong.control.directory.api import DepartmentKind, RegionLevel, Role
from jutong.control.opening.terms import Theme
from jutong.demo.nouns import FileKind, Register
from jutong.vocabulary.catalogue import (
    SHARING_STRICTNESS,
    FormatClass,
    Level,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
)
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from jutong.vocabulary.identifiers.organisation import organisation_check, uscc_check

PASSWORD: Final = "Jutong-demo-2026"  # noqa: S105  # the demo's accounts are public by intent; `jutong init` draws its own
BUREAU: Final = "bureau"
CITY: Final = "330100"

REGIONS: Final = (
    ("100000", "中华人民共和国", RegionLevel.NATION, None),
    ("330000", "浙江省", RegionLevel.PROVINCE, "100000"),
    ("330100", "杭州市", RegionLevel.CITY, "330000"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDepartment:
    """A department of the demo city; its unified social credit code is valid in form and made up."""

    code: str
    name: str
    short_name: str
    number: int
    kind: DepartmentKind = DepartmentKind.DEPARTMENT

    @property
    def uscc(self) -> str:
        """11 (机构编制, 机关), the city, and an organisation code of the unused block MAX…."""
        body = f"MAXG{self.number:04d}"
        front = f"11{CITY}{body}{organisation_check(body)}"
        return front + uscc_check(front)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account that anyone may sign in with in the demo."""

    username: str
    display_name: str
    department: str
    role: Role


DEPARTMENTS: Final = (
    DemoDepartment(
        code=BUREAU,
        name="杭州市数据资源管理局（演示）",
        short_name="市数据局",
        number=1,
        kind=DepartmentKind.BUREAU,
    ),
    DemoDepartment(code="police", name="杭州市公安局（演示）", short_name="市公安局", number=2),
    DemoDepartment(code="health", name="杭州市卫生健康委员会（演示）", short_name="市卫健委", number=3),
    DemoDepartment(code="hrss", name="杭州市人力资源和社会保障局（演示）", short_name="市人社局", number=4),
    DemoDepartment(code="civil", name="杭州市民政局（演示）", short_name="市民政局", number=5),
    DemoDepartment(code="market", name="杭州市市场监督管理局（演示）", short_name="市市场监管局", number=6),
    DemoDepartment(code="tax", name="国家税务总局杭州市税务局（演示）", short_name="市税务局", number=7),
    DemoDepartment(code="education", name="杭州市教育局（演示）", short_name="市教育局", number=8),
    DemoDepartment(code="land", name="杭州市规划和自然资源局（演示）", short_name="市规划资源局", number=9),
    DemoDepartment(code="medical", name="杭州市医疗保障局（演示）", short_name="市医保局", number=10),
    DemoDepartment(
        code="construction", name="杭州市住房保障和房产管理局（演示）", short_name="市住保房管局", number=11
    ),
    DemoDepartment(code="statistics", name="杭州市统计局（演示）", short_name="市统计局", number=12),
)


def accounts() -> Iterator[DemoAccount]:
    """The administrators, the bureau's people, and an officer and an approver of every department."""
    administrators = (
        ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
        ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
        ("auditadmin", "审计管理员", Role.AUDIT_ADMIN),
        ("reviewer", "数据局审核员", Role.BUREAU_REVIEWER),
        ("leader", "数据局领导", Role.BUREAU_LEADER),
    )
    for username, name, role in administrators:
        yield DemoAccount(username=username, display_name=name, department=BUREAU, role=role)
    for department in DEPARTMENTS:
        for suffix, name, role in (
            ("officer", "数据专员", Role.DEPARTMENT_OFFICER),
            ("approver", "审核人", Role.DEPARTMENT_APPROVER),
        ):
            yield DemoAccount(
                username=f"{department.code}_{suffix}",
                display_name=f"{department.short_name}{name}",
                department=department.code,
                role=role,
            )
    for suffix, name, role in (
        ("engineer", "数据工程师", Role.DEPARTMENT_ENGINEER),
        ("developer", "应用开发者", Role.DEVELOPER),
    ):
        yield DemoAccount(
            username=f"hrss_{suffix}", display_name=f"市人社局{name}", department="hrss", role=role
        )


def officer_of(department: str) -> str:
    return f"{department}_officer"


def approver_of(department: str) -> str:
    return f"{department}_approver"


def systems(chosen: Sequence[Register]) -> dict[str, tuple[str, str]]:
    """System code → (department, name): one for each system that a register names."""
    found: dict[tuple[str, str], str] = {}
    for register in chosen:
        key = (register.department, register.system)
        number = 1 + sum(department == register.department for department, _ in found)
        found.setdefault(key, f"{register.department}_{number}")
    return {code: key for key, code in found.items()}


def system_of(register: Register, chosen: Sequence[Register]) -> str:
    """The code of the system that holds `register`."""
    return next(
        code for code, key in systems(chosen).items() if key == (register.department, register.system)
    )


_FORMATS: Final[Mapping[FileKind, tuple[FormatClass, str]]] = {
    "csv": (FormatClass.SPREADSHEET, "csv"),
    "excel": (FormatClass.SPREADSHEET, "xlsx"),
    "json": (FormatClass.SELF_DESCRIBED, "json"),
    "geojson": (FormatClass.SELF_DESCRIBED, "geojson"),
    "sqlite": (FormatClass.DATABASE, "sqlite"),
    "postgresql": (FormatClass.DATABASE, "postgresql"),
}

# 项 of the starting classification (基础信息资源) by theme; departments' own resources stand under 307.
_CLASSIFICATIONS: Final[Mapping[str, str]] = {"人口": "101", "法人单位": "102", "自然资源和空间地理": "103"}


_UNITS: Final[Mapping[str, str]] = {
    BUREAU: "数据资源处",
    "police": "人口管理支队",
    "health": "规划信息处",
    "hrss": "社会保险处",
    "civil": "社会事务处",
    "market": "登记注册处",
    "tax": "征收管理处",
    "education": "基础教育处",
    "land": "调查确权处",
    "medical": "医药服务管理处",
    "construction": "房产市场处",
    "statistics": "数据管理处",
}
_REPAIRED: Final = ("P32", "P34")
"""Rules whose safe repair the officers took: no length where the type has none, decimals of money."""


def entry_draft(register: Register, chosen: Sequence[Register]) -> EntryDraft:
    """The catalogue entry that describes `register`, with the repairs that the linter proposes."""
    return apply_fixes(_entry_draft(register, chosen), _REPAIRED)


def _entry_draft(register: Register, chosen: Sequence[Register]) -> EntryDraft:
    format_class, format_name = _FORMATS[register.delivery.kind]
    personal = register.level.rank >= Level.L3.rank
    conditional = register.sharing is SharingType.CONDITIONAL
    return EntryDraft(
        title=register.title,
        resource_class=register.resource_class,
        classification=_classification(register),
        provider_unit=_UNITS[register.department],
        abstract=register.abstract,
        format_class=format_class,
        format=format_name,
        items=tuple(_item(each.item, register.sharing) for each in register.columns),
        sharing_type=register.sharing,
        sharing_condition=register.sharing_condition,
        sharing_reason="含个人或单位的具体信息，须确认使用依据和用途" if conditional else "",
        sharing_methods=(SharingMethod.API, SharingMethod.VERIFICATION) if personal else (SharingMethod.API,),
        open_type=register.open_type,
        update_frequency=register.frequency,
        system=system_of(register, chosen),
        contact_name="数据专员（演示）",
        contact_phone="12345",
        domain_area=register.theme,
        scene="演示城市：目录、归集、治理、共享、开放全流程",
        assessment="已完成保密风险和个人信息保护影响评估：数据为合成，风险低" if personal else "",
        query_keys=register.query_keys,
        rules=rules_for(register),
    )


def _classification(register: Register) -> str:
    if register.resource_class is ResourceClass.BASE:
        return _CLASSIFICATIONS[register.theme]
    return "307"


def _item(item: InformationItem, sharing: SharingType) -> InformationItem:
    """An item is never shared more loosely than its entry."""
    strictest = max(item.sharing_type, sharing, key=lambda kind: SHARING_STRICTNESS[kind])
    return replace(item, sharing_type=strictest)


def rules_for(register: Register) -> tuple[RuleSpec, ...]:
    """The register's own rules, and for each day in the past that it is no later than the day of collection."""
    past = tuple(
        RuleSpec(code=f"{each.field}.date", kind="date", fields=(each.field,))
        for each in register.columns
        if each.item.meaning is Meaning.DATE and not register.real
    )
    return register.rules + past + agreements(register)


def agreements(register: Register) -> tuple[RuleSpec, ...]:
    """Birth date against the ID number of the same row (一致性), where a register has both of the same person."""
    fields = set(register.fields)
    identity = "id_no" if "id_no" in fields else "child_id" if "child_id" in fields else ""
    if not identity or "birth_date" not in fields:
        return ()
    return (
        RuleSpec(
            code="birth_date.agrees_with_id",
            kind="agrees_with_id",
            fields=("birth_date", identity),
            parameters={"part": "birth_date"},
        ),
    )


def source_draft(register: Register, chosen: Sequence[Register], *, postgresql: str = "") -> SourceDraft:
    """The source that the department registers for `register`."""
    delivery = register.delivery
    options: dict[str, Any] = dict(register.connector_options)
    secrets: dict[str, str] = {}
    if delivery.kind == "postgresql":
        known = conninfo_to_dict(postgresql)
        options |= {
            "host": known.get("host", "127.0.0.1"),
            "port": int(known.get("port") or 5432),
            "database": known.get("dbname", "postgres"),
            "user": known.get("user", "postgres"),
            "table": delivery.table,
        }
        secrets["password"] = str(known.get("password", ""))
    else:
        options["path"] = str(PurePosixPath(delivery.path))
    if delivery.kind == "sqlite":
        options["table"] = delivery.table
    return SourceDraft(
        code=f"src_{register.service}",
        name=f"{register.title}来源",
        department=register.department,
        kind=delivery.kind,
        options=options,
        secret_options=secrets,
        system=system_of(register, chosen),
    )


OPEN_THEMES: Final[Mapping[str, Theme]] = {
    "police": Theme.SOCIAL,
    "health": Theme.HEALTH,
    "market": Theme.BUSINESS,
    "medical": Theme.HEALTH,
    "education": Theme.EDUCATION,
    "land": Theme.RESOURCES,
    "construction": Theme.HOUSING,
    "statistics": Theme.OTHER,
    BUREAU: Theme.OTHER,
}


def theme_of(register: Register) -> Theme:
    return OPEN_THEMES[register.department]


def is_opened(register: Register) -> bool:
    """Whether the demo opens the register on the portal."""
    return register.open_type is OpenType.UNCONDITIONAL
