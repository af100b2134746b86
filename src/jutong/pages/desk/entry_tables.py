"""Tables of one entry: its items, what the linter says of it."""

from django.utils.translation import gettext as _

from jutong.control.catalogue.values import Finding
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.entry_fields import ELEMENTS
from jutong.vocabulary.catalogue import Severity
from jutong.vocabulary.code_lists import code_lists
from jutong.vocabulary.contracts import InformationItem


def items_table(items: tuple[InformationItem, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("信息项"),
        columns=[
            Column(key="name", title=_("名称和字段")),
            Column(key="type", title=_("类型和长度"), nowrap=True),
            Column(key="key", title=_("约束"), nowrap=True),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="sharing", title=_("共享和开放"), nowrap=True),
            Column(key="meaning", title=_("含义或代码集")),
            Column(key="mask", title=_("脱敏")),
        ],
        rows=[
            {
                "name": stacked(item.name, item.field, code=True),
                "type": _type(item),
                "key": _("主键") if item.key else _("必填") if item.required else None,
                "level": badge(item.level),
                "sharing": stacked(item.sharing_type, item.open_type),
                "meaning": stacked(
                    item.meaning.label(language) if item.meaning else _code_list(item.code_list),
                    item.data_element,
                    code=True,
                ),
                "mask": item.mask,
            }
            for item in items
        ],
        first_is_header=True,
        empty=Empty(title=_("还没有信息项"), text=_("编辑条目，逐行填写信息项。")),
    )


def _type(item: InformationItem) -> str:
    """Such as 字符型 18, 数值型 10.2."""
    size = str(item.length or "") + (f".{item.scale}" if item.length and item.scale else "")
    return f"{item.data_type.label(error_language())} {size}".strip()


def _code_list(name: str) -> str:
    known = code_lists().get(name)
    return name if known is None else known.zh if error_language() == "zh" else known.en


def findings_table(findings: tuple[Finding, ...]) -> Table:
    """What the linter says, errors first."""
    language = error_language()
    ordered = sorted(findings, key=lambda found: found.severity is not Severity.ERROR)
    return Table(
        caption=_("编制检查"),
        columns=[
            Column(key="severity", title=_("程度"), nowrap=True),
            Column(key="place", title=_("位置")),
            Column(key="message", title=_("问题和改法")),
            Column(key="rule", title=_("规则"), code=True),
        ],
        rows=[
            {
                "severity": Badge(
                    text=found.severity.label(language),
                    tone=Tone.BAD if found.severity is Severity.ERROR else Tone.WARNING,
                ),
                "place": ELEMENTS.get(found.place, found.place),
                "message": found.message(language),
                "rule": found.rule,
            }
            for found in ordered
        ],
    )
