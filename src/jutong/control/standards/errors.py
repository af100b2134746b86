"""What can go wrong with standards."""

from jutong.kernel.errors import ErrorKind, JutongError


class ElementNotFound(JutongError):
    code = "standards.element_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到数据元 {element}。请在数据元列表中重新选择。"
    en = "There is no data element {element}. Choose again from the list of data elements."


class CodeListNotFound(JutongError):
    code = "standards.code_list_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到代码集 {name}，或它在所问日期没有现行版本。请在代码集列表中重新选择。"
    en = (
        "There is no code list {name}, or none of its versions was in force then. Choose again from the list."
    )


class StandardInvalid(JutongError):
    code = "standards.invalid"
    zh = "{place}不符合要求：{reason_zh}。请修改后重新保存。"
    en = "{place} is not acceptable: {reason_en}. Change it and save again."


class StandardExists(JutongError):
    code = "standards.exists"
    kind = ErrorKind.CONFLICT
    zh = "{name} 已存在。请打开它，在原有版本之后起草新版本。"
    en = "{name} exists already. Open it and draft a new version after the present one."


class StandardConflict(JutongError):
    code = "standards.conflict"
    kind = ErrorKind.CONFLICT
    zh = "{name} 刚被他人改过，或当前状态不允许此操作，您的修改没有保存。请刷新后查看最新版本再试。"
    en = (
        "{name} was changed by someone else just now, or its state does not allow this; nothing was saved. "
        "Reload, look at the newest version, and try again."
    )


class ImportInvalid(JutongError):
    """The rows that are wrong stand in `faults`; nothing of the file was taken over."""

    code = "standards.import_invalid"
    zh = "文件有 {count} 处问题，没有导入任何内容。请按下列逐行说明修改后重新上传。"
    en = "The file has {count} faults; nothing of it was imported. Correct the rows named below and upload it again."
