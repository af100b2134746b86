"""Roles, permissions and the table that joins them: who may do what (三员分立, GB/T 39477-2020 §6.2)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from jutong.vocabulary.terms import Term


class Role(Term):
    """角色 of a person in a department."""

    SYSTEM_ADMIN = "system_admin", "01", "系统管理员", "System administrator"
    SECURITY_ADMIN = "security_admin", "02", "安全管理员", "Security administrator"
    AUDIT_ADMIN = "audit_admin", "03", "审计管理员", "Audit administrator"
    BUREAU_REVIEWER = "bureau_reviewer", "11", "数据主管部门审核员", "Bureau reviewer"
    BUREAU_LEADER = "bureau_leader", "12", "数据主管部门领导", "Bureau leader"
    DEPARTMENT_OFFICER = "department_officer", "21", "部门数据专员", "Department data officer"
    DEPARTMENT_APPROVER = "department_approver", "22", "部门审核人", "Department approver"
    DEPARTMENT_ENGINEER = "department_engineer", "23", "部门数据工程师", "Department data engineer"
    DEVELOPER = "developer", "24", "应用开发者", "Application developer"


ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员: each excludes every other role, and none may read business data."""

CITY_WIDE: Final = ADMINISTRATORS | {Role.BUREAU_REVIEWER, Role.BUREAU_LEADER}
"""Roles that act for every department; all others act for their own department and those below it."""


def excludes(one: Role, other: Role) -> bool:
    """True when one person may not hold both roles."""
    return one is not other and (one in ADMINISTRATORS or other in ADMINISTRATORS)


class Permission(StrEnum):
    """What may be done: `scope:resource:action`, sorted."""

    ALERT_MANAGE = "alerts:channel:manage"
    ALERT_SEND = "alerts:message:send"
    APPLICATION_APPLY = "approval:application:apply"
    APPLICATION_READ = "approval:application:read"
    APPLICATION_REVIEW_AUTHORITY = "approval:application:review_authority"
    APPLICATION_REVIEW_OWN = "approval:application:review_own"
    APPLICATION_REVIEW_PROVIDER = "approval:application:review_provider"
    CLASSIFICATION_MANAGE = "catalogue:classification:manage"
    CONTROL_MANAGE = "catalogue:control:manage"
    ENTRY_DRAFT = "catalogue:entry:draft"
    ENTRY_IMPORT = "catalogue:entry:import"
    ENTRY_READ = "catalogue:entry:read"
    ENTRY_REVIEW_BUREAU = "catalogue:entry:review_bureau"
    ENTRY_REVIEW_DEPARTMENT = "catalogue:entry:review_department"
    ENTRY_WITHDRAW = "catalogue:entry:withdraw"
    LEVEL_CONFIRM = "catalogue:level:confirm"
    DATA_PREVIEW = "collection:data:preview"
    RUN_CONFIRM = "collection:run:confirm"
    RUN_EXECUTE = "collection:run:execute"
    RUN_READ = "collection:run:read"
    RUN_REQUEST = "collection:run:request"
    SOURCE_MANAGE = "collection:source:manage"
    SOURCE_PUSH = "collection:source:push"
    SOURCE_READ = "collection:source:read"
    AUDIT_READ = "directory:audit:read"
    CLIENT_MANAGE = "directory:client:manage"
    CLIENT_READ = "directory:client:read"
    DEPARTMENT_MANAGE = "directory:department:manage"
    MEMBERSHIP_MANAGE = "directory:membership:manage"
    PERSON_MANAGE = "directory:person:manage"
    PERSON_READ = "directory:person:read"
    SYSTEM_MANAGE = "directory:system:manage"
    DUTY_MANAGE = "duties:duty:manage"
    CALL_READ = "evidence:call:read"
    SHEET_FILL = "filling:sheet:fill"
    SHEET_REVIEW = "filling:sheet:review"
    SUBMISSION_DELIVER = "filling:submission:deliver"
    FILLING_MANAGE = "filling:task:manage"
    GRANT_READ = "grants:grant:read"
    GRANT_REVOKE = "grants:grant:revoke"
    GRANT_SUSPEND = "grants:grant:suspend"
    SNAPSHOT_PUBLISH = "grants:snapshot:publish"
    HARVEST_EXECUTE = "harvest:job:execute"
    HARVEST_MANAGE = "harvest:source:manage"
    INSPECTION_RUN = "inspection:catalogue:run"
    FINDING_WAIVE = "inspection:finding:waive"
    DEMAND_ANSWER = "lists:demand:answer"
    DEMAND_ASSIGN = "lists:demand:assign"
    DEMAND_FILE = "lists:demand:file"
    DISPUTE_DECIDE = "lists:dispute:decide"
    NEGATIVE_REVIEW = "lists:negative:review"
    RESPONSIBILITY_CONFIRM = "lists:responsibility:confirm"
    RESPONSIBILITY_MANAGE = "lists:responsibility:manage"
    ONE_SOURCE_CLAIM = "one_source:item:claim"
    ONE_SOURCE_DECIDE = "one_source:item:decide"
    DATASET_MANAGE = "opening:dataset:manage"
    DATASET_RELEASE = "opening:dataset:release"
    QUARANTINE_KEEP = "quarantine:order:keep"
    QUARANTINE_READ = "quarantine:order:read"
    QUARANTINE_SETTLE = "quarantine:order:settle"
    QUARANTINE_CORRECT = "quarantine:row:correct"
    RESTRUCTURE = "restructuring:reform:carry_out"
    DESTRUCTION_APPROVE = "retention:destruction:approve"
    DESTRUCTION_EXECUTE = "retention:destruction:execute"
    DESTRUCTION_PROPOSE = "retention:destruction:propose"
    DESTRUCTION_REVIEW = "retention:destruction:review"
    HOLD_PLACE = "retention:hold:place"
    RETENTION_READ = "retention:rule:read"
    RETENTION_SET = "retention:rule:set"
    STANDARD_MANAGE = "standards:standard:manage"
    RANKING_READ = "supervision:ranking:read"

    @property
    def zh(self) -> str:
        return PERMISSION_LABELS[self][0]

    @property
    def en(self) -> str:
        return PERMISSION_LABELS[self][1]


