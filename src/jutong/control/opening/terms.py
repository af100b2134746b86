"""Closed lists of opening."""

from jutong.vocabulary.terms import Term


class DatasetStatus(Term):
    """开放数据集状态."""

    PREPARING = "preparing", "1", "待发布", "Preparing"
    OPEN = "open", "2", "已开放", "Open"
    WITHDRAWN = "withdrawn", "3", "已下架", "Withdrawn"


class Licence(Term):
    """开放许可."""

    CC0 = "cc0", "CC0-1.0", "知识共享 公有领域贡献 1.0", "CC0 1.0"
    CC_BY = "cc_by", "CC-BY-4.0", "知识共享 署名 4.0", "CC BY 4.0"
    CITY = "city", "CITY-1.0", "本市公共数据开放利用协议", "City open-data terms"


class Theme(Term):
    """开放主题 of live portals."""

    RESOURCES = "resources", "01", "资源环境", "Resources and environment"
    EDUCATION = "education", "02", "教育文化", "Education and culture"
    HEALTH = "health", "03", "卫生健康", "Health"
    SOCIAL = "social", "04", "社保就业", "Social security and employment"
    TRAFFIC = "traffic", "05", "交通运输", "Transport"
    BUSINESS = "business", "06", "市场监管", "Business and market"
    HOUSING = "housing", "07", "城建住房", "Housing and construction"
    PUBLIC_SAFETY = "public_safety", "08", "公共安全", "Public safety"
    FINANCE = "finance", "09", "财税金融", "Finance and taxes"
    AGRICULTURE = "agriculture", "10", "农业农村", "Agriculture"
    CIVIL = "civil", "11", "民政服务", "Civil affairs"
    OTHER = "other", "99", "其他", "Other"


class DatasetOrder(Term):
    """数据集列表的排序."""

    NEWEST = "newest", "1", "最近开放", "Opened last"
    DOWNLOADS = "downloads", "2", "下载最多", "Most downloaded"
    TITLE = "title", "3", "名称", "Name"
