"""The names of what an entry and an item consist of, for forms, comparisons and lists."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Element of `EntryDraft` → its name (政务信息资源目录编制指南, core metadata).
ELEMENTS: Final[Mapping[str, "str | _StrPromise"]] = {
    "title": _("信息资源名称"),
    "abstract": _("信息资源摘要"),
    "resource_class": _("资源属性分类"),
    "classification": _("分类代码（类项目细目）"),
    "provider_unit": _("内部机构"),
    "format_class": _("格式大类"),
    "format": _("具体格式"),
    "sharing_type": _("共享类型"),
    "sharing_condition": _("共享条件"),
    "sharing_reason": _("有条件或不予共享的理由"),
    "basis_document": _("依据文件"),
    "basis_number": _("依据文号"),
    "basis_article": _("依据条款"),
    "sharing_methods": _("共享方式"),
    "open_type": _("开放类型"),
    "open_condition": _("开放条件"),
    "update_frequency": _("更新周期"),
    "related_codes": _("关联资源代码"),
    "declared_level": _("敏感级别"),
    "system": _("来源系统代码"),
    "query_keys": _("查询键"),
    "contact_name": _("联系人"),
    "contact_phone": _("联系电话"),
    "assessment": _("保密和个人信息保护评估"),
    "without_key": _("本资源没有主键"),
}
# Element of `InformationItem` → its name.
ITEM_ELEMENTS: Final[Mapping[str, "str | _StrPromise"]] = {
    "name": _("名称"),
    "field": _("字段"),
    "data_type": _("类型"),
    "length": _("长度"),
    "key": _("主键"),
    "required": _("必填"),
    "level": _("级别"),
    "sharing_type": _("共享"),
    "open_type": _("开放"),
    "meaning": _("含义"),
    "code_list": _("代码集"),
    "mask": _("脱敏"),
    "description": _("说明"),
}


def label_of(name: str) -> str:
    """The name of an element of an item, or else of an entry."""
    return str(ITEM_ELEMENTS.get(name) or ELEMENTS[name])
