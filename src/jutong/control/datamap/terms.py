"""Closed lists of the data map: what its nodes and its edges are."""

from jutong.vocabulary.terms import Term


class NodeKind(Term):
    """What a node of the map stands for."""

    DEPARTMENT = "department", "1", "部门", "Department"
    DUTY = "duty", "2", "权责或服务事项", "Duty or service item"
    SYSTEM = "system", "3", "信息系统", "System"
    ENTRY = "entry", "4", "目录条目", "Entry"
    ITEM = "item", "5", "信息项", "Item"
    SOURCE = "source", "6", "数据源", "Source"
    TABLE = "table", "7", "资源池表", "Pool table"
    APPLICATION = "application", "8", "共享申请", "Application"
    GRANT = "grant", "9", "授权", "Grant"
    DATASET = "dataset", "10", "开放数据集", "Open dataset"


class EdgeKind(Term):
    """What one node is to another; an edge reads from its beginning to its end."""

    ABOVE = "above", "1", "下设", "is above"
    HAS_DUTY = "has_duty", "2", "履行", "has the duty"
    RUNS = "runs", "3", "建设", "runs"
    PROVIDES = "provides", "4", "提供", "provides"
    YIELDS = "yields", "5", "产生", "yields"
    HOLDS = "holds", "6", "包含", "holds"
    SAME_NAME = "same_name", "7", "同名", "has the same name as"
    RELATES = "relates", "8", "关联", "relates to"
    FILLS = "fills", "9", "汇入", "fills"
    STORED_IN = "stored_in", "10", "落于", "is stored in"
    ASKED_FOR = "asked_for", "11", "被申请", "is asked for in"
    GRANTED_BY = "granted_by", "12", "授权于", "is granted by"
    USED_BY = "used_by", "13", "使用", "is used by"
    OPENED_AS = "opened_as", "14", "开放为", "is opened as"
