"""What can be wrong with a cell of a workbook: one table, in both languages; the manual is made from it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from jutong.control.interchange.columns import ENTRY_SHEET, GUIDE_SHEET, ITEM_SHEET
from jutong.control.interchange.values import CellProblem

READING_ORDER: Final = (GUIDE_SHEET, ENTRY_SHEET, ITEM_SHEET)

PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "sheet_missing": (
        "缺少工作表“{name}”。请使用下载的模板，不要删除或改名工作表。",
        "The sheet {name} is missing. Use the template as downloaded; do not delete or rename its sheets.",
    ),
    "sheet_hidden": (
        "工作表“{name}”是隐藏的。请取消隐藏，核对内容后重新上传。",
        "The sheet {name} is hidden. Unhide it, look it through and upload again.",
    ),
    "version_missing": (
        "找不到模板版本。请下载最新模板，把内容粘贴进去后重新上传。",
        "The template's version is missing. Download the present template and paste the contents into it.",
    ),
    "version_wrong": (
        "模板版本是 {found}，当前版本是 {expected}。请下载最新模板，把内容粘贴进去后重新上传。",
        "The template is of version {found}, the present one is {expected}. Download it and paste the contents into it.",
    ),
    "header_missing": (
        "缺少列“{name}”。请补上这一列，内容可以为空。",
        "The column {name} is missing. Add it; its cells may be empty.",
    ),
    "header_duplicate": (
        "列“{name}”出现了两次。请删除多余的一列。",
        "The column {name} occurs twice. Remove one.",
    ),
    "header_unknown": (
        "模板中没有列“{name}”，其中的内容不会被导入。请改回原来的列名，或删除该列。",
        "The template has no column {name}; its contents would be lost. Restore its header or remove the column.",
    ),
    "rows_missing": (
        "表头下面没有内容。请填写后重新上传。",
        "There is nothing below the header. Fill it in and upload again.",
    ),
    "cells_merged": (
        "合并了 {range}，无法判断各列的值。请取消合并，逐格填写。",
        "{range} is merged across columns, so the value of each is unclear. Unmerge it and fill in each cell.",
    ),
    "formula_empty": (
        "公式没有计算结果。请在 Excel 中重新计算并保存，或改填数值。",
        "The formula has no result. Let Excel calculate and save it, or enter the value.",
    ),
    "formula_error": (
        "公式的结果是错误值。请改正公式，或改填数值。",
        "The formula's result is an error. Correct it or enter the value.",
    ),
    "number_rounded": (
        "长数字被 Excel 当作数值，末几位已经丢失。请把单元格设为文本格式后重新填写。",
        "Excel took the long number for a quantity and lost its last digits. Format the cell as text and enter it again.",
    ),
    "characters_broken": (
        "含有控制字符或残缺字符。请删除后重新填写。",
        "It has control or broken characters. Remove them.",
    ),
    "too_long": (
        "长度 {length} 超过 {limit} 个字符。请缩短。",
        "It has {length} characters, {limit} are allowed. Shorten it.",
    ),
    "required": ("必填，不能为空。请填写。", "It is required. Fill it in."),
    "value_unknown": (
        "不是可选的值。请填写：{values}。",
        "It is none of the values. Enter one of: {values}.",
    ),
    "not_whole": (
        "须为不小于零的整数。请改正。",
        "It must be a whole number, zero or more. Correct it.",
    ),
    "not_rules": (
        "不是有效的规则 JSON。请使用导出的内容，或清空此格。",
        "It is no valid JSON of rules. Use it as exported, or empty the cell.",
    ),
    "not_json_list": (
        "不是有效的 JSON 列表。请改为逐行填写。",
        "It is no valid JSON list. Write one a line instead.",
    ),
    "long_text_missing": (
        "引用的长文本不存在。请保留“长文本”工作表，或直接填写内容。",
        "The long text it refers to is missing. Keep the sheet 长文本, or write the text itself.",
    ),
    "number_duplicate": (
        "序号与 {other} 重复。请改为不重复的序号。",
        "The number is that of {other} too. Give each entry its own.",
    ),
    "code_duplicate": (
        "信息资源代码与 {other} 重复。请核对，一个代码只能出现一次。",
        "The resource code is that of {other} too. A code may occur once.",
    ),
    "service_duplicate": (
        "服务名与 {other} 重复。请核对，一个服务名只能出现一次。",
        "The service name is that of {other} too. It may occur once.",
    ),
    "title_duplicate": (
        "同一部门的名称与 {other} 重复。请改名，或删除重复的一行。",
        "{other} of the same department has this title too. Rename one or remove it.",
    ),
    "service_invalid": (
        "服务名须以小写字母开头，只含小写字母、数字和下划线，3至63位。请改正，或留空由系统生成。",
        "A service name has 3 to 63 lower-case letters, digits, underscores, a letter first. Correct it or leave it empty.",
    ),
    "item_orphan": (
        "“目录”表中没有这个目录。请核对目录序号。",
        "The entry sheet has no such entry. Check the number.",
    ),
    "item_ambiguous": (
        "“目录”表中有多个同名目录。请改填目录序号。",
        "Several entries have this title. Enter the entry's number instead.",
    ),
    "field_invalid": (
        "字段名须以字母开头，只含字母、数字和下划线，最长64位。请改正。",
        "A field has up to 64 letters, digits, underscores, a letter first. Correct it.",
    ),
    "field_duplicate": (
        "字段名在本目录中与 {other} 重复。请改名。",
        "The field is that of {other} in the same entry. Rename it.",
    ),
    "sharing_looser": (
        "共享类型比目录宽松。请改为与目录相同或更严格。",
        "The item is shared more loosely than its entry. Give it the same type or a stricter one.",
    ),
    "provider_unknown": (
        "没有这个部门。请填写已登记部门的名称或编码。",
        "There is no such department. Enter the name or code of a registered one.",
    ),
    "provider_differs": (
        "统一社会信用代码与提供方不一致。请核对。",
        "The unified social credit code is not the provider's. Check both.",
    ),
    "provider_forbidden": (
        "您不能导入该部门的目录。请只保留本部门的目录，或由数据主管部门导入。",
        "You may not import entries of this department. Keep your own only, or ask the data authority to import.",
    ),
    "system_unknown": (
        "该部门没有登记这个信息系统。请先登记，或留空。",
        "The department has registered no such system. Register it first or leave the cell empty.",
    ),
    "classification_unknown": (
        "分类编码不存在，或与资源属性分类不一致。请从分类中选择。",
        "The classification does not exist or is of another class. Choose one of the tree.",
    ),
    "code_unknown": (
        "没有这个信息资源代码。新目录请留空，发布时赋码。",
        "There is no such resource code. Leave it empty for a new entry; publication gives the code.",
    ),
    "service_taken": (
        "服务名已被使用过，不再分配。请换一个，或留空由系统生成。",
        "The service name was given before and is never given again. Choose another or leave it empty.",
    ),
    "identity_differs": (
        "服务名与信息资源代码指的不是同一个目录。请核对。",
        "Service name and resource code are of different entries. Check both.",
    ),
    "provider_changed": (
        "该目录属于其他部门。提供方变更请按机构改革办理。",
        "The entry is another department's. A change of provider is a matter of restructuring.",
    ),
    "under_review": (
        "该目录正在审核（{status_zh}），不能修改。请先撤回或等待审核结束。",
        "The entry is under review ({status_en}) and cannot be changed. Recall it or wait for the end of the review.",
    ),
    "title_exists": (
        "该部门已有同名目录“{service}”。要修改它请填写其服务名；新目录请改名。",
        "The department has an entry of this title, {service}. Give its service name to change it, or rename the new one.",
    ),
    "list_repeated": (
        "名称与 {other} 相同，这一行不导入。如确是两个目录，请在清单中改名后重新上传。",
        "Its title is that of {other}; this row is left out. If they are two entries, rename one and upload again.",
    ),
    "list_value_unknown": (
        "不是可识别的值，这一项不导入。请在导入后补填。",
        "The value is not known, so it is left out. Fill it in after the import.",
    ),
    "draft_refused": ("{reason_zh}", "{reason_en}"),
    "lint": ("[{rule}] {zh}", "[{rule}] {en}"),
}  # fmt: skip


def problem(code: str, sheet: str, cell: str = "", *, warning: bool = False, **blanks: Any) -> CellProblem:
    """A problem of the table with its blanks filled."""
    zh, en = PROBLEMS[code]
    return CellProblem(
        sheet=sheet, cell=cell, code=code, zh=zh.format(**blanks), en=en.format(**blanks), warning=warning
    )


def in_order(one: CellProblem) -> tuple[int, int, int, str]:
    """For sorting as a reader goes through the workbook: sheet, row, column."""
    found = re.fullmatch(r"([A-Z]*)(\d*)", one.cell)
    letters, digits = found.groups() if found else ("", "")
    sheet = READING_ORDER.index(one.sheet) if one.sheet in READING_ORDER else len(READING_ORDER)
    return sheet, int(digits or 0), len(letters), letters
