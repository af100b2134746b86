"""Why a message did not arrive, each with what to do about it."""

from jutong.kernel.errors import ErrorKind, JutongError


class MessagingError(JutongError):
    """The family: a message was not delivered."""


class ReceiverUnreachable(MessagingError):
    code = "messaging.unreachable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "告警地址 {place} 连接不上（{reason}），平台会自动重试。请核对地址端口，并确认防火墙已放行。"
    en = "{place} cannot be reached ({reason}); it will be tried again. Check address and port, and the firewall."


class ReceiverNotAllowed(MessagingError):
    code = "messaging.address_not_allowed"
    kind = ErrorKind.FORBIDDEN
    zh = "告警不能发往 {place}：{reason_zh}。请换一个地址，或由管理员在 JUTONG_ALERTS_ALLOWED_NETWORKS 中放行该网段。"
    en = "Alerts may not go to {place}: {reason_en}. Choose another, or have JUTONG_ALERTS_ALLOWED_NETWORKS allow it."


class ReceiverBusy(MessagingError):
    code = "messaging.busy"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = (
        "告警接收方 {place} 暂时不能接收（状态 {status}），平台会自动重试。持续出现时请联系接收系统的管理员。"
    )
    en = "{place} cannot take messages now (status {status}); it will be tried again. Ask its operators if it stays so."


class ReceiverRefused(MessagingError):
    code = "messaging.refused"
    kind = ErrorKind.CONFLICT
    zh = "告警接收方 {place} 拒绝了消息（{status}）。请核对地址、密钥和机器人的安全设置后重新测试。"
    en = "{place} refused the message ({status}). Check address, key and the robot's security settings, then test again."


class MailLoginRefused(MessagingError):
    code = "messaging.mail_login_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "邮件服务器 {place} 拒绝了账号或口令。请核对（有的邮箱须用“授权码”代替口令）后重新测试。"
    en = "The mail server {place} refused user or password. Correct them (some want an app password), then test again."


class MailNotEncrypted(MessagingError):
    code = "messaging.mail_not_encrypted"
    zh = "邮件服务器 {place} 不能建立所要求的加密连接（{reason}）。请改用它支持的加密方式，或核对其证书。"
    en = "The mail server {place} gives no encrypted connection as asked ({reason}). Choose what it offers, or check it."


class RecipientsRefused(MessagingError):
    code = "messaging.recipients_refused"
    kind = ErrorKind.CONFLICT
    zh = "邮件服务器 {place} 拒绝了发件人或收件人（状态 {status}）。请核对邮箱地址后重新测试。"
    en = "The mail server {place} refused sender or recipients (status {status}). Check the addresses, then test again."


class OutletInvalid(MessagingError):
    code = "messaging.outlet_invalid"
    zh = "告警渠道填写有误：{reason_zh}。请修改后重新保存。"
    en = "The channel is not acceptable: {reason_en}. Change it and save again."