P = Permission
PERMISSION_LABELS: Final[Mapping[Permission, tuple[str, str]]] = {
    P.ALERT_MANAGE: ("管理告警渠道和规则", "manage channels and rules of alerts"),
    P.ALERT_SEND: ("发送告警", "send alerts"),
    P.APPLICATION_APPLY: ("提出数据申请", "apply for data"),
    P.APPLICATION_READ: ("查看数据申请", "see applications"),
    P.APPLICATION_REVIEW_AUTHORITY: (
        "以数据主管部门身份审核申请",
        "review applications as the data authority",
    ),
    P.APPLICATION_REVIEW_OWN: ("审核本部门提出的申请", "review the own department's applications"),
    P.APPLICATION_REVIEW_PROVIDER: (
        "审核对本部门数据的申请",
        "review applications for the department's data",
    ),
    P.CLASSIFICATION_MANAGE: ("维护目录分类", "keep the classification"),
    P.CONTROL_MANAGE: ("维护分级管控要求", "keep the controls that each level demands"),
    P.ENTRY_DRAFT: ("编制目录条目", "draft catalogue entries"),
    P.ENTRY_IMPORT: ("批量导入目录条目", "import catalogue entries from files"),
    P.ENTRY_READ: ("查看目录条目", "see catalogue entries"),
    P.ENTRY_REVIEW_BUREAU: ("审核并发布目录条目", "review and publish catalogue entries"),
    P.ENTRY_REVIEW_DEPARTMENT: ("在部门内审核目录条目", "review catalogue entries within the department"),
    P.ENTRY_WITHDRAW: ("下架目录条目", "withdraw catalogue entries"),
    P.LEVEL_CONFIRM: ("确认分级", "confirm levels of items"),
    P.DUTY_MANAGE: ("维护权责事项和服务事项", "keep duties and service items"),
    P.HARVEST_EXECUTE: ("执行外部目录采集", "execute harvests of other catalogues"),
    P.HARVEST_MANAGE: ("管理外部目录采集", "manage the harvest of other catalogues"),
    P.INSPECTION_RUN: ("执行目录体检", "inspect the whole catalogue"),
    P.FINDING_WAIVE: ("豁免体检问题", "waive findings of the inspection"),
    P.DEMAND_ANSWER: ("认领或不认领数据需求", "accept or refuse data demands"),
    P.DEMAND_ASSIGN: ("分派数据需求", "assign data demands to departments"),
    P.DEMAND_FILE: ("提出数据需求", "file data demands"),
    P.DISPUTE_DECIDE: ("协调和裁决共享争议", "coordinate and decide disputes"),
    P.NEGATIVE_REVIEW: ("审核负面清单", "review the negative list"),
    P.RESPONSIBILITY_CONFIRM: ("确认本部门的责任清单", "confirm the department's responsibilities"),
    P.RESPONSIBILITY_MANAGE: ("管理责任清单", "manage the responsibility list"),
    P.ONE_SOURCE_CLAIM: ("申报数源部门", "claim to be the source department of an item"),
    P.ONE_SOURCE_DECIDE: ("确定数源部门", "decide the source department of an item"),
    P.RESTRUCTURE: ("办理机构改革", "carry out mergers and renamings of departments"),
    P.DESTRUCTION_APPROVE: ("批准数据销毁", "approve the destruction of data"),
    P.DESTRUCTION_EXECUTE: ("执行数据销毁", "carry out the destruction of data"),
    P.DESTRUCTION_PROPOSE: ("提出数据销毁", "propose the destruction of data"),
    P.DESTRUCTION_REVIEW: ("复核数据销毁", "review the destruction of data"),
    P.HOLD_PLACE: ("冻结和解冻数据", "place and lift legal holds"),
    P.RETENTION_READ: ("查看留存与销毁", "see retention and destruction"),
    P.RETENTION_SET: ("设置留存期限", "set retention rules"),
    P.STANDARD_MANAGE: ("维护数据元和代码集标准", "keep data elements and code lists"),
    P.DATA_PREVIEW: ("预览业务数据", "look at rows of business data"),
    P.QUARANTINE_KEEP: ("登记问题数据工单", "keep work orders of refused rows"),
    P.QUARANTINE_READ: ("查看问题数据工单", "see work orders of refused rows"),
    P.QUARANTINE_SETTLE: ("处理退回的问题数据工单", "settle work orders that were refused"),
    P.QUARANTINE_CORRECT: ("查看和更正问题数据", "open and correct refused rows"),
    P.RUN_CONFIRM: ("确认待确认的归集", "decide on held deliveries"),
    P.RUN_EXECUTE: ("执行归集任务", "execute collection runs"),
    P.RUN_READ: ("查看归集任务", "see collection runs"),
    P.RUN_REQUEST: ("发起归集任务", "start collection runs"),
    P.SOURCE_MANAGE: ("登记和挂接数据源", "register and bind sources"),
    P.SOURCE_PUSH: ("向数据源推送数据", "push data to sources"),
    P.SOURCE_READ: ("查看数据源", "see sources"),
    P.SHEET_FILL: ("填报数据", "fill in data"),
    P.SHEET_REVIEW: ("审核填报的数据", "review what was filled in"),
    P.SUBMISSION_DELIVER: ("将审核通过的填报送入资源池", "deliver what was filled in to the pool"),
    P.FILLING_MANAGE: ("安排填报任务", "set filling tasks"),
    P.AUDIT_READ: ("查看和校验审计记录", "read and verify the audit trail"),
    P.CLIENT_MANAGE: ("管理应用密钥", "manage client systems and their keys"),
    P.CLIENT_READ: ("查看应用清单", "see client systems"),
    P.DEPARTMENT_MANAGE: ("维护区划和部门", "keep regions and departments"),
    P.MEMBERSHIP_MANAGE: ("授予和撤销角色", "give and remove roles"),
    P.PERSON_MANAGE: ("管理账号", "manage accounts"),
    P.PERSON_READ: ("查看人员", "see people"),
    P.SYSTEM_MANAGE: ("登记信息系统", "register IT systems"),
    P.CALL_READ: ("查看调用日志", "see the call log"),
    P.GRANT_READ: ("查看授权", "see grants"),
    P.GRANT_REVOKE: ("撤销授权", "revoke grants"),
    P.GRANT_SUSPEND: ("暂停和恢复授权", "suspend and resume grants"),
    P.SNAPSHOT_PUBLISH: ("向网关发布授权策略", "publish policies to the gateway"),
    P.DATASET_MANAGE: ("开放和下架数据集", "open and withdraw datasets"),
    P.DATASET_RELEASE: ("生成数据集发布文件", "record release files of datasets"),
    P.RANKING_READ: ("查看监督评价", "see the supervision figures"),
}

