"""Closed lists of the directory."""

from jutong.vocabulary.terms import Term


class RegionLevel(Term):
    """行政层级."""

    NATION = "nation", "1", "国家", "Nation"
    PROVINCE = "province", "2", "省级", "Province"
    CITY = "city", "3", "市级", "City"
    COUNTY = "county", "4", "县级", "County"


class DepartmentKind(Term):
    """机构类型."""

    BUREAU = "bureau", "1", "政务数据共享主管部门", "Data authority"
    DEPARTMENT = "department", "2", "政府部门", "Government department"
    INSTITUTION = "institution", "3", "公共服务机构", "Public-service institution"
    DISTRICT = "district", "4", "区县", "District or county"


class SystemStatus(Term):
    """信息系统状态."""

    RUNNING = "running", "1", "在用", "Running"
    STOPPED = "stopped", "2", "停用", "Stopped"


class MovedNoun(Term):
    """What a restructuring moves from one department to another."""

    DEPARTMENT = "department", "01", "部门", "Department"
    SYSTEM = "system", "02", "信息系统", "IT system"
    CLIENT = "client", "03", "应用", "Client system"
    MEMBERSHIP = "membership", "04", "人员任职", "Membership"
    DUTY = "duty", "05", "职责事项", "Duty"
    ENTRY = "entry", "06", "目录条目", "Catalogue entry"
    SOURCE = "source", "07", "数据源", "Source"
    APPLICATION = "application", "08", "共享申请", "Application"
    GRANT = "grant", "09", "授权", "Grant"
    LIST_ROW = "list_row", "10", "清单条目", "Row of a list"
