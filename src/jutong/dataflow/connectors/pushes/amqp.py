"""Queues of AMQP 0-9-1 brokers such as RabbitMQ."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jutong.dataflow.connectors.kinds import HOST, PASSWORD, KindSpec, Place, port
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.pushes.errors import (
    BrokerRefused,
    BrokerUnreachable,
    DriverMissing,
    TopicMissing,
)
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import (
    CA,
    ID_FIELD,
    MESSAGES_AT_ONCE,
    PAYLOAD_OPTIONS,
    TLS,
    Incoming,
    tls_of,
)
from jutong.vocabulary.catalogue import FormatClass

_GATHER_S: Final = 0.05
"""How long more messages are waited for once one came: they share one write to disk."""

AMQP: Final = KindSpec(
    kind="amqp",
    zh="AMQP 消息队列（RabbitMQ 等）",
    en="AMQP queue (RabbitMQ and others)",
    place=Place.SPOOL,
    options=(
        HOST,
        port(5672),
        OptionSpec(name="vhost", zh="虚拟主机", en="Virtual host", default="/"),
        OptionSpec(
            name="queue",
            zh="队列",
            en="Queue",
            required=True,
            hint_zh="须已建立；平台不新建队列，避免收到不该收的消息。",
            hint_en="It must exist: the platform makes no queues.",
        ),
        OptionSpec(name="username", zh="账号", en="User", required=True),
        PASSWORD,
        TLS,
        CA,
        *PAYLOAD_OPTIONS,
        ID_FIELD,
    ),
    capabilities=frozenset({Capability.PUSH}),
    format_class=FormatClass.DATABASE,
    format="amqp",
    tested_zh="真实的 RabbitMQ 3（AMQP 0-9-1，明文）；TLS 未在真实服务上测试",
    tested_en="A real RabbitMQ 3 over AMQP 0-9-1 in plain text; TLS was not tried on a real server.",
    extra="amqp",
)


class AmqpStream:
    """A queue, consumed with acknowledgement; what is not acknowledged the broker gives again."""

    def __init__(self, options: Mapping[str, Any], *, spool: Spool, timeout_s: int = 10) -> None:  # noqa: ARG002
        """Raises `DriverMissing`, `BrokerUnreachable`, `BrokerRefused`, `TopicMissing` or `OptionInvalid`."""
        AMQP.refuse_unknown(options)
        try:
            import pika
            from pika import exceptions
        except ImportError as error:
            raise DriverMissing(kind="AMQP", package="pika", extra="amqp") from error
        self._exceptions = exceptions
        host = text_option(options, "host")
        at = number_option(options, "port", 5672, low=1, high=65_535)
        self._queue = text_option(options, "queue")
        self.place = f"{host}:{at}/{self._queue}"
        context = tls_of(options)
        parameters = pika.ConnectionParameters(
            host=host,
            port=at,
            virtual_host=text_option(options, "vhost", "/") or "/",
            credentials=pika.PlainCredentials(
                text_option(options, "username"), text_option(options, "password")
            ),
            ssl_options=pika.SSLOptions(context, host) if context is not None else None,
            socket_timeout=timeout_s,
            blocked_connection_timeout=timeout_s * 3,
            stack_timeout=timeout_s,
            heartbeat=30,
        )
        self._last = 0
        try:
            self._connection = pika.BlockingConnection(parameters)
        except exceptions.AMQPError as error:
            raise self._translated(error) from error
        except OSError as error:
            raise BrokerUnreachable(place=self.place, reason=type(error).__name__) from error
        try:
            self._channel = self._connection.channel()
            self._channel.basic_qos(prefetch_count=MESSAGES_AT_ONCE)
            self._channel.queue_declare(self._queue, passive=True)
            self._messages = self._channel.consume(self._queue, inactivity_timeout=_GATHER_S)
        except exceptions.AMQPError as error:
            self.close()
            raise self._translated(error) from error

    def receive(self, wait_s: float) -> Sequence[Incoming]:
        found: list[Incoming] = []
        until = time.monotonic() + wait_s
        try:
            for delivery, properties, body in self._messages:
                if delivery is None:
                    if found or time.monotonic() >= until:
                        break
                    continue
                self._last = delivery.delivery_tag
                known = f"id:{properties.message_id}" if properties.message_id else ""
                found.append(Incoming(content=body or b"", id=known, again=bool(delivery.redelivered)))
                if len(found) >= MESSAGES_AT_ONCE:
                    break
            else:  # the broker took the consumer away: its queue was deleted
                raise TopicMissing(place=self.place, name=self._queue)
        except self._exceptions.AMQPError as error:
            raise self._translated(error) from error
        return found

    def acknowledge(self) -> None:
        if not self._last:
            return
        try:
            self._channel.basic_ack(self._last, multiple=True)
            self._last = 0
        except self._exceptions.AMQPError as error:
            raise self._translated(error) from error

    def behind(self) -> int | None:
        try:
            answer = self._channel.queue_declare(self._queue, passive=True)
            return int(answer.method.message_count)
        except self._exceptions.AMQPError as error:
            raise self._translated(error) from error

    def close(self) -> None:
        try:
            if self._connection.is_open:
                self._connection.close()
        except (self._exceptions.AMQPError, OSError):  # it is gone already
            return

    def _translated(self, error: Exception) -> BrokerUnreachable | BrokerRefused | TopicMissing:
        found, reason = self._exceptions, type(error).__name__
        if isinstance(error, found.ChannelClosedByBroker) and error.reply_code == 404:
            return TopicMissing(place=self.place, name=self._queue)
        refusals = (
            found.ProbableAuthenticationError,
            found.ProbableAccessDeniedError,
            found.AuthenticationError,
        )
        denied = isinstance(error, found.ChannelClosedByBroker | found.ConnectionClosedByBroker) and (
            error.reply_code in {403, 530}
        )
        if denied or isinstance(error, refusals):
            return BrokerRefused(place=self.place, reason=reason)
        return BrokerUnreachable(place=self.place, reason=reason)
