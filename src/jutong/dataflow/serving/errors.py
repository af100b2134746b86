"""How making and reading snapshots and releases can fail."""

from jutong.kernel.errors import ErrorKind, JutongError


class KeySetUnknown(JutongError):
    code = "serving.key_set_unknown"
    zh = "「{service}」不能按 {keys} 查询。请使用已登记的查询条件。"
    en = "{service} cannot be looked up by {keys}. Use one of its declared key sets."


class ItemUnknown(JutongError):
    code = "serving.item_unknown"
    zh = "「{service}」没有信息项 {item}。请核对目录条目的信息项。"
    en = "{service} has no item {item}. Check the items of the catalogue entry."


class SnapshotUnusable(JutongError):
    code = "serving.snapshot_unusable"
    kind = ErrorKind.UNAVAILABLE
    zh = "「{service}」的查询快照无法打开。请重新归集该条目，或检查数据目录的 serving 文件夹。"
    en = "The look-up snapshot of {service} cannot be opened. Collect the entry again, or check the serving folder."
