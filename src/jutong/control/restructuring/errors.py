"""What can go wrong with a restructuring."""

from jutong.kernel.errors import ErrorKind, JutongError


class ReformNotFound(JutongError):
    code = "restructuring.reform_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到机构改革事项 {reform}。请在列表中重新查找。"
    en = "There is no restructuring {reform}. Look for it in the list again."


class ReformInvalid(JutongError):
    code = "restructuring.reform_invalid"
    zh = "机构改革事项填写有误：{reason_zh}。请修改后重新提交。"
    en = "The restructuring is not acceptable: {reason_en}. Change it and send it again."


class ReformConflict(JutongError):
    code = "restructuring.reform_conflict"
    kind = ErrorKind.CONFLICT
    zh = "机构改革事项 {reform} 当前为「{status_zh}」，不能执行「{action_zh}」，可能已被他人办理。请刷新页面查看。"
    en = "The restructuring {reform} is {status_en}: {action_en} is not possible, perhaps someone did it. Reload."
