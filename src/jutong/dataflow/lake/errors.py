"""What can go wrong with the lake; each message says what to do next."""

from jutong.kernel.errors import ErrorKind, JutongError


class NameInvalid(JutongError):
    code = "lake.name_invalid"
    zh = "表名“{name}”不能使用：只允许小写字母、数字和下划线，以字母开头，最长 63 个字符。请修改后重试。"
    en = (
        "The table name {name!r} cannot be used: lower-case letters, digits and underscores, "
        "starting with a letter, at most 63. Change it and try again."
    )


class TableUnknown(JutongError):
    code = "lake.table_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "湖中还没有表 {table}。请先完成一次归集。"
    en = "The lake has no table {table} yet. Run its collection first."


class VersionUnknown(JutongError):
    code = "lake.version_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "表 {table} 没有第 {version} 版，或该版已过保存期。请从版本列表中选择。"
    en = "Table {table} has no version {version}, or it is past its keeping time. Choose one from its versions."


class ColumnUnknown(JutongError):
    code = "lake.column_unknown"
    zh = "表 {table} 没有列 {columns}。请按表的列名重试。"
    en = "Table {table} has no column {columns}. Try again with the columns it has."


class ColumnsDiffer(JutongError):
    code = "lake.columns_differ"
    kind = ErrorKind.CONFLICT
    zh = "追加的数据与表 {table} 的列类型不一致。请改为整表替换，或先核对目录条目的数据类型。"
    en = (
        "The rows to append do not fit the column types of {table}. "
        "Replace the table as a whole, or check the entry's data types first."
    )


class KeysInvalid(JutongError):
    code = "lake.keys_invalid"
    kind = ErrorKind.INTERNAL
    zh = "要合并的行中有 {empty} 行主键为空、{again} 行主键重复，没有写入任何数据。请核对目录条目的主键后重试。"
    en = (
        "Among the rows to merge {empty} have no key and {again} repeat one; nothing was written. "
        "Check the key of the entry and try again."
    )


class LakeLocked(JutongError):
    code = "lake.locked"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "数据湖正被另一个任务写入，等待 {seconds} 秒后仍未空闲。请稍后重试。"
    en = "Another job is writing to the lake; it was not free after {seconds} seconds. Try again later."


class RunLanded(JutongError):
    code = "lake.run_landed"
    kind = ErrorKind.CONFLICT
    zh = "任务 {run} 已写入为第 {version} 版，没有重复写入。请在归集任务中查看其结果。"
    en = "Run {run} was already written as version {version} and was not written twice. See its result among the runs."


class RowsLost(JutongError):
    code = "lake.rows_lost"
    kind = ErrorKind.INTERNAL
    zh = "写入表 {table} 的行数（{written}）与应写行数（{expected}）不符，已全部撤销。请把错误代码交给平台运维人员。"
    en = (
        "Table {table} received {written} rows where {expected} were due; the write was undone as a whole. "
        "Report the code to the operators."
    )


class LakeUnreachable(JutongError):
    code = "lake.unreachable"
    kind = ErrorKind.UNAVAILABLE
    zh = "打不开数据湖目录（{reason}）。请检查数据目录是否存在、可写、磁盘是否已满。"
    en = "The lake's folder cannot be opened ({reason}). Check that it exists, is writable, and has space left."


class PositionMoved(JutongError):
    code = "lake.position_moved"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "另一个任务刚刚写入了 {table} 的后续变更，本次没有写入。请稍候，平台会从新的位置继续。"
    en = "Another job has just written later changes of {table}; nothing was written. The platform goes on from there."


class OutOfSpace(JutongError):
    code = "lake.out_of_space"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "内存或磁盘空间不足，本次写入已全部撤销。请清理磁盘，或调大 JUTONG_LAKE_MEMORY 后重试。"
    en = (
        "Memory or disk ran out; the write was undone as a whole. "
        "Free some disk, or raise JUTONG_LAKE_MEMORY, and try again."
    )


class StatementFailed(JutongError):
    """The engine's own message stays out: it may quote a value of a row."""

    code = "lake.statement_failed"
    kind = ErrorKind.INTERNAL
    zh = "数据引擎未能执行这一步（{reason}），没有写入任何数据。请把错误代码交给平台运维人员。"
    en = "The engine could not run this step ({reason}); nothing was written. Report the code to the operators."


class EngineMissing(JutongError):
    code = "lake.engine_missing"
    kind = ErrorKind.INTERNAL
    zh = "缺少 DuckDB {version} 的扩展 {extension}。请重新安装平台：pip install {package}=={version}。"
    en = (
        "The extension {extension} for DuckDB {version} is missing. "
        "Install the platform again: pip install {package}=={version}."
    )
