"""The names of what an entry and an item consist of, in both languages: for messages, comparisons and the manual."""

from collections.abc import Mapping
from typing import Final

# Element of `EntryDraft` → (中文, English), in the order of the guide (发改高技术〔2017〕1272号), then the extensions.
ELEMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("信息资源名称", "Title"),
    "abstract": ("信息资源摘要", "Abstract"),
    "resource_class": ("资源属性分类", "Resource class"),
    "classification": ("分类代码（类项目细目）", "Classification code"),
    "provider_unit": ("内部机构", "Unit of the department"),
    "format_class": ("格式大类", "Format class"),
    "format": ("具体格式", "Format"),
    "sharing_type": ("共享类型", "Sharing type"),
    "sharing_condition": ("共享条件", "Sharing condition"),
    "sharing_reason": ("有条件或不予共享的理由", "Reason for the condition or refusal"),
    "basis_document": ("依据文件", "Basis: document"),
    "basis_number": ("依据文号", "Basis: number"),
    "basis_article": ("依据条款", "Basis: article"),
    "sharing_methods": ("共享方式", "Sharing methods"),
    "open_type": ("开放类型", "Open type"),
    "open_condition": ("开放条件", "Condition of opening"),
    "update_frequency": ("更新周期", "Update frequency"),
    "related_codes": ("关联资源代码", "Related resource codes"),
    "declared_level": ("敏感级别", "Level"),
    "system": ("来源系统代码", "Code of the source system"),
    "query_keys": ("查询键", "Look-up keys"),
    "contact_name": ("联系人", "Contact"),
    "contact_phone": ("联系电话", "Telephone"),
    "assessment": ("保密和个人信息保护评估", "Secrecy and privacy assessment"),
    "without_key": ("本资源没有主键", "No key"),
    "duties": ("来源权责事项和政务服务事项", "Duties and service items"),
    "contact_email": ("电子邮箱", "E-mail"),
    "domain_area": ("所属领域", "Domain"),
    "scene": ("应用场景", "Scenes of use"),
    "business_frequency": ("业务更新周期", "Update frequency of the business"),
    "provision": ("数据提供方式", "Provision"),
    "assignment": ("授权方式", "Who decides on applications"),
    "data_grade": ("数据分级", "Data grade"),
    "is_result": ("办理结果数据", "Result of a service"),
    "is_certificate": ("电子证照", "E-certificate"),
    "secret": ("涉密", "State secret"),
    "storage_mb": ("存储量（MB）", "Storage (MB)"),
    "row_count": ("记录数", "Rows"),
    "rules": ("质量规则", "Quality rules"),
}
# Element of `InformationItem` → (中文, English).
ITEM_ELEMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("名称", "Name"),
    "field": ("字段", "Field"),
    "data_type": ("类型", "Type"),
    "length": ("长度", "Length"),
    "scale": ("小数位", "Decimals"),
    "key": ("主键", "Key"),
    "required": ("必填", "Required"),
    "level": ("级别", "Level"),
    "sharing_type": ("共享", "Sharing"),
    "sharing_condition": ("共享条件", "Sharing condition"),
    "open_type": ("开放", "Opening"),
    "meaning": ("含义", "Meaning"),
    "code_list": ("代码集", "Code list"),
    "data_element": ("数据元", "Data element"),
    "mask": ("脱敏", "Mask"),
    "description": ("说明", "Description"),
}


def both_names(element: str) -> str:
    """`信息资源名称 / Title`: what a message that is one text for both languages calls an element."""
    zh, en = ELEMENTS.get(element) or ITEM_ELEMENTS.get(element) or (element, element)
    return zh if zh == en else f"{zh} / {en}"
