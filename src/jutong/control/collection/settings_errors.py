"""What can be wrong with how an entry is to be collected."""

from jutong.kernel.errors import JutongError


class ModeNotOffered(JutongError):
    code = "collection.mode_not_offered"
    zh = "数据源不支持「{mode_zh}」。请从它支持的方式中选择：{offered_zh}。"
    en = "The source cannot be collected as “{mode_en}”. Choose one that it offers: {offered_en}."


class CursorUnknown(JutongError):
    code = "collection.cursor_unknown"
    zh = "增量列「{column}」不在数据源的列中。请选择每次新增或修改都会变大的列，例如更新时间或流水号。"
    en = (
        "The cursor “{column}” is no column of the source. Choose a column that grows with every change, "
        "such as the time of update or a serial number."
    )


class SettingInvalid(JutongError):
    code = "collection.setting_invalid"
    zh = "归集设置有误：{reason_zh}。请修改后重新保存。"
    en = "The settings are not acceptable: {reason_en}. Change them and save again."
