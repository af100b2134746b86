"""The kinds of fault that are planted, and by what means a platform can find each."""

from collections.abc import Mapping
from typing import Final

from jutong.vocabulary.terms import Term


class FaultKind(Term):
    """植入问题的种类. The official code says how it can be found: R by a rule, C by comparison, D by delivery time."""

    ID_CHECK_DIGIT = "id_check_digit", "R", "公民身份号码校验位错误", "Wrong check digit of an ID number"
    USCC_CHECK_DIGIT = (
        "uscc_check_digit",
        "R",
        "统一社会信用代码校验位错误",
        "Wrong check digit of a credit code",
    )
    ABOLISHED_REGION = "abolished_region", "R", "已撤销的行政区划代码", "Abolished region code"
    MISSING_REQUIRED = "missing_required", "R", "必填项为空", "Missing required value"
    OUT_OF_RANGE = "out_of_range", "R", "数值超出合理范围", "Value out of range"
    FUTURE_DATE = "future_date", "R", "日期晚于今天", "Date in the future"
    NOT_IN_CODE_LIST = "not_in_code_list", "R", "不在代码集内", "Value outside its code list"
    WRONG_FORMAT = "wrong_format", "R", "手机号码位数或格式错误", "Mobile number of wrong length or form"
    EXACT_DUPLICATE = "exact_duplicate", "R", "整行重复", "Whole row repeated"
    KEY_DUPLICATE = "key_duplicate", "R", "主键重复而内容不同", "Key repeated with other content"
    CONFLICT_BIRTH_DATE = (
        "conflict_birth_date",
        "C",
        "部门间出生日期不一致",
        "Departments differ on a birth date",
    )
    CONFLICT_NAME = "conflict_name", "C", "部门间姓名不一致", "Departments differ on a name"
    CONFLICT_ADDRESS = "conflict_address", "C", "部门间地址不一致", "Departments differ on an address"
    CONFLICT_ENTERPRISE_NAME = (
        "conflict_enterprise_name",
        "C",
        "部门间企业名称不一致",
        "Departments differ on an enterprise's name",
    )
    SWAPPED_NAME = "swapped_name", "C", "两人姓名互换", "Names of two persons swapped"
    DEAD_BUT_INSURED = "dead_but_insured", "C", "已死亡仍正常参保", "Insured although dead"
    LATE_FILE = "late_file", "D", "未按周期报送", "Delivered later than promised"

    @property
    def means(self) -> tuple[str, str]:
        """How it is found, in Chinese and English."""
        return _MEANS[self.official]


_MEANS: Final[Mapping[str, tuple[str, str]]] = {
    "R": ("质量规则", "quality rule"),
    "C": ("部门间比对", "comparison between departments"),
    "D": ("报送时间", "time of delivery"),
}

# What a rule's finding says, in terms of what may have been planted. A repeated key may stand for either kind
# of duplicate; what a type rule or a length rule refuses is a value of the wrong form.
FOUND_BY_RULE: Final[Mapping[str, tuple[FaultKind, ...]]] = {
    "citizen_id": (FaultKind.ID_CHECK_DIGIT,),
    "uscc": (FaultKind.USCC_CHECK_DIGIT,),
    "region": (FaultKind.ABOLISHED_REGION,),
    "required": (FaultKind.MISSING_REQUIRED,),
    "range": (FaultKind.OUT_OF_RANGE,),
    "type": (FaultKind.OUT_OF_RANGE,),
    "date": (FaultKind.FUTURE_DATE,),
    "code_list": (FaultKind.NOT_IN_CODE_LIST,),
    "pattern": (FaultKind.WRONG_FORMAT,),
    "length": (FaultKind.WRONG_FORMAT,),
    "unique": (FaultKind.KEY_DUPLICATE, FaultKind.EXACT_DUPLICATE),
    "agrees_with_id": (FaultKind.CONFLICT_BIRTH_DATE,),
}
