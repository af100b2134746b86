"""The template of the catalogue as Excel: its sheets and columns, version 1. Reading, writing and the manual all obey it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Final

from jutong.control.catalogue.terms import Assignment, Provision
from jutong.kernel.text import bare, normalise
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.terms import Term

VERSION: Final = "1"
GUIDE_SHEET, ENTRY_SHEET, ITEM_SHEET, CODE_SHEET = "填写说明", "目录", "信息项", "代码表"
LONG_SHEET: Final = "长文本"
"""Texts beyond what one cell holds; only in exports that need it."""
CELL_LIMIT: Final = 32_767
"""Characters (UTF-16) that one Excel cell holds."""


class Kind(StrEnum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    WHOLE = "whole"
    YES_NO = "yes_no"
    TERM = "term"
    TERMS = "terms"
    TEXTS = "texts"
    KEYS = "keys"
    RULES = "rules"
    SHOWN = "shown"
    """Written for the reader, not read back."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the element or field it fills, its header, what may stand in it."""

    key: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    term: type[Term] | None = None
    required: bool = False
    limit: int = 5000
    """Characters of a text."""
    width: int = 14
    note_zh: str = ""
    note_en: str = ""
    aliases: tuple[str, ...] = ()

    @cached_property
    def header(self) -> str:
        return f"{self.zh}（必填）" if self.required else self.zh

    @property
    def names(self) -> frozenset[str]:
        """Every header that means this column, as `bare_header` writes it."""
        return frozenset(map(bare_header, (self.zh, self.en, self.key, *self.aliases)))


def bare_header(text: str) -> str:
    """A header without width, spaces, marks and the remark that it is required."""
    return bare(re.sub(r"\(?(必填|选填|required|optional)\)?", "", normalise(text)))


def _text(key: str, zh: str, en: str, limit: int = 5000, **more: object) -> Column:
    return Column(key=key, zh=zh, en=en, limit=limit, **more)  # type: ignore[arg-type]


def _term(key: str, zh: str, en: str, term: type[Term], **more: object) -> Column:
    return Column(key=key, zh=zh, en=en, kind=Kind.TERM, term=term, **more)  # type: ignore[arg-type]


def _yes_no(key: str, zh: str, en: str, **more: object) -> Column:
    return Column(key=key, zh=zh, en=en, kind=Kind.YES_NO, width=10, **more)  # type: ignore[arg-type]


def _whole(key: str, zh: str, en: str, **more: object) -> Column:
    return Column(key=key, zh=zh, en=en, kind=Kind.WHOLE, width=10, **more)  # type: ignore[arg-type]


