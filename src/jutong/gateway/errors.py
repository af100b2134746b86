"""Every reason for which the gateway refuses a call."""

from typing import ClassVar

from jutong.kernel.errors import HTTP_STATUS, ErrorKind, JutongError


class GatewayError(JutongError):
    """A refusal; `status` where HTTP has a more exact one than the kind's."""

    status: ClassVar[int | None] = None


def http_status(error: JutongError) -> int:
    own = error.status if isinstance(error, GatewayError) else None
    return own or HTTP_STATUS[error.kind]


class PathUnknown(GatewayError):
    code = "gateway.path_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有这个地址。查询请用 /gateway/api/1/服务名，核验请用 /gateway/api/1/服务名/verification。"
    en = "There is no such address. Look up at /gateway/api/1/SERVICE, verify at /gateway/api/1/SERVICE/verification."


class MethodNotAllowed(GatewayError):
    code = "gateway.method_not_allowed"
    status = 405
    zh = "此地址不支持该请求方法。请改用 {allowed}。"
    en = "This address does not take that method. Use {allowed}."


class BodyTooLarge(GatewayError):
    code = "gateway.body_too_large"
    status = 413
    zh = "请求体超过 {maximum} 字节。请缩短请求体，批量核对请申请批量任务。"
    en = "The body is longer than {maximum} bytes. Shorten it; ask for a batch task to compare many records."


class BodyInvalid(GatewayError):
    code = "gateway.body_invalid"
    zh = "请求体无法读取：{reason_zh}。请按接口文档提交 UTF-8 编码的 JSON 对象。"
    en = "The body cannot be read: {reason_en}. Send a JSON object in UTF-8 as the interface describes."


class SignatureMissing(GatewayError):
    code = "gateway.signature_missing"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "缺少请求头 {header}。请带上 X-Client-Id、X-Timestamp、X-Nonce 和 X-Signature。"
    en = "The header {header} is missing. Send X-Client-Id, X-Timestamp, X-Nonce and X-Signature."


class SignatureAlgorithmUnknown(GatewayError):
    code = "gateway.signature_algorithm_unknown"
    zh = "不支持的签名算法。请在 X-Signature-Algorithm 中使用 HMAC-SHA256 或 HMAC-SM3。"
    en = "The signature algorithm is not known. Use HMAC-SHA256 or HMAC-SM3 in X-Signature-Algorithm."


class ClientUnknown(GatewayError):
    code = "gateway.client_unknown"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "调用方标识不存在或已停用。请核对 X-Client-Id，或联系数据主管部门启用。"
    en = "The client is not known or is switched off. Check X-Client-Id, or ask the data authority to enable it."


class SignatureWrong(GatewayError):
    code = "gateway.signature_wrong"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "签名不正确。签名应为 Base64(HMAC(ClientId+Timestamp+Nonce, 密钥))，请核对密钥和拼接次序。"
    en = "The signature is wrong. It is Base64(HMAC(ClientId+Timestamp+Nonce, secret)): check secret and order."


class TimestampOutside(GatewayError):
    code = "gateway.timestamp_outside"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "时间戳与平台时间相差超过 {minutes} 分钟，或不是毫秒数。请校准时钟后重新签名。"
    en = "The timestamp is more than {minutes} minutes off, or is not in milliseconds. Set the clock and sign again."


class NonceInvalid(GatewayError):
    code = "gateway.nonce_invalid"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "随机串 X-Nonce 应为 8 到 64 个可见 ASCII 字符。请改用每次不同的随机串，如 UUID。"
    en = "X-Nonce must be 8 to 64 visible ASCII characters. Use a random text that is new each time, such as a UUID."


class NonceReplayed(GatewayError):
    code = "gateway.nonce_replayed"
    kind = ErrorKind.UNAUTHENTICATED
    zh = "随机串 X-Nonce 已经用过。请为每次调用生成新的随机串并重新签名。"
    en = "This X-Nonce has been used. Make a new one for each call and sign again."


class CountersFull(GatewayError):
    code = "gateway.counters_full"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "防重放或配额计数表已满，暂不受理。请稍后重试；管理员请调大 JUTONG_GATEWAY_NONCE_MB。"
    en = "The table of nonces or quotas is full. Try again later; administrators: raise JUTONG_GATEWAY_NONCE_MB."


class PolicyMissing(GatewayError):
    code = "gateway.policy_missing"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "授权策略尚未发布到网关。请稍后重试；管理员请确认已有条目发布和授权。"
    en = "No policy has been published to the gateway yet. Try again later."


