"""What can go wrong with files and batches of the catalogue's import and export."""

from jutong.kernel.errors import ErrorKind, JutongError


class NotExcel(JutongError):
    code = "interchange.not_excel"
    zh = "这不是 Excel 工作簿（.xlsx 或 .xls）。请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传。"
    en = "This is no Excel workbook (.xlsx or .xls). Open it in Excel or WPS, save it as .xlsx and upload again."


class WorkbookDamaged(JutongError):
    code = "interchange.workbook_damaged"
    zh = "工作簿已损坏或不完整。请用 Excel 打开并另存，或重新取得该文件后上传。"
    en = "The workbook is damaged or incomplete. Open and save it in Excel, or fetch it again, and upload it."


class WorkbookEncrypted(JutongError):
    code = "interchange.workbook_encrypted"
    zh = "工作簿设有打开密码。请去掉密码后重新上传。"
    en = "The workbook is protected by a password. Remove the password and upload again."


class WorkbookTooLarge(JutongError):
    code = "interchange.workbook_too_large"
    zh = "工作簿过大：{what_zh}。请删除多余的内容，或分成几个文件后重新上传。"
    en = "The workbook is too large: {what_en}. Remove what is not needed, or split it, and upload again."


class ListUnreadable(JutongError):
    code = "interchange.list_unreadable"
    zh = "无法读取这个清单：{reason_zh}。请改正，或改用本平台的 Excel 模板。"
    en = "This list cannot be read: {reason_en}. Correct it, or use the platform's Excel template."


class BatchNotFound(JutongError):
    code = "interchange.batch_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到导入批次 {batch}。请在批次列表中重新选择。"
    en = "There is no import batch {batch}. Choose again from the list of batches."


class BatchActionNotAllowed(JutongError):
    code = "interchange.batch_action_not_allowed"
    kind = ErrorKind.CONFLICT
    zh = "导入批次 {batch} 当前为「{state_zh}」，不能执行「{action_zh}」。请刷新页面查看可办理的操作。"
    en = (
        "Import batch {batch} is {state_en}: {action_en} is not possible now. Reload to see what can be done."
    )


class BatchHasProblems(JutongError):
    code = "interchange.batch_has_problems"
    zh = "文件中有 {count} 处问题，不能导入。请下载批注后的文件，逐格改正后重新上传。"
    en = "The file has {count} problems and cannot be imported. Download it with comments, correct it, upload again."


class MappingIncomplete(JutongError):
    code = "interchange.mapping_incomplete"
    zh = "列的对应关系不完整：{reason_zh}。请补充后重新提交。"
    en = "The mapping of columns is incomplete: {reason_en}. Complete it and send it again."


class CatalogueMoved(JutongError):
    code = "interchange.catalogue_moved"
    kind = ErrorKind.CONFLICT
    zh = "检查之后，目录「{service}」又被修改或办理过，整批未写入。请重新检查该批次，核对后再确认。"
    en = "Entry {service} was changed since the check; nothing of the batch was written. Check the batch again."
