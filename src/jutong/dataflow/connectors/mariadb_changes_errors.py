"""Why the changes of a MariaDB table cannot be followed; each message says what an administrator runs."""

from jutong.dataflow.connectors.changes_errors import ChangesLost
from jutong.dataflow.connectors.errors import ConnectorError
from jutong.kernel.errors import ErrorKind


class BinlogOff(ConnectorError):
    code = "connectors.binlog_off"
    kind = ErrorKind.CONFLICT
    zh = (
        "来源数据库 {place} 没有开启变更日志（binlog）。请管理员在配置文件的 [mariadb] 一节加上 "
        "log_bin、server_id=1、binlog_format=ROW、binlog_row_image=FULL、binlog_row_metadata=FULL，"
        "重启数据库后再试。"
    )
    en = (
        "The server {place} keeps no change log (binlog). Let its administrator set log_bin, server_id=1, "
        "binlog_format=ROW, binlog_row_image=FULL and binlog_row_metadata=FULL under [mariadb], restart it and retry."
    )


class BinlogSetting(ConnectorError):
    code = "connectors.binlog_setting"
    kind = ErrorKind.CONFLICT
    zh = (
        "来源数据库 {place} 的变更日志设置 {setting} 现为 {found}，应为 {wanted}。"
        "请管理员执行 {statement} 并写入配置文件，让应用重新连接后再试。"
    )
    en = (
        "The change log of {place} has {setting} = {found}; it must be {wanted}. Let its administrator run {statement}, "
        "keep it in the configuration, have applications reconnect, and retry."
    )


class BinlogRefused(ConnectorError):
    code = "connectors.binlog_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "账号没有读取 {place} 变更日志的权限。请来源管理员执行 {statement}，然后重试。"
    en = "The account may not read the change log of {place}. Let its administrator run {statement}, then retry."


class TableKeyless(ConnectorError):
    code = "connectors.table_keyless"
    kind = ErrorKind.CONFLICT
    zh = "来源表“{table}”没有主键，变更日志无法指明是哪一行。请来源管理员执行 {statement}，然后重试。"
    en = "The table {table} has no primary key, so its log cannot tell rows apart. Let {statement} be run, then retry."


class BinlogOfMysql(ConnectorError):
    code = "connectors.binlog_of_mysql"
    kind = ErrorKind.CONFLICT
    zh = "{place} 是 MySQL，变更日志归集目前只支持 MariaDB 10.5 及以上。请改用增量或全量归集。"
    en = "{place} is MySQL; change logs are followed from MariaDB 10.5 on. Collect it by a cursor or in full."


class ColumnUnlogged(ConnectorError):
    code = "connectors.column_unlogged"
    kind = ErrorKind.CONFLICT
    zh = "来源表“{table}”的列“{column}”（{type}）在变更日志中无法读取。请改用增量或全量归集。"
    en = "Column {column} ({type}) of table {table} cannot be read from the log. Collect by a cursor or in full."


class BinlogPurged(ChangesLost):
    code = "connectors.binlog_purged"
    zh = (
        "来源数据库 {place} 的变更日志已不含上次读到的位置。请重新全量归集一次，"
        "并请管理员延长日志保留（binlog_expire_logs_seconds）。"
    )
    en = (
        "The change log of {place} no longer has the position read last. Collect in full again, and let its "
        "administrator keep the log for longer (binlog_expire_logs_seconds)."
    )


class RowsChangedUnlogged(ChangesLost):
    code = "connectors.rows_changed_unlogged"
    zh = "来源表“{table}”被“{operation}”操作改变，变更日志没有逐行记录。请重新全量归集一次，之后会继续跟随变更。"
    en = (
        "The table {table} was changed by {operation}, which the log does not tell row by row. Collect in full again; "
        "following goes on from there."
    )
