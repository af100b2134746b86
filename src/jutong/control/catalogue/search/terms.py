"""Closed lists of the search."""

from jutong.vocabulary.terms import Term


class Place(Term):
    """Where in an entry a word stands."""

    TITLE = "title", "t", "名称", "Title"
    CODE = "code", "c", "代码或服务名", "Code or service"
    ITEM = "item", "i", "信息项", "Item"
    FIELD = "field", "f", "字段名", "Field"
    DEPARTMENT = "department", "d", "提供部门", "Department"
    KEYWORD = "keyword", "k", "领域、场景、处室或系统", "Area, scene, unit or system"
    ABSTRACT = "abstract", "a", "摘要", "Abstract"


class Match(Term):
    """How near what stands in an entry is to what was asked for, the nearest first."""

    EXACT = "exact", "1", "一致", "Exact"
    SYNONYM = "synonym", "2", "同义词", "Synonym"
    PINYIN = "pinyin", "3", "拼音或首字母", "Pinyin or initials"
    SOUND = "sound", "4", "同音及其同义词", "Same sound"
    SLIP = "slip", "5", "漏字、多字、错字或颠倒", "One slip"
    WRONG = "wrong", "6", "一字之差", "One character differs"
    PIECES = "pieces", "7", "分词", "In pieces"


class SortOrder(Term):
    """In which order entries are listed."""

    RELEVANCE = "relevance", "1", "相关度", "Relevance"
    NEWEST = "newest", "2", "最近编制", "Newest"
    UPDATED = "updated", "3", "最近更新", "Last changed"
    DEPARTMENT = "department", "4", "按部门", "By department"


class SearchFacet(Term):
    """By what a result can be narrowed; the value is the name of the condition."""

    STATUS = "status", "1", "状态", "Status"
    DEPARTMENT = "provider", "2", "提供部门", "Department"
    THEME = "classification", "3", "主题分类", "Theme"
    RESOURCE_CLASS = "resource_class", "4", "资源属性", "Resource class"
    SHARING = "sharing_type", "5", "共享类型", "Sharing"
    OPEN = "open_type", "6", "开放类型", "Openness"
    LEVEL = "level", "7", "敏感级别", "Level"
    CYCLE = "update_frequency", "8", "更新周期", "Update frequency"
    FORMAT = "format_class", "9", "资源格式", "Format"
