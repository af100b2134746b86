"""The template of lists of duties, the other names that columns have in live lists, and records read by them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jutong.control.duties.codes import parse_duty_code
from jutong.control.duties.errors import ColumnsMissing, ListEmpty, ListTooLong, TemplateVersionUnknown
from jutong.control.duties.terms import TaskType
from jutong.control.duties.values import DutyRow
from jutong.vocabulary.identifiers.catalogue_codes import LEVELS

TEMPLATE_VERSION: Final = "v1"
TEMPLATE_SHEET: Final = f"事项清单_{TEMPLATE_VERSION}"
ROW_LIMIT: Final = 100_000
_VERSIONED: Final = re.compile(r"事项清单_(v[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column of the template; `others` are names that live lists give it."""

    field: str
    title: str
    required: bool = False
    help_zh: str = ""
    help_en: str = ""
    others: tuple[str, ...] = ()
    example: str = ""


COLUMNS: Final = (
    ListColumn(
        field="code",
        title="事项编码",
        required=True,
        help_zh="实施编码；没有时填基本编码或本地编码，清单内不重复",
        help_en="implementation code, else basic or local code; unique in the list",
        others=("实施编码", "基本编码", "权力编码", "事项代码", "职权编码", "taskcode", "itemcode"),
        example="11330100MB0000001K3330117001001",
    ),
    ListColumn(
        field="name",
        title="事项名称",
        required=True,
        help_zh="与公布的清单一致",
        help_en="as published",
        others=("权力名称", "职权名称", "权责事项名称", "taskname"),
        example="养老机构备案",
    ),
    ListColumn(
        field="task_type",
        title="事项类型",
        help_zh="名称或代码：01 行政许可 … 10 其他行政权力，20 公共服务",
        help_en="name or code",
        others=("事项类型码", "权力类型", "职权类别", "权力类别", "tasktype"),
        example="行政确认",
    ),
    ListColumn(
        field="main_item",
        title="主项名称",
        help_zh="同一主项下的子项合并提出目录建议",
        help_en="sub-items of one main item are proposed together",
        others=("主项", "大项名称"),
    ),
    ListColumn(
        field="parent_code",
        title="上级事项编码",
        help_zh="同一清单中的另一事项",
        help_en="another duty of the list",
        others=("主项编码", "父项编码"),
    ),
    ListColumn(
        field="label",
        title="实施部门",
        help_zh="部门名称；第一次导入后在“部门对应”里对应到平台部门",
        help_en="the department, mapped once on the page of departments",
        others=("部门", "实施主体", "行使主体", "责任单位", "部门名称", "orgname"),
        example="市民政局",
    ),
    ListColumn(
        field="uscc",
        title="部门统一社会信用代码",
        help_zh="18位",
        help_en="18 characters",
        others=("实施主体编码", "统一社会信用代码", "部门信用代码", "orgcode"),
    ),
    ListColumn(
        field="region",
        title="区划代码",
        help_zh="6位或12位",
        help_en="6 or 12 digits",
        others=("行政区划代码", "areacode"),
        example="330100",
    ),
    ListColumn(
        field="level",
        title="行使层级",
        help_zh="1 国家 2 省 3 市 4 县 5 乡镇 6 村",
        help_en="1 nation … 6 village",
        others=("层级", "uselevel"),
        example="市级",
    ),
    ListColumn(
        field="basis",
        title="设定依据",
        help_zh="法律、法规、规章的名称和文号",
        help_en="law or regulation with its number",
        others=("依据", "法律依据", "实施依据", "bylaw"),
    ),
    ListColumn(
        field="basis_article",
        title="依据条款",
        help_zh="第几条第几款",
        help_en="article and paragraph",
        others=("条款",),
    ),
    ListColumn(
        field="results",
        title="办理结果",
        help_zh="批文、决定书、备案凭证等",
        help_en="what is issued",
        others=("结果名称", "审批结果名称"),
    ),
    ListColumn(
        field="certificates",
        title="结果证照",
        help_zh="证照名称",
        help_en="certificates issued",
        others=("证照名称", "结果证照名称", "resultcertname"),
    ),
    ListColumn(
        field="materials",
        title="申请材料",
        help_zh="用顿号隔开",
        help_en="materials asked for",
        others=("材料", "材料名称", "materialname"),
    ),
    ListColumn(
        field="link",
        title="办事链接",
        help_zh="网上办理地址",
        help_en="address of the item",
        others=("链接", "url"),
    ),
)
_FIELD_OF: Final[Mapping[str, str]] = {
    name.lower(): column.field for column in COLUMNS for name in (column.title, *column.others)
}
_EMPTY: Final = frozenset({"", "-", "--", "—", "/", "无", "未分类", "null"})