class ServiceUnknown(GatewayError):
    code = "gateway.service_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有名为“{service}”的服务。请在目录中核对服务名。"
    en = "There is no service named {service}. Look its name up in the catalogue."


class NotGranted(GatewayError):
    code = "gateway.not_granted"
    kind = ErrorKind.FORBIDDEN
    zh = "您尚无「{title}」的有效授权。请先在目录中申请，或联系提供部门{provider}。"
    en = "You have no live grant for {title}. Apply for it in the catalogue, or ask its provider {provider}."


class GrantAmbiguous(GatewayError):
    code = "gateway.grant_ambiguous"
    kind = ErrorKind.CONFLICT
    zh = "您有多个可用的授权：{grants}。请用请求头 X-Grant-Id 写明这次调用依据哪一个。"
    en = "You hold several grants that allow this: {grants}. Name the one you call under in the header X-Grant-Id."


class OperationNotGranted(GatewayError):
    code = "gateway.operation_not_granted"
    kind = ErrorKind.FORBIDDEN
    zh = "授权 {grant} 不含此种调用（查询或核验）。请改用已授权的方式，或申请变更。"
    en = "Grant {grant} does not allow this kind of call (look-up or verification). Use the other, or apply for it."


class GrantExpired(GatewayError):
    code = "gateway.grant_expired"
    kind = ErrorKind.FORBIDDEN
    zh = "授权 {grant} 已于 {until} 到期。请申请续期。"
    en = "Grant {grant} ended on {until}. Apply for its renewal."


class GrantSuspended(GatewayError):
    code = "gateway.grant_suspended"
    kind = ErrorKind.FORBIDDEN
    zh = "授权 {grant} 已被暂停。请联系提供部门{provider}。"
    en = "Grant {grant} is suspended. Ask its provider {provider}."


class ItemNotGranted(GatewayError):
    code = "gateway.item_not_granted"
    kind = ErrorKind.FORBIDDEN
    zh = "授权 {grant} 不含信息项 {item}。请去掉该项，或申请增加。"
    en = "Grant {grant} does not cover the item {item}. Leave it out, or apply for it."


class ItemGone(GatewayError):
    code = "gateway.item_gone"
    kind = ErrorKind.CONFLICT
    zh = "授权 {grant} 中的信息项 {item} 已不在该目录现行的数据中。请在 fields 中去掉该项，或联系提供部门{provider}变更授权。"
    en = (
        "The data no longer has the item {item} of grant {grant}. Leave it out of fields, or ask the provider "
        "{provider} to change the grant."
    )


class KeyMissing(GatewayError):
    code = "gateway.key_missing"
    zh = "缺少查询条件。请提供以下一组条件：{key_sets}。"
    en = "The look-up key is missing. Give one of these sets: {key_sets}."


class ParameterUnknown(GatewayError):
    code = "gateway.parameter_unknown"
    zh = "不认识的参数“{parameter}”。请只使用：{known}。"
    en = "The parameter {parameter} is not known. Use only: {known}."


class ParameterInvalid(GatewayError):
    code = "gateway.parameter_invalid"
    zh = "参数 {parameter} 的值无法使用：{reason_zh}。请改正后重试。"
    en = "The value of {parameter} cannot be used: {reason_en}. Correct it and try again."


class QuotaExceeded(GatewayError):
    code = "gateway.quota_exceeded"
    kind = ErrorKind.EXHAUSTED
    zh = "授权 {grant} 今日的 {quota} 次调用已用完。请明日再调用，或申请提高配额。"
    en = "The {quota} calls of grant {grant} for today are used up. Call again tomorrow, or apply for more."


class RateExceeded(GatewayError):
    code = "gateway.rate_exceeded"
    kind = ErrorKind.EXHAUSTED
    retryable = True
    zh = "调用过快：授权 {grant} 每秒最多 {rate} 次。请放慢后重试。"
    en = "Too fast: grant {grant} allows {rate} calls a second. Slow down and try again."


class SnapshotMissing(GatewayError):
    code = "gateway.snapshot_missing"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "「{title}」尚无可查询的数据。请稍后重试，或联系提供部门{provider}完成归集。"
    en = "{title} has no data to look up yet. Try again later, or ask its provider {provider} to deliver it."


class GatewayFault(GatewayError):
    code = "gateway.fault"
    kind = ErrorKind.INTERNAL
    retryable = True
    zh = "网关内部出错，未返回数据。请稍后重试；仍然出错时，请把请求编号告诉管理员。"
    en = "The gateway failed and gave no data. Try again later; if it persists, give the request id to an administrator."
