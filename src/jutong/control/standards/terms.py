"""Closed lists of standards."""

from jutong.vocabulary.terms import Term


class StandardStatus(Term):
    """标准状态 of one version of a data element or code list."""

    DRAFT = "draft", "0", "草案", "Draft"
    IN_FORCE = "in_force", "1", "现行", "In force"
    SUPERSEDED = "superseded", "2", "被代替", "Superseded"
    ABOLISHED = "abolished", "3", "废止", "Abolished"


class StandardAction(Term):
    """A step in the life of a version."""

    ISSUE = "issue", "1", "发布", "Issue"
    SUPERSEDE = "supersede", "2", "代替", "Supersede"
    ABOLISH = "abolish", "3", "废止", "Abolish"


class Origin(Term):
    """Who keeps a version."""

    PLATFORM = "platform", "P", "平台内置", "Built in"
    CITY = "city", "C", "本市", "The city's own"


class BindingFaultKind(Term):
    """What is wrong between an item and the data element or code list that it names."""

    UNKNOWN_ELEMENT = "unknown_element", "B1", "数据元不存在", "Unknown data element"
    ABOLISHED_ELEMENT = "abolished_element", "B2", "数据元已废止", "Abolished data element"
    TYPE = "type", "B3", "数据类型与数据元不一致", "Type differs from the data element"
    LENGTH = "length", "B4", "长度与数据元不一致", "Length differs from the data element"
    SCALE = "scale", "B5", "小数位与数据元不一致", "Decimals differ from the data element"
    CODE_LIST = "code_list", "B6", "代码集与数据元不一致", "Code list differs from the data element"
    MEANING = "meaning", "B7", "语义与数据元不一致", "Meaning differs from the data element"
    UNKNOWN_LIST = "unknown_list", "B8", "代码集不存在", "Unknown code list"
    ABOLISHED_LIST = "abolished_list", "B9", "代码集已废止", "Abolished code list"
    UNBOUND = "unbound", "B0", "可以绑定数据元", "Could bind to a data element"
