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


class LiveUnavailable(JutongError):
    code = "serving.live_unavailable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "「{service}」的数据留在来源单位，来源暂时没有应答。请稍后重试；仍然不通时，请联系提供部门检查来源系统。"
    en = "The rows of {service} stay at their source, which does not answer now. Try again later, or ask the provider."


class LiveTooMany(JutongError):
    code = "serving.live_too_many"
    zh = "此条件在来源处查到超过 {limit} 行，而留在来源的数据不能翻页。请加大 limit，或使用更具体的查询条件。"
    en = "More than {limit} rows fit at the source, and rows that stay there have no pages. Raise limit or narrow the key."