def require_template(sheet: str) -> None:
    """Refuse a sheet that names another version of the template; any other sheet is read by its columns.

    Raises:
        TemplateVersionUnknown
    """
    found = _VERSIONED.fullmatch(sheet.strip())
    if found and found[1] != TEMPLATE_VERSION:
        raise TemplateVersionUnknown(found=found[1], known=TEMPLATE_VERSION)


def template_sheet(sheets: Iterable[str]) -> str:
    """The sheet of the template among those of a workbook, whatever its version; "" where there is none."""
    return next((sheet for sheet in sheets if _VERSIONED.fullmatch(sheet.strip())), "")


def read_rows(records: Iterable[Mapping[str, str | None]]) -> tuple[DutyRow, ...]:
    """The rows of a list whose columns bear the template's names, or those of live lists.

    Raises:
        ColumnsMissing, ListEmpty, ListTooLong
    """
    rows = tuple(_rows(records))
    if not rows:
        raise ListEmpty
    return rows


def _rows(records: Iterable[Mapping[str, str | None]]) -> Iterator[DutyRow]:
    columns: tuple[str, ...] | None = None
    fields: dict[str, str] = {}
    for number, record in enumerate(records, start=1):
        if tuple(record) != columns:  # records of JSON need not all have the same
            columns = tuple(record)
            fields = fields_of(columns)
        if number > ROW_LIMIT:
            raise ListTooLong(limit=ROW_LIMIT)
        yield _row(number, {field: record.get(column) for column, field in fields.items()})


def fields_of(columns: tuple[str, ...]) -> dict[str, str]:
    """Column → field, each field by its first column.

    Raises:
        ColumnsMissing: code or name is not there.
    """
    found: dict[str, str] = {}
    for column in columns:
        field = _FIELD_OF.get(re.sub(r"[\s*＊（(].*|\s", "", column).lower())
        if field and field not in found.values():
            found[column] = field
    missing = [column.title for column in COLUMNS if column.required and column.field not in found.values()]
    if missing:
        raise ColumnsMissing(columns="、".join(missing))
    return found


def _row(number: int, values: Mapping[str, str | None]) -> DutyRow:
    texts = {name: (value or "").strip() for name, value in values.items()}
    texts = {name: "" if text in _EMPTY else text for name, text in texts.items()}
    code = parse_duty_code(texts.get("code", ""))
    plain = {name: text for name, text in texts.items() if name not in {"task_type", "region", "level"}}
    region = re.sub(r"\D", "", texts.get("region", ""))[:6]
    return DutyRow(
        number=number,
        task_type=task_type_of(texts.get("task_type", "")) or code.task_type,
        region=region or code.region,
        level=_level_of(texts.get("level", "")) or code.level,
        **{"code": "", "name": ""} | plain,
    )


def task_type_of(text: str) -> TaskType | None:
    """By name (行政许可, 许可) or code (01, 1); None where it is neither."""
    if text.isascii() and text.isdigit():
        return {one.official: one for one in TaskType}.get(text.zfill(2))
    for one in TaskType:
        if text and text in {one.zh, one.zh.removeprefix("行政"), one.value}:
            return one
    return TaskType.OTHER_POWER if text.startswith("其他") else None


def _level_of(text: str) -> str:
    if text in LEVELS:
        return text
    return next((code for code, name in LEVELS.items() if text and text[0] == name[0]), "")
