"""Closed lists of duties and service items."""

from jutong.vocabulary.terms import Term


class DutyKind(Term):
    """事项类别: a power on the 权责清单, or a service item of the 政务服务事项清单."""

    POWER = "power", "1", "权责事项", "Duty (power)"
    SERVICE = "service", "2", "政务服务事项", "Service item"


class TaskType(Term):
    """事项类型 (GB/T 39554.1-2020; the codes of live platforms)."""

    LICENCE = "licence", "01", "行政许可", "Administrative licence"
    PENALTY = "penalty", "02", "行政处罚", "Administrative penalty"
    COERCION = "coercion", "03", "行政强制", "Administrative coercion"
    LEVY = "levy", "04", "行政征收", "Administrative levy"
    BENEFIT = "benefit", "05", "行政给付", "Administrative benefit"
    INSPECTION = "inspection", "06", "行政检查", "Administrative inspection"
    CONFIRMATION = "confirmation", "07", "行政确认", "Administrative confirmation"
    REWARD = "reward", "08", "行政奖励", "Administrative reward"
    ADJUDICATION = "adjudication", "09", "行政裁决", "Administrative adjudication"
    OTHER_POWER = "other_power", "10", "其他行政权力", "Other administrative power"
    PUBLIC_SERVICE = "public_service", "20", "公共服务", "Public service"


class DutyStatus(Term):
    """状态 of a duty against the newest list of its series."""

    IN_FORCE = "in_force", "1", "有效", "In force"
    CHANGED = "changed", "2", "有变更", "Changed"
    ABOLISHED = "abolished", "3", "已取消", "Abolished"


class DutyAction(Term):
    """A step in the life of a duty."""

    CHANGE = "change", "1", "内容变更", "Change"
    SETTLE = "settle", "2", "目录已更新", "Settle (entries updated)"
    ABOLISH = "abolish", "3", "取消", "Abolish"
    RESTORE = "restore", "4", "恢复", "Restore"


class ChangeKind(Term):
    """What a newer list did to a duty."""

    ADDED = "added", "1", "新增", "Added"
    CHANGED = "changed", "2", "变更", "Changed"
    ABOLISHED = "abolished", "3", "取消", "Abolished"
    RESTORED = "restored", "4", "恢复", "Restored"


class CodeShape(Term):
    """How a code of a duty is written."""

    BASIC = "basic", "12", "基本编码（12位）", "Basic code (12)"
    IMPLEMENTATION = "implementation", "31", "实施编码（31位）", "Implementation code (31)"
    HANDLING = "handling", "33", "业务办理项编码（33位）", "Handling-item code (33)"
    PROVINCIAL = "provincial", "P", "省级实施编码", "Provincial implementation code"
    OTHER = "other", "X", "其他编码", "Other code"


class FindingKind(Term):
    """What may be odd about a row of a list; an error stops the whole file, everything else is kept and said."""

    CODE_MISSING = "code_missing", "E1", "没有事项编码", "The code is missing"
    NAME_MISSING = "name_missing", "E2", "没有事项名称", "The name is missing"
    CODE_REPEATED = "code_repeated", "E3", "事项编码重复", "The code is repeated"
    CODE_ELSEWHERE = "code_elsewhere", "E4", "事项编码已在其他清单中", "The code stands in another list"
    PARENT_CIRCULAR = "parent_circular", "E5", "上级事项循环", "The parents run in a circle"
    OUT_OF_SCOPE = "out_of_scope", "E6", "不属于本部门", "It belongs to another department"
    TEXT_BROKEN = "text_broken", "E7", "含有控制字符或过长", "Control characters, or too long"
    CODE_UNKNOWN = "code_unknown", "W1", "编码形式无法识别", "The shape of the code is not known"
    USCC_MISSING = "uscc_missing", "W2", "没有统一社会信用代码", "The credit code is missing"
    USCC_WRONG = "uscc_wrong", "W3", "统一社会信用代码校验不通过", "The credit code fails its check"
    BODY_NOT_USCC = (
        "body_not_uscc",
        "W4",
        "编码中的实施主体不是统一社会信用代码",
        "The body in the code is no credit code",
    )
    BODY_DIFFERS = (
        "body_differs",
        "W5",
        "编码中的实施主体与信用代码列不同",
        "The body in the code differs from the column",
    )
    REGION_OLD = "region_old", "W6", "区划代码已变更", "The region code was replaced"
    REGION_ELSEWHERE = (
        "region_elsewhere",
        "W7",
        "信用代码的登记区划不在事项所在地",
        "The credit code was registered in another region",
    )
    TYPE_DIFFERS = (
        "type_differs",
        "W8",
        "编码中的事项类型与类型列不同",
        "The type in the code differs from the column",
    )
    TYPE_UNKNOWN = "type_unknown", "W9", "事项类型无法识别", "The type is not known"
    PARENT_UNKNOWN = "parent_unknown", "W10", "没有上级事项", "The parent is not in the list"
    NAME_REPEATED = "name_repeated", "W11", "同一部门事项名称重复", "The department has this name twice"
    DEPARTMENT_UNKNOWN = (
        "department_unknown",
        "W12",
        "部门尚未对应到平台部门",
        "The department is not mapped yet",
    )

    @property
    def is_error(self) -> bool:
        return self.official.startswith("E")
