"""What can go wrong with filling in."""

from jutong.kernel.errors import ErrorKind, JutongError


class TaskNotFound(JutongError):
    code = "filling.task_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到填报任务 {task}。请在填报任务列表中重新选择。"
    en = "There is no filling task {task}. Choose again from the list of tasks."


class SubmissionNotFound(JutongError):
    code = "filling.submission_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到填报单 {number}。请在填报任务页面重新选择。"
    en = "There is no submission {number}. Choose again on the page of the task."


class TaskIncomplete(JutongError):
    code = "filling.task_incomplete"
    zh = "填报任务要写明数据所属期，截止日期不能早于今天。请补充后再提交。"
    en = "A task names its period, and its deadline is not before today. Complete it, then send it again."


class TaskExists(JutongError):
    code = "filling.task_exists"
    kind = ErrorKind.CONFLICT
    zh = "“{period}”的填报任务已经有了。请在列表中打开它。"
    en = "There is a task for {period} already. Open it from the list."


class TaskConflict(JutongError):
    code = "filling.task_conflict"
    kind = ErrorKind.CONFLICT
    zh = "填报任务当前为“{state_zh}”，不能执行此操作。请刷新后查看最新状态。"
    en = "The task is in the state {state_en}, so this is not possible now. Reload to see its state."


class TooLateToWithdraw(JutongError):
    code = "filling.too_late_to_withdraw"
    kind = ErrorKind.CONFLICT
    zh = "截止日期 {due_on} 已过，不能撤回。请联系审核人退回。"
    en = "The deadline {due_on} is over, so it cannot be withdrawn. Ask the reviewer to return it."


class NothingFilledIn(JutongError):
    code = "filling.nothing_filled_in"
    zh = "还没有填写任何行。请填写后再提交。"
    en = "No row was filled in. Fill in rows, then submit."


class CellsWrong(JutongError):
    code = "filling.cells_wrong"
    zh = "有 {rows} 行共 {cells} 处需要更正，草稿已全部保存。请按提示更正后再提交。"
    en = "{rows} rows have {cells} cells to be corrected; the draft is kept whole. Correct them, then submit again."


class TooManyRows(JutongError):
    code = "filling.too_many_rows"
    zh = "一次最多填报 {limit} 行。请分成几个任务，或者改用文件或接口归集。"
    en = "At most {limit} rows are filled in at once. Use several tasks, or collect from files or an interface."


class SheetUnreadable(JutongError):
    code = "filling.sheet_unreadable"
    zh = "文件不是可以读取的 Excel 填报模板（.xlsx，不超过 5 MB，保留表头）。请下载模板填写后再上传。"
    en = "The file is no readable template (.xlsx, at most 5 MB, header kept). Download the template and fill it in."


class NoMarkedSheet(JutongError):
    code = "filling.no_marked_sheet"
    kind = ErrorKind.NOT_FOUND
    zh = "当前草稿不是用 Excel 上传的。请直接在页面上更正。"
    en = "The present draft was not uploaded as Excel. Correct it on the page."


class ReasonMissing(JutongError):
    code = "filling.reason_missing"
    zh = "退回必须写明理由。请写明要更正什么，再提交。"
    en = "A return needs its reason. Say what is to be corrected, then send it again."


class OwnSubmission(JutongError):
    code = "filling.own_submission"
    kind = ErrorKind.FORBIDDEN
    zh = "不能审核自己提交的填报。请由本部门另一位审核人办理。"
    en = "Nobody reviews what they submitted. Ask another reviewer of the department."