ENTRY_COLUMNS: Final = (
    _text(
        "number", "序号", "No.", 20, required=True, width=8, aliases=("目录序号", "编号"),
        note_zh="本文件内不重复；信息项用它指明所属目录。", note_en="Unique in the file; items name their entry by it.",
    ),
    _text(
        "code", "信息资源代码", "Resource code", 64, width=24, aliases=("目录代码",),
        note_zh="已发布的目录填写，用于识别；新目录留空，发布时赋码。",
        note_en="Identifies a published entry; empty for a new one, which is given its code on publication.",
    ),
    _text(
        "service", "服务名", "Service name", 63, width=22,
        note_zh="已有目录的标识；新目录可留空，由系统按名称生成。",
        note_en="Identifies an existing entry; may be empty for a new one and is then made from the title.",
    ),
    _text("title", "信息资源名称", "Title", 120, required=True, width=30, aliases=("目录名称", "资源名称"),
          note_zh="写数据内容，不写系统名称。", note_en="What the data is, not the name of a system."),
    _text("classification", "信息资源分类", "Classification", 80, width=18, aliases=("分类编码", "分类"),
          note_zh="项、目、细目的编码，如 307；后面可以跟名称。",
          note_en="Code of the second level or deeper, such as 307; a name may follow."),
    _term("resource_class", "资源属性分类", "Resource class", ResourceClass, width=14, aliases=("类",),
          note_zh="基础、主题或部门；留空时按分类编码的首位。",
          note_en="Base, thematic or departmental; empty: by the first digit of the classification."),
    _text("provider", "信息资源提供方", "Provider", 120, required=True, width=20, aliases=("提供部门", "提供方"),
          note_zh="部门名称、简称或部门编码。", note_en="Name, short name or code of the department."),
    _text("provider_uscc", "信息资源提供方代码", "Provider code", 18, width=22, aliases=("提供方代码", "统一社会信用代码"),
          note_zh="提供部门的统一社会信用代码；填写时须与提供方一致。",
          note_en="The provider's unified social credit code; if given it must be that of the provider."),
    _text("provider_unit", "内部部门", "Unit", 120, aliases=("内设机构",)),
    _text("abstract", "信息资源摘要", "Abstract", width=40, aliases=("摘要",),
          note_zh="10至256个字：范围、来源、用途。", note_en="10 to 256 characters: scope, origin, use."),
    _term("format_class", "信息资源格式分类", "Format class", FormatClass, required=True, aliases=("格式分类",)),
    _text("format", "信息资源格式", "Format", 20, width=12, aliases=("格式",),
          note_zh="该类中的具体格式，见代码表。", note_en="The concrete format of that class, see the code sheet."),
    _term("sharing_type", "共享类型", "Sharing type", SharingType, required=True),
    _text("sharing_condition", "共享条件", "Sharing condition", width=24,
          note_zh="有条件共享时必填。", note_en="Needed for conditional sharing."),
    _text("sharing_reason", "共享理由", "Sharing reason", width=24,
          note_zh="有条件共享、不予共享时必填。", note_en="Needed unless sharing is unconditional."),
    _text("basis_document", "依据文件名", "Basis: document", 200, width=20,
          note_zh="不予共享时必填：法律、行政法规或国务院决定。",
          note_en="Needed for a refusal to share: law, regulation or State Council decision."),
    _text("basis_number", "依据文号", "Basis: number", 80),
    _text("basis_article", "依据条款", "Basis: article", 80),
    Column(key="sharing_methods", zh="共享方式", en="Sharing methods", kind=Kind.TERMS, term=SharingMethod, width=20,
           note_zh="可填多个，用顿号分隔。", note_en="Several are separated by 、."),
    _term("open_type", "开放类型", "Open type", OpenType, required=True, aliases=("开放属性",)),
    _text("open_condition", "开放条件", "Open condition", width=20,
          note_zh="有条件开放时必填。", note_en="Needed for conditional opening."),
    _term("update_frequency", "更新周期", "Update frequency", UpdateFrequency, required=True, width=12,
          aliases=("数据更新周期",)),
    _term("business_frequency", "业务更新周期", "Business update frequency", UpdateFrequency, width=12),
    Column(key="published_on", zh="发布日期", en="Published on", kind=Kind.SHOWN, width=12,
           note_zh="由系统填写，导入时不读取。", note_en="Filled by the platform, not read."),
    Column(key="related_codes", zh="关联资源代码", en="Related codes", kind=Kind.TEXTS, width=24,
           note_zh="可填多个，每行一个或用分号分隔。", note_en="Several: one a line, or separated by semicolons."),
    _text("system", "来源系统", "Source system", 120, width=18, aliases=("信息系统",),
          note_zh="已登记的信息系统的名称或编码。", note_en="Name or code of a registered system."),
    Column(key="duties", zh="权责和服务事项编码", en="Duties and service items", kind=Kind.TEXTS, width=24,
           aliases=("事项编码",), note_zh="可填多个，每行一个或用分号分隔。",
           note_en="Several: one a line, or separated by semicolons."),
    _yes_no("secret", "涉密", "Secret", aliases=("涉密属性", "是否涉密"),
            note_zh="涉密数据不得进入本平台。", note_en="Secret data must not be on this platform."),
    _term("provision", "数据提供方式", "Provision", Provision),
    _term("declared_level", "数据级别", "Level", Level, width=14, aliases=("敏感级别",)),
    _term("data_grade", "数据分级", "Data grade", DataGrade, width=12),
    _whole("storage_mb", "存储量（MB）", "Storage (MB)", aliases=("存储量",)),
    _whole("row_count", "记录数", "Row count"),
    _text("domain_area", "所属领域", "Domain", 60),
    _text("scene", "应用场景", "Use scene", width=24),
    _term("assignment", "授权方式", "Assignment", Assignment),
    _yes_no("without_key", "无主键", "No key", note_zh="确实没有主键时填“是”。", note_en="Yes where there really is no key."),
    _yes_no("is_result", "是否办理结果数据", "Result data"),
    _yes_no("is_certificate", "是否电子证照", "E-certificate"),
    _text("contact_name", "联系人", "Contact", 60, width=12),
    _text("contact_phone", "联系电话", "Telephone", 40, width=16),
    _text("contact_email", "联系邮箱", "E-mail", 120, width=18),
    _text("assessment", "安全评估结论", "Assessment", width=24,
          note_zh="保密风险和个人信息保护影响评估；含三级及以上数据时必填。",
          note_en="Secrecy and privacy impact assessment; needed with data of level 3 or higher."),
    Column(key="query_keys", zh="查询键", en="Query keys", kind=Kind.KEYS, width=20,
           note_zh="字段名；一组内用加号连接，组与组用分号分隔。",
           note_en="Fields; joined by + within a set, sets separated by semicolons."),
    Column(key="rules", zh="质量规则", en="Quality rules", kind=Kind.RULES, width=20,
           note_zh="JSON 文本；一般由系统导出，不手工填写。", note_en="JSON text, as exported; rarely written by hand."),
    Column(key="status", zh="目录状态", en="Status", kind=Kind.SHOWN, width=12,
           note_zh="由系统填写，导入时不读取。", note_en="Filled by the platform, not read."),
)  # fmt: skip

