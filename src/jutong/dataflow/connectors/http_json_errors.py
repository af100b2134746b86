"""What can go wrong with a JSON interface. `place` is its host and port; no message holds what it answered."""

from jutong.dataflow.connectors.errors import ConnectorError, SourceUnreachable
from jutong.dataflow.connectors.server_errors import SignInRefused
from jutong.kernel.errors import ErrorKind


class HttpAddressNotAllowed(ConnectorError):
    code = "connectors.http_address_not_allowed"
    kind = ErrorKind.FORBIDDEN
    zh = "接口地址 {address} 不允许访问：{reason_zh}。请核对地址；确需访问的，由管理员把网段加入 JUTONG_READ_HTTP_NETWORKS。"
    en = "The address {address} may not be read: {reason_en}. Check it, or have JUTONG_READ_HTTP_NETWORKS extended."


class HttpUnreachable(SourceUnreachable):
    code = "connectors.http_unreachable"
    zh = "接口 {place} 没有应答（{reason}）。平台稍后会自动重试；请联系该系统的管理员确认接口已启动、允许从本机访问。"
    en = "The interface at {place} does not answer ({reason}). It will be tried again; ask its administrator whether it runs."


class HttpCutOff(SourceUnreachable):
    code = "connectors.http_cut_off"
    zh = "接口 {place} 的返回没有传完就断了。平台稍后会自动重试；一直如此的，请把每页条数调小，或联系该系统的管理员。"
    en = "An answer of {place} broke off. It will be tried again; if that goes on, ask for smaller pages."


class HttpBusy(ConnectorError):
    code = "connectors.http_busy"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "接口 {place} 一直答复请求过多（{status}）。平台稍后会自动重试；请把“每分钟请求数”调小，或请对方放宽限制。"
    en = "The interface at {place} is asked too often ({status}). Lower per_minute, or have its limit raised."


class HttpFailing(ConnectorError):
    code = "connectors.http_failing"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "接口 {place} 多次返回服务器错误（{status}）。平台稍后会自动重试；请联系该系统的管理员查明原因。"
    en = "The interface at {place} failed several times ({status}). It will be tried again; ask its administrator why."


class HttpRefused(SignInRefused):
    code = "connectors.http_refused"
    zh = "接口 {place} 不接受我们的身份（{status}）。请核对签名方式、凭据和本机时间，并确认已申请该接口的权限。"
    en = "The interface at {place} does not accept who we are ({status}). Check signing, secret, clock and the right to it."


class HttpStatus(ConnectorError):
    code = "connectors.http_status"
    kind = ErrorKind.CONFLICT
    zh = "接口 {place} 返回状态 {status}。请核对接口地址、请求方法和参数。"
    en = "The interface at {place} answered with status {status}. Check its address, method and parameters."


class HttpCode(ConnectorError):
    code = "connectors.http_code"
    kind = ErrorKind.CONFLICT
    zh = (
        "接口 {place} 在返回内容中报错，状态码为 {status}。请按对方的接口说明查明含义，核对参数和权限后重试。"
    )
    en = "The interface at {place} reports the error {status} within its answer. Look it up in its manual, then try again."


class HttpElsewhere(ConnectorError):
    code = "connectors.http_elsewhere"
    kind = ErrorKind.FORBIDDEN
    zh = "接口 {place} 要求转到另一个地址 {other}，已拒绝：凭据不能交给别的主机。请确认后把数据源的地址改为新地址。"
    en = "The interface at {place} sends us on to {other}; no secret goes there. If it is right, set that as the address."


class HttpNotJson(ConnectorError):
    code = "connectors.http_not_json"
    zh = (
        "接口 {place} 返回的不是 JSON（可能是登录页或错误页）。请核对地址和参数，用浏览器或接口工具试调一次。"
    )
    en = "What {place} answers is no JSON, perhaps a page for signing in. Check address and parameters by a call of your own."


class HttpPageTooLarge(ConnectorError):
    code = "connectors.http_page_too_large"
    kind = ErrorKind.EXHAUSTED
    zh = "接口 {place} 的一页解压后超过 {limit_mb} MB。请把每页条数调小，或由管理员调大 JUTONG_READ_HTTP_PAGE_MB。"
    en = "A page of {place} is above {limit_mb} MB unpacked. Ask for smaller pages, or have JUTONG_READ_HTTP_PAGE_MB raised."


class HttpTooLong(ConnectorError):
    code = "connectors.http_too_long"
    kind = ErrorKind.EXHAUSTED
    zh = (
        "接口 {place} 读了 {pages} 页还没有读完，已停止。请核对翻页设置；数据确实很多的，请把每页条数调大，"
        "或由管理员调大 JUTONG_READ_HTTP_PAGES、JUTONG_READ_HTTP_MINUTES。"
    )
    en = (
        "After {pages} pages {place} was not at its end. Check the paging, ask for larger pages, "
        "or have JUTONG_READ_HTTP_PAGES or JUTONG_READ_HTTP_MINUTES raised."
    )


class HttpPagesRepeat(ConnectorError):
    code = "connectors.http_pages_repeat"
    kind = ErrorKind.CONFLICT
    zh = "接口 {place} 的第 {page} 页与前面的页有相同的记录。请核对翻页方式、参数名和起始值，并请对方按固定顺序返回。"
    en = "Page {page} of {place} repeats earlier records. Check style, parameters and first value; ask for a fixed order."


class HttpTotalDiffers(ConnectorError):
    code = "connectors.http_total_differs"
    kind = ErrorKind.CONFLICT
    zh = "接口 {place} 声明共 {total} 条，实际读到 {rows} 条，本次不入库。请核对翻页设置，并联系该系统的管理员查明差异。"
    en = "The interface at {place} announced {total} records and gave {rows}: nothing lands. Check the paging, ask why."


class HttpChangedWhileReading(ConnectorError):
    code = "connectors.http_changed_while_reading"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "读取期间接口 {place} 的总条数从 {total} 变为 {now}，可能漏读，不入库。平台会重试；请把归集安排在对方少更新时。"
    en = "While {place} was read its total went from {total} to {now}: rows may be missed. Collect when it changes less."


class HttpColumnNew(ConnectorError):
    code = "connectors.http_column_new"
    kind = ErrorKind.CONFLICT
    zh = "接口 {place} 的第 {row} 条记录有首页没有的字段“{column}”。请把它写进数据源的“补充字段”，多个用逗号分开。"
    en = "Record {row} of {place} has the field {column}, which its first page had not. Name it in the option columns."
