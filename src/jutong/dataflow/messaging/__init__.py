"""Messages that leave the platform: signed webhooks, the robots of 企业微信 and 钉钉, e-mail."""

from jutong.dataflow.messaging.channels import ChannelKind, Message, Outlet, PostalTerms
from jutong.dataflow.messaging.sending import send
from jutong.dataflow.messaging.settings import MessagingSettings

__all__ = ["ChannelKind", "Message", "MessagingSettings", "Outlet", "PostalTerms", "send"]