ITEM_COLUMNS: Final = (
    _text("entry_number", "目录序号", "Entry no.", 20, required=True, width=9, aliases=("所属目录序号",),
          note_zh="“目录”表中的序号；也可填服务名、信息资源代码或目录名称。",
          note_en="The number on the entry sheet; or the service name, resource code or title."),
    Column(key="entry_title", zh="目录名称", en="Entry title", kind=Kind.SHOWN, width=26,
           note_zh="便于阅读，导入时不读取。", note_en="For the reader; not read."),
    _text("name", "信息项名称", "Item name", 120, required=True, width=22),
    _text("field", "字段名", "Field", 64, required=True, width=20, aliases=("英文名称", "英文字段名"),
          note_zh="字母开头，只含字母、数字和下划线，最长64位；目录内不重复。",
          note_en="A letter first, then letters, digits, underscores, up to 64; unique in the entry."),
    _term("data_type", "数据类型", "Data type", DataType, required=True, width=14),
    _whole("length", "数据长度", "Length"),
    _whole("scale", "小数位数", "Scale"),
    _yes_no("required", "是否必填", "Required", note_zh="“是”即不可为空。", note_en="Yes: never empty."),
    _yes_no("key", "是否主键", "Key"),
    _term("level", "数据级别", "Level", Level, aliases=("敏感级别",)),
    _term("sharing_type", "共享类型", "Sharing type", SharingType,
          note_zh="不得比目录宽松；留空时与目录相同。",
          note_en="Never looser than the entry's; empty: as the entry."),
    _text("sharing_condition", "共享条件", "Sharing condition", width=20,
          note_zh="仅在与目录不同时填写。", note_en="Only where it differs from the entry's."),
    _term("open_type", "开放类型", "Open type", OpenType,
          note_zh="留空时与目录相同。", note_en="Empty: as the entry."),
    _term("meaning", "识别语义", "Meaning", Meaning, width=16),
    _text("code_list", "代码集", "Code list", 60, aliases=("字典", "引用代码集")),
    _text("data_element", "数据元", "Data element", 60, aliases=("标准数据元",)),
    _term("mask", "脱敏方法", "Mask", MaskMethod, width=20, aliases=("脱敏规则",)),
    _text("description", "说明", "Description", width=24, aliases=("备注",)),
)  # fmt: skip

SHEETS: Final[Mapping[str, tuple[Column, ...]]] = {ENTRY_SHEET: ENTRY_COLUMNS, ITEM_SHEET: ITEM_COLUMNS}


def columns_by_header(columns: Iterable[Column]) -> Mapping[str, Column]:
    """Every accepted header, bare → its column."""
    return {name: column for column in columns for name in column.names}


def template_checksum() -> str:
    """Changes whenever a header of the template does: a workbook of another template is noticed."""
    headers = "\n".join(f"{sheet}:{column.zh}" for sheet, columns in SHEETS.items() for column in columns)
    return sha256(f"{VERSION}\n{headers}".encode()).hexdigest()[:12]
