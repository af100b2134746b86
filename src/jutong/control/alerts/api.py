"""Use cases of alerts: the only door for other apps, pages and processes."""

from jutong.control.alerts.channels import (
    add_channel,
    add_rule,
    channels,
    opened_channel,
    record_test,
    remove_channel,
    remove_rule,
    rules,
)
from jutong.control.alerts.telling import (
    channel_of,
    deliveries,
    due_deliveries,
    forget_old_deliveries,
    observe,
    record_delivery,
)
from jutong.control.alerts.terms import DeliveryStatus
from jutong.control.alerts.values import (
    ChannelDraft,
    ChannelView,
    DeliveryView,
    OpenedChannel,
    RuleDraft,
    RuleView,
)

__all__ = [
    "ChannelDraft",
    "ChannelView",
    "DeliveryStatus",
    "DeliveryView",
    "OpenedChannel",
    "RuleDraft",
    "RuleView",
    "add_channel",
    "add_rule",
    "channel_of",
    "channels",
    "deliveries",
    "due_deliveries",
    "forget_old_deliveries",
    "observe",
    "opened_channel",
    "record_delivery",
    "record_test",
    "remove_channel",
    "remove_rule",
    "rules",
]