_EVERY_BUSINESS_ROLE: Final = frozenset(
    {P.APPLICATION_READ, P.CLIENT_READ, P.ENTRY_READ, P.GRANT_READ, P.CALL_READ, P.RANKING_READ}
)

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    # The administrators keep accounts, roles and the trail; none of them sees an application or a row.
    Role.SYSTEM_ADMIN: frozenset({P.DEPARTMENT_MANAGE, P.PERSON_MANAGE, P.PERSON_READ, P.SYSTEM_MANAGE}),
    Role.SECURITY_ADMIN: frozenset({P.MEMBERSHIP_MANAGE, P.PERSON_READ, P.CLIENT_READ}),
    Role.AUDIT_ADMIN: frozenset({P.AUDIT_READ, P.PERSON_READ}),
    Role.BUREAU_REVIEWER: _EVERY_BUSINESS_ROLE
    | {
        P.ALERT_MANAGE,
        P.APPLICATION_REVIEW_AUTHORITY,
        P.CLASSIFICATION_MANAGE,
        P.CONTROL_MANAGE,
        P.ENTRY_IMPORT,
        P.ENTRY_REVIEW_BUREAU,
        P.ENTRY_WITHDRAW,
        P.LEVEL_CONFIRM,
        P.DUTY_MANAGE,
        P.HARVEST_MANAGE,
        P.INSPECTION_RUN,
        P.FINDING_WAIVE,
        P.DEMAND_ASSIGN,
        P.NEGATIVE_REVIEW,
        P.RESPONSIBILITY_MANAGE,
        P.ONE_SOURCE_DECIDE,
        P.RESTRUCTURE,
        P.STANDARD_MANAGE,
        P.GRANT_REVOKE,
        P.GRANT_SUSPEND,
        P.DATASET_MANAGE,
        P.FILLING_MANAGE,
        P.QUARANTINE_READ,
        P.QUARANTINE_SETTLE,
        P.RUN_CONFIRM,
        P.RUN_READ,
        P.RUN_REQUEST,
        P.SOURCE_READ,
        P.DESTRUCTION_APPROVE,
        P.HOLD_PLACE,
        P.RETENTION_READ,
        P.RETENTION_SET,
    },
    Role.BUREAU_LEADER: _EVERY_BUSINESS_ROLE
    | {
        P.CONTROL_MANAGE,
        P.DISPUTE_DECIDE,
        P.INSPECTION_RUN,
        P.QUARANTINE_READ,
        P.RUN_READ,
        P.SOURCE_READ,
        P.HOLD_PLACE,
        P.RETENTION_READ,
    },
    Role.DEPARTMENT_OFFICER: _EVERY_BUSINESS_ROLE
    | {
        P.ALERT_MANAGE,
        P.APPLICATION_APPLY,
        P.ENTRY_DRAFT,
        P.ENTRY_IMPORT,
        P.DUTY_MANAGE,
        P.DEMAND_FILE,
        P.ONE_SOURCE_CLAIM,
        P.DATA_PREVIEW,
        P.QUARANTINE_CORRECT,
        P.QUARANTINE_READ,
        P.RUN_CONFIRM,
        P.RUN_READ,
        P.RUN_REQUEST,
        P.SHEET_FILL,
        P.FILLING_MANAGE,
        P.SOURCE_READ,
        P.SOURCE_MANAGE,
        P.SOURCE_PUSH,
        P.SYSTEM_MANAGE,
        P.CLIENT_MANAGE,
        P.DESTRUCTION_PROPOSE,
        P.RETENTION_READ,
        P.RETENTION_SET,
    },
    Role.DEPARTMENT_APPROVER: _EVERY_BUSINESS_ROLE
    | {
        P.APPLICATION_APPLY,
        P.APPLICATION_REVIEW_OWN,
        P.APPLICATION_REVIEW_PROVIDER,
        P.ENTRY_DRAFT,
        P.ENTRY_REVIEW_DEPARTMENT,
        P.DEMAND_ANSWER,
        P.DEMAND_FILE,
        P.RESPONSIBILITY_CONFIRM,
        P.ONE_SOURCE_CLAIM,
        P.ENTRY_WITHDRAW,
        P.DATA_PREVIEW,
        P.GRANT_REVOKE,
        P.GRANT_SUSPEND,
        P.DATASET_MANAGE,
        P.QUARANTINE_READ,
        P.RUN_READ,
        P.SHEET_REVIEW,
        P.SOURCE_READ,
        P.DESTRUCTION_REVIEW,
        P.HOLD_PLACE,
        P.RETENTION_READ,
    },
    Role.DEPARTMENT_ENGINEER: _EVERY_BUSINESS_ROLE
    | {
        P.ALERT_MANAGE,
        P.DATA_PREVIEW,
        P.QUARANTINE_CORRECT,
        P.QUARANTINE_READ,
        P.RUN_CONFIRM,
        P.RUN_READ,
        P.RUN_REQUEST,
        P.SOURCE_READ,
        P.SOURCE_MANAGE,
        P.SOURCE_PUSH,
        P.SYSTEM_MANAGE,
        P.RETENTION_READ,
    },
    Role.DEVELOPER: frozenset({P.ENTRY_READ, P.CLIENT_READ, P.CLIENT_MANAGE, P.GRANT_READ, P.CALL_READ}),
}

