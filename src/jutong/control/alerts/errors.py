"""What can go wrong with channels and rules."""

from jutong.kernel.errors import ErrorKind, JutongError


class ChannelNotFound(JutongError):
    code = "alerts.channel_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到告警渠道 {channel}。请在告警页面重新选择。"
    en = "There is no channel {channel}. Choose again on the page of alerts."


class ChannelExists(JutongError):
    code = "alerts.channel_exists"
    kind = ErrorKind.CONFLICT
    zh = "告警渠道编码 {channel} 已存在。请换一个编码。"
    en = "The channel {channel} exists already. Choose another code."


class ChannelInvalid(JutongError):
    code = "alerts.channel_invalid"
    zh = "告警渠道的{place_zh}不符合要求：{reason_zh}。请修改后重新保存。"
    en = "The channel's {place_en} is not acceptable: {reason_en}. Change it and save again."


class RuleNotFound(JutongError):
    code = "alerts.rule_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到这条告警规则。请在告警页面重新选择。"
    en = "There is no such rule. Choose again on the page of alerts."


class RuleInvalid(JutongError):
    code = "alerts.rule_invalid"
    zh = "告警规则有误：{reason_zh}。请修改后重新保存。"
    en = "The rule is not acceptable: {reason_en}. Change it and save again."
