"""What a message is, and where it goes, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from jutong.vocabulary.terms import Term


class ChannelKind(Term):
    """告警渠道 by what is spoken to it."""

    WEBHOOK = "webhook", "1", "Webhook（带签名的 JSON）", "Webhook (signed JSON)"
    WECOM = "wecom", "2", "企业微信机器人", "WeCom robot"
    DINGTALK = "dingtalk", "3", "钉钉机器人", "DingTalk robot"
    EMAIL = "email", "4", "电子邮件", "E-mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalTerms:
    """How mail is handed over: `security` is `tls` (from the first byte), `starttls` or `none`."""

    security: str = "starttls"
    user: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A channel with its opened secret: never store or show it.

    `address` is an http(s) address, or `host:port` of a mail server. `digest` is `sha256` or `sm3`.
    """

    kind: ChannelKind
    address: str
    secret: str = field(default="", repr=False)
    digest: str = "sha256"
    post: PostalTerms = field(default_factory=PostalTerms)

    @classmethod
    def of(cls, kind: str, address: str, options: Mapping[str, Any], secret: str) -> Self:
        """From a channel as it is kept."""
        return cls(
            kind=ChannelKind(kind),
            address=address,
            secret=secret,
            digest=str(options.get("digest", "sha256")),
            post=PostalTerms(
                security=str(options.get("security", "starttls")),
                user=str(options.get("user", "")),
                sender=str(options.get("sender", "")),
                recipients=tuple(options.get("recipients", ())),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said. `payload` is for programs and goes to webhooks; no part of it holds a row's value."""

    id: str
    subject: str
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)
