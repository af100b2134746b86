"""Why a PostgreSQL table's changes cannot be followed; each message has the statement that an administrator runs."""

from jutong.dataflow.connectors.errors import ConnectorError
from jutong.kernel.errors import ErrorKind


class ChangeLogOff(ConnectorError):
    code = "connectors.change_log_off"
    kind = ErrorKind.CONFLICT
    zh = "来源服务器 {place} 没有开启变更日志。请由管理员执行 {statement}，重启数据库后再试。"
    en = "The server {place} does not keep a change log. Let an administrator run {statement}, restart it and try again."


class ChangeLogRefused(ConnectorError):
    code = "connectors.change_log_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "来源账号没有读取变更日志所需的权限。请由来源管理员执行 {statement}，然后重试。"
    en = "The account lacks a right that following changes needs. Let the source's administrator run {statement}, then retry."


class RowsUnidentified(ConnectorError):
    code = "connectors.rows_unidentified"
    kind = ErrorKind.CONFLICT
    zh = "来源表 {table} 没有主键，变更日志无法指明是哪一行。请由来源管理员建立主键，或执行 {statement}，然后重试。"
    en = "The table {table} has no primary key, so its log cannot tell rows apart. Add one, or run {statement}, then retry."


class ChangesLost(ConnectorError):
    code = "connectors.changes_lost"
    kind = ErrorKind.CONFLICT
    zh = "来源 {place} 已不再保留上次读到的位置之后的变更。请在归集设置中重新开始（先做一次全量），并请管理员延长日志保留。"
    en = (
        "The source {place} no longer keeps the changes since the last position. Start again with a full collection, "
        "and let its administrator keep the log for longer."
    )


class SlotBusy(ConnectorError):
    code = "connectors.slot_busy"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "变更日志的读取位置 {slot} 正被另一个连接占用。请稍候重试，平台会自动继续。"
    en = "The reading position {slot} is in use by another connection. Wait a moment: the platform goes on by itself."
