"""What can go wrong when a source sends; no message carries a row's value."""

from jutong.dataflow.connectors.errors import ConnectorError
from jutong.kernel.errors import ErrorKind


class SpoolFull(ConnectorError):
    code = "pushes.spool_full"
    kind = ErrorKind.EXHAUSTED
    retryable = True
    zh = "该数据源已有 {held_mb} MB 数据等待归集（上限 {limit_mb} MB），或磁盘空间不足，没有接收。请稍后以同一编号重推。"
    en = (
        "{held_mb} MB of this source wait to be collected (limit {limit_mb} MB), or the disk is nearly full: "
        "nothing was taken in. Push again later under the same key."
    )


class SpoolUnwritable(ConnectorError):
    code = "pushes.spool_unwritable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "推送的数据无法写入磁盘（{reason}），本次没有接收。请运维人员检查磁盘，推送方稍候重试。"
    en = "What was pushed cannot be written to disk ({reason}); nothing was taken in. Check the disk and push again."


class SpoolDamaged(ConnectorError):
    code = "pushes.spool_damaged"
    kind = ErrorKind.INTERNAL
    zh = (
        "推送暂存文件 {name} 损坏或不完整（第 {number} 条起）。请运维人员从备份恢复该文件，或请来源重新推送。"
    )
    en = "The spool's file {name} is damaged or incomplete (from record {number}). Restore it, or have the source push again."


class NothingPushed(ConnectorError):
    code = "pushes.nothing_pushed"
    kind = ErrorKind.NOT_FOUND
    zh = "该数据源还没有收到推送的数据。请先从来源推送一次，再查看或归集。"
    en = "Nothing has been pushed to this source yet. Push once from the source, then look or collect again."


class PayloadInvalid(ConnectorError):
    code = "pushes.payload_invalid"
    zh = "推送的正文无法读取：{reason_zh}。请对照接口文档修改后重新推送。"
    en = "The body cannot be read: {reason_en}. See the documentation of the interface and push again."


class PayloadTooLarge(ConnectorError):
    code = "pushes.payload_too_large"
    zh = "一次推送至多 {limit_mb} MB、{limit_rows} 行。请分成几次推送。"
    en = "A push holds at most {limit_mb} MB and {limit_rows} rows. Send it in parts."


class NotAPushSource(ConnectorError):
    code = "pushes.not_a_push_source"
    zh = "数据源 {source} 不接收接口推送。请使用类型为“接口推送”的数据源。"
    en = "Source {source} takes no pushes over HTTP. Use a source of the kind push."


class PushKeyReused(ConnectorError):
    code = "pushes.key_reused"
    kind = ErrorKind.CONFLICT
    zh = "该推送编号已用于另一次内容不同的推送（回执 {number}），本次没有接收。请换一个编号重新推送。"
    en = "This key was used for another body (receipt {number}); nothing was taken in. Push again under another key."


class DriverMissing(ConnectorError):
    code = "pushes.driver_missing"
    kind = ErrorKind.UNAVAILABLE
    zh = "连接 {kind} 所需的 {package} 未安装。请由管理员执行 pip install 'jutong[{extra}]'。"
    en = "{package}, needed for {kind}, is not installed. Run pip install 'jutong[{extra}]'."


class BrokerUnreachable(ConnectorError):
    code = "pushes.broker_unreachable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "消息服务 {place} 无法连接（{reason}），平台会自动重连。请检查服务是否运行、地址端口和防火墙。"
    en = "The broker {place} cannot be reached ({reason}); the platform goes on trying. Check that it runs, and its port."


class BrokerRefused(ConnectorError):
    code = "pushes.broker_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "消息服务 {place} 拒绝了访问（{reason}）。请核对账号口令和该主题、队列的读取权限。"
    en = "The broker {place} refused access ({reason}). Check user, password and the right to read the topic or queue."


class TopicMissing(ConnectorError):
    code = "pushes.topic_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "消息服务 {place} 上没有“{name}”。请核对主题或队列的名称，或请来源先建立。"
    en = "The broker {place} has no {name}. Check the name of the topic or queue, or have it made first."
