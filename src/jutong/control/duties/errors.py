"""What can go wrong with lists of duties."""

from jutong.kernel.errors import ErrorKind, JutongError


class DutyNotFound(JutongError):
    code = "duties.duty_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到事项 {duty}。请在事项清单中重新选择。"
    en = "There is no duty {duty}. Choose again from the list."


class ListNotFound(JutongError):
    code = "duties.list_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到导入记录 {number}。请在清单页面重新选择。"
    en = "There is no import {number}. Choose again on the page of lists."


class ListEmpty(JutongError):
    code = "duties.list_empty"
    zh = "清单里没有任何事项。请核对文件和工作表后重新导入，平台上的事项没有改动。"
    en = "The list holds no duty. Check the file and its sheet and import it again; nothing was changed."


class ColumnsMissing(JutongError):
    code = "duties.columns_missing"
    zh = "清单缺少必需的列：{columns}。请使用平台的事项清单模板，或把列名改成模板中的名称。"
    en = "The list lacks the columns {columns}. Use the platform's template, or rename the columns as there."


class TemplateVersionUnknown(JutongError):
    code = "duties.template_version_unknown"
    zh = "事项清单模板的版本是 {found}，平台只接受 {known}。请下载新模板，把内容粘贴过去后重新导入。"
    en = "The template is of version {found}; the platform takes {known}. Download the template and move the rows."


class ListInvalid(JutongError):
    code = "duties.list_invalid"
    zh = "清单有 {count} 处错误，整个文件没有导入，平台上的事项没有改动：{first_zh}。请改正后重新导入。"
    en = "The list has {count} errors; nothing was imported: {first_en}. Correct them and import it again."


class ListTooLong(JutongError):
    code = "duties.list_too_long"
    kind = ErrorKind.EXHAUSTED
    zh = "清单超过 {limit} 条。请按部门或区划拆成几份清单分别导入。"
    en = "The list is longer than {limit} rows. Split it by department or region and import the parts."


class SeriesInvalid(JutongError):
    code = "duties.series_invalid"
    zh = "清单名称不符合要求：须为 1 到 120 个字符。请填写如“样例市政务服务事项清单”。"
    en = "The name of the list needs 1 to 120 characters. Write such as 'Service items of the city'."


class LabelUnknown(JutongError):
    code = "duties.label_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "清单中没有部门“{name}”。请刷新部门对应页面后重新选择。"
    en = "No list has a department {name}. Reload the page of departments and choose again."