SYSTEM_PERMISSIONS: Final = frozenset(
    {
        P.ALERT_SEND,
        P.APPLICATION_READ,
        P.CALL_READ,
        P.CLIENT_READ,
        P.DATASET_RELEASE,
        P.DESTRUCTION_EXECUTE,
        P.ENTRY_READ,
        P.GRANT_READ,
        P.HARVEST_EXECUTE,
        P.INSPECTION_RUN,
        P.RANKING_READ,
        P.RETENTION_READ,
        P.QUARANTINE_KEEP,
        P.QUARANTINE_READ,
        P.RUN_EXECUTE,
        P.RUN_READ,
        P.RUN_REQUEST,
        P.SNAPSHOT_PUBLISH,
        P.SOURCE_READ,
        P.SUBMISSION_DELIVER,
    }
)
"""What jobs of the platform itself may do: nothing that a person has to decide."""

INSTALLER_PERMISSIONS: Final = frozenset(
    {
        P.CLASSIFICATION_MANAGE,
        P.DEPARTMENT_MANAGE,
        P.MEMBERSHIP_MANAGE,
        P.PERSON_MANAGE,
        P.PERSON_READ,
        P.SYSTEM_MANAGE,
    }
)
"""What `jutong init` and `jutong demo` may do before there are administrators."""
