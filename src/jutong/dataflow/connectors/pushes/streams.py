"""The port of message brokers: messages come, are put on disk, and only then the broker is told that it may forget them."""

import hashlib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, Self

from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.dataflow.connectors.options import flag_option, text_option
from jutong.dataflow.connectors.protocol import OptionSpec
from jutong.dataflow.connectors.pushes.messages import Message
from jutong.dataflow.connectors.pushes.payloads import FORMATS, PayloadForm
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool

MESSAGES_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as the broker gave it.

    `id` or (`stream`, `offset`) say which one it is; `again` marks what the broker may have given before.
    """

    content: bytes
    id: str = ""
    stream: str = ""
    offset: int = -1
    again: bool = False


class Stream(Protocol):
    """A connection to a broker, used by one thread."""

    place: str
    """Address and topic, for people; no secret."""

    def receive(self, wait_s: float) -> Sequence[Incoming]:
        """Messages that came within `wait_s` seconds, none or at most about 500.

        Raises:
            BrokerUnreachable, BrokerRefused, TopicMissing: the connection is to be made anew.
        """
        ...

    def acknowledge(self) -> None:
        """All that was received is safe."""
        ...

    def behind(self) -> int | None:
        """How many messages wait at the broker; None where it does not say."""
        ...

    def close(self) -> None: ...


FORMAT: Final = OptionSpec(
    name="format",
    zh="消息格式",
    en="Format",
    default="auto",
    choices=FORMATS,
    hint_zh="auto 按每条消息的内容判断；一条消息可以是一条记录，也可以是多条。",
    hint_en="auto looks at each message; a message holds one record or several.",
)
RECORDS: Final = OptionSpec(
    name="records",
    zh="记录所在路径",
    en="Path of the records",
    hint_zh="记录在 JSON 消息里层时填写，以点分隔，如 data.items。",
    hint_en="Where the records stand inside a JSON message, dotted, such as data.items.",
)
COLUMNS: Final = OptionSpec(
    name="columns",
    zh="CSV 列名",
    en="CSV columns",
    hint_zh="CSV 消息没有表头时填写，以逗号分隔。",
    hint_en="Names for CSV messages without a header, separated by commas.",
)
ID_FIELD: Final = OptionSpec(
    name="id_field",
    zh="消息编号字段",
    en="Field of the message's id",
    hint_zh="消息内能唯一标识一条消息的字段；重复送达的按它识别。",
    hint_en="A field that tells one message from every other; repeated ones are known by it.",
)
TLS: Final = OptionSpec(name="tls", zh="使用 TLS", en="Use TLS", default="no", choices=("no", "yes"))
CA: Final = OptionSpec(
    name="ca_certificate",
    zh="CA 证书",
    en="CA certificate",
    hint_zh="PEM 文本；不填则使用系统信任的证书。",
    hint_en="PEM text; empty trusts what the system trusts.",
)
PAYLOAD_OPTIONS: Final = (FORMAT, RECORDS, COLUMNS)


def form_of(options: Mapping[str, Any], settings: SpoolSettings | None = None) -> PayloadForm:
    """How the source writes its messages; raises `OptionInvalid`."""
    chosen = text_option(options, "format", "auto") or "auto"
    if chosen not in FORMATS:
        listed = "、".join(FORMATS)
        raise OptionInvalid(
            option="format", reason_zh=f"应为 {listed}", reason_en=f"one of {', '.join(FORMATS)}"
        )
    columns = tuple(part.strip() for part in text_option(options, "columns").split(",") if part.strip())
    return PayloadForm(
        format=chosen,
        records=text_option(options, "records"),
        columns=columns,
        settings=settings or SpoolSettings(),
    )


def tls_of(options: Mapping[str, Any]) -> ssl.SSLContext | None:
    """The TLS context, verifying as always; None where TLS was not asked for."""
    if not flag_option(options, "tls"):
        return None
    authority = text_option(options, "ca_certificate")
    try:
        return ssl.create_default_context(cadata=authority or None)
    except ssl.SSLError as error:
        raise OptionInvalid(
            option="ca_certificate", reason_zh="不是 PEM 证书", reason_en="it is no PEM certificate"
        ) from error


class Intake:
    """From a stream's messages to the spool's: parsed, recognised, bad ones set aside."""

    def __init__(self, spool: Spool, form: PayloadForm, *, id_field: str = "") -> None:
        self._spool, self._form, self._id_field = spool, form, id_field

    @classmethod
    def of(cls, spool: Spool, options: Mapping[str, Any], settings: SpoolSettings | None = None) -> Self:
        return cls(spool, form_of(options, settings), id_field=text_option(options, "id_field"))

    def take(self, incoming: Sequence[Incoming], *, at: datetime) -> int:
        """Put the messages on disk; how many were new. Never fails for what a message holds.

        Raises:
            SpoolFull, SpoolUnwritable: nothing was taken in, the broker keeps them.
        """
        kept = self._spool.append([self.message(one) for one in incoming], at=at)
        return sum(not one.duplicate for one in kept)

    def message(self, incoming: Incoming) -> Message:
        """What goes to the spool."""
        payload = self._form.set_aside(incoming.content)
        known, first = self._id_of(incoming, payload.rows)
        return Message(
            id=known,
            first=first,
            stream=incoming.stream,
            offset=incoming.offset,
            rows=payload.rows,
            refused=payload.refused,
        )

    def _id_of(self, incoming: Incoming, rows: Sequence[Mapping[str, str | None]]) -> tuple[str, bool]:
        if self._id_field and len(rows) == 1 and (value := rows[0].get(self._id_field)):
            return f"field:{value}", False
        if incoming.id or incoming.stream:
            return incoming.id, False
        # Without any id a message given again is known by its content; one given for the first time is always new.
        return f"content:{hashlib.sha256(incoming.content).hexdigest()}", not incoming.again
